/// Time and what to make of many times. Seconds throughout.
#pragma once

#include "schema/assert.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace jiuying::bench {

class Stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// The value below which \p share of \p values lie. There must be one.
[[nodiscard]] inline double quantile(std::vector<double> values, double share) {
    JY_ASSERT(!values.empty());
    const auto last = static_cast<double>(values.size() - 1);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * last + 0.5);
    std::ranges::nth_element(values, at);
    return *at;
}
[[nodiscard]] inline double median(const std::vector<double>& values) {
    return quantile(values, 0.5);
}

[[nodiscard]] inline double sum(const std::vector<double>& values) {
    double total = 0;
    for (const double value : values) total += value;
    return total;
}

}  // namespace jiuying::bench
