// Power loss under an encrypted database: every change of the disk is a moment to stop at.
#include "tests/support/sealed_disk.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <optional>
#include <string>

using namespace jiuying;
using namespace jiuying::test;
using node::sqlite::Database;

namespace {

/// Points per run; JIUYING_POWER_POINTS asks for more.
std::uint64_t points_wanted() {
    const char* const asked = std::getenv("JIUYING_POWER_POINTS");
    return asked == nullptr ? 2000 : std::strtoull(asked, nullptr, 10);
}

/// A fixed piece of work: rows of all sizes, changes, deletions, a transaction larger than the
/// cache, one that is undone, and the log moved into the database now and then.
class Work {
public:
    explicit Work(std::uint64_t seed) : sealed_(seed), dice_(seed) {
        open(true);
        db_->execute("CREATE TABLE row(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
        db_->execute("INSERT INTO row VALUES(0, '')");
        sealed_.disk.settle();
    }

    /// True if the disk lived to the end of it.
    bool run() {
        try {
            for (int step = 1; step <= 30; ++step) act(step);
        } catch (const node::sqlite::Error& error) {
            INFO(error.what());
            REQUIRE(sealed_.disk.dead());
            return false;
        }
        return !sealed_.disk.dead();
    }

    /// The machine comes back. Empty if all is well.
    std::string fault_after(bool power) {
        db_.reset();
        if (power) {
            sealed_.disk.power_cut();
        } else {
            sealed_.disk.restart();
        }
        try {
            open();
            if (!power && !keeps_what_it_shows()) return "what was shown was lost";
            if (const auto problems = check_integrity(*db_, node::sqlite::Depth::full);
                !problems.empty()) {
                return problems.front();
            }
            const std::string found = state();
            if (found == acknowledged_ || found == attempted_) return go_on();
            return "another state than the acknowledged one or the one in the making";
        } catch (const node::sqlite::Error& error) {
            return error.what();
        }
    }

    FaultDisk& disk() { return sealed_.disk; }
    [[nodiscard]] std::uint64_t refused() const { return sealed_.vfs.refused(); }

private:
    void open(bool create = false) {
        db_.emplace(sealed_.open("node.db", 12, create));
        db_->execute("PRAGMA cache_size=8");
    }

    void act(int step) {
        node::sqlite::Transaction transaction(*db_);
        const int rows = step % 10 == 5 ? 60 : 1 + step % 4;
        for (int i = 0; i < rows; ++i) {
            db_->statement("INSERT OR REPLACE INTO row VALUES(?, ?)")
                .run(std::int64_t{step * 7 + i},
                     std::string(static_cast<std::size_t>(step * 131 % 1900),
                                 static_cast<char>('a' + step % 26)));
        }
        if (step % 6 == 0) db_->execute("DELETE FROM row WHERE id % 5 = 1");
        db_->statement("UPDATE row SET text = ? WHERE id = 0").run(std::to_string(step));
        if (step % 9 == 8) return;  // Undone.
        attempted_ = state();
        transaction.commit();
        acknowledged_ = attempted_;
    }

    std::string state() {
        std::string all;
        db_->statement("SELECT id, text FROM row ORDER BY id")
            .each<std::int64_t, std::string>([&](std::int64_t id, const std::string& text) {
                all += std::to_string(id) + ":" + std::to_string(text.size()) +
                       (text.empty() ? "" : text.substr(0, 3)) + ";";
            });
        return all;
    }

    /// The power fails while the next process writes its first transaction, behind one that the
    /// killed process had perhaps not synced. What that next process saw stays.
    bool keeps_what_it_shows() {
        const std::string seen = state();
        const std::string with_more = seen + "5000:5nev;";
        sealed_.disk.kill_at(1 + dice_.below(3));
        try {
            db_->execute("INSERT INTO row VALUES(5000, 'never')");
        } catch (const node::sqlite::Error&) {
            // As meant; it may have got through all the same.
        }
        sealed_.disk.kill();
        db_.reset();
        sealed_.disk.power_cut();
        open();
        const std::string found = state();
        if (found == with_more) db_->execute("DELETE FROM row WHERE id = 5000");
        return found == seen || found == with_more;
    }

    /// What came back takes new work, which is as safe as before.
    std::string go_on() {
        db_->execute("INSERT INTO row VALUES(999, 'goes on')");
        const std::string once = state();
        if (once.find("999:7goe;") == std::string::npos) return "takes no new rows";
        db_.reset();
        sealed_.disk.power_cut();
        open();
        if (state() != once) return "what went on was lost";
        return {};
    }

    SealedDisk sealed_;
    Dice dice_;
    std::optional<Database> db_;
    std::string acknowledged_ = "0:0;";
    std::string attempted_ = "0:0;";
};

}  // namespace

TEST_CASE("a power cut or kill at any change of the disk loses no commit of an encrypted database",
          "[cipher][power]") {
    const std::uint64_t wanted = points_wanted();
    DiskTally tally;
    std::uint64_t points = 0;
    std::uint64_t lost = 0;
    for (std::uint64_t seed = 1; points < wanted; ++seed) {
        // Every change in turn, until the work comes through without meeting the one to stop at.
        for (std::uint64_t change = 1; points < wanted; ++change) {
            Work work(seed);
            work.disk().kill_at(change);
            if (work.run()) break;
            ++points;
            const bool power = (change + seed) % 4 != 0;
            const std::string fault = work.fault_after(power);
            INFO("seed " << seed << " change " << change << (power ? " power" : " kill"));
            CHECK(fault.empty());
            lost += fault.empty() ? 0 : 1;
            if (lost > 5) FAIL("and more");
            REQUIRE(work.refused() == 0);
            tally += work.disk().tally();
        }
    }
    CHECK(points == wanted);
    // It tells nothing unless each of these came up.
    CHECK(tally.torn > points / 10);
    CHECK(tally.dropped > points / 10);
    CHECK(tally.kills_in_write > points / 50);
    CHECK(tally.kills_in_sync > points / 50);
}

TEST_CASE("making an encrypted database can be cut off anywhere: it is there whole, or made anew",
          "[cipher][power]") {
    std::uint64_t points = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        for (std::uint64_t change = 1;; ++change, ++points) {
            SealedDisk sealed{seed};
            sealed.disk.kill_at(change);
            const auto make = [&] {
                Database db = sealed.open();
                node::sqlite::Transaction transaction(db);
                db.execute("CREATE TABLE row(id INTEGER PRIMARY KEY)");
                transaction.commit();
            };
            bool made = true;
            try {
                make();
            } catch (const node::sqlite::Error&) {
                made = false;
            }
            if (made && !sealed.disk.dead()) break;
            sealed.disk.power_cut();
            INFO("seed " << seed << " change " << change);
            if (made) {
                Database db = sealed.open("node.db", 0, false);
                REQUIRE(db.statement("SELECT count(*) FROM row").one<int>() == 0);
                continue;
            }
            // Whoever makes one removes first what an attempt before it left.
            node::sqlite::remove_database("node.db", sealed.vfs.name());
            REQUIRE_NOTHROW(make());
        }
    }
    CHECK(points > 100);
}
