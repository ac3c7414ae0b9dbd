#include "node/serve/command_desk.hpp"

#include "node/commands/boundary.hpp"
#include "node/commands/sync_answer.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

/// What the hub writes while it judges what it just got may need another session to arrive.
constexpr int sessions_max = 3;

/// Commands after which there is nothing new to send. For others an exchange too many is no harm.
bool only_reads(std::string_view name) {
    constexpr std::array readers{"status",      "digest",       "verify",        "index",
                                 "sync.status", "duty.now",     "audit.verify",  "backup.write",
                                 "backup.made", "doctor.look",  "doctor.check",  "scan",
                                 "scan.gate",   "scan.backlog", "order.deadline"};
    return name.ends_with(".list") || name.starts_with("bundle.") || name.starts_with("report.") ||
           name.ends_with(".show") || std::ranges::find(readers, name) != readers.end();
}

/// What goes through all there is must not hold up who saves, exchanges or greets meanwhile.
bool goes_through_all(std::string_view name) {
    constexpr std::array all{"verify",       "audit.verify", "backup.write",
                             "doctor.check", "scan",         "report.totals"};
    return std::ranges::find(all, name) != all.end();
}

void add(sync::Traffic& sum, const sync::Traffic& more) {
    sum.sent_bytes += more.sent_bytes;
    sum.received_bytes += more.received_bytes;
    sum.sent_segments += more.sent_segments;
    sum.received_segments += more.received_segments;
    sum.sent_transactions += more.sent_transactions;
    sum.received_transactions += more.received_transactions;
    sum.round_trips += more.round_trips;
}

SyncOutcome no_session_here(const std::optional<std::string>&) {
    throw Failure{Error::unexpected};  // `sync now` never comes this way.
}

}  // namespace

CommandContext CommandDesk::context(Replica& replica, Progress progress) {
    return {replica,         {},       folder_.environment(), std::move(progress),
            no_session_here, serving_, folder_.data()};
}

asio::awaitable<json::object> CommandDesk::run(std::string name, json::object args,
                                               Progress progress) {
    if (name == "sync.now" && exchanger_ != nullptr) co_return co_await sync_now(std::move(args));
    const bool apart = readers_ != nullptr && folder_.reader() != nullptr && goes_through_all(name);
    Replica& replica = apart ? *folder_.reader() : folder_.replica();
    json::object result;
    std::function<void()> task = [&] {
        result = within_boundary([&] {
            CommandContext with = context(replica, progress);
            return run_command(with, name, args);
        });
    };
    Storage& thread = apart ? *readers_ : storage_;
    co_await thread.run(std::move(task));
    if (!only_reads(name)) {
        ++written_;
        if (exchanger_ != nullptr) exchanger_->soon();
    }
    co_return result;
}

/// What run_command("sync.now") does, but the sessions run beside the replica's thread.
asio::awaitable<json::object> CommandDesk::sync_now(json::object args) {
    std::function<void()> prepare = [&] {
        within_boundary([&] {
            CommandContext with = context(folder_.replica(), {});
            (void)prepare_sync(with, args);
        });
    };
    co_await storage_.run(std::move(prepare));
    SyncOutcome all;
    sync::Traffic traffic;
    double seconds = 0;
    json::object answer;
    bool unsent = true;
    std::function<void()> conclude = [&] {
        within_boundary([&] {
            CommandContext with = context(folder_.replica(), {});
            const Replica::Reading reading{with.replica, reader_of(with, args)};
            answer = sync_answer(with, all);
            unsent = with.replica.exchange_status().unsent != 0;
        });
    };
    for (int session = 0; session < sessions_max && unsent; ++session) {
        std::exception_ptr thrown;
        try {
            all = co_await exchanger_->exchange_now();
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) rethrow_as_failure(thrown);
        add(traffic, all.traffic);
        seconds += all.seconds;
        all.traffic = traffic;
        all.seconds = seconds;
        // The hub wants its own words first: the next session begins with them.
        const bool again = all.reason == sync::CloseReason::lacks_own_words;
        if (again && session + 1 < sessions_max) continue;
        co_await storage_.run(conclude);
    }
    co_return answer;
}

}  // namespace jiuying::node
