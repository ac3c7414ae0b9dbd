/// The names of things: records, scopes, entities, fields. Strong types, so that mixing them up
/// does not compile.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace jiuying::schema {

/// A 128-bit name. The tag tells what it names.
template <class Tag>
struct Id128 {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Id128&) const = default;
};

/// A record, for ever and everywhere: a UUIDv7 (RFC 9562), its first 48 bits a wall time in ms.
using RecordId = Id128<struct RecordTag>;
/// Who shares a set of records. Random, never the station's code: carriers see it.
using ScopeId = Id128<struct ScopeTag>;
/// A machine with keys of its own: BLAKE2b-128 of its Ed25519 public key.
using NodeId = Id128<struct NodeTag>;

/// An entity's number in the registry. Never reused.
enum class EntityId : std::uint16_t {
    region = 1,
    unit = 2,
    staff = 3,
    station = 4,
    category = 5,
    delegation = 8,
    dispatch_rule = 9,
    calendar = 10,
    deadline_policy = 11,
    reason = 12,
    duty = 13,
    import_mapping = 14,
    setting = 15,
    appeal = 16,
    enterprise = 17,
    meeting = 18,
    work_order_event = 19,
    note = 20,
    external_ref = 21,
    appeal_link = 22,
    share = 23,
    audit = 24,
    erasure_done = 25,
    contact_log = 26,
    hard_case = 27,
    case_progress = 28,
    work_list = 29,
    notice = 32,
    rejection = 33,
    clock_verdict = 34,
    chain_notice = 35,
    alarm = 36,
    roster = 37,
    checkpoint = 38,
    erasure = 39,
    conflict = 48,
};

/// A field's number inside its entity. Never reused.
using FieldId = std::uint16_t;

/// `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, lower case.
template <class Tag>
[[nodiscard]] std::string to_text(const Id128<Tag>& id);

/// Reads the form that to_text writes (either case). Returns false on anything else.
[[nodiscard]] bool parse_uuid(std::string_view text, std::array<std::uint8_t, 16>& bytes);

/// Makes a UUIDv7 from a wall time and 74 random bits (\p random: 10 bytes, version and variant
/// bits are overwritten). Source: RFC 9562, section 5.7.
[[nodiscard]] RecordId make_record_id(std::int64_t wall_ms,
                                      const std::array<std::uint8_t, 10>& random);

extern template std::string to_text(const RecordId&);
extern template std::string to_text(const ScopeId&);
extern template std::string to_text(const NodeId&);

}  // namespace jiuying::schema
