#include "sync/clock/hybrid_clock.hpp"
#include "tests/support/dice.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

constexpr std::int64_t minute = 60'000;
constexpr std::int64_t day = 24 * 60 * minute;
constexpr std::int64_t built = 1'790'000'000'000;  // In September 2026.
constexpr std::int64_t nine = built + 60 * day;    // Nine o'clock of some day after it.
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t for_ever = std::numeric_limits<std::int64_t>::max();

Hlc at(std::int64_t ms, std::uint16_t count = 0) {
    return make_hlc(static_cast<std::uint64_t>(ms), count);
}

HybridClock usual_clock() { return HybridClock{at(nine - day), {nine - day, built}}; }

}  // namespace

TEST_CASE("a stamp says the wall clock's time and is trusted", "[clock]") {
    HybridClock clock = usual_clock();
    CHECK(clock.issue(nine) == Stamp{at(nine), false});
    CHECK(clock.issue(nine + 1) == Stamp{at(nine + 1), false});
    CHECK(clock.last() == at(nine + 1));
}

TEST_CASE("stamps within one millisecond are told apart, and a full counter adds a millisecond",
          "[clock]") {
    HybridClock clock = usual_clock();
    CHECK(clock.issue(nine).hlc == at(nine));
    CHECK(clock.issue(nine).hlc == at(nine, 1));
    HybridClock full{at(nine, 0xFFFF), {nine, built}};
    CHECK(full.issue(nine) == Stamp{at(nine + 1), false});
    CHECK(full.issue(nine).hlc == at(nine + 1, 1));
}

TEST_CASE("a clock set back by a minute goes on counting and is trusted, by an hour is not",
          "[clock]") {
    HybridClock clock = usual_clock();
    const Stamp first = clock.issue(nine);
    CHECK(clock.issue(nine - minute) == Stamp{at(nine, 1), false});
    CHECK(clock.issue(nine - 60 * minute) == Stamp{at(nine, 2), true});
    CHECK(first.hlc == at(nine));
}

TEST_CASE("stamps grow strictly whatever the clock does", "[clock]") {
    test::Dice dice(11);
    for (int story = 0; story < 300; ++story) {
        HybridClock clock = usual_clock();
        Hlc before = clock.last();
        for (int step = 0; step < 100; ++step) {
            const std::vector<std::int64_t> times{never,
                                                  -1,
                                                  0,
                                                  1,
                                                  built - 1,
                                                  nine,
                                                  nine + dice.between(-9, 9),
                                                  nine + dice.between(-400, 400) * day,
                                                  HybridClock::belief_end_ms - 1,
                                                  HybridClock::belief_end_ms,
                                                  std::int64_t{1} << 48U,
                                                  for_ever};
            const std::int64_t now = dice.pick(times);
            if (dice.chance(30)) clock.follow(Hlc{dice.next()}, now);
            const Stamp stamp = clock.issue(now);
            REQUIRE(stamp.hlc > before);
            before = stamp.hlc;
        }
        CHECK(wall_ms(before) <= std::uint64_t{HybridClock::belief_end_ms} + 5 * minute);
    }
}

TEST_CASE("a PC whose clock fell back to 1970 saves under suspicion, after all it knew",
          "[clock]") {
    // Without a transaction of its own: the hub's time at the last contact is the floor.
    HybridClock clock{Hlc{}, {nine, built}};
    CHECK(clock.issue(0) == Stamp{at(nine), true});
    CHECK(clock.issue(never) == Stamp{at(nine, 1), true});
    CHECK(clock.issue(-1) == Stamp{at(nine, 2), true});

    SECTION("before the first contact the build date is all it knows") {
        HybridClock fresh{Hlc{}, {0, built}};
        CHECK(fresh.issue(0) == Stamp{at(built), true});
        CHECK(fresh.issue(built - 1) == Stamp{at(built, 1), true});
        CHECK(fresh.issue(built + 1) == Stamp{at(built + 1), false});
    }
}

TEST_CASE("a clock beyond 2100 does not take the node's stamps with it", "[clock]") {
    HybridClock clock = usual_clock();
    for (const std::int64_t absurd :
         {HybridClock::belief_end_ms, (std::int64_t{1} << 48U) + 5, for_ever}) {
        const Stamp stamp = clock.issue(absurd);
        CHECK(stamp.suspect);
        CHECK(stamp.hlc < at(nine));
    }
    CHECK(clock.issue(nine) == Stamp{at(nine), false});
}

TEST_CASE("after an excursion to a believable future, stamps stay suspect until time catches up",
          "[clock]") {
    HybridClock clock = usual_clock();
    CHECK(clock.issue(nine + 365 * day).hlc == at(nine + 365 * day));
    CHECK(clock.issue(nine) == Stamp{at(nine + 365 * day, 1), true});
    CHECK_FALSE(clock.issue(nine + 366 * day).suspect);
}

TEST_CASE("a step or an offset of more than five minutes is suspected until the next contact",
          "[clock]") {
    HybridClock clock = usual_clock();
    const std::int64_t limit = HybridClock::max_lead_ms;
    const auto suspect = [&](ClockFacts facts) {
        facts.build_date_ms = built;
        clock.learn(facts);
        return clock.issue(nine).suspect;
    };
    CHECK_FALSE(suspect({.floor_ms = nine, .stepped_ms = limit}));
    CHECK(suspect({.floor_ms = nine, .stepped_ms = limit + 1}));
    CHECK(suspect({.floor_ms = nine, .stepped_ms = -limit - 1}));
    CHECK_FALSE(suspect({.floor_ms = nine, .offset_at_last_contact_ms = -limit}));
    CHECK(suspect({.floor_ms = nine, .offset_at_last_contact_ms = -limit - 1}));
    CHECK(suspect({.floor_ms = nine, .offset_at_last_contact_ms = for_ever}));
    CHECK_FALSE(suspect({.floor_ms = nine + limit}));
    CHECK(suspect({.floor_ms = nine + limit + 1}));
}

TEST_CASE("another's stamp is followed, unless it leads by more than five minutes", "[clock]") {
    HybridClock clock = usual_clock();
    CHECK(clock.follow(at(nine + 5 * minute, 3), nine) == 5 * minute);
    CHECK(clock.issue(nine) == Stamp{at(nine + 5 * minute, 4), false});

    CHECK(clock.follow(at(nine + day), nine) == day);
    CHECK(clock.issue(nine + 10 * minute) == Stamp{at(nine + 10 * minute), false});

    CHECK(clock.follow(at(nine - day), nine) == -day);
    CHECK(clock.last() == at(nine + 10 * minute));

    SECTION("not even by a PC that believes it is 2200 itself") {
        clock.follow(at(HybridClock::belief_end_ms - 1), for_ever);
        clock.follow(Hlc{std::numeric_limits<std::uint64_t>::max()}, for_ever);
        CHECK(clock.last() == at(nine + 10 * minute));
    }
    SECTION("and a PC in 1970 is not dragged either; the lead is still told") {
        HybridClock fresh;
        CHECK(fresh.follow(at(nine), 0) == nine);
        CHECK(fresh.last() == Hlc{});
        CHECK(fresh.follow(at(nine), never) > nine);
    }
}
