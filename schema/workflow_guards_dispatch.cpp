// The guards of intake and dispatch: before a unit has the order, and when it changes hands.
#include "schema/workflow_checks.hpp"

#include <algorithm>

namespace jiuying::schema::checks {
namespace {

Refused not_dispatched(const Judged& judged) {
    if (judged.state.dates.dispatched_at) return GuardFailure::already_dispatched;
    return std::nullopt;
}

/// A unit that may be given the order: in use, and not the one complained about (A29).
Refused fit_unit(const Judged& judged, std::string_view unit) {
    if (unit.empty()) return GuardFailure::no_unit;
    if (!judged.directory.knows_unit(unit)) return GuardFailure::unit_unknown;
    if (!judged.directory.is_active(unit, judged.event.recorded_at)) {
        return GuardFailure::unit_retired;
    }
    const std::string& subject = judged.state.intake.subject_unit;
    if (unit == subject || stands_for(judged, unit, subject)) return GuardFailure::unit_is_subject;
    return std::nullopt;
}

Refused fit_units(const Judged& judged) {
    const WorkOrderEvent& event = judged.event;
    if (const auto refused = fit_unit(judged, event.unit)) return refused;
    for (std::size_t i = 0; i < event.co_units.size(); ++i) {
        const std::string& unit = event.co_units[i];
        if (const auto refused = fit_unit(judged, unit)) return refused;
        const auto before = event.co_units.begin() + static_cast<std::ptrdiff_t>(i);
        const bool twice = std::find(event.co_units.begin(), before, unit) != before;
        if (twice || unit == event.unit) return GuardFailure::unit_twice;
    }
    if (judged.state.co_tasks.size() + event.co_units.size() > OrderState::side_records_max) {
        return GuardFailure::too_many;
    }
    return std::nullopt;
}

}  // namespace

Refused words(const Judged& judged) {
    if (judged.event.words.empty()) return GuardFailure::no_words;
    return std::nullopt;
}

Refused reason(const Judged& judged) {
    if (judged.event.reason.empty()) return GuardFailure::no_reason;
    return std::nullopt;
}

Refused onsite(const Judged& judged) {
    const Intake& intake = judged.state.intake;
    const WorkOrderEvent& event = judged.event;
    if (intake.enterprise) return GuardFailure::not_for_enterprise;
    const bool about_unit = intake.type == AppealType::complaint && !intake.subject_unit.empty();
    if (intake.type == AppealType::tip_off || about_unit) return GuardFailure::not_for_this_type;
    const std::string& category = event.category.empty() ? intake.category : event.category;
    if (!judged.directory.is_delegated(intake.home_unit, category, event.recorded_at)) {
        return GuardFailure::not_delegated;
    }
    if (event.answer.empty()) return GuardFailure::no_answer;
    if (!event.told) return GuardFailure::not_told;
    return std::nullopt;
}

Refused need_info(const Judged& judged) {
    if (const auto refused = not_dispatched(judged)) return refused;
    return words(judged);
}

Refused not_accepted(const Judged& judged) {
    if (const auto refused = not_dispatched(judged)) return refused;
    if (const auto refused = reason(judged)) return refused;
    if (judged.event.basis.empty()) return GuardFailure::no_basis;
    if (!judged.event.told) return GuardFailure::not_told;
    return std::nullopt;
}

Refused merged(const Judged& judged) {
    if (const auto refused = not_dispatched(judged)) return refused;
    if (!judged.event.target) return GuardFailure::no_target;
    if (*judged.event.target == judged.state.intake.id) return GuardFailure::own_order;
    return reason(judged);
}

Refused triaged(const Judged& judged) {
    const bool typed =
        judged.event.type != AppealType::none || judged.state.type != AppealType::none;
    if (!typed || judged.event.complexity == Complexity::none) return GuardFailure::no_class;
    return std::nullopt;
}

Refused reclassified(const Judged& judged) {
    if (const auto refused = triaged(judged)) return refused;
    return reason(judged);
}

Refused dispatched(const Judged& judged) {
    const bool classed =
        judged.event.complexity != Complexity::none || judged.state.complexity != Complexity::none;
    const bool typed =
        judged.event.type != AppealType::none || judged.state.type != AppealType::none;
    if (!classed || !typed) return GuardFailure::no_class;
    return fit_units(judged);
}

Refused reassigned(const Judged& judged) {
    if (const auto refused = fit_units(judged)) return refused;
    if (judged.event.unit == judged.state.lead_unit) return GuardFailure::unit_twice;
    if (const auto refused = reason(judged)) return refused;
    if (judged.state.lead_fixed && !leader_signs(judged)) return GuardFailure::lead_fixed;
    if (judged.state.past_leads.size() >= OrderState::side_records_max) {
        return GuardFailure::too_many;
    }
    return std::nullopt;
}

Refused unit_added(const Judged& judged) {
    const std::string& unit = judged.event.unit;
    if (const auto refused = fit_unit(judged, unit)) return refused;
    const bool has_it = unit == judged.state.lead_unit || open_co_task(judged, unit) != nullptr;
    if (has_it) return GuardFailure::unit_twice;
    if (judged.state.co_tasks.size() >= OrderState::side_records_max) {
        return GuardFailure::too_many;
    }
    return std::nullopt;
}

Refused withdrawn(const Judged& judged) {
    if (const auto refused = not_dispatched(judged)) return refused;
    return reason(judged);
}

}  // namespace jiuying::schema::checks
