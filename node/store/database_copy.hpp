/// A database as a whole: copied page by page into another, and made ready for encryption.
#pragma once

#include "node/store/sqlite.hpp"

#include <array>
#include <cstdint>

namespace jiuying::node::sqlite {

/// Replaces all of \p to, which has the same page size and reserve, by what \p from holds, in one
/// transaction, and moves it out of the write-ahead log. \p from may be in use meanwhile by its own
/// connection only.
void copy_pages(Database& from, Database& to);

/// Rewrites a database in clear so that every page leaves \p bytes free at its end. Needs as much
/// memory as the database is large. Does nothing if they are free already.
void reserve_page_ends(Database& db, int bytes);

/// The database knows in which file it was last written (Environment::file_identity). \p db, a copy
/// that takes the place of that file, is told that its own is it. If it knew another, it stays as
/// it is: a copy made by somebody is noticed later as before.
void succeed_file(Database& db, const std::array<std::uint8_t, 16>& former,
                  const std::array<std::uint8_t, 16>& now);

}  // namespace jiuying::node::sqlite
