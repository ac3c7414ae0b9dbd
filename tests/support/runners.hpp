/// Station and hub joined through their sessions by a wire that may be cut after so many bytes.
#pragma once

#include "node/net/session_runner.hpp"
#include "tests/support/nodes.hpp"

#include <optional>

namespace jiuying::tests {

/// How a meeting ended for each side.
struct Met {
    std::optional<sync::CloseReason> station;
    std::optional<sync::CloseReason> hub;
    std::size_t bytes = 0;
};

/// Runs one session. The hub's clock stands still meanwhile.
Met meet(TestNode& station, TestNode& hub, std::optional<std::size_t> cut_at = {});

}  // namespace jiuying::tests
