/// The summary of an order as the table `order_state` keeps it.
#pragma once

#include "schema/order_summary.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jiuying::node {

/// Their first byte; changes with anything that follows it.
inline constexpr std::array<std::uint8_t, 1> summary_form{3};
[[nodiscard]] std::string encode_summary(const schema::OrderSummary& order);
/// Nothing for bytes of another form: the order is then folded again.
[[nodiscard]] std::optional<schema::OrderSummary> decode_summary(std::string_view bytes);

}  // namespace jiuying::node
