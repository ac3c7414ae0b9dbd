/// The client's end of the local socket: how a command works through a running `serve`.
#pragma once

#include "node/cli/backend.hpp"
#include "sync/crypto/secret.hpp"

#include <exception>
#include <filesystem>
#include <memory>

namespace jiuying::node {

/// Whoever ran commands for others ends; the command that was to run now was not begun.
class ServiceLeft : public std::exception {};

/// Connects to the `serve` that runs on \p data and proves knowledge of \p control_key. Null when
/// nobody serves there (no socket, or one that nobody listens on or that closes at once). Throws
/// Failure when somebody does but refuses. A call of the backend may also throw ServiceLeft.
[[nodiscard]] std::unique_ptr<Backend> connect_control(const std::filesystem::path& data,
                                                       const sync::Key32& control_key);

/// Tells the `serve` that runs on \p data, if one does, that somebody came with keys that open
/// nothing. Never fails.
void tell_wrong_key(const std::filesystem::path& data) noexcept;

}  // namespace jiuying::node
