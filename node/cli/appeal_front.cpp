// appeal add, list, edit, note.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/choice_words.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"

#include <algorithm>
#include <iterator>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::Field;

constexpr std::int64_t page = 2000;  ///< Appeals asked for at a time.

std::string option_name(const Field& field) {
    std::string name = "--" + std::string{field.name};
    std::ranges::replace(name, '_', '-');
    return name;
}

std::string placeholder(const Field& field) {
    switch (field.kind) {
        case schema::Kind::number: return "N";
        case schema::Kind::time: return "TIME";
        case schema::Kind::boolean: return "yes|no";
        case schema::Kind::choice: {
            std::string all;
            for (const std::string_view choice : field.choices) {
                all.append(all.empty() ? "" : "|").append(choice);
            }
            return all;
        }
        default: return "TEXT";
    }
}

/// The fields that a person of \p program fills in when recording.
std::vector<const Field*> recorded_fields(Program program) {
    std::vector<const Field*> fields;
    const schema::Entity& entity = entity_of(EntityId::appeal);
    const auto other = program == Program::hub ? schema::Writer::station : schema::Writer::hub;
    for (const Field& field : entity.fields) {
        if (is_filled_in(entity, field) && field.writer != other) fields.push_back(&field);
    }
    return fields;
}

/// A registered appeal, or one that was known, as a line; the query code is told here and never
/// again.
std::string registered_line(const Desk& desk, const json::object& done) {
    std::string line{flag_at(done, "known")
                         ? desk.pick("同一渠道编号已经登记过，没有重复登记：",
                                     "That channel's number is known, nothing registered: ")
                         : desk.pick("已登记：", "Registered: ")};
    line += text_at(done, "number");
    const std::string code = text_at(done, "query_code");
    if (!code.empty()) {
        line.append(desk.pick("  查询码(请告诉本人，只显示这一次)：",
                              "  query code (tell the person; shown once): "))
            .append(code);
    }
    return line + "\n";
}

/// What `--meeting`, `--enterprise` and `--uscc` add to an appeal, or to each of several.
void add_links(const Arguments& arguments, json::value& input) {
    for (const char* link : {"meeting", "enterprise", "uscc"}) {
        const auto given = arguments.find(std::string{"--"} + link);
        if (!given) continue;
        if (json::object* one = input.if_object()) (*one)[link] = *given;
        if (json::array* several = input.if_array()) {
            for (json::value& item : *several) {
                if (json::object* one = item.if_object()) (*one)[link] = *given;
            }
        }
    }
}

int add_from(Desk& desk, const Arguments& arguments) {
    if (arguments.has("--at")) {
        throw Failure{Error::options_exclude, Detail::option, "--from"}.with(Detail::option,
                                                                             "--at");
    }
    for (const Field* field : recorded_fields(desk.program())) {
        // Whose firm it is may stand beside the firm's name; the rest comes by JSON alone.
        if (field->name != "uscc" && arguments.has(option_name(*field))) {
            throw Failure{Error::options_exclude, Detail::option, "--from"}.with(
                Detail::option, option_name(*field));
        }
    }
    json::value input = read_input(arguments.get("--from"));
    add_links(arguments, input);
    if (input.is_array()) {
        const json::object done =
            desk.call("appeal.add_many", {{"items", std::move(input.get_array())}});
        std::string prose;
        for (const json::value& one : array_at(done, "appeals")) {
            prose += registered_line(desk, one.get_object());
        }
        desk.answer(done, prose);
        return exit_code::ok;
    }
    json::object& values = input.get_object();
    const json::object done = desk.call("appeal.add", {{"values", std::move(values)}});
    desk.answer(done, registered_line(desk, done));
    return exit_code::ok;
}

int add(Desk& desk, const Arguments& arguments) {
    if (arguments.has("--from")) return add_from(desk, arguments);
    json::object values;
    for (const Field* field : recorded_fields(desk.program())) {
        if (const auto given = arguments.find(option_name(*field))) values[field->name] = *given;
    }
    if (const auto at = arguments.find("--at")) values["registered_at"] = *at;
    if (const auto meeting = arguments.find("--meeting")) values["meeting"] = *meeting;
    if (const auto firm = arguments.find("--enterprise")) values["enterprise"] = *firm;
    if (const auto kind = arguments.find("--enterprise-class")) values["enterprise_class"] = *kind;
    if (const auto industry = arguments.find("--industry")) values["industry"] = *industry;
    if (const auto park = arguments.find("--park")) values["park"] = *park;
    const json::object done = desk.call("appeal.add", {{"values", std::move(values)}});
    desk.answer(done, registered_line(desk, done));
    return exit_code::ok;
}

std::string list_line(const Desk& desk, const json::object& appeal) {
    const std::string state = text_at(appeal, "state");
    std::string line = padded(text_at(appeal, "number"), 22);
    line += padded(desk.lang() == Lang::zh ? word_for(state) : state, 12);
    line += padded(flag_at(appeal, "delivered") ? desk.pick("已送达", "delivered")
                                                : desk.pick("未送达", "waiting"),
                   11);
    if (flag_at(appeal, "contested")) line += desk.pick("[冲突] ", "[conflict] ");
    return line + shortened(printable(text_at(appeal, "title")), 60) + "\n";
}

int list(Desk& desk, const Arguments& arguments) {
    const std::int64_t limit = arguments.number("--limit").value_or(50);
    const std::int64_t offset = arguments.number("--offset").value_or(0);
    json::object answer;
    json::array rows;
    // Page by page, so that no message and no memory grows with the limit.
    for (;;) {
        const auto have = static_cast<std::int64_t>(rows.size());
        json::object args{{"limit", std::min(page, limit - have)}, {"offset", offset + have}};
        for (const char* name :
             {"state", "search", "meeting", "unit", "due", "queue", "category", "channel"}) {
            if (const auto given = arguments.find(std::string{"--"} + name)) args[name] = *given;
        }
        answer = desk.call("appeal.list", std::move(args));
        json::array& more = answer.at("appeals").as_array();
        for (json::value& row : more) rows.push_back(std::move(row));
        const bool last = static_cast<std::int64_t>(rows.size()) == have;
        if (last || static_cast<std::int64_t>(rows.size()) >= limit) break;
    }
    std::string prose;
    if (!desk.wants_json()) {
        for (const json::value& row : rows) prose += list_line(desk, row.get_object());
        prose.append(desk.pick("共 ", "Total "))
            .append(std::to_string(number_at(answer, "total")))
            .append(desk.pick(" 条", ""));
        if (static_cast<std::int64_t>(rows.size()) < number_at(answer, "total")) {
            prose.append(desk.pick("，列出 ", ", shown "))
                .append(std::to_string(rows.size()))
                .append(desk.pick(" 条；看更多：--limit 个数", "; for more: --limit N"));
        }
        prose += "\n";
        if (flag_at(answer, "filling")) {
            prose += desk.pick("正在补全以前的记录，这里还不全。\n",
                               "Earlier records are still coming; the list is not whole yet.\n");
        }
    }
    answer["appeals"] = std::move(rows);
    desk.answer(answer, prose);
    return exit_code::ok;
}

/// `field=value`; several for a set are joined.
json::object assignments(const Arguments& arguments) {
    json::object set;
    std::vector<std::string> all = arguments.all("--set");
    std::ranges::copy(arguments.all("MORE"), std::back_inserter(all));
    for (const std::string& text : all) {
        const std::size_t equals = text.find('=');
        if (equals == text.npos || equals == 0) {
            throw Failure{Error::bad_value, Detail::option, "--set"};
        }
        const std::string name = text.substr(0, equals);
        const Field* field = named_field(entity_of(EntityId::appeal), name);
        if (field == nullptr) throw Failure{Error::unknown_field_name, Detail::field, name};
        std::string value = text.substr(equals + 1);
        json::value& slot = set[field->name];
        if (!slot.is_null()) {
            if (field->kind != schema::Kind::set) {
                throw Failure{Error::options_exclude, Detail::field, name};
            }
            value = std::string{slot.as_string()} + " " + value;
        }
        slot = std::move(value);
    }
    return set;
}

int edit(Desk& desk, const Arguments& arguments) {
    json::object args{{"id", arguments.get("ID")}, {"set", assignments(arguments)}};
    if (const auto reason = arguments.find("--reason")) args["reason"] = *reason;
    if (const auto words = arguments.find("--text")) args["detail"] = *words;
    const json::object done = desk.call("appeal.edit", std::move(args));
    std::string prose{flag_at(done, "step") ? desk.pick("已更正：", "Corrected: ")
                      : flag_at(done, "changed")
                          ? desk.pick("已保存：", "Saved: ")
                          : desk.pick("内容和原来一样，没有改动：", "Nothing changed: ")};
    prose += text_at(done, "number") + "\n";
    desk.answer(done, prose);
    return exit_code::ok;
}

int note(Desk& desk, const Arguments& arguments) {
    json::object args{{"id", arguments.get("ID")}};
    if (const auto from = arguments.find("--from")) {
        const json::value input = read_input(*from);
        if (!input.is_object()) throw Failure{Error::bad_json_input};
        for (const auto& member : input.get_object()) args[member.key()] = member.value();
        args["id"] = arguments.get("ID");
    } else {
        if (!arguments.has("--text"))
            throw Failure{Error::missing_option, Detail::option, "--text"};
        args["text"] = arguments.get("--text");
        if (const auto when = arguments.find("--happened-at")) args["happened_at"] = *when;
    }
    const json::object done = desk.call("appeal.note", std::move(args));
    desk.answer(done, desk.pick("备注已保存。\n", "Note saved.\n"));
    return exit_code::ok;
}

CommandSpec add_command(Program program) {
    CommandSpec spec{"appeal add", {"登记一件诉求", "register an appeal"}, {}, add};
    for (const Field* field : recorded_fields(program)) {
        spec.options.push_back({option_name(*field), placeholder(*field), {field->zh, field->en}});
    }
    spec.options.push_back(option("--at", "TIME", "补录：当时登记的时间(默认现在)",
                                  "written down afterwards: when it was taken in (now)"));
    spec.options.push_back(
        option("--meeting", "ID", "在哪次会议上提出", "the meeting at which it was said"));
    spec.options.push_back(option("--enterprise", "NAME", "企业名称；没有就新建",
                                  "the firm's name; made if it is not known"));
    spec.options.push_back(option("--enterprise-class", "above_scale|small_medium|self_employed",
                                  "新建企业的类别", "class of a firm that is made"));
    spec.options.push_back(option("--industry", "CODE", "企业的行业代码(GB/T 4754，如 C3360)",
                                  "the firm's industry (GB/T 4754, such as C3360)"));
    spec.options.push_back(
        option("--park", "CODE", "企业所在园区(区划代码)", "the firm's park, a region code"));
    spec.options.push_back(option("--from", "-|FILE", "从标准输入或文件读 JSON(一件或一组)",
                                  "read JSON from stdin or a file, one or an array"));
    return spec;
}

}  // namespace

CommandSpecs appeal_commands(Program program) {
    CommandSpecs specs;
    specs.push_back(add_command(program));
    specs.push_back(appeal_import_command(program));
    specs.push_back(
        {"appeal list",
         {"查诉求", "list or search appeals"},
         {option("--state", "STATE", "只看这个状态，如 registered、received", "only this state"),
          option("--search", "WORDS", "含有这些词的(编号、姓名、电话、标题、正文)",
                 "with all of these words"),
          option("--meeting", "ID", "某次会议上提出的", "of this meeting"),
          option("--unit", "CODE", "主办或还没办完的协办单位", "of this lead unit or open co-unit"),
          option("--due", "TIME", "还没办结、期限在此之前的", "open and due before that time"),
          option("--queue", "enterprise|citizen", "企业诉求或群众诉求的队列",
                 "of enterprises, or of citizens"),
          option("--category", "CODE", "这个分类和它下面的", "of this category and those below"),
          option("--channel", "CODE", "这个渠道来的", "of this channel"),
          option("--limit", "N", "最多列出几条(默认 50)", "at most so many (50)"),
          option("--offset", "N", "跳过前几条", "skip so many")},
         list});
    specs.push_back(appeal_show_command());
    OptionSpec set = required_option("--set", "FIELD=VALUE",
                                     "改一个字段；等号后留空表示清空；标签写 tags=+新 -旧",
                                     "change a field; nothing after = clears it; tags=+new -old");
    set.many = true;
    OptionSpec more = option("MORE", "FIELD=VALUE", "接着写的更多改动", "more of them");
    more.many = true;
    specs.push_back({"appeal edit",
                     {"改一件诉求", "change an appeal"},
                     {required_option("ID", "ID", "编号或 UUID", "number or UUID"), set, more,
                      option("--reason", "CODE", "派单以后更正的原因",
                             "why it is corrected after the dispatch"),
                      option("--text", "TEXT", "说明", "words")},
                     edit});
    specs.push_back(
        {"appeal note",
         {"给一件诉求加备注", "add a note to an appeal"},
         {required_option("ID", "ID", "编号或 UUID", "number or UUID"),
          option("--text", "TEXT", "备注内容", "what to note"),
          option("--happened-at", "TIME", "事情发生的时间(默认现在)", "when it happened (now)"),
          option("--from", "-|FILE", "从标准输入或文件读 JSON {\"text\":…}",
                 "read JSON from stdin or a file")},
         note});
    return specs;
}

}  // namespace jiuying::node
