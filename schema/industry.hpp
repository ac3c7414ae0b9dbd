/// The industry code of an enterprise: a letter for the section and up to four digits below it.
///
/// Source: GB/T 4754-2017, which gives each section a range of divisions (the first two digits).
/// The classes below are not listed here: only that a code can be one is checked. Pure.
#pragma once

#include "schema/result.hpp"

#include <string_view>

namespace jiuying::schema {

/// `C`, `C33`, `C336`, `C3360`. Errc::malformed for another form, out_of_bounds where the division
/// is not one of the section's.
[[nodiscard]] Result<void> check_industry(std::string_view code);

}  // namespace jiuying::schema
