// Small stories in a simulated district, each a few lines long.
#include "tests/sim/story.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::sim;
namespace appeal = schema::appeal;

TEST_CASE("an appeal recorded without a link reaches the hub when the link is back") {
    Story story;
    SimNode& station = story.world.station(0);
    story.world.cut(station);
    const auto id = story.desk.register_appeal(station, "路灯不亮");
    REQUIRE(id);
    CHECK_FALSE(story.sync(station));
    CHECK(station->status().unsent == 1);
    story.world.mend(station);
    CHECK(story.sync(station));
    CHECK(station->status().unsent == 0);
    CHECK(story.shown(story.world.hub(), *id, appeal::title) == "路灯不亮");
    story.judge();
}

TEST_CASE("two phone numbers written apart become one conflict that either side may settle") {
    Story story;
    SimNode& station = story.world.station(0);
    SimNode& hub = story.world.hub();
    const auto id = story.desk.register_appeal(station, "夜间施工", "甲");
    REQUIRE(story.sync(station));
    story.world.cut(station);
    REQUIRE(story.desk.edit(station, *id, appeal::phone, "乙"));
    REQUIRE(story.desk.edit(hub, *id, appeal::phone, "丙"));
    story.world.mend(station);
    REQUIRE(story.sync(station));
    const auto opened = story.desk.open_conflicts(station);
    REQUIRE(opened.size() == 1);
    CHECK(hub->conflicts().size() == 1);
    REQUIRE(story.desk.settle(station, opened.front(), "乙"));
    REQUIRE(story.sync(station));
    CHECK(hub->conflicts().empty());
    CHECK(story.shown(hub, *id, appeal::phone) == "乙");
    story.judge();
}

TEST_CASE("a decision on an outdated conflict does not bury the edit it had not seen") {
    Story story;
    SimNode& station = story.world.station(0);
    SimNode& hub = story.world.hub();
    const auto id = story.desk.register_appeal(station, "占道经营", "甲");
    REQUIRE(story.sync(station));
    REQUIRE(story.desk.edit(station, *id, appeal::phone, "乙"));
    REQUIRE(story.desk.edit(hub, *id, appeal::phone, "丙"));
    REQUIRE(story.sync(station));
    const auto opened = story.desk.open_conflicts(station);
    REQUIRE(opened.size() == 1);
    REQUIRE(story.desk.edit(hub, *id, appeal::phone, "丁"));
    REQUIRE(story.sync(station));
    REQUIRE(story.desk.settle(station, opened.front(), "乙"));
    REQUIRE(story.sync(station));
    CHECK(hub->conflicts().size() == 1);
    CHECK(station->conflicts().size() == 1);
    story.judge();
}

TEST_CASE("a hub that loses power after its receipt still has what it receipted") {
    Story story;
    SimNode& station = story.world.station(0);
    const auto id = story.desk.register_appeal(station, "水管漏水");
    REQUIRE(story.sync(station));
    CHECK(station->show(*id, false)->delivered);
    story.restart(story.world.hub(), World::Death::power);
    CHECK(story.shown(story.world.hub(), *id, appeal::title) == "水管漏水");
    story.judge();
}

TEST_CASE("what a killed commit left behind is durable before anyone is told of it") {
    // The kill may come between the write and the sync; then a power cut follows the next exchange.
    for (std::uint64_t change = 1; change <= 60; ++change) {
        Story story;
        SimNode& station = story.world.station(0);
        REQUIRE(story.sync(station));
        REQUIRE(story.desk.register_appeal(station, "噪音"));
        SimNode& victim = change % 2 == 0 ? station : story.world.hub();
        victim.disk.kill_at(1 + change / 2);
        (void)story.sync(station);
        victim.disk.mend();
        story.world.open(victim);
        INFO("change " << change);
        REQUIRE(story.sync(station));
        story.restart(victim, World::Death::power);
        story.judge();
    }
}

TEST_CASE("a save that the full disk refuses leaves nothing, and work goes on when there is room") {
    Story story;
    SimNode& station = story.world.station(0);
    REQUIRE(story.desk.register_appeal(station, "第一件"));
    station.disk.limit_room(0);
    std::size_t saved = 0;
    while (story.desk.register_appeal(station, story.desk.words(300))) REQUIRE(++saved < 2000);
    station.disk.limit_room(std::nullopt);
    CHECK(station->list({}).total == 1 + saved);
    REQUIRE(story.desk.register_appeal(station, "又一件"));
    story.judge();
}

TEST_CASE("a clock that fell back to 1970 costs no record and gives no number twice") {
    Story story;
    SimNode& station = story.world.station(0);
    REQUIRE(story.desk.register_appeal(station, "之前"));
    station.environment.reset_to_1970();
    REQUIRE(story.desk.register_appeal(station, "其间"));
    story.restart(station, World::Death::power);
    REQUIRE(story.desk.register_appeal(station, "之后"));
    station.environment.set_right();
    REQUIRE(story.desk.register_appeal(station, "修好之后"));
    story.judge();
}

TEST_CASE("an invitation whose answer got lost is not lost with it") {
    Story story;
    SimNode& station = story.world.station(0);
    REQUIRE(story.desk.register_appeal(station, "入网之前"));
    for (std::size_t bytes = 0; bytes < 2500; bytes += 50) {
        Weather weather;
        weather.cut_after = bytes;
        (void)story.sync(station, weather);
    }
    story.judge();
}

TEST_CASE("a session that was recorded and played again changes nothing at the hub") {
    Story story;
    SimNode& station = story.world.station(0);
    const auto id = story.desk.register_appeal(station, "井盖缺失");
    REQUIRE(story.sync(station));
    REQUIRE(story.desk.edit(station, *id, appeal::title, "井盖已补"));
    REQUIRE(story.sync(station));
    const auto before = story.world.hub()->digest(station.profile.scope).digest;
    for (int i = 0; i < 4; ++i) {
        story.world.replay(station);
        story.world.run_until_quiet();
    }
    CHECK(story.world.hub()->digest(station.profile.scope).digest == before);
    story.judge();
}

TEST_CASE("a long import whose session is cut again and again still arrives whole") {
    Story story;
    SimNode& station = story.world.station(0);
    REQUIRE(story.sync(station));
    REQUIRE(story.desk.import(station, 20, 4000));
    for (int i = 0; i < 12; ++i) {
        Weather weather;
        weather.cut_after = 20'000;
        (void)story.sync(station, weather);
    }
    CHECK(story.world.tally()[Happening::resumed_from_part] +
              story.world.tally()[Happening::cut_inside_segment] >
          0);
    story.judge();
}

TEST_CASE("a piece that is lost, comes twice or is overtaken ends the session and costs nothing") {
    Story story;
    SimNode& station = story.world.station(0);
    REQUIRE(story.sync(station));
    constexpr std::size_t handshake = 90;  // Each side says at least that much, and waits.
    for (const Slip slip : {Slip::lost, Slip::doubled, Slip::swapped}) {
        for (const Side from : {Side::station, Side::hub}) {
            for (std::size_t after = 0; after < 1500; after += 83) {
                REQUIRE(story.desk.register_appeal(station, story.desk.words(40)));
                Weather weather;
                weather.slip = slip;
                weather.slip_from = from;
                weather.slip_after = after;
                weather.slip_max = 40;
                const bool done = story.sync(station, weather);
                INFO("piece at " << after << " of side " << static_cast<int>(from));
                if (after < handshake) CHECK_FALSE(done);
            }
        }
    }
    CHECK(story.world.tally()[Happening::piece_lost] > 20);
    CHECK(story.world.tally()[Happening::piece_doubled] > 20);
    CHECK(story.world.tally()[Happening::pieces_swapped] > 20);
    story.judge();
}

TEST_CASE("what a station saved in 400 days without a link is all at the hub after one exchange") {
    Story story;
    SimNode& station = story.world.station(0);
    SimNode& hub = story.world.hub();
    const auto shared = story.desk.register_appeal(station, "断网之前", "甲");
    REQUIRE(story.sync(station));
    story.world.cut(station);
    std::vector<schema::RecordId> saved;
    for (int past = 1; past <= 400; ++past) {
        story.world.run_for(day);
        if (past % 40 == 0) station.disk.kill_at(1 + story.world.dice().below(12));
        if (past % 90 == 0) story.restart(station, World::Death::power);
        const auto id = story.desk.register_appeal(station, story.desk.words(60));
        if (id) saved.push_back(*id);
        (void)story.desk.edit(station, story.world.dice().pick(saved), appeal::phone,
                              story.desk.words());
        if (past % 30 == 0) (void)story.desk.edit(hub, *shared, appeal::phone, story.desk.words());
        story.world.open(station);
        REQUIRE(station.up());
        REQUIRE_FALSE(story.sync(station));
    }
    REQUIRE(story.desk.edit(station, *shared, appeal::phone, "乙"));
    CHECK(story.world.tally()[Happening::killed_inside_save] >= 5);
    CHECK(saved.size() >= 380);
    CHECK(station->status().unsent >= 2 * saved.size() - 20);
    station.disk.mend();
    story.world.mend(station);
    REQUIRE(story.sync(station));
    CHECK(station->status().unsent == 0);
    for (const schema::RecordId& id : saved) {
        REQUIRE(hub->show(id, false));
        REQUIRE(station->show(id, false)->delivered);
    }
    CHECK(hub->conflicts().size() == 1);
    const auto scope = station.profile.scope;
    CHECK(station->digest(scope).digest == hub->digest(scope).digest);
    story.judge();
}

TEST_CASE("a save that was not acknowledged explains one version of its value and no second") {
    Story story;
    SimNode& station = story.world.station(0);
    const auto id = story.desk.register_appeal(station, "催办");
    for (const std::int64_t choice : {2, 3, 2}) {
        REQUIRE(story.desk.edit(station, *id, appeal::urgency, choice));
    }
    // As if one of the three calls had failed, and its edit stood there twice.
    std::vector<Write>& writes = story.oracle.records.at(*id).writes;
    writes.pop_back();
    std::ranges::find(writes, appeal::urgency, &Write::field)->key.txn = 0;
    for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < story.world.stations(); ++i) {
            REQUIRE(story.sync(story.world.station(i)));
        }
    }
    CHECK_THROWS_WITH(Verdict(story.world, story.oracle, story.watch).check(),
                      Catch::Contains("a version that nobody wrote"));
}

TEST_CASE("an old session that the hub still holds does not disturb the new one") {
    Story story;
    SimNode& station = story.world.station(0);
    const auto id = story.desk.register_appeal(station, "垃圾清运");
    REQUIRE(story.sync(station));
    REQUIRE(story.desk.edit(station, *id, appeal::title, "垃圾清运(二)"));
    Weather weather;
    weather.cut_after = 700;
    weather.cut_tells_hub = false;
    REQUIRE(story.world.dial(station, weather));
    story.world.run_for(2 * second);
    REQUIRE_FALSE(story.world.in_session(station));
    REQUIRE(story.world.dial(station));
    story.world.run_until_quiet();
    CHECK(story.world.last_close(station) == sync::CloseReason::done);
    CHECK(story.world.tally()[Happening::sessions_overlapped] == 1);
    story.judge();
}
