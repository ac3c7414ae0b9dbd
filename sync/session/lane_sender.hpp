/// Sends the segments of some lanes, one after the other, as far as the peer's credit reaches.
///
/// It asks the replica lane by lane (Fetch), cuts what it gets into chunks, and resumes inside a
/// segment that the peer has a part of. Where the peer says it stands counts; what was thought
/// before is a hint. Pure; not thread-safe.
#pragma once

#include "sync/session/line.hpp"

#include <deque>
#include <vector>

namespace jiuying::sync {

class LaneSender {
public:
    explicit LaneSender(const SessionLimits& limits) : limits_(limits) {}

    // --- What the peer allows and has ------------------------------------------------------------

    /// From now on \p total bytes of segments may be sent, those sent already counted.
    void allow_in_all(std::uint64_t total) { allowed_ = total; }
    void allow_more(std::uint32_t bytes) { allowed_ += bytes; }

    /// The peer holds a part of some segment: that one will start behind it.
    void peer_has_part(const PartialSegment& part);

    /// Sending of \p lane begins behind this place.
    void stand_at(Lane lane, const LaneHead& head) { at(lane) = head; }

    /// Begins a round over \p lane before the peer has said where it stands; `correct` will follow.
    void begin_early(Lane lane, const LaneHead& supposed);
    /// The peer has said where it stands. Nothing is done where that fits what was sent; else the
    /// round is over, and the lane is to be begun again. Returns whether it is.
    bool correct(Lane lane, const LaneHead& head);

    // --- Sending ---------------------------------------------------------------------------------

    /// Begins a round over \p lanes, in that order. The former is finished (asserted).
    void begin(const std::vector<Lane>& lanes);

    /// Adds \p lane to the end of the round: what lies behind \p after. \p back: of a lane that the
    /// peer writes.
    void also(Lane lane, const LaneHead& after, const std::optional<GivenBack>& back = {});

    /// Says what can be said. Returns the question to the replica without which it can't go on.
    [[nodiscard]] std::optional<Fetch> pump(Line& line);
    /// Whether Fetch was not answered yet.
    [[nodiscard]] bool fetching() const { return fetching_; }
    /// The answer to Fetch; says the keys in it.
    void offered(Offer offer, Line& line);

    /// Whether the round is over: every lane is said up to its end.
    [[nodiscard]] bool finished() const { return lanes_.empty(); }

    [[nodiscard]] std::uint64_t sent_bytes() const { return sent_; }
    [[nodiscard]] std::uint64_t sent_segments() const { return sent_segments_; }
    [[nodiscard]] std::uint64_t sent_transactions() const { return sent_transactions_; }

private:
    struct Current {
        std::array<std::uint8_t, 16> hash{};
        std::size_t offset = 0;  ///< Of the next byte to send.
    };

    [[nodiscard]] LaneHead& at(Lane lane) { return at_[static_cast<std::size_t>(lane) - 1]; }
    [[nodiscard]] std::uint64_t room() const { return allowed_ - std::min(allowed_, sent_); }
    void start_front(Line& line);
    [[nodiscard]] bool send_front(Line& line);

    SessionLimits limits_;
    std::deque<Lane> lanes_;  ///< Still to send in this round; the first is under way.
    std::array<LaneHead, lane_count> at_{};  ///< By lane - 1: behind the last segment sent whole.
    std::array<std::optional<GivenBack>, lane_count> back_;  ///< By lane - 1.
    std::vector<LaneHead> passed_;                           ///< Where `correct` has nothing to do.
    std::deque<OutgoingSegment> queue_;                      ///< Of the first lane.
    std::optional<Current> current_;                         ///< The front of the queue has begun.
    std::optional<PartialSegment> part_;                     ///< What the peer has of one segment.
    bool asked_ = false;  ///< Fetch was asked for the first lane.
    bool more_ = true;    ///< Something may stand behind the queue.
    bool fetching_ = false;
    bool early_ = false;      ///< `correct` will follow.
    std::uint64_t sent_ = 0;  ///< Bytes of segments.
    std::uint64_t allowed_ = 0;
    std::uint64_t sent_segments_ = 0;
    std::uint64_t sent_transactions_ = 0;
};

}  // namespace jiuying::sync
