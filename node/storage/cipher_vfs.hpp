/// Databases that are never on the disk in clear: an SQLite VFS that encrypts over another one.
///
/// Public interface of the system's libsqlite3 only. It opens databases of 4,096-byte pages in WAL
/// mode and their logs; everything else that SQLite may ask a file for (rollback journals,
/// temporary files, other databases) it refuses and counts. Without memory maps. A database that is
/// not encrypted, or by another key, fails to open.
///
/// How pages lie on the disk: cipher_page.hpp. What happens to a damaged log: cipher_log_check.hpp.
/// Design and alternatives: docs/decisions/0022-encrypting-vfs.md.
#pragma once

#include "node/storage/cipher_file.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace jiuying::node {

/// Registered while it lives, under a name of its own; every connection must be closed before it
/// ends. Safe from any thread, as far as the VFS below is.
class CipherVfs {
public:
    /// Fills with random bytes fit for keys, from any thread. May throw: the write that needed them
    /// fails then.
    using Random = std::function<void(std::span<std::uint8_t>)>;

    /// Seals under keys made of \p data_key. \p below names the VFS that has the files; null is the
    /// system's. \p as_default: databases opened without naming a VFS come here.
    CipherVfs(const sync::Key32& data_key, Random random, const char* below = nullptr,
              bool as_default = false);
    ~CipherVfs();
    CipherVfs(const CipherVfs&) = delete;
    CipherVfs& operator=(const CipherVfs&) = delete;

    /// For sqlite::OpenOptions::vfs.
    [[nodiscard]] const char* name() const { return name_.c_str(); }
    /// How many files were asked for and refused.
    [[nodiscard]] std::uint64_t refused() const { return shared_.refused; }
    /// The first damage that was met, if any.
    [[nodiscard]] cipher::Damage damage() const { return shared_.damage; }

    /// Whether \p vfs, by name, is one of these over the system's disk, where several connections
    /// may have a database open.
    [[nodiscard]] static bool on_system_disk(const char* vfs);

    /// The name of the VFS under the one of these that is called \p vfs; null if it is none.
    [[nodiscard]] static const char* under(const char* vfs);

    /// SQLite's file control by which a database tells that it is encrypted; the argument, an int,
    /// becomes the bytes that every page must leave free.
    static constexpr int control_reserve = 0x4A590001;

private:
    cipher::Shared shared_;
    std::string name_;
    sqlite3_vfs vfs_{};
};

}  // namespace jiuying::node
