/// The client's end of the local socket: how a command works through a running `serve`.
#pragma once

#include "node/cli/backend.hpp"
#include "sync/crypto/secret.hpp"

#include <filesystem>
#include <memory>

namespace jiuying::node {

/// Connects to the `serve` that runs on \p data and proves knowledge of \p control_key. Null when
/// nobody serves there (no socket, or one that nobody listens on). Throws Failure when somebody
/// does but refuses.
[[nodiscard]] std::unique_ptr<Backend> connect_control(const std::filesystem::path& data,
                                                       const sync::Key32& control_key);

}  // namespace jiuying::node
