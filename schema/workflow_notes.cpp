// What is noted beside the life cycle: facts that programs found, objections, shut times.
#include "schema/workflow_checks.hpp"

#include <algorithm>

namespace jiuying::schema::checks {
namespace {

/// That what was sent has reached the unit's station. No guard: whenever it is heard of, and
/// whatever the order has come to since, it is so. Of what is not known as sent it says nothing.
void note_arrival(OrderState& state, const WorkOrderEvent& event) {
    if (event.at_hub || !event.target) return;
    const auto sent = std::ranges::find(state.sendings, *event.target, &Sending::event);
    if (sent == state.sendings.end()) return;
    // Nobody tells when: the program notes it at once. Of several machines the first counts.
    sent->arrived_at = std::min(sent->arrived_at.value_or(event.recorded_at), event.recorded_at);
}

/// What a rule found, as the hub's program wrote it: a fact, like an arrival. What stands in the
/// state already is said only once, however often it comes.
void note_rule(OrderState& state, const WorkOrderEvent& event) {
    if (!event.at_hub) return;
    // As a decision is, this is proof that the hub has the order: a receipt changes no record.
    if (state.main == MainState::registered) state.main = MainState::received;
    if (event.kind == EventKind::watch_opened) {
        const bool known = event.level >= 1 && event.level <= trigger_count;
        const auto trigger = Trigger{event.level};
        if (!known || state.has_trigger(trigger)) return;
        state.triggers.push_back(
            {event.id, trigger, event.happened_at, event.target, event.reason == "extended"});
        if (!state.watched) state.watch_owner = event.person;
        state.watched = true;
        state.watched_since = std::max(state.watched_since, event.happened_at);
        return;
    }
    if (event.kind == EventKind::ladder_step) {
        const bool known = std::ranges::any_of(state.notices, [&](const SupervisionNotice& one) {
            return one.round == state.round && one.rule == event.reason;
        });
        if (known || state.notices.size() >= OrderState::side_records_max) return;
        state.notices.push_back({event.id,
                                 event.happened_at,
                                 event.level,
                                 state.round,
                                 event.reason,
                                 event.unit,
                                 event.due_at,
                                 {},
                                 {},
                                 {},
                                 false});
        state.supervision = std::max(state.supervision, std::min<std::uint8_t>(event.level, 3));
        return;
    }
    const bool known = std::ranges::any_of(state.rule_escalations, [&](const RuleEscalation& one) {
        return one.rule == event.reason && one.level == event.level;
    });
    if (known || state.rule_escalations.size() >= OrderState::side_records_max) return;
    state.rule_escalations.push_back({event.reason, event.level, event.happened_at});
    state.escalation = std::max(state.escalation, std::min<std::uint8_t>(event.level, 3));
}

}  // namespace

bool note_fact(OrderState& state, const WorkOrderEvent& event) {
    if (is_of_rules(event.kind)) {
        note_rule(state, event);
        return true;
    }
    if (event.kind != EventKind::arrived) return false;
    note_arrival(state, event);
    return true;
}

void note_shut(OrderState& state, MainState next, std::int64_t at) {
    const auto shuts = [](MainState main) { return main >= MainState::closed; };
    if (shuts(state.main) == shuts(next)) return;
    if (shuts(next)) {
        state.shut.push_back({at, {}});
    } else if (!state.shut.empty()) {
        state.shut.back().to = at;
    }
}

void note_objection(OrderState& state, const WorkOrderEvent& event) {
    const auto notice = std::ranges::find(state.notices, *event.target, &SupervisionNotice::event);
    if (event.kind == EventKind::objected) {
        notice->objected_at = event.happened_at;
        notice->objected_by = event.actor;
        return;
    }
    notice->decided_at = event.happened_at;
    notice->withdrawn = event.ruling == Ruling::void_event;
    if (!notice->withdrawn) return;
    // What is left: the reworks, and the notices that stand.
    std::uint32_t level = state.round - 1;
    for (const SupervisionNotice& one : state.notices) {
        if (!one.withdrawn) level = std::max<std::uint32_t>(level, one.level);
    }
    state.supervision = static_cast<std::uint8_t>(std::min<std::uint32_t>(level, 3));
}

}  // namespace jiuying::schema::checks
