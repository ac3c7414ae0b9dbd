// A station with good keys and a dishonest program: what it says the hub refuses with a reason or
// keeps apart, and the honest stations go on as if it were not there.
#include "tests/sim/mallory.hpp"
#include "tests/sim/story.hpp"

#include "schema/registry.hpp"

using namespace jiuying;
using namespace jiuying::sim;
using sync::CloseReason;
namespace appeal = schema::appeal;
namespace rejection = schema::rejection;

namespace {

struct Intrigue : Story {
    Intrigue() : Story(2), mallory(world, 99) {
        oracle.dishonest.insert(mallory.node());
        oracle.dishonest_scopes.insert(mallory.scope());
        REQUIRE(mallory.join());
        for (std::size_t i = 0; i < world.stations(); ++i) {
            ids.push_back(*desk.register_appeal(world.station(i), desk.words(), "甲"));
            REQUIRE(sync(world.station(i)));
        }
    }
    /// What every honest station and the hub show and hold.
    std::string everything() {
        std::string all;
        for (std::size_t i = 0; i < world.stations(); ++i) {
            const auto scope = world.station(i).profile.scope;
            all += sync::hex_encode(world.hub()->digest(scope).digest);
        }
        return all;
    }
    /// Work goes on on both sides, and all promises hold.
    void go_on() {
        for (std::size_t i = 0; i < world.stations(); ++i) {
            SimNode& station = world.station(i);
            REQUIRE(desk.edit(station, ids[i], appeal::place, desk.words()));
            REQUIRE(desk.edit(world.hub(), ids[i], appeal::contact, desk.words()));
            REQUIRE(desk.register_appeal(station, desk.words()));
        }
        judge();
    }

    Mallory mallory;
    std::vector<schema::RecordId> ids;
};

}  // namespace

TEST_CASE("each thing that a dishonest station says is answered with its reason") {
    Intrigue intrigue;
    const std::string before = intrigue.everything();
    struct Expected {
        Trick trick;
        CloseReason reason;
        std::optional<std::int64_t> rejection = std::nullopt;
    };
    const std::vector<Expected> all{
        {Trick::forged_origin, CloseReason::done, rejection::wrong_scope},
        {Trick::words_of_another, CloseReason::bad_segment},
        {Trick::name_of_another, CloseReason::bad_segment},
        {Trick::fork, CloseReason::done},
        {Trick::gap, CloseReason::bad_segment},
        {Trick::replay, CloseReason::done},
        {Trick::tiny_flood, CloseReason::done},
        {Trick::huge_segment, CloseReason::done},
        {Trick::base_from_future, CloseReason::done, rejection::forged_base},
        {Trick::base_of_unknown_epoch, CloseReason::bad_segment},
        {Trick::clock_at_its_end, CloseReason::done},
        {Trick::hub_said_more, CloseReason::done},
        {Trick::key_flood, CloseReason::protocol_error}};
    REQUIRE(all.size() == tricks);
    for (const Expected& expected : all) {
        INFO("trick " << static_cast<int>(expected.trick));
        const Mallory::Answer answer = intrigue.mallory.play(expected.trick);
        REQUIRE(answer.reason);
        CHECK(static_cast<int>(*answer.reason) == static_cast<int>(expected.reason));
        CHECK(answer.rejection == expected.rejection);
        CHECK(intrigue.everything() == before);
    }
    intrigue.go_on();
}

TEST_CASE("whatever a dishonest station says again and again, the hub's memory of it is bounded") {
    Intrigue intrigue;
    for (int turn = 0; turn < 40; ++turn) {
        for (const Trick trick : {Trick::fork, Trick::key_flood, Trick::hub_said_more}) {
            const auto reason = intrigue.mallory.play(trick).reason;
            // There is not always an epoch left to lie about.
            if (trick == Trick::hub_said_more && !reason) continue;
            REQUIRE(reason);
            CHECK(std::ranges::count(intrigue.mallory.fitting(trick), *reason) == 1);
        }
    }
    Autopsy hub(intrigue.world.hub().disk);
    CHECK(hub.rows_of("SELECT count(*) FROM log WHERE stream = 1") < 100);
    CHECK(hub.rows_of("SELECT count(*) FROM author") < 200);
    intrigue.go_on();
}

TEST_CASE("a clock that a station claims to have drags nobody's along") {
    Intrigue intrigue;
    REQUIRE(intrigue.mallory.play(Trick::clock_at_its_end).reason == CloseReason::done);
    SimNode& station = intrigue.world.station(0);
    REQUIRE(intrigue.desk.edit(intrigue.world.hub(), intrigue.ids[0], appeal::title, "区里"));
    REQUIRE(intrigue.sync(station));
    intrigue.world.run_for(5 * minute);
    REQUIRE(intrigue.desk.edit(station, intrigue.ids[0], appeal::title, "站里"));
    const auto view = station->show(intrigue.ids[0], true);
    for (const node::VersionView& version : view->history) {
        CHECK(version.time_ms < SimEnvironment::start_of_time + day);
    }
    intrigue.go_on();
}
