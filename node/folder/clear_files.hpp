/// What becomes of a database that was kept in clear, once it is encrypted: nothing is left of it.
///
/// A file that is removed or cut short leaves its blocks on the disk as they were. So none is, of
/// a database in clear, before zeros have been written over it. That reaches the blocks that the
/// files have at that time. Not reached: blocks that the older program gave up while it ran, and
/// former places of blocks on media that move them (SSDs, sticks, copy-on-write file systems);
/// there only encryption of the whole disk helps, or destroying it.
///
/// All of it with the folder's lock held, for databases of the system's own VFS. Failures of the
/// disk are filesystem_error; what is not wiped yet is wiped at the next opening.
#pragma once

#include "node/store/sqlite.hpp"

#include <filesystem>

namespace jiuying::node {

/// Moves the log of \p db into the file \p database, so that it may be wiped; the log itself stays,
/// also when \p db is closed. What that cuts off at the end of the file is zeros before. False when
/// another connection is in the way. \p descriptor is the file, open for writing, and is closed
/// after \p db: closing it would end SQLite's own locks.
[[nodiscard]] bool settle_clear_log(sqlite::Database& db, int descriptor,
                                    const std::filesystem::path& database);

/// Wipes and removes the log of a database that settle_clear_log was called for, and that is
/// closed.
void wipe_clear_log(const std::filesystem::path& database);

/// Keeps \p database within reach under a second name, `node.db.clear`, before another file takes
/// its own. False where the file system knows no second names.
[[nodiscard]] bool keep_clear_name(const std::filesystem::path& database);

/// Ends what keep_clear_name began: the file of that name is wiped and removed if it is not
/// \p database itself; if it is, only the second name goes. Nothing if there is none.
void settle_clear_name(const std::filesystem::path& database);

/// Writes zeros over all of a file, from \p offset on, and makes that durable.
void wipe_file(int descriptor, const std::filesystem::path& name, std::uint64_t offset = 0);

}  // namespace jiuying::node
