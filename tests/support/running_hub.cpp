#include "tests/support/running_hub.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <cstdlib>

namespace jiuying::tests {

using namespace std::chrono_literals;
using tcp = asio::ip::tcp;

void RunningHub::start() {
    writer_.emplace();
    listener_.emplace(network_, node::Address{"127.0.0.1", 0}, *hub, *writer_, environment_,
                      limits_, [this](const node::SessionReport& report) {
                          const std::lock_guard lock{mutex_};
                          reports_.push_back(report);
                      });
    listener_->start();
    thread_ = std::thread{[this] { network_.run(); }};
}

bool RunningHub::stop() {
    if (!listener_) return true;
    std::promise<bool> gentle;
    asio::post(network_, [&] {
        listener_->ask_stop();
        asio::co_spawn(network_, wait_for_end(gentle), asio::detached);
    });
    const bool was_gentle = gentle.get_future().get();
    thread_.join();
    listener_.reset();
    writer_.reset();
    return was_gentle;
}

tcp::socket RunningHub::call() {
    tcp::socket socket{calls_};
    const auto where = listener_->address();
    socket.connect({asio::ip::make_address(where.host), where.port});
    return socket;
}

std::vector<node::SessionReport> RunningHub::reports() {
    const std::lock_guard lock{mutex_};
    return reports_;
}

bool RunningHub::reported(std::size_t count) {
    for (int i = 0; i < 500 && reports().size() < count; ++i) std::this_thread::sleep_for(10ms);
    return reports().size() >= count;
}

std::size_t RunningHub::half_open() {
    std::promise<std::size_t> asked;
    asio::post(network_, [&] { asked.set_value(listener_->door().half_open()); });
    return asked.get_future().get();
}

std::size_t RunningHub::sessions() {
    std::promise<std::size_t> asked;
    asio::post(network_, [&] { asked.set_value(listener_->door().sessions()); });
    return asked.get_future().get();
}

asio::awaitable<void> RunningHub::wait_for_end(std::promise<bool>& gentle) {
    const bool ended = co_await listener_->ended_within(2s);
    if (!ended) {
        listener_->cut();
        const bool cut = co_await listener_->ended_within(5s);
        if (!cut) std::abort();
    }
    gentle.set_value(ended);
}

node::SyncOutcome sync_now(TestNode& station, const std::string& address,
                           std::chrono::seconds limit) {
    node::SystemEnvironment environment;
    return node::sync_once(*station, environment, address, limit);
}

bool is_closed_within(tcp::socket& socket, std::chrono::milliseconds patience) {
    socket.non_blocking(true);
    std::array<char, 4096> bytes{};
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
        boost::system::error_code failed;
        socket.read_some(asio::buffer(bytes), failed);
        if (failed && failed != asio::error::would_block) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

}  // namespace jiuying::tests
