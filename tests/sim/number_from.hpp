/// Numbers that whoever runs the simulator gives in the environment.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace jiuying::sim {

[[nodiscard]] inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

/// The seeds that a run plays: one alone, or all from JIUYING_SIM_FIRST to JIUYING_SIM_SEEDS.
struct Seeds {
    std::uint64_t first{1};
    std::uint64_t last{200};
    bool alone{false};

    /// So many that each kind of fault must have come up.
    [[nodiscard]] bool are_many() const { return last >= first + 199; }
};

[[nodiscard]] inline Seeds seeds_from(const char* variable_of_one) {
    const std::uint64_t one = number_from(variable_of_one, 0);
    if (one != 0) return {one, one, true};
    return {number_from("JIUYING_SIM_FIRST", 1), number_from("JIUYING_SIM_SEEDS", 200), false};
}

}  // namespace jiuying::sim
