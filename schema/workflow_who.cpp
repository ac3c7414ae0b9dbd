// Who acts, and who stands in what relation to the order.
#include "schema/workflow_checks.hpp"

#include <algorithm>

namespace jiuying::schema::checks {
namespace {

bool holds(const Judged& judged, Post post) { return in_post(judged, judged.event.actor, post); }

bool holds_one(const Judged& judged, std::initializer_list<Post> posts) {
    return std::ranges::any_of(posts, [&](Post post) { return holds(judged, post); });
}

Refused unless(bool fine, GuardFailure failure) {
    if (fine) return std::nullopt;
    return failure;
}

/// Whether the actor is of the unit to which the instruction was given that the event names.
bool is_instructed(const Judged& judged) {
    return std::ranges::any_of(judged.state.instructions, [&](const InstructionTask& task) {
        return judged.event.target == task.event && stands_for(judged, judged.unit, task.unit);
    });
}

}  // namespace

bool in_post(const Judged& judged, std::string_view person, Post post) {
    const std::int64_t at = judged.event.recorded_at;
    if (judged.directory.holds(person, post, at)) return true;
    return post == Post::dispatcher && judged.state.intake.enterprise &&
           judged.directory.holds(person, Post::enterprise_desk, at);
}

bool stands_for(const Judged& judged, std::string_view unit, std::string_view known) {
    constexpr int takeovers_max = 8;  // A register with a circle in it must not hold us up.
    if (unit.empty() || known.empty()) return false;
    for (int hop = 0; hop < takeovers_max && !known.empty(); ++hop) {
        if (unit == known) return true;
        if (judged.directory.is_active(known, judged.event.recorded_at)) return false;
        known = judged.directory.successor_of(known);
    }
    return false;
}

std::optional<std::int64_t> current_due(const Judged& judged) {
    if (const auto extended = judged.state.extended_due_at()) return extended;
    if (judged.settings.deadlines == nullptr) return std::nullopt;
    return judged.settings.deadlines->unit_due(judged.state, judged.event.recorded_at);
}

Refused second_person(const Judged& judged) {
    const std::string& person = judged.event.person;
    if (person.empty()) return GuardFailure::no_second_person;
    if (person == judged.event.actor) return GuardFailure::same_person;
    const bool known = !judged.directory.unit_of(person, judged.event.recorded_at).empty();
    return unless(known, GuardFailure::no_second_person);
}

bool leader_signs(const Judged& judged) {
    return holds(judged, Post::leader) || in_post(judged, judged.event.person, Post::leader);
}

const CoTask* open_co_task(const Judged& judged, std::string_view unit) {
    const auto& tasks = judged.state.co_tasks;
    const auto found = std::ranges::find_if(tasks, [&](const CoTask& task) {
        return task.open() && stands_for(judged, unit, task.unit);
    });
    return found == tasks.end() ? nullptr : &*found;
}

bool handled_by(const Judged& judged, std::string_view person, std::string_view unit) {
    const OrderState& state = judged.state;
    if (std::ranges::find(state.handlers, person) != state.handlers.end()) return true;
    if (stands_for(judged, unit, state.lead_unit)) return true;
    // Whoever's people signed, contacted or replied, in whatever round, answers for it still. A
    // unit that sent it back before it signed did not handle the order.
    const bool handled = std::ranges::any_of(
        state.handler_units, [&](const std::string& one) { return stands_for(judged, unit, one); });
    return handled || std::ranges::any_of(state.co_tasks, [&](const CoTask& task) {
               return !task.dropped && stands_for(judged, unit, task.unit);
           });
}

Refused allowed(Who who, const Judged& judged) {
    const OrderState& state = judged.state;
    const bool lead = stands_for(judged, judged.unit, state.lead_unit);
    switch (who) {
        case Who::home:
            return unless(stands_for(judged, judged.unit, state.intake.home_unit) ||
                              holds(judged, Post::dispatcher),
                          GuardFailure::not_home_station);
        case Who::lead_unit: return unless(lead, GuardFailure::not_lead_unit);
        case Who::handling:
            return unless(lead || open_co_task(judged, judged.unit) != nullptr,
                          GuardFailure::not_handling_unit);
        case Who::co_unit:
            return unless(open_co_task(judged, judged.unit) != nullptr, GuardFailure::no_co_task);
        case Who::feedback:
            return unless(lead || is_instructed(judged) || holds(judged, Post::supervisor),
                          GuardFailure::not_handling_unit);
        case Who::dispatcher: return unless(holds(judged, Post::dispatcher), GuardFailure::no_post);
        case Who::supervisor: return unless(holds(judged, Post::supervisor), GuardFailure::no_post);
        case Who::visitor: return unless(holds(judged, Post::visitor), GuardFailure::no_post);
        case Who::leader: return unless(holds(judged, Post::leader), GuardFailure::no_post);
        case Who::overseer:
            return unless(holds_one(judged, {Post::dispatcher, Post::supervisor}),
                          GuardFailure::no_post);
        case Who::reviewer:
            return unless(holds_one(judged, {Post::replier, Post::dispatcher}),
                          GuardFailure::no_post);
        case Who::resumer:
            return unless(holds_one(judged, {Post::leader, Post::dispatcher}),
                          GuardFailure::no_post);
        case Who::authority:
            return unless(holds_one(judged, {Post::dispatcher, Post::supervisor, Post::leader}),
                          GuardFailure::no_post);
        case Who::archivist:
            return unless(holds_one(judged, {Post::recorder, Post::dispatcher}),
                          GuardFailure::no_post);
        case Who::watcher:
            return unless(judged.event.actor == state.watch_owner || holds(judged, Post::leader),
                          GuardFailure::not_the_owner);
        case Who::program: break;  // No person does it.
    }
    return GuardFailure::no_post;
}

}  // namespace jiuying::schema::checks

namespace jiuying::schema {

std::optional<GuardFailure> may_edit(const OrderState& state, std::string_view actor,
                                     std::int64_t at, bool contact_only,
                                     const Directory& directory) {
    if (state.main == MainState::archived || state.main == MainState::voided) {
        return GuardFailure::read_only;
    }
    const std::string_view unit = directory.unit_of(actor, at);
    // Stations record before they have the list of staff.
    if (unit.empty() && !state.facts_fixed) return std::nullopt;
    if (unit.empty()) return GuardFailure::unknown_actor;
    // Who took it down mends it until it is dispatched, also where another unit is its home: a
    // unit's person at the hub's page.
    if (!state.facts_fixed && state.intake.recorder == actor) return std::nullopt;
    WorkOrderEvent event;
    event.actor = actor;
    event.recorded_at = at;
    const WorkSettings settings;  // Who one is depends on none.
    const Judged judged{state, event, directory, settings, unit};
    if (!checks::allowed(Who::home, judged)) return std::nullopt;
    if (directory.holds(actor, Post::recorder, at)) return std::nullopt;
    if (contact_only && !checks::allowed(Who::handling, judged)) return std::nullopt;
    return GuardFailure::not_home_station;
}

}  // namespace jiuying::schema
