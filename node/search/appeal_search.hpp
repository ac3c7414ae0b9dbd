/// Finding appeals by words: an FTS5 index over pairs of characters, and the queue before it.
///
/// A save only queues its record, so that it stays short; the index is made when the node is idle.
/// A search looks into both, so a record is found at once. Documents are never taken out of the
/// index: only a record's latest document counts. Belongs to the database's thread.
#pragma once

#include "node/store/sqlite.hpp"
#include "node/store/tables.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// How far a search goes that is asked for while somebody types.
struct Glance {
    std::size_t enough = 101;       ///< So many hits: the rest need not be found.
    std::size_t hits_max = 10'000;  ///< A word of more hits is looked for in the latest appeals.
    std::size_t rows_max = 5'000;   ///< So many of the latest appeals are read for that.
};

struct Hits {
    std::vector<RecordKey> keys;  ///< The latest first.
    /// False: there may be others behind the last; with `looked_at` also between those that are
    /// older than so many of the latest appeals.
    bool all = true;
    std::uint64_t looked_at = 0;
};

/// Appeals in which every one of \p words occurs (number, names, phone, title, text, places).
/// \p glance: bounded work in place of all hits.
[[nodiscard]] Hits search_appeals(sqlite::Database& db, std::string_view words,
                                  const std::optional<Glance>& glance = std::nullopt);

/// Indexes up to \p most queued appeals, inside the caller's transaction. True if more wait.
bool index_queued(sqlite::Database& db, std::size_t most);

}  // namespace jiuying::node
