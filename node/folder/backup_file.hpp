/// A node in one file: head, keyring, database; docs/reference/backup-format.md.
///
/// Everything in it that is anybody's business is encrypted: the keyring is worth nothing without a
/// passphrase or key, the database is under the data key in it. Failures are Failure
/// (backup_not_one, backup_damaged, backup_not_authentic, newer_version ...) and filesystem_error.
#pragma once

#include "node/base/clock.hpp"
#include "node/base/files.hpp"
#include "node/folder/backup_head.hpp"
#include "node/replica/replica.hpp"

#include <filesystem>
#include <functional>

namespace jiuying::node {

/// A backup whose head is whole and signed. Its content is not looked at before check().
class BackupFile {
public:
    explicit BackupFile(const std::filesystem::path& path);
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] const BackupHeader& header() const { return header_; }
    /// Reads all of it and compares it with the head. Failure backup_damaged.
    void check() const;
    [[nodiscard]] sync::Bytes keyring() const;
    /// Copies the database to \p to, a new file, durably. Failure backup_damaged if what was copied
    /// is not what the head says; then \p to is to be removed.
    void copy_database(const std::filesystem::path& to) const;

private:
    /// Gives \p take what stands from \p offset on, \p size bytes, and compares the hash.
    void read_part(std::uint64_t offset, std::uint64_t size, const sync::Hash32& hash,
                   const std::function<void(sync::View)>& take) const;

    std::filesystem::path path_;
    FileHandle file_;
    BackupHeader header_;
    std::uint64_t head_bytes_ = 0;
};

struct BackupWritten {
    BackupHeader header;
    std::uint64_t bytes = 0;
};

/// Writes a backup of the node in \p data to \p out: under another name, synced, read back, then
/// renamed. What fails leaves nothing. \p replica may be the one that only reads. Failures: those
/// above, file_exists, disk_full, backup_not_confirmed.
[[nodiscard]] BackupWritten write_backup(Replica& replica, Environment& environment,
                                         const std::filesystem::path& data,
                                         const std::filesystem::path& out, const BackupId& id);

/// A backup of the same node in the same folder that was made later; nothing if there is none.
[[nodiscard]] std::optional<std::filesystem::path> newer_beside(const BackupFile& backup);

}  // namespace jiuying::node
