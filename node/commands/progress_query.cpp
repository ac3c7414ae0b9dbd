// query: how an appeal stands, for the person who has its code. Tells nothing to anybody else: a
// wrong code, a right code with the wrong digits and a code that never was get the same answer
// after the same work.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/query_code.hpp"
#include "schema/time_text.hpp"
#include "sync/crypto/hash.hpp"

#include <sodium.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>

namespace jiuying::node::commands {
namespace {

using schema::EventKind;
using schema::MainState;

/// Counts failed tries in this process: of one code, and of all. Safe from any thread.
class Gate {
public:
    /// Failure too_many_attempts. Whether there is such a code makes no difference.
    void pass(const sync::Hash16& code, Instant now) {
        const std::lock_guard lock{mutex_};
        forget(now);
        const auto tries = by_code_.find(code);
        const bool often = tries != by_code_.end() && tries->second.size() >= of_one_max;
        if (often || all_.size() >= of_all_max) throw Failure{Error::too_many_attempts};
    }
    void failed(const sync::Hash16& code, Instant now) {
        const std::lock_guard lock{mutex_};
        by_code_[code].push_back(now);
        all_.push_back(now);
    }

private:
    static constexpr std::size_t of_one_max = 5;   ///< In a quarter of an hour.
    static constexpr std::size_t of_all_max = 60;  ///< In a minute.
    static constexpr std::chrono::minutes one_window{15};
    static constexpr std::chrono::minutes all_window{1};

    void forget(Instant now) {
        while (!all_.empty() && now - all_.front() >= all_window) all_.pop_front();
        for (auto entry = by_code_.begin(); entry != by_code_.end();) {
            std::deque<Instant>& tries = entry->second;
            while (!tries.empty() && now - tries.front() >= one_window) tries.pop_front();
            entry = tries.empty() ? by_code_.erase(entry) : std::next(entry);
        }
    }

    std::mutex mutex_;
    std::map<sync::Hash16, std::deque<Instant>> by_code_;
    std::deque<Instant> all_;
};

Gate& gate() {
    static Gate only;
    return only;
}

/// What the person needs to know of it; who handles it inside is none of that.
std::string_view public_state(MainState state) {
    switch (state) {
        case MainState::draft:
        case MainState::registered: return "registered";
        case MainState::received:
        case MainState::triage: return "received";
        case MainState::need_info: return "need_info";
        case MainState::visit_pending: return "replied";
        case MainState::closed:
        case MainState::archived: return "closed";
        case MainState::not_accepted: return "not_accepted";
        case MainState::withdrawn: return "withdrawn";
        case MainState::voided: return "voided";
        default: return "in_progress";
    }
}

struct Reply {
    std::string text;
    std::int64_t at = 0;
};

/// The latest reply that was meant for the person: one that review let pass, or that was given to
/// them at once.
Reply reply_in(const OrderView& order) {
    Reply written;
    Reply told;
    for (const OrderEventView& shown : order.events) {
        if (shown.verdict.refused) continue;
        const Reply here{shown.event.answer, shown.event.happened_at};
        switch (shown.event.kind) {
            case EventKind::replied:
                written = here;
                if (shown.verdict.after == MainState::merged) told = here;
                break;
            case EventKind::review_passed:
                if (!written.text.empty()) told = written;
                break;
            case EventKind::closed:  // As a repeat.
            case EventKind::closed_onsite:
            case EventKind::not_accepted:
                if (!here.text.empty()) told = here;
                break;
            default: break;
        }
    }
    return told;
}

json::object progress_json(CommandContext& context, const schema::RecordId& id) {
    const auto order = context.replica.order(id);
    if (!order) throw Failure{Error::query_no_match};
    // A merged appeal stands where its master stands; the reply is each person's own.
    const schema::RecordId master_id = context.replica.master_of(id);
    const auto master = master_id == id ? order : context.replica.order(master_id);
    const OrderView& standing = master ? *master : *order;
    const auto dues = context.replica.dues(standing, context.environment.now_ms());
    const Reply reply = reply_in(*order);
    const bool open = standing.state.main < MainState::closed;
    json::value due = nullptr;
    if (open && dues) {
        due = json::string(schema::format_time(dues->deadlines.present().citizen.counts.ends_at));
    }
    return {{"number", order->number},
            {"state", public_state(standing.state.main)},
            {"registered_at", time_or_null(order->state.registered_at())},
            {"due", due},
            {"replied_at", time_or_null(reply.text.empty() ? 0 : reply.at)},
            {"closed_at", time_or_null(standing.state.dates.closed_at.value_or(0))},
            {"reply", text_or_null(reply.text)}};
}

}  // namespace

json::object query_progress(CommandContext& context, const json::object& args) {
    const std::string code = plain_query_code(require_text(args, "code"));
    const std::string digits = require_text(args, "last4");
    constexpr std::size_t code_max = 64;
    if (code.empty() || code.size() > code_max) {
        throw Failure{Error::bad_value, Detail::option, "--code"};
    }
    if (digits.size() != 4 || digits.find_first_not_of("0123456789") != digits.npos) {
        throw Failure{Error::bad_value, Detail::option, "--last4"};
    }
    const Instant now = context.environment.monotonic();
    const sync::Hash16 name =
        sync::blake2b_128({sync::as_view("jiuying query v1"), sync::as_view(code)});
    gate().pass(name, now);
    const auto target = context.replica.find_query(code);
    // One comparison, whether or not there is something to compare with.
    std::string expected = last_four(target ? target->phone : std::string{});
    const bool has_phone = expected.size() == digits.size();
    if (!has_phone) expected = "----";
    const bool same = sodium_memcmp(expected.data(), digits.data(), digits.size()) == 0;
    if (!target || !has_phone || !same) {
        gate().failed(name, now);
        throw Failure{Error::query_no_match};
    }
    return progress_json(context, target->id);
}

}  // namespace jiuying::node::commands
