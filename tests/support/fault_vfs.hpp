/// An SQLite VFS over a FaultDisk, so that the store under test writes to a disk that can fail.
///
/// SQLite's public interface only. One connection to a database at a time (there are no locks
/// between connections); shared memory is there for databases that are not opened exclusively.
/// Files have no folders: a name is a name.
#pragma once

#include "tests/support/fault_disk.hpp"

#include <sqlite3.h>

#include <memory>
#include <string>

namespace jiuying::test {

/// Registered while it lives. Not to be moved; every connection must be closed before it ends.
class FaultVfs {
public:
    /// \p disk outlives this. As the default it serves databases opened without naming a VFS.
    explicit FaultVfs(FaultDisk& disk, bool as_default = false);
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    [[nodiscard]] const char* name() const { return name_.c_str(); }

private:
    std::string name_;
    sqlite3_vfs vfs_{};
};

}  // namespace jiuying::test
