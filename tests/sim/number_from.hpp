/// Numbers that whoever runs the simulator gives in the environment.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace jiuying::sim {

[[nodiscard]] inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace jiuying::sim
