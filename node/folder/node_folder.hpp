/// A node's folder on the disk: keys, database, lock and local socket, and who has it open.
///
///     DATA/keys, DATA/keys.bak   the keyring (node/keys); keys.lock is held by who changes it
///     DATA/node.db               the encrypted database, with its -wal and -shm while open
///     DATA/init.unfinished       from the begin of `init` to its end: there is no node yet
///     DATA/node.db.new           while it is moved to another data key (data_key.hpp)
///     DATA/node.db.clear         a database that was in clear, until it is wiped (clear_files.hpp)
///     DATA/verify.db             what `verify` rebuilds; gone when it ends, at the latest when the
///                                folder is next opened
///     DATA/carried/              bundles that are carried on for others (node/bundle)
///     DATA/lock                  held by whoever has the database open
///     DATA/control.sock          while `serve` runs (node/control)
///
/// Everything in it is for its owner only (0700). Keys are unlocked first; that needs no lock, and
/// proves to a running `serve` that the caller may use it. Failures of every function: Failure
/// (folder_missing, not_a_node_folder, wrong_passphrase, keyring_damaged, database_busy ...).
#pragma once

#include "node/base/clock.hpp"
#include "node/base/files.hpp"
#include "node/folder/key_source.hpp"
#include "node/keys/keyring.hpp"
#include "node/replica/replica.hpp"
#include "node/storage/cipher_vfs.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

namespace jiuying::node {

/// The files of a node's folder.
struct FolderLayout {
    std::filesystem::path data;
    [[nodiscard]] std::filesystem::path keys() const { return data / "keys"; }
    [[nodiscard]] std::filesystem::path keys_lock() const { return data / "keys.lock"; }
    [[nodiscard]] std::filesystem::path unfinished() const { return data / "init.unfinished"; }
    [[nodiscard]] std::filesystem::path database() const { return data / "node.db"; }
    [[nodiscard]] std::filesystem::path verify_scratch() const { return data / "verify.db"; }
    [[nodiscard]] std::filesystem::path carried() const { return data / "carried"; }
    [[nodiscard]] std::filesystem::path lock() const { return data / "lock"; }
    [[nodiscard]] std::filesystem::path control() const { return data / "control.sock"; }
};

/// The keys of a folder, opened with a passphrase or a key file.
class UnlockedKeys {
public:
    UnlockedKeys(FolderLayout layout, Keyring keyring)
        : layout_(std::move(layout)), keyring_(std::make_unique<Keyring>(std::move(keyring))) {}
    [[nodiscard]] const FolderLayout& layout() const { return layout_; }
    /// What proves to a running `serve` that the caller could open the keys.
    [[nodiscard]] sync::Key32 control_key() const;
    /// In the form that the replica wants them.
    [[nodiscard]] NodeSecrets secrets() const;
    [[nodiscard]] Keyring& keyring() const { return *keyring_; }
    /// For who changes the keyring: nobody else does while it is held, and what others changed
    /// before is taken over. Mends its two copies. Failure database_busy, keyring_damaged.
    [[nodiscard]] FileLock lock_keyring() const;

private:
    FolderLayout layout_;
    std::unique_ptr<Keyring> keyring_;
};

/// Opens the keys of \p data.
[[nodiscard]] UnlockedKeys unlock(const std::filesystem::path& data, const KeySource& source);
/// By the first of \p known that fits.
[[nodiscard]] UnlockedKeys unlock(const std::filesystem::path& data,
                                  std::span<const Credential> known);

/// An open folder: locked, its replica loaded. Belongs to one thread.
class NodeFolder {
public:
    /// Makes the folder of a new node. \p make_profile gets the node's public keys and says what
    /// the node is. What a failed attempt left behind is removed. folder_exists if there is a node,
    /// \p recovery can open the keys too. folder_not_empty if there is anything else: then the
    /// folder is left as it is.
    [[nodiscard]] static std::unique_ptr<NodeFolder> create(
        const std::filesystem::path& data, const KeySource& source, Environment& environment,
        const std::function<Profile(const NodePublic&, Environment&)>& make_profile,
        const std::optional<sync::BoxKey>& recovery = {});

    /// Takes the lock, waiting up to \p patience for another short command, and opens the replica.
    /// database_busy if the lock stays taken. \p with_reader: opens a second replica beside it.
    [[nodiscard]] static std::unique_ptr<NodeFolder> open(const UnlockedKeys& keys,
                                                          Environment& environment,
                                                          std::chrono::milliseconds patience,
                                                          bool with_reader = false);

    [[nodiscard]] Replica& replica() { return *replica_; }
    /// A replica that only reads, for a thread of its own; null if it was not asked for.
    [[nodiscard]] Replica* reader() { return reader_.get(); }
    [[nodiscard]] Environment& environment() { return environment_; }
    [[nodiscard]] const FolderLayout& layout() const { return layout_; }
    [[nodiscard]] const std::filesystem::path& data() const { return layout_.data; }
    [[nodiscard]] const sync::Key32& control_key() const { return control_key_; }
    ~NodeFolder();

private:
    NodeFolder(const UnlockedKeys& keys, FileLock lock, Environment& environment);

    FolderLayout layout_;
    sync::Key32 control_key_;
    FileLock lock_;
    Environment& environment_;
    CipherVfs vfs_;
    std::unique_ptr<Replica> replica_;  ///< Closed before the lock is given back.
    std::unique_ptr<Replica> reader_;
};

}  // namespace jiuying::node
