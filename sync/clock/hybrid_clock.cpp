#include "sync/clock/hybrid_clock.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <limits>

namespace jiuying::sync {
namespace {

bool is_believed(std::int64_t now_ms) { return now_ms >= 0 && now_ms < HybridClock::belief_end_ms; }

/// Zero for a time that can't be one, so that it never raises a stamp.
std::int64_t believed_ms(std::int64_t ms) { return is_believed(ms) ? ms : 0; }

std::int64_t wall_of(Hlc hlc) { return static_cast<std::int64_t>(wall_ms(hlc)); }

bool is_far_off(std::int64_t ms) {
    return ms > HybridClock::max_lead_ms || ms < -HybridClock::max_lead_ms;
}

/// One more than \p hlc. A full counter runs over into the milliseconds, which is as it should be.
Hlc next_after(Hlc hlc) {
    const auto packed = static_cast<std::uint64_t>(hlc);
    JY_ASSERT(packed < std::numeric_limits<std::uint64_t>::max());
    return Hlc{packed + 1};
}

}  // namespace

HybridClock::HybridClock(Hlc last_issued, const ClockFacts& facts)
    : last_(last_issued), facts_(facts) {}

Stamp HybridClock::issue(std::int64_t now_ms) {
    const std::int64_t wall = std::max(
        {believed_ms(now_ms), believed_ms(facts_.floor_ms), believed_ms(facts_.build_date_ms)});
    last_ = std::max(next_after(last_), make_hlc(static_cast<std::uint64_t>(wall), 0));
    return {last_, is_suspect(last_, now_ms)};
}

std::int64_t HybridClock::follow(Hlc theirs, std::int64_t now_ms) {
    // Against a clock that is not believed nearly everything would be behind, and be followed.
    const std::int64_t ours = is_believed(now_ms) ? now_ms : wall_of(last_);
    if (wall_of(theirs) - ours <= max_lead_ms) last_ = std::max(last_, theirs);
    constexpr std::int64_t shown_end_ms = std::int64_t{1} << 48U;
    return wall_of(theirs) - std::clamp(now_ms, -shown_end_ms, shown_end_ms);
}

bool HybridClock::is_suspect(Hlc stamp, std::int64_t now_ms) const {
    if (!is_believed(now_ms) || now_ms < facts_.build_date_ms) return true;
    if (wall_of(stamp) - now_ms > max_lead_ms || is_far_off(facts_.stepped_ms)) return true;
    return facts_.offset_at_last_contact_ms && is_far_off(*facts_.offset_at_last_contact_ms);
}

}  // namespace jiuying::sync
