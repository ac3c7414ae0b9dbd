/// A database as a whole, copied into another: page by page, or row by row.
#pragma once

#include "node/store/sqlite.hpp"

#include <array>
#include <cstdint>

namespace jiuying::node::sqlite {

/// Replaces all of \p to, which has the same page size and reserve, by what \p from holds, in one
/// transaction, and moves it out of the write-ahead log. \p from may be in use meanwhile by its own
/// connection only.
void copy_pages(Database& from, Database& to);

/// Makes all tables, indexes and rows of \p from in \p to, which is new; its pages may be laid out
/// otherwise. In one transaction, with no more memory than the two caches, however large \p from
/// is. \p from is only read. What SQLite keeps for itself (statistics, counters of AUTOINCREMENT:
/// no database of ours has any) is not copied.
void copy_rows(Database& from, Database& to);

/// The database knows in which file it was last written (Environment::file_identity). \p db, a copy
/// that takes the place of that file, is told that its own is it. If it knew another, it stays as
/// it is: a copy made by somebody is noticed later as before.
void succeed_file(Database& db, const std::array<std::uint8_t, 16>& former,
                  const std::array<std::uint8_t, 16>& now);

}  // namespace jiuying::node::sqlite
