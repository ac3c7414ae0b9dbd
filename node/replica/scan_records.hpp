/// What a look at all orders gives: plain values for the scan, the gate and the counts.
#pragma once

#include "schema/order_scan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jiuying::node {

/// One order as it stood at the instant of looking.
struct ScannedOrder {
    schema::RecordId id;
    std::string number;
    std::string station;  ///< Code of its home, the hub's desk included.
    std::string region;
    std::string channel;
    bool enterprise = false;                        ///< Of the enterprises' queue.
    std::optional<schema::RecordId> merged_into{};  ///< Where it is merged now.
    bool repeated = false;
    bool contested = false;
    schema::OrderSummary summary;
};

/// Who is to act: a unit always, a person where the staff list or the duty list names one.
struct ScanOwner {
    std::string unit;
    std::string person;
    bool on_duty = false;  ///< By the duty list, as nobody holds the post.
};

/// What became of all that a station took in (A05).
struct LedgerRow {
    static constexpr std::size_t missing_max = 100;  ///< Numbers listed; beyond they are counted.

    std::string station;
    std::uint64_t intake = 0;  ///< received + in_transit + refused, as far as is known here.
    std::uint64_t received = 0;
    std::uint64_t in_transit = 0;  ///< Not receipted by the hub yet. A hub can't know any.
    std::uint64_t refused = 0;     ///< Whole registrations that the hub rejected.
    /// Choice of entity rejection's `reason` and how many.
    std::vector<std::pair<std::int64_t, std::uint64_t>> reasons;
    std::uint64_t missing_total = 0;   ///< Gaps in the printed numbers.
    std::vector<std::string> missing;  ///< The first of them.
};

}  // namespace jiuying::node
