/// Dates as forms and files of channels write them, brought to the form that schema::parse_time
/// reads.
///
/// Pure; safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace jiuying::node {

/// `2026年11月23日 上午9时5分`, `2026.11.23 9:05`, `20261123`, `20261123090500`, with or without
/// the parts behind, as `2026-11-23 09:05:00`. Any other text comes back as it is.
[[nodiscard]] std::string plain_time(std::string_view text);

}  // namespace jiuying::node
