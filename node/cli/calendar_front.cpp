// calendar and policy: load (hub), list, show.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"

namespace jiuying::node {
namespace {

/// What a new rule did to open orders.
std::string moved_line(const Desk& desk, const json::object& answer) {
    std::string line;
    line.append(desk.pick("未办结 ", "Open orders: "))
        .append(std::to_string(number_at(answer, "open")))
        .append(desk.pick(" 件，期限变动 ", ", with another due date: "))
        .append(std::to_string(number_at(answer, "moved")))
        .append(desk.pick(" 件\n", "\n"));
    return line;
}

std::string loaded_page(const Desk& desk, const json::object& answer) {
    std::string page{flag_at(answer, "loaded") ? desk.pick("已载入：", "Loaded: ")
                                               : desk.pick("已有同样内容，没有改动：",
                                                           "There already, nothing changed: ")};
    return page.append(text_at(answer, "code")).append("\n") + moved_line(desk, answer);
}

int load_calendar(Desk& desk, const Arguments& arguments) {
    const json::value input = read_input(arguments.get("FILE"));
    const json::object answer = desk.call("calendar.load", {{"notice", json::serialize(input)}});
    desk.answer(answer, loaded_page(desk, answer));
    return exit_code::ok;
}

int list_calendars(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("calendar.list");
    std::string page;
    for (const json::value& item : array_at(answer, "calendars")) {
        const json::object& one = item.as_object();
        page.append(padded(text_at(one, "code"), 10));
        page.append(padded(
            flag_at(one, "counts") ? desk.pick("现用", "counts") : desk.pick("旧版", "former"), 8));
        page.append(desk.pick("放假 ", "off "))
            .append(std::to_string(number_at(one, "off_days")))
            .append(desk.pick(" 天，调休上班 ", ", worked instead "))
            .append(std::to_string(number_at(one, "work_days")))
            .append(desk.pick(" 天  ", "  "));
        page.append(flag_at(one, "built_in") ? std::string{desk.pick("程序自带", "built in")}
                                             : short_time(text_at(one, "loaded_at")));
        page += "\n";
    }
    desk.answer(answer, page);
    return exit_code::ok;
}

int show_calendar(Desk& desk, const Arguments& arguments) {
    const auto year = arguments.number("YEAR");
    const json::object answer = desk.call("calendar.show", {{"year", year.value_or(0)}});
    std::string page = text_at(answer, "code") + "\n";
    for (const json::value& item : array_at(answer, "papers")) {
        page.append("  ").append(printable(std::string{item.as_string()})).append("\n");
    }
    for (const json::value& item : array_at(answer, "days")) {
        const json::object& day = item.as_object();
        page.append("  ").append(text_at(day, "date")).append("  ");
        page.append(flag_at(day, "isOffDay") ? desk.pick("放假", "off ")
                                             : desk.pick("上班", "work"));
        page.append("  ").append(printable(text_at(day, "name"))).append("\n");
    }
    desk.answer(answer, page);
    return exit_code::ok;
}

int load_policy(Desk& desk, const Arguments& arguments) {
    json::value input = read_input(arguments.get("FILE"));
    if (!input.is_object()) throw Failure{Error::bad_policy_file};
    const json::object answer =
        desk.call("policy.load", {{"document", std::move(input.get_object())}});
    desk.answer(answer, loaded_page(desk, answer));
    return exit_code::ok;
}

int list_policies(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("policy.list");
    std::string page;
    for (const json::value& item : array_at(answer, "policies")) {
        const json::object& one = item.as_object();
        const std::string from = text_at(one, "valid_from");
        page.append(padded(text_at(one, "code"), 16));
        page.append(padded(flag_at(one, "in_force") ? desk.pick("现行", "in force") : "", 10));
        page.append(padded(
            from.empty() ? std::string{desk.pick("程序自带", "built in")} : short_time(from), 18));
        page.append(printable(text_at(one, "name"))).append("\n");
    }
    desk.answer(answer, page);
    return exit_code::ok;
}

int show_policy(Desk& desk, const Arguments& arguments) {
    json::object args;
    if (const auto code = arguments.find("CODE")) args["code"] = *code;
    const json::object answer = desk.call("policy.show", std::move(args));
    std::string page = text_at(answer, "code") + "  " + printable(text_at(answer, "name")) + "\n";
    const json::object& rules = answer.at("rules").as_object();
    const auto rule = [&](const json::value& given) {
        const json::object& one = given.as_object();
        const json::value* counts = one.if_contains("start_counts");
        return std::to_string(number_at(one, "amount")) + " " + text_at(one, "unit") +
               (counts != nullptr ? std::string{desk.pick("(当天算)", " (start counts)")} : "");
    };
    for (const json::value& item : array_at(rules, "rows")) {
        const json::object& row = item.as_object();
        page.append("  ").append(
            padded(shown_value(desk.lang(), "type", row.at("type"), true), 14));
        page.append(padded(shown_value(desk.lang(), "complexity", row.at("complexity"), true), 10));
        page.append(rule(row.at("citizen")));
        if (const json::value* unit = row.if_contains("unit")) {
            page.append(desk.pick("，单位 ", ", unit ")).append(rule(*unit));
        }
        page += "\n";
    }
    page.append(desk.pick("其余见 --json，改好换版本号即可载入。\n",
                          "The rest: --json, which can be changed and loaded again.\n"));
    desk.answer(answer, page);
    return exit_code::ok;
}

OptionSpec file_word(std::string_view zh, std::string_view en) {
    return required_option("FILE", "FILE", zh, en);
}

}  // namespace

CommandSpecs calendar_commands(Program program) {
    CommandSpecs specs;
    const bool hub = program == Program::hub;
    if (hub) {
        specs.push_back({"calendar load",
                         {"载入一年的放假安排，下发到各站，报告期限变动",
                          "load a year's days off for all stations; tells how many dues moved"},
                         {file_word("放假安排(JSON)，- 为标准输入", "the notice (JSON), or -")},
                         load_calendar});
    }
    specs.push_back({"calendar list",
                     {"有哪些年份的放假安排", "the calendars that are known"},
                     {},
                     list_calendars});
    specs.push_back({"calendar show",
                     {"一年的放假和调休", "a year's days off and make-up days"},
                     {required_option("YEAR", "YEAR", "年份", "the year")},
                     show_calendar});
    if (hub) {
        specs.push_back({"policy load",
                         {"载入一版时限规则，下发到各站",
                          "load a version of the deadline policy for all stations"},
                         {file_word("规则(JSON)，- 为标准输入", "the policy (JSON), or -")},
                         load_policy});
    }
    specs.push_back({"policy list",
                     {"有哪些时限规则，哪一版现行", "the deadline policies, and which is in force"},
                     {},
                     list_policies});
    specs.push_back({"policy show",
                     {"一版时限规则(默认现行)", "one deadline policy (the one in force)"},
                     {option("CODE", "CODE", "名称@版本", "name@version")},
                     show_policy});
    return specs;
}

}  // namespace jiuying::node
