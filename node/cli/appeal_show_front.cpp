// appeal show: one appeal as a page for a person.
#include "node/cli/fronts.hpp"
#include "node/cli/paper.hpp"
#include "node/commands/choice_words.hpp"
#include "schema/registry.hpp"
#include "schema/workflow_words.hpp"

namespace jiuying::node {
namespace {

/// Builds the page part by part.
class ShownAppeal {
public:
    ShownAppeal(const Desk& desk, const json::object& answer, bool reveal)
        : desk_(desk), answer_(answer), reveal_(reveal) {}

    std::string text() {
        heading();
        order();
        fields();
        references();
        repeats();
        conflicts();
        notes();
        events();
        history();
        return std::move(page_);
    }

private:
    void line(std::string_view label, std::string_view value) {
        page_.append(padded(label, 18)).append(value).append("\n");
    }

    void heading() {
        const std::string state = text_at(answer_, "state");
        page_.append(text_at(answer_, "number")).append("  ");
        page_.append(desk_.lang() == Lang::zh ? word_for(state) : state).append("  ");
        page_.append(flag_at(answer_, "delivered")
                         ? desk_.pick("已送达区中枢", "delivered to the hub")
                         : desk_.pick("还没有全部送到区中枢", "not all delivered yet"));
        page_.append("\n");
        const std::string erased = text_at(answer_, "erased_at");
        if (erased.empty()) return;
        page_.append(desk_.pick("个人信息和文字已按申请删除，",
                                "personal data and texts were erased on request, "));
        page_.append(short_time(erased)).append("\n");
    }

    /// The title behind a link; of a region those above it, and whether it is in the country.
    std::string link_words(const json::object& link) {
        const std::string path = text_at(link, "path");
        std::string words = printable(path.empty() ? text_at(link, "title") : path);
        const json::value* rural = link.if_contains("rural");
        if (rural == nullptr || !rural->is_bool()) return words;
        words.append(rural->get_bool() ? desk_.pick("（农村）", " (rural)")
                                       : desk_.pick("（城镇）", " (urban)"));
        return words;
    }

    void references() {
        const json::array& all = array_at(answer_, "references");
        for (const json::value& item : all) {
            const json::object& reference = item.as_object();
            std::string words =
                shown_value(desk_.lang(), "channel", reference.at("channel"), true) + " " +
                printable(text_at(reference, "ext_no"));
            const std::string of = text_at(reference, "number");
            if (of != text_at(answer_, "number")) {
                words.append(desk_.pick("  并入的 ", "  merged ")).append(of);
            }
            line(desk_.pick("渠道编号", "channel number"), words);
        }
    }

    void repeats() {
        for (const json::value& item : array_at(answer_, "repeats")) {
            const json::object& pair = item.as_object();
            const std::string earlier = text_at(pair.at("earlier").as_object(), "number");
            const bool is_later = earlier != text_at(answer_, "number");
            const std::string other =
                is_later ? earlier : text_at(pair.at("later").as_object(), "number");
            const std::string kind = text_at(pair, "kind");
            const std::string_view words =
                kind == "resend"        ? desk_.pick("同一件", "the same appeal")
                : kind == "same_person" ? desk_.pick("同一人再次反映", "the same person")
                                        : desk_.pick("同一事项", "the same matter");
            line(desk_.pick("重复", "repeat"), other + "  " + std::string{words});
        }
    }

    void fields() {
        const json::object& values = answer_.at("appeal").as_object();
        const json::object& links = answer_.at("links").as_object();
        const schema::Entity* entity = schema::find_entity(schema::registry(), "appeal");
        for (const schema::Field& field : entity->fields) {
            const json::value* value = values.if_contains(field.name);
            if (value == nullptr || field.name == "number" || field.name == "text") continue;
            std::string shown = shown_value(desk_.lang(), field.name, *value, reveal_);
            if (const json::value* link = links.if_contains(field.name)) {
                shown = link_words(link->as_object());
            }
            line(desk_.pick(field.zh, field.en), shown);
        }
        const std::string text = text_at(values, "text");
        if (text.empty()) return;
        page_.append(desk_.pick("内容：\n  ", "Text:\n  ")).append(printable(text, "\n  "));
        page_.append("\n");
    }

    void conflicts() {
        for (const json::value& item : array_at(answer_, "conflicts")) {
            const json::object& conflict = item.as_object();
            page_.append(desk_.pick("冲突：", "Conflict: "))
                .append(field_label(desk_.lang(), "appeal", text_at(conflict, "field")))
                .append(desk_.pick(" 有不同的写法等人来定，见 conflict show ",
                                   " has competing values; see conflict show "))
                .append(text_at(conflict, "id").substr(0, 12))
                .append("\n");
        }
    }

    void notes() {
        const json::array& notes = array_at(answer_, "notes");
        if (notes.empty()) return;
        page_.append(desk_.pick("备注：\n", "Notes:\n"));
        for (const json::value& item : notes) {
            const json::object& note = item.as_object();
            page_.append("  ").append(short_time(text_at(note, "happened_at"))).append("  ");
            page_.append(who(note)).append("  ").append(
                printable(text_at(note, "text"), "\n      "));
            page_.append("\n");
        }
    }

    /// Where the order stands: who has it, until when, what goes on beside.
    void order() {
        const json::object* order = answer_.at("order").if_object();
        if (order == nullptr) return;
        const std::string unit = text_at(*order, "lead_unit");
        if (!unit.empty()) line(desk_.pick("主办单位", "lead unit"), printable(unit));
        const std::string off = text_at(*order, "off_catalogue");
        if (!off.empty()) line(desk_.pick("未按目录派单", "off the catalogue"), printable(off));
        for (const json::value& item : array_at(*order, "co_tasks")) {
            const json::object& task = item.as_object();
            if (flag_at(task, "dropped")) continue;
            line(desk_.pick("协办单位", "co-unit"),
                 printable(text_at(task, "unit")) +
                     std::string{text_at(task, "done_at").empty()
                                     ? desk_.pick("  未完成", "  open")
                                     : desk_.pick("  已完成", "  done")});
        }
        if (flag_at(*order, "sample_open")) {
            line(desk_.pick("抽查回访", "drawn for a visit"),
                 desk_.pick("抽中，由他人回访后才能归档", "yes: somebody else visits first"));
        }
        if (number_at(*order, "round") > 1) {
            line(desk_.pick("办理轮次", "round"), std::to_string(number_at(*order, "round")));
        }
        if (number_at(*order, "supervision") > 0) {
            line(desk_.pick("督办级别", "supervision"),
                 std::to_string(number_at(*order, "supervision")));
        }
        if (const json::object* dues = answer_.at("deadlines").if_object()) {
            due(desk_.pick("答复群众期限", "due to the person"), text_at(*dues, "citizen_due"),
                text_at(*dues, "citizen_verdict"));
            due(desk_.pick("单位办理期限", "due of the unit"), text_at(*dues, "unit_due"),
                text_at(*dues, "unit_verdict"));
            const std::string received = text_at(*dues, "received_at");
            if (!received.empty() && number_at(*dues, "transit_to_hub_seconds") > 0) {
                line(desk_.pick("区中枢收到", "received by the hub"), short_time(received));
            }
            const std::string arrived = text_at(*dues, "arrived_at");
            if (!arrived.empty()) {
                line(desk_.pick("承办站点收到", "received by the unit's station"),
                     short_time(arrived));
            }
        }
    }

    void due(std::string_view label, const std::string& time, const std::string& verdict) {
        if (time.empty()) return;
        line(label, limit_time(time) + "  " + verdict_words(desk_.lang(), verdict));
    }

    void events() {
        const json::array& events = array_at(answer_, "events");
        if (events.empty()) return;
        page_.append(desk_.pick("办理经过：\n", "Events:\n"));
        for (const json::value& item : events) event(item.as_object());
    }

    void event(const json::object& event) {
        const auto kind = schema::wording(schema::event_kind(text_at(event, "kind")));
        page_.append("  ").append(short_time(text_at(event, "happened_at"))).append("  ");
        page_.append(padded(who(event), 12)).append("  ");
        page_.append(desk_.pick(kind.zh, kind.en));
        if (flag_at(event, "late_entry")) page_.append(desk_.pick("  [补录]", "  [late entry]"));
        if (text_at(event, "verdict") == "refused") {
            page_.append(desk_.pick("  [没有算数：", "  [did not count: "));
            if (const auto* guard = guard_named(text_at(event, "refused"))) {
                page_.append(desk_.pick(guard->what_zh, guard->what_en));
            }
            page_.append("]");
        }
        page_.append("\n");
        // Which of them arrived is the one above; its id tells people nothing.
        if (text_at(event, "kind") == schema::name_of(schema::EventKind::arrived)) return;
        const json::object& facts = event.at("facts").as_object();
        for (const auto& fact : facts) {
            page_.append("      ").append(
                field_label(desk_.lang(), "work_order_event", fact.key()));
            page_.append(desk_.pick("：", ": "));
            page_.append(shown_value(desk_.lang(), fact.key(), fact.value(), true)).append("\n");
        }
    }

    /// The later edits and the values that lost; first entries are what stands above.
    void history() {
        const json::array& history = array_at(answer_, "history");
        if (history.empty()) return;
        page_.append(desk_.pick("修改记录：\n", "History:\n"));
        for (const json::value& item : history) {
            const json::object& version = item.as_object();
            const std::string field = text_at(version, "field");
            if (field == "number" || field == "registered_at") continue;
            std::string value = shown_value(desk_.lang(), field, version.at("value"), reveal_);
            page_.append("  ").append(short_time(text_at(version, "time"))).append("  ");
            page_.append(padded(who(version), 12)).append("  ");
            page_.append(field_label(desk_.lang(), "appeal", field));
            page_.append(desk_.pick("：", ": ")).append(shortened(value, 60));
            page_.append(mark_of(version)).append("\n");
        }
        const std::int64_t elsewhere = number_at(answer_, "history_elsewhere");
        if (elsewhere == 0) return;
        page_.append(desk_.pick("  更早的改动 ", "  Earlier changes, in full at the hub: "))
            .append(std::to_string(elsewhere))
            .append(desk_.pick(" 笔，完整经过留存在区中枢\n", "\n"));
    }

    [[nodiscard]] std::string mark_of(const json::object& version) const {
        std::string mark;
        // A version of a set adds and removes; none stands in place of another.
        const bool of_set = version.at("value").is_object();
        if (flag_at(version, "rejected")) {
            mark += desk_.pick("  [区中枢退回]", "  [rejected by the hub]");
        } else if (flag_at(version, "lost") && !of_set) {
            mark += desk_.pick("  [未采用]", "  [not adopted]");
        } else if (flag_at(version, "current") && !of_set) {
            mark += desk_.pick("  [现用]", "  [current]");
        }
        if (flag_at(version, "suspect_clock")) {
            mark += desk_.pick("  [当时电脑时间不准]", "  [clock was unsure]");
        }
        return mark;
    }

    const Desk& desk_;
    const json::object& answer_;
    bool reveal_;
    std::string page_;
};

int show(Desk& desk, const Arguments& arguments) {
    const json::object answer = desk.call("appeal.show", {{"id", arguments.get("ID")}});
    desk.answer(answer, desk.wants_json()
                            ? std::string{}
                            : ShownAppeal{desk, answer, arguments.has("--reveal")}.text());
    return exit_code::ok;
}

}  // namespace

CommandSpec appeal_show_command() {
    return {"appeal show",
            {"看一件诉求的全部内容和修改记录", "show an appeal with its history"},
            {required_option("ID", "ID", "编号或 UUID", "number or UUID"),
             option("--reveal", "", "完整显示电话、姓名等", "show phone, name and so on in full")},
            show};
}

}  // namespace jiuying::node
