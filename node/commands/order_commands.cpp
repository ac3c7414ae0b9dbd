// The life cycle: one command for every act, and the deadlines explained.
#include "node/commands/arguments.hpp"
#include "node/commands/dispatching.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/order_views.hpp"
#include "node/commands/repeat_links.hpp"
#include "node/commands/values.hpp"
#include "schema/time_text.hpp"

namespace jiuying::node::commands {
namespace {

using schema::EntityId;
namespace fields = schema::work_order_event;

/// Members that are no facts of the event.
bool is_call(std::string_view key) {
    return key == "id" || key == "kind" || key == "as" || key == "role";
}

/// Another event by its UUID, or an order by its number.
schema::Value target_of(CommandContext& context, const json::value& given) {
    if (!given.is_string()) throw Failure{Error::bad_value, Detail::field, "target"};
    schema::RecordId id;
    const std::string text{given.get_string()};
    if (schema::parse_uuid(text, id.bytes)) return record_value(id);
    return record_value(require_appeal(context, text));
}

/// The codes divided by commas, however they were typed.
json::value co_units_of(const json::value& given) {
    if (!given.is_string()) return given;
    std::string codes{given.get_string()};
    for (const std::string_view gap : {"，", "、", "；", ";", " "}) {
        for (std::size_t at = codes.find(gap); at != codes.npos; at = codes.find(gap)) {
            codes.replace(at, gap.size(), ",");
        }
    }
    return json::string(codes);
}

void read_fact(CommandContext& context, std::string_view key, const json::value& given,
               schema::WorkOrderEvent& event) {
    const schema::Field* field = named_field(entity_of(EntityId::work_order_event), key);
    const bool is_fact = field != nullptr && field->id != fields::order &&
                         field->id != fields::kind && field->id != fields::after &&
                         field->id != fields::intake;
    if (!is_fact) throw Failure{Error::unknown_field_name, Detail::field, std::string{key}};
    // A registration is an instant, not the last moment for something.
    schema::Field instant = *field;
    instant.name = "to";
    const bool corrects =
        event.kind == schema::EventKind::time_corrected && field->id == fields::due_at;
    const schema::Value value = corrects                      ? require_value(instant, given)
                                : field->id == fields::target ? target_of(context, given)
                                : field->id == fields::co_units
                                    ? require_value(*field, co_units_of(given))
                                    : require_value(*field, given);
    if (field->id == fields::category && !schema::empty(value)) {
        auto whole = whole_category(context, *schema::text_of(value));
        if (!whole) throw Failure{Error::unknown_category, Detail::field, "category"};
        event.category = *std::move(whole);
        return;
    }
    if (!schema::read_field(event, field->id, value)) {
        throw Failure{Error::bad_value, Detail::field, std::string{field->name}};
    }
}

}  // namespace

json::object order_act(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const schema::RecordId id = require_appeal(context, require_text(args, "id"));
    schema::WorkOrderEvent event;
    event.kind = schema::event_kind(require_text(args, "kind"));
    if (event.kind == schema::EventKind::unknown) {
        throw Failure{Error::bad_value, Detail::option, "kind"};
    }
    for (const auto& member : args) {
        if (!is_call(member.key())) read_fact(context, member.key(), member.value(), event);
    }
    check_choices(context, id, event);
    const bool joins =
        event.kind == schema::EventKind::merged || event.kind == schema::EventKind::closed;
    if (joins && event.target) refuse_other_persons(context, id, *event.target);
    return acted_json(context, id, require_act(context, actor, id, std::move(event)));
}

json::object order_deadline(CommandContext& context, const json::object& args) {
    const schema::RecordId id = require_appeal(context, require_text(args, "id"));
    std::int64_t as_of = context.environment.now_ms();
    if (const auto given = text_in(args, "as_of")) {
        const Result<std::int64_t> at = schema::parse_time(*given);
        if (!at) throw Failure{Error::bad_date, Detail::option, "--as-of"};
        as_of = *at;
    }
    const auto order = context.replica.order(id);
    if (!order) throw Failure{Error::record_not_found};
    const auto dues = context.replica.dues(*order, as_of);
    if (!dues) throw Failure{Error::bad_date, Detail::field, "registered_at"};
    json::object answer = dues_json(*dues);
    answer["id"] = to_text(id);
    answer["number"] = order->number;
    answer["state"] = schema::name_of(order->state.main);
    answer["as_of"] = schema::format_time(as_of);
    return answer;
}

}  // namespace jiuying::node::commands
