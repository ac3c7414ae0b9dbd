// Damage to an encrypted database and its log: found, or harmless; never another answer.
#include "schema/assert.hpp"
#include "tests/support/sealed_disk.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <set>

using namespace jiuying;
using namespace jiuying::test;
using node::cipher::Damage;
using node::sqlite::Database;

namespace {

constexpr std::size_t header = node::cipher::log_header_size;
constexpr std::size_t frame = node::cipher::frame_size;

/// All rows, or nothing when reading them failed.
std::optional<std::string> content(SealedDisk& sealed) {
    try {
        Database db = sealed.open("node.db", 0, false);
        std::string rows;
        db.statement("SELECT id, text FROM row ORDER BY id")
            .each<std::int64_t, std::string>([&](std::int64_t id, const std::string& text) {
                rows += std::to_string(id) + "=" + text + ";";
            });
        return rows;
    } catch (const node::sqlite::Error&) {
        return std::nullopt;
    }
}

/// A database of some transactions: the first in the file, the others in the log of a process that
/// was killed. `states` are the contents after each.
struct Killed {
    FaultDisk::Bytes database;
    FaultDisk::Bytes log;
    std::vector<std::string> states;

    explicit Killed(int transactions = 6, bool large = false) {
        SealedDisk sealed;
        {
            Database db = sealed.open();
            db.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
            db.execute("INSERT INTO row VALUES(1, 'first'), (2, 'second')");
            (void)db.checkpoint();
            for (int i = 0; i < transactions; ++i) {
                node::sqlite::Transaction transaction{db};
                const int rows = large && i == 1 ? 400 : 1;
                for (int row = 0; row < rows; ++row) {
                    db.statement("INSERT INTO row(text) VALUES(?)")
                        .run(std::string(large ? 900 : 300, static_cast<char>('a' + i)));
                }
                transaction.commit();
            }
            database = sealed.bytes("node.db");
            log = sealed.bytes("node.db-wal");
            sealed.disk.kill();
        }
        // What each prefix of the log shows.
        for (std::size_t at = header; at <= log.size(); at += frame) {
            auto state =
                shown(database, {log.begin(), log.begin() + static_cast<std::ptrdiff_t>(at)});
            JY_ASSERT(state.has_value());
            if (states.empty() || states.back() != *state) states.push_back(*state);
        }
        JY_ASSERT(states.size() == static_cast<std::size_t>(transactions) + 1);
    }

    static std::optional<std::string> shown(const FaultDisk::Bytes& database,
                                            const FaultDisk::Bytes& log, Damage* damage = nullptr) {
        SealedDisk sealed;
        sealed.put("node.db", database);
        sealed.put("node.db-wal", log);
        auto rows = content(sealed);
        if (damage != nullptr) *damage = sealed.vfs.damage();
        return rows;
    }

    [[nodiscard]] std::size_t frames() const { return (log.size() - header) / frame; }
    /// Frames, from 1, that commit; read from the clear part of their headers.
    [[nodiscard]] std::vector<std::size_t> commits() const {
        std::vector<std::size_t> found;
        for (std::size_t i = 1; i <= frames(); ++i) {
            const auto at = sync::View{log}.subspan(header + (i - 1) * frame);
            if (node::cipher::commits(at)) found.push_back(i);
        }
        return found;
    }
    [[nodiscard]] FaultDisk::Bytes with_damaged_frame(std::size_t index,
                                                      std::size_t within = 100) const {
        auto damaged = log;
        damaged[header + (index - 1) * frame + within] ^= 0x10U;
        return damaged;
    }
};

}  // namespace

TEST_CASE("every byte of a database is flipped: found, or it makes no difference",
          "[cipher][damage]") {
    const Killed whole;
    FaultDisk::Bytes database;
    std::string rows;
    {
        SealedDisk sealed;
        sealed.put("node.db", whole.database);
        sealed.put("node.db-wal", whole.log);
        Database db = sealed.open();  // Closing it moves the log into the database.
        REQUIRE(db.checkpoint());
        database = sealed.bytes("node.db");
        rows = whole.states.back();
    }
    REQUIRE(Killed::shown(database, {}) == rows);
    std::size_t found = 0;
    for (std::size_t at = 0; at < database.size(); ++at) {
        auto damaged = database;
        damaged[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
        const auto answer = Killed::shown(damaged, {});
        if (answer && *answer != rows) FAIL("byte " << at << " gives another answer");
        found += answer ? 0 : 1;
    }
    CHECK(found > database.size() / 2);
}

TEST_CASE("every byte of a log is flipped: found, or only the last transaction is gone",
          "[cipher][damage]") {
    const Killed whole;
    const auto commits = whole.commits();
    REQUIRE(commits.size() == 6);
    const std::size_t last_begins = commits[commits.size() - 2];  // The frame before it.
    std::size_t found = 0;
    for (std::size_t at = 0; at < whole.log.size(); ++at) {
        auto damaged = whole.log;
        damaged[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
        const auto answer = Killed::shown(whole.database, damaged);
        found += answer ? 0 : 1;
        if (!answer || *answer == whole.states.back()) continue;
        const std::size_t index = (at - header) / frame + 1;
        const bool torn_tail = at >= header && index > last_begins;
        if (!torn_tail || *answer != whole.states[whole.states.size() - 2]) {
            FAIL("byte " << at << " in frame " << index << " gives another answer");
        }
    }
    CHECK(found >= header + last_begins * frame - 1);
}

TEST_CASE("a damaged frame before the last transaction keeps the database shut, even its commit",
          "[cipher][damage]") {
    const Killed whole(6, true);
    const auto commits = whole.commits();
    const std::size_t last_begins = commits[commits.size() - 2];
    for (std::size_t index = 1; index <= whole.frames(); ++index) {
        Damage damage = Damage::none;
        const auto answer = Killed::shown(whole.database, whole.with_damaged_frame(index), &damage);
        INFO("frame " << index << " of " << whole.frames());
        if (index <= last_begins) {
            CHECK_FALSE(answer);
            CHECK(damage == Damage::log);
        } else {
            CHECK(answer == whole.states[whole.states.size() - 2]);
            CHECK(damage == Damage::none);
        }
    }
}

TEST_CASE("a frame of another place, of an older log or made zeros is damage too",
          "[cipher][damage]") {
    const Killed whole;
    const auto damaged = [&](const auto& change) {
        auto log = whole.log;
        change(log);
        Damage damage = Damage::none;
        CHECK_FALSE(Killed::shown(whole.database, log, &damage));
        return damage;
    };
    const auto at = [](auto& log, std::size_t index) {
        return log.begin() + static_cast<std::ptrdiff_t>(header + (index - 1) * frame);
    };
    CHECK(damaged([&](auto& log) {  // Two frames change places.
              std::swap_ranges(at(log, 1), at(log, 2), at(log, 2));
          }) == Damage::log);
    CHECK(damaged([&](auto& log) { std::copy(at(log, 3), at(log, 4), at(log, 2)); }) ==
          Damage::log);
    CHECK(damaged([&](auto& log) { std::fill(at(log, 2), at(log, 3), std::uint8_t{0}); }) ==
          Damage::log);
    CHECK(damaged([&](auto& log) { log[20] ^= 1U; }) == Damage::log);  // Salt of its header.
    CHECK(damaged([&](auto& log) { std::fill_n(log.begin(), 4096, std::uint8_t{0}); }) ==
          Damage::log);
}

TEST_CASE("a damaged header of a log whose content has all reached the database is harmless",
          "[cipher][damage]") {
    SealedDisk sealed;
    FaultDisk::Bytes log;
    {
        Database db = sealed.open();
        db.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
        db.execute("INSERT INTO row VALUES(1, 'kept')");
        REQUIRE(sqlite3_wal_checkpoint_v2(&db.handle(), nullptr, SQLITE_CHECKPOINT_FULL, nullptr,
                                          nullptr) == SQLITE_OK);
        log = sealed.bytes("node.db-wal");
        sealed.disk.kill();
    }
    sealed.disk.restart();
    REQUIRE(log.size() > header);
    const auto database = sealed.bytes("node.db");
    for (std::size_t at = 0; at < header; ++at) {
        auto damaged = log;
        damaged[at] ^= 0x80U;
        CHECK(Killed::shown(database, damaged) == "1=kept;");
    }
}

TEST_CASE("a log that is cut short shows the state of a whole transaction", "[cipher][damage]") {
    // That the rest is missing nobody can see from here: the log of changes and the hub's heads do.
    const Killed whole;
    const std::set<std::string> states(whole.states.begin(), whole.states.end());
    for (std::size_t size = 0; size < whole.log.size(); size += 37) {
        const auto answer = Killed::shown(
            whole.database,
            {whole.log.begin(), whole.log.begin() + static_cast<std::ptrdiff_t>(size)});
        REQUIRE(answer);
        CHECK(states.contains(*answer));
    }
}

TEST_CASE("a database that lost its end, or all of it, does not open as a smaller one",
          "[cipher][damage]") {
    const Killed whole;
    FaultDisk::Bytes database;
    {
        SealedDisk sealed;
        sealed.put("node.db", whole.database);
        sealed.put("node.db-wal", whole.log);
        Database db = sealed.open();
        REQUIRE(db.checkpoint());
        database = sealed.bytes("node.db");
    }
    for (std::size_t size = 1; size < database.size(); size += 512) {
        INFO("cut to " << size);
        CHECK_FALSE(Killed::shown(
            {database.begin(), database.begin() + static_cast<std::ptrdiff_t>(size)}, {}));
    }
    // The same beside a log that needs the pages that are gone.
    SealedDisk sealed;
    {
        Database db = sealed.open();
        db.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
        db.statement("INSERT INTO row VALUES(1, ?)").run(std::string(60'000, 'x'));
        REQUIRE(db.checkpoint());
        db.execute("INSERT INTO row VALUES(2, 'behind it')");
        sealed.disk.kill();
    }
    sealed.disk.restart();
    const auto log = sealed.bytes("node.db-wal");
    auto cut = sealed.bytes("node.db");
    REQUIRE(Killed::shown(cut, log).has_value());
    while (cut.size() > 2 * 4096) {
        cut.resize(cut.size() - 4096);
        Damage found = Damage::none;
        CHECK_FALSE(Killed::shown(cut, log, &found));
        CHECK(found == Damage::log);
    }
    // Emptied while its log holds something: SQLite would begin anew and remove the log.
    Damage damage = Damage::none;
    CHECK_FALSE(Killed::shown({}, whole.log, &damage));
    CHECK(damage == Damage::log);
    // Pages of zeros, as a file system may leave them.
    for (std::size_t page = 0; page * 4096 < database.size(); ++page) {
        auto zeros = database;
        std::fill_n(zeros.begin() + static_cast<std::ptrdiff_t>(page * 4096), 4096,
                    std::uint8_t{0});
        const auto answer = Killed::shown(zeros, {});
        INFO("page " << page + 1);
        CHECK((!answer || *answer == whole.states.back()));
        if (page == 0) CHECK_FALSE(answer);
    }
}

TEST_CASE("a first page torn while the log was moved is read from the log", "[cipher][damage]") {
    SealedDisk sealed;
    {
        Database db = sealed.open();
        db.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
        db.execute("INSERT INTO row VALUES(1, 'kept')");
        sealed.disk.kill();
    }
    sealed.disk.restart();
    const auto log = sealed.bytes("node.db-wal");
    auto database = sealed.bytes("node.db");
    REQUIRE(database.size() == 4096);  // As it was made; all else is in the log.
    for (const std::size_t torn : {512U, 2048U, 4095U}) {
        auto half = database;
        std::fill_n(half.begin(), torn, std::uint8_t{0xEE});
        CHECK(Killed::shown(half, log) == "1=kept;");
        half.resize(torn);
        CHECK(Killed::shown(half, log) == "1=kept;");
        // Without the log nobody has the page.
        Damage damage = Damage::none;
        CHECK_FALSE(Killed::shown(half, {}, &damage));
        CHECK(damage == Damage::page);
    }
}

TEST_CASE("damage that comes while a database is open is an error, not another answer",
          "[cipher][damage]") {
    SealedDisk sealed;
    Database db = sealed.open();
    db.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
    db.statement("INSERT INTO row VALUES(1, ?)").run(std::string(200'000, 'x'));
    const bool in_log = GENERATE(true, false);
    if (!in_log) REQUIRE(db.checkpoint());
    const std::string name = in_log ? "node.db-wal" : "node.db";
    auto bytes = sealed.bytes(name);
    for (std::size_t at = 20'000; at < bytes.size(); at += 1000) bytes[at] ^= 1U;
    sealed.put(name, bytes);
    sqlite3_db_release_memory(&db.handle());
    try {
        (void)db.statement("SELECT text FROM row").one<std::string>();
        FAIL("damaged pages were read");
    } catch (const node::sqlite::Error& error) {
        CHECK(error.is_corrupt());
    }
    CHECK(sealed.vfs.damage() == (in_log ? Damage::frame : Damage::page));
}
