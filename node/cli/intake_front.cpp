// channel, mapping, appeal refer, query, repeat, category load and count.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/choice_words.hpp"
#include "schema/category_pack.hpp"

#include <array>

namespace jiuying::node {
namespace {

std::string total_line(const Desk& desk, const json::object& answer) {
    std::string line{desk.pick("共 ", "Total ")};
    line.append(std::to_string(number_at(answer, "total"))).append(desk.pick(" 条\n", "\n"));
    return line;
}

std::string saved_line(const Desk& desk, const json::object& done, std::string_view key) {
    std::string line{flag_at(done, "changed") ? desk.pick("已保存：", "Saved: ")
                                              : desk.pick("和原来一样：", "As before: ")};
    return line.append(printable(text_at(done, key))).append("\n");
}

std::string choice_word(const Desk& desk, const std::string& choice) {
    return desk.lang() == Lang::zh ? std::string{word_for(choice)} : choice;
}

int list_channels(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("channel.list");
    std::string prose;
    for (const json::value& item : array_at(answer, "channels")) {
        const json::object& channel = item.as_object();
        prose.append(padded(text_at(channel, "code"), 20));
        prose.append(
            padded(printable(text_at(channel, desk.lang() == Lang::zh ? "zh" : "en")), 30));
        prose.append(choice_word(desk, text_at(channel, "level"))).append("\n");
    }
    desk.answer(answer, prose + total_line(desk, answer));
    return exit_code::ok;
}

int add_channel(Desk& desk, const Arguments& arguments) {
    json::object args{{"code", arguments.get("CODE")}, {"name", arguments.get("--name")}};
    if (const auto level = arguments.find("--level")) args["level"] = *level;
    const json::object done = desk.call("channel.add", std::move(args));
    desk.answer(done, saved_line(desk, done, "code"));
    return exit_code::ok;
}

int list_mappings(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("mapping.list");
    std::string prose;
    for (const json::value& item : array_at(answer, "mappings")) {
        const json::object& mapping = item.as_object();
        prose.append(padded(printable(text_at(mapping, "name")), 28));
        prose.append(padded(text_at(mapping, "format"), 8));
        prose.append(padded(text_at(mapping, "channel"), 20));
        if (flag_at(mapping, "built_in")) prose.append(desk.pick("内置", "built in"));
        if (!flag_at(mapping, "active")) prose.append(desk.pick("已停用", "retired"));
        prose.append("\n");
    }
    desk.answer(answer, prose + total_line(desk, answer));
    return exit_code::ok;
}

int show_mapping(Desk& desk, const Arguments& arguments) {
    const json::object mapping = desk.call("mapping.show", {{"name", arguments.get("NAME")}});
    std::string prose{printable(text_at(mapping, "name"))};
    prose.append("  ").append(text_at(mapping, "format")).append("  ");
    prose.append(text_at(mapping, "channel")).append("\n");
    for (const auto& member : mapping.at("columns").as_object()) {
        prose.append("  ").append(padded(field_label(desk.lang(), "appeal", member.key()), 24));
        prose.append("← ").append(printable(member.value().as_string())).append("\n");
    }
    for (const auto& field : mapping.at("values").as_object()) {
        for (const auto& word : field.value().as_object()) {
            prose.append("  ").append(field_label(desk.lang(), "appeal", field.key()));
            prose.append(desk.pick("：", ": ")).append(printable(word.key())).append(" → ");
            prose.append(printable(word.value().as_string())).append("\n");
        }
    }
    for (const auto& constant : mapping.at("constants").as_object()) {
        prose.append("  ").append(padded(field_label(desk.lang(), "appeal", constant.key()), 24));
        prose.append("= ").append(printable(constant.value().as_string())).append("\n");
    }
    desk.answer(mapping, prose);
    return exit_code::ok;
}

int retire_mapping(Desk& desk, const Arguments& arguments) {
    const json::object done = desk.call("mapping.retire", {{"name", arguments.get("NAME")}});
    desk.answer(done, saved_line(desk, done, "name"));
    return exit_code::ok;
}

int refer(Desk& desk, const Arguments& arguments) {
    json::object args{{"id", arguments.get("ID")},
                      {"channel", arguments.get("--channel")},
                      {"ext_no", arguments.get("--ext-no")}};
    if (const auto level = arguments.find("--level")) args["level"] = *level;
    if (const auto at = arguments.find("--received-at")) args["received_at"] = *at;
    const json::object done = desk.call("appeal.refer", std::move(args));
    desk.answer(done, saved_line(desk, done, "number"));
    return exit_code::ok;
}

int query(Desk& desk, const Arguments& arguments) {
    json::object args;
    if (const auto from = arguments.find("--from")) {
        json::value input = read_input(*from);
        if (!input.is_object()) throw Failure{Error::bad_json_input};
        args = std::move(input.get_object());
    }
    for (const char* name : {"code", "last4"}) {
        if (const auto given = arguments.find(std::string{"--"} + name)) args[name] = *given;
        if (!args.contains(name)) {
            throw Failure{Error::missing_option, Detail::option, std::string{"--"} + name};
        }
    }
    const json::object answer =
        desk.call("query.progress", {{"code", args.at("code")}, {"last4", args.at("last4")}});
    std::string prose = text_at(answer, "number");
    prose.append("  ").append(choice_word(desk, text_at(answer, "state"))).append("\n");
    const auto line = [&](std::string_view label, std::string_view key) {
        const std::string at = text_at(answer, key);
        if (!at.empty()) prose.append(padded(label, 12)).append(limit_time(at)).append("\n");
    };
    line(desk.pick("登记", "registered"), "registered_at");
    line(desk.pick("期限", "due"), "due");
    line(desk.pick("答复", "answered"), "replied_at");
    line(desk.pick("办结", "closed"), "closed_at");
    const std::string reply = text_at(answer, "reply");
    if (!reply.empty()) {
        prose.append(desk.pick("答复内容：\n  ", "Answer:\n  "));
        prose.append(printable(reply, "\n  ")).append("\n");
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

struct Word {
    std::string_view name;
    Wording words;
};

constexpr std::array repeat_words{
    Word{"resend", {"同一件又送来一次", "the same appeal once more"}},
    Word{"same_person", {"同一人再次反映", "the same person again"}},
    Word{"same_matter", {"不同的人反映同一事项", "another person, the same matter"}},
    Word{"confirmed", {"已认定", "confirmed"}},
    Word{"refused", {"不是重复", "not a repeat"}},
    Word{"undone", {"已撤销认定", "taken back"}},
    Word{"same_phone", {"电话相同", "same phone"}},
    Word{"same_uscc", {"信用代码相同", "same credit code"}},
    Word{"same_category", {"分类相同", "same category"}},
    Word{"same_region", {"区划相同", "same region"}},
    Word{"same_place", {"地点相同", "same place"}},
    Word{"same_text", {"内容相同", "same text"}},
    Word{"similar_text", {"内容相近", "similar text"}},
    Word{"within_a_day", {"一天之内", "within a day"}},
};

std::string repeat_word(const Desk& desk, const std::string& name) {
    for (const Word& word : repeat_words) {
        if (word.name == name) return std::string{word.words.in(desk.lang())};
    }
    return name;
}

int list_repeats(Desk& desk, const Arguments& arguments) {
    json::object args{{"decided", arguments.has("--decided")}};
    if (const auto kind = arguments.find("--kind")) args["kind"] = *kind;
    if (const auto limit = arguments.number("--limit")) args["limit"] = *limit;
    const json::object answer = desk.call("repeat.list", std::move(args));
    std::string prose;
    for (const json::value& item : array_at(answer, "pairs")) {
        const json::object& pair = item.as_object();
        prose.append(text_at(pair, "pair")).append("\n  ");
        prose.append(repeat_word(desk, text_at(pair, "kind")));
        if (pair.contains("score"))
            prose.append(" ").append(std::to_string(number_at(pair, "score")));
        const std::string decision = text_at(pair, "decision");
        if (!decision.empty()) prose.append("  [").append(repeat_word(desk, decision)).append("]");
        std::string_view between = desk.pick("：", ": ");
        for (const json::value& reason : array_at(pair, "reasons")) {
            prose.append(between).append(repeat_word(desk, std::string{reason.as_string()}));
            between = desk.pick("、", ", ");
        }
        prose.append("\n");
    }
    desk.answer(answer, prose + total_line(desk, answer));
    return exit_code::ok;
}

int decide(Desk& desk, const Arguments& arguments, const char* decision) {
    json::object args{{"pair", arguments.get("PAIR")},
                      {"decision", decision},
                      {"merge", arguments.has("--merge")}};
    if (const auto kind = arguments.find("--kind")) args["kind"] = *kind;
    const json::object done = desk.call("repeat.decide", std::move(args));
    std::string prose = saved_line(desk, done, "pair");
    prose.append("  ")
        .append(repeat_word(desk, text_at(done, "decision")))
        .append(desk.pick("：", ": "));
    prose.append(repeat_word(desk, text_at(done, "kind"))).append("\n");
    desk.answer(done, prose);
    return exit_code::ok;
}

int confirm(Desk& desk, const Arguments& arguments) { return decide(desk, arguments, "confirmed"); }
int refuse(Desk& desk, const Arguments& arguments) { return decide(desk, arguments, "refused"); }
int undo(Desk& desk, const Arguments& arguments) { return decide(desk, arguments, "undone"); }

int load_categories(Desk& desk, const Arguments&) {
    json::array rows;
    for (const schema::PackedCategory& category : schema::category_pack()) {
        json::object values{{"code", category.code},
                            {"name", category.name},
                            {"parent", category.parent()},
                            {"version", schema::category_pack_version},
                            {"active", true}};
        rows.push_back(json::object{{"row", rows.size() + 1}, {"values", std::move(values)}});
    }
    const json::object done =
        desk.call("reference.import_rows", {{"entity", "category"}, {"rows", std::move(rows)}});
    std::string prose{desk.pick("新增 ", "New: ")};
    prose.append(std::to_string(number_at(done, "imported")))
        .append(desk.pick(" 条，更新 ", "; changed: "))
        .append(std::to_string(number_at(done, "updated")))
        .append(desk.pick(" 条，没有变化 ", "; as before: "))
        .append(std::to_string(number_at(done, "skipped")))
        .append(desk.pick(" 条\n", "\n"));
    desk.answer(done, prose);
    return exit_code::ok;
}

int count_categories(Desk& desk, const Arguments& arguments) {
    json::object answer = desk.call("category.count");
    const std::int64_t deepest = arguments.number("--level", 1).value_or(3);
    json::array rows;
    std::string prose;
    for (json::value& item : answer.at("rows").as_array()) {
        const json::object& row = item.as_object();
        const std::int64_t level = number_at(row, "level");
        if (level > deepest) continue;
        prose.append(static_cast<std::size_t>(2 * (level - 1)), ' ');
        prose.append(padded(text_at(row, "code"), 10)).append(padded(text_at(row, "name"), 30));
        prose.append(std::to_string(number_at(row, "appeals"))).append("\n");
        rows.push_back(std::move(item));
    }
    answer["rows"] = std::move(rows);
    prose.append(desk.pick("没有分类 ", "Unclassified "))
        .append(std::to_string(number_at(answer, "unclassified")))
        .append("\n");
    desk.answer(answer, prose + total_line(desk, answer));
    return exit_code::ok;
}

void add_repeats(CommandSpecs& specs, Program program) {
    constexpr const char* kinds = "resend|same_person|same_matter";
    specs.push_back({"repeat list",
                     {"可能重复的诉求，附理由", "appeals that may belong together, with reasons"},
                     {option("--kind", kinds, "只看这一种", "only this kind"),
                      option("--decided", "", "看已经认定的", "those that were decided"),
                      option("--limit", "N", "最多列出几对(默认 50)", "at most so many (50)")},
                     list_repeats});
    if (program != Program::hub) return;
    const OptionSpec pair =
        required_option("PAIR", "ID/ID", "两件的编号，中间一个斜杠", "both numbers with a slash");
    const OptionSpec kind =
        option("--kind", kinds, "是哪一种(默认按建议)", "which kind (as suggested)");
    specs.push_back(
        {"repeat confirm",
         {"认定重复", "confirm that they belong together"},
         {pair, kind,
          option("--merge", "", "并且把后一件并入前一件", "and merge the later into the earlier")},
         confirm});
    specs.push_back(
        {"repeat refuse", {"认定不重复", "decide that they do not"}, {pair, kind}, refuse});
    specs.push_back({"repeat undo", {"撤销认定", "take a decision back"}, {pair}, undo});
}

void add_mappings(CommandSpecs& specs, Program program) {
    const OptionSpec name = required_option("NAME", "NAME", "名称", "its name");
    if (program == Program::hub) specs.push_back(mapping_save_command());
    specs.push_back({"mapping list", {"导入对应一览", "list import mappings"}, {}, list_mappings});
    specs.push_back({"mapping show", {"看一个导入对应", "show one"}, {name}, show_mapping});
    if (program != Program::hub) return;
    specs.push_back({"mapping retire", {"停用导入对应", "retire one"}, {name}, retire_mapping});
}

}  // namespace

CommandSpecs intake_commands(Program program) {
    CommandSpecs specs;
    specs.push_back(
        {"appeal refer",
         {"记下另一渠道给同一件事的编号", "record a further channel's number"},
         {required_option("ID", "ID", "编号或 UUID", "number or UUID"),
          required_option("--channel", "CODE", "渠道", "the channel"),
          required_option("--ext-no", "NUMBER", "渠道的编号", "its number there"),
          option("--level", "national|province|city|district", "渠道级别", "level of the channel"),
          option("--received-at", "TIME", "渠道受理时间", "when the channel received it")},
         refer});
    specs.push_back(intake_command());
    specs.push_back({"channel list", {"渠道一览", "list channels"}, {}, list_channels});
    if (program == Program::hub) {
        specs.push_back(
            {"channel add",
             {"增加一个渠道，随同步下发到各站", "add a channel, sent to stations"},
             {required_option("CODE", "CODE", "代码(小写字母、数字、下划线)",
                              "its code (small letters, digits, _)"),
              required_option("--name", "NAME", "名称", "its name"),
              option("--level", "national|province|city|district", "级别", "its level")},
             add_channel});
    }
    add_mappings(specs, program);
    specs.push_back(
        {"query",
         {"凭查询码和手机尾号查进度", "how an appeal stands, by its query code"},
         {option("--code", "CODE", "查询码", "the query code"),
          option("--last4", "DIGITS", "登记电话的后四位", "last four digits of the phone"),
          option("--from", "-|FILE", "从标准输入或文件读 JSON {\"code\",\"last4\"}",
                 "read JSON from stdin or a file")},
         query});
    add_repeats(specs, program);
    if (program == Program::hub) {
        specs.push_back(
            {"category load",
             {"载入内置分类(征地拆迁、江岸水利、园区企业、三农等)", "load the built-in categories"},
             {},
             load_categories});
    }
    specs.push_back({"category count",
                     {"各分类的诉求件数(含下级)", "appeals by category, with all below it"},
                     {option("--level", "N", "到第几级(默认 3)", "down to which level (3)")},
                     count_categories});
    return specs;
}

}  // namespace jiuying::node
