// Districts whose folders are put back to old states, each from its seed.
#include "tests/sim/old_lives.hpp"
#include "tests/sim/number_from.hpp"

#include <catch2/catch.hpp>

#include <iostream>

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

// Not part of a plain run yet: where both sides are put back several times it does not hold in
// about half of the seeds. Run it by its name.
TEST_CASE("whatever is put back to whatever state, what somebody still has is everybody's",
          "[.old]") {
    const std::uint64_t alone = number_from("JIUYING_SIM_OLD_SEED", 0);
    const std::uint64_t seeds = number_from("JIUYING_SIM_SEEDS", 200);
    Tally tally;
    for (std::uint64_t seed = alone != 0 ? alone : 1; seed <= (alone != 0 ? alone : seeds);
         ++seed) {
        INFO("replay: JIUYING_SIM_OLD_SEED=" << seed << " build/release/bin/sim_tests");
        const std::string fault = fault_of(seed, tally);
        CHECK(fault == "");
    }
    std::cout << "what happened in these districts:\n" << tally.old_text();
    if (alone == 0 && seeds >= 200) CHECK(tally.old_missing() == "");
}
