#include "schema/order_summary.hpp"

#include <algorithm>

namespace jiuying::schema {
namespace {

constexpr WallTime at(std::int64_t ms) { return WallTime{std::chrono::milliseconds{ms}}; }

std::optional<WallTime> at(const OrderSummary::Instant& ms) {
    if (!ms) return std::nullopt;
    return at(*ms);
}

bool unhappy(const OrderState& state) {
    const Visit* counted = state.counted_visit(state.round);
    if (counted == nullptr && state.round > 1) counted = state.counted_visit(state.round - 1);
    return counted != nullptr && !counted->satisfied();
}

/// Whether an unhappy requester is still somebody's work: until the order is closed, and again
/// where a visit after that says otherwise than the one it was closed on.
bool is_dissatisfied(const OrderState& state) {
    if (state.main == MainState::closed) return state.worse_after_close();
    return state.is_open() && unhappy(state);
}

std::optional<Verdict> verdict(const OrderSummary& order, const OrderSummary::Instant& due,
                               bool stands, std::int64_t as_of) {
    if (!due) return std::nullopt;
    const bool ended = order.main > MainState::archived;
    const ClockStops stops{at(order.answered_at), at(order.in_review_at), ended, stands};
    return verdict_of(at(*due), stops, at(as_of));
}

}  // namespace

OrderSummary summary_of(const OrderState& state, const std::optional<OrderDeadlines>& dues,
                        std::int64_t holds_from) {
    OrderSummary order;
    order.holds_from = holds_from;
    order.registered_at = state.registered_at();
    order.main = state.main;
    order.type = state.type;
    order.complexity = state.complexity;
    order.category = state.category;
    order.lead_unit = state.lead_unit;
    order.round = state.round;
    order.supervision = state.supervision;
    if (state.entered_at != 0) order.entered_at = state.entered_at;
    const OrderDates& dates = state.dates;
    order.first_action_at = dates.first_action_at;
    order.dispatched_at = dates.dispatched_at;
    order.unit_dispatched_at = dates.unit_dispatched_at;
    order.signed_at = dates.signed_at;
    order.contacted_at = dates.contacted_at;
    order.replied_at = dates.replied_at;
    order.closed_at = dates.closed_at;
    if (!state.suspensions.empty() && !state.suspensions.back().to) {
        order.stage_at = state.suspensions.back().stage_at;
    }
    if (!state.rounds.empty()) {
        const Round& round = state.rounds.back();
        if (round.reviewed_at || state.onsite) order.answered_at = round.replied_at;
        if (state.main == MainState::replied) order.in_review_at = round.replied_at;
    }
    if (dues) {
        const RoundDeadlines& present = dues->present();
        order.citizen_due = present.citizen.counts.ends_at.time_since_epoch().count();
        order.citizen_stands = present.citizen.verdict == Verdict::stopped;
        if (present.unit) {
            order.unit_due = present.unit->counts.ends_at.time_since_epoch().count();
            order.unit_stands = present.unit->verdict == Verdict::stopped;
        }
    }
    order.onsite = state.onsite;
    order.sample_open = state.main == MainState::closed && state.sample_open;
    order.unit_contacted = state.dates.unit_contacted_at.has_value();
    order.extension_pending = state.pending_extension() != nullptr;
    order.visited = state.counted_visit(state.round) != nullptr;
    order.dissatisfied = is_dissatisfied(state);
    order.instruction_open = std::ranges::any_of(
        state.instructions, [](const InstructionTask& task) { return !task.done_at; });
    for (const InstructionTask& task : state.instructions) {
        if (task.done_at || !task.due_at) continue;
        order.instruction_due =
            std::min(order.instruction_due.value_or(*task.due_at), *task.due_at);
    }
    order.conflict_open = state.open_questions() != 0;
    order.escalation = state.escalation;
    for (const WatchTrigger& one : state.triggers) {
        order.triggers |= std::uint8_t(1U << (static_cast<unsigned>(one.trigger) - 1));
    }
    for (const SupervisionNotice& one : state.notices) {
        const bool counts = one.round == state.round && !one.rule.empty() && one.level >= 1;
        if (counts) order.ladder |= std::uint8_t(1U << (std::min<unsigned>(one.level, 3) - 1));
        order.objection_pending = order.objection_pending || one.objection_pending();
    }
    order.watched = state.watched;
    if (state.watched) order.watch_owner = state.watch_owner;
    order.human_visited = state.has_human_visit(INT64_MIN);
    order.settled = state.is_visited();
    for (std::size_t i = 0; i < order.holders.size(); ++i) order.holders[i] = state.holders[i + 1];
    return order;
}

std::optional<Verdict> citizen_verdict(const OrderSummary& order, std::int64_t as_of) {
    return verdict(order, order.citizen_due, order.citizen_stands, as_of);
}

std::optional<Verdict> unit_verdict(const OrderSummary& order, std::int64_t as_of) {
    return verdict(order, order.unit_due, order.unit_stands, as_of);
}

}  // namespace jiuying::schema
