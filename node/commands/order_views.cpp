#include "node/commands/order_views.hpp"

#include "node/commands/dispatching.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "node/replica/order_clocks.hpp"
#include "schema/time_text.hpp"
#include "sync/crypto/bytes.hpp"

namespace jiuying::node {
namespace {

json::value time_json(const std::optional<std::int64_t>& ms) {
    if (!ms) return nullptr;
    return json::string(schema::format_time(*ms));
}

json::value truth_json(const std::optional<bool>& told) {
    if (!told) return nullptr;
    return *told;
}

/// The identifier of a choice of a field of events; null for "not said".
template <class Choice>
json::value choice_json(schema::FieldId field, Choice choice) {
    const auto name = schema::choice_name(field_of(schema::EntityId::work_order_event, field),
                                          static_cast<std::int64_t>(choice));
    if (name.empty()) return nullptr;
    return json::string(name);
}

json::array co_tasks_json(const schema::OrderState& state) {
    json::array all;
    for (const schema::CoTask& task : state.co_tasks) {
        all.push_back(json::object{{"unit", task.unit},
                                   {"added_at", time_json(task.added_at)},
                                   {"due_at", time_json(task.due_at)},
                                   {"done_at", time_json(task.done_at)},
                                   {"dropped", task.dropped}});
    }
    return all;
}

json::array visits_json(const schema::OrderState& state) {
    using namespace schema::work_order_event;
    json::array all;
    for (const schema::Visit& visit : state.visits) {
        all.push_back(json::object{{"event", to_text(visit.event)},
                                   {"at", time_json(visit.at)},
                                   {"round", visit.round},
                                   {"visitor", visit.visitor},
                                   {"method", choice_json(method, visit.method)},
                                   {"reached", visit.reached},
                                   {"grade", choice_json(grade, visit.grade)},
                                   {"solved", truth_json(visit.solved)},
                                   {"counts", state.counted_visit(visit.round) == &visit}});
    }
    return all;
}

json::array extensions_json(const schema::OrderState& state) {
    json::array all;
    for (const schema::Extension& extension : state.extensions) {
        all.push_back(json::object{{"asked_at", time_json(extension.asked_at)},
                                   {"due_at", time_json(extension.due_at)},
                                   {"decided_at", time_json(extension.decided_at)},
                                   {"granted", extension.granted},
                                   {"round", extension.round}});
    }
    return all;
}

json::array instructions_json(const schema::OrderState& state) {
    json::array all;
    for (const schema::InstructionTask& task : state.instructions) {
        all.push_back(json::object{{"event", to_text(task.event)},
                                   {"at", time_json(task.at)},
                                   {"due_at", time_json(task.due_at)},
                                   {"done_at", time_json(task.done_at)},
                                   {"unit", text_or_null(task.unit)}});
    }
    return all;
}

json::array notices_json(const schema::OrderState& state) {
    json::array all;
    for (const schema::SupervisionNotice& notice : state.notices) {
        all.push_back(json::object{{"event", to_text(notice.event)},
                                   {"at", time_json(notice.at)},
                                   {"level", notice.level},
                                   {"round", notice.round},
                                   {"rule", text_or_null(notice.rule)},
                                   {"unit", text_or_null(notice.unit)},
                                   {"objections_to", time_json(notice.objections_to)},
                                   {"objected_at", time_json(notice.objected_at)},
                                   {"decided_at", time_json(notice.decided_at)},
                                   {"withdrawn", notice.withdrawn}});
    }
    return all;
}

/// Null for an order that no trigger ever put on the list.
json::value watch_json(const schema::OrderState& state) {
    if (state.triggers.empty()) return nullptr;
    json::array triggers;
    for (const schema::WatchTrigger& one : state.triggers) {
        triggers.push_back(
            json::object{{"trigger", "T" + std::to_string(static_cast<int>(one.trigger))},
                         {"at", time_json(one.at)},
                         {"event", to_text(one.event)},
                         {"extended", one.extended}});
    }
    return json::object{{"open", state.watched},
                        {"owner", text_or_null(state.watch_owner)},
                        {"since", time_json(state.watched_since)},
                        {"ended_at", time_json(state.watch_ended_at)},
                        {"triggers", std::move(triggers)}};
}

json::array rule_escalations_json(const schema::OrderState& state) {
    json::array all;
    for (const schema::RuleEscalation& one : state.rule_escalations) {
        all.push_back(
            json::object{{"rule", one.rule}, {"level", one.level}, {"at", time_json(one.at)}});
    }
    return all;
}

json::object dates_json(const schema::OrderDates& dates) {
    return {{"dispatched_at", time_json(dates.dispatched_at)},
            {"unit_dispatched_at", time_json(dates.unit_dispatched_at)},
            {"signed_at", time_json(dates.signed_at)},
            {"contacted_at", time_json(dates.contacted_at)},
            {"replied_at", time_json(dates.replied_at)},
            {"reviewed_at", time_json(dates.reviewed_at)},
            {"visited_at", time_json(dates.visited_at)},
            {"closed_at", time_json(dates.closed_at)},
            {"archived_at", time_json(dates.archived_at)}};
}

json::value seconds_json(const std::optional<std::chrono::milliseconds>& span) {
    if (!span) return nullptr;
    return std::chrono::floor<std::chrono::seconds>(*span).count();
}

json::value wall_time_json(const std::optional<schema::WallTime>& at) {
    if (!at) return nullptr;
    return json::string(schema::format_time(*at));
}

json::object clock_json(const schema::Clock& clock) {
    constexpr std::array<std::string_view, 3> sources{"rule", "extension", "external"};
    return {{"starts_at", schema::format_time(clock.starts_at)},
            {"due", schema::format_date(clock.counts.date)},
            {"ends_at", schema::format_time(clock.counts.ends_at)},
            {"by_rule", schema::format_time(clock.by_rule.ends_at)},
            {"source", sources.at(static_cast<std::size_t>(clock.source))},
            {"verdict", schema::name_of(clock.verdict)}};
}

}  // namespace

Acted require_act(CommandContext& context, const std::string& actor, const schema::RecordId& order,
                  const schema::WorkOrderEvent& event) {
    Result<Acted> acted = context.replica.act(actor, order, event);
    if (!acted) throw_refused(acted.error());
    if (acted->refused) {
        Failure failure{Error::event_not_allowed, Detail::guard,
                        std::string{schema::guard_text(*acted->refused).name}};
        if (acted->refused == schema::GuardFailure::unit_retired) {
            std::string successor = successor_for(context, event);
            if (!successor.empty()) failure.with(Detail::unit, std::move(successor));
        }
        throw failure;
    }
    return *std::move(acted);
}

json::object acted_json(CommandContext& context, const schema::RecordId& order,
                        const Acted& acted) {
    const auto shown = context.replica.show(order, false);
    return {{"id", to_text(order)},
            {"number", shown ? printed_number(*shown) : std::string()},
            {"event", to_text(acted.event)},
            {"state", schema::name_of(acted.main)}};
}

json::object event_json(const OrderEventView& shown) {
    json::object event{
        {"id", to_text(shown.event.id)},
        {"kind", schema::name_of(shown.event.kind)},
        {"happened_at", time_json(shown.event.happened_at)},
        {"time", time_json(shown.event.recorded_at)},
        {"station", shown.station},
        {"actor", shown.event.actor},
        {"verdict", shown.verdict.refused ? "refused" : "accepted"},
        {"refused", nullptr},
        {"late_entry", shown.verdict.late_entry},
        {"ruling", choice_json(schema::work_order_event::ruling, shown.verdict.ruling)},
        {"state", schema::name_of(shown.verdict.after)},
        {"delivered", shown.delivered},
        {"suspect_clock", shown.suspect_clock}};
    if (shown.verdict.refused) {
        event["refused"] = schema::guard_text(*shown.verdict.refused).name;
    }
    json::object facts;
    // What was read is within bounds, so it can be written.
    if (const auto told = schema::fields_of(shown.event)) {
        for (const schema::EventField& one : *told) {
            const schema::Field& field = field_of(schema::EntityId::work_order_event, one.field);
            const bool said = one.field == schema::work_order_event::kind ||
                              one.field == schema::work_order_event::happened_at;
            if (!said) facts[field.name] = to_json(field, one.value);
        }
    }
    event["facts"] = std::move(facts);
    return event;
}

/// The reason for which the unit that has the order is not the catalogue's; null if it is.
json::value off_catalogue_json(const OrderView& order) {
    json::value reason;
    for (const OrderEventView& shown : order.events) {
        if (shown.verdict.refused) continue;
        if (shown.event.kind == schema::EventKind::dispatched) {
            reason = text_or_null(shown.event.reason);
        } else if (shown.event.kind == schema::EventKind::reassigned ||
                   shown.event.kind == schema::EventKind::return_upheld) {
            reason = nullptr;
        }
    }
    return reason;
}

/// Who holds each of the order's four posts: named, or the last who acted in it.
json::object holders_json(const schema::OrderState& state) {
    json::object holders;
    for (const schema::Post post : {schema::Post::dispatcher, schema::Post::supervisor,
                                    schema::Post::replier, schema::Post::visitor}) {
        holders[schema::name_of(post)] =
            text_or_null(state.holders[static_cast<std::size_t>(post)]);
    }
    return holders;
}

json::object order_json(const OrderView& order) {
    const schema::OrderState& state = order.state;
    json::array past;
    for (const std::string& unit : state.past_leads) past.push_back(json::string(unit));
    using namespace schema::work_order_event;
    return {{"state", schema::name_of(state.main)},
            {"round", state.round},
            {"type", choice_json(type, state.type)},
            {"complexity", choice_json(complexity, state.complexity)},
            {"category", text_or_null(state.category)},
            {"policy", text_or_null(state.policy)},
            {"lead_unit", text_or_null(state.lead_unit)},
            {"lead_fixed", state.lead_fixed},
            {"off_catalogue", off_catalogue_json(order)},
            {"past_leads", std::move(past)},
            {"holders", holders_json(state)},
            {"co_tasks", co_tasks_json(state)},
            {"dates", dates_json(state.dates)},
            {"visits", visits_json(state)},
            {"visits_disagree", state.visits_disagree()},
            {"extensions", extensions_json(state)},
            {"instructions", instructions_json(state)},
            {"returns", json::object{{"asked", state.returns_asked},
                                     {"upheld", state.returns_upheld},
                                     {"refused", state.returns_refused}}},
            {"supervision", state.supervision},
            {"notices", notices_json(state)},
            {"escalation", state.escalation},
            {"rule_escalations", rule_escalations_json(state)},
            {"watch", watch_json(state)},
            {"onsite", state.onsite},
            {"sample_open", state.sample_open},
            {"ground", choice_json(ground, state.ground)},
            {"merged_into",
             state.merged_into ? json::value(to_text(*state.merged_into)) : json::value(nullptr)},
            {"open_event_conflicts", state.conflicts.size()}};
}

json::object dues_json(const OrderDues& dues) {
    const schema::OrderDeadlines& all = dues.deadlines;
    json::array rounds;
    for (const schema::RoundDeadlines& round : all.rounds) {
        rounds.push_back(json::object{
            {"citizen", clock_json(round.citizen)},
            {"unit", round.unit ? json::value(clock_json(*round.unit)) : json::value(nullptr)},
            {"arrived_at", wall_time_json(round.arrived_at)},
            {"transit_seconds", seconds_json(round.transit)}});
    }
    json::array steps;
    for (const schema::Sentence& sentence : dues.story) {
        steps.push_back(json::object{{"zh", sentence.zh}, {"en", sentence.en}});
    }
    const schema::RoundDeadlines& now = all.present();
    return {{"policy", all.policy_version},
            {"calendar", all.calendar_version},
            {"citizen_due", schema::format_time(now.citizen.counts.ends_at)},
            {"unit_due", now.unit ? json::value(schema::format_time(now.unit->counts.ends_at))
                                  : json::value(nullptr)},
            {"citizen_verdict", schema::name_of(now.citizen.verdict)},
            {"unit_verdict",
             now.unit ? json::value(schema::name_of(now.unit->verdict)) : json::value(nullptr)},
            {"ext_due_at", wall_time_json(all.ext_due_at)},
            {"received_at", time_json(dues.received_at)},
            {"transit_to_hub_seconds", seconds_json(all.transit_to_hub)},
            {"arrived_at", wall_time_json(now.arrived_at)},
            {"transit_to_unit_seconds", seconds_json(now.transit)},
            {"rounds", std::move(rounds)},
            {"steps", std::move(steps)}};
}

json::object event_conflict_json(const EventConflictView& conflict) {
    json::object shown{{"id", sync::hex_encode(conflict.id.bytes)},
                       {"record", to_text(conflict.record)},
                       {"entity", "work_order_event"},
                       {"number", conflict.number},
                       {"kind", "event"},
                       {"event", event_json(conflict.event)},
                       {"refused", schema::guard_text(conflict.failure).name},
                       {"before", nullptr},
                       {"state", schema::name_of(conflict.main)}};
    if (conflict.before) shown["before"] = event_json(*conflict.before);
    return shown;
}

json::object visit_conflict_json(const VisitConflictView& conflict) {
    json::array visits;
    for (std::size_t i = 0; i < conflict.visits.size(); ++i) {
        json::object visit = event_json(conflict.visits[i]);
        visit["take"] = i + 1;
        visit["current"] = i == conflict.counts;
        visits.push_back(std::move(visit));
    }
    return {{"id", sync::hex_encode(conflict.id.bytes)},
            {"record", to_text(conflict.record)},
            {"entity", "work_order_event"},
            {"number", conflict.number},
            {"kind", "visits"},
            {"visits", std::move(visits)},
            {"state", schema::name_of(conflict.main)}};
}

}  // namespace jiuying::node
