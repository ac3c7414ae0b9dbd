// meeting add, edit, list, show, note, close.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/cli/row_file.hpp"
#include "node/commands/appeal_draft.hpp"
#include "node/commands/choice_words.hpp"

#include <array>

namespace jiuying::node {
namespace {

constexpr std::array plan_fields{"title", "place",  "date",   "ends_at",  "host",
                                 "units", "leader", "notice", "attendees"};

std::string option_for(std::string_view field) {
    std::string name = "--" + std::string{field};
    for (char& c : name) c = c == '_' ? '-' : c;
    return name;
}

json::object plan_in(const Arguments& arguments) {
    json::object plan;
    for (const char* field : plan_fields) {
        if (const auto given = arguments.find(option_for(field))) plan[field] = *given;
    }
    return plan;
}

int add_meeting(Desk& desk, const Arguments& arguments) {
    json::object args = plan_in(arguments);
    args["kind"] = arguments.get("--kind");
    const json::object done = desk.call("meeting.add", std::move(args));
    std::string prose{desk.pick("会议已登记：", "Meeting recorded: ")};
    prose.append(text_at(done, "id")).append("\n");
    prose
        .append(desk.pick("登记诉求时加上 --meeting ", "When registering an appeal add --meeting "))
        .append(text_at(done, "id"))
        .append(desk.pick("，或者快速记录：meeting note ", ", or take many down: meeting note "))
        .append(text_at(done, "id"))
        .append(" --from -\n");
    desk.answer(done, prose);
    return exit_code::ok;
}

int edit_meeting(Desk& desk, const Arguments& arguments) {
    json::object set = plan_in(arguments);
    if (const auto from = arguments.find("--from")) {
        const json::value input = read_input(*from);
        if (!input.is_object()) throw Failure{Error::bad_json_input};
        for (const auto& member : input.get_object()) set[member.key()] = member.value();
    }
    if (const auto minutes = arguments.find("--minutes")) set["minutes"] = *minutes;
    const json::object done =
        desk.call("meeting.edit", {{"id", arguments.get("ID")}, {"set", std::move(set)}});
    desk.answer(done, flag_at(done, "changed")
                          ? desk.pick("已保存。\n", "Saved.\n")
                          : desk.pick("内容和原来一样，没有改动。\n", "Nothing changed.\n"));
    return exit_code::ok;
}

std::string meeting_line(const Desk& desk, const json::object& meeting) {
    const std::string kind = text_at(meeting, "kind");
    const std::string standing = text_at(meeting, "standing");
    std::string line = text_at(meeting, "id") + "  ";
    line.append(padded(short_time(text_at(meeting, "date")), 18));
    line.append(padded(desk.lang() == Lang::zh ? word_for(kind) : kind, 18));
    line.append(padded(desk.lang() == Lang::zh ? word_for(standing) : standing, 10));
    line.append(printable(text_at(meeting, "title"))).append("  ");
    line.append(std::to_string(number_at(meeting, "visited"))).append("/");
    line.append(std::to_string(number_at(meeting, "appeals")));
    return line.append(desk.pick(" 条诉求已回访\n", " appeals visited\n"));
}

int list_meetings(Desk& desk, const Arguments& arguments) {
    json::object args;
    if (const auto limit = arguments.number("--limit")) args["limit"] = *limit;
    const json::object answer = desk.call("meeting.list", std::move(args));
    std::string prose;
    for (const json::value& item : array_at(answer, "meetings")) {
        prose += meeting_line(desk, item.as_object());
    }
    prose.append(desk.pick("共 ", "Total "))
        .append(std::to_string(number_at(answer, "total")))
        .append(desk.pick(" 次会议\n", "\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

/// Also the minutes as they are printed.
int show_meeting(Desk& desk, const Arguments& arguments) {
    json::object args{{"id", arguments.get("ID")}};
    if (const auto limit = arguments.number("--limit")) args["limit"] = *limit;
    const json::object answer = desk.call("meeting.show", std::move(args));
    const json::object& meeting = answer.at("meeting").as_object();
    std::string prose = meeting_line(desk, meeting);
    for (const char* field :
         {"place", "host", "leader", "units", "attendees", "notice", "minutes"}) {
        const json::value* value = meeting.if_contains(field);
        if (value == nullptr || value->is_null()) continue;
        prose.append(field_label(desk.lang(), "meeting", field)).append(desk.pick("：", ": "));
        prose.append(shown_value(desk.lang(), field, *value, true)).append("\n");
    }
    for (const json::value& item : array_at(answer, "orders")) {
        const json::object& order = item.as_object();
        const std::string state = text_at(order, "state");
        prose += padded(text_at(order, "number"), 22);
        prose += padded(desk.lang() == Lang::zh ? word_for(state) : state, 14);
        prose.append(flag_at(order, "visited") ? desk.pick("已回访  ", "visited  ")
                                               : desk.pick("未回访  ", "waiting  "));
        prose.append(printable(text_at(order, "enterprise"))).append("  ");
        prose.append(shortened(printable(text_at(order, "title")), 50)).append("\n");
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

int note_meeting(Desk& desk, const Arguments& arguments) {
    RowFileManner manner;
    manner.labels = "appeal";
    if (const auto map = arguments.find("--map")) manner.map = *map;
    const auto fields = importable_fields(desk.program() == Program::hub);
    RowFile file{desk, arguments.get("--from"), manner, fields};
    RefusedRows refused{desk.lang()};
    json::array saved;
    file.read(
        [&](json::array rows, std::uint64_t) {
            json::object done =
                desk.call("meeting.note", {{"id", arguments.get("ID")}, {"rows", std::move(rows)}});
            for (json::value& one : done.at("saved").as_array()) saved.push_back(std::move(one));
            refused.add(array_at(done, "refused"), "appeal");
        },
        refused);
    json::object answer{{"saved", saved.size()}, {"refused_total", refused.count()}};
    json::array listed = refused.take();
    std::string prose{desk.pick("已记下 ", "Taken down: ")};
    prose.append(std::to_string(saved.size())).append(desk.pick(" 条诉求\n", "\n"));
    if (!listed.empty()) prose += refused_prose(desk, listed);
    answer["appeals"] = std::move(saved);
    answer["refused"] = std::move(listed);
    desk.answer(answer, prose);
    if (number_at(answer, "refused_total") == 0) return exit_code::ok;
    return desk.remark(Error::import_rows_refused);
}

int close_meeting(Desk& desk, const Arguments& arguments) {
    const bool undo = arguments.has("--undo");
    const json::object done =
        desk.call("meeting.close", {{"id", arguments.get("ID")}, {"undo", undo}});
    desk.answer(done, undo ? desk.pick("已撤销办结。\n", "Open again.\n")
                           : desk.pick("会议已办结。\n", "The meeting is closed.\n"));
    return exit_code::ok;
}

std::vector<OptionSpec> plan_options(bool adding) {
    std::vector<OptionSpec> options;
    options.push_back(adding ? required_option("--title", "TEXT", "标题", "title")
                             : option("--title", "TEXT", "标题", "title"));
    options.push_back(option("--place", "TEXT", "地点", "place"));
    options.push_back(option("--date", "TIME", "日期", "date"));
    options.push_back(option("--ends-at", "TIME", "结束时间", "when it ends"));
    options.push_back(option("--host", "TEXT", "主持", "host"));
    options.push_back(option("--units", "CODES", "到场单位", "units present"));
    options.push_back(option("--leader", "CODE", "接听领导的工号", "the leader, by staff code"));
    options.push_back(option("--notice", "TEXT", "公告", "public notice"));
    options.push_back(option("--attendees", "NAMES", "参会人，逗号分开；改时 +新 -旧",
                             "attendees, by commas; +new -old"));
    return options;
}

OptionSpec meeting_id() {
    return required_option("ID", "ID", "会议编号或前几位", "id, or its first characters");
}

}  // namespace

CommandSpecs meeting_commands() {
    CommandSpec adding{"meeting add",
                       {"登记一次会议(沙龙、联席会、区长接听)", "record a meeting"},
                       plan_options(true),
                       add_meeting};
    adding.options.insert(
        adding.options.begin(),
        required_option("--kind", "salon|joint_meeting|leader_answering", "种类", "kind"));
    CommandSpec editing{"meeting edit",
                        {"改会议的安排，写纪要", "change a meeting, write its minutes"},
                        plan_options(false),
                        edit_meeting};
    editing.options.insert(editing.options.begin(), meeting_id());
    editing.options.push_back(option("--minutes", "TEXT", "纪要", "minutes"));
    editing.options.push_back(option("--from", "-|FILE", "从标准输入或文件读 JSON {字段:值}",
                                     "read JSON {field: value} from stdin or a file"));
    return {
        adding,
        editing,
        {"meeting list",
         {"会议一览", "list meetings"},
         {option("--limit", "N", "最多列出几个", "at most so many")},
         list_meetings},
        {"meeting show",
         {"看一次会议和会上的诉求", "show a meeting and what was said there"},
         {meeting_id(), option("--limit", "N", "最多列出几条(默认 200)", "at most so many (200)")},
         show_meeting},
        {"meeting note",
         {"快速记下会上的诉求：每行一条 JSON，或从表格粘贴",
          "take requests down: a JSON line each, or pasted from a spreadsheet"},
         {meeting_id(),
          required_option("--from", "-|FILE", "从标准输入或文件读 JSON 行、CSV、制表符分隔或 XLSX",
                          "JSON lines, CSV, tab-separated or XLSX from stdin or a file"),
          option("--map", "FIELD=COLUMN,…", "列名对应的字段", "which column is which field")},
         note_meeting},
        {"meeting close",
         {"会议办结(会上的诉求都回访了才行)", "close a meeting, once all its orders are visited"},
         {meeting_id(), option("--undo", "", "撤销办结", "open it again")},
         close_meeting},
    };
}

}  // namespace jiuying::node
