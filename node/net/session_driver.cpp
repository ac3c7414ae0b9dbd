#include "node/net/session_driver.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::node {
namespace {

using sync::CloseReason;

/// Sending for longer than this counts as progress of its own (see sync::Sent).
constexpr std::chrono::seconds slow_send{5};
/// So much is on its way before the next segment is made or looked for: both sides work at once.
constexpr std::size_t bytes_before_more_work = 64U << 10U;

/// The state of one drive. Its coroutine owns it; every member function runs to its end before the
/// next one is called.
struct Drive {
    Link& link;
    SessionRunner& runner;
    Storage& storage;
    Environment& environment;
    const SessionControl& control;
    DriveLimits limits;
    SessionRunner::Step step{};
    bool stopped = false;  ///< The session was told to end.
    bool late = false;     ///< Because its time was over.

    /// Has the runner take an event, on the storage's thread.
    asio::awaitable<void> tell(SessionRunner::Step (SessionRunner::*event)(Instant)) {
        std::function<void()> task = [this, event] {
            step = (runner.*event)(environment.monotonic());
        };
        co_await storage.run(std::move(task));
    }

    asio::awaitable<void> tell_bytes() {
        std::function<void()> task = [this] {
            step = runner.on_bytes(link.received(), environment.monotonic());
        };
        co_await storage.run(std::move(task));
    }

    /// Sends what the last step left. False if the peer is gone.
    asio::awaitable<bool> send() {
        const Instant began = environment.monotonic();
        sync::Bytes bytes = std::exchange(step.send, {});
        const bool sent = co_await link.write(std::move(bytes), limits.write);
        const bool slow = environment.monotonic() - began >= slow_send;
        if (!sent || step.close || (!slow && !runner.unfinished())) co_return sent;
        co_await tell(&SessionRunner::on_sent);
        co_return sent;
    }

    /// Waits for what comes next and tells the session.
    asio::awaitable<void> hear() {
        const bool timed = limits.end_at && !stopped;
        const Instant until = timed ? std::min(step.deadline, *limits.end_at) : step.deadline;
        Link::Input input = Link::Input::woken;
        if (!must_stop()) input = co_await link.read(until);
        switch (input) {
            case Link::Input::bytes: co_await tell_bytes(); break;
            case Link::Input::hung_up: co_await tell(&SessionRunner::on_hung_up); break;
            case Link::Input::timed_out: co_await tell(&SessionRunner::on_deadline); break;
            case Link::Input::woken: break;
        }
        if (step.close || !must_stop()) co_return;
        stopped = true;
        co_await tell(&SessionRunner::on_stop);
    }

    bool must_stop() {
        if (stopped) return false;
        late = limits.end_at && environment.monotonic() >= *limits.end_at;
        return late || control.stop_asked();
    }
};

}  // namespace

asio::awaitable<CloseReason> drive_session(Link& link, SessionRunner& runner, Storage& storage,
                                           Environment& environment, const SessionControl& control,
                                           DriveLimits limits, std::function<void()> admitted) {
    Drive drive{link, runner, storage, environment, control, limits};
    runner.pause_after(bytes_before_more_work);
    co_await drive.tell(&SessionRunner::on_started);
    for (;;) {
        if (admitted && runner.admitted()) std::exchange(admitted, nullptr)();
        while (!drive.step.send.empty()) {
            const bool sent = co_await drive.send();
            if (sent) continue;
            if (!drive.step.close) co_await drive.tell(&SessionRunner::on_hung_up);
            drive.step.send.clear();
        }
        if (drive.step.close) break;
        co_await drive.hear();
    }
    const CloseReason reason = *drive.step.close;
    if (reason == CloseReason::hung_up) {
        link.cut();
    } else {
        const bool hurried = reason == CloseReason::stopped || reason == CloseReason::timed_out;
        const auto patience = runner.admitted() ? limits.leave : limits.leave_refused;
        co_await link.leave(hurried ? limits.leave_stopped : patience);
    }
    const bool ran_late = drive.late && reason == CloseReason::stopped;
    co_return ran_late ? CloseReason::timed_out : reason;
}

}  // namespace jiuying::node
