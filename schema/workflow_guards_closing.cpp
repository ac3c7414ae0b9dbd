// The guards from the reply on: review, visit, closing, reopening and the ends.
#include "schema/workflow_checks.hpp"

#include "schema/time_text.hpp"

#include <algorithm>
#include <set>

namespace jiuying::schema::checks {
namespace {

Refused not_a_handler(const Judged& judged, GuardFailure failure) {
    if (handled_by(judged, judged.event.actor, judged.unit)) return failure;
    return std::nullopt;
}

/// A judgement against the requester's word: its basis, and a second person with a say in it.
Refused judged_twice(const Judged& judged) {
    if (judged.event.basis.empty()) return GuardFailure::no_basis;
    if (const auto refused = second_person(judged)) return refused;
    for (const Post post : {Post::supervisor, Post::leader, Post::dispatcher}) {
        if (in_post(judged, judged.event.person, post)) return std::nullopt;
    }
    return GuardFailure::no_second_person;
}

bool asked_by_person(const Judged& judged) {
    const OrderState& state = judged.state;
    if (judged.event.ground != Ground::unreachable) return state.has_human_visit(INT64_MIN);
    return std::ranges::any_of(state.visits, [&](const Visit& visit) {
        return visit.round == state.round && is_human(visit.method);
    });
}

Refused fit_ground(const Judged& judged) {
    const OrderState& state = judged.state;
    const Visit* visit = state.counted_visit(state.round);
    switch (judged.event.ground) {
        case Ground::satisfied:
            if (visit == nullptr) return GuardFailure::no_visit;
            if (!visit->satisfied()) return GuardFailure::dissatisfied;
            return std::nullopt;
        case Ground::unreasonable:
        case Ground::lawfully_unsolvable:
            if (visit == nullptr) return GuardFailure::no_visit;
            return judged_twice(judged);
        case Ground::unreachable:
            // Who was reached and spoke is not unreachable.
            if (visit != nullptr) return GuardFailure::no_ground;
            if (!tried_enough(judged)) return GuardFailure::too_few_attempts;
            return std::nullopt;
        case Ground::waived:
            if (!state.visit_waived()) return GuardFailure::not_waived;
            return std::nullopt;
        case Ground::none: break;
    }
    return GuardFailure::no_ground;
}

}  // namespace

bool tried_enough(const Judged& judged) {
    const auto& rounds = judged.state.rounds;
    const std::int64_t replied_at =
        rounds.empty() ? INT64_MIN : rounds.back().replied_at.value_or(INT64_MIN);
    std::uint32_t failed = 0;
    std::set<std::int64_t> days;
    for (const Visit& visit : judged.state.visits) {
        if (visit.round != judged.state.round || visit.valid()) continue;
        if (visit.at < replied_at) continue;
        ++failed;
        const std::int64_t beijing = plus(visit.at, beijing_offset_ms);
        days.insert((beijing - (beijing % day_ms + day_ms) % day_ms) / day_ms);
    }
    return failed >= judged.settings.failed_visits &&
           days.size() >= judged.settings.failed_visit_days;
}

Refused review_refused(const Judged& judged) {
    if (const auto refused = review_passed(judged)) return refused;
    return reason(judged);
}

Refused review_passed(const Judged& judged) {
    const auto& handlers = judged.state.handlers;
    const bool own = std::ranges::find(handlers, judged.event.actor) != handlers.end();
    if (own) return GuardFailure::handler_reviews;
    return std::nullopt;
}

Refused visited(const Judged& judged) {
    const WorkOrderEvent& event = judged.event;
    if (const auto refused = not_a_handler(judged, GuardFailure::handler_visits)) return refused;
    if (event.method == ContactMethod::none || !event.reached) return GuardFailure::no_method;
    const bool spoke = event.grade != Grade::none || event.solved;
    if (!*event.reached && spoke) return GuardFailure::grade_without_contact;
    // No opinion is an answer too, but not one to be left out by mistake.
    if (*event.reached && !spoke && event.reason.empty()) return GuardFailure::no_grade;
    const bool unhappy = event.grade >= Grade::dissatisfied || event.solved == false;
    if (unhappy && event.reason.empty() && event.words.empty()) return GuardFailure::no_reason;
    if (judged.state.visits.size() >= OrderState::side_records_max) return GuardFailure::too_many;
    return std::nullopt;
}

Refused closed(const Judged& judged) {
    if (const auto refused = not_a_handler(judged, GuardFailure::handler_visits)) return refused;
    if (instruction_open(judged.state)) return GuardFailure::instruction_open;
    if (judged.state.watched) return GuardFailure::on_watch;
    if (const auto refused = fit_ground(judged)) return refused;
    // Every enterprise is asked by a person (A40); one that nobody reached was tried by persons.
    const bool asks = judged.state.intake.enterprise && judged.event.ground != Ground::waived;
    if (asks && !asked_by_person(judged)) return GuardFailure::no_human_visit;
    return std::nullopt;
}

/// The same person with the same matter, which was handled lawfully, and with nothing new (B8).
Refused closed_as_repeat(const Judged& judged) {
    const WorkOrderEvent& event = judged.event;
    if (judged.state.watched) return GuardFailure::on_watch;
    if (judged.state.dates.dispatched_at) return GuardFailure::already_dispatched;
    if (*event.target == judged.state.intake.id) return GuardFailure::own_order;
    if (event.ground != Ground::unreasonable && event.ground != Ground::lawfully_unsolvable) {
        return GuardFailure::no_ground;
    }
    if (event.answer.empty()) return GuardFailure::no_answer;
    if (!event.told) return GuardFailure::not_told;
    return judged_twice(judged);
}

Refused rework(const Judged& judged) {
    if (const auto refused = not_a_handler(judged, GuardFailure::handler_visits)) return refused;
    const Visit* visit = judged.state.counted_visit(judged.state.round);
    if (visit == nullptr) return GuardFailure::no_visit;
    if (visit->satisfied()) return GuardFailure::not_dissatisfied;
    if (judged.state.rounds.size() >= OrderState::side_records_max) return GuardFailure::too_many;
    return std::nullopt;
}

Refused reopened(const Judged& judged) {
    if (const auto refused = reason(judged)) return refused;
    if (judged.state.rounds.size() >= OrderState::side_records_max) return GuardFailure::too_many;
    // A false closing has no time bar: it was none.
    if (judged.event.reason == "false_close") return std::nullopt;
    const std::int64_t window = judged.settings.reopen_within_days * day_ms;
    const std::int64_t closed_at = judged.state.dates.closed_at.value_or(INT64_MIN);
    if (judged.event.recorded_at > plus(closed_at, window)) return GuardFailure::reopen_too_late;
    return std::nullopt;
}

Refused archived(const Judged& judged) {
    const OrderState& state = judged.state;
    if (!state.conflicts.empty()) return GuardFailure::conflicts_open;
    if (instruction_open(state)) return GuardFailure::instruction_open;
    if (state.watched) return GuardFailure::on_watch;
    if (state.worse_after_close()) return GuardFailure::dissatisfied;
    if (state.sample_open) return GuardFailure::sample_open;
    return std::nullopt;
}

Refused voided(const Judged& judged) {
    if (judged.state.void_proposed_by.empty()) return GuardFailure::not_proposed;
    if (judged.state.void_proposed_by == judged.event.actor) return GuardFailure::same_person;
    return std::nullopt;
}

Refused time_corrected(const Judged& judged) {
    // Units had their dates by the time as it was known then.
    if (judged.state.dates.dispatched_at) return GuardFailure::already_dispatched;
    if (!judged.event.due_at) return GuardFailure::no_instant;
    if (*judged.event.due_at > judged.event.recorded_at) return GuardFailure::in_future;
    return reason(judged);
}

Refused facts_corrected(const Judged& judged) {
    // Before that the appeal's own fields say them.
    if (!judged.state.facts_fixed) return GuardFailure::wrong_state;
    if (!judged.event.intake) return GuardFailure::no_facts;
    return reason(judged);
}

Refused event_ruling(const Judged& judged) {
    const WorkOrderEvent& event = judged.event;
    if (!event.target) return GuardFailure::no_target;
    switch (event.ruling) {
        case Ruling::history:
        case Ruling::void_event:
            if (!judged.state.conflicts.contains(*event.target)) return GuardFailure::no_target;
            return std::nullopt;
        case Ruling::counts: {
            const auto& visits = judged.state.visits;
            const auto visit = std::ranges::find(visits, *event.target, &Visit::event);
            const bool valid = visit != visits.end() && visit->valid();
            if (!valid) return GuardFailure::no_target;
            return std::nullopt;
        }
        case Ruling::none: break;
    }
    return GuardFailure::wrong_ruling;
}

}  // namespace jiuying::schema::checks
