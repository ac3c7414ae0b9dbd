/// The work order as a fold over its events: where it stands, who has it, what happened when.
///
/// Nothing of this is stored as truth. Every replica that knows the same events, staff and policies
/// computes the same state. Events come in the total order of sync/merge/event_order.hpp, in which
/// what precedes a hub's decision is what the hub knew; so an accepted decision is never undone by
/// a late arrival. An event whose guard no longer holds when its turn comes changes nothing. It is
/// kept, marked, and is an open conflict until a person rules on it.
///
/// Times are milliseconds since 1970-01-01 UTC. Pure, safe from any thread.
#pragma once

#include "schema/directory.hpp"
#include "schema/setting_list.hpp"
#include "schema/workflow_event.hpp"
#include "schema/workflow_guards.hpp"
#include "schema/workflow_settings.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

/// The 17 states of domain B2. The last five are ends.
enum class MainState : std::uint8_t {
    draft,  ///< Not saved yet: no order that is folded is in it.
    registered,
    received,
    need_info,
    triage,
    dispatched,
    in_progress,
    return_pending,
    replied,
    visit_pending,
    suspended,
    closed,
    archived,
    not_accepted,
    merged,
    withdrawn,
    voided,
    last_of_list = voided
};
/// The identifier, `in_progress`.
[[nodiscard]] std::string_view name_of(MainState state);
/// Nothing if there is none of that name.
[[nodiscard]] std::optional<MainState> main_state(std::string_view name);

/// Of the appeal, what the guards must know. Merged fields: the caller fills in what they say now.
struct Intake {
    RecordId id;
    std::string home_unit;  ///< The unit of the station that registered it, or of the hub's desk.
    std::string recorder;   ///< Staff code.
    std::int64_t registered_at = 0;
    std::optional<std::int64_t> received_at;  ///< By the hub's receipt; at once for the hub's own.
    AppealType type = AppealType::none;
    std::string category;
    std::string region;
    std::string subject_unit;                ///< The unit complained about.
    std::string policy;                      ///< That the hub named before triage; usually none.
    std::optional<std::int64_t> ext_due_at;  ///< The limit of a superior who handed it down.
    bool enterprise = false;
    bool anonymous = false;
    bool has_phone = false;
    bool from_leader = false;  ///< A key order: its reply needs a leader's sign.

    bool operator==(const Intake&) const = default;
};

/// What \p intake says of those facts, all of them.
[[nodiscard]] IntakeFacts facts_of(const Intake& intake);
/// Puts those of \p facts that are there in the place of what \p intake said.
void adopt(Intake& intake, const IntakeFacts& facts);

/// A co-unit's part of an order.
struct CoTask {
    std::string unit;
    std::int64_t added_at = 0;
    std::optional<std::int64_t> due_at;
    std::optional<std::int64_t> done_at;
    bool dropped = false;  ///< Its dispatch was sent back.
    [[nodiscard]] bool open() const { return !done_at && !dropped; }
    bool operator==(const CoTask&) const = default;
};

/// One attempt to ask the requester.
struct Visit {
    RecordId event;
    std::int64_t at = 0;
    std::uint32_t round = 1;
    std::string visitor;
    ContactMethod method = ContactMethod::none;
    bool reached = false;
    Grade grade = Grade::none;
    std::optional<bool> solved;
    bool after_close = false;
    bool ruled = false;  ///< A person decided that this one counts.
    /// The requester was reached and said something that counts; otherwise the attempt failed.
    [[nodiscard]] bool valid() const { return reached && (grade != Grade::none || solved); }
    /// Valid, not dissatisfied and not unsolved.
    [[nodiscard]] bool satisfied() const;
    bool operator==(const Visit&) const = default;
};

/// The order on its way to its lead unit: by a dispatch or reassignment, or by a decision that
/// opens another round with the unit that has it.
struct Sending {
    RecordId event;
    std::string unit;
    std::int64_t at = 0;
    std::uint32_t round = 1;
    /// When the program at the unit's station got it, by that station's clock; of several machines
    /// there the first. Nothing: not noted, since it is under way or the unit has no station.
    std::optional<std::int64_t> arrived_at;
    std::optional<std::int64_t> acted_at;  ///< When the unit first acted on it.
    /// When it reached the unit's station: as noted, but no later than the unit acted on it.
    [[nodiscard]] std::optional<std::int64_t> reached_at() const;
    bool operator==(const Sending&) const = default;
};

/// One handling of the order. A rework opens the next and leaves the verdict on this one alone.
struct Round {
    std::int64_t started_at = 0;
    std::optional<std::int64_t> dispatched_at;  ///< The unit's clock starts.
    std::optional<std::int64_t> replied_at;     ///< Of the last reply.
    std::optional<std::int64_t> reviewed_at;    ///< That reply was accepted.
    std::string unit;                           ///< The one that replied.
    std::optional<bool> solved;
    Ground ground = Ground::none;
    bool operator==(const Round&) const = default;
};

struct Extension {
    std::int64_t asked_at = 0;
    std::int64_t due_at = 0;  ///< Asked for; once decided, the one granted.
    std::optional<std::int64_t> decided_at;
    bool granted = false;
    std::uint32_t round = 1;
    std::string asked_by;  ///< Staff code.
    bool operator==(const Extension&) const = default;
};

struct Suspension {
    std::int64_t from = 0;
    std::int64_t stage_at = 0;
    std::optional<std::int64_t> to;
    bool operator==(const Suspension&) const = default;
};

/// A leader's instruction: a supervised task that only feedback closes.
struct InstructionTask {
    RecordId event;
    std::int64_t at = 0;
    std::optional<std::int64_t> due_at;
    std::optional<std::int64_t> done_at;
    std::string unit;  ///< To whom, if not to the lead unit.
    bool operator==(const InstructionTask&) const = default;
};

/// A rule that put an enterprise's order on the watch list.
struct WatchTrigger {
    RecordId event;
    Trigger trigger = Trigger::none;
    std::int64_t at = 0;  ///< When the cause was there.
    std::optional<RecordId> cause;
    bool extended = false;  ///< T3 though an extension had been granted.
    bool operator==(const WatchTrigger&) const = default;
};

/// A step of the supervision ladder, by rule or by hand: urging, notice, criticism.
struct SupervisionNotice {
    RecordId event;
    std::int64_t at = 0;
    std::uint8_t level = 0;
    std::uint32_t round = 1;
    std::string rule;                           ///< Empty: by hand.
    std::string unit;                           ///< Of whom it speaks.
    std::optional<std::int64_t> objections_to;  ///< The end of the objection window.
    std::optional<std::int64_t> objected_at;
    std::string objected_by;  ///< Staff code.
    std::optional<std::int64_t> decided_at;
    bool withdrawn = false;  ///< The objection was upheld.
    [[nodiscard]] bool objection_pending() const { return objected_at && !decided_at; }
    bool operator==(const SupervisionNotice&) const = default;
};

/// A level that a rule raised the order to. Each rule does it once for each level.
struct RuleEscalation {
    std::string rule;
    std::uint8_t level = 0;
    std::int64_t at = 0;
    bool operator==(const RuleEscalation&) const = default;
};

/// A time in which the order was nobody's work.
struct ShutSpan {
    std::int64_t from = 0;
    std::optional<std::int64_t> to;
    bool operator==(const ShutSpan&) const = default;
};

/// The first time of each step; where a step repeats, the rounds have the others.
struct OrderDates {
    std::optional<std::int64_t> first_action_at;  ///< Of the first accepted event.
    std::optional<std::int64_t> dispatched_at;
    std::optional<std::int64_t> unit_dispatched_at;  ///< To the unit that has it now.
    std::optional<std::int64_t> signed_at;           ///< By the unit that has it now.
    std::optional<std::int64_t> contacted_at;
    std::optional<std::int64_t> unit_contacted_at;  ///< By the unit that has it now, the first.
    std::optional<std::int64_t> replied_at;         ///< The last.
    std::optional<std::int64_t> reviewed_at;        ///< The last that passed.
    std::optional<std::int64_t> visited_at;         ///< The last that reached the requester.
    std::optional<std::int64_t> closed_at;          ///< The last.
    std::optional<std::int64_t> archived_at;
    bool operator==(const OrderDates&) const = default;
};

/// An event that was refused and not yet ruled on.
struct OpenEventConflict {
    std::size_t index = 0;  ///< Among the folded events.
    GuardFailure failure{};
    bool operator==(const OpenEventConflict&) const = default;
};

/// What became of one event.
struct EventVerdict {
    std::optional<GuardFailure> refused;
    bool late_entry = false;
    Ruling ruling = Ruling::none;  ///< On a refused one.
    MainState after{};             ///< The state in which it left the order.
    bool operator==(const EventVerdict&) const = default;
};

struct OrderState {
    /// Of each kind of side record an order holds at most this many; guards refuse more.
    static constexpr std::size_t side_records_max = 200;

    Intake intake;
    MainState main = MainState::registered;
    std::int64_t entered_at = 0;  ///< When it came into that state; 0 for the first.
    std::uint32_t round = 1;
    /// The facts of `intake` are those of the first dispatch or of the closing on the spot, with
    /// what was corrected since: what the appeal's fields say now no longer counts.
    bool facts_fixed = false;

    // The class, as triaged or as told.
    AppealType type = AppealType::none;
    Complexity complexity = Complexity::none;
    std::string category;
    bool type_given = false;      ///< By an event; otherwise it is the intake's.
    bool category_given = false;  ///< As above.
    std::string policy;           ///< Version given at triage, or at dispatch if there was none.

    // Who has it.
    std::string lead_unit;
    bool lead_fixed = false;
    std::vector<CoTask> co_tasks;
    std::vector<std::string> past_leads;     ///< Every hop, oldest first.
    std::vector<std::string> handlers;       ///< Persons who handled it: none of them visits.
    std::vector<std::string> handler_units;  ///< Their units then: nobody of these visits.
    std::array<std::string, 7> holders;      ///< By Post: named, or the last who acted in it;
                                             ///< the enterprises' desk acts as dispatcher.
    std::string last_replier;                ///< Person of the unit who wrote the last reply.

    OrderDates dates;
    std::vector<Round> rounds;  ///< Once dispatched or closed on the spot: as many as `round` says.
    std::vector<Sending> sendings;  ///< In the order of their events.
    std::vector<Visit> visits;
    std::vector<Extension> extensions;
    std::vector<Suspension> suspensions;
    std::vector<InstructionTask> instructions;
    std::string return_asked_by;  ///< Staff code, of the last one.
    std::uint32_t returns_asked = 0;
    std::uint32_t returns_upheld = 0;  ///< Wrong dispatches.
    std::uint32_t returns_refused = 0;
    std::uint32_t failed_contacts = 0;  ///< Of the unit that has it now.
    std::uint8_t supervision = 0;       ///< 0 to 3.
    std::vector<SupervisionNotice> notices;
    std::vector<RuleEscalation> rule_escalations;
    // The watch list: 专人 + 清单 + 闭环.
    std::vector<WatchTrigger> triggers;  ///< Each of the three once at most.
    bool watched = false;
    std::int64_t watched_since = 0;  ///< By the last trigger.
    std::string watch_owner;         ///< Staff code of the named owner.
    std::optional<std::int64_t> watch_ended_at;
    Ground watch_ended_on = Ground::none;
    std::vector<ShutSpan> shut;    ///< Closed, merged or ended: from when to when.
    std::uint8_t escalation = 0;   ///< 0 the unit, then district office, deputy head, head.
    bool onsite = false;           ///< Closed on the spot.
    bool sample_open = false;      ///< That closing was drawn for a visit, which is still to come.
    Ground ground = Ground::none;  ///< On which it was closed.
    std::optional<RecordId> merged_into;
    MainState before_merge = MainState::received;
    std::string void_proposed_by;
    std::optional<std::int64_t> corrected_registered_at;

    // What became of the events. The rest of the state does not depend on refused ones.
    std::vector<EventVerdict> verdicts;  ///< One for each folded event.
    std::map<RecordId, OpenEventConflict> conflicts;

    [[nodiscard]] std::int64_t registered_at() const {
        return corrected_registered_at.value_or(intake.registered_at);
    }
    /// Still somebody's work: suspended counts, ends and closed orders do not.
    [[nodiscard]] bool is_open() const;
    [[nodiscard]] bool co_tasks_open() const;
    /// The extension that waits for a decision.
    [[nodiscard]] const Extension* pending_extension() const;
    /// The last due time granted in this round, to whatever unit had the order then.
    [[nodiscard]] std::optional<std::int64_t> extended_due_at() const;
    /// Of the valid visits of \p in_round the one that a person chose, else the worst. Null if
    /// there is none.
    [[nodiscard]] const Visit* counted_visit(std::uint32_t in_round) const;
    /// Visits of this round disagree and nobody has decided which counts.
    [[nodiscard]] bool visits_disagree() const;
    /// Visits, among which a person must say which counts: they disagree, or one that came in after
    /// the closing says otherwise. By their place in the total order; empty: nothing to decide.
    [[nodiscard]] std::vector<Visit> visits_to_decide() const;
    /// What waits for a person: refused events without a ruling, and visits to decide (as one).
    [[nodiscard]] std::size_t open_questions() const;
    /// Closed, and a later visit says that it should not have been.
    [[nodiscard]] bool worse_after_close() const;
    /// Nobody is to be asked: praise, or nobody who could be.
    [[nodiscard]] bool visit_waived() const;
    [[nodiscard]] bool has_trigger(Trigger trigger) const;
    /// By the states that its events led to, told by their own times.
    [[nodiscard]] bool was_open_at(std::int64_t at) const;
    /// A visit of this round, not before \p since, at which a person spoke to the requester.
    [[nodiscard]] bool has_human_visit(std::int64_t since) const;
    /// What its meeting waits for: the requester was asked, or never will be.
    [[nodiscard]] bool is_visited() const;

    bool operator==(const OrderState&) const = default;
};

/// Folds \p ordered, which stands in the order of sync::event_order(). Never throws for what the
/// events say; takes O(n log n), the logarithm only for refused ones.
[[nodiscard]] OrderState fold(const Intake& intake, std::span<const WorkOrderEvent> ordered,
                              const Directory& directory, const SettingsHistory& settings);
/// The same by settings that were never changed.
[[nodiscard]] OrderState fold(const Intake& intake, std::span<const WorkOrderEvent> ordered,
                              const Directory& directory, const WorkSettings& settings);

/// Why \p proposed would be refused in \p state, or nothing if it would be accepted: what a command
/// asks before it writes, in the same database transaction. The fold asks the same.
[[nodiscard]] std::optional<GuardFailure> may(const OrderState& state,
                                              const WorkOrderEvent& proposed,
                                              const Directory& directory,
                                              const WorkSettings& settings);

/// Why \p actor may not change the appeal's own fields in \p state at \p at; nothing if that is
/// fine. \p contact_only: nothing but how the requester is reached, which a handling unit may, too.
/// Facts, once fixed, moreover change by the step `facts_corrected` only.
[[nodiscard]] std::optional<GuardFailure> may_edit(const OrderState& state, std::string_view actor,
                                                   std::int64_t at, bool contact_only,
                                                   const Directory& directory);

/// Whether an on-the-spot closing is drawn for a visit. The same at every replica: it follows from
/// the order's id.
[[nodiscard]] bool sampled_for_visit(const RecordId& order, std::uint32_t percent);

}  // namespace jiuying::schema
