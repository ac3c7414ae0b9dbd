/// A hub that listens on this machine, for tests over real sockets.
#pragma once

#include "node/net/listener.hpp"
#include "node/net/sync_client.hpp"
#include "node/net/writer.hpp"
#include "tests/support/nodes.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace jiuying::tests {

namespace asio = boost::asio;

/// A hub that listens, on threads of its own.
class RunningHub {
public:
    explicit RunningHub(const TempFolder& folder, node::ListenerLimits limits = {})
        : hub(make_hub(folder)), limits_(limits) {}
    RunningHub(const RunningHub&) = delete;
    RunningHub& operator=(const RunningHub&) = delete;
    ~RunningHub() { stop(); }

    /// Stations are made before.
    void start();
    /// Both phases. Returns whether the first was enough.
    bool stop();

    [[nodiscard]] std::string address() const { return node::to_text(listener_->address()); }
    [[nodiscard]] asio::ip::tcp::socket call();
    [[nodiscard]] std::vector<node::SessionReport> reports();
    /// Waits until that many sessions have ended.
    bool reported(std::size_t count);
    [[nodiscard]] std::size_t half_open();
    /// Places that are taken.
    [[nodiscard]] std::size_t sessions();
    /// Bytes of segments that are not stored yet.
    [[nodiscard]] std::size_t held() const { return listener_->budget().held(); }

    TestNode hub;

private:
    asio::awaitable<void> wait_for_end(std::promise<bool>& gentle);

    node::ListenerLimits limits_;
    node::SystemEnvironment environment_;
    asio::io_context network_;
    asio::io_context calls_;
    std::optional<node::Writer> writer_;
    std::optional<node::Listener> listener_;
    std::thread thread_;
    std::mutex mutex_;
    std::vector<node::SessionReport> reports_;
};

/// One exchange of \p station with the hub at \p address.
node::SyncOutcome sync_now(TestNode& station, const std::string& address,
                           std::chrono::seconds limit = std::chrono::seconds{20});

/// Whether the other side closes within \p patience. What it says meanwhile is dropped.
[[nodiscard]] bool is_closed_within(asio::ip::tcp::socket& socket,
                                    std::chrono::milliseconds patience);

}  // namespace jiuying::tests
