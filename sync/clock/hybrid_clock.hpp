/// One node's clock for ordering concurrent edits and dating the screen. Causality comes from
/// bases, never from here.
///
/// A station's PC may have a dead battery, a wrong year, or someone who sets it by hand. So a wrong
/// clock never blocks saving, never wins by being wrong (its stamps are *suspect* and lose to
/// others), and never drags another's clock along.
///
/// All times are milliseconds since 1970-01-01 UTC, signed: an RTC may be before it. Pure: the wall
/// clock is an argument. Not thread-safe.
/// Source: Kulkarni et al., "Logical Physical Clocks", 2014.
#pragma once

#include "sync/types.hpp"

#include <cstdint>
#include <optional>

namespace jiuying::sync {

/// What a node knows about its wall clock, beside the reading itself.
struct ClockFacts {
    /// Persisted: the largest of the node's last HLC and the hub's time at the last contact.
    std::int64_t floor_ms = 0;
    /// When this program was built: now is not earlier.
    std::int64_t build_date_ms = 0;
    /// Hub's clock minus ours at the last contact; nothing before the first.
    std::optional<std::int64_t> offset_at_last_contact_ms = std::nullopt;
    /// How far the wall clock has moved against a monotonic one since the last contact.
    std::int64_t stepped_ms = 0;
};

/// The time of one transaction.
struct Stamp {
    Hlc hlc{};
    /// Goes into the transaction as Transaction::clock_suspect.
    bool suspect = false;
    bool operator==(const Stamp&) const = default;
};

/// Issues one node's stamps, each greater than all it has issued or followed, whatever the wall
/// clock does. Never refuses.
class HybridClock {
public:
    /// What two honest clocks may differ by. A stamp further ahead is not followed, and a clock
    /// further off is suspect.
    static constexpr std::int64_t max_lead_ms = 5 * 60 * 1000;
    /// A wall clock from here on (2100-01-01) is not believed at all: one excursion there would
    /// leave every later stamp of the node in that year.
    static constexpr std::int64_t belief_end_ms = 4'102'444'800'000;

    /// \p last_issued is the greatest stamp of this node's own transactions, {} if it has none.
    explicit HybridClock(Hlc last_issued = {}, const ClockFacts& facts = {});

    /// Replaces what is known about the wall clock, after a contact or a step. Does not forget
    /// the stamps issued so far.
    void learn(const ClockFacts& facts) { facts_ = facts; }

    /// Stamps a transaction made here at \p now_ms. It is suspect when
    /// - the wall clock is before 1970, before the program was built, or not believed;
    /// - it is more than max_lead_ms below the stamp itself, that is below the floor, below what
    ///   was issued before, or below what was followed;
    /// - it stepped, or was off at the last contact, by more than max_lead_ms.
    /// The floor has that slack, because following an honest hub may lift it so far.
    [[nodiscard]] Stamp issue(std::int64_t now_ms);

    /// Follows \p theirs, so that later stamps are greater, unless it leads by over max_lead_ms.
    /// Returns its lead over \p now_ms in milliseconds, to show; negative when it is behind.
    std::int64_t follow(Hlc theirs, std::int64_t now_ms);

    /// The greatest stamp issued or followed; kept with the node's facts, and part of the floor.
    [[nodiscard]] Hlc last() const { return last_; }

private:
    [[nodiscard]] bool is_suspect(Hlc stamp, std::int64_t now_ms) const;

    Hlc last_;
    ClockFacts facts_;
};

}  // namespace jiuying::sync
