// What a failing or damaged disk must not do to a replica: show what was undone, keep it from
// working once the disk is well, or end the program.
#include "node/store/sqlite.hpp"
#include "tests/support/fault_vfs.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;

namespace {

/// A hub, and a station on a disk that a test breaks.
struct Town {
    TempFolder folder;
    test::FaultDisk disk{1};
    test::FaultVfs vfs{disk};
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01", "", vfs.name());
};

/// A station whose database file a test edits behind its back.
struct Edited {
    TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");

    /// What opening it and using what is in it says after \p sql.
    void expect_corrupt(const std::string& sql) {
        INFO(sql);
        station.replica.reset();
        node::sqlite::Database::open(station.path).execute(sql.c_str());
        bool corrupt = false;
        try {
            station.reopen();
            (void)station->status();
            for (const node::AppealRow& row : station->list({}).rows) {
                (void)station->show(row.id, true);
            }
            schema::RecordId unplaced;
            REQUIRE(schema::parse_uuid("0192f2a0-0000-7000-8000-000000000000", unplaced.bytes));
            (void)station->show(unplaced, false);
            add_appeal(station, "新", "");
        } catch (const node::sqlite::Error& error) {
            corrupt = error.is_corrupt();
        }
        CHECK(corrupt);
    }
};

}  // namespace

TEST_CASE("when even undoing fails, nothing is called delivered and nothing is shown",
          "[failing_disk]") {
    Town town;
    TestNode& station = town.station;
    const auto first = add_appeal(station, "一", "");
    REQUIRE(exchange(station, town.hub));
    const auto second = add_appeal(station, "二", "");

    // Sealing writes the table of logs. The write fails, and then the drive answers nothing at all.
    town.disk.fail_write(1);
    town.disk.fail_read(1);
    CHECK_THROWS_AS(station->station_config(), node::sqlite::Error);
    REQUIRE(town.disk.tally().failed_writes == 1);
    REQUIRE(town.disk.tally().failed_reads > 0);
    CHECK_THROWS_AS(station->list({}), node::sqlite::Error);
    CHECK_THROWS_AS(station->show(second, false), node::sqlite::Error);
    CHECK_THROWS_AS(station->exchange_status(), node::sqlite::Error);
    CHECK_THROWS_AS(station->digest(station->profile().scope), node::sqlite::Error);
    CHECK_THROWS_AS(edit(station, first, appeal::title, "三"), node::sqlite::Error);

    town.disk.mend();
    SECTION("and reading goes on as soon as the drive does") {
        CHECK(station->exchange_status().unsent == 1);
        CHECK(station->show(first, false)->delivered);
        CHECK_FALSE(station->show(second, false)->delivered);
    }
    SECTION("and so does writing, without a restart") {
        const auto third = add_appeal(station, "三", "");
        CHECK(shown(station, third, appeal::number) == "SHG01-20261123-0003");
        CHECK(station->exchange_status().unsent == 2);
        REQUIRE(exchange(station, town.hub));
        CHECK(shown(town.hub, third, appeal::title) == "三");
        CHECK(station->verify("scratch.db").problems.empty());
    }
}

TEST_CASE("a drive that fails at any read of the recovery leaves the replica as it was",
          "[failing_disk]") {
    for (std::uint64_t nth = 1; nth <= 12; ++nth) {
        INFO("read " << nth);
        Town town;
        TestNode& station = town.station;
        (void)add_appeal(station, "一", "");
        town.disk.fail_write(1);
        town.disk.fail_read(nth);
        CHECK_THROWS_AS(station->station_config(), node::sqlite::Error);
        town.disk.mend();
        CHECK(station->exchange_status().unsent == 1);
        CHECK(station->list({}).total == 1);
        CHECK_FALSE(station->list({}).rows.front().delivered);
        const auto next = add_appeal(station, "二", "");
        CHECK(shown(station, next, appeal::number) == "SHG01-20261123-0002");
    }
}

TEST_CASE("rows that name what is not there are damage, not a crash", "[failing_disk]") {
    Edited edited;
    (void)add_appeal(edited.station, "标题", "内容");
    const std::string sql = GENERATE(
        "UPDATE log SET author = 77", "UPDATE log SET scope = 77", "UPDATE log SET ix = ix + 5",
        "UPDATE author SET ix = ix + 9", "UPDATE scope SET ix = ix + 9",
        "UPDATE actor SET ix = ix + 9", "UPDATE appeal SET scope = 77",
        "INSERT INTO unplaced SELECT rid, x'0192F2A0000070008000000000000000', 77, 999, state "
        "FROM appeal; DELETE FROM appeal");
    edited.expect_corrupt(sql);
}

TEST_CASE("verify rebuilds on the node's own disk and leaves nothing there", "[failing_disk]") {
    Town town;
    (void)add_appeal(town.station, "标题", "内容");
    const std::uint64_t before = town.disk.changes();
    CHECK(town.station->verify("scratch.db").problems.empty());
    CHECK(town.disk.changes() > before + 20);
    CHECK_FALSE(town.disk.exists("scratch.db"));
    CHECK_FALSE(town.disk.exists("scratch.db-wal"));
}
