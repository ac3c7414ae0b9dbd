#include "node/serve/station_loop.hpp"

#include "node/commands/boundary.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace jiuying::node {
namespace {

/// What is saved in a burst, such as an import, goes together.
constexpr std::chrono::seconds after_write{1};
/// Of one exchange. What is cut goes on where it ended.
constexpr std::chrono::minutes exchange_limit{30};
constexpr std::chrono::hours until_woken{24};
/// An exchange that lived so long and moved so much before its link broke got somewhere.
constexpr double seconds_of_progress = 10;
constexpr std::uint64_t bytes_of_progress = 16U << 10U;

bool got_somewhere(const std::optional<SyncOutcome>& outcome) {
    if (!outcome) return false;
    const sync::Traffic& traffic = outcome->traffic;
    return outcome->seconds >= seconds_of_progress &&
           traffic.sent_bytes + traffic.received_bytes > bytes_of_progress;
}

SyncOutcome stopped() {
    SyncOutcome outcome;
    outcome.reason = sync::CloseReason::stopped;
    return outcome;
}

}  // namespace

void StationLoop::soon() {
    written_ = true;
    if (failing_) return;
    due_ = std::min(due_, environment_.monotonic() + after_write);
    timer_.cancel();
}

asio::awaitable<SyncOutcome> StationLoop::exchange_now() {
    Waiter waiter{asio::steady_timer{co_await asio::this_coro::executor}, std::nullopt, nullptr};
    if (stopping_) co_return stopped();
    waiting_.push_back(&waiter);
    timer_.cancel();
    while (!waiter.outcome) co_await rest(waiter.done, until_woken);
    if (waiter.thrown) std::rethrow_exception(waiter.thrown);
    co_return *waiter.outcome;
}

void StationLoop::ask_stop() {
    stopping_ = true;
    timer_.cancel();
    if (call_ != nullptr) call_->ask_stop();
}

void StationLoop::cut() {
    if (call_ != nullptr) call_->cut();
}

void StationLoop::tell(std::vector<Waiter*>& waiters, const SyncOutcome& outcome,
                       const std::exception_ptr& thrown) {
    for (Waiter* waiter : std::exchange(waiters, {})) {
        waiter->outcome = outcome;
        waiter->thrown = thrown;
        waiter->done.cancel();
    }
}

asio::awaitable<void> StationLoop::run() {
    while (!stopping_) {
        const auto pause = waiting_.empty() ? due_ - environment_.monotonic() : Instant::duration{};
        if (pause > Instant::duration{}) {
            co_await rest(timer_, pause);
            continue;
        }
        std::vector<Waiter*> waiters = std::exchange(waiting_, {});
        written_ = false;
        std::optional<SyncOutcome> outcome;
        std::exception_ptr thrown;
        try {
            outcome = co_await exchange();
        } catch (...) {
            thrown = std::current_exception();
        }
        call_ = nullptr;
        plan_next(outcome, thrown);
        tell(waiters, outcome.value_or(SyncOutcome{}), thrown);
    }
    tell(waiting_, stopped(), nullptr);
}

/// Nothing if there is nobody to call.
asio::awaitable<std::optional<SyncOutcome>> StationLoop::exchange() {
    std::string text;
    std::function<void()> look = [this, &text] { text = replica_.profile().hub.address; };
    co_await storage_.run(std::move(look));
    const Result<Address> address = parse_address(text);
    if (!address || stopping_) co_return std::nullopt;
    SyncCall call{replica_, storage_, environment_};
    call_ = &call;
    co_return co_await call.run(*address, exchange_limit);
}

void StationLoop::plan_next(const std::optional<SyncOutcome>& outcome,
                            const std::exception_ptr& thrown) {
    const Instant now = environment_.monotonic();
    failing_ = thrown || (outcome && !outcome->ok);
    std::chrono::milliseconds pause = interval_;
    if (failing_) {
        // On a link that breaks every half minute it is the calls that count, not the pauses.
        if (got_somewhere(outcome)) backoff_.reset();
        pause = backoff_.next();
    } else {
        backoff_.reset();
        if (written_) pause = after_write;
    }
    due_ = now + pause;
    if (stopping_) return;
    if (outcome) return notices_.exchanged(*outcome, pause);
    if (!thrown) return notices_.no_address();
    try {
        rethrow_as_failure(thrown);
    } catch (const Failure& failure) {
        notices_.trouble(failure);
    }
}

}  // namespace jiuying::node
