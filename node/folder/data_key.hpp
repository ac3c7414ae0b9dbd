/// Under which key a folder's database lies, and how it comes under another.
///
/// The keyring holds the present data key and, while the database is moved, the next one. Moving
/// is: keep the next key in both copies of the keyring; copy all pages into `node.db.new` under it;
/// check and sync that; rename it to node.db; forget the former key. Killed anywhere, one of the
/// two keys opens node.db, and settle_data_key() goes on from there. A database from before there
/// was encryption is moved from no key to the first in the same way, row by row, and then wiped
/// (clear_files.hpp).
///
/// All of it with the folder's lock and the keyring's held. Failure as named; disk_full when the
/// copy would not fit.
#pragma once

#include "node/base/clock.hpp"
#include "node/keys/keyring.hpp"

#include <filesystem>

namespace jiuying::node {

/// Whether \p key opens some page of the database at \p path or some frame of its log. One page may
/// be torn, never all.
[[nodiscard]] bool database_opens(const std::filesystem::path& path, const sync::Key32& key);

/// Whether the database at \p path is that of \p secrets; true where there is none to ask.
[[nodiscard]] bool is_under(const std::filesystem::path& path, const KeyringSecrets& secrets);

/// Leaves the database under the keyring's one data key, ending what was cut off. Failure:
/// database_damaged (missing or cut short), database_in_clear (it was put in the place of an
/// encrypted one), database_not_ours.
void settle_data_key(const std::filesystem::path& database, Keyring& keyring,
                     Environment& environment);

/// Moves the database to a fresh data key, or to the next one that the keyring has already.
void rotate_data_key(const std::filesystem::path& database, Keyring& keyring,
                     Environment& environment);

}  // namespace jiuying::node
