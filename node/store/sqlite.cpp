#include "node/store/sqlite.hpp"

#include "node/storage/cipher_vfs.hpp"
#include "node/store/sqlite_process.hpp"

#include <cerrno>

#include <sys/resource.h>

namespace jiuying::node::sqlite {
namespace {

std::string describe(int extended, const std::string& attempted, std::string_view detail) {
    std::string text = "database: " + attempted + ": " + sqlite3_errstr(extended) + " (" +
                       std::to_string(extended) + ")";
    if (!detail.empty()) text.append(": ").append(detail);
    return text;
}

/// Long statements made from the registry are recognised by their beginning.
std::string shortened(std::string_view sql) {
    constexpr std::size_t enough = 160;
    return sql.size() <= enough ? std::string{sql} : std::string{sql.substr(0, enough)} + "...";
}

[[noreturn]] void throw_last(sqlite3* db, int result, const std::string& attempted,
                             std::string_view detail = {}) {
    // The connection knows more than the result, unless it failed before it existed.
    const int extended = db != nullptr && (sqlite3_extended_errcode(db) & 0xFF) == (result & 0xFF)
                             ? sqlite3_extended_errcode(db)
                             : result;
    throw Error{extended, db != nullptr ? sqlite3_system_errno(db) : 0, attempted, detail};
}

bool files_are_limited() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

/// What an encrypted database needs before its first page is made: room for nonces and tags, and a
/// journal that is not on the disk. There is nobody yet who could see half of that page.
void prepare_encrypted(Database& db) {
    int reserve = 0;
    const bool encrypted = sqlite3_file_control(&db.handle(), "main", CipherVfs::control_reserve,
                                                &reserve) == SQLITE_OK;
    if (!encrypted || Statement{db.handle(), "PRAGMA page_count"}.one<int>() != 0) return;
    sqlite3_file_control(&db.handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    db.execute("PRAGMA journal_mode=MEMORY");
}

}  // namespace

Error::Error(int extended, int system, const std::string& attempted, std::string_view detail)
    : std::runtime_error(describe(extended, attempted, detail)),
      extended_(extended),
      system_(system) {}

bool Error::is_full() const {
    const bool io_without_room = code() == SQLITE_IOERR && (system_ == ENOSPC || system_ == EDQUOT);
    // Where files may not grow beyond a limit (ulimit -f), a refused write means just that, also of
    // what connections share; the reason that the system gave is often overwritten by then.
    const bool grows = extended_ == SQLITE_IOERR_WRITE || extended_ == SQLITE_IOERR_SHMSIZE;
    const bool io_beyond_limit = grows && files_are_limited();
    return code() == SQLITE_FULL || io_without_room || io_beyond_limit;
}

bool Error::is_corrupt() const {
    // Our statements are right by our tables: what SQLite can't make anything of, such as an index
    // of words that doesn't open, is not what was made.
    return code() == SQLITE_CORRUPT || code() == SQLITE_ERROR || extended_ == SQLITE_IOERR_DATA ||
           extended_ == SQLITE_IOERR_CORRUPTFS || code() == SQLITE_MISMATCH;
}

bool Error::is_busy() const { return code() == SQLITE_BUSY || code() == SQLITE_LOCKED; }

TooNew::TooNew(int found, int known)
    : std::runtime_error("database: its version " + std::to_string(found) +
                         " is newer than this program's " + std::to_string(known)),
      found_(found),
      known_(known) {}

void throw_mismatch(sqlite3_stmt& statement, int column) {
    throw Error{SQLITE_MISMATCH, 0, shortened(sqlite3_sql(&statement)),
                "column " + std::to_string(column + 1) + " holds another type"};
}

int Cell<AnyCell>::store(sqlite3_stmt& statement, int position, const AnyCell& value) {
    return std::visit(
        [&]<class T>(const T& held) {
            if constexpr (std::is_same_v<T, std::monostate>) {
                return sqlite3_bind_null(&statement, position);
            } else {
                return Cell<T>::store(statement, position, held);
            }
        },
        value);
}

AnyCell Cell<AnyCell>::load(sqlite3_stmt& statement, int column) {
    switch (sqlite3_column_type(&statement, column)) {
        case SQLITE_NULL: return std::monostate{};
        case SQLITE_INTEGER: return Cell<std::int64_t>::load(statement, column);
        case SQLITE_TEXT: return Cell<std::string>::load(statement, column);
        case SQLITE_BLOB: return Cell<std::vector<std::uint8_t>>::load(statement, column);
        default: throw_mismatch(statement, column);  // A fraction: nothing of ours writes one.
    }
}

Statement::Statement(sqlite3& db, std::string_view sql, bool persistent) {
    sqlite3_stmt* handle = nullptr;
    const char* tail = nullptr;
    const int result =
        sqlite3_prepare_v3(&db, sql.data(), static_cast<int>(sql.size()),
                           persistent ? SQLITE_PREPARE_PERSISTENT : 0U, &handle, &tail);
    handle_.reset(handle);
    // Nothing is bound yet, so SQLite's message can only quote our own SQL.
    if (result != SQLITE_OK) throw_last(&db, result, shortened(sql), sqlite3_errmsg(&db));
    JY_ASSERT(handle != nullptr);                // Not an empty text,
    JY_ASSERT(tail == sql.data() + sql.size());  // and not several statements.
    parameter_count_ = sqlite3_bind_parameter_count(handle);
    column_count_ = sqlite3_column_count(handle);
}

void Statement::throw_error(int result) const {
    sqlite3* db = sqlite3_db_handle(handle_.get());
    // SQLite's own message may quote a value (a search, say); that of a constraint names columns.
    const std::string detail = (result & 0xFF) == SQLITE_CONSTRAINT ? sqlite3_errmsg(db) : "";
    throw_last(db, result, shortened(sql()), detail);
}

void Statement::throw_no_row() const {
    throw Error{SQLITE_MISMATCH, 0, shortened(sql()), "there is no row"};
}

void remove_database(const std::string& path, const char* vfs) {
    set_up_process();  // Looking for a VFS starts SQLite up, and then nothing can be set any more.
    sqlite3_vfs* disk = sqlite3_vfs_find(vfs);
    if (disk == nullptr) return;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        (void)disk->xDelete(disk, (path + suffix).c_str(), 0);
    }
}

Database Database::open(const std::filesystem::path& file, const OpenOptions& options) {
    set_up_process();
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (options.read_only) {
        flags |= SQLITE_OPEN_READONLY;
    } else {
        flags |= SQLITE_OPEN_READWRITE | (options.create ? SQLITE_OPEN_CREATE : 0);
    }
    sqlite3* handle = nullptr;
    const int result = sqlite3_open_v2(file.c_str(), &handle, flags, options.vfs);
    Database db{handle};  // SQLite gives a connection even when it fails.
    if (result != SQLITE_OK) throw_last(handle, result, "opening");
    db.set_up(options, file == ":memory:");
    return db;
}

void Database::set_up(const OpenOptions& options, bool in_memory) {
    sqlite3* db = handle_.get();
    sqlite3_busy_timeout(db, options.busy_timeout_ms);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    const auto configure = [db](int option, int on) {
        const int result = sqlite3_db_config(db, option, on, nullptr);
        if (result != SQLITE_OK) throw_last(db, result, "configuring");
    };
    configure(SQLITE_DBCONFIG_DEFENSIVE, 1);
    configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
    configure(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
    configure(SQLITE_DBCONFIG_ENABLE_FKEY, 1);
    execute(
        "PRAGMA mmap_size=0;"
        "PRAGMA temp_store=MEMORY;"
        "PRAGMA cell_size_check=ON;"
        "PRAGMA synchronous=FULL;"
        "PRAGMA secure_delete=FAST;");
    execute(("PRAGMA cache_size=-" + std::to_string(options.cache_kib)).c_str());
    // Before the first access in WAL mode, or the shared memory file is made.
    if (options.exclusive) execute("PRAGMA locking_mode=EXCLUSIVE");
    if (options.read_only || in_memory) return;
    // Only of a file that is made now: it can give back what is taken out of it.
    prepare_encrypted(*this);
    if (options.create) execute("PRAGMA auto_vacuum=INCREMENTAL");
    // To its end: a new file is written only behind the row that says "wal".
    std::string mode;
    Statement{*db, "PRAGMA journal_mode=WAL"}.each<std::string>(
        [&](std::string now) { mode = std::move(now); });
    if (mode != "wal") throw Error{SQLITE_CANTOPEN, 0, "opening", "write-ahead log refused"};
    sqlite3_wal_autocheckpoint(db, options.wal_autocheckpoint_pages);
}

Statement& Database::prepare_and_keep(const char* sql) {
    return cache_.emplace(sql, Statement{*handle_, sql, true}).first->second;
}

void Database::execute(const char* sql) {
    const int result = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) {
        throw_last(handle_.get(), result, shortened(sql), sqlite3_errmsg(handle_.get()));
    }
}

bool Database::checkpoint() {
    const int result = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                                 nullptr, nullptr);
    if ((result & 0xFF) == SQLITE_BUSY) return false;
    if (result != SQLITE_OK) throw_last(handle_.get(), result, "checkpoint");
    return true;
}

void Database::sync_log() {
    sqlite3_file* log = nullptr;
    sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log == nullptr || log->pMethods == nullptr) return;  // Nothing was ever written to it.
    const int result = log->pMethods->xSync(log, SQLITE_SYNC_FULL);
    if (result != SQLITE_OK) throw Error{result, 0, "syncing the write-ahead log"};
}

Transaction::Transaction(Database& db, Kind kind) : db_(db) {
    JY_ASSERT(!db.in_transaction());
    if (kind == Kind::write) {
        db_.statement("BEGIN IMMEDIATE").run();
    } else {
        db_.statement("BEGIN").run();
    }
}

Transaction::~Transaction() {
    // After some failures (disk full, I/O) SQLite has rolled back by itself.
    if (!open_ || !db_.in_transaction()) return;
    try {
        db_.statement("ROLLBACK").run();
    } catch (const Error&) {
        // Nothing was committed; what could not be undone now is undone at the next open.
    }
}

void Transaction::commit() {
    JY_ASSERT(open_);
    db_.statement("COMMIT").run();
    open_ = false;
}

int schema_version(Database& db) {
    return Statement{db.handle(), "PRAGMA user_version"}.one<int>();
}

int migrate(Database& db, std::span<const Migration> all) {
    const int known = static_cast<int>(all.size());
    const int found = schema_version(db);
    if (found > known) throw TooNew{found, known};
    int steps = 0;
    for (int version = 1; version <= known; ++version) {
        const Migration& next = all[static_cast<std::size_t>(version - 1)];
        JY_ASSERT(next.version == version);
        if (version <= found) continue;
        Transaction transaction{db};
        if (schema_version(db) >= version) continue;  // Another process was quicker.
        next.apply(db);
        db.execute(("PRAGMA user_version=" + std::to_string(version)).c_str());
        transaction.commit();
        ++steps;
    }
    return steps;
}

std::vector<std::string> check_integrity(Database& db, Depth depth) {
    std::vector<std::string> problems;
    try {
        Statement check{db.handle(), depth == Depth::quick ? "PRAGMA quick_check(20)"
                                                           : "PRAGMA integrity_check(20)"};
        check.each<std::string>([&](std::string line) {
            if (line != "ok") problems.push_back(std::move(line));
        });
    } catch (const Error& error) {
        if (!error.is_corrupt() && !error.is_notadb()) throw;
        problems.emplace_back(error.what());
    }
    return problems;
}

}  // namespace jiuying::node::sqlite
