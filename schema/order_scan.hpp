/// The daily targeted scan (靶向式扫描): which orders need somebody, who that is, and what to do.
///
/// A pure function of an order's summary and the instant of looking, so that a scan of the same
/// data at the same instant says the same, byte for byte. An order may be in several buckets; an
/// open one is in one at least. Which post or unit an owner's role stands for, and who
/// holds it at that instant, is the directory's to say.
#pragma once

#include "schema/order_summary.hpp"
#include "schema/workflow_words.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace jiuying::schema {

/// Changes whenever the same order would fall into other buckets.
inline constexpr std::string_view scan_rules = "scan@3";

/// In the order in which a scan shows them.
enum class Bucket : std::uint8_t {
    undispatched,
    need_info,
    unsigned_order,  ///< Dispatched and not signed for.
    due_today,
    due_tomorrow,
    overdue,
    return_pending,
    extension_pending,
    review_pending,
    visit_pending,
    dissatisfied,
    repeated,
    stage_passed,      ///< Suspended beyond the date set for its next stage.
    instruction_open,  ///< A leader's instruction without feedback.
    instruction_overdue,
    watched,            ///< On the enterprises' watch list.
    supervised,         ///< By rule or by hand, and with its unit still.
    objection_pending,  ///< A unit objects to a notice.
    silent_station,     ///< Of stations, not orders.
    open_conflict,
    in_time,  ///< Open and in none of the others: nobody is waited for.
    last_of_list = in_time
};
inline constexpr std::size_t bucket_count = static_cast<std::size_t>(Bucket::last_of_list) + 1;
/// The identifier: `unsigned`.
[[nodiscard]] std::string_view name_of(Bucket bucket);
[[nodiscard]] std::optional<Bucket> parse_bucket(std::string_view name);
[[nodiscard]] Wording wording(Bucket bucket);

/// A set of buckets.
struct Buckets {
    std::uint32_t bits = 0;
    void add(Bucket bucket) { bits |= 1U << static_cast<unsigned>(bucket); }
    [[nodiscard]] bool has(Bucket bucket) const {
        return (bits >> static_cast<unsigned>(bucket) & 1U) != 0;
    }
    bool operator==(const Buckets&) const = default;
};

/// What is known beside the fold.
struct ScanContext {
    std::int64_t as_of = 0;
    bool repeated = false;   ///< A person confirmed that it repeats another.
    bool contested = false;  ///< A field has values that compete.
};
[[nodiscard]] Buckets buckets_of(const OrderSummary& order, const ScanContext& context);

/// Whose work it is.
enum class OwnerRole : std::uint8_t {
    home,
    lead_unit,
    dispatcher,
    supervisor,
    replier,
    visitor,
    watch_owner,  ///< The person named on the watch list.
};

struct NextAction {
    OwnerRole owner{};
    std::string_view command;  ///< Of the programs: `appeal sign`.
    Wording words;
};
/// What the order waits for in \p bucket.
[[nodiscard]] NextAction next_action(Bucket bucket, const OrderSummary& order);

/// The due that comes first, of both clocks.
[[nodiscard]] std::optional<std::int64_t> first_due(const OrderSummary& order);

/// A station that the hub has not heard for so long is silent.
inline constexpr std::int64_t silent_after_ms = 24 * 3'600'000;
[[nodiscard]] bool is_silent(std::int64_t last_contact, std::int64_t as_of);

/// How long an open order has been open, in days of the calendar.
inline constexpr std::array<std::string_view, 8> age_names{"0-1", "2",    "3",     "4-5",
                                                           "6-7", "8-15", "16-30", "30+"};
/// Its place in age_names.
[[nodiscard]] std::size_t age_of(std::int64_t opened_at, std::int64_t as_of);

/// How many orders stand how. Answered ones count by the time of the reply that review accepted.
struct OrderCounts {
    std::uint64_t orders = 0;
    std::uint64_t open = 0;       ///< in_time + overdue + answered
    std::uint64_t in_time = 0;    ///< Open, and the due is yet to come or stands still.
    std::uint64_t overdue = 0;    ///< Open, and the due is past.
    std::uint64_t answered = 0;   ///< Open, and only review, visit or closing is left.
    std::uint64_t suspended = 0;  ///< Of the open ones.
    std::uint64_t closed = 0;
    std::uint64_t ended = 0;    ///< Not accepted, merged, withdrawn or void.
    std::uint64_t on_time = 0;  ///< Answered in time, whether closed yet or not.
    std::uint64_t late = 0;     ///< Answered too late.
};
/// Counts \p order with its verdict; one without a clock is in time as long as it is open.
void count(OrderCounts& counts, const OrderSummary& order, std::optional<Verdict> verdict);

}  // namespace jiuying::schema
