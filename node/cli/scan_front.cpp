// scan, scan gate, scan backlog.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"

#include <algorithm>
#include <initializer_list>

namespace jiuying::node {
namespace {

json::object args_of(const Arguments& arguments, std::initializer_list<const char*> names) {
    json::object args;
    for (const std::string name : names) {
        const auto given = arguments.find("--" + name);
        if (!given) continue;
        std::string key = name;
        std::ranges::replace(key, '-', '_');
        args[key] = *given;
    }
    if (const auto limit = arguments.number("--limit")) args["limit"] = *limit;
    return args;
}

const json::object& object_at(const json::object& object, std::string_view key) {
    static const json::object none;
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_object() ? value->get_object() : none;
}

std::string count(const json::object& object, std::string_view key) {
    return std::to_string(number_at(object, key));
}

/// Unit and person, with a mark for who is only on duty.
std::string owner_words(const Desk& desk, const json::object& hit) {
    const json::object& owner = object_at(hit, "owner");
    std::string words = printable(text_at(owner, "unit"));
    const std::string person = printable(text_at(owner, "person"));
    if (!person.empty()) words.append(" ").append(person);
    if (flag_at(owner, "on_duty")) words.append(desk.pick("(值班)", " (on duty)"));
    return words;
}

std::string hit_line(const Desk& desk, const json::object& hit) {
    const std::string number = text_at(hit, "number");
    std::string line{"  "};
    line += padded(printable(number.empty() ? text_at(hit, "station") : number), 24);
    const std::string due = text_at(hit, "due");
    line += padded(due.empty() ? "" : limit_time(due), 18);
    line += padded(owner_words(desk, hit), 18);
    line += "  ";
    const json::object& action = object_at(hit, "action");
    line += text_at(action, desk.lang() == Lang::zh ? "zh" : "en");
    return line + "  (" + text_at(action, "command") + ")\n";
}

std::string counts_line(const Desk& desk, std::string_view whose, const json::object& counts) {
    std::string line{whose};
    line.append(desk.pick("：未办结 ", ": open ")).append(count(counts, "open"));
    line.append(desk.pick("（期限内 ", " (in time ")).append(count(counts, "in_time"));
    line.append(desk.pick("，超期 ", ", overdue ")).append(count(counts, "overdue"));
    line.append(desk.pick("，已回复待办结 ", ", answered ")).append(count(counts, "answered"));
    line.append(desk.pick("），按时 ", "); on time ")).append(count(counts, "on_time"));
    line.append(desk.pick("，逾期办理 ", ", late ")).append(count(counts, "late"));
    return line + "\n";
}

int scan(Desk& desk, const Arguments& arguments) {
    json::object args = args_of(arguments, {"as-of", "bucket"});
    const bool lists = arguments.has("--bucket") || arguments.has("--limit") || desk.wants_json();
    if (!lists) args["limit"] = 0;
    const json::object answer = desk.call("scan", std::move(args));
    std::string prose{desk.pick("截至 ", "As of ")};
    prose.append(short_time(text_at(answer, "as_of"))).append("  ");
    prose.append(text_at(answer, "rules")).append("\n");
    prose += counts_line(desk, desk.pick("对群众", "To the person"), object_at(answer, "counts"));
    prose +=
        counts_line(desk, desk.pick("对单位", "To the unit"), object_at(answer, "unit_counts"));
    for (const json::value& item : array_at(answer, "buckets")) {
        const json::object& bucket = item.as_object();
        prose += padded(text_at(bucket, desk.lang() == Lang::zh ? "zh" : "en"), 28);
        prose += count(bucket, "total") + "\n";
        for (const json::value& hit : array_at(bucket, "hits")) {
            prose += hit_line(desk, hit.as_object());
        }
    }
    if (!lists) {
        prose += desk.pick("看每一件、谁办、下一步：--bucket 类别 或 --limit 个数\n",
                           "For each order, who acts, and how: --bucket NAME or --limit N\n");
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

int gate(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("scan.gate", args_of(arguments, {"date"}));
    std::string prose = text_at(answer, "date");
    const bool passed = flag_at(answer, "passed");
    if (!flag_at(answer, "over")) {
        prose.append(desk.pick("  当天还没结束，到现在为止：", "  the day is not over; so far: "));
    } else {
        prose.append(passed ? desk.pick("  事不过夜：过关。", "  gate passed. ")
                            : desk.pick("  事不过夜：没有过关。", "  NOT passed. "));
    }
    prose.append(desk.pick("当天收到 ", "Received ")).append(count(answer, "received"));
    prose.append(desk.pick(" 件，24:00 前有人办 ", ", touched by 24:00: "));
    prose.append(count(answer, "touched"));
    prose.append(desk.pick(" 件，没有人动 ", ", untouched: "));
    prose.append(count(answer, "untouched_total")).append(desk.pick(" 件。\n", ".\n"));
    for (const json::value& hit : array_at(answer, "untouched")) {
        prose += hit_line(desk, hit.as_object());
    }
    const json::object& unsynced = object_at(answer, "unsynced");
    if (number_at(unsynced, "changes") != 0) {
        prose.append(desk.pick("没有送到区中枢的改动 ", "Changes not delivered: "));
        prose.append(count(unsynced, "changes"));
        prose.append(flag_at(unsynced, "linked")
                         ? desk.pick(" 笔，当天有过联系：应当送完。\n",
                                     "; there was a link that day: they should have gone.\n")
                         : desk.pick(" 笔，当天没有联系。\n", "; no link that day.\n"));
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

int backlog(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("scan.backlog", args_of(arguments, {"as-of"}));
    std::string prose{desk.pick("截至 ", "As of ")};
    prose.append(short_time(text_at(answer, "as_of")));
    prose.append(desk.pick("，未办结 ", ", open: ")).append(count(answer, "open"));
    prose.append(desk.pick("，其中挂账 ", ", of these suspended: "));
    prose.append(count(answer, "suspended")).append("\n");
    for (const json::value& item : array_at(answer, "ages")) {
        const json::object& age = item.as_object();
        prose += padded(text_at(age, "days") + std::string{desk.pick(" 天", " days")}, 14);
        prose += count(age, "count") + "\n";
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

OptionSpec as_of_option() {
    return option("--as-of", "TIME", "截至什么时候(默认现在)", "as it stood at that time (now)");
}
OptionSpec limit_option() {
    return option("--limit", "N", "每类最多列出几件", "list at most so many of each");
}

}  // namespace

CommandSpecs scan_commands() {
    CommandSpecs specs;
    specs.push_back({"scan",
                     {"靶向式扫描：哪些工单等着谁、下一步做什么",
                      "the daily scan: which orders wait for whom, and for what"},
                     {as_of_option(),
                      option("--bucket", "NAME", "只看这一类，如 overdue、unsigned、visit_pending",
                             "only this bucket: overdue, unsigned, visit_pending ..."),
                      limit_option()},
                     scan});
    specs.push_back(
        {"scan gate",
         {"事不过夜：当天收到的有没有人办", "was everything of that day acted on"},
         {option("--date", "DATE", "哪一天(默认今天)", "of which day (today)"), limit_option()},
         gate});
    specs.push_back({"scan backlog",
                     {"未办结的积了多少天", "how old the open orders are"},
                     {as_of_option()},
                     backlog});
    return specs;
}

}  // namespace jiuying::node
