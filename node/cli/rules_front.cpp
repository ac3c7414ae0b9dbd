// setting, reason, duty, alarm.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"

namespace jiuying::node {
namespace {

int set_setting(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call(
        "setting.set", {{"name", arguments.get("NAME")}, {"value", arguments.get("VALUE")}});
    std::string page{desk.pick("已保存：", "Saved: ")};
    page.append(text_at(answer, "name")).append(" ");
    page.append(std::to_string(number_at(answer, "before"))).append(" → ");
    page.append(std::to_string(number_at(answer, "value"))).append("\n");
    desk.answer(answer, page);
    return exit_code::ok;
}

int list_settings(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("setting.list");
    std::string page;
    for (const json::value& item : array_at(answer, "settings")) {
        const json::object& one = item.as_object();
        page.append(padded(text_at(one, "name"), 30));
        page.append(padded(std::to_string(number_at(one, "value")), 6));
        page.append(padded(
            std::string{desk.pick("默认 ", "default ")} + std::to_string(number_at(one, "default")),
            14));
        page.append(padded(
            std::to_string(number_at(one, "least")) + "-" + std::to_string(number_at(one, "most")),
            10));
        page.append(text_at(one, desk.lang() == Lang::zh ? "zh" : "en")).append("\n");
    }
    desk.answer(answer, page);
    return exit_code::ok;
}

std::string reason_line(const Desk& desk, const json::object& reason) {
    std::string line = padded(text_at(reason, "use"), 20) + padded(text_at(reason, "code"), 22);
    line += printable(text_at(reason, desk.lang() == Lang::zh ? "zh" : "en"));
    if (!flag_at(reason, "valid")) line += desk.pick("  [已停用]", "  [retired]");
    return line + "\n";
}

int add_reason(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("reason.add", {{"code", arguments.get("CODE")},
                                                         {"use", arguments.get("--use")},
                                                         {"name", arguments.get("--name")}});
    desk.answer(answer, reason_line(desk, answer));
    return exit_code::ok;
}

int retire_reason(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call(
        "reason.retire", {{"code", arguments.get("CODE")}, {"use", arguments.get("--use")}});
    desk.answer(answer, reason_line(desk, answer));
    return exit_code::ok;
}

int list_reasons(Desk& desk, const Arguments& arguments) {
    json::object args;
    if (const auto use = arguments.find("--use")) args["use"] = *use;
    const json::object answer = desk.call("reason.list", std::move(args));
    std::string page;
    for (const json::value& item : array_at(answer, "reasons")) {
        page += reason_line(desk, item.as_object());
    }
    page.append(desk.pick("共 ", "Total ")).append(std::to_string(number_at(answer, "total")));
    desk.answer(answer, page.append(desk.pick(" 条\n", "\n")));
    return exit_code::ok;
}

std::string duty_line(const Desk& desk, const json::object& duty) {
    std::string line = padded(short_time(text_at(duty, "from")), 18);
    line += padded(short_time(text_at(duty, "to")), 18);
    line += padded(printable(text_at(duty, "staff")), 12) +
            padded(printable(text_at(duty, "unit")), 12);
    const json::value* post = duty.if_contains("post");
    if (post != nullptr) line += shown_value(desk.lang(), "post", *post, true);
    return line + "\n";
}

int add_duty(Desk& desk, const Arguments& arguments) {
    json::object args;
    for (const char* name : {"staff", "from", "to", "post", "unit"}) {
        if (const auto given = arguments.find(std::string{"--"} + name)) args[name] = *given;
    }
    const json::object answer = desk.call("duty.add", std::move(args));
    std::string page{desk.pick("已排班：", "On the roster: ")};
    desk.answer(answer, page.append(printable(text_at(answer, "staff"))).append("\n"));
    return exit_code::ok;
}

int list_duties(Desk& desk, const Arguments& arguments) {
    json::object args;
    for (const char* name : {"from", "to"}) {
        if (const auto given = arguments.find(std::string{"--"} + name)) args[name] = *given;
    }
    const json::object answer = desk.call("duty.list", std::move(args));
    std::string page;
    for (const json::value& item : array_at(answer, "duties")) {
        page += duty_line(desk, item.as_object());
    }
    page.append(desk.pick("共 ", "Total ")).append(std::to_string(number_at(answer, "total")));
    desk.answer(answer, page.append(desk.pick(" 班\n", "\n")));
    return exit_code::ok;
}

int show_duty_now(Desk& desk, const Arguments& arguments) {
    json::object args;
    if (const auto at = arguments.find("--at")) args["at"] = *at;
    const json::object answer = desk.call("duty.now", std::move(args));
    std::string page;
    for (const json::value& item : array_at(answer, "on_duty")) {
        page += duty_line(desk, item.as_object());
    }
    if (page.empty()) {
        page = desk.pick("当时没有人值班，请排班：jiuying-hub duty add\n",
                         "Nobody is on duty then; see jiuying-hub duty add\n");
    }
    desk.answer(answer, page);
    return exit_code::ok;
}

struct AlarmWords {
    Wording what;
    Wording todo;
};

AlarmWords alarm_words(std::string_view kind) {
    constexpr Wording stop_one{"停用其中一台，两边的记录都已保留",
                               "stop one of them; the records of both are kept"};
    if (kind == "two_hubs") {
        return {{"有两个区中枢在用同一把钥匙", "two hubs go on with one key"}, stop_one};
    }
    if (kind == "late_words") {
        return {{"停用的机器后来还有记录送来", "a revoked machine's later words came in"},
                {"看一看再决定：quarantine list", "look and decide: quarantine list"}};
    }
    if (kind == "history_changed") {
        return {
            {"区中枢的历史和它签过的检查点不符", "the hub's history is not what it once signed"},
            {"先备份，再运行 verify", "make a backup, then run verify"}};
    }
    if (kind == "audit_broken") {
        return {{"审计日志断了链", "an audit log's chain is broken"},
                {"运行 audit verify 看是哪一条", "run audit verify to see the row"}};
    }
    return {{"有两台机器在用同一站点的钥匙", "two machines go on with one key"}, stop_one};
}

std::string alarm_text(const Desk& desk, const json::object& alarm) {
    const std::string kind = text_at(alarm, "kind");
    std::string text = padded(short_time(text_at(alarm, "raised_at")), 18);
    text += padded(printable(text_at(alarm, "station")), 10);
    const auto [what, todo] = alarm_words(kind);
    text.append(what.in(desk.lang())).append("\n  ").append(text_at(alarm, "id"));
    if (!flag_at(alarm, "settled")) {
        text.append(desk.pick("  未处理：", "  open: "));
        return text.append(todo.in(desk.lang())).append("\n");
    }
    text.append(desk.pick("  已处理 ", "  settled "));
    text.append(short_time(text_at(alarm, "settled_at"))).append(" ");
    text.append(printable(text_at(alarm, "settled_by"))).append(" ");
    return text + printable(text_at(alarm, "reason")) + "\n";
}

int list_alarms(Desk& desk, const Arguments&) {
    const json::object answer = desk.call("alarm.list");
    std::string page;
    for (const json::value& item : array_at(answer, "alarms")) {
        page += alarm_text(desk, item.as_object());
    }
    if (page.empty()) page = desk.pick("没有警报\n", "No alarms\n");
    desk.answer(answer, page);
    return exit_code::ok;
}

int settle_alarm(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call(
        "alarm.settle", {{"id", arguments.get("ID")}, {"reason", arguments.get("--reason")}});
    desk.answer(answer, alarm_text(desk, answer));
    return exit_code::ok;
}

void add_alarm_commands(CommandSpecs& specs, bool hub) {
    specs.push_back({"alarm list",
                     {"警报：要人来查的事", "alarms: what a person must look into"},
                     {},
                     list_alarms});
    if (!hub) return;
    specs.push_back(
        {"alarm settle",
         {"警报查清了，写明结果", "settle an alarm, saying what was found"},
         {required_option("ID", "ID", "见 alarm list", "from alarm list"),
          required_option("--reason", "TEXT", "查到什么、怎么处理的", "what was found and done")},
         settle_alarm});
}

void add_reason_commands(CommandSpecs& specs, bool hub) {
    const auto use = [] {
        return required_option("--use", "STEP", "用于哪一步，如 send-back、申请退单",
                               "for which step, as send-back or return_asked");
    };
    if (hub) {
        specs.push_back({"reason add",
                         {"加一个原因代码", "add a reason to a step's list"},
                         {required_option("CODE", "CODE", "代码", "its code"), use(),
                          required_option("--name", "TEXT", "名称", "what it says")},
                         add_reason});
        specs.push_back({"reason retire",
                         {"停用一个原因代码，以前用过的仍有效",
                          "retire a reason; what was said before stays valid"},
                         {required_option("CODE", "CODE", "代码", "its code"), use()},
                         retire_reason});
    }
    specs.push_back({"reason list",
                     {"各步骤可用的原因代码", "the reasons that each step may name"},
                     {option("--use", "STEP", "只看这一步", "of this step only")},
                     list_reasons});
}

void add_duty_commands(CommandSpecs& specs, bool hub) {
    if (hub) {
        specs.push_back(
            {"duty add",
             {"排一个班", "put somebody on the duty roster"},
             {required_option("--staff", "CODE", "工号", "staff code"),
              required_option("--from", "TIME", "从什么时候", "from when"),
              required_option("--to", "TIME", "到什么时候", "until when"),
              option("--post",
                     "dispatcher|supervisor|replier|visitor|leader|recorder|enterprise_desk",
                     "岗位", "post"),
              option("--unit", "CODE", "单位代码(默认本人单位)", "unit (the person's own)")},
             add_duty});
    }
    specs.push_back({"duty list",
                     {"值班表", "the duty roster"},
                     {option("--from", "TIME", "从什么时候", "from when"),
                      option("--to", "TIME", "到什么时候", "until when")},
                     list_duties});
    specs.push_back({"duty now",
                     {"现在谁值班", "who is on duty"},
                     {option("--at", "TIME", "看那个时候(默认现在)", "at that time (now)")},
                     show_duty_now});
}

}  // namespace

CommandSpecs rules_commands(Program program) {
    CommandSpecs specs;
    const bool hub = program == Program::hub;
    if (hub) {
        specs.push_back({"setting set",
                         {"改一个设置，下发到各站", "change a setting for all stations"},
                         {required_option("NAME", "NAME", "设置名，见 setting list",
                                          "its name, see setting list"),
                          required_option("VALUE", "N", "取值", "the value")},
                         set_setting});
    }
    specs.push_back({"setting list",
                     {"全部设置：现值、默认值和意思", "all settings: value, default, meaning"},
                     {},
                     list_settings});
    add_reason_commands(specs, hub);
    add_duty_commands(specs, hub);
    add_alarm_commands(specs, hub);
    return specs;
}

}  // namespace jiuying::node
