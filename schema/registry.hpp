/// The registry: every entity and field, declared once.
///
/// SQL columns, wire codec, merge, masking, validation and docs/reference/registry.md are loops
/// over these tables. Adding a field is one line in schema/entities.cpp (and a migration if it is
/// indexed). Ids are never reused and a field's policy never changes: retire the id, add a new one.
#pragma once

#include "schema/ids.hpp"
#include "schema/result.hpp"
#include "schema/value.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace jiuying::schema {

/// What a field's value means, and so how it is stored and shown.
enum class Kind : std::uint8_t {
    text,     ///< UTF-8, at most `max` characters (code points).
    number,   ///< From 0 to `max`.
    boolean,  ///< 0 or 1.
    choice,   ///< The index of one of `choices`, counted from 1.
    time,     ///< Milliseconds since 1970-01-01 UTC.
    record,   ///< 16 bytes: the id of another record.
    bytes,    ///< At most `max` bytes.
    set,      ///< A set of texts of at most `max` characters each; see sync/merge/set_value.hpp.
};

/// How versions that were written without knowing of each other become one value. Design 4.
enum class Merge : std::uint8_t {
    owner,     ///< One side writes, for ever; two nodes of that side fall back to `last`.
    last,      ///< The latest by (clock not suspect, HLC, author, txn); the others stay visible.
    append,    ///< All of them, in the order of (HLC, author, txn).
    set,       ///< Observed-remove set.
    smallest,  ///< `min` of the design.
    largest,   ///< `max` of the design.
    ask,       ///< Keep all and ask a person.
};

/// The side that may write a field. `home` is the side on which the record was registered.
enum class Writer : std::uint8_t { any, home, station, hub };

/// How a value is treated when it is shown or exported.
enum class Privacy : std::uint8_t {
    open,      ///< Facts of the work.
    content,   ///< What people said: never in logs, errors or URLs.
    personal,  ///< Who they are: as content, and masked by default on screens.
};

/// Who gets the field at all.
enum class Audience : std::uint8_t { station, hub };

struct Field {
    FieldId id = 0;
    std::string_view name;  ///< As in the command line, JSON and SQL.
    Kind kind = Kind::text;
    Merge merge = Merge::last;
    Writer writer = Writer::any;
    Privacy privacy = Privacy::open;
    std::uint32_t max = 0;  ///< Characters, bytes or the largest number; 0 where it has no meaning.
    std::span<const std::string_view> choices{};
    std::string_view zh;  ///< Label.
    std::string_view en;
    Audience audience = Audience::station;
    bool indexed = false;
    std::uint32_t max_bytes = 0;  ///< Of a text, beside `max` characters; 0: no bound of its own.
};

/// A staff code in bytes of UTF-8: whoever is on the list of staff can be named as the actor of a
/// transaction, whose field for it is as wide (sync/segment).
inline constexpr std::uint32_t staff_code_bytes_max = 32;

/// Where an entity's records live.
enum class Home : std::uint8_t {
    reference,  ///< Written by the hub, the same for all stations.
    scope,      ///< Belong to one station or to the hub's desk.
    derived,    ///< Computed by every replica; never travel.
};

struct Entity {
    EntityId id{};
    std::string_view name;  ///< As in SQL.
    Home home = Home::scope;
    std::span<const Field> fields;
    std::string_view zh;
    std::string_view en;
};

/// Reference data that no order is judged by: who may join, what was sealed, what was erased.
[[nodiscard]] constexpr bool is_of_trust(EntityId entity) {
    return entity == EntityId::roster || entity == EntityId::checkpoint ||
           entity == EntityId::erasure;
}

/// All entities, by id. A program's own registry; tests hand in variants of it.
using Registry = std::span<const Entity>;
[[nodiscard]] Registry registry();

[[nodiscard]] const Entity* find_entity(Registry registry, EntityId id);
[[nodiscard]] const Entity* find_entity(Registry registry, std::string_view name);
[[nodiscard]] const Field* find_field(const Entity& entity, FieldId id);
[[nodiscard]] const Field* find_field(const Entity& entity, std::string_view name);
/// Whether the field holds facts of the work, which an erasure leaves. What this program doesn't
/// know may hold anything.
[[nodiscard]] bool is_open(const Entity* entity, FieldId id);

/// Index (from 1) of \p choice among the field's choices; 0 if there is none of that name.
[[nodiscard]] std::int64_t choice_number(const Field& field, std::string_view choice);
/// Empty if out of range.
[[nodiscard]] std::string_view choice_name(const Field& field, std::int64_t number);

/// Whether \p value may stand in \p field: kind, UTF-8 and bounds. An empty value always may.
/// Errc::out_of_bounds, not_utf8 or malformed otherwise.
[[nodiscard]] Result<void> check_value(const Field& field, const Value& value);

/// Writes the reference page of the registry as Markdown.
[[nodiscard]] std::string registry_page(Registry registry);

// Field ids that code names. The tables in schema/entities.cpp hold them all.
namespace appeal {
inline constexpr FieldId number = 1, number_suffix = 2, channel = 3, ext_no = 4, registered_at = 5,
                         type = 6, requester_kind = 10, contact = 11, phone = 12, address = 13,
                         uscc = 14, contact_wish = 15, anonymous = 16, special_care = 18,
                         title = 20, text = 21, region = 22, place = 23, occurred_at = 24,
                         urgency = 26, category = 27, complexity = 28, tags = 29,
                         leader_source = 30, subject_unit = 31, meeting = 32, enterprise = 33,
                         reminders = 34, hub_order_no = 35, query_code = 36, matter_id = 37,
                         point = 38, related = 39, policy = 40, lead_unit = 41, ext_due_at = 42,
                         ext_received_at = 43, ext_level = 44, subject_released = 45;
}
namespace enterprise {
inline constexpr FieldId name = 1, uscc = 2, enterprise_class = 3, industry = 4, park = 5,
                         merged_into = 6, aliases = 7;
}
namespace meeting {
inline constexpr FieldId kind = 1, title = 2, place = 3, date = 4, host = 5, attendees = 6,
                         units = 7, leader = 8, ends_at = 9, notice = 10, minutes = 11,
                         closed_at = 12, closed_by = 13;
}
namespace contact_log {
inline constexpr FieldId enterprise = 1, happened_at = 2, method = 3, contact = 4, text = 5;
}
namespace hard_case {
inline constexpr FieldId title = 1, cause = 2, lead = 3, target_date = 4, orders = 5,
                         enterprise = 6, opened_at = 7, proposed_by = 8, evidence = 9,
                         struck_by = 10, struck_at = 11;
}
namespace case_progress {
inline constexpr FieldId hard_case = 1, text = 2, happened_at = 3;
}
namespace work_list {
inline constexpr FieldId title = 1, owner = 2, due_at = 3, items = 4, closed_at = 5, closed_by = 6;
}
namespace work_order_event {
inline constexpr FieldId order = 1, kind = 2, after = 3, happened_at = 4, detail = 5, unit = 6,
                         co_units = 7, person = 8, reason = 9, basis = 10, answer = 11, due_at = 12,
                         target = 13, method = 14, reached = 15, solved = 16, grade = 17,
                         ground = 18, told = 19, level = 20, post = 21, ruling = 22, type = 23,
                         complexity = 24, category = 25, policy = 26, intake = 27;
}
namespace note {
inline constexpr FieldId order = 1, text = 2, happened_at = 3;
}
namespace external_ref {
inline constexpr FieldId order = 1, channel = 2, ext_no = 3, level = 4, received_at = 5;
}
namespace appeal_link {
inline constexpr FieldId order = 1, other = 2, kind = 3, decision = 4, reasons = 5;
}
namespace share {
inline constexpr FieldId order = 1, standing = 2, dropped_at = 3;
/// The choices of `standing` by number.
enum Standing : std::int64_t { shared = 1, unshared = 2 };
}  // namespace share
namespace notice {
inline constexpr FieldId author = 1, txn = 2, record = 3, field = 4, reason = 5;
/// The choices of `reason` by number; schema/entities.cpp checks that the names agree.
enum Reason : std::int64_t {
    unknown_region = 1,
    duplicate_ext_no,
    impossible_date,
    out_of_bounds,
    title_and_text_empty,
    after_dispatch,
    unknown_unit,
};
}  // namespace notice
namespace rejection {
inline constexpr FieldId author = 1, txn = 2, reason = 3, record = 4;
/// As above.
enum Reason : std::int64_t {
    wrong_scope = 1,
    field_of_other_side,
    forged_base,
    revoked_node,
    record_taken,
    unknown_record,
    written_once,
    read_only,
};
}  // namespace rejection
namespace clock_verdict {
inline constexpr FieldId author = 1, first_txn = 2, last_txn = 3, offset_ms = 4;
}
namespace chain_notice {
inline constexpr FieldId author = 1, first_seq = 2, first_txn = 3, epoch = 4, held_seq = 5;
}
namespace alarm {
inline constexpr FieldId kind = 1, node = 2, raised_at = 3, settled_at = 4, settled_by = 5,
                         reason = 6;
/// The choices of `kind` by number.
enum Kind : std::int64_t { two_machines = 1, two_hubs, history_changed, late_words, audit_broken };
}  // namespace alarm
namespace audit {
inline constexpr FieldId number = 1, at = 2, actor = 3, action = 4, target = 5, result = 6,
                         detail = 7, chain = 8;
/// The choices of `result` by number.
enum AuditResult : std::int64_t { done = 1, refused, failed };
}  // namespace audit
namespace roster {
inline constexpr FieldId code = 1, version = 2, content = 3;
}
namespace checkpoint {
inline constexpr FieldId number = 1, content = 2;
}
namespace erasure {
inline constexpr FieldId target = 1, asked_at = 2, actor = 3, reason = 4;
}
namespace erasure_done {
inline constexpr FieldId erasure = 1, at = 2;
}
namespace region {
inline constexpr FieldId code = 1, name = 2, level = 3, parent = 4, rural = 5, valid_from = 6,
                         valid_to = 7, successor = 8;
}
namespace unit {
inline constexpr FieldId code = 1, name = 2, parent = 3, active = 4, valid_from = 5, valid_to = 6,
                         successor = 7, station = 8;
}
namespace staff {
inline constexpr FieldId code = 1, name = 2, unit = 3, posts = 4, active = 5, valid_from = 6,
                         valid_to = 7;
}
namespace delegation {
inline constexpr FieldId code = 1, unit = 2, category = 3, valid_from = 4, valid_to = 5;
}
namespace dispatch_rule {
inline constexpr FieldId code = 1, category = 2, region = 3, unit = 4, valid_from = 5, valid_to = 6;
}
namespace calendar {
inline constexpr FieldId code = 1, off_days = 2, work_days = 3, paper = 4, loaded_at = 5;
}
namespace deadline_policy {
inline constexpr FieldId code = 1, name = 2, rules = 3, valid_from = 4, loaded_at = 5;
}
namespace reason {
inline constexpr FieldId code = 1, use = 2, name = 3, valid_from = 4, valid_to = 5;
}
namespace duty {
inline constexpr FieldId code = 1, staff = 2, unit = 3, from = 4, to = 5, post = 6;
}
namespace import_mapping {
inline constexpr FieldId code = 1, format = 2, channel = 3, columns = 4, options = 5, active = 6;
}
namespace setting {
inline constexpr FieldId code = 1, value = 2;
}
namespace station {
inline constexpr FieldId code = 1, name = 2, region = 3, scope = 4, node = 5, status = 6;
}
namespace category {
inline constexpr FieldId code = 1, name = 2, parent = 3, version = 4, active = 5;
}

}  // namespace jiuying::schema
