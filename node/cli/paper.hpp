/// Text for a person's screen: columns that line up, masked personal data, nothing that a terminal
/// would obey. Pure.
#pragma once

#include "node/cli/lang.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace jiuying::node {

/// Columns that \p text takes on a terminal: two for a Chinese character.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// \p text and spaces up to \p width columns; never cut.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);

/// The first \p width columns of \p text, with an ellipsis if there is more. For lists only.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

/// \p text without control characters: recorded text must not steer the terminal. Line breaks
/// become \p line_break.
[[nodiscard]] std::string printable(std::string_view text, std::string_view line_break = " ");

/// `138****5678`; short or strange numbers keep less.
[[nodiscard]] std::string masked_phone(std::string_view phone);
/// The first character and `**`.
[[nodiscard]] std::string masked_name(std::string_view name);
/// \p text with every run of seven digits or more masked as a phone number is.
[[nodiscard]] std::string masked_numbers(std::string_view text);
/// \p field's value as a screen shows it by default: phones, names, addresses and codes masked.
[[nodiscard]] std::string masked(std::string_view field, std::string_view value);

/// `2026-11-23T09:08:07+08:00` as `2026-11-23 09:08`.
[[nodiscard]] std::string short_time(std::string_view rfc3339);

/// The end of a limit: midnight is 24:00 of the day that ends with it, as people say it.
[[nodiscard]] std::string limit_time(std::string_view rfc3339);

}  // namespace jiuying::node
