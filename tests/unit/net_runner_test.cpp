// The piece between session and replica: what it stores, what it answers, how it ends.
#include "node/net/session_runner.hpp"
#include "node/store/sqlite.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using node::SessionRunner;
using sync::CloseReason;
using tests::TestNode;

namespace {

/// Two runners joined by a wire that may be cut after so many bytes.
struct Meeting {
    SessionRunner station;
    SessionRunner hub;
    TestNode& clock;
    std::size_t bytes = 0;
    std::optional<std::size_t> cut_at = std::nullopt;
    SessionRunner::Step to_hub{};
    SessionRunner::Step to_station{};

    static Meeting of(TestNode& station, TestNode& hub) {
        return {SessionRunner::station(*station), SessionRunner::hub(*hub), station};
    }

    bool carry(SessionRunner::Step& from, SessionRunner::Step& to, SessionRunner& receiver) {
        if (from.send.empty()) return false;
        bytes += from.send.size();
        const bool whole = !cut_at || bytes <= *cut_at;
        const sync::Bytes carried = std::exchange(from.send, {});
        to = whole ? receiver.on_bytes(carried, now()) : receiver.on_hung_up(now());
        return whole;
    }
    node::Instant now() { return clock.environment->monotonic(); }

    void run() {
        to_station = hub.on_started(now());
        to_hub = station.on_started(now());
        while (carry(to_hub, to_station, hub) && carry(to_station, to_hub, station)) {
        }
        if (!station.closed()) to_hub = station.on_hung_up(now());
        if (!hub.closed()) to_station = hub.on_hung_up(now());
    }
};

}  // namespace

TEST_CASE("a sync through the session brings every appeal to the hub and a receipt back") {
    tests::TempFolder folder;
    TestNode hub = tests::make_hub(folder);
    TestNode station = tests::make_station(folder, hub, "SHG01");
    const schema::RecordId id = tests::add_appeal(station, "路灯不亮", "四褐山路口路灯不亮");
    Meeting meeting = Meeting::of(station, hub);
    meeting.run();
    CHECK(meeting.to_hub.close == CloseReason::done);
    CHECK(meeting.to_station.close == CloseReason::done);
    CHECK(meeting.station.traffic().round_trips <= 2);
    CHECK(station->status().unsent == 0);
    CHECK(tests::shown(hub, id, schema::appeal::title) == "路灯不亮");
    const auto scope = station->profile().scope;
    CHECK(station->digest(scope).digest == hub->digest(scope).digest);
}

TEST_CASE("a sync that is cut anywhere is made good by the next one") {
    tests::TempFolder folder;
    TestNode hub = tests::make_hub(folder);
    TestNode station = tests::make_station(folder, hub, "SHG01");
    const std::size_t step = 97;
    for (std::size_t cut_at = 1; cut_at < 4000; cut_at += step) {
        tests::add_appeal(station, "第" + std::to_string(cut_at) + "件", "内容");
        Meeting cut = Meeting::of(station, hub);
        cut.cut_at = cut_at;
        cut.run();
        REQUIRE(cut.station.closed());
        REQUIRE(cut.hub.closed());
    }
    Meeting mended = Meeting::of(station, hub);
    mended.run();
    CHECK(mended.to_hub.close == CloseReason::done);
    CHECK(station->status().unsent == 0);
    const auto scope = station->profile().scope;
    CHECK(station->digest(scope).digest == hub->digest(scope).digest);
}

TEST_CASE("a session that is asked to stop says goodbye to its peer") {
    tests::TempFolder folder;
    TestNode hub = tests::make_hub(folder);
    TestNode station = tests::make_station(folder, hub, "SHG01");
    Meeting meeting = Meeting::of(station, hub);
    (void)meeting.hub.on_started(meeting.now());
    auto step = meeting.station.on_started(meeting.now());
    step = meeting.hub.on_bytes(step.send, meeting.now());
    step = meeting.station.on_bytes(step.send, meeting.now());
    const auto third = step.send;
    step = meeting.hub.on_bytes(third, meeting.now());
    const auto goodbye = meeting.station.on_stop(meeting.now());
    CHECK(goodbye.close == CloseReason::stopped);
    CHECK(meeting.hub.on_bytes(goodbye.send, meeting.now()).close == CloseReason::stopped);
}

TEST_CASE("events after the end of a session are ignored") {
    tests::TempFolder folder;
    TestNode hub = tests::make_hub(folder);
    SessionRunner runner = SessionRunner::hub(*hub);
    const node::Instant now = hub.environment->monotonic();
    (void)runner.on_started(now);
    CHECK(runner.on_hung_up(now).close == CloseReason::hung_up);
    const auto after = runner.on_bytes(sync::Bytes(10), now);
    CHECK(after.send.empty());
    CHECK(after.close == CloseReason::hung_up);
}

TEST_CASE("a hub whose database fails says so, and the station keeps what it has as unsent") {
    tests::TempFolder folder;
    TestNode hub = tests::make_hub(folder);
    TestNode station = tests::make_station(folder, hub, "SHG01");
    tests::add_appeal(station, "题", "文");
    auto other = node::sqlite::Database::open(hub.path);
    other.execute(
        "CREATE TRIGGER broken BEFORE INSERT ON segment "
        "BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END");
    Meeting meeting = Meeting::of(station, hub);
    meeting.run();
    CHECK(meeting.to_station.close == CloseReason::storage_failed);
    CHECK(meeting.hub.storage_error());
    CHECK(meeting.hub.closed());
    // It heard that from the hub, in the words of the session.
    CHECK(meeting.to_hub.close == CloseReason::storage_failed);
    CHECK(station->status().unsent > 0);
    other.execute("DROP TRIGGER broken");
    Meeting again = Meeting::of(station, hub);
    again.run();
    CHECK(again.to_hub.close == CloseReason::done);
    CHECK(station->status().unsent == 0);
}

TEST_CASE("random bytes in place of a session end it without harm") {
    tests::TempFolder folder;
    TestNode hub = tests::make_hub(folder);
    for (int round = 0; round < 50; ++round) {
        SessionRunner runner = SessionRunner::hub(*hub);
        const node::Instant now = hub.environment->monotonic();
        (void)runner.on_started(now);
        sync::Bytes noise(300);
        hub.environment->random(noise);
        const auto step = runner.on_bytes(noise, now);
        CHECK((step.close || runner.on_deadline(now + std::chrono::minutes{1}).close));
    }
}
