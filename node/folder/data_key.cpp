#include "node/folder/data_key.hpp"

#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "node/folder/clear_files.hpp"
#include "node/storage/cipher_vfs.hpp"
#include "node/store/database_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

/// Room that stays free when a database is copied.
constexpr std::uint64_t spare_bytes = 16 * 1024 * 1024;
/// Pages and frames that are tried before a key is taken for a wrong one.
constexpr std::uint32_t tried = 8;

fs::path beside(fs::path path, const char* suffix) { return path += suffix; }

/// Up to \p into's size from \p offset; what is behind the end stays as it is.
std::size_t read_at(const FileHandle& file, std::span<std::uint8_t> into, std::uint64_t offset) {
    std::size_t held = 0;
    while (held < into.size()) {
        const ssize_t got = ::pread(file.get(), into.data() + held, into.size() - held,
                                    static_cast<off_t>(offset + held));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        held += static_cast<std::size_t>(got);
    }
    return held;
}

bool log_opens(const fs::path& log, const cipher::PageKeys& keys) {
    if (!fs::exists(log)) return false;
    const FileHandle file = FileHandle::open_to_read(log);
    sync::Array<cipher::frame_size> stored{};
    sync::Array<cipher::frame_size> plain{};
    for (std::uint32_t index = 1; index <= tried; ++index) {
        const auto offset = static_cast<std::uint64_t>(cipher::frame_offset(index));
        if (read_at(file, stored, offset) != stored.size()) return false;
        if (keys.open_frame(stored, index, plain)) return true;
    }
    return false;
}

bool in_clear(const fs::path& database) {
    sync::Array<16> start{};
    const FileHandle file = FileHandle::open_to_read(database);
    return read_at(file, start, 0) == start.size() && cipher::looks_plain(start);
}

void remove_copy(const fs::path& copy) { sqlite::remove_database(copy.string()); }

/// Copies what lies under \p from_key, or in clear without one, under \p to_key. \p former is the
/// database, open for writing.
void copy_under(const fs::path& database, const FileHandle& former,
                const std::optional<sync::Key32>& from_key, const fs::path& copy,
                const sync::Key32& to_key, Environment& environment) {
    const auto random = [&](std::span<std::uint8_t> out) { environment.random(out); };
    std::optional<CipherVfs> from_vfs;
    if (from_key) from_vfs.emplace(*from_key, random);
    const CipherVfs to_vfs{to_key, random};
    sqlite::OpenOptions options;
    options.create = false;
    options.vfs = from_vfs ? from_vfs->name() : nullptr;
    options.wal_autocheckpoint_pages = 0;
    {
        sqlite::Database from = sqlite::Database::open(database, options);
        options.create = true;
        options.vfs = to_vfs.name();
        sqlite::Database to = sqlite::Database::open(copy, options);
        if (from_key) {
            if (!from.checkpoint()) throw Failure{Error::database_busy};
            sqlite::copy_pages(from, to);
        } else {
            const bool settled = settle_clear_log(from, former.get(), database);
            if (!settled) throw Failure{Error::database_busy};
            sqlite::copy_rows(from, to);
        }
        sqlite::succeed_file(to, environment.file_identity(database.string()),
                             environment.file_identity(copy.string()));
        if (!to.checkpoint()) throw Failure{Error::database_busy};
    }
    // By a connection that reads what the disk has.
    options.create = false;
    sqlite::Database made = sqlite::Database::open(copy, options);
    if (!sqlite::check_integrity(made).empty()) throw Failure{Error::database_damaged};
}

/// From the present data key, or from none, to a fresh one.
void move(const fs::path& database, Keyring& keyring, Environment& environment) {
    const std::uint64_t size = fs::file_size(database);
    // The copy is written once into its log and once in its place.
    if (free_disk_bytes(database) < 2 * size + spare_bytes) throw Failure{Error::disk_full};
    const bool was_clear = !keyring.secrets().data_key.has_value();
    const fs::path copy = beside(database, ".new");
    remove_copy(copy);
    keyring.begin_rotation(environment);
    const FileHandle former{::open(database.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (former.get() < 0) throw_errno("opening", database);
    bool named = false;
    try {
        copy_under(database, former, keyring.secrets().data_key, copy,
                   *keyring.secrets().next_data_key, environment);
        // All of it is in the database. A log that stayed would be beside one that it does not
        // belong to; of an encrypted one there is none left.
        if (was_clear) wipe_clear_log(database);
        for (const char* left : {"-wal", "-shm"}) fs::remove(beside(database, left));
        named = was_clear && keep_clear_name(database);
        sync_folder(database.parent_path());
        if (std::rename(copy.c_str(), database.c_str()) != 0) throw_errno("renaming", database);
    } catch (...) {
        remove_copy(copy);
        std::error_code ignored;  // The next opening takes that name away, too.
        if (named) fs::remove(beside(database, ".clear"), ignored);
        keyring.abandon_rotation(environment);
        throw;
    }
    sync_folder(database.parent_path());
    keyring.finish_rotation(environment);
    if (named) {
        settle_clear_name(database);
    } else if (was_clear) {
        wipe_file(former.get(), database);
    }
}

}  // namespace

bool database_opens(const fs::path& path, const sync::Key32& key) {
    const cipher::PageKeys keys{key};
    const FileHandle file = FileHandle::open_to_read(path);
    sync::Array<cipher::page_size> stored{};
    sync::Array<cipher::page_size> plain{};
    for (std::uint32_t number = 1; number <= tried; ++number) {
        const std::uint64_t offset = std::uint64_t{number - 1} * cipher::page_size;
        if (read_at(file, stored, offset) != stored.size()) break;
        if (keys.open_page(stored, number, plain)) return true;
    }
    return log_opens(beside(path, "-wal"), keys);
}

bool is_under(const fs::path& path, const KeyringSecrets& secrets) {
    if (!fs::exists(path) || fs::file_size(path) < cipher::page_size) return true;
    if (in_clear(path)) return !secrets.data_key;
    return (secrets.data_key && database_opens(path, *secrets.data_key)) ||
           (secrets.next_data_key && database_opens(path, *secrets.next_data_key));
}

void settle_data_key(const fs::path& database, Keyring& keyring, Environment& environment) {
    remove_copy(beside(database, ".new"));
    const auto size = fs::exists(database) ? fs::file_size(database) : 0;
    if (size < cipher::page_size) {
        throw Failure{Error::database_damaged, Detail::path, database.string()};
    }
    const KeyringSecrets& secrets = keyring.secrets();
    const bool clear = in_clear(database);
    const bool present =
        secrets.data_key ? !clear && database_opens(database, *secrets.data_key) : clear;
    if (secrets.next_data_key) {
        if (!clear && database_opens(database, *secrets.next_data_key)) {
            // The rename that brought it here must last before the former key is forgotten.
            sync_folder(database.parent_path());
            keyring.finish_rotation(environment);
            return settle_clear_name(database);
        }
        if (present) keyring.abandon_rotation(environment);
    }
    if (!present) {
        throw Failure{clear ? Error::database_in_clear : Error::database_not_ours, Detail::path,
                      database.string()};
    }
    settle_clear_name(database);
    if (clear) move(database, keyring, environment);
}

void rotate_data_key(const fs::path& database, Keyring& keyring, Environment& environment) {
    move(database, keyring, environment);
}

}  // namespace jiuying::node
