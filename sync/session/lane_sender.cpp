#include "sync/session/lane_sender.hpp"

#include "schema/assert.hpp"
#include "sync/crypto/hash.hpp"

#include <algorithm>

namespace jiuying::sync {
namespace {

bool is_part_of(const PartialSegment& part, const OutgoingSegment& segment,
                const std::array<std::uint8_t, 16>& hash) {
    return part.lane == segment.lane && part.first == segment.first &&
           part.size == segment.bytes.size() && part.hash == hash;
}

}  // namespace

void LaneSender::peer_has_part(const PartialSegment& part) {
    part_ = part;
    if (current_ && is_part_of(part, queue_.front(), current_->hash) &&
        part.length > current_->offset) {
        current_.reset();  // It starts anew, behind the part.
    }
}

void LaneSender::begin_early(Lane lane, const LaneHead& supposed) {
    at(lane) = supposed;
    passed_ = {supposed};
    early_ = true;
    begin({lane});
}

bool LaneSender::correct(Lane lane, const LaneHead& head) {
    JY_ASSERT(early_ && !fetching_ && (lanes_.empty() || lanes_.front() == lane));
    early_ = false;
    if (std::ranges::find(passed_, head) != passed_.end()) return false;
    const auto known = std::ranges::find(queue_, head, &OutgoingSegment::head);
    current_.reset();
    at(lane) = head;
    if (known != queue_.end()) {  // The peer has these already.
        queue_.erase(queue_.begin(), known + 1);
        return false;
    }
    queue_.clear();
    lanes_.clear();
    return true;
}

void LaneSender::begin(const std::vector<Lane>& lanes) {
    JY_ASSERT(finished() && !fetching_);
    lanes_.assign(lanes.begin(), lanes.end());
    asked_ = false;
    more_ = true;
}

void LaneSender::also(Lane lane, const LaneHead& after, const std::optional<GivenBack>& back) {
    at(lane) = after;
    back_[static_cast<std::size_t>(lane) - 1] = back;
    if (lanes_.empty()) return begin({lane});
    lanes_.push_back(lane);
}

std::optional<Fetch> LaneSender::pump(Line& line) {
    while (!fetching_ && !lanes_.empty()) {
        if (!queue_.empty()) {
            if (!send_front(line)) return std::nullopt;
        } else if (more_) {
            // Asked once in any case, to know whether there is anything.
            if (asked_ && room() == 0) return std::nullopt;
            fetching_ = asked_ = true;
            const Lane lane = lanes_.front();
            return Fetch{lane, at(lane), limits_.credit, back_[static_cast<std::size_t>(lane) - 1]};
        } else {
            lanes_.pop_front();
            asked_ = false;
            more_ = true;
        }
    }
    return std::nullopt;
}

void LaneSender::offered(Offer offer, Line& line) {
    JY_ASSERT(fetching_ && queue_.empty());
    fetching_ = false;
    for (const Bytes& wrap : offer.key_wraps) {
        JY_ASSERT(!wrap.empty() && wrap.size() <= message_wrap_max);
        line.say(message::KeyWrap{lanes_.front(), wrap});
    }
    for (OutgoingSegment& segment : offer.segments) {
        JY_ASSERT(segment.lane == lanes_.front() && !segment.bytes.empty() &&
                  segment.bytes.size() <= limits_.segment_bytes_max);
        queue_.push_back(std::move(segment));
    }
    // An offer of nothing with more behind it would be asked for for ever.
    more_ = offer.more && !queue_.empty();
}

void LaneSender::start_front(Line& line) {
    const OutgoingSegment& segment = queue_.front();
    Current current{blake2b_128({segment.bytes}), 0};
    if (part_ && is_part_of(*part_, segment, current.hash) && part_->length < part_->size) {
        current.offset = part_->length;
        part_.reset();
    }
    line.say(message::SegmentStart{segment.lane, segment.first, segment.last,
                                   static_cast<std::uint32_t>(segment.bytes.size()), current.hash,
                                   static_cast<std::uint32_t>(current.offset)});
    current_ = current;
}

/// Whether the first segment of the queue has left as a whole.
bool LaneSender::send_front(Line& line) {
    if (room() == 0) return false;
    if (!current_) start_front(line);
    const OutgoingSegment& segment = queue_.front();
    while (current_->offset < segment.bytes.size()) {
        const std::size_t size = std::min<std::uint64_t>(
            {limits_.chunk_bytes, segment.bytes.size() - current_->offset, room()});
        if (size == 0) return false;
        line.say(message::Chunk{View{segment.bytes}.subspan(current_->offset, size)});
        current_->offset += size;
        sent_ += size;
    }
    current_.reset();
    ++sent_segments_;
    if (segment.lane != Lane::snapshot) sent_transactions_ += segment.last - segment.first + 1;
    at(segment.lane) = segment.head;
    if (early_) passed_.push_back(segment.head);
    queue_.pop_front();
    return true;
}

}  // namespace jiuying::sync
