/// Reads a notice of days off: {"year","papers":[...],"days":[{"name","date","isOffDay"}]}.
///
/// The shape in which the State Council's notices circulate as data. Bounded and pure; other keys
/// are ignored.
#pragma once

#include "schema/calendar.hpp"
#include "schema/result.hpp"

#include <cstddef>
#include <string_view>

namespace jiuying::node {

/// A year's notice is some 5 KiB.
inline constexpr std::size_t notice_bytes_max = 256 * 1024;

/// Errc::too_large, ::malformed for what is no JSON of this shape (dates are `YYYY-MM-DD`), and the
/// errors of schema::check_notice(): among them Errc::not_found for a list without days, as data
/// sets carry it for a year whose notice is not out yet.
[[nodiscard]] Result<schema::Notice> parse_notice(std::string_view text);

}  // namespace jiuying::node
