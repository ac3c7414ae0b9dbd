#include "node/net/name_lookup.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace jiuying::node {
namespace {

using boost::system::error_code;
using asio::ip::tcp;

/// What waiter and thread share; the last of them ends it.
struct Inquiry {
    std::mutex mutex;
    asio::steady_timer* waiter = nullptr;  ///< Null when nobody waits any more.
    bool answered = false;
    Endpoints found;
    error_code failed;
};

void ask(const std::shared_ptr<Inquiry>& inquiry, const Address& address, const LookUp& look_up) {
    error_code failed;
    Endpoints found = look_up(address, failed);
    const std::lock_guard lock{inquiry->mutex};
    inquiry->found = std::move(found);
    inquiry->failed = failed;
    inquiry->answered = true;
    if (inquiry->waiter == nullptr) return;
    // While the lock is held the waiter can't leave, so its timer and context are there. The timer
    // belongs to its thread: it is cancelled there, if somebody waits for it still.
    asio::post(inquiry->waiter->get_executor(), [inquiry] {
        const std::lock_guard held{inquiry->mutex};
        if (inquiry->waiter != nullptr) inquiry->waiter->cancel();
    });
}

}  // namespace

Endpoints look_up_in_system(const Address& address, error_code& failed) {
    asio::io_context here;
    tcp::resolver resolver{here};
    Endpoints found;
    const auto results = resolver.resolve(address.host, std::to_string(address.port), failed);
    for (const auto& entry : results) found.push_back(entry.endpoint());
    return found;
}

asio::awaitable<Endpoints> find_endpoints(Address address, LookUp look_up,
                                          asio::steady_timer& timer, error_code& failed) {
    const auto inquiry = std::make_shared<Inquiry>();
    inquiry->waiter = &timer;
    std::thread thread{[inquiry, address = std::move(address), look_up = std::move(look_up)] {
        ask(inquiry, address, look_up);
    }};
    thread.detach();
    error_code woken;
    auto waiting = timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    co_await std::move(waiting);
    const std::lock_guard lock{inquiry->mutex};
    inquiry->waiter = nullptr;
    failed = inquiry->failed;
    if (!inquiry->answered) {
        failed = woken ? asio::error::operation_aborted : asio::error::timed_out;
    }
    co_return std::move(inquiry->found);
}

}  // namespace jiuying::node
