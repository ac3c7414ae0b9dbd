/// One exchange with the hub, from connect to close.
#pragma once

#include "node/base/clock.hpp"
#include "node/commands/sync_outcome.hpp"
#include "node/replica/replica.hpp"

#include <chrono>
#include <string>

namespace jiuying::node {

/// Connects to \p address (HOST:PORT), runs one session over the replica and waits for its end, at
/// most \p limit. A network that fails is an answer (`ok` false), and so is a refusal: what was cut
/// goes on with the next call. Throws Failure bad_address, and what the database throws. Blocks.
[[nodiscard]] SyncOutcome sync_once(Replica& replica, Environment& environment,
                                    const std::string& address, std::chrono::seconds limit);

}  // namespace jiuying::node
