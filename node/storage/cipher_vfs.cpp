#include "node/storage/cipher_vfs.hpp"

#include "node/storage/cipher_log_check.hpp"
#include "node/store/sqlite_process.hpp"
#include "schema/assert.hpp"

#include <atomic>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jiuying::node {
namespace {

using cipher::DatabaseFile;
using cipher::LogFile;
using cipher::OpenFile;
using cipher::Shared;

/// What SQLite holds of an open file: its own part first, ours, and then the file below.
struct Handle {
    sqlite3_file base;
    OpenFile* file;
    DatabaseFile* database;  ///< Null for a log.
};
constexpr std::size_t handle_size = (sizeof(Handle) + 15) / 16 * 16;

Handle& handle(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
OpenFile& opened(sqlite3_file* file) { return *handle(file).file; }
sqlite3_file* below(sqlite3_file* file) { return opened(file).below().get(); }
Shared& shared_of(sqlite3_vfs* vfs) { return *static_cast<Shared*>(vfs->pAppData); }
sqlite3_vfs* below(sqlite3_vfs* vfs) { return shared_of(vfs).below; }

/// SQLite is written in C: what is thrown may not pass through it, or its locks and its memory stay
/// as they were half-way. Everything that SQLite calls is noexcept, and what may throw stands here.
template <class Work>
int walled(int code, Work&& work) noexcept {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return SQLITE_IOERR_NOMEM;
    } catch (...) {
        return code;
    }
}

int close_file(sqlite3_file* file) noexcept {
    const int finished = walled(SQLITE_IOERR_CLOSE, [&] { return opened(file).finish(); });
    sqlite3_file* const under = below(file);
    delete handle(file).file;
    const int closed = under->pMethods->xClose(under);
    return finished != SQLITE_OK ? finished : closed;
}

int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) noexcept {
    const std::span bytes{static_cast<std::uint8_t*>(into), static_cast<std::size_t>(size)};
    return walled(SQLITE_IOERR_READ, [&] { return opened(file).read(bytes, offset); });
}

int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) noexcept {
    const sync::View bytes{static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(size)};
    return walled(SQLITE_IOERR_WRITE, [&] { return opened(file).write(bytes, offset); });
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) noexcept {
    return walled(SQLITE_IOERR_TRUNCATE, [&] { return opened(file).truncate(size); });
}

int sync_file(sqlite3_file* file, int flags) noexcept {
    return walled(SQLITE_IOERR_FSYNC, [&] { return opened(file).sync(flags); });
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) noexcept {
    return below(file)->pMethods->xFileSize(below(file), size);
}

int lock_file(sqlite3_file* file, int level) noexcept {
    return below(file)->pMethods->xLock(below(file), level);
}

int unlock_file(sqlite3_file* file, int level) noexcept {
    return below(file)->pMethods->xUnlock(below(file), level);
}

int is_reserved(sqlite3_file* file, int* reserved) noexcept {
    return below(file)->pMethods->xCheckReservedLock(below(file), reserved);
}

int refuse_pragma(char** arguments, const char* why) {
    arguments[0] = sqlite3_mprintf("%s", why);
    return SQLITE_ERROR;
}

/// Settings that would leave the one way in which we keep databases.
int judge_pragma(sqlite3_file* file, char** arguments) {
    const std::string_view name = arguments[1];
    const std::string_view value = arguments[2] == nullptr ? "" : arguments[2];
    if (value.empty()) return SQLITE_NOTFOUND;
    if (sqlite3_stricmp(name.data(), "page_size") == 0 && value != "4096") {
        return refuse_pragma(arguments, "an encrypted database has pages of 4096 bytes");
    }
    if (sqlite3_stricmp(name.data(), "journal_mode") != 0) return SQLITE_NOTFOUND;
    std::int64_t size = 0;
    const int result = opened(file).below().size(size);
    if (result != SQLITE_OK) return result;
    // Until its first page is there it is made without a journal on the disk.
    const bool making = size == 0 && sqlite3_stricmp(value.data(), "memory") == 0;
    if (making || sqlite3_stricmp(value.data(), "wal") == 0) return SQLITE_NOTFOUND;
    return refuse_pragma(arguments, "an encrypted database has a write-ahead log only");
}

int control_file(sqlite3_file* file, int what, void* argument) noexcept {
    if (handle(file).database != nullptr) {
        if (what == CipherVfs::control_reserve) {
            *static_cast<int*>(argument) = int{cipher::reserved_size};
            return SQLITE_OK;
        }
        if (what == SQLITE_FCNTL_PRAGMA) {
            const int judged = walled(
                SQLITE_IOERR, [&] { return judge_pragma(file, static_cast<char**>(argument)); });
            if (judged != SQLITE_NOTFOUND) return judged;
        }
    }
    // They would let the file below grow by bytes that are no pages.
    if (what == SQLITE_FCNTL_SIZE_HINT || what == SQLITE_FCNTL_CHUNK_SIZE) return SQLITE_OK;
    return below(file)->pMethods->xFileControl(below(file), what, argument);
}

int sector_size(sqlite3_file* file) noexcept {
    return below(file)->pMethods->xSectorSize(below(file));
}

/// Of what the file below may promise only what still holds; and a write that is cut off must leave
/// its neighbours alone, or SQLite would split and pad what it writes into the log.
int characteristics(sqlite3_file* file) noexcept {
    constexpr int kept = SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN;
    const int promised = below(file)->pMethods->xDeviceCharacteristics(below(file));
    return (promised & kept) | SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_shared(sqlite3_file* file, int region, int size, int extend,
               void volatile** memory) noexcept {
    return below(file)->pMethods->xShmMap(below(file), region, size, extend, memory);
}

/// What other connections are told by way of the shared memory must be in the log before.
int lock_shared(sqlite3_file* file, int offset, int count, int flags) noexcept {
    if (LogFile* log = handle(file).database->log; log != nullptr) {
        const int flushed = walled(SQLITE_IOERR_SHMLOCK, [&] { return log->flush(); });
        if (flushed != SQLITE_OK) return flushed;
        if ((flags & SQLITE_SHM_EXCLUSIVE) != 0) log->forget_place();
    }
    const int result = below(file)->pMethods->xShmLock(below(file), offset, count, flags);
    const bool taken = (flags & SQLITE_SHM_LOCK) != 0;
    if (result == SQLITE_OK) {
        const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
        handle(file).database->note_lock(offset, count, exclusive, taken);
    }
    return result;
}

void shared_barrier(sqlite3_file* file) noexcept {
    if (LogFile* log = handle(file).database->log; log != nullptr) {
        log->fail_later(walled(SQLITE_IOERR_WRITE, [&] { return log->flush(); }));
    }
    below(file)->pMethods->xShmBarrier(below(file));
}

int unmap_shared(sqlite3_file* file, int remove) noexcept {
    return below(file)->pMethods->xShmUnmap(below(file), remove);
}

/// Version 2: without xFetch nothing is mapped into memory past us.
constexpr sqlite3_io_methods methods{
    2,
    close_file,
    read_file,
    write_file,
    truncate_file,
    sync_file,
    size_of_file,
    lock_file,
    unlock_file,
    is_reserved,
    control_file,
    sector_size,
    characteristics,
    map_shared,
    lock_shared,
    shared_barrier,
    unmap_shared,
    nullptr,
    nullptr,
};

/// Opens what xOpen was asked for, in the memory behind the handle.
class Opening {
public:
    Opening(Shared& shared, sqlite3_file* file)
        : shared_(shared),
          file_(file),
          under_(reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + handle_size)) {}

    int open(const char* name, int flags, int* flags_out) noexcept {
        file_->pMethods = nullptr;
        under_->pMethods = nullptr;
        const int result =
            walled(SQLITE_CANTOPEN, [&] { return open_both(name, flags, flags_out); });
        if (result != SQLITE_OK && under_->pMethods != nullptr) under_->pMethods->xClose(under_);
        return result;
    }

private:
    int open_both(const char* name, int flags, int* flags_out) {
        const bool is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
        if (name == nullptr || !(is_database || (flags & SQLITE_OPEN_WAL) != 0)) {
            ++shared_.refused;
            return SQLITE_CANTOPEN;
        }
        int given = flags;
        const int result = shared_.below->xOpen(shared_.below, name, under_, flags, &given);
        if (result != SQLITE_OK) return result;
        if (flags_out != nullptr) *flags_out = given;
        const int checked = is_database ? check_database(name) : check_wal(name, given);
        if (checked != SQLITE_OK) return checked;
        auto* mine = new (file_) Handle{{nullptr}, nullptr, nullptr};
        if (is_database) {
            mine->database = new DatabaseFile(shared_, under_);
            mine->file = mine->database;
        } else {
            mine->file = new LogFile(shared_, under_, database_of(name));
        }
        mine->base.pMethods = &methods;
        return SQLITE_OK;
    }

    /// A log belongs to the database that SQLite opened before, through this VFS.
    static DatabaseFile& database_of(const char* log_name) {
        sqlite3_file* const database = sqlite3_database_file_object(log_name);
        JY_ASSERT(database != nullptr && database->pMethods == &methods);
        return *handle(database).database;
    }

    /// SQLite takes an empty file for a new database and removes its log; if there is anything in
    /// that log, the file was emptied.
    int check_database(const char* name) {
        std::int64_t size = 0;
        const cipher::FileBelow database{under_};
        if (const int result = database.size(size); result != SQLITE_OK) return result;
        if (size != 0) return SQLITE_OK;
        std::string log_name = std::string{name} + "-wal";
        int there = 0;
        const int asked =
            shared_.below->xAccess(shared_.below, log_name.c_str(), SQLITE_ACCESS_EXISTS, &there);
        if (asked != SQLITE_OK || there == 0) return asked;
        log_name.append(3, '\0');  // SQLite's form of a name: parameters could follow.
        std::vector<std::max_align_t> memory(
            static_cast<std::size_t>(shared_.below->szOsFile) / sizeof(std::max_align_t) + 1);
        auto* const log = reinterpret_cast<sqlite3_file*>(memory.data());
        const int opened = shared_.below->xOpen(shared_.below, log_name.c_str(), log,
                                                SQLITE_OPEN_WAL | SQLITE_OPEN_READONLY, nullptr);
        if (opened != SQLITE_OK) return opened;
        const int result = cipher::FileBelow{log}.size(size);
        log->pMethods->xClose(log);
        if (result != SQLITE_OK) return result;
        const bool begun = size > std::int64_t{cipher::log_header_size};
        return begun ? shared_.damaged(cipher::Damage::log) : SQLITE_OK;
    }

    int check_wal(const char* name, int flags) {
        std::int64_t size = 0;
        const cipher::FileBelow log{under_};
        if (const int result = log.size(size); result != SQLITE_OK) return result;
        if (size <= std::int64_t{cipher::log_header_size}) return SQLITE_OK;
        // A process that was killed may have written what it had no time to sync. What is told of
        // it, and what is written behind it, needs it to stay.
        if ((flags & SQLITE_OPEN_READONLY) == 0) {
            const int synced = under_->pMethods->xSync(under_, SQLITE_SYNC_FULL);
            if (synced != SQLITE_OK) return synced;
        }
        const int checked = check_log(shared_.keys, log, database_of(name).below());
        return checked == SQLITE_IOERR_DATA ? shared_.damaged(cipher::Damage::log) : checked;
    }

    Shared& shared_;
    sqlite3_file* file_;
    sqlite3_file* under_;
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags,
              int* flags_out) noexcept {
    return Opening{shared_of(vfs), file}.open(name, flags, flags_out);
}

int delete_file(sqlite3_vfs* vfs, const char* name, int durably) noexcept {
    return below(vfs)->xDelete(below(vfs), name, durably);
}

/// There is never a rollback journal; one that somebody put there is not looked at.
int access_file(sqlite3_vfs* vfs, const char* name, int flags, int* there) noexcept {
    if (std::string_view{name}.ends_with("-journal")) {
        *there = 0;
        return SQLITE_OK;
    }
    return below(vfs)->xAccess(below(vfs), name, flags, there);
}

int full_name(sqlite3_vfs* vfs, const char* name, int size, char* full) noexcept {
    return below(vfs)->xFullPathname(below(vfs), name, size, full);
}

/// Extensions are not loaded.
void* open_library(sqlite3_vfs*, const char*) noexcept { return nullptr; }
void library_error(sqlite3_vfs*, int size, char* text) noexcept {
    sqlite3_snprintf(size, text, "extensions are not loaded");
}
using Symbol = void (*)();
Symbol library_symbol(sqlite3_vfs*, void*, const char*) noexcept { return nullptr; }
void close_library(sqlite3_vfs*, void*) noexcept {}

int randomness(sqlite3_vfs* vfs, int size, char* into) noexcept {
    return below(vfs)->xRandomness(below(vfs), size, into);
}

int sleep_for(sqlite3_vfs* vfs, int microseconds) noexcept {
    return below(vfs)->xSleep(below(vfs), microseconds);
}

int current_time(sqlite3_vfs* vfs, double* days) noexcept {
    sqlite3_int64 milliseconds = 0;
    const int result = below(vfs)->xCurrentTimeInt64(below(vfs), &milliseconds);
    *days = static_cast<double>(milliseconds) / 86'400'000.0;
    return result;
}

int current_time_64(sqlite3_vfs* vfs, sqlite3_int64* milliseconds) noexcept {
    return below(vfs)->xCurrentTimeInt64(below(vfs), milliseconds);
}

int last_error(sqlite3_vfs* vfs, int size, char* text) noexcept {
    return below(vfs)->xGetLastError(below(vfs), size, text);
}

}  // namespace

CipherVfs::CipherVfs(const sync::Key32& data_key, Random random, const char* below, bool as_default)
    : shared_(data_key, std::move(random)) {
    sqlite::set_up_process();
    static std::atomic<unsigned> made{0};
    name_ = "jiuying-cipher-" + std::to_string(++made);
    shared_.below = sqlite3_vfs_find(below);
    JY_ASSERT(shared_.below != nullptr && shared_.below->iVersion >= 2);
    vfs_.iVersion = 2;
    vfs_.szOsFile = static_cast<int>(handle_size) + shared_.below->szOsFile;
    vfs_.mxPathname = shared_.below->mxPathname;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = &shared_;
    vfs_.xOpen = open_file;
    vfs_.xDelete = delete_file;
    vfs_.xAccess = access_file;
    vfs_.xFullPathname = full_name;
    vfs_.xDlOpen = open_library;
    vfs_.xDlError = library_error;
    vfs_.xDlSym = library_symbol;
    vfs_.xDlClose = close_library;
    vfs_.xRandomness = randomness;
    vfs_.xSleep = sleep_for;
    vfs_.xCurrentTime = current_time;
    vfs_.xGetLastError = last_error;
    vfs_.xCurrentTimeInt64 = current_time_64;
    const int result = sqlite3_vfs_register(&vfs_, as_default ? 1 : 0);
    JY_ASSERT(result == SQLITE_OK);
}

bool CipherVfs::on_system_disk(const char* vfs) {
    sqlite3_vfs* const found = vfs == nullptr ? nullptr : sqlite3_vfs_find(vfs);
    return found != nullptr && found->xOpen == open_file &&
           std::string_view{below(found)->zName}.starts_with("unix");
}

const char* CipherVfs::under(const char* vfs) {
    sqlite3_vfs* const found = vfs == nullptr ? nullptr : sqlite3_vfs_find(vfs);
    return found != nullptr && found->xOpen == open_file ? below(found)->zName : nullptr;
}

CipherVfs::~CipherVfs() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace jiuying::node
