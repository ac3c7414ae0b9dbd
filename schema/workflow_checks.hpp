/// The guards of the life cycle, one function each, and the questions they share. Only the table
/// (schema/workflow_table.cpp) and the fold use them.
#pragma once

#include "schema/workflow_table.hpp"

#include <optional>
#include <string_view>

namespace jiuying::schema::checks {

using Refused = std::optional<GuardFailure>;

inline constexpr std::int64_t day_ms = 86'400'000;

/// \p at and \p by added; at the ends of the range the end. Times come from outside.
[[nodiscard]] constexpr std::int64_t plus(std::int64_t at, std::int64_t by) {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(at, by, &sum)) return sum;
    return by > 0 ? INT64_MAX : INT64_MIN;
}

/// Whether \p unit is \p known or took over from it when that one was retired.
[[nodiscard]] bool stands_for(const Judged& judged, std::string_view unit, std::string_view known);
/// The unit's present due time: granted, else by policy.
[[nodiscard]] std::optional<std::int64_t> current_due(const Judged& judged);
/// Somebody else than the actor, in service.
[[nodiscard]] Refused second_person(const Judged& judged);
/// \p person holds \p post; the enterprises' desk stands in for the dispatcher, for their orders.
[[nodiscard]] bool in_post(const Judged& judged, std::string_view person, Post post);
/// The actor, or the person named, is a leader.
[[nodiscard]] bool leader_signs(const Judged& judged);
/// Whether \p person of \p unit had a part in handling the order.
[[nodiscard]] bool handled_by(const Judged& judged, std::string_view person, std::string_view unit);
/// The co-task that \p unit has open; null if there is none.
[[nodiscard]] const CoTask* open_co_task(const Judged& judged, std::string_view unit);
/// Whether the attempts of this round are enough to give up, by number and by days.
[[nodiscard]] bool tried_enough(const Judged& judged);
/// Whether an instruction waits for its feedback.
[[nodiscard]] bool instruction_open(const OrderState& state);
/// Told to have happened before what it stands on.
[[nodiscard]] Refused too_early(const OrderState& state, const WorkOrderEvent& event);
/// Whether the actor may do what \p who says, or why not.
[[nodiscard]] Refused allowed(Who who, const Judged& judged);

// Intake and dispatch
[[nodiscard]] Refused onsite(const Judged& judged);
[[nodiscard]] Refused need_info(const Judged& judged);
[[nodiscard]] Refused words(const Judged& judged);
[[nodiscard]] Refused reason(const Judged& judged);
[[nodiscard]] Refused not_accepted(const Judged& judged);
[[nodiscard]] Refused merged(const Judged& judged);
[[nodiscard]] Refused triaged(const Judged& judged);
[[nodiscard]] Refused reclassified(const Judged& judged);
[[nodiscard]] Refused dispatched(const Judged& judged);
[[nodiscard]] Refused reassigned(const Judged& judged);
[[nodiscard]] Refused unit_added(const Judged& judged);
[[nodiscard]] Refused withdrawn(const Judged& judged);

// Handling
[[nodiscard]] Refused return_asked(const Judged& judged);
[[nodiscard]] Refused decided_by_another(const Judged& judged);
[[nodiscard]] Refused extension_asked(const Judged& judged);
[[nodiscard]] Refused extension_granted(const Judged& judged);
[[nodiscard]] Refused extension_refused(const Judged& judged);
[[nodiscard]] Refused first_contact(const Judged& judged);
[[nodiscard]] Refused co_task_done(const Judged& judged);
[[nodiscard]] Refused replied(const Judged& judged);
[[nodiscard]] Refused replied_when_merged(const Judged& judged);
[[nodiscard]] Refused suspended(const Judged& judged);
[[nodiscard]] Refused instruction(const Judged& judged);
[[nodiscard]] Refused instruction_done(const Judged& judged);
[[nodiscard]] Refused supervised(const Judged& judged);
[[nodiscard]] Refused escalated(const Judged& judged);
[[nodiscard]] Refused assigned(const Judged& judged);

// Watch list and objections
[[nodiscard]] Refused watch_owner(const Judged& judged);
[[nodiscard]] Refused watch_ended(const Judged& judged);
[[nodiscard]] Refused objected(const Judged& judged);
[[nodiscard]] Refused objection_decided(const Judged& judged);

// Review, visit, closing and ends
[[nodiscard]] Refused review_refused(const Judged& judged);
[[nodiscard]] Refused review_passed(const Judged& judged);
[[nodiscard]] Refused visited(const Judged& judged);
[[nodiscard]] Refused closed(const Judged& judged);
[[nodiscard]] Refused closed_as_repeat(const Judged& judged);
[[nodiscard]] Refused rework(const Judged& judged);
[[nodiscard]] Refused reopened(const Judged& judged);
[[nodiscard]] Refused archived(const Judged& judged);
[[nodiscard]] Refused voided(const Judged& judged);
[[nodiscard]] Refused time_corrected(const Judged& judged);
[[nodiscard]] Refused event_ruling(const Judged& judged);
[[nodiscard]] Refused facts_corrected(const Judged& judged);

// What is noted beside the life cycle
/// Whether \p event is a fact that a program noted, which is never refused; then it is noted.
bool note_fact(OrderState& state, const WorkOrderEvent& event);
/// An accepted objection or the decision on it.
void note_objection(OrderState& state, const WorkOrderEvent& event);
/// Keeps in which times the order was nobody's work, before it comes into \p next.
void note_shut(OrderState& state, MainState next, std::int64_t at);

}  // namespace jiuying::schema::checks
