// audit list, audit verify.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"

namespace jiuying::node {
namespace {

std::string_view result_words(const Desk& desk, std::string_view name) {
    if (name == "refused") return desk.pick("未准", "refused");
    if (name == "failed") return desk.pick("失败", "failed");
    return desk.pick("完成", "done");
}

std::string_view kind_words(const Desk& desk, std::string_view kind) {
    if (kind == "changed") return desk.pick("被改过", "was changed");
    if (kind == "missing") return desk.pick("不见了", "is gone");
    if (kind == "not_in_log") return desk.pick("日志里没有，是后来塞进表里的", "is in no log");
    if (kind == "not_in_table")
        return desk.pick("日志里有，表里被删了", "was taken out of the table");
    if (kind == "unlike_log") return desk.pick("表里和日志里不一样", "differs from the log");
    return desk.pick("所在的日志读不全", "lies in a log that can't be read whole");
}

int list(Desk& desk, const Arguments& arguments) {
    json::object args;
    for (const char* key : {"actor", "action", "since", "until", "station"}) {
        if (const auto given = arguments.find(std::string{"--"} + key)) args[key] = *given;
    }
    if (const auto limit = arguments.number("--limit", 1)) args["limit"] = *limit;
    const json::object answer = desk.call("audit.list", std::move(args));
    std::string prose;
    for (const json::value& item : array_at(answer, "rows")) {
        const json::object& row = item.as_object();
        prose.append(short_time(text_at(row, "at"))).append("  ");
        prose.append(padded(text_at(row, "station"), 8));
        prose.append(padded("#" + std::to_string(number_at(row, "number")), 8));
        prose.append(padded(printable(text_at(row, "actor")), 12));
        prose.append(padded(printable(text_at(row, "action")), 22));
        prose.append(padded(result_words(desk, text_at(row, "result")), 8));
        const std::string target = printable(text_at(row, "target"));
        const std::string detail = printable(text_at(row, "detail"));
        prose.append(target).append(target.empty() || detail.empty() ? "" : "  ").append(detail);
        prose.append("\n");
    }
    prose.append(desk.pick("共 ", "Rows in all: "));
    prose.append(std::to_string(number_at(answer, "total")));
    prose.append(desk.pick(" 条，最近的在前。\n", ", the latest first.\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

int verify(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("audit.verify");
    const bool good = flag_at(answer, "ok");
    std::string prose{good ? desk.pick("审计日志完整，没有改动。", "The audit log is whole. ")
                           : desk.pick("审计日志对不上：\n", "The audit log is not as written:\n")};
    for (const json::value& item : array_at(answer, "faults")) {
        const json::object& fault = item.as_object();
        const auto first = number_at(fault, "number");
        const auto last = number_at(fault, "last");
        prose.append("  ").append(text_at(fault, "station")).append(" ");
        prose.append(text_at(fault, "node").substr(0, 8))
            .append(" #")
            .append(std::to_string(first));
        if (last > first) prose.append("-").append(std::to_string(last));
        prose.append(desk.pick("：", ": ")).append(kind_words(desk, text_at(fault, "kind")));
        prose.append("\n");
    }
    for (const json::value& item : array_at(answer, "chains")) {
        const json::object& chain = item.as_object();
        if (number_at(chain, "doubled") == 0) continue;
        prose.append("  ").append(text_at(chain, "station"));
        prose.append(desk.pick("：曾被恢复成旧的一份，从那里另起的记录也都在。\n",
                               ": was put back to an older copy; what it wrote since is there, "
                               "too.\n"));
    }
    prose.append(desk.pick("检查了 ", "Checked: "));
    prose.append(std::to_string(number_at(answer, "rows")));
    prose.append(desk.pick(" 条、", " rows of "));
    prose.append(std::to_string(array_at(answer, "chains").size()));
    prose.append(desk.pick(" 台机器。\n", " machines.\n"));
    desk.answer(answer, prose);
    return good ? exit_code::ok : desk.remark(Error::audit_broken);
}

}  // namespace

CommandSpecs audit_commands() {
    return {
        {"audit list",
         {"审计日志：谁在什么时候做了什么", "the audit log: who did what and when"},
         {option("--actor", "CODE", "谁做的", "by whom"),
          option("--action", "NAME", "哪种操作，如 setting.set 或 keyring",
                 "which action, such as setting.set or keyring"),
          option("--since", "TIME", "从什么时候起", "from that time on"),
          option("--until", "TIME", "到什么时候为止", "before that time"),
          option("--station", "CODE", "哪个站点的", "of which station"),
          option("--limit", "N", "最多列多少条", "list at most so many")},
         list},
        {"audit verify",
         {"检查审计日志有没有被改过、删过",
          "check that no row of the audit log was changed or removed"},
         {},
         verify},
    };
}

}  // namespace jiuying::node
