// The guards of the watch list and of objections to notices.
#include "schema/workflow_checks.hpp"

#include <algorithm>

namespace jiuying::schema::checks {
namespace {

const SupervisionNotice* notice_of(const Judged& judged) {
    const auto& notices = judged.state.notices;
    if (!judged.event.target) return nullptr;
    const auto found = std::ranges::find(notices, *judged.event.target, &SupervisionNotice::event);
    return found == notices.end() ? nullptr : &*found;
}

}  // namespace

bool instruction_open(const OrderState& state) {
    return std::ranges::any_of(state.instructions,
                               [](const InstructionTask& task) { return !task.done_at; });
}

Refused watch_owner(const Judged& judged) {
    if (!judged.state.watched) return GuardFailure::not_on_watch;
    const std::string& person = judged.event.person;
    // Replaced, never removed.
    const bool in_service =
        !person.empty() && !judged.directory.unit_of(person, judged.event.recorded_at).empty();
    if (!in_service) return GuardFailure::no_owner;
    return std::nullopt;
}

/// A39: satisfied after a person asked, or explained with a leader's sign.
Refused watch_ended(const Judged& judged) {
    const OrderState& state = judged.state;
    if (!state.watched) return GuardFailure::not_on_watch;
    switch (judged.event.ground) {
        case Ground::satisfied: {
            const Visit* visit = state.counted_visit(state.round);
            if (visit == nullptr) return GuardFailure::no_visit;
            if (!visit->satisfied()) return GuardFailure::dissatisfied;
            if (!state.has_human_visit(state.watched_since)) return GuardFailure::no_human_visit;
            return std::nullopt;
        }
        case Ground::unreasonable:
        case Ground::lawfully_unsolvable:
            if (judged.event.basis.empty()) return GuardFailure::no_basis;
            if (!leader_signs(judged)) return GuardFailure::no_leader;
            return std::nullopt;
        default: return GuardFailure::no_ground;
    }
}

Refused objected(const Judged& judged) {
    const SupervisionNotice* notice = notice_of(judged);
    const bool may_object = notice != nullptr && notice->objections_to && !notice->objected_at;
    if (!may_object) return GuardFailure::no_notice;
    // By the time of its recording at the station: what came late by the link is no later for that.
    if (judged.event.recorded_at > *notice->objections_to) return GuardFailure::objection_too_late;
    if (const auto refused = reason(judged)) return refused;
    return words(judged);
}

Refused objection_decided(const Judged& judged) {
    const SupervisionNotice* notice = notice_of(judged);
    if (notice == nullptr || !notice->objection_pending()) return GuardFailure::no_notice;
    if (notice->objected_by == judged.event.actor) return GuardFailure::same_person;
    const bool decides =
        judged.event.ruling == Ruling::history || judged.event.ruling == Ruling::void_event;
    if (!decides) return GuardFailure::wrong_ruling;
    return reason(judged);
}

}  // namespace jiuying::schema::checks
