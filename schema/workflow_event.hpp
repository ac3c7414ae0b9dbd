/// One event of a work order's life, as the fold reads it: a plain value with optional facts.
///
/// Stored as the fields of entity `work_order_event`; the registry's names and bounds hold. Which
/// facts an event needs is said by the guards (schema/workflow_table.cpp), not here: events come
/// from other nodes and other versions, so any combination must be readable.
#pragma once

#include "schema/appeal_kinds.hpp"
#include "schema/ids.hpp"
#include "schema/intake_facts.hpp"
#include "schema/registry.hpp"
#include "schema/result.hpp"
#include "schema/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

/// Numbers are those of the registry's choices of the field `kind`: never reused, never reordered.
/// `unknown` is what a newer program wrote; the fold keeps it and refuses it.
enum class EventKind : std::uint8_t {
    unknown = 0,
    registered,  ///< Never written: registration is the creation of the appeal.
    received,    ///< Never written: received is what the hub's receipt says.
    need_info,
    info_added,
    not_accepted,
    merged,
    triaged,
    dispatched,
    signed_for,  ///< `signed` in the registry; the word belongs to C++.
    return_asked,
    return_upheld,
    return_refused,
    replied,
    review_refused,
    review_passed,
    visited,
    rework,
    suspended,
    resumed,
    reopened,
    archived,
    withdrawn,
    voided,  ///< The second person's confirmation of `void_proposed`.
    unmerged,
    closed,
    closed_onsite,
    first_contact,
    extension_asked,
    extension_granted,
    extension_refused,
    reassigned,
    unit_added,
    co_task_done,
    supervised,
    instruction,
    instruction_done,
    escalated,
    time_corrected,
    event_ruling,
    void_proposed,
    assigned,
    /// Written by no person: the program at the lead unit's station says that what sent the order
    /// there (the event `target`) has reached it. A fact, never refused by the fold.
    arrived,
    /// Facts of the intake corrected after they were fixed: event field `intake` says which.
    facts_corrected,
    /// From here to `rule_escalated`, but for those of persons in between: written by the hub's
    /// program when a rule says so, once for each cause. Facts, never refused by the fold.
    /// `level`: which trigger (Trigger), `person`: the named owner, `target`: the cause.
    watch_opened,
    watch_owner,     ///< Another named owner.
    watch_ended,     ///< The order leaves the watch list, on a ground.
    ladder_step,     ///< One step of the supervision ladder; `reason`: the rule.
    rule_escalated,  ///< One level up; `reason`: the rule.
    objected,        ///< The unit objects to a notice (`target`).
    objection_decided,
    last_of_list = objection_decided
};

// Each of these counts as the registry's choices do; 0 is "not said".
enum class Grade : std::uint8_t {
    none,
    very_satisfied,
    satisfied,
    fairly_satisfied,
    dissatisfied,
    very_dissatisfied
};
enum class ContactMethod : std::uint8_t {
    none,
    phone,
    door,
    counter,
    message,
    self_service,
    robot
};
/// Why an order is closed (`closed`), or why the unit cannot solve it (`replied`).
enum class Ground : std::uint8_t {
    none,
    satisfied,
    unreasonable,
    lawfully_unsolvable,
    unreachable,
    waived
};
/// `enterprise_desk` stands in for the dispatcher, for orders of the enterprises' queue (A28).
enum class Post : std::uint8_t {
    none,
    dispatcher,
    supervisor,
    replier,
    visitor,
    leader,
    recorder,
    enterprise_desk
};
/// What a person decided about an event that the fold refused: it stays as history, or it is void
/// and no report shows it. `counts` names the visit that counts, of several on one round.
enum class Ruling : std::uint8_t { none, history, void_event, counts };

/// Why an enterprise's order is on the watch list (A36 to A38), as `level` of `watch_opened`.
enum class Trigger : std::uint8_t {
    none,
    dissatisfied,  ///< T1: the enterprise's first bad rating on this order.
    repeated,      ///< T2: the same enterprise with the same matter, twice or more.
    open_long,     ///< T3: open at the end of the seventh day.
};
inline constexpr std::size_t trigger_count = 3;

/// Written by the hub's program, by no person.
[[nodiscard]] constexpr bool is_of_rules(EventKind kind) {
    return kind == EventKind::watch_opened || kind == EventKind::ladder_step ||
           kind == EventKind::rule_escalated;
}
/// A person to a person: by robot, message or self-service nobody asked the enterprise (A40).
[[nodiscard]] constexpr bool is_human(ContactMethod method) {
    return method == ContactMethod::phone || method == ContactMethod::door ||
           method == ContactMethod::counter;
}

/// Times are milliseconds since 1970-01-01 UTC. An empty text is a fact that was not given.
struct WorkOrderEvent {
    /// co_units beyond this many are not read.
    static constexpr std::size_t co_units_max = 12;

    // From the transaction that carried it.
    RecordId id;
    EventKind kind = EventKind::unknown;
    std::string actor;             ///< Staff code.
    bool at_hub = false;           ///< Written by the hub, so after what the hub knew.
    std::int64_t recorded_at = 0;  ///< The transaction's clock.

    // Told by the person; recorded_at when nothing was told.
    std::int64_t happened_at = 0;

    std::string unit;                   ///< Lead unit, or the unit the event is about.
    std::vector<std::string> co_units;  ///< Of a dispatch.
    std::string person;                 ///< Second reviewer, signing leader, holder of a post.
    std::string reason;                 ///< A code of the reason lists.
    std::string basis;                  ///< Law, policy or duty that the decision rests on.
    std::string words;                  ///< Field `detail`.
    std::string answer;                 ///< What the requester is told.
    std::optional<std::int64_t> due_at;
    std::optional<RecordId> target;  ///< Another event, or the master order of a merge.
    ContactMethod method = ContactMethod::none;
    std::optional<bool> reached;
    std::optional<bool> solved;
    Grade grade = Grade::none;
    Ground ground = Ground::none;
    bool told = false;  ///< The requester was told, or confirmed.
    std::uint8_t level = 0;
    Post post = Post::none;
    Ruling ruling = Ruling::none;
    AppealType type = AppealType::none;
    Complexity complexity = Complexity::none;
    std::string category;
    std::string policy;
    std::optional<IntakeFacts> intake;  ///< By which it and what follows are judged.

    bool operator==(const WorkOrderEvent&) const = default;
};

/// A field of entity `work_order_event` and what stands in it.
struct EventField {
    FieldId field = 0;
    Value value;
    bool operator==(const EventField&) const = default;
};

/// The fields that store \p event's facts, by id; facts that were not given take none. `order` and
/// `after` belong to the caller. Fails with what check_value() says of the first value out of
/// bounds.
[[nodiscard]] Result<std::vector<EventField>> fields_of(const WorkOrderEvent& event);

/// Stands where a text was that was erased: nothing that was judged by its being there changes.
inline constexpr std::string_view erased_words = "（已按申请删除）";

/// Puts one stored field into \p event. Fields and choices that this program does not know are
/// passed over; of a value of the wrong kind Errc::malformed, and \p event is as it was.
/// `happened_at` stands only if it was told: set it to recorded_at first.
Result<void> read_field(WorkOrderEvent& event, FieldId field, const Value& value);

/// The registry's identifier (`dispatched`); `unknown` for one that has none.
[[nodiscard]] std::string_view name_of(EventKind kind);
[[nodiscard]] std::string_view name_of(Post post);
/// EventKind::unknown if there is none of that name.
[[nodiscard]] EventKind event_kind(std::string_view name);

}  // namespace jiuying::schema
