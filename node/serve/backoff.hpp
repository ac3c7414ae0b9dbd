/// How long to wait after a failure: longer each time, and never in step with others.
#pragma once

#include "node/base/clock.hpp"

#include <algorithm>
#include <chrono>

namespace jiuying::node {

/// Doubles from `first` to `most`. Half of each pause is chance: after a power cut in the whole
/// district the stations don't all call at once.
class Backoff {
public:
    static constexpr std::chrono::seconds first{10};
    static constexpr std::chrono::seconds most{300};

    explicit Backoff(Environment& environment) : environment_(environment) {}

    /// The pause after one more failure.
    [[nodiscard]] std::chrono::milliseconds next() {
        const std::chrono::milliseconds half = whole_ / 2;
        whole_ = std::min<std::chrono::milliseconds>(2 * whole_, most);
        const auto range = static_cast<std::uint64_t>(half.count()) + 1;
        // The remainder's bias is of no matter here.
        return half + std::chrono::milliseconds{environment_.random_number() % range};
    }
    void reset() { whole_ = first; }

private:
    Environment& environment_;
    std::chrono::milliseconds whole_ = first;
};

}  // namespace jiuying::node
