/// The thread that owns the replica while `serve` runs.
///
/// SQLite and the merge are synchronous; sockets are not. Whatever touches the replica is a task
/// here, run in the order in which it was given, and the network goes on meanwhile. The queue is
/// bounded by those who wait: each connection and each background coroutine has at most one task.
#pragma once

#include "node/net/storage.hpp"

#include <atomic>
#include <memory>

namespace jiuying::node {

class Writer final : public Storage {
public:
    Writer();
    /// Finishes what was given, then ends the thread.
    ~Writer() override;
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// From any thread; ends on the executor of the coroutine that waits.
    [[nodiscard]] asio::awaitable<void> run(std::function<void()> task) override;

    /// Whether nothing is being done or waits to be. A hint: it may be over at once.
    [[nodiscard]] bool idle() const { return waiting_.load() == 0; }
    /// Tasks done so far, to tell whether anything happened.
    [[nodiscard]] std::uint64_t done() const { return done_.load(); }

private:
    struct Thread;
    std::unique_ptr<Thread> thread_;
    std::atomic<std::uint64_t> waiting_{0};
    std::atomic<std::uint64_t> done_{0};
};

}  // namespace jiuying::node
