// erasure: a person's data go on request.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"

namespace jiuying::node {
namespace {

void add_waiting(const Desk& desk, const json::object& erasure, std::string& page) {
    for (const json::value& item : array_at(erasure, "waits")) {
        const json::object& machine = item.as_object();
        page += "    " + padded(printable(text_at(machine, "station")), 12) +
                text_at(machine, "node").substr(0, 12) + "  ";
        const std::string standing = text_at(machine, "standing");
        if (standing == "revoked") {
            page.append(desk.pick("已停用，到不了", "revoked: it can't be reached"));
        } else if (standing == "retired") {
            page.append(desk.pick("已退役：等它的 U 盘，或把机器收回来销毁",
                                  "retired: wait for its stick, or take the machine in"));
        } else {
            page.append(desk.pick("还没有回话，上次联系 ", "has not answered, last contact "));
            const std::string last = text_at(machine, "last_contact");
            page += last.empty() ? std::string{desk.pick("没有过", "never")} : short_time(last);
        }
        page += "\n";
    }
}

std::string erasure_page(const Desk& desk, const json::object& erasure) {
    const std::string number = text_at(erasure, "number");
    std::string page;
    const std::string kind = text_at(erasure, "kind");
    if (kind == "contact_log") page.append(desk.pick("企业联系记录 ", "contact "));
    if (kind == "hard_case") page.append(desk.pick("难办点 ", "hard case "));
    if (kind == "meeting") page.append(desk.pick("会议 ", "meeting "));
    page += padded(number.empty() ? text_at(erasure, "record") : printable(number), 24);
    page += short_time(text_at(erasure, "asked_at")) + "  " + printable(text_at(erasure, "actor")) +
            "  " + printable(text_at(erasure, "reason")) + "\n    ";
    page.append(flag_at(erasure, "done_here")
                    ? desk.pick("本机：已删净", "here: nothing is left")
                    : desk.pick("本机：页面和搜索里已没有；本机写的要等区中枢收妥后才能从日志里删",
                                "here: gone from pages and search; from the log once the hub has "
                                "what this machine wrote"));
    page += "\n";
    if (!erasure.contains("waits")) return page;
    const auto waiting = array_at(erasure, "waits").size();
    page += "    ";
    page.append(desk.pick("各站机器：已删净 ", "machines: done at "));
    page += std::to_string(number_at(erasure, "told"));
    page.append(desk.pick(" 台，还有 ", ", not yet reached "));
    page += std::to_string(waiting);
    page.append(desk.pick(" 台没有回话\n", "\n"));
    add_waiting(desk, erasure, page);
    return page;
}

int request(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call(
        "erasure.request", {{"id", arguments.get("ID")}, {"reason", arguments.get("--reason")}});
    std::string page = erasure_page(desk, answer);
    page.append(desk.pick(
        "各站下次同步或收到 U 盘时删除。此前做的备份里还有：按备份的保存期限销毁。\n",
        "Stations erase it with their next sync or stick. Backups made before still have it: "
        "destroy them when their time is up.\n"));
    desk.answer(answer, page);
    return exit_code::ok;
}

int list(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("erasure.list");
    std::string page;
    for (const json::value& item : array_at(answer, "erasures")) {
        page += erasure_page(desk, item.as_object());
    }
    if (page.empty()) page = desk.pick("没有删除过个人信息\n", "Nothing was erased\n");
    desk.answer(answer, page);
    return exit_code::ok;
}

}  // namespace

CommandSpecs erasure_commands(Program program) {
    CommandSpecs specs;
    if (program == Program::hub) {
        specs.push_back(
            {"erasure request",
             {"按本人申请删除一件已办完诉求(或企业联系记录、难办点、会议)里的个人信息和文字；号码、"
              "类别、时限照留",
              "erase, on request, the personal data and texts of an appeal that is done, or of a "
              "contact, hard case or meeting; number, category and dates stay"},
             {required_option("ID", "ID", "诉求的号码或编号；其他记录的编号",
                              "the appeal's number or id; the id of another record"),
              required_option("--reason", "TEXT", "依据，不要写姓名和电话",
                              "the ground; no names, no telephone numbers")},
             request});
    }
    specs.push_back({"erasure list",
                     {"删除过的个人信息，和还没有删净的机器",
                      "what was erased, and which machines have not done it yet"},
                     {},
                     list});
    return specs;
}

}  // namespace jiuying::node
