// meeting add, meeting list, enterprise list.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/choice_words.hpp"

namespace jiuying::node {
namespace {

json::object limit_args(const Arguments& arguments) {
    json::object args;
    if (const auto limit = arguments.number("--limit")) args["limit"] = *limit;
    return args;
}

int add_meeting(Desk& desk, const Arguments& arguments) {
    json::object args;
    for (const char* name : {"kind", "title", "place", "date"}) {
        if (const auto given = arguments.find(std::string{"--"} + name)) args[name] = *given;
    }
    const json::object done = desk.call("meeting.add", std::move(args));
    std::string prose{desk.pick("会议已登记：", "Meeting recorded: ")};
    prose.append(text_at(done, "id")).append("\n");
    prose
        .append(desk.pick("登记诉求时加上 --meeting ", "When registering an appeal add --meeting "))
        .append(text_at(done, "id"))
        .append("\n");
    desk.answer(done, prose);
    return exit_code::ok;
}

int list_meetings(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("meeting.list", limit_args(arguments));
    std::string prose;
    for (const json::value& item : array_at(answer, "meetings")) {
        const json::object& meeting = item.as_object();
        const std::string kind = text_at(meeting, "kind");
        prose.append(text_at(meeting, "id")).append("  ");
        prose.append(padded(short_time(text_at(meeting, "date")), 18));
        prose.append(padded(desk.lang() == Lang::zh ? word_for(kind) : kind, 18));
        prose.append(printable(text_at(meeting, "title"))).append("  ");
        prose.append(std::to_string(number_at(meeting, "appeals")));
        prose.append(desk.pick(" 条诉求\n", " appeals\n"));
    }
    prose.append(desk.pick("共 ", "Total "))
        .append(std::to_string(number_at(answer, "total")))
        .append(desk.pick(" 次会议\n", "\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

int list_enterprises(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("enterprise.list", limit_args(arguments));
    std::string prose;
    for (const json::value& item : array_at(answer, "enterprises")) {
        const json::object& firm = item.as_object();
        const std::string kind = text_at(firm, "class");
        prose.append(padded(masked("uscc", text_at(firm, "uscc")), 20));
        prose.append(padded(desk.lang() == Lang::zh ? word_for(kind) : kind, 14));
        prose.append(printable(text_at(firm, "name"))).append("\n");
    }
    prose.append(desk.pick("共 ", "Total "))
        .append(std::to_string(number_at(answer, "total")))
        .append(desk.pick(" 家企业\n", "\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

}  // namespace

CommandSpecs meeting_commands() {
    const OptionSpec limit = option("--limit", "N", "最多列出几个", "at most so many");
    return {
        {"meeting add",
         {"登记一次会议(沙龙、联席会、区长接听)", "record a meeting"},
         {required_option("--kind", "salon|joint_meeting|leader_answering", "种类", "kind"),
          required_option("--title", "TEXT", "标题", "title"),
          option("--place", "TEXT", "地点", "place"), option("--date", "TIME", "日期", "date")},
         add_meeting},
        {"meeting list", {"会议一览", "list meetings"}, {limit}, list_meetings},
        {"enterprise list", {"企业一览", "list enterprises"}, {limit}, list_enterprises},
    };
}

}  // namespace jiuying::node
