// Districts whose folders are put back to old states, each from its seed.
#include "tests/sim/old_lives.hpp"
#include "tests/sim/number_from.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

using namespace jiuying::sim;

namespace {

std::string fault_of(std::uint64_t seed, Tally& tally) {
    OldLives lives(seed);
    try {
        lives.run();
        tally += lives.tally();
        return {};
    } catch (const std::exception& error) {
        return error.what();
    }
}

}  // namespace

// Names of two lives (docs/decisions/0017, not done) still end about one district in 500, seed 9,
// with an edit that one side lacks. One alone, by its seed, must hold.
TEST_CASE("whatever is put back to whatever state, what somebody still has is everybody's") {
    const Seeds seeds = seeds_from("JIUYING_SIM_OLD_SEED");
    const std::uint64_t tolerated =
        seeds.alone ? 0 : std::max<std::uint64_t>(1, (seeds.last - seeds.first + 1) / 500);
    Tally tally;
    std::vector<std::string> faults;
    for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
        const std::string fault = fault_of(seed, tally);
        if (fault.empty()) continue;
        faults.push_back("JIUYING_SIM_OLD_SEED=" + std::to_string(seed) +
                         " build/release/bin/sim_tests \"whatever is put back*\": " + fault);
        std::cout << "tolerated up to " << tolerated << ": " << faults.back() << "\n";
    }
    CAPTURE(faults);
    CHECK(faults.size() <= tolerated);
    std::cout << "what happened in these districts:\n" << tally.old_text();
    if (seeds.are_many()) CHECK(tally.old_missing() == "");
}
