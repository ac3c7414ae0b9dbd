/// Puts the segments of a peer together from their chunks, and says how much more may come.
///
/// Credit: the peer may send `credit` bytes beyond those answered and those of the segment that is
/// being put together (it can't be answered before it is whole, and may be larger than the credit).
/// So at most `credit` and two segments are ever held, and by all sessions of a hub together what
/// their budget allows. Before it has heard a HELLO a station may
/// send `early_bytes_max` in any case. Pure; not thread-safe.
#pragma once

#include "sync/session/messages.hpp"
#include "sync/session/session.hpp"

#include <deque>
#include <initializer_list>

namespace jiuying::sync {

class LaneReceiver {
public:
    /// \p lanes are those that the peer may send.
    LaneReceiver(std::initializer_list<Lane> lanes, const SessionLimits& limits)
        : lanes_(lanes), limits_(limits), share_(limits.budget), granted_(limits.credit) {}

    [[nodiscard]] bool takes(Lane lane) const;

    /// What an earlier session left. Returns whether it is of use: its sizes agree, and there is
    /// room for it.
    [[nodiscard]] bool remember(const PartialSegment& kept);

    /// Fails with Errc::wrong_scope for a lane that isn't the peer's, Errc::too_large above
    /// `segment_bytes_max`, Errc::malformed for an offset that doesn't fit what was kept.
    [[nodiscard]] Result<void> start(const message::SegmentStart& start);

    /// The segment when this was its last chunk. Fails with Errc::wrong_state without a start,
    /// Errc::too_large beyond the segment or the credit, Errc::exhausted when the sessions of this
    /// node hold too much already, and with Errc::not_authentic when the whole doesn't have the
    /// hash announced: what was kept of it, if anything, is worthless then.
    [[nodiscard]] Result<std::optional<Deliver>> add(View chunk);

    /// The peer is done with it, whole or not.
    void abandon();

    /// A segment that was handed out and is now answered.
    struct Answered {
        Lane lane{};
        std::uint32_t size = 0;
        std::uint32_t wire_bytes = 0;  ///< Of that, without what an earlier session had of it.
        std::uint64_t transactions = 0;
        bool outlives_kept = false;  ///< It is what was kept a part of, or comes after that.
    };
    /// Answers the oldest. There is one (asserted).
    [[nodiscard]] Answered delivered();
    [[nodiscard]] std::size_t unanswered() const { return unanswered_.size(); }

    /// What may be granted now; `grant` takes note that it was.
    [[nodiscard]] std::uint32_t credit_due() const;
    void grant(std::uint32_t bytes) { granted_ += bytes; }
    /// Whether the peer can't send a byte before the next grant.
    [[nodiscard]] bool peer_waits() const { return received_ >= granted_; }

    /// The session is over: nothing is held any more.
    void end();

    /// The segment that is not whole yet, to be kept. Nothing if no byte of it came.
    [[nodiscard]] std::optional<PartialSegment> unfinished() const;
    /// What an earlier session left and this one didn't use.
    [[nodiscard]] const std::optional<PartialSegment>& kept() const { return kept_; }
    /// The lane of a segment whose hash didn't fit though an earlier session's bytes were in it.
    [[nodiscard]] std::optional<Lane> damaged() const { return damaged_; }

private:
    struct Assembly {
        message::SegmentStart start;
        Bytes bytes;
    };

    void forget_kept();
    void forget_assembly();

    std::vector<Lane> lanes_;
    SessionLimits limits_;
    Share share_;
    std::optional<PartialSegment> kept_;
    std::optional<Assembly> assembly_;
    std::deque<Answered> unanswered_;
    std::optional<Lane> damaged_;
    std::uint64_t received_ = 0;  ///< Bytes of chunks.
    std::uint64_t answered_ = 0;
    std::uint64_t granted_;
};

}  // namespace jiuying::sync
