// What an accepted event does to the order, and who is heard at all.
#include "schema/workflow_checks.hpp"
#include "schema/workflow_table.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace jiuying::schema {
namespace {

/// A decision of the hub is proof that the hub has the order, whatever is known of receipts.
MainState state_for(const OrderState& state, const WorkOrderEvent& event) {
    const bool proof = event.at_hub && state.main == MainState::registered;
    return proof ? MainState::received : state.main;
}

std::optional<GuardFailure> check_times(const OrderState& state, const WorkOrderEvent& event) {
    if (event.happened_at > event.recorded_at) return GuardFailure::in_future;
    // Only what was told: by clocks alone, a station that runs fast would shut the hub out.
    const bool told = event.happened_at != event.recorded_at;
    if (!told) return std::nullopt;
    if (event.happened_at < state.registered_at()) return GuardFailure::before_registration;
    return checks::too_early(state, event);
}

/// Whether \p event fixes the facts of the intake, and so is judged by those it brings.
bool fixes_facts(const OrderState& state, const WorkOrderEvent& event) {
    const bool fixing =
        event.kind == EventKind::dispatched || event.kind == EventKind::closed_onsite;
    return fixing && event.intake && !state.facts_fixed;
}

/// The state as whoever wrote \p event saw it, as far as facts go.
void see_facts_of(OrderState& state, const WorkOrderEvent& event) {
    adopt(state.intake, *event.intake);
    if (!state.type_given) state.type = state.intake.type;
    if (!state.category_given) state.category = state.intake.category;
}

std::optional<GuardFailure> judge(const OrderState& state, const WorkOrderEvent& event,
                                  const Directory& directory, const WorkSettings& settings,
                                  const Transition*& found) {
    const MainState from = state_for(state, event);
    found = find_transition(event.kind, from);
    // What nobody handled is closed only as a repeat of something that was.
    const bool closes_early = event.kind == EventKind::closed && from != MainState::visit_pending;
    if (closes_early && !event.target) found = nullptr;
    if (found == nullptr) {
        const auto same_kind = [&](const Transition& row) { return row.kind == event.kind; };
        const bool known = std::ranges::any_of(transitions(), same_kind);
        return known ? GuardFailure::wrong_state : GuardFailure::not_an_event;
    }
    if (const auto refused = check_times(state, event)) return refused;
    if (!event.at_hub && !found->at_station) return GuardFailure::hub_only;
    const Judged judged{state, event, directory, settings,
                        directory.unit_of(event.actor, event.recorded_at)};
    if (judged.unit.empty()) return GuardFailure::unknown_actor;
    if (const auto refused = checks::allowed(found->who, judged)) return refused;
    return found->guard != nullptr ? found->guard(judged) : std::nullopt;
}

/// Applies accepted events. One function for each thing that events do; most kinds do several.
class Applying {
public:
    Applying(OrderState& state, const WorkOrderEvent& event, const Directory& directory,
             const WorkSettings& settings)
        : state_(state), event_(event), directory_(directory), settings_(settings) {}

    void apply() {
        if (!state_.dates.first_action_at) state_.dates.first_action_at = at_;
        if (event_.kind == EventKind::facts_corrected && event_.intake) {
            adopt(state_.intake, *event_.intake);
            if (!state_.category_given) state_.category = state_.intake.category;
        }
        switch (event_.kind) {
            case EventKind::merged: merge(); break;
            case EventKind::unmerged: state_.merged_into.reset(); break;
            case EventKind::triaged: classify(); break;
            case EventKind::dispatched: dispatch(); break;
            case EventKind::reassigned: reassign(); break;
            case EventKind::signed_for:
                state_.dates.signed_at = at_;
                handled();
                break;
            case EventKind::return_asked:
                ++state_.returns_asked;
                state_.return_asked_by = event_.actor;
                break;
            case EventKind::return_upheld: uphold_return(); break;
            case EventKind::return_refused:
                ++state_.returns_refused;
                state_.lead_fixed = true;
                break;
            case EventKind::unit_added:
                state_.co_tasks.push_back({event_.unit, at_, event_.due_at, {}, false});
                break;
            case EventKind::co_task_done: finish_co_task(); break;
            default: apply_handling(); break;
        }
    }

private:
    void apply_handling() {
        switch (event_.kind) {
            case EventKind::first_contact: contact(); break;
            case EventKind::extension_asked:
                state_.extensions.push_back(
                    {at_, event_.due_at.value_or(at_), {}, false, state_.round, event_.actor});
                break;
            case EventKind::extension_granted: decide_extension(true); break;
            case EventKind::extension_refused: decide_extension(false); break;
            case EventKind::replied: reply(); break;
            case EventKind::review_passed:
                state_.dates.reviewed_at = at_;
                if (!state_.rounds.empty()) state_.rounds.back().reviewed_at = at_;
                hold(Post::replier);
                break;
            case EventKind::visited: visit(); break;
            case EventKind::closed: close(); break;
            case EventKind::closed_onsite: close_onsite(); break;
            case EventKind::rework:
                next_round(true);
                state_.supervision = std::min<std::uint8_t>(3, state_.supervision + 1);
                break;
            case EventKind::reopened: reopen(); break;
            case EventKind::archived: state_.dates.archived_at = at_; break;
            default: apply_side(); break;
        }
    }

    void apply_side() {
        switch (event_.kind) {
            case EventKind::suspended:
                end_suspension();
                state_.suspensions.push_back({at_, event_.due_at.value_or(at_), {}});
                break;
            case EventKind::resumed: end_suspension(); break;
            case EventKind::supervised:
                state_.supervision = std::max(state_.supervision, event_.level);
                state_.notices.push_back({event_.id,
                                          at_,
                                          event_.level,
                                          state_.round,
                                          {},
                                          state_.lead_unit,
                                          event_.due_at,
                                          {},
                                          {},
                                          {},
                                          false});
                hold(Post::supervisor);
                break;
            case EventKind::escalated: state_.escalation = event_.level; break;
            case EventKind::instruction:
                state_.instructions.push_back({event_.id, at_, event_.due_at, {}, event_.unit});
                break;
            case EventKind::instruction_done: finish_instruction(); break;
            case EventKind::assigned:
                state_.holders[static_cast<std::size_t>(event_.post)] = event_.person;
                break;
            case EventKind::void_proposed: state_.void_proposed_by = event_.actor; break;
            case EventKind::time_corrected: state_.corrected_registered_at = event_.due_at; break;
            case EventKind::event_ruling: rule(); break;
            default: apply_watch(); break;
        }
    }

    void apply_watch() {
        switch (event_.kind) {
            case EventKind::watch_owner: state_.watch_owner = event_.person; break;
            case EventKind::watch_ended:
                state_.watched = false;
                state_.watch_ended_at = at_;
                state_.watch_ended_on = event_.ground;
                break;
            case EventKind::objected:
            case EventKind::objection_decided: checks::note_objection(state_, event_); break;
            default: break;  // The main state is all that the others change.
        }
    }

    void hold(Post post) { state_.holders[static_cast<std::size_t>(post)] = event_.actor; }

    static void note(std::vector<std::string>& all, std::string_view one) {
        if (std::ranges::find(all, one) == all.end()) all.emplace_back(one);
    }

    void handled() { handled(directory_.unit_of(event_.actor, event_.recorded_at)); }

    /// The actor handled it, for \p unit.
    void handled(std::string_view unit) {
        note(state_.handlers, event_.actor);
        note(state_.handler_units, unit);
    }

    void merge() {
        state_.merged_into = event_.target;
        state_.before_merge = state_for(state_, event_);
    }

    void classify() {
        if (event_.type != AppealType::none) {
            state_.type = event_.type;
            state_.type_given = true;
        }
        if (event_.complexity != Complexity::none) state_.complexity = event_.complexity;
        if (!event_.category.empty()) {
            state_.category = event_.category;
            state_.category_given = true;
        }
        if (!event_.policy.empty()) state_.policy = event_.policy;
    }

    /// The unit named in the event has the order from now on.
    void hand_over() {
        leave_unit();
        state_.lead_unit = event_.unit;
        state_.dates.unit_dispatched_at = at_;
        if (!event_.policy.empty()) state_.policy = event_.policy;
        for (CoTask& task : state_.co_tasks) {
            if (task.open() && task.unit == event_.unit) task.dropped = true;
        }
        for (const std::string& unit : event_.co_units) {
            state_.co_tasks.push_back({unit, at_, event_.due_at, {}, false});
        }
        this_round(at_).dispatched_at = at_;
        sent();
        hold(Post::dispatcher);
    }

    /// What was the present unit's own is not the next one's. A granted extension stays: the order
    /// has it, and the person was told.
    void leave_unit() {
        state_.dates.unit_dispatched_at.reset();
        state_.dates.signed_at.reset();
        state_.dates.unit_contacted_at.reset();
        state_.failed_contacts = 0;
        if (state_.pending_extension() != nullptr) decide_extension(false);
    }

    void sent() {
        state_.sendings.push_back({event_.id, state_.lead_unit, at_, state_.round, {}, {}});
    }

    void dispatch() {
        classify();
        if (!state_.dates.dispatched_at) state_.dates.dispatched_at = at_;
        hand_over();
        if (state_.returns_upheld >= settings_.returns_fixing_lead) state_.lead_fixed = true;
        fix_facts();
    }

    void fix_facts() {
        state_.facts_fixed = true;
        // From here on the class is the hub's.
        state_.type_given = true;
    }

    void reassign() {
        state_.past_leads.push_back(state_.lead_unit);
        hand_over();
    }

    void uphold_return() {
        ++state_.returns_upheld;
        leave_unit();
        state_.past_leads.push_back(std::exchange(state_.lead_unit, {}));
        for (CoTask& task : state_.co_tasks) task.dropped = task.dropped || task.open();
        hold(Post::dispatcher);
    }

    void finish_co_task() {
        const std::string_view unit = directory_.unit_of(event_.actor, event_.recorded_at);
        const Judged judged{state_, event_, directory_, settings_, unit};
        const CoTask* task = checks::open_co_task(judged, unit);
        if (task == nullptr) return;
        state_.co_tasks[static_cast<std::size_t>(task - state_.co_tasks.data())].done_at = at_;
        handled();
    }

    void contact() {
        const std::string_view unit = directory_.unit_of(event_.actor, event_.recorded_at);
        const Judged judged{state_, event_, directory_, settings_, unit};
        const bool by_lead = checks::stands_for(judged, unit, state_.lead_unit);
        if (!event_.reached.value_or(false)) {
            state_.failed_contacts += by_lead ? 1 : 0;
        } else {
            if (!state_.dates.contacted_at) state_.dates.contacted_at = at_;
            if (by_lead && !state_.dates.unit_contacted_at) state_.dates.unit_contacted_at = at_;
        }
        handled();
    }

    void decide_extension(bool granted) {
        Extension& extension = state_.extensions.back();
        extension.decided_at = at_;
        extension.granted = granted;
        if (granted) extension.due_at = event_.due_at.value_or(extension.due_at);
    }

    void reply() {
        state_.dates.replied_at = at_;
        // A merged order's person is answered at the desk, of which somebody else visits.
        note(state_.handlers, event_.actor);
        if (state_.main == MainState::merged || state_.rounds.empty()) return;
        handled();
        state_.last_replier = event_.actor;
        // What was asked for and not decided is moot now.
        if (state_.pending_extension() != nullptr) decide_extension(false);
        Round& round = state_.rounds.back();
        round.replied_at = at_;
        round.unit = state_.lead_unit;
        round.solved = event_.solved;
        round.ground = event_.ground;
    }

    void visit() {
        Visit made{event_.id,    at_,           state_.round,
                   event_.actor, event_.method, event_.reached.value_or(false),
                   event_.grade, event_.solved, state_.main == MainState::closed};
        if (made.reached) state_.dates.visited_at = at_;
        const bool valid = made.valid();
        state_.visits.push_back(std::move(made));
        const Judged judged{state_, event_, directory_, settings_, {}};
        if (valid || checks::tried_enough(judged)) state_.sample_open = false;
        hold(Post::visitor);
    }

    void close() {
        state_.dates.closed_at = at_;
        state_.ground = event_.ground;
        if (state_.main == MainState::visit_pending) return hold(Post::visitor);
        // As a repeat: the dispatcher's word is the answer, and was reviewed by the second person.
        state_.dates.replied_at = at_;
        state_.dates.reviewed_at = at_;
        if (!state_.dates.contacted_at) state_.dates.contacted_at = at_;
        state_.last_replier = event_.actor;
        note(state_.handlers, event_.actor);
        note(state_.handlers, event_.person);
        Round& round = this_round(state_.registered_at());
        round.replied_at = at_;
        round.reviewed_at = at_;
        round.ground = event_.ground;
        hold(Post::dispatcher);
    }

    void close_onsite() {
        if (!event_.category.empty()) state_.category = event_.category;
        fix_facts();
        state_.onsite = true;
        state_.dates.contacted_at = at_;
        state_.dates.replied_at = at_;
        state_.dates.closed_at = at_;
        state_.last_replier = event_.actor;
        handled(state_.intake.home_unit);
        Round& round = this_round(state_.registered_at());
        round.replied_at = at_;
        round.unit = state_.intake.home_unit;
        round.solved = event_.solved.value_or(true);
        state_.sample_open = sampled_for_visit(state_.intake.id, settings_.onsite_sample_percent);
    }

    /// The first handling opens the first round; later ones are opened by rework and reopening.
    Round& this_round(std::int64_t started_at) {
        if (state_.rounds.empty()) open_round(started_at);
        return state_.rounds.back();
    }

    void next_round(bool with_unit) {
        ++state_.round;
        if (state_.pending_extension() != nullptr) decide_extension(false);
        open_round(at_);
        if (!with_unit) return;
        state_.rounds.back().dispatched_at = at_;
        sent();
    }

    void open_round(std::int64_t started_at) {
        state_.rounds.emplace_back();
        state_.rounds.back().started_at = started_at;
    }

    void reopen() {
        next_round(!state_.lead_unit.empty());
        state_.dates.closed_at.reset();
        state_.ground = Ground::none;
        state_.onsite = false;
        state_.sample_open = false;
        hold(Post::supervisor);
    }

    void end_suspension() {
        if (!state_.suspensions.empty() && !state_.suspensions.back().to) {
            state_.suspensions.back().to = at_;
        }
    }

    void finish_instruction() {
        for (InstructionTask& task : state_.instructions) {
            if (task.event == *event_.target && !task.done_at) task.done_at = at_;
        }
    }

    void rule() {
        if (event_.ruling == Ruling::counts) {
            const auto chosen = std::ranges::find(state_.visits, *event_.target, &Visit::event);
            const std::uint32_t round = chosen->round;
            for (Visit& visit : state_.visits) {
                if (visit.round == round) visit.ruled = visit.event == *event_.target;
            }
            return;
        }
        const auto conflict = state_.conflicts.find(*event_.target);
        state_.verdicts[conflict->second.index].ruling = event_.ruling;
        state_.conflicts.erase(conflict);
    }

    OrderState& state_;
    const WorkOrderEvent& event_;
    const Directory& directory_;
    const WorkSettings& settings_;
    const std::int64_t at_ = event_.happened_at;
};

using Unfixed = std::tuple<Intake, AppealType, std::string>;

MainState next_state(const OrderState& state, const WorkOrderEvent& event, const Transition& row) {
    switch (row.leads) {
        case Leads::to: return row.to;
        case Leads::stay: return state_for(state, event);
        case Leads::back: return state.before_merge;
        case Leads::unit: return state.lead_unit.empty() ? MainState::triage : row.to;
    }
    return state.main;
}

}  // namespace

std::optional<GuardFailure> may(const OrderState& state, const WorkOrderEvent& proposed,
                                const Directory& directory, const WorkSettings& settings) {
    if (proposed.kind == EventKind::arrived || is_of_rules(proposed.kind)) return std::nullopt;
    const Transition* found = nullptr;
    if (!fixes_facts(state, proposed)) return judge(state, proposed, directory, settings, found);
    OrderState seen = state;
    see_facts_of(seen, proposed);
    return judge(seen, proposed, directory, settings, found);
}

OrderState fold(const Intake& intake, std::span<const WorkOrderEvent> ordered,
                const Directory& directory, const SettingsHistory& history) {
    OrderState state;
    state.intake = intake;
    state.type = intake.type;
    state.category = intake.category;
    state.main = intake.received_at ? MainState::received : MainState::registered;
    state.verdicts.reserve(ordered.size());
    for (const WorkOrderEvent& event : ordered) {
        const WorkSettings& settings = history.at(event.recorded_at);
        EventVerdict verdict;
        const Transition* row = nullptr;
        const bool notes = checks::note_fact(state, event);
        verdict.late_entry =
            !notes &&
            event.happened_at < checks::plus(event.recorded_at, -settings.late_entry_after_ms);
        std::optional<Unfixed> before;
        if (fixes_facts(state, event)) {
            before = Unfixed{state.intake, state.type, state.category};
            see_facts_of(state, event);
        }
        if (!notes) verdict.refused = judge(state, event, directory, settings, row);
        if (verdict.refused && before) {
            std::tie(state.intake, state.type, state.category) = *std::move(before);
        }
        if (verdict.refused) {
            state.conflicts.emplace(event.id,
                                    OpenEventConflict{state.verdicts.size(), *verdict.refused});
        } else if (!notes) {
            const MainState next = next_state(state, event, *row);
            Applying{state, event, directory, settings}.apply();
            if (next != state.main) state.entered_at = event.happened_at;
            checks::note_shut(state, next, event.happened_at);
            state.main = next;
            if (row->who == Who::lead_unit && !state.sendings.empty()) {
                auto& acted_at = state.sendings.back().acted_at;
                acted_at = std::min(acted_at.value_or(event.happened_at), event.happened_at);
            }
        }
        verdict.after = state.main;
        state.verdicts.push_back(verdict);
    }
    return state;
}

OrderState fold(const Intake& intake, std::span<const WorkOrderEvent> ordered,
                const Directory& directory, const WorkSettings& settings) {
    return fold(intake, ordered, directory, SettingsHistory{settings});
}

}  // namespace jiuying::schema
