// conflict list, show, resolve.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "schema/workflow_words.hpp"

namespace jiuying::node {
namespace {

/// Who did what and when, of one event.
std::string event_line(const Desk& desk, const json::object& event) {
    const auto kind = schema::wording(schema::event_kind(text_at(event, "kind")));
    std::string line{desk.pick(kind.zh, kind.en)};
    line.append(desk.pick("（", " (")).append(who(event)).append(desk.pick("，", ", "));
    line.append(short_time(text_at(event, "happened_at"))).append(desk.pick("）", ")"));
    if (flag_at(event, "late_entry")) line.append(desk.pick(" 补录", " late entry"));
    return line;
}

/// An event that was refused: both stories, and why.
std::string event_conflict_prose(const Desk& desk, const json::object& conflict) {
    std::string prose{desk.pick("冲突 ", "Conflict ")};
    prose.append(text_at(conflict, "id")).append("\n  ").append(text_at(conflict, "number"));
    prose.append(desk.pick("  没有算数的一步：", "  a step that did not count: "));
    prose.append(event_line(desk, conflict.at("event").as_object())).append("\n");
    if (const schema::GuardText* guard = guard_named(text_at(conflict, "refused"))) {
        prose.append(desk.pick("    原因：", "    because: "));
        prose.append(desk.pick(guard->what_zh, guard->what_en)).append("\n");
    }
    if (const json::object* before = conflict.at("before").if_object()) {
        prose.append(desk.pick("    在它之前：", "    before it: "));
        prose.append(event_line(desk, *before)).append("\n");
    }
    return prose;
}

/// What a visit found, in words.
std::string visit_result(const Desk& desk, const json::object& facts) {
    std::string found;
    for (const std::string_view name : {"grade", "solved"}) {
        const json::value* value = facts.if_contains(name);
        if (value == nullptr || value->is_null()) continue;
        if (!found.empty()) found.append(desk.pick("，", ", "));
        found.append(field_label(desk.lang(), "work_order_event", name))
            .append(desk.pick("：", ": "));
        found.append(shown_value(desk.lang(), name, *value, false));
    }
    return found;
}

/// Visits that disagree: what each found, and which counts meanwhile.
std::string visit_conflict_prose(const Desk& desk, const json::object& conflict) {
    std::string prose{desk.pick("冲突 ", "Conflict ")};
    prose.append(text_at(conflict, "id")).append("\n  ").append(text_at(conflict, "number"));
    prose.append(desk.pick("  几次回访结果不一致\n", "  the return visits do not agree\n"));
    for (const json::value& item : array_at(conflict, "visits")) {
        const json::object& visit = item.as_object();
        prose.append("    ").append(std::to_string(number_at(visit, "take"))).append(") ");
        prose.append(visit_result(desk, visit.at("facts").as_object())).append("  ");
        prose.append(event_line(desk, visit));
        if (flag_at(visit, "current")) {
            prose.append(desk.pick("  暂按这次", "  counts meanwhile"));
        }
        prose.append("\n");
    }
    return prose;
}

std::string conflict_prose(const Desk& desk, const json::object& conflict, bool reveal) {
    if (text_at(conflict, "kind") == "event") return event_conflict_prose(desk, conflict);
    if (text_at(conflict, "kind") == "visits") return visit_conflict_prose(desk, conflict);
    const std::string field = text_at(conflict, "field");
    const std::string entity = text_at(conflict, "entity");
    const std::string number = text_at(conflict, "number");
    std::string prose{desk.pick("冲突 ", "Conflict ")};
    prose.append(text_at(conflict, "id")).append("\n  ");
    prose.append(number.empty() ? text_at(conflict, "record") : number).append("  ");
    prose.append(field_label(desk.lang(), entity, field)).append("\n");
    for (const json::value& item : array_at(conflict, "values")) {
        const json::object& value = item.as_object();
        prose.append("    ").append(std::to_string(number_at(value, "take"))).append(") ");
        prose.append(shown_value(desk.lang(), field, value.at("value"), reveal));
        prose.append(desk.pick("   （", "   (")).append(who(value)).append(desk.pick("，", ", "));
        prose.append(short_time(text_at(value, "time"))).append(desk.pick("）", ")"));
        if (flag_at(value, "current")) prose.append(desk.pick("  暂时显示", "  shown meanwhile"));
        if (flag_at(value, "suspect_clock")) {
            prose.append(desk.pick("  当时电脑时间不准", "  clock was unsure"));
        }
        prose.append("\n");
    }
    return prose;
}

std::string how_to_decide(const Desk& desk, const json::object& conflict) {
    const std::string id = text_at(conflict, "id");
    const bool hub_decides = text_at(conflict, "kind") != "field";
    if (hub_decides && desk.program_name() != "jiuying-hub") {
        std::string prose{desk.pick("由区中心裁定，裁定后同步即到；这里可以看：",
                                    "The hub decides, and a sync brings it; to look at it here: ")};
        prose.append(desk.program_name()).append(" conflict show ").append(id);
        return prose.append(desk.data_option()).append("\n");
    }
    if (text_at(conflict, "kind") == "event") {
        std::string prose{desk.pick("区中心裁定，留作历史或作废：",
                                    "The hub rules, to keep it as history or to void it: ")};
        prose.append("jiuying-hub conflict resolve ").append(id).append(" --ruling history|void");
        return prose.append(desk.data_option()).append("\n");
    }
    if (text_at(conflict, "kind") == "visits") {
        std::string prose{desk.pick("区中心定以哪次为准：", "The hub says which one counts: ")};
        prose.append("jiuying-hub conflict resolve ").append(id).append(" --take 1");
        return prose.append(desk.data_option()).append("\n");
    }
    std::string prose{desk.pick("采用其中一个：", "To take one of them: ")};
    prose.append(desk.program_name()).append(" conflict resolve ").append(id);
    prose.append(" --take 1").append(desk.data_option());
    prose.append(
        desk.pick("；都不对就用 --value 写新的。\n", "; or write another with --value.\n"));
    return prose;
}

int list(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("conflict.list");
    const json::array& conflicts = array_at(answer, "conflicts");
    std::string prose;
    for (const json::value& conflict : conflicts) {
        prose += conflict_prose(desk, conflict.as_object(), arguments.has("--reveal"));
    }
    if (conflicts.empty()) {
        prose = desk.pick("没有冲突。\n", "No conflicts.\n");
    } else {
        prose += how_to_decide(desk, conflicts.front().as_object());
    }
    desk.answer(answer, prose);
    return exit_code::ok;
}

int show(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("conflict.show", {{"id", arguments.get("ID")}});
    const json::object& conflict = answer.at("conflict").as_object();
    desk.answer(answer, conflict_prose(desk, conflict, arguments.has("--reveal")) +
                            how_to_decide(desk, conflict));
    return exit_code::ok;
}

int resolve(Desk& desk, const Arguments& arguments) {
    json::object args{{"id", arguments.get("ID")}};
    if (const auto take = arguments.number("--take")) args["take"] = *take;
    if (const auto value = arguments.find("--value")) args["value"] = *value;
    if (const auto ruling = arguments.find("--ruling")) args["ruling"] = *ruling;
    if (const auto reason = arguments.find("--reason")) args["reason"] = *reason;
    const json::object done = desk.call("conflict.resolve", std::move(args));
    if (const std::string kind = text_at(done, "kind"); kind == "event" || kind == "visits") {
        desk.answer(done,
                    std::string{desk.pick("已裁定：", "Ruled: ")} + text_at(done, "number") + "\n");
        return exit_code::ok;
    }
    std::string prose{desk.pick("已定：", "Settled: ")};
    prose.append(text_at(done, "number")).append("  ");
    prose.append(field_label(desk.lang(), "appeal", text_at(done, "field")));
    prose.append(
        desk.pick("。另外的写法仍留在修改记录里。\n", ". The other values stay in the history.\n"));
    desk.answer(done, prose);
    return exit_code::ok;
}

}  // namespace

CommandSpecs conflict_commands() {
    const OptionSpec id = required_option("ID", "ID", "冲突编号(列表里的)", "the conflict's id");
    const OptionSpec reveal =
        option("--reveal", "", "完整显示电话、姓名等", "show phone, name and so on in full");
    return {
        {"conflict list", {"等人来定的冲突", "conflicts that wait"}, {reveal}, list},
        {"conflict show", {"看一个冲突", "show a conflict"}, {id, reveal}, show},
        {"conflict resolve",
         {"定一个冲突", "settle a conflict"},
         {id, option("--take", "N", "采用列出的第几个", "take the value listed as N"),
          option("--value", "TEXT", "写一个新的值", "write another value"),
          option("--ruling", "history|void", "没有算数的一步：留作历史或作废",
                 "a step that did not count: keep as history, or void"),
          option("--reason", "CODE", "裁定的原因", "reason of the ruling")},
         resolve},
    };
}

}  // namespace jiuying::node
