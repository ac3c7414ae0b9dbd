// snapshot write, snapshot list at the hub; prune at a station.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"

#include <filesystem>

namespace jiuying::node {
namespace {

std::string count(const json::object& object, std::string_view key) {
    return std::to_string(number_at(object, key));
}

std::string kib(const json::object& object) {
    return std::to_string((number_at(object, "bytes") + 1023) / 1024) + " KiB";
}

int write(Desk& desk, const Arguments& arguments) {
    json::object args{{"station", arguments.get("--station")}};
    // The program that serves has another folder to start from.
    if (const auto to = arguments.find("--to"))
        args["to"] = std::filesystem::absolute(*to).string();
    const json::object done = desk.call("snapshot.write", std::move(args));
    std::string prose{desk.pick("快照已写好：", "The snapshot is written: ")};
    prose.append(count(done, "records")).append(desk.pick(" 条记录，", " records, "));
    prose.append(kib(done)).append(desk.pick("。\n", ".\n"));
    if (const std::string file = text_at(done, "file"); !file.empty()) {
        prose.append(desk.pick("副本已写入并读回核对：", "A copy was written and read back: "));
        prose.append(printable(file)).append("\n");
        prose.append(
            desk.pick("站点下次送来改动时，会得知这些记录区里有两份，可以用 prune 清理。\n",
                      "With its next delivery the station learns that these records are "
                      "held twice and may prune.\n"));
    }
    desk.answer(done, prose);
    return exit_code::ok;
}

int list(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("snapshot.list");
    std::string prose;
    for (const json::value& item : array_at(answer, "snapshots")) {
        const json::object& one = item.as_object();
        prose.append(padded(text_at(one, "station"), 10));
        prose.append(short_time(text_at(one, "written_at"))).append("  ");
        prose.append(count(one, "records")).append(desk.pick(" 条记录，", " records, "));
        prose.append(kib(one)).append("\n");
    }
    if (prose.empty()) prose = desk.pick("还没有快照。\n", "There is no snapshot yet.\n");
    desk.answer(answer, prose);
    return exit_code::ok;
}

int prune(Desk& desk, const Arguments& arguments) {
    const bool dry_run = arguments.has("--dry-run");
    const json::object done = desk.call("prune", {{"dry_run", dry_run}});
    std::string prose;
    if (number_at(done, "segments") == 0) {
        prose = desk.pick("没有可以清理的：", "Nothing to prune: ");
        prose.append(number_at(done, "safe") == 0
                         ? desk.pick("区中枢还没有说它另存了一份。\n",
                                     "the hub has not said yet that it holds a second copy.\n")
                         : desk.pick("区中枢另存的都已经清理过了。\n",
                                     "all that the hub holds twice was pruned before.\n"));
    } else {
        prose = dry_run ? desk.pick("可以清理 ", "Could be pruned: ")
                        : desk.pick("已清理 ", "Pruned: ");
        prose.append(count(done, "transactions"))
            .append(desk.pick(" 笔旧日志，", " old changes, "));
        prose.append(kib(done));
        prose.append(desk.pick("。现在的内容一点不少，更早的经过留存在区中枢。\n",
                               ". What is shown stays as it is; the hub keeps what was before.\n"));
    }
    desk.answer(done, prose);
    return exit_code::ok;
}

}  // namespace

CommandSpecs snapshot_commands(Program program) {
    if (program == Program::station) {
        return {{"prune",
                 {"清理区中枢已有两份的旧日志，内容不变",
                  "give up old parts of the log that the hub holds twice; nothing shown changes"},
                 {option("--dry-run", "", "只看能清理多少", "only tell how much")},
                 prune}};
    }
    return {
        {"snapshot write",
         {"写一份站点的快照，新电脑用它加入",
          "write a snapshot of a station, from which a new machine joins"},
         {required_option("--station", "CODE", "哪个站点", "of which station"),
          option("--to", "FOLDER", "另外存一份副本到这个文件夹，并读回核对",
                 "also put a copy into that folder and read it back")},
         write},
        {"snapshot list", {"区中枢里的快照", "the hub's snapshots"}, {}, list},
    };
}

}  // namespace jiuying::node
