#include "node/folder/node_folder.hpp"

#include "node/cli/errors.hpp"
#include "node/folder/data_key.hpp"

#include <algorithm>
#include <array>
#include <system_error>

#include <sys/stat.h>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
    std::error_code error;
    const bool there = fs::exists(fs::symlink_status(path, error));
    if (error == std::errc::permission_denied) {
        throw Failure{Error::no_permission, Detail::path, path.string()};
    }
    return there;
}

bool holds_node(const FolderLayout& layout) {
    if (is_there(layout.unfinished())) return false;
    fs::path backup = layout.keys();
    backup += ".bak";
    return is_there(layout.keys()) || is_there(backup) || is_there(layout.database());
}

void require_folder(const fs::path& data) {
    std::error_code error;
    const fs::file_status status = fs::status(data, error);
    if (error == std::errc::permission_denied) {
        throw Failure{Error::no_permission, Detail::path, data.string()};
    }
    if (!fs::exists(status)) throw Failure{Error::folder_missing, Detail::path, data.string()};
    if (!fs::is_directory(status)) {
        throw Failure{Error::not_a_node_folder, Detail::path, data.string()};
    }
}

NodeSecrets for_replica(const KeyringSecrets& kept) {
    NodeSecrets secrets;
    secrets.sign_seed = kept.signing_seed.clone();
    secrets.static_secret =
        sync::X25519KeyPair::from_seed(kept.exchange_seed).private_key().clone();
    secrets.box_secret = sync::X25519KeyPair::from_seed(kept.box_seed).private_key().clone();
    secrets.salt_secret = kept.salt_secret.clone();
    return secrets;
}

/// What `create` makes in the folder. The last two tell who else comes what it is.
constexpr std::array init_files{
    "keys",        "keys.bak",    "keys.new",  "keys.bak.new",        "node.db",
    "node.db-wal", "node.db-shm", "keys.lock", "init.unfinished.new", "init.unfinished",
    "lock"};

/// Before `init` has ended nobody has recorded anything.
void begin_anew(const FolderLayout& layout) {
    if (is_there(layout.unfinished())) {
        for (const char* name : init_files) {
            const fs::path path = layout.data / name;
            if (path != layout.unfinished() && path != layout.lock()) fs::remove(path);
        }
    }
    atomic_write(layout.unfinished(), std::string_view{});
}

/// Takes back what a failed `create` has made, and nothing else.
class Undo {
public:
    Undo(FolderLayout layout, bool made_folder)
        : layout_(std::move(layout)), made_folder_(made_folder) {}
    Undo(const Undo&) = delete;
    Undo& operator=(const Undo&) = delete;
    void keep() { kept_ = true; }
    ~Undo() {
        if (kept_) return;
        std::error_code ignored;
        for (const char* name : init_files) fs::remove(layout_.data / name, ignored);
        if (made_folder_) fs::remove(layout_.data, ignored);  // Only if it is empty.
    }

private:
    FolderLayout layout_;
    bool made_folder_;
    bool kept_ = false;
};

/// Whether nothing is in there but what an interrupted `create` leaves.
bool is_free(const fs::path& data) {
    return std::ranges::all_of(fs::directory_iterator{data}, [](const fs::directory_entry& entry) {
        return std::ranges::find(init_files, entry.path().filename()) != init_files.end();
    });
}

/// True if the folder was not there before. A folder with anything in it belongs to somebody: its
/// mode and content stay as they are.
bool make_folder(const fs::path& data) {
    if (is_there(data)) {
        require_folder(data);
        if (!is_free(data)) throw Failure{Error::folder_not_empty, Detail::path, data.string()};
        if (::chmod(data.c_str(), 0700) != 0) throw_errno("restricting the folder", data);
        return false;
    }
    make_folders(data, 0700);
    return true;
}

Replica::Options options_for(const FolderLayout& layout, Environment& environment,
                             const CipherVfs& vfs) {
    Replica::Options options;
    options.path = layout.database().string();
    options.vfs = vfs.name();
    options.environment = &environment;
    return options;
}

/// Before anybody is asked for a passphrase.
void require_node(const fs::path& data) {
    require_folder(data);
    if (holds_node(FolderLayout{data})) return;
    throw Failure{Error::not_a_node_folder, Detail::path, data.string()};
}

/// How long who changes the keyring waits for another who does. It is a matter of moments.
constexpr std::chrono::seconds keyring_patience{5};

Keyring::Fits fits(const FolderLayout& layout) {
    return [database = layout.database()](const KeyringSecrets& secrets) {
        return is_under(database, secrets);
    };
}

Failure keyring_failure(Errc why, const FolderLayout& layout) {
    if (why == Errc::unsupported) return Failure{Error::newer_version};
    // Renewed by another program since it was opened here: trying again is all it takes.
    if (why == Errc::wrong_key) return Failure{Error::database_busy};
    return Failure{Error::keyring_damaged, Detail::path, layout.keys().string()};
}

}  // namespace

sync::Key32 UnlockedKeys::control_key() const { return keyring_->control_key(); }

NodeSecrets UnlockedKeys::secrets() const { return for_replica(keyring_->secrets()); }

FileLock UnlockedKeys::lock_keyring() const {
    auto lock = FileLock::lock(layout_.keys_lock(), keyring_patience);
    if (!lock) throw Failure{Error::database_busy};
    const auto differ = keyring_->reread(fits(layout_));
    if (!differ) throw keyring_failure(differ.error(), layout_);
    if (*differ) keyring_->save();
    return *std::move(lock);
}

UnlockedKeys unlock(const fs::path& data, const KeySource& source) {
    require_node(data);
    return unlock(data, credentials(source, false));
}

UnlockedKeys unlock(const fs::path& data, std::span<const Credential> known) {
    require_node(data);
    const FolderLayout layout{data};
    for (const Credential& credential : known) {
        auto opened = Keyring::open(layout.keys(), credential, fits(layout));
        if (opened) return UnlockedKeys{layout, std::move(opened->keyring)};
        if (opened.error() != Errc::wrong_key) throw keyring_failure(opened.error(), layout);
    }
    throw Failure{Error::wrong_passphrase};
}

NodeFolder::NodeFolder(const UnlockedKeys& keys, FileLock lock, Environment& environment)
    : layout_(keys.layout()),
      control_key_(keys.control_key()),
      lock_(std::move(lock)),
      environment_(environment),
      vfs_(*keys.keyring().secrets().data_key,
           [&environment](std::span<std::uint8_t> out) { environment.random(out); }) {}

NodeFolder::~NodeFolder() = default;

std::unique_ptr<NodeFolder> NodeFolder::create(
    const fs::path& data, const KeySource& source, Environment& environment,
    const std::function<Profile(const NodePublic&, Environment&)>& make_profile,
    const std::optional<sync::BoxKey>& recovery) {
    const FolderLayout layout{data};
    if (fs::is_directory(data) && holds_node(layout)) {
        throw Failure{Error::folder_exists, Detail::path, data.string()};
    }
    const std::vector<Credential> slots = credentials(source, true);
    const bool made_folder = make_folder(data);
    auto lock = FileLock::try_lock(layout.lock());
    // Another `init` is at work here, or was quicker.
    if (!lock || holds_node(layout)) {
        throw Failure{Error::folder_exists, Detail::path, data.string()};
    }
    Undo undo{layout, made_folder};
    begin_anew(layout);
    KeyringSecrets kept = KeyringSecrets::fresh(environment);
    const NodeSecrets secrets = for_replica(kept);
    const Profile profile = make_profile(public_keys(secrets), environment);
    auto keyring =
        Keyring::create(layout.keys(), std::move(kept), slots, environment, {},
                        recovery ? std::span{&*recovery, 1} : std::span<const sync::BoxKey>{});
    if (!keyring && keyring.error() == Errc::bad_key) throw Failure{Error::recovery_key_bad};
    if (!keyring) throw Failure{Error::weak_passphrase};
    const UnlockedKeys keys{layout, *std::move(keyring)};
    auto folder = std::unique_ptr<NodeFolder>(new NodeFolder(keys, *std::move(lock), environment));
    const auto options = options_for(layout, environment, folder->vfs_);
    Replica::create(options, secrets, profile);
    sync_folder(data);
    folder->replica_ = std::make_unique<Replica>(options, secrets);
    fs::remove(layout.unfinished());
    sync_folder(data);
    undo.keep();
    return folder;
}

std::unique_ptr<NodeFolder> NodeFolder::open(const UnlockedKeys& keys, Environment& environment,
                                             std::chrono::milliseconds patience, bool with_reader) {
    const FolderLayout& layout = keys.layout();
    auto lock = FileLock::lock(layout.lock(), patience);
    if (!lock) throw Failure{Error::database_busy};
    {
        const FileLock keyring_lock = keys.lock_keyring();
        settle_data_key(layout.database(), keys.keyring(), environment);
    }
    // A `verify` that was killed leaves all that the node knows.
    sqlite::remove_database(layout.verify_scratch().string());
    const NodeSecrets secrets = keys.secrets();
    auto folder = std::unique_ptr<NodeFolder>(new NodeFolder(keys, *std::move(lock), environment));
    auto options = options_for(layout, environment, folder->vfs_);
    try {
        folder->replica_ = std::make_unique<Replica>(options, secrets);
        if (with_reader) {
            options.read_only = true;
            folder->reader_ = std::make_unique<Replica>(options, secrets);
        }
    } catch (const sqlite::Error&) {
        if (folder->vfs_.damage() == cipher::Damage::log) throw Failure{Error::log_damaged};
        throw;
    }
    return folder;
}

}  // namespace jiuying::node
