// When a step is told to have happened: not before the one that it stands on.
#include "schema/workflow_checks.hpp"

#include <algorithm>

namespace jiuying::schema::checks {
namespace {

using Instant = std::optional<std::int64_t>;

constexpr std::int64_t minute_ms = 60'000;

Instant dispatched_at(const OrderState& state) {
    if (state.rounds.empty()) return std::nullopt;
    return state.rounds.back().dispatched_at;
}

Instant replied_at(const OrderState& state) {
    if (state.rounds.empty()) return std::nullopt;
    return state.rounds.back().replied_at;
}

Refused unless_before(const WorkOrderEvent& event, const Instant& at, GuardFailure failure) {
    // People write minutes: what happened in the same one is told as if at its beginning.
    if (at && event.happened_at < plus(*at, -(*at % minute_ms + minute_ms) % minute_ms)) {
        return failure;
    }
    return std::nullopt;
}

Instant asked_at(const OrderState& state) {
    const Extension* pending = state.pending_extension();
    if (pending == nullptr) return std::nullopt;
    return pending->asked_at;
}

Instant instructed_at(const OrderState& state, const WorkOrderEvent& event) {
    for (const InstructionTask& task : state.instructions) {
        if (event.target == task.event) return task.at;
    }
    return std::nullopt;
}

}  // namespace

Refused too_early(const OrderState& state, const WorkOrderEvent& event) {
    using K = EventKind;
    using F = GuardFailure;
    switch (event.kind) {
        case K::signed_for:
        case K::return_asked:
        case K::first_contact:
        case K::extension_asked:
        case K::reassigned:
        case K::unit_added:
        case K::co_task_done: return unless_before(event, dispatched_at(state), F::before_dispatch);
        case K::replied: {
            if (state.main == MainState::merged) return std::nullopt;
            const auto refused = unless_before(event, dispatched_at(state), F::before_dispatch);
            if (refused) return refused;
            return unless_before(event, state.dates.unit_contacted_at, F::before_step);
        }
        case K::review_passed:
        case K::review_refused:
        case K::closed:
        case K::rework:
        case K::visited: return unless_before(event, replied_at(state), F::before_reply);
        case K::extension_granted:
        case K::extension_refused: return unless_before(event, asked_at(state), F::before_step);
        case K::instruction_done:
            return unless_before(event, instructed_at(state, event), F::before_step);
        // What leads out of a state in which the order waited for just that.
        case K::info_added:
        case K::return_upheld:
        case K::return_refused:
        case K::resumed:
        case K::reopened:
        case K::archived:
        case K::unmerged: return unless_before(event, state.entered_at, F::before_step);
        default: return std::nullopt;
    }
}

}  // namespace jiuying::schema::checks
