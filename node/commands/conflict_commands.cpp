// What two people wrote without knowing of each other, and how a third one decides.
#include "node/commands/arguments.hpp"
#include "node/commands/failure_wire.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/order_views.hpp"
#include "node/commands/seen_conflicts.hpp"
#include "node/commands/values.hpp"
#include "node/commands/views.hpp"
#include "node/replica/order_facts.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

constexpr std::size_t prefix_min = 6;

/// A full id, or null for the beginning of one.
std::optional<sync::ConflictId> parse_id(std::string_view text) {
    const auto bytes = sync::hex_decode_array<16>(text);
    if (!bytes) return std::nullopt;
    return sync::ConflictId{*bytes};
}

Failure no_conflict(std::string_view id) {
    return Failure{Error::no_such_conflict, Detail::id, std::string{id}};
}

/// That of \p all with the id \p text, or with these first characters.
template <class View>
std::optional<View> one_of(std::vector<View> all, std::string_view text) {
    if (text.size() < prefix_min) return std::nullopt;
    std::optional<View> found;
    for (View& conflict : all) {
        if (!sync::hex_encode(conflict.id.bytes).starts_with(text)) continue;
        if (found) throw Failure{Error::record_ambiguous, Detail::id, std::string{text}};
        found = std::move(conflict);
    }
    return found;
}

/// The conflict of that id, or of its first characters if they are enough.
std::optional<ConflictView> find_conflict(CommandContext& context, std::string_view text) {
    if (const auto id = parse_id(text)) return context.replica.conflict(*id);
    return one_of(context.replica.conflicts(), text);
}

/// The conflict that took the place of the one called \p text, if there is one.
std::optional<ConflictView> successor(CommandContext& context, std::string_view text) {
    const auto id = parse_id(text);
    if (!id) return std::nullopt;
    const auto place = SeenConflicts{context.data}.find(*id);
    if (!place) return std::nullopt;
    return context.replica.conflict_of(place->first, place->second);
}

/// The conflict, or why there is none: settled, or changed and here is the new one.
ConflictView require_current(CommandContext& context, std::string_view text) {
    if (auto found = find_conflict(context, text)) return *std::move(found);
    const auto changed = successor(context, text);
    if (!changed) throw no_conflict(text);
    SeenConflicts{context.data}.remember({*changed});
    Failure failure{Error::conflict_changed, Detail::id, sync::hex_encode(changed->id.bytes)};
    throw TellingFailure{std::move(failure), {{"conflict", conflict_json(*changed)}}};
}

schema::Value chosen_value(const ConflictView& conflict, const json::object& args) {
    const auto take = number_in(args, "take");
    const json::value* value = args.if_contains("value");
    if (take.has_value() == (value != nullptr)) {
        throw Failure{take ? Error::options_exclude : Error::missing_option, Detail::option,
                      "--take, --value"};
    }
    if (value != nullptr) return require_value(*conflict.field, *value);
    const auto count = static_cast<std::int64_t>(conflict.values.size());
    if (*take < 1 || *take > count) {
        throw Failure{Error::take_out_of_range, Detail::limit, std::to_string(count)};
    }
    return conflict.values[static_cast<std::size_t>(*take - 1)].value;
}

/// A ruling is an event of its own, and asked of the same guards.
json::object rule_on(CommandContext& context, const EventConflictView& conflict,
                     const json::object& args) {
    const auto& fields = entity_of(schema::EntityId::work_order_event);
    schema::WorkOrderEvent event;
    event.kind = schema::EventKind::event_ruling;
    event.target = conflict.event.event.id;
    event.reason = text_in(args, "reason").value_or("");
    event.words = text_in(args, "detail").value_or("");
    const json::value* ruling = args.if_contains("ruling");
    if (ruling == nullptr) throw Failure{Error::missing_option, Detail::option, "--ruling"};
    const schema::Field& field = *schema::find_field(fields, schema::work_order_event::ruling);
    (void)schema::read_field(event, field.id, require_value(field, *ruling));
    const std::string actor = actor_of(context, args);
    Replica::Batch batch{context.replica};
    const Acted acted = require_act(context, actor, conflict.record, std::move(event));
    context.replica.audit({actor, "ruling.make", conflict.number, schema::audit::done,
                           "event: " + json::serialize(*ruling)});
    batch.commit();
    return {{"id", sync::hex_encode(conflict.id.bytes)},
            {"record", to_text(conflict.record)},
            {"number", conflict.number},
            {"kind", "event"},
            {"ruling", *ruling},
            {"state", schema::name_of(acted.main)},
            {"resolved", true}};
}

/// Which of the visits counts.
json::object decide_visits(CommandContext& context, const VisitConflictView& conflict,
                           const json::object& args) {
    const auto take = number_in(args, "take");
    if (!take) throw Failure{Error::missing_option, Detail::option, "--take"};
    const auto count = static_cast<std::int64_t>(conflict.visits.size());
    if (*take < 1 || *take > count) {
        throw Failure{Error::take_out_of_range, Detail::limit, std::to_string(count)};
    }
    schema::WorkOrderEvent event;
    event.kind = schema::EventKind::event_ruling;
    event.ruling = schema::Ruling::counts;
    event.target = conflict.visits[static_cast<std::size_t>(*take - 1)].event.id;
    event.reason = text_in(args, "reason").value_or("");
    const std::string actor = actor_of(context, args);
    Replica::Batch batch{context.replica};
    const Acted acted = require_act(context, actor, conflict.record, std::move(event));
    context.replica.audit({actor, "ruling.make", conflict.number, schema::audit::done,
                           "visit " + std::to_string(*take)});
    batch.commit();
    return {{"id", sync::hex_encode(conflict.id.bytes)},
            {"record", to_text(conflict.record)},
            {"number", conflict.number},
            {"kind", "visits"},
            {"take", *take},
            {"state", schema::name_of(acted.main)},
            {"resolved", true}};
}

/// Whose the appeal is not to change does not settle its conflicts either. On an archived order one
/// of the values that are there may still be picked.
void refuse_strangers(CommandContext& context, const ConflictView& conflict,
                      const std::string& actor, bool picks) {
    if (conflict.entity != schema::EntityId::appeal) return;
    const auto order = context.replica.order(conflict.record);
    if (!order) return;
    const auto refused = schema::may_edit(order->state, actor, context.environment.now_ms(), true,
                                          context.replica.facts().staff());
    if (!refused || (picks && refused == schema::GuardFailure::read_only)) return;
    throw Failure{Error::event_not_allowed, Detail::guard,
                  std::string{schema::guard_text(*refused).name}};
}

}  // namespace

json::object conflict_list(CommandContext& context, const json::object&) {
    const std::vector<ConflictView> current = context.replica.conflicts();
    SeenConflicts{context.data}.remember(current);
    json::array all;
    for (const ConflictView& conflict : current) all.push_back(conflict_json(conflict));
    for (const EventConflictView& conflict : context.replica.event_conflicts()) {
        all.push_back(event_conflict_json(conflict));
    }
    for (const VisitConflictView& conflict : context.replica.visit_conflicts()) {
        all.push_back(visit_conflict_json(conflict));
    }
    return {{"conflicts", std::move(all)}};
}

json::object conflict_show(CommandContext& context, const json::object& args) {
    const std::string id = require_text(args, "id");
    if (const auto event = one_of(context.replica.event_conflicts(), id)) {
        return {{"conflict", event_conflict_json(*event)}};
    }
    if (const auto visits = one_of(context.replica.visit_conflicts(), id)) {
        return {{"conflict", visit_conflict_json(*visits)}};
    }
    const ConflictView conflict = require_current(context, id);
    SeenConflicts{context.data}.remember({conflict});
    return {{"conflict", conflict_json(conflict)}};
}

json::object conflict_resolve(CommandContext& context, const json::object& args) {
    const std::string id = require_text(args, "id");
    if (const auto event = one_of(context.replica.event_conflicts(), id)) {
        return rule_on(context, *event, args);
    }
    if (const auto visits = one_of(context.replica.visit_conflicts(), id)) {
        return decide_visits(context, *visits, args);
    }
    Draft draft;
    draft.actor = actor_of(context, args);
    const ConflictView conflict = require_current(context, id);
    refuse_strangers(context, conflict, draft.actor, args.contains("take"));
    const schema::Value value = chosen_value(conflict, args);
    if (conflict.entity == schema::EntityId::appeal &&
        conflict.field->id == schema::appeal::region) {
        if (const std::string* code = schema::text_of(value)) check_region(context, *code);
    }
    draft.edits.push_back(
        Edit{conflict.record, {FieldValue{conflict.field->id, value, conflict.heads}}});
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", sync::hex_encode(conflict.id.bytes)},
            {"record", to_text(conflict.record)},
            {"number", conflict.number},
            {"field", conflict.field->name},
            {"value", to_json(*conflict.field, value)},
            {"resolved", committed.txn != 0}};
}

}  // namespace jiuying::node::commands
