// Equal logs and other digests: which record it is, whose table is wrong, and what becomes of it.
#include "node/store/sqlite.hpp"
#include "tests/support/forger.hpp"
#include "tests/support/old_copies.hpp"
#include "tests/support/order_people.hpp"
#include "tests/support/runners.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;
using sync::CloseReason;

namespace {

constexpr std::int64_t day = 24 * 3'600'000;

/// Changes the tables behind the program's back.
void damage(TestNode& node, const std::string& sql) {
    node.replica.reset();
    node::sqlite::Database::open(node.path).execute(sql.c_str());
    node.reopen();
}

std::string quoted(const schema::RecordId& id) { return "x'" + sync::hex_encode(id.bytes) + "'"; }

void expect_agreement(TestNode& station, TestNode& hub) {
    REQUIRE(meet(station, hub).station == CloseReason::done);
    CHECK_FALSE(station->status().diverged);
    CHECK_FALSE(hub->status().diverged);
    CHECK(station->digest(station->profile().scope).digest ==
          hub->digest(station->profile().scope).digest);
}

std::string what_of(TestNode& node, const schema::RecordId& id) {
    std::string all;
    for (const node::DifferingView& one : node->differing()) {
        if (one.record == id) all += one.what;
    }
    return all;
}

}  // namespace

TEST_CASE("a station's table that is not what its log says is found at a contact and mended") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto one = add_appeal(station, "路灯", "坏了", "19900000001");
    const auto two = add_appeal(station, "井盖", "没了");
    edit(station, one, appeal::title, "路灯不亮");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    edit(hub, one, appeal::place, "村口");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    expect_agreement(station, hub);
    SECTION("a value was changed") {
        damage(station, "UPDATE appeal SET title = '别的' WHERE id = " + quoted(one));
        REQUIRE(shown(station, one, appeal::title) == "别的");
    }
    SECTION("the row is gone") { damage(station, "DELETE FROM appeal WHERE id = " + quoted(one)); }
    SECTION("its graph can't be read") {
        damage(station, "UPDATE appeal SET state = x'ff00ff' WHERE id = " + quoted(one));
    }
    const std::string number = shown(hub, one, appeal::number);
    REQUIRE(meet(station, hub).station == CloseReason::done);
    CHECK(shown(station, one, appeal::title) == "路灯不亮");
    CHECK(shown(station, one, appeal::place) == "村口");
    CHECK(shown(station, two, appeal::title) == "井盖");
    CHECK(what_of(station, one) == "mended_here");
    CHECK(what_of(hub, one) == "mended_there");
    CHECK(station->differing().size() == 1);
    CHECK(station->differing().front().number == number);
    CHECK(hub->differing().front().with == "SHG01");
    CHECK(problems_of(station, folder).empty());
    expect_agreement(station, hub);
    // It goes on as before, with what it was, after a restart too.
    station.reopen();
    CHECK(what_of(station, one) == "mended_here");
    edit(station, one, appeal::title, "修好了");
    expect_agreement(station, hub);
    expect_agreement(station, hub);
    CHECK(shown(hub, one, appeal::title) == "修好了");
}

TEST_CASE("a station that was put back mends its table by the names that its logs have now") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto one = add_appeal(station, "路灯", "坏了");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    keep_copy(station, folder.file("copy.db"));
    edit(station, one, appeal::text, "后来补的");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    put_back(station, folder.file("copy.db"));
    // Under the number that the hub has of the other edit.
    edit(station, one, appeal::place, "桥头");
    const auto other = add_appeal(station, "另一个", "");
    for (int round = 0; round < 3; ++round) {
        REQUIRE(meet(station, hub).station == CloseReason::done);
    }
    expect_agreement(station, hub);
    damage(station, "UPDATE appeal SET title = '别的' WHERE id IN (" + quoted(one) + ", " +
                        quoted(other) + ")");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    CHECK(what_of(station, one) == "mended_here");
    CHECK(what_of(station, other) == "mended_here");
    CHECK(shown(station, one, appeal::title) == "路灯");
    CHECK(shown(station, one, appeal::text) == "后来补的");
    CHECK(shown(station, one, appeal::place) == "桥头");
    CHECK(problems_of(station, folder).empty());
    expect_agreement(station, hub);
}

TEST_CASE("a row that was changed at the hub is reported by both sides and not overwritten") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "路灯", "坏了");
    (void)add_appeal(station, "井盖", "没了");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    damage(hub, "UPDATE appeal SET title = '别的' WHERE id = " + quoted(id));
    for (int contact = 0; contact < 3; ++contact) {
        REQUIRE(meet(station, hub).station == CloseReason::done);
        CHECK(shown(hub, id, appeal::title) == "别的");
        CHECK(shown(station, id, appeal::title) == "路灯");
        CHECK(what_of(hub, id) == "wrong_here");
        CHECK(what_of(station, id) == "wrong_there");
        CHECK(station->status().diverged);
        CHECK(hub->status().diverged);
        CHECK(hub->differing().size() == 1);
    }
    // Once somebody put it right, it is over.
    damage(hub, "UPDATE appeal SET title = '路灯' WHERE id = " + quoted(id));
    expect_agreement(station, hub);
    CHECK(hub->differing().empty());
    CHECK(station->differing().empty());
}

TEST_CASE("a row of no log that somebody put into a station's table goes") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "路灯", "坏了");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    damage(station,
           "INSERT INTO appeal(rid, id, scope, contested, state, title) SELECT rid + 256, "
           "zeroblob(16), scope, contested, state, title FROM appeal");
    REQUIRE(station->all(schema::EntityId::appeal, 9).size() == 2);
    REQUIRE(meet(station, hub).station == CloseReason::done);
    CHECK(station->all(schema::EntityId::appeal, 9).size() == 1);
    expect_agreement(station, hub);
}

TEST_CASE("of a thousand records the wrong ones are found in a few kilobytes, once a day") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    std::vector<schema::RecordId> ids;
    {
        node::Replica::Batch batch(*station);
        for (int i = 0; i < 1000; ++i) {
            ids.push_back(add_appeal(station, "第" + std::to_string(i) + "件", "内容"));
            station.environment->now += 7;
        }
        batch.commit();
    }
    hub.environment->now = station.environment->now;
    REQUIRE(meet(station, hub).station == CloseReason::done);
    const std::size_t idle = meet(station, hub).bytes;
    for (const int at : {0, 500, 999}) {
        damage(station, "UPDATE appeal SET title = '别的' WHERE id = " +
                            quoted(ids[static_cast<std::size_t>(at)]));
    }
    // Not looked at today: that would cost every contact the reading of all records.
    CHECK(meet(station, hub).bytes == idle);
    for (TestNode* node : {&station, &hub}) node->environment->now += day + 1;
    const Met met = meet(station, hub);
    REQUIRE(met.station == CloseReason::done);
    CHECK(met.bytes < idle + 6000);
    for (const int at : {0, 500, 999}) {
        const auto& id = ids[static_cast<std::size_t>(at)];
        CHECK(shown(station, id, appeal::title) == "第" + std::to_string(at) + "件");
        CHECK(what_of(station, id) == "mended_here");
    }
    expect_agreement(station, hub);
}

TEST_CASE("orders with events, shared ones too, are compared and mended like any record") {
    const TempFolder folder;
    OrderTown town(folder);
    TestNode other = make_station(folder, town.hub, "SXZ01");
    node::Draft draft;
    draft.actor = "admin";
    draft.records.push_back({schema::EntityId::unit,
                             {{schema::unit::code, std::string("SXZ01")},
                              {schema::unit::station, std::string("SXZ01")}}});
    REQUIRE(town.hub->commit(draft).has_value());
    const auto id = add_appeal(town.station, "路灯不亮", "村口路灯坏了");
    const auto settle = [&] {
        for (int round = 0; round < 3; ++round) {
            REQUIRE(meet(town.station, town.hub).station == CloseReason::done);
            REQUIRE(meet(other, town.hub).station == CloseReason::done);
        }
    };
    settle();
    town.at_hub("PD1", id, triaged());
    town.at_hub("PD1", id, dispatched("SXZ01"));
    settle();
    REQUIRE(shown(other, id, appeal::title) == "路灯不亮");
    CHECK_FALSE(other->status().diverged);
    SECTION("the copy of a shared order") {
        damage(other, "UPDATE appeal SET title = '别的'");
        REQUIRE(meet(other, town.hub).station == CloseReason::done);
        CHECK(shown(other, id, appeal::title) == "路灯不亮");
        CHECK(what_of(other, id) == "mended_here");
    }
    SECTION("an event of it") {
        damage(other, "DELETE FROM work_order_event");
        REQUIRE(meet(other, town.hub).station == CloseReason::done);
        CHECK(other->differing().size() == town.hub->order(id)->events.size());
        CHECK_FALSE(other->differing().front().number.empty());
        REQUIRE(other->order(id));
        CHECK(other->order(id)->events.size() == town.hub->order(id)->events.size());
    }
    SECTION("at its home") {
        damage(town.station, "UPDATE work_order_event SET unit = 'OLD' WHERE unit = 'SXZ01'");
        REQUIRE(meet(town.station, town.hub).station == CloseReason::done);
        CHECK(town.station->order(id)->state.lead_unit == "SXZ01");
    }
    settle();
    CHECK_FALSE(other->status().diverged);
    CHECK_FALSE(town.station->status().diverged);
    CHECK_FALSE(town.hub->status().diverged);
    CHECK(problems_of(other, folder).empty());
}

TEST_CASE("a station whose log can't be read asks for the record anew, and once only") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "路灯", "坏了");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    damage(
        station,
        "DELETE FROM appeal; UPDATE segment SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) "
        "|| x'5a' AS BLOB) WHERE place IN (SELECT place FROM segment JOIN log ON "
        "log.ix = place >> 48 "
        "WHERE stream = 1)");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    CHECK(what_of(station, id) == "asked_again");
    CHECK(what_of(hub, id) == "asked_again");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    CHECK(shown(station, id, appeal::title) == "路灯");
    expect_agreement(station, hub);
    const auto before = hub->digest(station->profile().scope).heads;
    expect_agreement(station, hub);
    CHECK(hub->digest(station->profile().scope).heads == before);
}

TEST_CASE("only where logs are equal, digests told and both sides able are records compared") {
    sync::Hello station;
    station.features = sync::feature::compare;
    station.digest = {1};
    sync::Hello hub = station;
    CHECK_FALSE(sync::must_compare(station, hub));
    hub.digest = {2};
    CHECK(sync::must_compare(station, hub));
    SECTION("an older hub") { hub.features = 0; }
    SECTION("an older station") { station.features = 0; }
    SECTION("one that has more") { hub.have[1] = {1, 1, {}}; }
    SECTION("one that can't tell") { hub.digest = {}; }
    SECTION("the station can't tell") { station.digest = {}; }
    CHECK_FALSE(sync::must_compare(station, hub));
}
