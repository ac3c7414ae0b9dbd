// Districts that only sticks join, each from its seed.
#include "tests/sim/stick_lives.hpp"
#include "tests/sim/number_from.hpp"

#include <catch2/catch.hpp>

#include <iostream>

using namespace jiuying::sim;

namespace {

std::string fault_of(std::uint64_t seed, Tally& tally) {
    StickLives lives(seed);
    try {
        lives.run();
        tally += lives.tally();
        return {};
    } catch (const std::exception& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("without any link, whatever becomes of sticks and disks, all arrive and agree") {
    const Seeds seeds = seeds_from("JIUYING_SIM_STICK_SEED");
    Tally tally;
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("replay: JIUYING_SIM_STICK_SEED=" << seed << " build/release/bin/sim_tests");
        const std::string fault = fault_of(seed, tally);
        CHECK(fault == "");
    }
    std::cout << "what happened to these sticks:\n" << tally.stick_text();
    if (seeds.are_many()) CHECK(tally.stick_missing() == "");
}
