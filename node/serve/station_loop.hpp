/// A station's syncing in the background: at start, now and then, soon after local writes, and at
/// once when asked.
///
/// One exchange at a time. After a failure the next comes later and later (Backoff); a person who
/// asks does not wait for that. All on one thread; the replica is used on \p storage.
#pragma once

#include "node/net/sync_call.hpp"
#include "node/net/task_group.hpp"
#include "node/serve/backoff.hpp"
#include "node/serve/exchanger.hpp"
#include "node/serve/notices.hpp"

#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <vector>

namespace jiuying::node {

class StationLoop final : public Exchanger {
public:
    StationLoop(asio::io_context& network, Replica& replica, Storage& storage,
                Environment& environment, std::chrono::seconds interval, Notices& notices)
        : replica_(replica),
          storage_(storage),
          environment_(environment),
          interval_(interval),
          notices_(notices),
          backoff_(environment),
          due_(environment.monotonic()),
          timer_(network),
          tasks_(network.get_executor()) {}

    void start() { tasks_.spawn(run()); }
    /// Something was written here: an exchange follows in a moment, unless the hub is out of reach.
    void soon() override;
    [[nodiscard]] asio::awaitable<SyncOutcome> exchange_now() override;

    [[nodiscard]] bool exchanging() const { return call_ != nullptr; }

    /// Lets the exchange under way say goodbye; whoever waits hears CloseReason::stopped.
    void ask_stop();
    void cut();
    [[nodiscard]] asio::awaitable<bool> ended_within(std::chrono::milliseconds patience) {
        return tasks_.emptied_within(patience);
    }

private:
    /// Somebody who waits for an exchange; lives in the coroutine that waits.
    struct Waiter {
        asio::steady_timer done;
        std::optional<SyncOutcome> outcome;
        std::exception_ptr thrown;
    };

    [[nodiscard]] asio::awaitable<void> run();
    [[nodiscard]] asio::awaitable<std::optional<SyncOutcome>> exchange();
    void plan_next(const std::optional<SyncOutcome>& outcome, const std::exception_ptr& thrown);
    static void tell(std::vector<Waiter*>& waiters, const SyncOutcome& outcome,
                     const std::exception_ptr& thrown);

    Replica& replica_;
    Storage& storage_;
    Environment& environment_;
    std::chrono::seconds interval_;
    Notices& notices_;
    Backoff backoff_;
    Instant due_;           ///< Of the next exchange.
    bool failing_ = false;  ///< The last exchange failed.
    bool written_ = false;  ///< Since the running exchange began.
    bool stopping_ = false;
    std::vector<Waiter*> waiting_;  ///< For the next exchange.
    SyncCall* call_ = nullptr;      ///< The one under way.
    asio::steady_timer timer_;      ///< Until `due_`.
    TaskGroup tasks_;
};

}  // namespace jiuying::node
