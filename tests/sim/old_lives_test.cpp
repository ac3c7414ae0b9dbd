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
    const std::uint64_t alone = number_from("JIUYING_SIM_OLD_SEED", 0);
    const std::uint64_t seeds = number_from("JIUYING_SIM_SEEDS", 200);
    const std::uint64_t tolerated = alone != 0 ? 0 : std::max<std::uint64_t>(1, seeds / 500);
    Tally tally;
    std::vector<std::string> faults;
    for (std::uint64_t seed = alone != 0 ? alone : 1; seed <= (alone != 0 ? alone : seeds);
         ++seed) {
        const std::string fault = fault_of(seed, tally);
        if (fault.empty()) continue;
        faults.push_back("JIUYING_SIM_OLD_SEED=" + std::to_string(seed) +
                         " build/release/bin/sim_tests \"whatever is put back*\": " + fault);
        std::cout << "tolerated up to " << tolerated << ": " << faults.back() << "\n";
    }
    CAPTURE(faults);
    CHECK(faults.size() <= tolerated);
    std::cout << "what happened in these districts:\n" << tally.old_text();
    if (alone == 0 && seeds >= 200) CHECK(tally.old_missing() == "");
}
