/// What the district's rules find in an order: the triggers of the watch list (A36 to A38), the
/// steps of the supervision ladder (A53), escalation (A26).
///
/// Pure: the same order, rules and instant give the same findings, and what an order has already is
/// not found again. The hub's program writes a finding as an event, under an id that follows from
/// its cause, so that a second firing is the same record.
///
/// Times are milliseconds since 1970-01-01 UTC.
#pragma once

#include "schema/workflow_state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

/// What must be known beside the order.
struct RuleFacts {
    std::int64_t now = 0;
    const WorkSettings* settings = nullptr;
    /// Another appeal of the same enterprise on the same matter, as people confirmed; not a resend.
    std::optional<RecordId> same_matter;
    /// T2 stands on one of those already: a matter triggers once.
    bool matter_has_t2 = false;
    /// Another of them is open and older, and carries the matter on.
    bool matter_is_elsewhere = false;
    /// The unit's present due, with what was granted; nothing while no unit's clock runs.
    std::optional<std::int64_t> unit_due;
};

struct Finding {
    EventKind kind{};
    std::uint8_t level = 0;
    std::string_view rule;  ///< Of the ladder or of escalation: stable, `urge`.
    std::int64_t at = 0;    ///< When it came to be so.
    std::optional<RecordId> cause;
    bool extended = false;
    std::optional<std::int64_t> objections_to;
    bool operator==(const Finding&) const = default;
};

/// When an order that was registered then counts as open for long.
[[nodiscard]] std::int64_t t3_boundary(std::int64_t registered_at, const WorkSettings& settings);

/// The triggers whose causes stand, whether they have fired or not: T1 to T3 by number.
[[nodiscard]] std::vector<Finding> standing_triggers(const OrderState& state,
                                                     const RuleFacts& facts);

/// What is to be written now.
[[nodiscard]] std::vector<Finding> findings(const OrderState& state, const RuleFacts& facts);

/// The sample of closed orders that is visited again: \p percent of them, rounded up, drawn by
/// \p seed alone (A41). The same set in any order gives the same sample; in the order drawn.
[[nodiscard]] std::vector<RecordId> recheck_sample(std::vector<RecordId> closed, std::uint64_t seed,
                                                   std::uint32_t percent);

}  // namespace jiuying::schema
