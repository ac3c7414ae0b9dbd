/// Finding appeals by words: an FTS5 index over pairs of characters, and the queue before it.
///
/// A save only queues its record, so that it stays short; the index is made when the node is idle.
/// A search looks into both, so a record is found at once. Documents are never taken out of the
/// index: only a record's latest document counts. Belongs to the database's thread.
#pragma once

#include "node/store/sqlite.hpp"
#include "node/store/tables.hpp"

#include <string_view>
#include <vector>

namespace jiuying::node {

/// Appeals in which every one of \p words occurs (number, names, phone, title, text, places), the
/// latest first.
[[nodiscard]] std::vector<RecordKey> search_appeals(sqlite::Database& db, std::string_view words);

/// Indexes up to \p most queued appeals, inside the caller's transaction. True if more wait.
bool index_queued(sqlite::Database& db, std::size_t most);

}  // namespace jiuying::node
