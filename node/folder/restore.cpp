#include "node/folder/restore.hpp"

#include "node/cli/errors.hpp"
#include "node/folder/data_key.hpp"
#include "schema/time_text.hpp"
#include "sync/crypto/bytes.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <sys/stat.h>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

/// Room that stays free on the disk that a node is restored to.
constexpr std::uint64_t spare_bytes = 16 * 1024 * 1024;
constexpr std::chrono::seconds patience{5};

/// What a restore that was killed may have left, beside `init.unfinished`.
constexpr std::array made{
    "keys",        "keys.bak",    "keys.new",  "keys.bak.new",        "node.db",
    "node.db-wal", "node.db-shm", "keys.lock", "init.unfinished.new", "init.unfinished",
    "lock"};

void remove_made(const fs::path& data) {
    std::error_code ignored;
    for (const char* name : made) fs::remove(data / name, ignored);
}

/// The folder, empty and ours. What a restore that was killed left in it goes: there was no node.
class NewFolder {
public:
    explicit NewFolder(const fs::path& data) : data_(data) {
        const FolderLayout layout{data};
        if (!fs::exists(fs::symlink_status(data))) {
            make_folders(data, 0700);
            made_ = true;
        } else if (!fs::is_directory(data)) {
            throw Failure{Error::folder_not_empty, Detail::path, data.string()};
        } else {
            const bool unfinished = fs::exists(layout.unfinished());
            if (!unfinished && (fs::exists(layout.keys()) || fs::exists(layout.database()))) {
                throw Failure{Error::folder_exists, Detail::path, data.string()};
            }
            const bool free = std::ranges::all_of(
                fs::directory_iterator{data}, [&](const fs::directory_entry& entry) {
                    return unfinished &&
                           std::ranges::find(made, entry.path().filename()) != made.end();
                });
            if (!free) throw Failure{Error::folder_not_empty, Detail::path, data.string()};
            if (::chmod(data.c_str(), 0700) != 0) throw_errno("restricting the folder", data);
        }
        atomic_write(layout.unfinished(), std::string_view{});
        for (const char* name : made) {
            if (data / name != layout.unfinished()) fs::remove(data / name);
        }
    }
    ~NewFolder() {
        if (kept_) return;
        remove_made(data_);
        std::error_code ignored;
        if (made_) fs::remove(data_, ignored);  // Only if it is empty.
    }
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;
    void keep() {
        fs::remove(FolderLayout{data_}.unfinished());
        sync_folder(data_);
        kept_ = true;
    }

private:
    fs::path data_;
    bool made_ = false;
    bool kept_ = false;
};

/// Under one of \p known, in memory.
Keyring open_keyring(const BackupFile& backup, std::span<const Credential> known,
                     const fs::path& path) {
    const sync::Bytes text = backup.keyring();
    for (const Credential& credential : known) {
        auto keyring = Keyring::read(sync::as_text(text), credential, path);
        if (keyring) {
            // Of several backups put together the keys would open another's database, or none.
            if (keyring->owner().verify_key != backup.header().verify_key) {
                throw Failure{Error::backup_not_authentic, Detail::path, backup.path().string()};
            }
            return *std::move(keyring);
        }
        if (keyring.error() == Errc::unsupported) throw Failure{Error::newer_version};
        if (keyring.error() != Errc::wrong_key) {
            throw Failure{Error::backup_damaged, Detail::path, backup.path().string()};
        }
    }
    throw Failure{Error::wrong_passphrase};
}

fs::path folder_above(fs::path path) {
    path = fs::absolute(path);
    while (!fs::exists(path) && path.has_relative_path()) path = path.parent_path();
    return path;
}

}  // namespace

std::unique_ptr<NodeFolder> restore_backup(const BackupFile& backup, const fs::path& data,
                                           std::span<const Credential> known,
                                           Environment& environment, const std::string& actor) {
    const FolderLayout layout{data};
    backup.check();
    Keyring keyring = open_keyring(backup, known, layout.keys());
    if (free_disk_bytes(folder_above(data)) < backup.header().database_bytes + spare_bytes) {
        throw Failure{Error::disk_full};
    }
    NewFolder folder{data};
    backup.copy_database(layout.database());
    if (!is_under(layout.database(), keyring.secrets())) {
        throw Failure{Error::backup_not_authentic, Detail::path, backup.path().string()};
    }
    keyring.save();
    sync_folder(data);
    const UnlockedKeys keys{layout, std::move(keyring)};
    auto opened = NodeFolder::open(keys, environment, patience);
    const BackupFacts& facts = backup.header().facts;
    opened->replica().audit({actor.empty() ? opened->replica().profile().default_actor : actor,
                             "backup.restore", sync::hex_encode(facts.id), schema::audit::done,
                             "made " + schema::format_time(facts.made_ms)});
    folder.keep();
    return opened;
}

}  // namespace jiuying::node
