/// Texts for the workload from a CSV file, in place of the invented ones.
#pragma once

#include "tests/bench/workload.hpp"

#include <filesystem>

namespace jiuying::bench {

/// Up to \p most triples from a CSV file (plain or .gz, with a header line): the columns `title`,
/// `text`, `detail` or `content`, and `reply`. Blanks around a text are taken off, and what the
/// registry would refuse is cut; rows without a body are passed over. Rows are not used twice: a
/// text that is said again would cost nothing. Throws std::runtime_error when a column is missing
/// or there is no row.
[[nodiscard]] std::vector<Texts> load_texts(const std::filesystem::path& file, std::size_t most);

}  // namespace jiuying::bench
