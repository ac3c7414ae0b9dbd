/// What a cell of a workbook shows, as text: numbers without their formats, dates as dates.
///
/// Source: ECMA-376 part 1, 18.17.4 (dates) and 18.8.30 (number formats). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jiuying::node {

/// Whether the built-in number format of that id shows a date or a time.
[[nodiscard]] bool is_date_format(std::uint32_t id);
/// Whether a number format, `yyyy"年"m"月"d"日"`, shows a date or a time.
[[nodiscard]] bool is_date_format(std::string_view code);

/// A number as a person typed it: whole numbers without exponent (a phone stays a phone).
/// \p text as it stands if it is no number.
[[nodiscard]] std::string number_text(std::string_view text);

/// The day number \p text as `2026-11-23`, or with a time of day as `2026-11-23 09:05:00`; a time
/// alone as `09:05:00`. \p from_1904: which day is 0. \p text as it stands if it is no such number.
[[nodiscard]] std::string date_text(std::string_view text, bool from_1904);

/// `_x000D_` stands for a carriage return, `_x005F_` for the underscore that would make one.
[[nodiscard]] std::string unescaped(std::string_view text);

}  // namespace jiuying::node
