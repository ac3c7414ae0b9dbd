/// What a station and its hub tell each other when they meet, and what a session asks of the
/// replica that it speaks for. Values only; sync/session/messages.hpp has their bytes.
#pragma once

#include "sync/crypto/bytes.hpp"
#include "sync/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::sync {

/// What a session between a station and its hub carries: three logs, and the chunks of a snapshot
/// (sync/snapshot) to a machine that has nothing of these yet.
enum class Lane : std::uint8_t { station = 1, inbox = 2, reference = 3, snapshot = 4 };
inline constexpr std::size_t lane_count = 4;

/// How far one side holds a lane: epoch of its author, sequence number, first half of the chain
/// value there. In `snapshot`: its id, the last chunk, the chain of chunks. All zero: nothing yet.
struct LaneHead {
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    std::array<std::uint8_t, 16> chain{};
    bool operator==(const LaneHead&) const = default;
};

/// The part of a segment that arrived before a cut, so that the rest can follow.
struct PartialSegment {
    Lane lane{};
    std::uint64_t first = 0;              ///< First sequence number in the segment.
    std::uint32_t size = 0;               ///< Bytes of the whole segment.
    std::array<std::uint8_t, 16> hash{};  ///< BLAKE2b-128 of the whole segment.
    std::uint32_t length = 0;             ///< Bytes that arrived; always less than `size`.
    Bytes bytes;                          ///< They themselves, at the side that holds them.
};

/// Proof that a new node holds an invitation; travels inside the third handshake message.
struct Enrol {
    std::array<std::uint8_t, 16> invitation{};
    Hash32 mac{};       ///< enrol_mac of sync/session/enrol.hpp; the station's session fills it.
    Hash32 sign_key{};  ///< The node's Ed25519 public key.
    Hash32 box_key{};   ///< Its X25519 public key that content keys are sealed to.
    std::uint64_t epoch = 0;
    std::string name;  ///< Of the machine, at most 64 bytes.
};

/// Bits of Hello::features. What a program doesn't know it ignores.
namespace feature {
/// The station takes snapshots.
inline constexpr std::uint32_t snapshots = 1U << 0U;
/// Compares record by record where the digests of equal logs differ.
inline constexpr std::uint32_t compare = 1U << 1U;
/// The hub doesn't know the epoch in which the station has that lane: it was put back, and its own
/// place there is not one that the station must have passed.
inline constexpr std::uint32_t lost_inbox = 1U << 2U;
inline constexpr std::uint32_t lost_reference = 1U << 3U;
/// The hub has nothing of the epoch in which the station's own lane ends: it never came, or the hub
/// was put back. Where the hub stands in another epoch that is not on the station's way, its place
/// alone would not tell whether that comes after.
inline constexpr std::uint32_t lost_station = 1U << 4U;
/// Understands FACTS.
inline constexpr std::uint32_t facts = 1U << 5U;
}  // namespace feature

/// A run of record ids, both ends included.
struct IdRange {
    RecordId first;
    RecordId last;
    bool operator==(const IdRange&) const = default;
};

/// Part of a range, which begins behind the part before it, and what a replica has there.
struct RangePart {
    RecordId last;
    std::uint64_t records = 0;
    std::array<std::uint8_t, 16> sum{};  ///< First half of the sum of their digests.
    bool operator==(const RangePart&) const = default;
};

/// One record as it counts in the digest.
struct RecordSum {
    RecordId id;
    std::array<std::uint8_t, 16> digest{};  ///< First half.
    bool operator==(const RecordSum&) const = default;
};

/// What the hub has in a range: its parts, which make up the range; or the records, when they are
/// few.
struct OpenedRange {
    std::vector<RangePart> parts;
    std::vector<RecordSum> records;
    bool operator==(const OpenedRange&) const = default;
};

/// A record of which the two sides have different versions, and what the station found.
struct FoundRecord {
    enum class Verdict : std::uint8_t {
        mended = 1,  ///< Its own table was not what its log says, and is now.
        sound,       ///< Its table is what its log says.
        missing,     ///< Its log can't tell: it asks for the versions anew.
    };
    RecordId id;
    Verdict verdict{};
    bool operator==(const FoundRecord&) const = default;
};

/// Said by each side once. The station's travels in the third handshake message.
struct Hello {
    std::uint16_t protocol_min = 1;
    std::uint16_t protocol_max = 1;
    std::uint32_t features = 0;
    /// By lane - 1: what the speaker holds. A snapshot's place is told until it is complete.
    std::array<LaneHead, lane_count> have;
    std::uint64_t roster_version = 0;
    std::int64_t wall_ms = 0;  ///< The speaker's wall clock, ms since 1970 UTC.
    std::uint64_t unsent = 0;  ///< Transactions without a receipt (station).
    std::uint32_t credit = 0;  ///< Bytes of segments taken before more is granted; the session
                               ///< fills it from its limits.
    std::array<std::uint8_t, 16> digest{};  ///< First half of the scope's digest at those heads.
    std::optional<PartialSegment> partial;  ///< Without its bytes, only their length.
    std::optional<Enrol> enrol;
};

/// What a station says of the machine it stands on, at the end of a session, to a hub that knows
/// feature::facts. Nothing follows from it: the hub shows it to people.
struct StationFacts {
    std::string version;          ///< Of its program; is_program_version.
    std::uint64_t free_mib = 0;   ///< What is left of its disk, in whole MiB.
    std::uint64_t total_mib = 0;  ///< 0: it can't tell.
    bool operator==(const StationFacts&) const = default;
};

/// 1 to 32 letters, digits and `.+-~`.
[[nodiscard]] bool is_program_version(std::string_view text);

/// Whether both sides can compare record by record, and should: equal logs, other digests.
[[nodiscard]] bool must_compare(const Hello& station, const Hello& hub);

/// A sealed segment to send, with its place.
struct OutgoingSegment {
    Lane lane{};
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    LaneHead head;  ///< Where the lane stands after it: the next Fetch names this place.
    Bytes bytes;
};

/// What the replica answers to Fetch.
struct Offer {
    std::vector<Bytes> key_wraps;  ///< Content keys that the peer may lack, signed; sent first.
    std::vector<OutgoingSegment> segments;
    bool more = false;  ///< Further segments stand behind these.
};

/// Why a session ended.
enum class CloseReason : std::uint8_t {
    done = 1,          ///< Both sides said all they had, and heard that of the other.
    stopped,           ///< This program, or the peer's, was asked to stop.
    hung_up,           ///< The connection broke.
    timed_out,         ///< One side was silent for too long.
    protocol_error,    ///< The peer sent what no version of ours sends.
    not_authentic,     ///< A handshake or frame did not verify: wrong hub, or damage on the way.
    version_mismatch,  ///< No common protocol version.
    refused_unknown,   ///< The hub doesn't know this node and got no valid invitation.
    refused_used,      ///< The invitation was used before, by another machine.
    refused_expired,   ///< The invitation is past its time.
    refused_revoked,   ///< The node was revoked or retired.
    refused_busy,      ///< The hub has too many sessions; try later.
    bad_segment,       ///< A segment did not verify. Nothing of it was kept.
    storage_failed,    ///< The peer's or our disk failed or is full.
    /// The hub's own logs are not those that the station has from it: an old copy of the hub.
    hub_log_differs,
    /// The station's own log is not the one that the hub has from it: an old copy of the station.
    station_log_differs,
    /// The hub was put back, and what the station said stands on words of the hub that it lost. In
    /// the next session the station gives these back first.
    lacks_own_words,
};

/// Totals of a session, everything on the wire counted.
struct Traffic {
    std::uint64_t sent_bytes = 0;
    std::uint64_t received_bytes = 0;
    std::uint64_t sent_segments = 0;
    std::uint64_t received_segments = 0;
    std::uint64_t sent_transactions = 0;
    std::uint64_t received_transactions = 0;
    std::uint32_t round_trips = 0;  ///< Noise and application turns that the initiator waited for.
};

}  // namespace jiuying::sync
