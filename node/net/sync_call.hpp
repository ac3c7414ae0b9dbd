/// One exchange with the hub as a coroutine: connect, one session, close.
#pragma once

#include "node/commands/sync_outcome.hpp"
#include "node/net/address.hpp"
#include "node/net/session_driver.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <vector>

namespace jiuying::node {

/// Used once. Lives until `run` has ended; `ask_stop` and `cut` come from the same thread.
class SyncCall {
public:
    /// \p replica is used on \p storage only.
    SyncCall(Replica& replica, Storage& storage, Environment& environment)
        : replica_(replica), storage_(storage), environment_(environment) {}

    /// A network that fails is an answer, with the system's words in `detail`, and so is a refusal.
    /// Throws what the database of this node throws. Only looking up a name may take longer than
    /// \p limit.
    [[nodiscard]] asio::awaitable<SyncOutcome> run(Address address, std::chrono::seconds limit);

    void ask_stop();
    void cut();

private:
    using Endpoints = std::vector<asio::ip::tcp::endpoint>;
    [[nodiscard]] asio::awaitable<Endpoints> find(Address address);
    [[nodiscard]] asio::awaitable<bool> connect(asio::ip::tcp::socket& socket, Endpoints endpoints,
                                                Instant end_at);
    [[nodiscard]] asio::awaitable<void> talk(Link::Socket socket, Instant end_at);

    Replica& replica_;
    Storage& storage_;
    Environment& environment_;
    SyncOutcome outcome_;
    bool stop_asked_ = false;
    asio::steady_timer* connecting_ = nullptr;  ///< While it is being waited for.
    SessionControl* session_ = nullptr;         ///< While one runs.
};

}  // namespace jiuying::node
