#include "node/folder/clear_files.hpp"

#include "node/base/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

fs::path beside(fs::path path, const char* suffix) { return path += suffix; }
fs::path second_name(const fs::path& database) { return beside(database, ".clear"); }

FileHandle open_to_write(const fs::path& path) {
    FileHandle file{::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (file.get() < 0) throw_errno("opening", path);
    return file;
}

void write_zeros(int descriptor, const fs::path& name, std::uint64_t from, std::uint64_t to) {
    const std::vector<std::uint8_t> zeros(std::min<std::uint64_t>(1U << 20U, to - from));
    while (from < to) {
        const std::size_t part = std::min<std::uint64_t>(zeros.size(), to - from);
        const ssize_t written = ::pwrite(descriptor, zeros.data(), part, static_cast<off_t>(from));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) throw_errno("wiping", name);
        from += static_cast<std::uint64_t>(written);
    }
    if (::fsync(descriptor) != 0) throw_errno("wiping", name);
}

std::uint64_t size_of(int descriptor, const fs::path& name) {
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0) throw_errno("wiping", name);
    return static_cast<std::uint64_t>(facts.st_size);
}

/// SQLite's log begins with 32 bytes without which it is not read.
constexpr std::uint64_t log_header_bytes = 32;

}  // namespace

void wipe_file(int descriptor, const fs::path& name, std::uint64_t offset) {
    const std::uint64_t size = size_of(descriptor, name);
    if (offset < size) write_zeros(descriptor, name, offset, size);
}

bool settle_clear_log(sqlite::Database& db, int descriptor, const fs::path& database) {
    // Closing would remove the log as it is.
    const int kept = sqlite3_db_config(&db.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (kept != SQLITE_OK) throw sqlite::Error{kept, 0, "configuring"};
    // A database that became smaller has pages behind its end that the checkpoint would cut off.
    db.sync_log();
    const auto pages = db.prepare("PRAGMA page_count").one<std::uint64_t>();
    const auto page_bytes = db.prepare("PRAGMA page_size").one<std::uint64_t>();
    wipe_file(descriptor, database, pages * page_bytes);
    int frames = 0;
    int moved = 0;
    const int result =
        sqlite3_wal_checkpoint_v2(&db.handle(), nullptr, SQLITE_CHECKPOINT_FULL, &frames, &moved);
    if ((result & 0xFF) == SQLITE_BUSY || frames != moved) return false;
    if (result != SQLITE_OK) throw sqlite::Error{result, 0, "checkpoint"};
    return true;
}

void wipe_clear_log(const fs::path& database) {
    const fs::path log = beside(database, "-wal");
    if (fs::exists(log)) {
        const FileHandle file = open_to_write(log);
        const std::uint64_t size = size_of(file.get(), log);
        // Its beginning first: a log of which only the end is missing would be read, and would put
        // older pages in the place of the present ones.
        const std::uint64_t header = std::min(size, log_header_bytes);
        write_zeros(file.get(), log, 0, header);
        write_zeros(file.get(), log, header, size);
        fs::remove(log);
    }
    fs::remove(beside(database, "-shm"));
    sync_folder(database.parent_path());
}

bool keep_clear_name(const fs::path& database) {
    fs::remove(second_name(database));
    if (::link(database.c_str(), second_name(database).c_str()) != 0) return false;
    sync_folder(database.parent_path());
    return true;
}

void settle_clear_name(const fs::path& database) {
    const fs::path name = second_name(database);
    const fs::file_status found = fs::symlink_status(name);
    if (!fs::exists(found)) return;
    if (fs::is_regular_file(found) && !fs::equivalent(name, database)) {
        wipe_file(open_to_write(name).get(), name);
    }
    fs::remove(name);
    sync_folder(database.parent_path());
}

}  // namespace jiuying::node
