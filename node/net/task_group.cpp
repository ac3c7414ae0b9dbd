#include "node/net/task_group.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace jiuying::node {

void TaskGroup::spawn(asio::awaitable<void> task) {
    ++running_;
    asio::co_spawn(executor_, std::move(task), [this](std::exception_ptr thrown) {
        --running_;
        changed_.cancel();
        if (thrown) std::rethrow_exception(thrown);
    });
}

asio::awaitable<bool> TaskGroup::emptied_within(std::chrono::milliseconds patience) {
    const auto end = asio::steady_timer::clock_type::now() + patience;
    while (running_ != 0 && asio::steady_timer::clock_type::now() < end) {
        changed_.expires_at(end);
        boost::system::error_code ignored;
        auto waiting = changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        co_await std::move(waiting);
    }
    co_return running_ == 0;
}

asio::awaitable<void> rest(asio::steady_timer& timer, std::chrono::milliseconds duration) {
    timer.expires_after(duration);
    boost::system::error_code ignored;
    auto waiting = timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_await std::move(waiting);
}

}  // namespace jiuying::node
