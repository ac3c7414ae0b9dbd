// The encrypting VFS as SQLite meets it: what works through it, and what it refuses.
#include "tests/support/sealed_disk.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

using namespace jiuying;
using namespace jiuying::test;
using node::CipherVfs;
using node::sqlite::Database;
using node::sqlite::OpenOptions;

namespace {

namespace fs = std::filesystem;

constexpr const char* canary = "张三丰的电话是 13900001234";

/// A folder on the real disk, and an encrypting VFS over the system's.
struct Room {
    fs::path folder = fs::temp_directory_path() / ("jiuying-cipher-" + std::to_string(::getpid()));
    CipherVfs vfs{data_key(), random_of(1)};

    Room() {
        fs::remove_all(folder);
        fs::create_directories(folder);
    }
    ~Room() { fs::remove_all(folder); }
    [[nodiscard]] std::string file() const { return (folder / "node.db").string(); }
    [[nodiscard]] Database open(bool read_only = false) const { return open_by(vfs, read_only); }
    [[nodiscard]] Database open_by(const CipherVfs& by, bool read_only = false) const {
        OpenOptions options;
        options.vfs = by.name();
        options.read_only = read_only;
        return Database::open(file(), options);
    }
};

sync::Bytes bytes_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

bool holds(sync::View bytes, std::string_view text) {
    return !std::ranges::search(bytes, sync::as_view(text)).empty();
}

/// SQLite's code of what \p attempt throws; SQLITE_OK if it does not.
template <class Attempt>
int code_of(Attempt&& attempt) {
    try {
        attempt();
    } catch (const node::sqlite::Error& error) {
        return error.extended_code();
    }
    return SQLITE_OK;
}

void make_rows(Database& db) {
    db.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
    db.statement("INSERT INTO row VALUES(1, ?)").run(std::string{canary});
}

}  // namespace

TEST_CASE("nothing of a database, its log or its making is ever in clear on the disk", "[cipher]") {
    const Room room;
    {
        Database db = room.open();
        make_rows(db);
        for (const char* suffix : {"", "-wal", "-shm"}) {
            const auto bytes = bytes_of(room.file() + suffix);
            INFO(suffix << " of " << bytes.size() << " bytes");
            CHECK_FALSE(bytes.empty());
            CHECK_FALSE(holds(bytes, canary));
            CHECK_FALSE(holds(bytes, "CREATE TABLE"));
            CHECK_FALSE(holds(bytes, "SQLite format 3"));
        }
    }
    CHECK_FALSE(holds(bytes_of(room.file()), canary));
    CHECK(std::distance(fs::directory_iterator{room.folder}, {}) == 1);
    Database again = room.open();
    CHECK(again.statement("SELECT text FROM row").one<std::string>() == canary);
    CHECK(again.statement("PRAGMA journal_mode").one<std::string>() == "wal");
    CHECK(again.statement("PRAGMA page_size").one<int>() == 4096);
    CHECK(room.vfs.refused() == 0);
}

TEST_CASE("another key, and no key at all, open nothing", "[cipher]") {
    const Room room;
    {
        Database db = room.open();
        make_rows(db);
    }
    const auto before = bytes_of(room.file());
    const CipherVfs other{data_key(7), random_of(1)};
    CHECK(code_of([&] { (void)room.open_by(other).statement("SELECT * FROM row"); }) ==
          SQLITE_IOERR_DATA);
    CHECK(other.damage() == node::cipher::Damage::page);
    CHECK(code_of([&] { (void)Database::open(room.file()); }) == SQLITE_NOTADB);
    CHECK(bytes_of(room.file()) == before);
}

TEST_CASE("a database that is not encrypted is not opened through it", "[cipher]") {
    const Room room;
    {
        Database plain = Database::open(room.file());
        make_rows(plain);
    }
    const auto before = bytes_of(room.file());
    CHECK(code_of([&] { (void)room.open(); }) == SQLITE_NOTADB);
    CHECK(bytes_of(room.file()) == before);
}

TEST_CASE("no other file is opened: journals, temporary files, other databases", "[cipher]") {
    const Room room;
    Database db = room.open();
    make_rows(db);
    CHECK(code_of([&] { db.execute("ATTACH 'other.db' AS other"); }) == SQLITE_ERROR);
    CHECK(code_of([&] { db.execute("VACUUM"); }) == SQLITE_ERROR);
    CHECK(code_of([&] { db.execute("PRAGMA journal_mode=DELETE"); }) == SQLITE_ERROR);
    CHECK(code_of([&] { db.execute("PRAGMA journal_mode=MEMORY"); }) == SQLITE_ERROR);
    CHECK(code_of([&] { db.execute("PRAGMA journal_mode=OFF"); }) == SQLITE_ERROR);
    CHECK(code_of([&] { db.execute("PRAGMA page_size=8192"); }) == SQLITE_ERROR);
    CHECK(room.vfs.refused() == 0);  // None of these came as far as a file.

    // Without our settings SQLite asks for a file, and does not get it.
    db.execute("PRAGMA temp_store=FILE; PRAGMA cache_size=1");
    CHECK(code_of([&] {
              db.execute("CREATE TEMP TABLE big(text)");
              db.execute(
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)"
                  "INSERT INTO big SELECT randomblob(900) FROM n");
          }) == SQLITE_CANTOPEN);
    CHECK(room.vfs.refused() > 0);
    CHECK(db.statement("SELECT text FROM row").one<std::string>() == canary);
}

TEST_CASE("a rollback journal that somebody put there is not looked at", "[cipher]") {
    const Room room;
    {
        Database db = room.open();
        make_rows(db);
    }
    std::ofstream{room.file() + "-journal", std::ios::binary} << std::string(5000, '\xD9');
    Database db = room.open();
    CHECK(db.statement("SELECT text FROM row").one<std::string>() == canary);
    db.execute("INSERT INTO row VALUES(2, 'goes on')");
    CHECK(fs::exists(room.file() + "-journal"));
}

TEST_CASE("several connections see each other's commits and survive a checkpoint between them",
          "[cipher]") {
    const Room room;
    Database writer = room.open();
    make_rows(writer);
    Database other = room.open();
    Database reader = room.open(true);
    for (int i = 2; i <= 300; ++i) {
        Database& by = i % 3 == 0 ? other : writer;
        by.statement("INSERT INTO row VALUES(?, ?)").run(std::int64_t{i}, std::string(700, 'x'));
        if (i % 50 == 0) CHECK(other.checkpoint());
        REQUIRE(reader.statement("SELECT count(*) FROM row").one<int>() == i);
    }
    CHECK(check_integrity(reader, node::sqlite::Depth::full).empty());
    // A reader that opens while the log is in use looks it through and finds it sound.
    Database late = room.open(true);
    CHECK(late.statement("SELECT count(*) FROM row").one<int>() == 300);
    CHECK(room.vfs.damage() == node::cipher::Damage::none);
}

TEST_CASE("a transaction far larger than the cache, undone in part, is what it should be",
          "[cipher]") {
    SealedDisk sealed;
    Database db = sealed.open("node.db", 50);
    db.execute("PRAGMA cache_size=10");
    db.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
    const auto fill = [&](int first, int last, char letter) {
        for (int i = first; i <= last; ++i) {
            db.statement("INSERT OR REPLACE INTO row VALUES(?, ?)")
                .run(std::int64_t{i}, std::string(1500, letter));
        }
    };
    db.execute("BEGIN");
    fill(1, 400, 'a');
    db.execute("SAVEPOINT half");
    fill(100, 700, 'b');
    fill(1, 50, 'c');
    db.execute("ROLLBACK TO half");
    fill(300, 350, 'd');  // Pages that are in the log already are written over there.
    db.execute("COMMIT");
    db.execute("BEGIN");
    fill(1, 400, 'e');
    db.execute("ROLLBACK");
    db.execute("INSERT INTO row VALUES(1000, 'end')");
    sealed.disk.kill();  // All of it is read from the log by the next process.
    db = Database::open(":memory:");
    sealed.disk.restart();
    db = sealed.open();
    const auto count = [&](char letter) {
        return db.statement("SELECT count(*) FROM row WHERE text = ?")
            .one<int>(std::string(1500, letter));
    };
    CHECK(count('a') == 349);
    CHECK(count('d') == 51);
    CHECK(db.statement("SELECT count(*) FROM row").one<int>() == 401);
    CHECK(check_integrity(db, node::sqlite::Depth::full).empty());
    CHECK(sealed.vfs.refused() == 0);
}

TEST_CASE("what a database holds is copied page by page into another that is encrypted too",
          "[cipher]") {
    SealedDisk from{1};
    SealedDisk to{2, data_key(9)};
    Database source = from.open();
    make_rows(source);
    Database target = to.open("copy.db");
    sqlite3_backup* const backup =
        sqlite3_backup_init(&target.handle(), "main", &source.handle(), "main");
    REQUIRE(backup != nullptr);
    CHECK(sqlite3_backup_step(backup, -1) == SQLITE_DONE);
    CHECK(sqlite3_backup_finish(backup) == SQLITE_OK);
    CHECK(target.checkpoint());
    CHECK(target.statement("SELECT text FROM row").one<std::string>() == canary);
    CHECK(check_integrity(target, node::sqlite::Depth::full).empty());
    CHECK_FALSE(holds(to.bytes("copy.db"), canary));
    CHECK(to.vfs.refused() + from.vfs.refused() == 0);
}

TEST_CASE("shapes of reading and writing that SQLite does not use are refused, never in clear",
          "[cipher]") {
    SealedDisk sealed;
    Database db = sealed.open();
    make_rows(db);
    sqlite3_file* database = nullptr;
    sqlite3_file* log = nullptr;
    sqlite3_file_control(&db.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &database);
    sqlite3_file_control(&db.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    REQUIRE((database != nullptr && log != nullptr));
    std::array<std::uint8_t, 8192> bytes{};
    const auto writes = [&](sqlite3_file* file, int size, std::int64_t offset) {
        return file->pMethods->xWrite(file, bytes.data(), size, offset) == SQLITE_OK;
    };
    const auto reads = [&](sqlite3_file* file, int size, std::int64_t offset) {
        return file->pMethods->xRead(file, bytes.data(), size, offset) == SQLITE_OK;
    };
    const auto before = sealed.bytes("node.db");
    const auto log_before = sealed.bytes("node.db-wal");
    CHECK_FALSE(writes(database, 100, 0));
    CHECK_FALSE(writes(database, 4096, 512));
    CHECK_FALSE(writes(database, 8192, 0));
    CHECK_FALSE(writes(database, 4096, 0));  // Not a first page of ours.
    bytes[4090] = 1;                         // In the reserved bytes.
    CHECK_FALSE(writes(database, 4096, 4096));
    bytes[4090] = 0;
    CHECK_FALSE(writes(log, 4096, 32));
    CHECK_FALSE(writes(log, 4120, 32));
    CHECK_FALSE(writes(log, 24, 33));
    CHECK_FALSE(writes(log, 32, 0));  // Another page size.
    CHECK_FALSE(reads(database, 8192, 0));
    CHECK_FALSE(reads(database, 4096, 4000));
    CHECK_FALSE(reads(log, 100, 4100));
    CHECK(database->pMethods->xTruncate(database, 5000) == SQLITE_IOERR_TRUNCATE);
    CHECK(database->pMethods->iVersion == 2);  // Nothing is mapped into memory.
    CHECK(sealed.bytes("node.db") == before);
    CHECK(sealed.bytes("node.db-wal") == log_before);
    // A header whose page never comes is not written as if it were a frame.
    CHECK(writes(log, 24, 32));
    CHECK(log->pMethods->xSync(log, SQLITE_SYNC_FULL) != SQLITE_OK);
    CHECK(sealed.bytes("node.db-wal") == log_before);
}

TEST_CASE("the whole search works through it without a file of its own", "[cipher]") {
    SealedDisk sealed;
    Database db = sealed.open();
    db.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='')");
    for (int i = 1; i <= 500; ++i) {
        db.statement("INSERT INTO words(rowid, text) VALUES(?, ?)")
            .run(std::int64_t{i}, "word" + std::to_string(i) + " common");
    }
    CHECK(db.statement("SELECT count(*) FROM words WHERE words MATCH 'common'").one<int>() == 500);
    CHECK(db.statement("SELECT rowid FROM words WHERE words MATCH 'word77'").one<int>() == 77);
    CHECK(sealed.vfs.refused() == 0);
}

TEST_CASE("a system without random bytes fails the write that needs them, and nothing else",
          "[cipher]") {
    for (int missing_at = 1;; ++missing_at) {
        INFO("draw " << missing_at);
        FaultDisk disk{1};
        const FaultVfs below{disk};
        int draws = 0;
        bool failed = false;
        auto random = [&, source = random_of(1)](std::span<std::uint8_t> out) mutable {
            if (++draws == missing_at) throw std::runtime_error{"no random bytes"};
            source(out);
        };
        const CipherVfs vfs{data_key(), random, below.name()};
        OpenOptions options;
        options.vfs = vfs.name();
        options.exclusive = true;
        options.wal_autocheckpoint_pages = 2;
        std::optional<Database> db;
        const auto attempt = [&](auto&& work) {
            try {
                work();
            } catch (const node::sqlite::Error&) {  // Never what was thrown below SQLite.
                failed = true;
                work();
            }
        };
        attempt([&] {
            // One whose making was cut off is made anew, as `init` does.
            node::sqlite::remove_database("node.db", vfs.name());
            db = Database::open("node.db", options);
        });
        attempt([&] { db->execute("CREATE TABLE IF NOT EXISTS row(id INTEGER PRIMARY KEY)"); });
        for (int i = 1; i <= 5; ++i) {
            attempt([&] { db->statement("INSERT OR IGNORE INTO row VALUES(?)").run(i); });
        }
        attempt([&] { (void)db->checkpoint(); });
        CHECK(db->statement("SELECT count(*) FROM row").one<int>() == 5);
        CHECK(node::sqlite::check_integrity(*db).empty());
        CHECK(vfs.damage() == node::cipher::Damage::none);
        if (!failed && draws < missing_at) break;
    }
}

TEST_CASE("nonces are drawn when they are needed, none ahead", "[cipher]") {
    FaultDisk disk{1};
    const FaultVfs below{disk};
    std::size_t drawn = 0;
    auto random = [&, source = random_of(1)](std::span<std::uint8_t> out) mutable {
        drawn += out.size();
        source(out);
    };
    const CipherVfs vfs{data_key(), random, below.name()};
    OpenOptions options;
    options.vfs = vfs.name();
    options.exclusive = true;
    Database db = Database::open("node.db", options);
    make_rows(db);
    const std::size_t before = drawn;
    db.execute("UPDATE row SET text = 'one page'");
    CHECK(drawn - before <= 2 * node::cipher::nonce_size);
}

TEST_CASE(
    "the memory that connections share is made anew by the first: what stands in it when it "
    "is opened says nothing",
    "[cipher]") {
    const Room room;
    const fs::path kept = room.folder / "kept";
    fs::create_directories(kept);
    {
        Database db = room.open();
        make_rows(db);
        for (int i = 2; i < 50; ++i) {
            db.statement("INSERT INTO row VALUES(?, ?)").run(i, std::string(500, 'x'));
        }
        // As a killed process leaves it.
        for (const char* suffix : {"", "-wal", "-shm"}) {
            fs::copy_file(room.file() + suffix, kept / ("node.db" + std::string{suffix}));
        }
    }
    const auto shared = bytes_of(kept / "node.db-shm");
    REQUIRE(shared.size() >= 32768);
    Dice dice{5};
    for (int turn = 0; turn < 40; ++turn) {
        INFO("turn " << turn);
        for (const char* suffix : {"", "-wal"}) {
            fs::copy_file(kept / ("node.db" + std::string{suffix}), room.file() + suffix,
                          fs::copy_options::overwrite_existing);
        }
        auto forged = shared;
        const std::size_t changes = turn == 0 ? forged.size() : 1 + dice.below(2000);
        for (std::size_t i = 0; i < changes; ++i) {
            forged[dice.below(forged.size())] = static_cast<std::uint8_t>(dice.next() >> 40U);
        }
        std::ofstream{room.file() + "-shm", std::ios::binary}
            << std::string(forged.begin(), forged.end());
        Database db = room.open();
        CHECK(db.statement("SELECT count(*) FROM row").one<int>() == 49);
        CHECK(node::sqlite::check_integrity(db).empty());
    }
}
