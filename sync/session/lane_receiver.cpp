#include "sync/session/lane_receiver.hpp"

#include "schema/assert.hpp"
#include "sync/crypto/hash.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::sync {

bool LaneReceiver::takes(Lane lane) const {
    return std::ranges::find(lanes_, lane) != lanes_.end();
}

bool LaneReceiver::remember(const PartialSegment& kept) {
    if (!takes(kept.lane) || kept.bytes.empty() || kept.bytes.size() != kept.length) return false;
    if (kept.length >= kept.size || kept.size > limits_.segment_bytes_max) return false;
    if (!share_.take(kept.bytes.size())) return false;
    kept_ = kept;
    return true;
}

void LaneReceiver::forget_kept() {
    share_.give_back(kept_->bytes.size());
    kept_.reset();
}

void LaneReceiver::forget_assembly() {
    share_.give_back(assembly_->bytes.size());
    assembly_.reset();
}

Result<void> LaneReceiver::start(const message::SegmentStart& start) {
    if (!takes(start.lane)) return Errc::wrong_scope;
    if (start.size > limits_.segment_bytes_max) return Errc::too_large;
    abandon();
    Assembly assembly{start, {}};
    if (start.offset != 0) {
        const bool fits = kept_ && kept_->lane == start.lane && kept_->first == start.first &&
                          kept_->size == start.size && kept_->hash == start.hash &&
                          kept_->length == start.offset && kept_->bytes.size() == start.offset;
        if (!fits) return Errc::malformed;
        assembly.bytes = std::exchange(kept_->bytes, {});  // Its place is known still.
    }
    assembly_ = std::move(assembly);
    return {};
}

Result<std::optional<Deliver>> LaneReceiver::add(View chunk) {
    if (!assembly_) return Errc::wrong_state;
    const message::SegmentStart& start = assembly_->start;
    Bytes& bytes = assembly_->bytes;
    if (chunk.size() > start.size - bytes.size()) return Errc::too_large;
    const std::uint64_t most = std::max<std::uint64_t>(granted_, limits_.early_bytes_max);
    if (received_ + chunk.size() > most) return Errc::too_large;
    if (!share_.take(chunk.size())) return Errc::exhausted;
    received_ += chunk.size();
    append(bytes, chunk);
    if (bytes.size() < start.size) return std::optional<Deliver>{};
    if (blake2b_128({bytes}) != start.hash) {
        if (start.offset != 0) damaged_ = start.lane;
        forget_assembly();
        return Errc::not_authentic;
    }
    unanswered_.push_back({start.lane, start.size, start.size - start.offset,
                           start.last - start.first + 1,
                           kept_ && kept_->lane == start.lane && kept_->first <= start.last});
    if (unanswered_.back().outlives_kept) forget_kept();
    std::optional<Deliver> whole{Deliver{start.lane, std::move(bytes)}};
    assembly_.reset();
    return whole;
}

void LaneReceiver::abandon() {
    if (!assembly_) return;
    answered_ += assembly_->bytes.size() - assembly_->start.offset;
    forget_assembly();
}

void LaneReceiver::end() {
    if (assembly_) forget_assembly();
    if (kept_) forget_kept();
}

LaneReceiver::Answered LaneReceiver::delivered() {
    JY_ASSERT(!unanswered_.empty());
    const Answered oldest = unanswered_.front();
    unanswered_.pop_front();
    answered_ += oldest.wire_bytes;
    share_.give_back(oldest.size);
    return oldest;
}

std::uint32_t LaneReceiver::credit_due() const {
    std::uint64_t allowed = limits_.credit + answered_;
    if (assembly_) allowed += assembly_->bytes.size() - assembly_->start.offset;
    return allowed <= granted_ ? 0 : static_cast<std::uint32_t>(allowed - granted_);
}

std::optional<PartialSegment> LaneReceiver::unfinished() const {
    if (!assembly_ || assembly_->bytes.size() == assembly_->start.offset) return std::nullopt;
    const message::SegmentStart& start = assembly_->start;
    return PartialSegment{start.lane,
                          start.first,
                          start.size,
                          start.hash,
                          static_cast<std::uint32_t>(assembly_->bytes.size()),
                          assembly_->bytes};
}

}  // namespace jiuying::sync
