/// Times as people and files write them, and as we print them.
///
/// A time without a zone is Beijing time (UTC+08:00), whatever the PC believes: the district has
/// one clock, and a PC set up abroad must not shift what people reported. Times are milliseconds
/// since 1970-01-01 UTC. Pure: no clock, no locale, no zone database (China has had no summer time
/// since 1991); safe from any thread.
#pragma once

#include "schema/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace jiuying::schema {

/// The zone of all that is printed and of all that names none.
inline constexpr std::int64_t beijing_offset_ms = 8 * 3'600'000;

/// Reads `2026-11-23`, `2026-11-23 09:08[:07[.123]]`, the same with `/` between the date's parts,
/// with or without leading zeros in month, day and hour, and RFC 3339 with its zone
/// (`2026-11-23T09:08:07Z`, `...+08:00`). A date alone is the start of that day. Spaces around it
/// are ignored; digits after the millisecond are dropped.
/// Errc::malformed for another form, Errc::out_of_bounds for a day or hour that does not exist
/// (30 February, 24:00, a leap second) and for years before 1900.
[[nodiscard]] Result<std::int64_t> parse_time(std::string_view text);

/// RFC 3339 in Beijing time, `2026-11-23T09:08:07+08:00`; milliseconds only where there are any, so
/// parse_time() reads the same number back. Years outside 0000 to 9999, which no parser of ours
/// lets in, are written with all their digits and a sign.
[[nodiscard]] std::string format_time(std::int64_t ms);

/// The date of format_time() alone: `2026-11-23`.
[[nodiscard]] std::string format_date(std::int64_t ms);

}  // namespace jiuying::schema
