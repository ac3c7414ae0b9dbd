#include "node/folder/data_key.hpp"

#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "node/storage/cipher_vfs.hpp"
#include "node/store/database_copy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <vector>

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

/// Overwrites what a file held, through a handle that outlives its name. On an SSD the former
/// blocks may still exist somewhere; then only encryption of the whole disk would have helped.
void overwrite(const FileHandle& file) {
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return;
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    const std::vector<std::uint8_t> zeros(1U << 20U);
    for (std::uint64_t at = 0; at < size; at += zeros.size()) {
        const std::size_t part = std::min<std::uint64_t>(zeros.size(), size - at);
        if (::pwrite(file.get(), zeros.data(), part, static_cast<off_t>(at)) < 0) return;
    }
    (void)::fsync(file.get());
}

void copy_under(const fs::path& database, const std::optional<sync::Key32>& from_key,
                const fs::path& copy, const sync::Key32& to_key, Environment& environment) {
    const auto random = [&](std::span<std::uint8_t> out) { environment.random(out); };
    std::optional<CipherVfs> from_vfs;
    if (from_key) from_vfs.emplace(*from_key, random);
    const CipherVfs to_vfs{to_key, random};
    sqlite::OpenOptions options;
    options.create = false;
    options.vfs = from_vfs ? from_vfs->name() : nullptr;
    sqlite::Database from = sqlite::Database::open(database, options);
    if (!from_key) sqlite::reserve_page_ends(from, int{cipher::reserved_size});
    if (!from.checkpoint()) throw Failure{Error::database_busy};
    options.create = true;
    options.vfs = to_vfs.name();
    sqlite::Database to = sqlite::Database::open(copy, options);
    sqlite::copy_pages(from, to);
    sqlite::succeed_file(to, environment.file_identity(database.string()),
                         environment.file_identity(copy.string()));
    if (!sqlite::check_integrity(to).empty()) throw Failure{Error::database_damaged};
    if (!to.checkpoint()) throw Failure{Error::database_busy};
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
    try {
        copy_under(database, keyring.secrets().data_key, copy, *keyring.secrets().next_data_key,
                   environment);
        // Both were closed by their last connection, which leaves no log behind. One that stayed
        // would be beside a database that it does not belong to.
        for (const char* left : {"-wal", "-shm"}) fs::remove(beside(database, left));
        sync_folder(database.parent_path());
        if (std::rename(copy.c_str(), database.c_str()) != 0) throw_errno("renaming", database);
    } catch (...) {
        remove_copy(copy);
        keyring.abandon_rotation(environment);
        throw;
    }
    sync_folder(database.parent_path());
    keyring.finish_rotation(environment);
    if (was_clear) overwrite(former);
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
            return keyring.finish_rotation(environment);
        }
        if (present) keyring.abandon_rotation(environment);
    }
    if (!present) {
        throw Failure{clear ? Error::database_in_clear : Error::database_not_ours, Detail::path,
                      database.string()};
    }
    if (clear) move(database, keyring, environment);
}

void rotate_data_key(const fs::path& database, Keyring& keyring, Environment& environment) {
    move(database, keyring, environment);
}

}  // namespace jiuying::node
