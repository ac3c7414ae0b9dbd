/// A node's folder made from a backup.
#pragma once

#include "node/folder/backup_file.hpp"
#include "node/folder/key_source.hpp"
#include "node/folder/node_folder.hpp"

namespace jiuying::node {

/// Makes \p data from \p backup, which is checked whole before anything is written, and opened by
/// the first of \p known that fits its keyring: the passphrase of when it was made. Until all is in
/// place and the audit log has its row there is no node, and what fails leaves nothing. The node
/// goes on under a fresh name from its first write on, as every old copy does
/// (docs/explanation/old-copies.md). Failures: folder_exists, folder_not_empty, wrong_passphrase,
/// backup_damaged, backup_not_authentic, disk_full.
[[nodiscard]] std::unique_ptr<NodeFolder> restore_backup(const BackupFile& backup,
                                                         const std::filesystem::path& data,
                                                         std::span<const Credential> known,
                                                         Environment& environment,
                                                         const std::string& actor);

}  // namespace jiuying::node
