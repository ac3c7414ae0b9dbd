/// How shares are printed: from whole numbers, with the ratio taken last.
#pragma once

#include <cstdint>
#include <string>

namespace jiuying::schema {

/// \p part of \p whole in percent, two decimals, half up: `98.02%`. Less than the whole never
/// prints as 100%, and of nothing there is no share: `—`.
[[nodiscard]] std::string percent(std::uint64_t part, std::uint64_t whole);

}  // namespace jiuying::schema
