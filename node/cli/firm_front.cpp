// enterprise add, edit, show, list, contact, merge, duplicates; case; worklist.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/choice_words.hpp"

#include <array>

namespace jiuying::node {
namespace {

std::string word(const Desk& desk, const std::string& choice) {
    return desk.lang() == Lang::zh ? std::string{word_for(choice)} : choice;
}

/// {argument: value} of the options that were given.
json::object given_in(const Arguments& arguments,
                      std::initializer_list<std::pair<const char*, const char*>> options) {
    json::object args;
    for (const auto& [name, key] : options) {
        if (const auto given = arguments.find(name)) args[key] = *given;
    }
    if (const auto limit = arguments.has("--limit") ? arguments.number("--limit") : std::nullopt) {
        args["limit"] = *limit;
    }
    return args;
}

json::object firm_values(const Arguments& arguments) {
    json::object values = given_in(arguments, {{"--name", "name"},
                                               {"--uscc", "uscc"},
                                               {"--class", "class"},
                                               {"--industry", "industry"},
                                               {"--park", "park"}});
    if (const auto from = arguments.find("--from")) {
        const json::value input = read_input(*from);
        if (!input.is_object()) throw Failure{Error::bad_json_input};
        for (const auto& member : input.get_object()) values[member.key()] = member.value();
    }
    return values;
}

int add_firm(Desk& desk, const Arguments& arguments) {
    const json::object done = desk.call("enterprise.add", {{"values", firm_values(arguments)}});
    std::string prose{flag_at(done, "known") ? desk.pick("已有这家企业：", "Known already: ")
                                             : desk.pick("企业已登记：", "Recorded: ")};
    desk.answer(done, prose.append(text_at(done, "id")).append("\n"));
    return exit_code::ok;
}

int edit_firm(Desk& desk, const Arguments& arguments) {
    json::object set = firm_values(arguments);
    if (const auto aliases = arguments.find("--aliases")) set["aliases"] = *aliases;
    const json::object done =
        desk.call("enterprise.edit", {{"id", arguments.get("ID")}, {"set", std::move(set)}});
    desk.answer(done, desk.pick("已保存。\n", "Saved.\n"));
    return exit_code::ok;
}

std::string firm_line(const Desk& desk, const json::object& firm) {
    std::string line = padded(masked("uscc", text_at(firm, "uscc")), 20);
    line.append(padded(word(desk, text_at(firm, "class")), 14));
    return line.append(printable(text_at(firm, "name")));
}

int list_firms(Desk& desk, const Arguments& arguments) {
    const json::object answer =
        desk.call("enterprise.list", given_in(arguments, {{"--search", "search"}}));
    std::string prose;
    for (const json::value& item : array_at(answer, "enterprises")) {
        prose += firm_line(desk, item.as_object()) + "\n";
    }
    prose.append(desk.pick("共 ", "Total "))
        .append(std::to_string(number_at(answer, "total")))
        .append(desk.pick(" 家企业\n", "\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

int show_firm(Desk& desk, const Arguments& arguments) {
    json::object args = given_in(arguments, {});
    args["id"] = arguments.get("ID");
    const json::object answer = desk.call("enterprise.show", std::move(args));
    std::string prose = firm_line(desk, answer.at("enterprise").as_object()) + "\n";
    for (const json::value& item : array_at(answer, "timeline")) {
        const json::object& moment = item.as_object();
        prose += padded(short_time(text_at(moment, "time")), 18);
        prose += padded(word(desk, text_at(moment, "kind")), 16);
        prose += padded(text_at(moment, "number"), 22);
        for (const char* key : {"title", "text", "unit", "grade", "actor"}) {
            const std::string text = text_at(moment, key);
            if (!text.empty()) prose.append(shortened(printable(text), 40)).append(" ");
        }
        prose += "\n";
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

int contact_firm(Desk& desk, const Arguments& arguments) {
    json::object args = given_in(arguments, {{"--text", "text"},
                                             {"--method", "method"},
                                             {"--contact", "contact"},
                                             {"--at", "happened_at"}});
    if (const auto from = arguments.find("--from")) {
        const json::value input = read_input(*from);
        if (!input.is_object()) throw Failure{Error::bad_json_input};
        for (const auto& member : input.get_object()) args[member.key()] = member.value();
    }
    args["id"] = arguments.get("ID");
    const json::object done = desk.call("enterprise.contact", std::move(args));
    desk.answer(done, desk.pick("联系记录已保存。\n", "Contact saved.\n"));
    return exit_code::ok;
}

int merge_firms(Desk& desk, const Arguments& arguments) {
    const bool dry_run = arguments.has("--dry-run");
    json::object args{{"id", arguments.get("ID")},
                      {"undo", arguments.has("--undo")},
                      {"dry_run", dry_run && !arguments.has("--undo")}};
    if (const auto into = arguments.find("--into")) {
        args["into"] = *into;
    } else if (!arguments.has("--undo")) {
        throw Failure{Error::missing_option, Detail::option, "--into"};
    }
    const json::object done = desk.call("enterprise.merge", std::move(args));
    if (done.contains("dry_run")) {
        std::string prose = firm_line(desk, done.at("from").as_object()) + "\n-> " +
                            firm_line(desk, done.at("to").as_object()) + "\n";
        prose.append(desk.pick("归到一家的诉求 ", "Appeals that come along: "))
            .append(std::to_string(number_at(done, "appeals")))
            .append(desk.pick("，联系记录 ", ", contacts: "))
            .append(std::to_string(number_at(done, "contacts")))
            .append(desk.pick("。什么也没有写。\n", ". Nothing was written.\n"));
        desk.answer(done, prose);
        return exit_code::ok;
    }
    desk.answer(done,
                desk.pick("已保存，两边的记录都在。\n", "Saved; nothing of either is lost.\n"));
    return exit_code::ok;
}

int list_duplicates(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("enterprise.duplicates", given_in(arguments, {}));
    std::string prose;
    for (const json::value& item : array_at(answer, "groups")) {
        for (const json::value& firm : array_at(item.as_object(), "firms")) {
            prose += text_at(firm.as_object(), "id") + "  " + firm_line(desk, firm.as_object());
            prose += "\n";
        }
        prose += "\n";
    }
    prose.append(desk.pick("可能重复的共 ", "Perhaps one firm: "))
        .append(std::to_string(number_at(answer, "total")))
        .append(desk.pick(" 组\n", "\n"));
    desk.answer(answer, prose);
    return exit_code::ok;
}

/// One line of a list or a hard case.
std::string thing_line(const Desk& desk, const json::object& thing, const char* who,
                       const char* date) {
    std::string line =
        text_at(thing, "id") + "  " + padded(word(desk, text_at(thing, "state")), 10);
    line += padded(text_at(thing, who), 12) + padded(limit_time(text_at(thing, date)), 18);
    if (flag_at(thing, "overdue")) line += desk.pick("[超期] ", "[overdue] ");
    return line + printable(text_at(thing, "title")) + "\n";
}

std::string item_lines(const Desk& desk, const json::array& items) {
    std::string lines;
    for (const json::value& item : items) {
        const json::object& one = item.as_object();
        lines += "  " + padded(text_at(one, "number"), 22) + word(desk, text_at(one, "state"));
        lines += "\n";
    }
    return lines;
}

template <class Call>
int say_saved(Desk& desk, Call call) {
    const json::object done = call();
    std::string prose{desk.pick("已保存：", "Saved: ")};
    desk.answer(done, prose.append(text_at(done, "id")).append("\n"));
    return exit_code::ok;
}

int add_case(Desk& desk, const Arguments& arguments) {
    return say_saved(desk, [&] {
        return desk.call("case.add", given_in(arguments, {{"--title", "title"},
                                                          {"--cause", "cause"},
                                                          {"--lead", "lead"},
                                                          {"--target", "target"},
                                                          {"--orders", "orders"},
                                                          {"--enterprise", "enterprise"}}));
    });
}

int list_cases(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("case.list");
    std::string prose;
    for (const json::value& item : array_at(answer, "cases")) {
        prose += thing_line(desk, item.as_object(), "lead", "target_date");
    }
    prose.append(desk.pick("未销号 ", "Open: "))
        .append(std::to_string(number_at(answer, "open")))
        .append(" / ")
        .append(std::to_string(number_at(answer, "total")))
        .append("\n");
    desk.answer(answer, prose);
    return exit_code::ok;
}

int show_case(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("case.show", {{"id", arguments.get("ID")}});
    const json::object& shown = answer.at("case").as_object();
    std::string prose = thing_line(desk, shown, "lead", "target_date");
    prose += item_lines(desk, array_at(shown, "orders"));
    for (const json::value& item : array_at(answer, "progress")) {
        prose += padded(short_time(text_at(item.as_object(), "happened_at")), 18);
        prose += printable(text_at(item.as_object(), "text")) + "\n";
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

/// A step of a case or a list: its id and the options given.
int step(Desk& desk, const Arguments& arguments, std::string_view name,
         std::initializer_list<std::pair<const char*, const char*>> options) {
    json::object args = given_in(arguments, options);
    args["id"] = arguments.get("ID");
    return say_saved(desk, [&] { return desk.call(name, std::move(args)); });
}
int case_progress(Desk& desk, const Arguments& arguments) {
    return step(desk, arguments, "case.progress", {{"--text", "text"}, {"--at", "happened_at"}});
}
int case_link(Desk& desk, const Arguments& arguments) {
    return step(desk, arguments, "case.link", {{"--order", "order"}});
}
int case_propose(Desk& desk, const Arguments& arguments) {
    return step(desk, arguments, "case.propose", {{"--evidence", "evidence"}});
}
int case_strike(Desk& desk, const Arguments& arguments) {
    return step(desk, arguments, "case.strike", {});
}
int list_item(Desk& desk, const Arguments& arguments) {
    return step(desk, arguments, "worklist.item", {{"--add", "add"}, {"--remove", "remove"}});
}
int list_owner(Desk& desk, const Arguments& arguments) {
    return step(desk, arguments, "worklist.owner", {{"--owner", "owner"}});
}
int list_close(Desk& desk, const Arguments& arguments) {
    return step(desk, arguments, "worklist.close", {});
}

int add_list(Desk& desk, const Arguments& arguments) {
    return say_saved(desk, [&] {
        return desk.call("worklist.add", given_in(arguments, {{"--title", "title"},
                                                              {"--owner", "owner"},
                                                              {"--due", "due"},
                                                              {"--items", "items"}}));
    });
}

int list_lists(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("worklist.list");
    std::string prose;
    for (const json::value& item : array_at(answer, "lists")) {
        prose += thing_line(desk, item.as_object(), "owner", "due_at");
    }
    if (prose.empty()) prose = desk.pick("还没有清单\n", "There is no work list yet\n");
    desk.answer(answer, prose);
    return exit_code::ok;
}

int show_list(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("worklist.show", {{"id", arguments.get("ID")}});
    const json::object& shown = answer.at("list").as_object();
    desk.answer(answer, thing_line(desk, shown, "owner", "due_at") +
                            item_lines(desk, array_at(shown, "items")));
    return exit_code::ok;
}

OptionSpec id_option() {
    return required_option("ID", "ID", "编号或前八位", "id, or its first characters");
}

std::vector<OptionSpec> firm_options(bool adding) {
    std::vector<OptionSpec> options;
    if (!adding) {
        options.push_back(required_option("ID", "ID", "编号、信用代码或名称", "id, code or name"));
    }
    options.push_back(option("--name", "NAME", "名称", "name"));
    options.push_back(option("--uscc", "CODE", "统一社会信用代码", "unified credit code"));
    options.push_back(option("--class", "above_scale|small_medium|self_employed", "类别", "class"));
    options.push_back(option("--industry", "CODE", "行业代码(GB/T 4754)", "industry (GB/T 4754)"));
    options.push_back(option("--park", "CODE", "所在园区(区划代码)", "park, a region code"));
    options.push_back(option("--from", "-|FILE", "从标准输入或文件读 JSON {字段:值}",
                             "read JSON {field: value} from stdin or a file"));
    if (!adding) options.push_back(option("--aliases", "NAMES", "别名：+新 -旧", "+new -old"));
    return options;
}

}  // namespace

CommandSpecs firm_commands(Program program) {
    const OptionSpec limit = option("--limit", "N", "最多列出几个", "at most so many");
    const OptionSpec firm =
        required_option("ID", "ID", "编号、信用代码或名称", "id, credit code or name");
    CommandSpecs specs{
        {"enterprise add", {"登记一家企业", "record an enterprise"}, firm_options(true), add_firm},
        {"enterprise edit",
         {"改企业的资料", "change an enterprise's record"},
         firm_options(false),
         edit_firm},
        {"enterprise list",
         {"企业一览", "list enterprises"},
         {option("--search", "WORDS", "名称、别名或代码里有这些字", "with these characters"),
          limit},
         list_firms},
        {"enterprise show",
         {"一家企业的全部记录，按时间排成一条", "all about an enterprise, on one timeline"},
         {firm, limit},
         show_firm},
        {"enterprise contact",
         {"记一次与企业的联系", "write down a contact with an enterprise"},
         {firm, option("--text", "TEXT", "内容", "what was said"),
          option("--method", "phone|door|counter|message", "方式", "how"),
          option("--contact", "NAME", "联系人", "with whom"),
          option("--at", "TIME", "什么时候(默认现在)", "when it was (now)"),
          option("--from", "-|FILE", "从标准输入或文件读 JSON", "read JSON from stdin or a file")},
         contact_firm},
        {"enterprise duplicates",
         {"可能是同一家的企业记录", "records that may be one enterprise"},
         {limit},
         list_duplicates},
        {"worklist add",
         {"列一份清单(专人负责)", "make a work list with a named owner"},
         {required_option("--title", "TEXT", "标题", "title"),
          required_option("--owner", "CODE", "责任人工号", "the owner, by staff code"),
          option("--due", "TIME", "期限", "due"),
          option("--items", "IDS", "诉求编号，逗号分开", "orders, by commas")},
         add_list},
        {"worklist list", {"清单一览", "list work lists"}, {}, list_lists},
        {"worklist show", {"看一份清单", "show a work list"}, {id_option()}, show_list},
        {"worklist item",
         {"增减清单事项", "add or take away items"},
         {id_option(), option("--add", "IDS", "加上的诉求", "orders to add"),
          option("--remove", "IDS", "拿掉的诉求", "orders to take away")},
         list_item},
        {"worklist owner",
         {"换清单责任人", "name another owner"},
         {id_option(), required_option("--owner", "CODE", "责任人工号", "staff code")},
         list_owner},
        {"worklist close",
         {"清单办结(事项都办完了才行)", "close a list, once all its items are done"},
         {id_option()},
         list_close},
    };
    if (program != Program::hub) return specs;
    const CommandSpecs more{
        {"enterprise merge",
         {"两条记录并为一家企业，什么也不丢", "make two records one enterprise; nothing is lost"},
         {firm, option("--into", "ID", "并到哪一条", "into which"),
          option("--undo", "", "撤销", "undo it"),
          option("--dry-run", "", "只看会怎样", "only say what would become of them")},
         merge_firms},
        {"case add",
         {"列一个企业难办点", "enter a hard case"},
         {required_option("--title", "TEXT", "标题", "title"),
          required_option("--cause", "policy_cause|funds|legacy|cross_department|authority_lacking",
                          "难点原因", "cause"),
          required_option("--lead", "CODE", "牵头单位", "lead unit"),
          required_option("--target", "TIME", "目标日期", "target date"),
          option("--orders", "IDS", "关联诉求，逗号分开", "linked orders, by commas"),
          option("--enterprise", "ID", "企业", "enterprise")},
         add_case},
        {"case list", {"难办点一览", "list hard cases"}, {}, list_cases},
        {"case show", {"看一个难办点", "show a hard case"}, {id_option()}, show_case},
        {"case progress",
         {"记一次进展", "write down progress"},
         {id_option(), required_option("--text", "TEXT", "进展", "what was done"),
          option("--at", "TIME", "什么时候(默认现在)", "when it was (now)")},
         case_progress},
        {"case link",
         {"关联诉求", "link orders"},
         {id_option(), required_option("--order", "IDS", "诉求编号", "orders")},
         case_link},
        {"case propose",
         {"提出销号(写明依据)", "propose to strike it off, with evidence"},
         {id_option(), required_option("--evidence", "TEXT", "依据", "evidence")},
         case_propose},
        {"case strike",
         {"批准销号(另一名领导)", "approve the strike-off: a leader who did not propose it"},
         {id_option()},
         case_strike},
    };
    specs.insert(specs.end(), more.begin(), more.end());
    return specs;
}

}  // namespace jiuying::node
