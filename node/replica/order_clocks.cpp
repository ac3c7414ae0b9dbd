#include "node/replica/order_clocks.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::MainState;
using schema::OrderState;
using schema::WallTime;

std::optional<WallTime> wall_time(const std::optional<std::int64_t>& ms) {
    if (!ms) return std::nullopt;
    return node::wall_time(*ms);
}

schema::RoundTimes times_of(const OrderState& state, std::size_t index) {
    const schema::Round& round = state.rounds[index];
    const bool last = index + 1 == state.rounds.size();
    schema::RoundTimes times;
    times.opened_at = node::wall_time(round.started_at);
    times.dispatched_at = wall_time(round.dispatched_at);
    if (round.reviewed_at || (last && state.onsite)) {
        times.replied_at = wall_time(round.replied_at);
    } else if (last && state.main == MainState::replied) {
        times.in_review_at = wall_time(round.replied_at);
    }
    // The last one of the round: what the unit that has it now was sent.
    for (const schema::Sending& sending : state.sendings) {
        if (sending.round == index + 1) times.arrived_at = wall_time(sending.reached_at());
    }
    for (const schema::Extension& extension : state.extensions) {
        if (extension.granted && extension.round == index + 1) {
            times.extended_until = node::wall_time(extension.due_at);
        }
    }
    return times;
}

/// When nothing was due any more: the event that led to such an end.
std::optional<WallTime> ended_at(const OrderState& state,
                                 std::span<const schema::WorkOrderEvent> events) {
    const bool ended = state.main == MainState::withdrawn || state.main == MainState::voided ||
                       state.main == MainState::merged || state.main == MainState::not_accepted;
    if (!ended) return std::nullopt;
    std::optional<WallTime> at;
    for (std::size_t i = 0; i < events.size() && i < state.verdicts.size(); ++i) {
        const bool led_there = !state.verdicts[i].refused && state.verdicts[i].after == state.main;
        const bool was_there = i > 0 && state.verdicts[i - 1].after == state.main;
        if (led_there && !was_there) at = node::wall_time(events[i].happened_at);
    }
    return at;
}

/// While the person was asked for more: from one event to the next that is another state.
void add_info_pauses(const OrderState& state, std::span<const schema::WorkOrderEvent> events,
                     std::vector<schema::Pause>& pauses) {
    bool waits = false;
    for (std::size_t i = 0; i < events.size() && i < state.verdicts.size(); ++i) {
        const schema::EventVerdict& verdict = state.verdicts[i];
        if (verdict.refused) continue;
        const WallTime at = node::wall_time(events[i].happened_at);
        const bool asks = verdict.after == MainState::need_info;
        if (asks && !waits) {
            pauses.push_back({schema::Pause::Kind::need_info, at, std::nullopt});
        } else if (!asks && waits) {
            pauses.back().until = at;
        }
        waits = asks;
    }
}

schema::DeadlineInput input_of(const OrderState& state,
                               std::span<const schema::WorkOrderEvent> events) {
    schema::DeadlineInput input;
    input.type = state.type;
    if (state.complexity != schema::Complexity::none) input.complexity = state.complexity;
    input.registered_at = node::wall_time(state.registered_at());
    if (state.corrected_registered_at) {
        input.registered_as_told = node::wall_time(state.intake.registered_at);
    }
    input.ext_due_at = wall_time(state.intake.ext_due_at);
    for (std::size_t i = 0; i < state.rounds.size(); ++i)
        input.rounds.push_back(times_of(state, i));
    add_info_pauses(state, events, input.pauses);
    for (const schema::Suspension& suspension : state.suspensions) {
        input.pauses.push_back({schema::Pause::Kind::suspended, node::wall_time(suspension.from),
                                wall_time(suspension.to)});
    }
    input.ended_at = ended_at(state, events);
    return input;
}

/// After all that is known.
std::int64_t latest(const OrderState& state, std::span<const schema::WorkOrderEvent> events) {
    std::int64_t at = state.registered_at();
    for (const schema::WorkOrderEvent& event : events) at = std::max(at, event.recorded_at);
    return at;
}

}  // namespace

const schema::DeadlinePolicy& OrderClocks::policy_of(const OrderState& state,
                                                     std::int64_t as_of) const {
    if (const auto* given = policies_.find(state.policy)) return *given;
    // The field may name a calendar behind the policy.
    const std::string_view named{state.intake.policy};
    if (const auto* told = policies_.find(named.substr(0, named.find_first_of(" /,;")))) {
        return *told;
    }
    return policies_.in_force(state.registered_at(), as_of);
}

std::optional<schema::OrderDeadlines> OrderClocks::of(
    const OrderState& state, std::span<const schema::WorkOrderEvent> events) const {
    return of(state, events, latest(state, events));
}

std::optional<schema::OrderDeadlines> OrderClocks::of(
    const OrderState& state, std::span<const schema::WorkOrderEvent> events, std::int64_t as_of,
    std::optional<std::int64_t> received_at) const {
    schema::DeadlineInput input = input_of(state, events);
    input.received_at = wall_time(received_at);
    auto counted =
        schema::deadlines_of(input, policy_of(state), calendars_.newest(), node::wall_time(as_of));
    if (!counted) return std::nullopt;
    return *std::move(counted);
}

std::vector<schema::Sentence> OrderClocks::story(
    const schema::OrderDeadlines& deadlines, const OrderState& state,
    std::span<const schema::WorkOrderEvent> events) const {
    return schema::story_of(deadlines, input_of(state, events), policy_of(state),
                            calendars_.newest());
}

std::optional<std::int64_t> OrderClocks::step_due(schema::CountRule schema::StepLimits::*step,
                                                  std::int64_t start) const {
    const schema::DeadlinePolicy& policy = policies_.in_force(start, INT64_MAX);
    const auto due =
        schema::due_of(node::wall_time(start), policy.steps.*step, calendars_.newest());
    if (!due) return std::nullopt;
    return in_ms(due->ends_at);
}

std::optional<std::int64_t> OrderClocks::unit_due(const OrderState& state,
                                                  std::int64_t as_of) const {
    const auto counted = schema::deadlines_of(input_of(state, {}), policy_of(state, as_of),
                                              calendars_.at(as_of), node::wall_time(as_of));
    if (!counted || !counted->present().unit) return std::nullopt;
    return in_ms(counted->present().unit->by_pauses.ends_at);
}

std::optional<std::int64_t> OrderClocks::superior_limit(const OrderState& state,
                                                        std::int64_t as_of) const {
    // It was for the first answer.
    if (state.round != 1) return std::nullopt;
    const auto rule = policy_of(state, as_of).clocks.external_due;
    if (rule == schema::ExternalDue::shown_only) return std::nullopt;
    return state.intake.ext_due_at;
}

std::int64_t OrderClocks::working_days_after(std::int64_t start, std::uint32_t days,
                                             std::int64_t as_of) const {
    const schema::CountRule rule{static_cast<int>(days), schema::Unit::working_day};
    const auto due = schema::due_of(node::wall_time(start), rule, calendars_.at(as_of));
    if (due) return in_ms(due->ends_at);
    constexpr std::int64_t day_ms = 86'400'000;
    return start + days * day_ms;
}

}  // namespace jiuying::node
