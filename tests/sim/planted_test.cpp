// The simulator finds what unit tests do not: defects planted on purpose, one line each.
// JIUYING_PLANTED_DEFECT=<number> tries only that one, JIUYING_PLANTED_SEED=<number> begins there.
#include "schema/planted.hpp"
#include "tests/sim/life.hpp"
#include "tests/sim/number_from.hpp"
#include "tests/sim/old_lives.hpp"
#include "tests/sim/stick_lives.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <iostream>

using namespace jiuying;
using namespace jiuying::sim;
using planted::Defect;

#ifndef JIUYING_PLANTED
#error "this test is for a build with the defects in it"
#endif

namespace {

constexpr std::uint64_t seeds = 200;
constexpr auto defects = static_cast<std::size_t>(Defect::last_of_list);

enum class District : std::uint8_t { life, machines, old_lives, stick_lives };

/// In which kind of district each can show, and where it was found last, by its number. That seed
/// is tried first, which only saves time: when lives have changed, another one finds it.
struct Promising {
    District district = District::life;
    std::uint64_t seed = 0;
};
constexpr std::array<Promising, defects> promising{{{},
                                                    {District::life, 1},
                                                    {District::life, 243},
                                                    {District::life, 1},
                                                    {District::life, 1},
                                                    {District::life, 13},
                                                    {District::life, 14},
                                                    {District::life, 24},
                                                    {District::life, 11},
                                                    {District::life, 37},
                                                    {District::life, 29},
                                                    {District::life, 5},
                                                    {District::life, 59},
                                                    {District::life, 1},
                                                    {District::life, 3},
                                                    {District::old_lives, 2},
                                                    {District::old_lives, 4},
                                                    {District::old_lives, 1},
                                                    {District::life, 1},
                                                    {District::machines, 16},
                                                    {District::life, 56},
                                                    {District::stick_lives, 1},
                                                    {District::stick_lives, 1},
                                                    {District::life, 9},
                                                    {District::life, 11},
                                                    {District::life, 19},
                                                    {District::life, 1}}};

struct Planted {
    explicit Planted(Defect defect) { planted::active = defect; }
    ~Planted() { planted::active = Defect::none; }
    Planted(const Planted&) = delete;
    Planted& operator=(const Planted&) = delete;
};

template <class Lives, class... More>
std::string violation_of(std::uint64_t seed, More... more) {
    try {
        Lives lives(seed, more...);
        lives.run();
        return {};
    } catch (const Violation& broken) {
        return broken.what();
    }
}

/// Which promise that district breaks; empty if none. Whatever else goes wrong is no finding: a
/// defect must show in the outcome, so any other exception fails the test.
std::string violation_in(District district, std::uint64_t seed, Defect defect) {
    const Planted now(defect);
    switch (district) {
        case District::life: return violation_of<Life>(seed);
        case District::machines: return violation_of<Life>(seed, Cast::machines);
        case District::old_lives: return violation_of<OldLives>(seed);
        case District::stick_lives: return violation_of<StickLives>(seed);
    }
    return {};
}

/// The same, where the district is sound without the defect, as not all that are put back are yet.
std::string found_in(District district, std::uint64_t seed, Defect defect) {
    std::string violation = violation_in(district, seed, defect);
    if (violation.empty() || district != District::old_lives) return violation;
    return violation_in(district, seed, Defect::none).empty() ? violation : std::string();
}

}  // namespace

TEST_CASE("every planted defect is found by the outcome of some life, and is gone without it") {
    const auto number = GENERATE(range(1, static_cast<int>(defects)));
    const auto alone = number_from("JIUYING_PLANTED_DEFECT", 0);
    if (alone != 0 && static_cast<int>(alone) != number) return;
    const auto defect = static_cast<Defect>(number);
    INFO("defect " << number << " of schema/planted.hpp");
    const auto [district, first] = promising[static_cast<std::size_t>(number)];
    const std::uint64_t begin = number_from("JIUYING_PLANTED_SEED", 0);
    std::uint64_t seed = begin != 0 ? begin : first;
    std::string violation = found_in(district, seed, defect);
    const std::uint64_t from = std::max<std::uint64_t>(begin, 1);
    for (std::uint64_t next = from; violation.empty() && next < from + seeds; ++next) {
        seed = next;
        violation = found_in(district, seed, defect);
    }
    REQUIRE_FALSE(violation.empty());
    std::cout << "defect " << number << ", seed " << seed << ": " << violation << "\n";
    CHECK(violation_in(district, seed, Defect::none) == "");
}

TEST_CASE("at least twenty-five defects are planted") { STATIC_REQUIRE(defects - 1 >= 25); }
