#include "tests/support/fault_vfs.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace jiuying::test {
namespace {

/// What SQLite holds of an open file. Its first member is SQLite's own part.
struct Handle {
    sqlite3_file base;
    FaultDisk* disk;
    FaultDisk::FilePtr file;
    std::string name;
    bool goes_at_close;
    bool is_database;
    bool syncs_names;  ///< Journals and logs: SQLite also syncs the folder for them.
};

Handle& handle(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
FaultDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<FaultDisk*>(vfs->pAppData); }

int close_file(sqlite3_file* file) {
    Handle& open = handle(file);
    open.disk->close();
    if (open.is_database) --open.file->open_databases;
    if (open.goes_at_close && !open.name.empty()) (void)open.disk->remove(open.name, false);
    open.~Handle();
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    return handle(file).disk->read(
        *handle(file).file, {static_cast<std::uint8_t*>(into), static_cast<std::size_t>(size)},
        static_cast<std::uint64_t>(offset));
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    return handle(file).disk->write(
        *handle(file).file,
        {static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)},
        static_cast<std::uint64_t>(offset));
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    return handle(file).disk->truncate(*handle(file).file, static_cast<std::uint64_t>(size));
}

int sync_file(sqlite3_file* file, int) {
    return handle(file).disk->sync(*handle(file).file, handle(file).syncs_names);
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    if (handle(file).disk->dead()) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(handle(file).file->now.size());
    return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int) {
    return handle(file).disk->dead() ? SQLITE_IOERR_LOCK : SQLITE_OK;
}

int unlock_file(sqlite3_file*, int) { return SQLITE_OK; }

int is_reserved(sqlite3_file*, int* reserved) {
    *reserved = 0;
    return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
    auto& regions = handle(file).file->shared_memory;
    *memory = nullptr;
    const auto wanted = static_cast<std::size_t>(region) + 1;
    if (regions.size() < wanted && extend == 0) return SQLITE_OK;
    while (regions.size() < wanted) {
        regions.push_back(
            std::make_unique<FaultDisk::Bytes>(static_cast<std::size_t>(size), std::uint8_t{0}));
    }
    *memory = regions[wanted - 1]->data();
    return SQLITE_OK;
}

int lock_shared(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void shared_barrier(sqlite3_file*) {}

int unmap_shared(sqlite3_file* file, int) {
    handle(file).file->shared_memory.clear();
    return SQLITE_OK;
}

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

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    FaultDisk& disk = disk_of(vfs);
    auto* open = new (file) Handle{{nullptr},
                                   &disk,
                                   nullptr,
                                   name == nullptr ? std::string() : std::string(name),
                                   (flags & SQLITE_OPEN_DELETEONCLOSE) != 0,
                                   (flags & SQLITE_OPEN_MAIN_DB) != 0,
                                   (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0};
    int result = disk.open(open->name, (flags & SQLITE_OPEN_CREATE) != 0,
                           (flags & SQLITE_OPEN_EXCLUSIVE) != 0, open->file);
    if (result == SQLITE_OK && open->is_database && ++open->file->open_databases > 1) {
        --open->file->open_databases;
        disk.close();
        result = SQLITE_CANTOPEN;
    }
    if (result != SQLITE_OK) {
        open->~Handle();
        std::memset(static_cast<void*>(file), 0, sizeof(sqlite3_file));
        return result;
    }
    open->base.pMethods = &methods;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int durably) {
    return disk_of(vfs).remove(name, durably != 0);
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* there) {
    if (disk_of(vfs).dead()) return SQLITE_IOERR_ACCESS;
    *there = disk_of(vfs).exists(name) ? 1 : 0;
    return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* full) {
    const std::size_t length = std::strlen(name);
    if (length >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
    std::memcpy(full, name, length + 1);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* into) {
    std::generate_n(into, size, [&] { return static_cast<char>(disk_of(vfs).random()); });
    return size;
}

int sleep_for(sqlite3_vfs*, int microseconds) { return microseconds; }

int current_time(sqlite3_vfs*, sqlite3_int64* milliseconds) {
    *milliseconds = 2'461'367'000LL * 86'400;  // SQLite only asks for date functions.
    return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

FaultVfs::FaultVfs(FaultDisk& disk, bool as_default) {
    static int made = 0;
    name_ = "fault-" + std::to_string(++made);
    vfs_.iVersion = 2;
    vfs_.szOsFile = sizeof(Handle);
    vfs_.mxPathname = 512;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = &disk;
    vfs_.xOpen = open_file;
    vfs_.xDelete = delete_file;
    vfs_.xAccess = access_file;
    vfs_.xFullPathname = full_name;
    vfs_.xRandomness = randomness;
    vfs_.xSleep = sleep_for;
    vfs_.xGetLastError = last_error;
    vfs_.xCurrentTimeInt64 = current_time;
    const int result = sqlite3_vfs_register(&vfs_, as_default ? 1 : 0);
    JY_ASSERT(result == SQLITE_OK);
}

FaultVfs::~FaultVfs() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace jiuying::test
