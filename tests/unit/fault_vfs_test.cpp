#include "tests/support/fault_vfs.hpp"
#include "node/store/sqlite.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::test;
using node::sqlite::Database;

namespace {

/// A table of rows under test, on a disk that a test breaks. A row is acknowledged when the commit
/// that wrote it returned.
class Ledger {
public:
    explicit Ledger(std::uint64_t seed, bool exclusive = true)
        : disk_(seed), vfs_(disk_), dice_(seed), exclusive_(exclusive) {
        open();
        db_->execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
        disk_.settle();
    }

    void open() {
        node::sqlite::OpenOptions options;
        options.vfs = vfs_.name();
        options.exclusive = exclusive_;
        options.create = true;
        options.wal_autocheckpoint_pages = 20;
        db_.emplace(Database::open("ledger.db", options));
    }

    /// Commits some rows in one transaction. False if the disk failed.
    bool commit(std::size_t rows) {
        const std::int64_t first = next_;
        next_ += static_cast<std::int64_t>(rows);
        try {
            node::sqlite::Transaction transaction(*db_);
            for (std::int64_t id = first; id < next_; ++id) {
                db_->statement("INSERT INTO row VALUES(?, ?)").run(id, text_of(id));
            }
            transaction.commit();
        } catch (const node::sqlite::Error&) {
            return false;
        }
        for (std::int64_t id = first; id < next_; ++id) acknowledged_.push_back(id);
        return true;
    }

    /// The process is gone, the machine too if \p power; then both are back.
    void crash(bool power) {
        disk_.kill();
        db_.reset();
        if (power) {
            disk_.power_cut();
        } else {
            disk_.restart();
        }
        open();
    }

    /// What is wrong with the table; empty if nothing is.
    std::string fault() {
        for (const std::string& problem : check_integrity(*db_, node::sqlite::Depth::full)) {
            return problem;
        }
        for (const std::int64_t id : acknowledged_) {
            const auto text =
                db_->statement("SELECT text FROM row WHERE id = ?").maybe<std::string>(id);
            if (!text) return "row " + std::to_string(id) + " is lost";
            if (*text != text_of(id)) return "row " + std::to_string(id) + " was changed";
        }
        return {};
    }

    std::int64_t count() { return db_->statement("SELECT count(*) FROM row").one<std::int64_t>(); }
    FaultDisk& disk() { return disk_; }
    Dice& dice() { return dice_; }
    Database& db() { return *db_; }
    [[nodiscard]] std::size_t acknowledged() const { return acknowledged_.size(); }

private:
    static std::string text_of(std::int64_t id) {
        return std::string(static_cast<std::size_t>(id % 7) * 300, 'x') + std::to_string(id);
    }

    FaultDisk disk_;
    FaultVfs vfs_;
    Dice dice_;
    bool exclusive_;
    std::optional<Database> db_;
    std::int64_t next_ = 1;
    std::vector<std::int64_t> acknowledged_;
};

}  // namespace

TEST_CASE("a committed transaction survives 500 power cuts at random moments", "[fault_vfs]") {
    DiskTally tally;
    std::size_t cuts = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Ledger ledger(seed);
        for (int round = 0; round < 10; ++round, ++cuts) {
            ledger.disk().kill_at(1 + ledger.dice().below(60));
            while (ledger.commit(1 + ledger.dice().below(12))) {
            }
            REQUIRE(ledger.disk().dead());
            ledger.crash(true);
            INFO("seed " << seed << " round " << round);
            REQUIRE(ledger.fault().empty());
        }
        REQUIRE(ledger.acknowledged() > 0);
        tally += ledger.disk().tally();
    }
    CHECK(cuts == 500);
    // It tells nothing unless each of these came up.
    CHECK(tally.power_cuts > 100);
    CHECK(tally.kills_in_write > 20);
    CHECK(tally.kills_in_sync > 20);
    CHECK(tally.torn > 100);
    CHECK(tally.dropped > 100);
}

TEST_CASE("after a kill without a power cut everything written is still there", "[fault_vfs]") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Ledger ledger(seed);
        ledger.disk().kill_at(1 + ledger.dice().below(100));
        while (ledger.commit(3)) {
        }
        ledger.crash(false);
        INFO("seed " << seed);
        REQUIRE(ledger.fault().empty());
        REQUIRE(ledger.commit(1));
    }
}

TEST_CASE("what was never committed vanishes with the process", "[fault_vfs]") {
    Ledger ledger(3);
    REQUIRE(ledger.commit(5));
    ledger.db().execute("BEGIN; INSERT INTO row VALUES(1000, 'not saved')");
    ledger.crash(true);
    CHECK(ledger.count() == 5);
    CHECK(ledger.fault().empty());
}

TEST_CASE("without the sync a commit does not survive: the disk is not kinder than real ones",
          "[fault_vfs]") {
    std::size_t lost = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Ledger ledger(seed);
        ledger.db().execute("PRAGMA synchronous=OFF");
        REQUIRE(ledger.commit(4));
        ledger.crash(true);
        if (ledger.count() == 0) ++lost;
    }
    CHECK(lost > 5);
}

TEST_CASE("a full disk refuses the commit and keeps what was there", "[fault_vfs]") {
    Ledger ledger(4);
    REQUIRE(ledger.commit(10));
    ledger.disk().limit_room(6000);
    std::size_t taken = 0;
    while (ledger.commit(8)) REQUIRE(++taken < 50);
    CHECK(ledger.fault().empty());
    CHECK_FALSE(ledger.commit(8));
    ledger.disk().limit_room(std::nullopt);
    CHECK(ledger.commit(8));
    ledger.crash(true);
    CHECK(ledger.fault().empty());
    CHECK(ledger.disk().tally().full > 0);
}

TEST_CASE("a failing write or sync at any place loses nothing that was acknowledged",
          "[fault_vfs]") {
    for (std::uint64_t nth = 1; nth <= 120; ++nth) {
        for (const bool in_sync : {false, true}) {
            Ledger ledger(nth);
            if (in_sync) {
                ledger.disk().fail_sync(nth);
            } else {
                ledger.disk().fail_write(nth);
            }
            for (int i = 0; i < 40; ++i) (void)ledger.commit(2);
            INFO((in_sync ? "sync " : "write ") << nth);
            REQUIRE(ledger.fault().empty());
            ledger.crash(true);
            REQUIRE(ledger.fault().empty());
            REQUIRE(ledger.commit(1));
        }
    }
}

TEST_CASE("a database that is not opened exclusively works through shared memory", "[fault_vfs]") {
    Ledger ledger(5, false);
    REQUIRE(ledger.commit(30));
    ledger.crash(true);
    CHECK(ledger.count() == 30);
    CHECK(ledger.fault().empty());
}

TEST_CASE("the durable copy of a disk is what the worst power cut leaves", "[fault_vfs]") {
    FaultDisk disk(1);
    FaultDisk::FilePtr file;
    REQUIRE(disk.open("a", true, false, file) == SQLITE_OK);
    const std::vector<std::uint8_t> first(5000, 1);
    const std::vector<std::uint8_t> second(5000, 2);
    REQUIRE(disk.write(*file, first, 0) == SQLITE_OK);
    REQUIRE(disk.sync(*file, false) == SQLITE_OK);
    CHECK_FALSE(disk.durable_copy()->exists("a"));  // Its name was not synced.
    REQUIRE(disk.sync(*file, true) == SQLITE_OK);
    REQUIRE(disk.write(*file, second, 0) == SQLITE_OK);
    disk.close();
    disk.lose_unsynced();
    CHECK(file->now.bytes() == first);
    CHECK(disk.durable_copy()->exists("a"));
}

TEST_CASE("copies of a file in memory share its blocks until one of them writes", "[fault_vfs]") {
    jiuying::test::Blocks one;
    one.write(4090, std::vector<std::uint8_t>(10, 7));
    jiuying::test::Blocks other = one;
    other.write(4095, std::vector<std::uint8_t>{9, 9});
    CHECK(one.bytes()[4095] == 7);
    CHECK(one.bytes()[4096] == 7);
    CHECK(other.bytes()[4094] == 7);
    CHECK(other.bytes()[4095] == 9);
    CHECK(other.bytes()[4096] == 9);

    SECTION("what was cut off is zero when the file grows again") {
        other.resize(4093);
        other.resize(9000);
        const std::vector<std::uint8_t> bytes = other.bytes();
        CHECK(bytes[4092] == 7);
        CHECK(
            std::ranges::all_of(bytes.begin() + 4093, bytes.end(), [](auto b) { return b == 0; }));
        CHECK(one.bytes()[4093] == 7);
    }
}
