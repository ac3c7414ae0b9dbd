/// Coroutines that run on their own, with somebody who waits for their end.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>

namespace jiuying::node {

namespace asio = boost::asio;

/// Not thread-safe. Must be empty when it ends, or its context must never run again.
class TaskGroup {
public:
    explicit TaskGroup(asio::any_io_executor executor)
        : executor_(std::move(executor)), changed_(executor_) {}

    /// What \p task throws leaves from the io_context's run().
    void spawn(asio::awaitable<void> task);
    [[nodiscard]] std::size_t size() const { return running_; }
    /// Whether all have ended within \p patience. One waits at a time.
    [[nodiscard]] asio::awaitable<bool> emptied_within(std::chrono::milliseconds patience);

private:
    asio::any_io_executor executor_;
    asio::steady_timer changed_;
    std::size_t running_ = 0;
};

/// Ends after \p duration, or earlier when \p timer is cancelled.
[[nodiscard]] asio::awaitable<void> rest(asio::steady_timer& timer,
                                         std::chrono::milliseconds duration);

}  // namespace jiuying::node
