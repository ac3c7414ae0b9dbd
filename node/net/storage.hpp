/// How a coroutine gets work done on the replica without holding up the others.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>

namespace jiuying::node {

namespace asio = boost::asio;

/// Runs tasks that use the replica, one after the other.
class Storage {
public:
    virtual ~Storage() = default;
    /// Ends when \p task has run; what it throws is thrown here. The caller keeps everything that
    /// the task refers to alive until then, and is never cancelled meanwhile.
    [[nodiscard]] virtual asio::awaitable<void> run(std::function<void()> task) = 0;
};

/// Runs them where they are: for a program that does nothing else.
class StorageHere final : public Storage {
public:
    [[nodiscard]] asio::awaitable<void> run(std::function<void()> task) override;
};

}  // namespace jiuying::node
