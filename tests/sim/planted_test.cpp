// The simulator finds what unit tests do not: eleven defects planted on purpose, one line each.
#include "schema/planted.hpp"
#include "tests/sim/life.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>

using namespace jiuying;
using namespace jiuying::sim;
using planted::Defect;

#ifndef JIUYING_PLANTED
#error "this test is for a build with the defects in it"
#endif

namespace {

struct Planted {
    explicit Planted(Defect defect) { planted::active = defect; }
    ~Planted() { planted::active = Defect::none; }
    Planted(const Planted&) = delete;
    Planted& operator=(const Planted&) = delete;
};

/// What is wrong in that life; empty if nothing is.
std::string fault_of(std::uint64_t seed, Defect defect) {
    const Planted now(defect);
    try {
        Life life(seed);
        life.run();
        return {};
    } catch (const std::exception& error) {  // A Violation, or what the defect led to.
        return error.what();
    }
}

}  // namespace

TEST_CASE("every planted defect is found by the outcome of some life, and is gone without it") {
    constexpr std::uint64_t seeds = 200;
    const auto defect =
        static_cast<Defect>(GENERATE(range(1, static_cast<int>(Defect::last_of_list))));
    std::string fault;
    std::uint64_t seed = 0;
    while (fault.empty() && seed < seeds) fault = fault_of(++seed, defect);
    INFO("defect " << static_cast<int>(defect));
    REQUIRE_FALSE(fault.empty());
    std::cout << "defect " << static_cast<int>(defect) << ", seed " << seed << ": " << fault
              << "\n";
    CHECK(fault_of(seed, Defect::none) == "");
}
