/// What scans and reports of all orders have in common: their arguments, and an order in a list.
#pragma once

#include "node/commands/command.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace jiuying::node {

/// The instant `as_of`, else now. Failure bad_date.
[[nodiscard]] std::int64_t as_of_in(CommandContext& context, const json::object& args);

/// From an instant to another one, which is excluded; open ended where nothing was said.
struct ReportPeriod {
    std::int64_t from = INT64_MIN;
    std::int64_t to = INT64_MAX;
    [[nodiscard]] bool holds(std::int64_t at) const { return from <= at && at < to; }
    /// Puts "from" and "to" into \p answer; null where open.
    void tell(json::object& answer) const;
};
/// `from` and `to`; a day given as `to` is inside. Failure bad_date.
[[nodiscard]] ReportPeriod period_in(const json::object& args);

/// A whole number from 0 to \p most. Failure bad_value.
[[nodiscard]] std::size_t limit_in(const json::object& args, std::size_t fallback,
                                   std::size_t most);

/// {"id","number","state","station","lead_unit","registered_at","due","owner","action"}: an order
/// that somebody must look to in \p bucket.
[[nodiscard]] json::object hit_json(CommandContext& context, const ScannedOrder& order,
                                    schema::Bucket bucket, std::int64_t as_of);
/// {"unit","person","on_duty"}
[[nodiscard]] json::object owner_json(const ScanOwner& owner);
/// {"command","zh","en"}
[[nodiscard]] json::object action_json(const schema::NextAction& action);

/// How orders follow one another in lists: by due, registration, id.
[[nodiscard]] bool comes_before(const ScannedOrder& a, const ScannedOrder& b);

/// The first \p limit of many, and how many there were.
class FirstOrders {
public:
    explicit FirstOrders(std::size_t limit) : limit_(limit) {}
    void add(const ScannedOrder& order);
    [[nodiscard]] std::uint64_t total() const { return total_; }
    /// In their order. Empties the list.
    [[nodiscard]] std::vector<ScannedOrder> take();

private:
    std::size_t limit_;
    std::uint64_t total_ = 0;
    std::vector<ScannedOrder> kept_;  ///< A heap, the last of them on top.
};

}  // namespace jiuying::node
