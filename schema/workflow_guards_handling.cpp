// The guards of handling: what a unit does with an order, and what others do meanwhile.
#include "schema/workflow_checks.hpp"

#include <algorithm>

namespace jiuying::schema::checks {
namespace {

std::int64_t working_days_after(const Judged& judged, std::int64_t start, std::uint32_t days) {
    if (judged.settings.deadlines == nullptr) return plus(start, days * day_ms);
    return judged.settings.deadlines->working_days_after(start, days, judged.event.recorded_at);
}

/// An extension to \p due must lead past the present due time and stay within the cap.
Refused fit_extension(const Judged& judged, std::int64_t due) {
    const auto present = current_due(judged);
    if (due <= present.value_or(judged.event.recorded_at)) return GuardFailure::not_later;
    if (judged.settings.deadlines == nullptr) return std::nullopt;
    const auto limit =
        judged.settings.deadlines->superior_limit(judged.state, judged.event.recorded_at);
    if (limit && due > *limit) return GuardFailure::past_external;
    const auto first = judged.settings.deadlines->unit_due(judged.state, judged.event.recorded_at);
    const std::uint32_t cap = judged.settings.extension_cap_working_days;
    if (first && due > working_days_after(judged, *first, cap)) return GuardFailure::over_cap;
    return std::nullopt;
}

std::uint32_t granted_extensions(const OrderState& state) {
    const auto count = std::ranges::count(state.extensions, true, &Extension::granted);
    return static_cast<std::uint32_t>(count);
}

Refused contacted(const Judged& judged) {
    const OrderState& state = judged.state;
    const bool nobody = state.intake.anonymous || !state.intake.has_phone;
    if (nobody || state.dates.unit_contacted_at) return std::nullopt;
    if (state.failed_contacts >= judged.settings.failed_contacts) return std::nullopt;
    return GuardFailure::no_contact;
}

/// "Explained, not solvable" needs what it rests on and a second pair of eyes (A21).
Refused explained(const Judged& judged) {
    switch (judged.event.ground) {
        case Ground::none: return std::nullopt;
        case Ground::unreasonable:
        case Ground::lawfully_unsolvable:
            if (judged.event.basis.empty()) return GuardFailure::no_basis;
            return second_person(judged);
        default: return GuardFailure::no_ground;
    }
}

}  // namespace

Refused return_asked(const Judged& judged) {
    const OrderState& state = judged.state;
    if (state.lead_fixed) return GuardFailure::lead_fixed;
    if (state.returns_asked >= judged.settings.returns_max) return GuardFailure::returns_used_up;
    if (const auto refused = reason(judged)) return refused;
    if (judged.event.basis.empty()) return GuardFailure::no_basis;
    const std::int64_t since = state.dates.unit_dispatched_at.value_or(state.registered_at());
    const std::uint32_t days = judged.settings.return_within_working_days;
    if (judged.event.recorded_at > working_days_after(judged, since, days)) {
        return GuardFailure::return_too_late;
    }
    return std::nullopt;
}

Refused decided_by_another(const Judged& judged) {
    if (judged.state.return_asked_by == judged.event.actor) return GuardFailure::same_person;
    return reason(judged);
}

Refused extension_asked(const Judged& judged) {
    const OrderState& state = judged.state;
    if (state.pending_extension() != nullptr) return GuardFailure::extension_pending;
    if (state.extensions.size() >= OrderState::side_records_max) return GuardFailure::too_many;
    if (granted_extensions(state) >= judged.settings.extensions_max_with_leader) {
        return GuardFailure::extensions_used_up;
    }
    if (const auto refused = reason(judged)) return refused;
    if (!judged.event.due_at) return GuardFailure::no_instant;
    // By the recorded time: what is told afterwards must not bring a missed date back.
    const auto due = current_due(judged);
    if (due && judged.event.recorded_at > *due) return GuardFailure::after_due;
    return fit_extension(judged, *judged.event.due_at);
}

Refused extension_granted(const Judged& judged) {
    const Extension* pending = judged.state.pending_extension();
    if (pending == nullptr) return GuardFailure::no_extension_asked;
    if (pending->asked_by == judged.event.actor) return GuardFailure::same_person;
    // How many there may be at all was asked when this one was asked for.
    const bool by_leader_only = granted_extensions(judged.state) >= judged.settings.extensions_max;
    if (by_leader_only && !leader_signs(judged)) return GuardFailure::no_leader;
    if (!judged.event.told) return GuardFailure::not_told;
    return fit_extension(judged, judged.event.due_at.value_or(pending->due_at));
}

Refused extension_refused(const Judged& judged) {
    const Extension* pending = judged.state.pending_extension();
    if (pending == nullptr) return GuardFailure::no_extension_asked;
    if (pending->asked_by == judged.event.actor) return GuardFailure::same_person;
    return reason(judged);
}

Refused first_contact(const Judged& judged) {
    const bool said = judged.event.method != ContactMethod::none && judged.event.reached;
    if (!said) return GuardFailure::no_method;
    return std::nullopt;
}

Refused co_task_done(const Judged& judged) { return words(judged); }

Refused replied(const Judged& judged) {
    const OrderState& state = judged.state;
    const WorkOrderEvent& event = judged.event;
    if (const auto refused = contacted(judged)) return refused;
    if (!event.solved) return GuardFailure::no_solved;
    if (!*event.solved && event.reason.empty()) return GuardFailure::no_reason;
    if (state.co_tasks_open()) return GuardFailure::co_tasks_open;
    if (event.answer.empty()) return GuardFailure::no_answer;
    if (const auto refused = explained(judged)) return refused;
    const bool key_order =
        state.intake.from_leader || state.escalation > 0 || instruction_open(state);
    if (key_order && !leader_signs(judged)) return GuardFailure::no_leader;
    return std::nullopt;
}

Refused replied_when_merged(const Judged& judged) {
    if (judged.event.answer.empty()) return GuardFailure::no_answer;
    return std::nullopt;
}

Refused suspended(const Judged& judged) {
    const WorkOrderEvent& event = judged.event;
    if (const auto refused = words(judged)) return refused;
    if (!event.due_at) return GuardFailure::no_instant;
    if (*event.due_at <= event.recorded_at) return GuardFailure::not_later;
    const std::int64_t longest = judged.settings.suspension_stage_days_max * day_ms;
    if (*event.due_at > plus(event.recorded_at, longest)) return GuardFailure::stage_too_far;
    if (!event.told) return GuardFailure::not_told;
    if (judged.state.suspensions.size() >= OrderState::side_records_max) {
        return GuardFailure::too_many;
    }
    return std::nullopt;
}

Refused instruction(const Judged& judged) {
    if (judged.state.instructions.size() >= OrderState::side_records_max) {
        return GuardFailure::too_many;
    }
    if (const std::string& unit = judged.event.unit; !unit.empty()) {
        if (!judged.directory.knows_unit(unit)) return GuardFailure::unit_unknown;
        if (!judged.directory.is_active(unit, judged.event.recorded_at)) {
            return GuardFailure::unit_retired;
        }
    }
    return words(judged);
}

Refused instruction_done(const Judged& judged) {
    if (!judged.event.target) return GuardFailure::no_target;
    const bool open =
        std::ranges::any_of(judged.state.instructions, [&](const InstructionTask& task) {
            return task.event == *judged.event.target && !task.done_at;
        });
    if (!open) return GuardFailure::no_target;
    return words(judged);
}

Refused supervised(const Judged& judged) {
    const bool known = judged.event.level >= 1 && judged.event.level <= 3;
    if (!known) return GuardFailure::level_not_higher;
    if (judged.state.notices.size() >= OrderState::side_records_max) return GuardFailure::too_many;
    return std::nullopt;
}

Refused escalated(const Judged& judged) {
    const bool higher = judged.event.level > judged.state.escalation && judged.event.level <= 3;
    if (!higher) return GuardFailure::level_not_higher;
    return reason(judged);
}

Refused assigned(const Judged& judged) {
    const WorkOrderEvent& event = judged.event;
    const bool of_an_order = event.post >= Post::dispatcher && event.post <= Post::visitor;
    const bool holder = of_an_order && in_post(judged, event.person, event.post);
    if (!holder) return GuardFailure::not_a_holder;
    const auto unit = judged.directory.unit_of(event.person, event.recorded_at);
    if (event.post == Post::visitor && handled_by(judged, event.person, unit)) {
        return GuardFailure::handler_visits;
    }
    return std::nullopt;
}

}  // namespace jiuying::schema::checks
