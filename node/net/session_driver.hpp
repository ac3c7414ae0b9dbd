/// Runs one session over one connection: bytes in, storage work, bytes out.
#pragma once

#include "node/net/link.hpp"
#include "node/net/session_runner.hpp"
#include "node/net/storage.hpp"

#include <functional>
#include <optional>

namespace jiuying::node {

struct DriveLimits {
    std::chrono::milliseconds write{30'000};       ///< For Link::write_piece bytes.
    std::chrono::milliseconds leave{2'000};        ///< For a peer that must hear our last words.
    std::chrono::milliseconds leave_refused{700};  ///< The same for one that was not let in.
    std::chrono::milliseconds leave_stopped{300};  ///< The same when there is no time left.
    std::optional<Instant> end_at = std::nullopt;  ///< Of the whole session.
};

/// How whoever owns a session can end it from outside, on the same thread.
class SessionControl {
public:
    explicit SessionControl(Link& link) : link_(link) {}
    /// Lets the session say goodbye.
    void ask_stop() {
        stop_asked_ = true;
        link_.wake();
    }
    /// Breaks the connection.
    void cut() {
        stop_asked_ = true;
        link_.cut();
    }
    [[nodiscard]] bool stop_asked() const { return stop_asked_; }

private:
    Link& link_;
    bool stop_asked_ = false;
};

/// Drives \p runner until it is closed, and closes \p link. Returns why it ended: timed_out too if
/// it had to be stopped at `limits.end_at`. All arguments stay alive meanwhile; \p runner is used
/// on \p storage only. \p admitted is called once, as soon as the peer is let in. Throws what a
/// broken program throws; failing networks and disks are ends of the session.
[[nodiscard]] asio::awaitable<sync::CloseReason> drive_session(
    Link& link, SessionRunner& runner, Storage& storage, Environment& environment,
    const SessionControl& control, DriveLimits limits, std::function<void()> admitted);

}  // namespace jiuying::node
