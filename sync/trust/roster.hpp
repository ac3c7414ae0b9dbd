/// The roster: which machines may take part, in the hub's signed word on each.
///
/// One entry for each machine that ever joined. Entries are numbered over the whole district: the
/// latest number is the roster's version, and of two entries on one machine the higher counts, on
/// both sides of every exchange. So a hub that was put back to an old state learns again whom it
/// had let in, and whom not any more, from any station that has the later entry. Entries travel as
/// reference data (schema::EntityId::roster) and stand alone: each is verified by itself.
/// Bytes: docs/reference/roster-format.md. Pure.
#pragma once

#include "sync/crypto/bytes.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/types.hpp"

#include <optional>
#include <string>

namespace jiuying::sync {

inline constexpr std::string_view roster_context = "jiuying roster entry v1";
inline constexpr std::string_view certificate_context = "jiuying hub certificate v1";
inline constexpr std::size_t roster_entry_bytes_max = 512;
inline constexpr std::size_t certificate_bytes_max = 256;
/// Of a station's code.
inline constexpr std::size_t roster_code_max = 32;

/// As the choices of the station's `status` in the registry number them.
enum class Standing : std::uint8_t { active = 1, retired, revoked };

[[nodiscard]] constexpr std::string_view name_of(Standing standing) {
    return standing == Standing::active    ? "active"
           : standing == Standing::retired ? "retired"
                                           : "revoked";
}

/// Up to where the words of a machine that was revoked are its owner's: what its log held at the
/// hub then. Later ones are put aside for a person.
struct RosterCut {
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    Hash32 chain{};  ///< At `seq`.
    bool operator==(const RosterCut&) const = default;
};

struct RosterEntry {
    std::uint64_t version = 0;  ///< From 1.
    Standing standing = Standing::active;
    Hash32 sign_key{};  ///< Ed25519; names the node.
    Hash32 static_key{};
    Hash32 box_key{};
    std::uint64_t epoch = 0;  ///< In which it joined.
    ScopeId scope;
    std::string station;
    std::int64_t said_at_ms = 0;   ///< By the hub's clock, since 1970-01-01 UTC.
    std::optional<RosterCut> cut;  ///< Of a revoked one.
    bool operator==(const RosterEntry&) const = default;
};

/// `version` from 1, `station` of at most roster_code_max bytes, a cut only of a revoked one
/// (asserted).
[[nodiscard]] Bytes sign_roster_entry(const RosterEntry& entry, const SigningKey& hub,
                                      View district);
/// What an entry says, nothing authenticated. Errc::malformed, truncated, too_large, unsupported.
[[nodiscard]] Result<RosterEntry> peek_roster_entry(View bytes);
/// As above; Errc::not_authentic when the signature does not verify.
[[nodiscard]] Result<RosterEntry> verify_roster_entry(View bytes, const VerifyKey& hub,
                                                      View district);

/// That a hub is the district's, in the word of the district's root key, which is kept offline. Of
/// two certificates the one of the higher generation counts.
struct HubCertificate {
    Hash32 root{};  ///< Ed25519.
    Hash32 hub{};   ///< The hub's Ed25519 key.
    std::uint64_t generation = 0;
    std::int64_t said_at_ms = 0;
    bool operator==(const HubCertificate&) const = default;
};

[[nodiscard]] Bytes sign_certificate(const HubCertificate& certificate, const SigningKey& root,
                                     View district);
/// By the root key that it names, which says nothing about whether that is the district's.
/// Errc::not_authentic, and as peek_roster_entry.
[[nodiscard]] Result<HubCertificate> verify_certificate(View bytes, View district);

}  // namespace jiuying::sync
