/// One exchange with the hub as a coroutine: connect, one session, close.
#pragma once

#include "node/commands/sync_outcome.hpp"
#include "node/net/address.hpp"
#include "node/net/name_lookup.hpp"
#include "node/net/session_driver.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <utility>

namespace jiuying::node {

/// Used once. Lives until `run` has ended; `ask_stop` and `cut` come from the same thread.
class SyncCall {
public:
    /// \p replica is used on \p storage only.
    SyncCall(Replica& replica, Storage& storage, Environment& environment,
             LookUp look_up = look_up_in_system)
        : replica_(replica),
          storage_(storage),
          environment_(environment),
          look_up_(std::move(look_up)) {}

    /// A network that fails is an answer, with the system's words in `detail`, and so is a refusal.
    /// Throws what the database of this node throws.
    [[nodiscard]] asio::awaitable<SyncOutcome> run(Address address, std::chrono::seconds limit);

    void ask_stop();
    void cut();

private:
    [[nodiscard]] asio::awaitable<Endpoints> find(Address address, Instant end_at);
    [[nodiscard]] asio::awaitable<bool> connect(asio::ip::tcp::socket& socket, Endpoints endpoints,
                                                Instant end_at);
    [[nodiscard]] asio::awaitable<void> talk(Link::Socket socket, Instant end_at);

    Replica& replica_;
    Storage& storage_;
    Environment& environment_;
    LookUp look_up_;
    SyncOutcome outcome_;
    bool stop_asked_ = false;
    asio::steady_timer* connecting_ = nullptr;  ///< While it is being waited for.
    SessionControl* session_ = nullptr;         ///< While one runs.
};

}  // namespace jiuying::node
