// What station and hub notice when they meet: clocks, places that don't fit, state that differs.
#include "node/base/program_version.hpp"
#include "node/net/session_runner.hpp"
#include "node/store/sqlite.hpp"
#include "tests/support/nodes.hpp"
#include "tests/support/runners.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;
using sync::CloseReason;

namespace {

constexpr std::int64_t hour = 3'600'000;

/// Whether what the station writes now says of itself that its clock may be wrong.
bool writes_with_doubt(TestNode& station) {
    const auto id = add_appeal(station, "标题", "内容");
    const auto view = station->show(id, true);
    return view->history.front().suspect_clock;
}

}  // namespace

TEST_CASE("a laptop that slept has no doubtful clock, one whose clock was set has") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    SECTION("the night in a bag") {
        station.environment->now += 12 * hour;
        station.environment->asleep += 12 * hour;
        CHECK_FALSE(writes_with_doubt(station));
    }
    SECTION("twelve hours forward by hand") {
        station.environment->now += 12 * hour;
        station.environment->stepped += 12 * hour;
        CHECK(writes_with_doubt(station));
    }
}

TEST_CASE("a long session does not make the hub think that the station's clock is slow") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    sync::Admit admit;
    admit.static_key = node::public_keys(station.secrets).static_key;
    admit.hello = station->station_config().hello;
    std::optional<node::Replica::Peer> peer;
    REQUIRE(std::holds_alternative<sync::Admitted>(hub->admit(admit, peer)));
    hub.environment->now += hour;
    hub->note_peer({admit.hello}, *peer);
    hub->end_session(peer, CloseReason::done);
    CHECK(hub->peers().front().clock_offset_ms == 0);
}

TEST_CASE("two machines of one station are not taken for diverged, each holding its own part") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode first = make_station(folder, hub, "SHG01");
    TestNode second = make_station(folder, hub, "SHG01", "SHG01-2");
    (void)add_appeal(first, "甲", "");
    (void)add_appeal(second, "乙", "");
    for (int round = 0; round < 3; ++round) {
        REQUIRE(meet(first, hub).station == CloseReason::done);
        REQUIRE(meet(second, hub).station == CloseReason::done);
    }
    CHECK_FALSE(hub->status().diverged);
    CHECK_FALSE(first->status().diverged);
    CHECK_FALSE(second->status().diverged);
}

TEST_CASE("state that differs though the logs are equal is noticed by both sides") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "标题", "内容");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    hub.replica.reset();
    node::sqlite::Database::open(hub.path).execute("UPDATE appeal SET title = '另一个标题'");
    hub.reopen();
    REQUIRE(meet(station, hub).station == CloseReason::done);
    CHECK(station->status().diverged);
    CHECK(hub->status().diverged);
}

TEST_CASE("the hub knows what a station said of its machine at the last contact") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    // Of its joining the hub knows what waited there, and no more.
    const auto joined = hub->peers().front().machine;
    CHECK_FALSE((joined && joined->said));
    (void)add_appeal(station, "标题", "内容");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    auto machine = hub->peers().front().machine;
    REQUIRE((machine && machine->said));
    CHECK(machine->said->version == node::program_version);
    CHECK(machine->said->total_mib >= machine->said->free_mib);
    CHECK(machine->said->total_mib != 0);
    CHECK(machine->backlog == 0);

    // Of one that called and was cut off, what it counted then.
    (void)add_appeal(station, "另一个", "内容");
    (void)add_appeal(station, "第三个", "内容");
    const std::uint64_t unsent = station->station_config().hello.unsent;
    sync::Admit admit;
    admit.static_key = node::public_keys(station.secrets).static_key;
    admit.hello = station->station_config().hello;
    std::optional<node::Replica::Peer> peer;
    REQUIRE(std::holds_alternative<sync::Admitted>(hub->admit(admit, peer)));
    hub->end_session(peer, CloseReason::hung_up);
    machine = hub->peers().front().machine;
    CHECK(machine->backlog == unsent);
    CHECK(machine->backlog >= 2);
    CHECK(machine->said->version == node::program_version);
    hub.reopen();
    CHECK(hub->peers().front().machine->backlog == unsent);

    // One whose program is older says nothing of that.
    hub->note_peer({admit.hello}, *peer);
    machine = hub->peers().front().machine;
    CHECK_FALSE(machine->said.has_value());
    CHECK(machine->backlog == 0);
}
