// A folder's database under its data key: moved to another, from clear text too, cut off anywhere.
#include "node/folder/data_key.hpp"
#include "node/base/files.hpp"
#include "node/cli/errors.hpp"
#include "node/folder/clear_files.hpp"
#include "node/folder/node_folder.hpp"
#include "node/store/sqlite.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/keyrings.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <utility>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace jiuying;
using namespace jiuying::node;
using test::key_file;
using test::KeyringRoom;

namespace {

namespace fs = std::filesystem;

const std::string canary = "张三丰的电话是 13900001234";

std::string bytes_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// The blocks of a file, whatever becomes of its name.
struct Blocks {
    FileHandle file;
    void open(const fs::path& path) { file = FileHandle::open_to_read(path); }
    [[nodiscard]] std::string now() const {
        std::string all(1U << 22U, '\0');
        const ssize_t got = ::pread(file.get(), all.data(), all.size(), 0);
        REQUIRE(got > 0);
        REQUIRE(static_cast<std::size_t>(got) < all.size());
        all.resize(static_cast<std::size_t>(got));
        return all;
    }
};

/// A keyring and a small database with what a move must know: the table of a node's own facts.
struct Moved {
    KeyringRoom room;
    fs::path database = room.folder / "node.db";
    std::uint64_t pages_left = 0;  ///< After kill_the_older_program, by its log.

    /// Of a node as the first programs made it.
    explicit Moved(bool encrypted, std::string_view name = "data-key") : room(name) {
        const auto old = test::read_golden("keyring-v1.txt");
        atomic_write(room.path, old);
        atomic_write(room.backup, old);
        auto db = sqlite::Database::open(database);
        db.execute(
            "CREATE TABLE meta(key TEXT PRIMARY KEY, value ANY) STRICT;"
            "CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
        const auto file = room.environment.file_identity(database.string());
        db.statement("INSERT INTO meta VALUES('file', ?)").run(std::span<const std::uint8_t>{file});
        for (int i = 0; i < 300; ++i) db.statement("INSERT INTO row(text) VALUES(?)").run(canary);
        db = sqlite::Database::open(":memory:");
        if (encrypted) settle();
    }

    /// As a killed process of it leaves them: a database that was about to become smaller, and a
    /// log of which the database has nothing yet.
    void kill_the_older_program(Blocks& blocks, Blocks& log_blocks) {
        sqlite::OpenOptions options;
        options.wal_autocheckpoint_pages = 0;
        auto db = sqlite::Database::open(database, options);
        db.execute(
            "CREATE TABLE gone(text TEXT); INSERT INTO gone SELECT text FROM row;"
            "INSERT INTO gone SELECT text FROM gone; INSERT INTO gone SELECT text FROM gone");
        REQUIRE(db.checkpoint());
        db.execute("UPDATE row SET text = text || ''; DROP TABLE gone; PRAGMA incremental_vacuum");
        pages_left = db.statement("PRAGMA page_count").one<std::uint64_t>();
        REQUIRE(pages_left * 4096 < fs::file_size(database));
        blocks.open(database);
        log_blocks.open(room.folder / "node.db-wal");
        sqlite3_db_config(&db.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }

    [[nodiscard]] Keyring keyring() const {
        auto opened = Keyring::open(room.path, key_file('k'));
        REQUIRE(opened.has_value());
        return std::move(opened->keyring);
    }
    void settle() {
        Keyring now = keyring();
        settle_data_key(database, now, room.environment);
    }
    Error refused() {
        try {
            settle();
        } catch (const Failure& failure) {
            return failure.error();
        }
        FAIL("it was taken");
        return {};
    }
    /// Rows that the keyring's data key shows; the database knows that this file is its own.
    int rows() {
        const Keyring now = keyring();
        REQUIRE_FALSE(now.secrets().next_data_key.has_value());
        const CipherVfs vfs{*now.secrets().data_key,
                            [this](std::span<std::uint8_t> out) { room.environment.random(out); }};
        sqlite::OpenOptions options;
        options.vfs = vfs.name();
        options.create = false;
        auto db = sqlite::Database::open(database, options);
        const auto file = room.environment.file_identity(database.string());
        CHECK(db.statement("SELECT count(*) FROM meta WHERE value = ?")
                  .one<int>(std::span<const std::uint8_t>{file}) == 1);
        CHECK(sqlite::check_integrity(db, sqlite::Depth::full).empty());
        return db.statement("SELECT count(*) FROM row WHERE text = ?").one<int>(canary);
    }
    /// Nothing but the keyring and one encrypted database is left.
    void check_at_rest() {
        CHECK(rows() == 300);
        CHECK(bytes_of(database).find(canary) == std::string::npos);
        CHECK_FALSE(fs::exists(room.folder / "node.db.new"));
        CHECK_FALSE(fs::exists(room.folder / "node.db-wal"));
    }
};

}  // namespace

TEST_CASE("a database from before there was encryption is encrypted once", "[data_key]") {
    Moved moved{false};
    REQUIRE(bytes_of(moved.database).find(canary) != std::string::npos);
    moved.settle();
    moved.check_at_rest();
    CHECK_FALSE(fs::exists(moved.room.folder / "node.db.clear"));
    const auto once = bytes_of(moved.database);
    moved.settle();
    CHECK(bytes_of(moved.database) == once);
}

TEST_CASE("of a database in clear, its log and its given up end no block keeps what was in it",
          "[data_key]") {
    Moved moved{false};
    Blocks database;
    Blocks log;
    moved.kill_the_older_program(database, log);
    REQUIRE(database.now().find(canary) != std::string::npos);
    REQUIRE(log.now().find(canary) != std::string::npos);
    const std::size_t log_size = log.now().size();
    const std::size_t size = moved.pages_left * 4096;
    moved.settle();
    moved.check_at_rest();
    // Their blocks are reached through handles that were open before, as by an undelete.
    for (const Blocks* blocks : {&database, &log}) {
        CHECK(blocks->now().find_first_not_of('\0') == std::string::npos);
    }
    CHECK(log.now().size() == log_size);
    CHECK(database.now().size() == size);
}

TEST_CASE("the end that a database in clear is about to lose is zeros before it is cut off",
          "[data_key]") {
    Moved moved{false};
    Blocks blocks;
    Blocks log;
    moved.kill_the_older_program(blocks, log);
    const std::size_t before = blocks.now().size();
    REQUIRE(before > moved.pages_left * 4096);
    const FileHandle file{::open(moved.database.c_str(), O_WRONLY)};
    sqlite::OpenOptions options;
    options.busy_timeout_ms = 1;
    options.wal_autocheckpoint_pages = 0;
    auto db = sqlite::Database::open(moved.database, options);
    auto reader = sqlite::Database::open(moved.database, options);
    std::uint64_t end = 0;
    {
        // Who still reads an earlier state keeps the file as long as it is.
        const sqlite::Transaction in_the_way{reader, sqlite::Transaction::Kind::read};
        CHECK(reader.statement("SELECT count(*) FROM row").one<int>() == 300);
        db.execute("CREATE TABLE more(text TEXT)");
        end = db.statement("PRAGMA page_count").one<std::uint64_t>() * 4096;
        CHECK_FALSE(settle_clear_log(db, file.get(), moved.database));
    }
    REQUIRE(blocks.now().size() == before);
    REQUIRE(end < before);
    CHECK(blocks.now().substr(end).find_first_not_of('\0') == std::string::npos);
    CHECK(settle_clear_log(db, file.get(), moved.database));
    CHECK(blocks.now().size() == end);
}

TEST_CASE("whenever wiping a database in clear is cut off, the next opening ends it",
          "[data_key]") {
    Moved moved{false};
    const fs::path second = moved.room.folder / "node.db.clear";
    Blocks clear;
    SECTION("before the encrypted one took its name") {
        fs::create_hard_link(moved.database, second);
        clear.open(second);
        moved.settle();
    }
    SECTION("after it did, and the keyring knows it or not") {
        const bool known = GENERATE(true, false);
        fs::create_hard_link(moved.database, moved.room.folder / "aside");
        moved.keyring().begin_rotation(moved.room.environment);
        const std::string text = bytes_of(moved.room.path);
        Keyring keyring = moved.keyring();
        rotate_data_key(moved.database, keyring, moved.room.environment);
        if (!known) {
            atomic_write(moved.room.path, text);
            atomic_write(moved.room.backup, text);
        }
        // The file that is under the second name then, with what it had.
        fs::rename(moved.room.folder / "aside", second);
        std::ofstream{second, std::ios::binary | std::ios::in | std::ios::out} << canary;
        clear.open(second);
        moved.settle();
    }
    CHECK(clear.now().find(canary) == std::string::npos);
    CHECK_FALSE(fs::exists(second));
    moved.check_at_rest();
}

TEST_CASE("what has the second name and is none of ours is not written to", "[data_key]") {
    Moved moved{true};
    const fs::path second = moved.room.folder / "node.db.clear";
    const fs::path other = moved.room.folder / "other";
    std::ofstream{other} << canary;
    fs::create_symlink(other, second);
    moved.settle();
    CHECK_FALSE(fs::exists(fs::symlink_status(second)));
    CHECK(bytes_of(other) == canary);
    moved.check_at_rest();
}

TEST_CASE("a search index and all kinds of tables come over as they were", "[data_key]") {
    Moved moved{false};
    {
        auto db = sqlite::Database::open(moved.database);
        db.execute(
            "CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0);"
            "INSERT INTO words(rowid, text) VALUES(7, 'lamp road'), (9, 'road bridge');"
            "CREATE TABLE pair(a INTEGER NOT NULL, b BLOB, c REAL, PRIMARY KEY(a, b)) "
            "STRICT, WITHOUT ROWID;"
            "INSERT INTO pair VALUES(1, x'00ff', 0.5), (2, zeroblob(9000), NULL);"
            "CREATE TABLE \"odd \"\" name\"(one);"
            "INSERT INTO \"odd \"\" name\" VALUES('text'), (3), (NULL);"
            "CREATE UNIQUE INDEX pair_by_c ON pair(c) WHERE c IS NOT NULL;"
            "PRAGMA user_version=12");
    }
    moved.settle();
    moved.check_at_rest();
    const Keyring now = moved.keyring();
    const CipherVfs vfs{*now.secrets().data_key,
                        [&](std::span<std::uint8_t> out) { moved.room.environment.random(out); }};
    sqlite::OpenOptions options;
    options.vfs = vfs.name();
    auto db = sqlite::Database::open(moved.database, options);
    CHECK(sqlite::schema_version(db) == 12);
    CHECK(db.statement("SELECT group_concat(rowid) FROM words WHERE words MATCH 'road'")
              .one<std::string>() == "7,9");
    db.execute("INSERT INTO words(rowid, text) VALUES(11, 'road sign')");
    CHECK(db.statement("SELECT count(*) FROM words WHERE words MATCH 'road'").one<int>() == 3);
    CHECK(db.statement("SELECT count(*) FROM pair WHERE c = 0.5 AND b = x'00ff'").one<int>() == 1);
    CHECK(db.statement("SELECT length(b) FROM pair WHERE a = 2").one<int>() == 9000);
    CHECK(db.statement("SELECT group_concat(typeof(one)) FROM \"odd \"\" name\"")
              .one<std::string>() == "text,integer,null");
    CHECK(db.statement("SELECT count(*) FROM sqlite_schema WHERE name = 'pair_by_c'").one<int>() ==
          1);
    CHECK(db.statement("PRAGMA auto_vacuum").one<int>() == 2);
}

#ifndef __SANITIZE_ADDRESS__  // Whose own memory is past any such limit.
TEST_CASE("a database of any size is encrypted in little memory", "[data_key]") {
    Moved moved{false};
    {
        auto db = sqlite::Database::open(moved.database);
        db.execute("CREATE TABLE large(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT");
        for (int i = 0; i < 60; ++i) {
            db.execute("INSERT INTO large(bytes) VALUES(randomblob(1000000))");
        }
    }
    const pid_t child = ::fork();
    if (child == 0) {
        rlim_t used = 0;
        std::ifstream status{"/proc/self/status"};
        for (std::string word; status >> word;) {
            if (word == "VmData:") status >> used;
        }
        const rlim_t enough = used * 1024 + 24'000'000;
        const rlimit limit{enough, enough};
        if (used == 0 || ::setrlimit(RLIMIT_DATA, &limit) != 0) ::_exit(2);
        try {
            moved.settle();
        } catch (...) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    moved.check_at_rest();
}
#endif

TEST_CASE("after a rotation the former key opens nothing", "[data_key]") {
    Moved moved{true};
    const sync::Key32 former = moved.keyring().secrets().data_key->clone();
    CHECK(database_opens(moved.database, former));
    Keyring keyring = moved.keyring();
    rotate_data_key(moved.database, keyring, moved.room.environment);
    CHECK_FALSE(database_opens(moved.database, former));
    moved.check_at_rest();
}

TEST_CASE("a move that was cut off before the rename is undone, or for a clear database done",
          "[data_key]") {
    const bool encrypted = GENERATE(true, false);
    Moved moved{encrypted};
    moved.keyring().begin_rotation(moved.room.environment);
    std::ofstream{moved.room.folder / "node.db.new", std::ios::binary} << std::string(9000, 'h');
    std::ofstream{moved.room.folder / "node.db.new-wal", std::ios::binary} << "half a log";
    moved.settle();
    moved.check_at_rest();
    CHECK_FALSE(fs::exists(moved.room.folder / "node.db.new-wal"));
}

TEST_CASE("a move that was cut off after the rename is ended, by either copy of the keyring",
          "[data_key]") {
    const bool encrypted = GENERATE(true, false);
    const bool one_copy = GENERATE(true, false);
    Moved moved{encrypted};
    moved.keyring().begin_rotation(moved.room.environment);
    const std::string text = bytes_of(moved.room.path);
    {
        Keyring keyring = moved.keyring();
        rotate_data_key(moved.database, keyring, moved.room.environment);
    }
    if (!one_copy) atomic_write(moved.room.path, text);
    atomic_write(moved.room.backup, text);
    if (one_copy) fs::remove(moved.room.path);  // `keys` was written last, and broke.
    moved.settle();
    moved.check_at_rest();
}

TEST_CASE("a move for which there is no room changes nothing", "[data_key]") {
    Moved moved{true};
    const auto before = bytes_of(moved.database);
    fs::create_directories(moved.room.folder / "node.db.new" / "in the way");
    Keyring keyring = moved.keyring();
    CHECK_THROWS(rotate_data_key(moved.database, keyring, moved.room.environment));
    fs::remove_all(moved.room.folder / "node.db.new");
    CHECK(bytes_of(moved.database) == before);
    moved.check_at_rest();
}

TEST_CASE("a database that is not this keyring's is left alone, and that is said", "[data_key]") {
    Moved moved{true};
    const auto sound = bytes_of(moved.database);
    SECTION("of another node, or damaged throughout") {
        std::ofstream{moved.database, std::ios::binary} << std::string(sound.size(), 'U');
        CHECK(moved.refused() == Error::database_not_ours);
    }
    SECTION("in clear, in the place of the encrypted one") {
        Moved other{false, "data-key-other"};
        fs::copy_file(other.database, moved.database, fs::copy_options::overwrite_existing);
        CHECK(moved.refused() == Error::database_in_clear);
        CHECK(bytes_of(moved.database).find(canary) != std::string::npos);
    }
    SECTION("cut short, empty or gone") {
        fs::resize_file(moved.database, 100);
        CHECK(moved.refused() == Error::database_damaged);
        fs::resize_file(moved.database, 0);
        CHECK(moved.refused() == Error::database_damaged);
        const fs::path away = moved.room.folder / "away";
        fs::rename(moved.database, away);
        CHECK(moved.refused() == Error::database_damaged);
        CHECK_FALSE(fs::exists(moved.database));
        fs::rename(away, moved.database);
    }
    SECTION("half-way to another key, and then replaced") {
        moved.keyring().begin_rotation(moved.room.environment);
        std::ofstream{moved.database, std::ios::binary} << std::string(sound.size(), 'U');
        CHECK(moved.refused() == Error::database_not_ours);
        CHECK(moved.keyring().secrets().next_data_key.has_value());  // It may yet be needed.
    }
    std::ofstream{moved.database, std::ios::binary} << sound;
    moved.settle();
    moved.check_at_rest();
}

TEST_CASE("a first page that was torn does not make a key a wrong one", "[data_key]") {
    Moved moved{true};
    std::fstream file{moved.database, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(100);
    file << "torn";
    file.close();
    CHECK(database_opens(moved.database, *moved.keyring().secrets().data_key));
}

TEST_CASE("who changes a keyring takes over what somebody changed before", "[data_key]") {
    Moved moved{true};
    Keyring mine = moved.keyring();
    Keyring others = moved.keyring();
    REQUIRE(others.add_slot(key_file(1), moved.room.environment).has_value());
    rotate_data_key(moved.database, others, moved.room.environment);
    REQUIRE(mine.reread().has_value());
    CHECK(mine.slots().size() == 2);
    CHECK(mine.secrets().data_key == others.secrets().data_key);
    REQUIRE(mine.remove_slot(0).has_value());
    CHECK(Keyring::open(moved.room.path, key_file(1)).has_value());
    // Another node's keyring in its place is not taken for a changed one.
    const std::array<Credential, 1> slots{key_file('k')};
    (void)Keyring::create(moved.room.path, KeyringSecrets::fresh(moved.room.environment), slots,
                          moved.room.environment);
    CHECK(mine.reread().error() == Errc::wrong_key);
}
