/// Hub: what a machine that was revoked wrote beyond the cut. It is put aside, sealed as it came,
/// for a person to decide: the words of a clerk whose laptop was stolen on the way to the hub, or
/// those of the thief. Nothing of it is applied before, and nothing is ever thrown away.
///
/// A class of its own with access to the replica; not thread-safe; throws as Replica does.
#pragma once

#include "node/replica/replica.hpp"
#include "sync/segment/segment.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

/// A decision on one; numbers stand in the database.
enum class LateRuling : std::uint8_t { none = 0, taken = 1, left = 2 };

struct LateSegment {
    std::uint64_t id = 0;
    schema::NodeId node;
    std::string station;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::int64_t arrived_at = 0;
    LateRuling ruling = LateRuling::none;
    std::int64_t ruled_at = 0;
    std::string ruled_by;
    std::string reason;
};

/// A record that a segment touches.
struct LateRecord {
    std::string entity;
    schema::RecordId id;
    bool created = false;
    std::string number;  ///< Of a new appeal.
    std::string title;   ///< Likewise.
    std::int64_t written_at = 0;
};

class LateSegments {
public:
    explicit LateSegments(Replica& replica) : replica_(replica) {}

    /// Whether what \p peer, which was revoked, wrote in its log lies beyond its cut.
    [[nodiscard]] bool is_late(sync::View bytes, const sync::SegmentHeader& header,
                               const Replica::Peer& peer);
    enum class Kept : std::uint8_t { kept, known, unsound, too_much };
    /// Once it is seen to be sound. Raises an alarm.
    Kept keep(sync::View bytes, const sync::SegmentHeader& header, const Replica::Peer& peer);

    /// The open ones first, in the order in which they follow each other.
    [[nodiscard]] std::vector<LateSegment> list();
    /// What one says. Errc::not_found; else why it can't be read.
    [[nodiscard]] Result<std::vector<LateRecord>> contents(std::uint64_t id);
    /// Takes it, and those before it of the same machine that are open, as if they had come in
    /// time. Errc::not_found; wrong_state (decided on before, and so not open); otherwise something
    /// before it is missing or it does not fit: nothing of that one is taken.
    Result<std::size_t> take(std::uint64_t id, const std::string& actor, const std::string& reason);
    /// It stays aside. A later take() is possible. Errc::not_found, wrong_state (it was taken).
    Result<void> leave(std::uint64_t id, const std::string& actor, const std::string& reason);

private:
    void rule(std::uint64_t id, LateRuling ruling, const std::string& actor,
              const std::string& reason);

    Replica& replica_;
};

}  // namespace jiuying::node
