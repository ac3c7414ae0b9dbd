/// How a database of an older program becomes one of this, a version at a time.
#pragma once

#include "node/store/sqlite.hpp"

#include <span>

namespace jiuying::node {

/// By ascending version, the last is database_version (tables.hpp). Each looks at what is there: a
/// database may be made by steps from the tables of today.
[[nodiscard]] std::span<const sqlite::Migration> database_migrations();

}  // namespace jiuying::node
