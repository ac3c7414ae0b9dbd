#include "node/net/sync_call.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace jiuying::node {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
using sync::CloseReason;
using asio::experimental::make_parallel_group;
using asio::experimental::wait_for_one;

/// A hub that is there answers at once; one behind a dead route must not eat the whole limit.
constexpr std::chrono::seconds connect_limit{10};
/// Names are found at once, or their servers are as far away as the hub.
constexpr std::chrono::seconds name_limit{10};
/// Of a name with more addresses the rest is not tried.
constexpr std::size_t endpoints_max = 4;

}  // namespace

asio::awaitable<Endpoints> SyncCall::find(Address address, Instant end_at) {
    Endpoints found;
    error_code failed;
    const auto numeric = asio::ip::make_address(address.host, failed);
    if (!failed) {
        found.emplace_back(numeric, address.port);
        co_return found;
    }
    asio::steady_timer timer{co_await asio::this_coro::executor};
    const Instant until = environment_.monotonic() + name_limit;
    timer.expires_at(std::min(until, end_at));
    if (stop_asked_) co_return found;
    connecting_ = &timer;
    found = co_await find_endpoints(std::move(address), look_up_, timer, failed);
    connecting_ = nullptr;
    if (failed) outcome_.detail = failed.message();
    if (found.size() > endpoints_max) found.resize(endpoints_max);
    co_return found;
}

asio::awaitable<bool> SyncCall::connect(tcp::socket& socket, Endpoints endpoints, Instant end_at) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (const tcp::endpoint& endpoint : endpoints) {
        if (stop_asked_) break;
        error_code failed;
        socket.close(failed);
        socket.open(endpoint.protocol(), failed);
        if (failed) {
            outcome_.detail = failed.message();
            continue;
        }
        const Instant until = environment_.monotonic() + connect_limit;
        timer.expires_at(std::min(until, end_at));
        auto connecting = socket.async_connect(endpoint, asio::deferred);
        auto waiting = timer.async_wait(asio::deferred);
        auto either = make_parallel_group(std::move(connecting), std::move(waiting));
        connecting_ = &timer;
        const auto [order, connect_error, timer_error] =
            co_await either.async_wait(wait_for_one(), asio::use_awaitable);
        connecting_ = nullptr;
        if (!connect_error) {
            socket.set_option(tcp::no_delay{true}, failed);  // Only speed depends on it.
            co_return true;
        }
        const bool late = order[0] == 1 && !timer_error;
        outcome_.detail =
            late ? error_code{asio::error::timed_out}.message() : connect_error.message();
    }
    co_return false;
}

asio::awaitable<void> SyncCall::talk(Link::Socket socket, Instant end_at) {
    Link link{std::move(socket)};
    std::optional<SessionRunner> runner;
    std::function<void()> begin = [this, &runner] {
        runner.emplace(SessionRunner::station(replica_));
    };
    co_await storage_.run(begin);
    SessionControl control{link};
    session_ = &control;
    if (stop_asked_) control.ask_stop();
    DriveLimits limits;
    limits.end_at = end_at;
    std::exception_ptr thrown;
    try {
        outcome_.reason =
            co_await drive_session(link, *runner, storage_, environment_, control, limits, nullptr);
    } catch (...) {
        thrown = std::current_exception();
    }
    session_ = nullptr;
    if (thrown) std::rethrow_exception(thrown);
    outcome_.traffic = runner->traffic();
    if (runner->storage_error()) std::rethrow_exception(runner->storage_error());
}

asio::awaitable<SyncOutcome> SyncCall::run(Address address, std::chrono::seconds limit) {
    const Instant began = environment_.monotonic();
    const Instant end_at = began + limit;
    const std::string name = to_text(address);
    Endpoints endpoints = co_await find(std::move(address), end_at);
    tcp::socket socket{co_await asio::this_coro::executor};
    const bool connected = co_await connect(socket, std::move(endpoints), end_at);
    if (connected) {
        outcome_.detail.clear();
        Link::Socket line{std::move(socket)};
        co_await talk(std::move(line), end_at);
    } else {
        outcome_.detail = name + ": " + outcome_.detail;
        if (stop_asked_) outcome_.reason = CloseReason::stopped;
    }
    outcome_.ok = outcome_.reason == CloseReason::done;
    const std::chrono::duration<double> took = environment_.monotonic() - began;
    outcome_.seconds = took.count();
    co_return outcome_;
}

void SyncCall::ask_stop() {
    stop_asked_ = true;
    if (connecting_ != nullptr) connecting_->cancel();
    if (session_ != nullptr) session_->ask_stop();
}

void SyncCall::cut() {
    ask_stop();
    if (session_ != nullptr) session_->cut();
}

}  // namespace jiuying::node
