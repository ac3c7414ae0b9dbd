#include "node/store/sqlite.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>

using namespace jiuying;
using namespace jiuying::node::sqlite;
using jiuying::schema::RecordId;

namespace {

/// A folder of its own, gone at the end.
struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() /
                                 ("jiuying-sqlite-test-" + std::to_string(::getpid()));
    Folder() {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::filesystem::path file() const { return path / "node.db"; }
};

enum class Colour : std::uint16_t { red = 1, blue = 2 };

Database notes_in(const std::filesystem::path& file) {
    Database db = Database::open(file);
    db.execute(
        "CREATE TABLE IF NOT EXISTS note(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
    return db;
}

std::int64_t count(Database& db) {
    return db.statement("SELECT count(*) FROM note").one<std::int64_t>();
}

template <class T>
T round_trip(const T& value) {
    Database db = Database::open(":memory:");
    db.execute("CREATE TABLE t(x ANY) STRICT");
    db.statement("INSERT INTO t VALUES(?)").run(value);
    return db.statement("SELECT x FROM t").one<T>();
}

}  // namespace

TEST_CASE("every value that is kept comes back as it was", "[sqlite]") {
    CHECK(round_trip(std::int64_t{-5}) == -5);
    CHECK(round_trip(std::numeric_limits<std::int64_t>::min()) ==
          std::numeric_limits<std::int64_t>::min());
    CHECK(round_trip(~std::uint64_t{0}) == ~std::uint64_t{0});
    CHECK(round_trip(std::uint8_t{255}) == 255);
    CHECK(round_trip(true));
    CHECK(round_trip(Colour::blue) == Colour::blue);
    CHECK(round_trip(std::string{"路灯不亮 𠀀"}) == "路灯不亮 𠀀");
    CHECK(round_trip(std::string{"a\0b", 3}).size() == 3);
    CHECK(round_trip(std::string{}).empty());
    CHECK(round_trip(std::vector<std::uint8_t>{1, 0, 2}) == std::vector<std::uint8_t>{1, 0, 2});
    CHECK(round_trip(std::vector<std::uint8_t>{}).empty());
    CHECK(round_trip(std::array<std::uint8_t, 3>{7, 8, 9}) == std::array<std::uint8_t, 3>{7, 8, 9});
    CHECK(round_trip(RecordId{{1, 2, 3}}) == RecordId{{1, 2, 3}});
    CHECK(round_trip(std::optional<int>{}) == std::nullopt);
    CHECK(round_trip(std::optional<int>{4}) == 4);
    CHECK(round_trip(AnyCell{std::string{"x"}}) == AnyCell{std::string{"x"}});
    CHECK(round_trip(AnyCell{}) == AnyCell{});
}

TEST_CASE("an empty text is a text and not a missing value", "[sqlite]") {
    Database db = Database::open(":memory:");
    auto types = db.prepare("SELECT typeof(?1), typeof(?2), typeof(?3), typeof(?4)");
    CHECK(types.one<std::string, std::string, std::string, std::string>(
              std::string_view{}, std::span<const std::uint8_t>{}, std::nullopt, "") ==
          std::tuple<std::string, std::string, std::string, std::string>{"text", "blob", "null",
                                                                         "text"});
}

TEST_CASE("a cell of another type or size is reported, not guessed", "[sqlite]") {
    Database db = Database::open(":memory:");
    const auto refused = [](auto&& read) {
        try {
            static_cast<void>(read());
        } catch (const Error& error) {
            return error.is_corrupt();
        }
        return false;
    };
    CHECK(refused([&] { return db.statement("SELECT 'x'").one<int>(); }));
    CHECK(refused([&] { return db.statement("SELECT NULL").one<int>(); }));
    CHECK(refused([&] { return db.statement("SELECT 5").one<std::string>(); }));
    CHECK(refused([&] { return db.statement("SELECT 70000").one<std::uint16_t>(); }));
    CHECK(refused([&] { return db.statement("SELECT -1").one<Colour>(); }));
    CHECK(refused([&] { return db.statement("SELECT 2").one<bool>(); }));
    CHECK(refused([&] { return db.statement("SELECT 1.5").one<AnyCell>(); }));
    CHECK(
        refused([&] { return db.statement("SELECT x'0102'").one<std::array<std::uint8_t, 3>>(); }));
    CHECK(refused([&] { return db.statement("SELECT 1 WHERE 0").one<int>(); }));
}

TEST_CASE("rows are visited in order until the visitor has enough", "[sqlite]") {
    Database db = notes_in(":memory:");
    for (int i = 1; i <= 5; ++i) db.statement("INSERT INTO note VALUES(?,?)").run(i, "n");
    CHECK(db.last_insert_rowid() == 5);
    std::vector<int> seen;
    db.statement("SELECT id FROM note ORDER BY id").each<int>([&](int id) {
        seen.push_back(id);
        return id < 3;
    });
    CHECK(seen == std::vector{1, 2, 3});
    CHECK(db.statement("UPDATE note SET text='m' WHERE id>?").run(1) == 4);
    CHECK(db.statement("SELECT id, text FROM note WHERE id=?").maybe<int, std::string>(2) ==
          std::tuple{2, std::string{"m"}});
    CHECK(db.statement("SELECT text FROM note WHERE id=?").maybe<std::string>(99) == std::nullopt);
}

TEST_CASE("a visitor that throws leaves no read transaction open", "[sqlite]") {
    Database db = notes_in(":memory:");
    db.statement("INSERT INTO note VALUES(1,'a')").run();
    auto& all = db.statement("SELECT id FROM note");
    CHECK_THROWS_AS(all.each<int>([](int) { throw std::runtime_error{"enough"}; }),
                    std::runtime_error);
    CHECK(sqlite3_txn_state(&db.handle(), nullptr) == SQLITE_TXN_NONE);
    CHECK(all.one<int>() == 1);
}

TEST_CASE("the same place in the program gets the same prepared statement", "[sqlite]") {
    Database db = notes_in(":memory:");
    Statement* first = nullptr;
    for (int i = 0; i < 3; ++i) {
        Statement& here = db.statement("SELECT text FROM note");
        if (first == nullptr) first = &here;
        CHECK(&here == first);
    }
}

TEST_CASE("a connection is set up for durability and distrust", "[sqlite]") {
    const Folder folder;
    Database db = notes_in(folder.file());
    const auto number = [&](std::string_view pragma) {
        return db.prepare("PRAGMA " + std::string{pragma}).one<int>();
    };
    CHECK(db.prepare("PRAGMA journal_mode").one<std::string>() == "wal");
    CHECK(number("synchronous") == 2);
    CHECK(number("foreign_keys") == 1);
    CHECK(number("temp_store") == 2);
    CHECK(number("trusted_schema") == 0);
    CHECK(number("cell_size_check") == 1);
    CHECK(number("secure_delete") == 2);
    CHECK_THROWS_AS(db.execute("ATTACH ':memory:' AS other"), Error);
    CHECK_THROWS_AS(db.execute("SELECT load_extension('x')"), Error);
}

TEST_CASE("what was committed is there after reopening, what was not is not", "[sqlite]") {
    const Folder folder;
    {
        Database db = notes_in(folder.file());
        Transaction kept{db};
        db.statement("INSERT INTO note VALUES(1,'kept')").run();
        kept.commit();
    }
    {
        Database db = notes_in(folder.file());
        const Transaction dropped{db};
        db.statement("INSERT INTO note VALUES(2,'dropped')").run();
        CHECK(count(db) == 2);
    }
    Database db = notes_in(folder.file());
    CHECK(count(db) == 1);
    CHECK_FALSE(db.in_transaction());
    CHECK(db.checkpoint());
}

TEST_CASE("a second writer waits for its turn and then says that it is busy", "[sqlite]") {
    const Folder folder;
    Database first = notes_in(folder.file());
    Database second = Database::open(folder.file(), {.busy_timeout_ms = 10});
    Transaction writing{first};
    try {
        const Transaction other{second};
        FAIL("two writers at once");
    } catch (const Error& error) {
        CHECK(error.is_busy());
        CHECK_FALSE(error.is_full());
    }
    CHECK(count(second) == 0);  // Readers are not in the way.
    writing.commit();
}

TEST_CASE("a reader keeps one view while a writer goes on", "[sqlite]") {
    const Folder folder;
    Database writer = notes_in(folder.file());
    Database reader = Database::open(folder.file());
    const Transaction view{reader, Transaction::Kind::read};
    CHECK(count(reader) == 0);
    writer.statement("INSERT INTO note VALUES(1,'new')").run();
    CHECK(count(reader) == 0);
    CHECK(count(writer) == 1);
}

TEST_CASE("an exclusive connection needs no shared memory file", "[sqlite]") {
    const Folder folder;
    Database db = Database::open(folder.file(), {.exclusive = true});
    db.execute("CREATE TABLE t(x INT) STRICT");
    CHECK(std::filesystem::exists(folder.path / "node.db-wal"));
    CHECK_FALSE(std::filesystem::exists(folder.path / "node.db-shm"));
}

TEST_CASE("a full database is told apart and takes nothing in half", "[sqlite]") {
    const Folder folder;
    Database db = notes_in(folder.file());
    db.execute("PRAGMA max_page_count=8");
    const std::string large(100'000, 'x');
    try {
        Transaction transaction{db};
        db.statement("INSERT INTO note VALUES(1,'small')").run();
        db.statement("INSERT INTO note VALUES(2,?)").run(large);
        transaction.commit();
        FAIL("it did not fit");
    } catch (const Error& error) {
        CHECK(error.is_full());
    }
    CHECK_FALSE(db.in_transaction());
    CHECK(count(db) == 0);
}

TEST_CASE("a file that is no database and a damaged one are told apart", "[sqlite]") {
    const Folder folder;
    std::ofstream{folder.file()} << std::string(8192, 'j');
    try {
        Database db = notes_in(folder.file());
        FAIL("opened");
    } catch (const Error& error) {
        CHECK(error.is_notadb());
    }
    std::filesystem::remove(folder.file());
    {
        Database db = notes_in(folder.file());
        for (int i = 0; i < 500; ++i)
            db.statement("INSERT INTO note VALUES(?,'padding text')").run(i);
        CHECK(check_integrity(db).empty());
        CHECK(check_integrity(db, Depth::full).empty());
    }
    std::fstream file{folder.file(), std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(4096 + 8);
    file << std::string(2000, '\xFF');
    file.close();
    Database db = notes_in(folder.file());
    CHECK_FALSE(check_integrity(db).empty());
}

TEST_CASE("error texts name the statement and never a value", "[sqlite]") {
    Database db = notes_in(":memory:");
    db.statement("INSERT INTO note VALUES(?,?)").run(1, "secret words");
    try {
        db.statement("INSERT INTO note VALUES(?,?)").run(1, "secret words");
        FAIL("a key stood twice");
    } catch (const Error& error) {
        const std::string text = error.what();
        CHECK(error.is_constraint());
        CHECK(error.extended_code() == SQLITE_CONSTRAINT_PRIMARYKEY);
        CHECK(text.find("INSERT INTO note") != std::string::npos);
        CHECK(text.find("note.id") != std::string::npos);
        CHECK(text.find("secret") == std::string::npos);
    }
    db.execute("CREATE VIRTUAL TABLE found USING fts5(words)");
    try {
        db.statement("SELECT rowid FROM found WHERE found MATCH ?")
            .each<int>([](int) {}, "\"secret");
        FAIL("not a search");
    } catch (const Error& error) {
        CHECK(std::string{error.what()}.find("secret") == std::string::npos);
    }
}

TEST_CASE("migrations run once, in order, and a newer database is refused untouched", "[sqlite]") {
    const Folder folder;
    constexpr std::array steps{
        Migration{1, "notes", [](Database& db) { db.execute("CREATE TABLE a(x INT) STRICT"); }},
        Migration{2, "marks", [](Database& db) { db.execute("ALTER TABLE a ADD COLUMN y INT"); }},
    };
    Database db = Database::open(folder.file());
    CHECK(migrate(db, std::span{steps}.first(1)) == 1);
    CHECK(migrate(db, steps) == 1);
    CHECK(migrate(db, steps) == 0);
    CHECK(schema_version(db) == 2);
    try {
        migrate(db, std::span{steps}.first(1));
        FAIL("an old program changed a new database");
    } catch (const TooNew& error) {
        CHECK(error.found() == 2);
        CHECK(error.known() == 1);
    }
}

TEST_CASE("a migration that fails leaves the version before it", "[sqlite]") {
    Database db = Database::open(":memory:");
    constexpr std::array steps{Migration{1, "fails", [](Database& d) {
                                             d.execute("CREATE TABLE a(x INT) STRICT");
                                             d.execute("CREATE TABLE a(x INT) STRICT");
                                         }}};
    CHECK_THROWS_AS(migrate(db, steps), Error);
    CHECK(schema_version(db) == 0);
    CHECK(db.prepare("SELECT count(*) FROM sqlite_schema").one<int>() == 0);
}
