// Meeting the hub now, and how the last meeting went.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/sync_answer.hpp"
#include "node/folder/invitation_file.hpp"

#include <array>

namespace jiuying::node {
namespace {

using sync::CloseReason;

/// What the hub writes while it judges what it just got (notices, rejections) may need another
/// session to arrive. More than this many means that something else is wrong.
constexpr int sessions_max = 3;

/// The name of a reason in JSON, and the error it becomes where a person waits for success.
struct ReasonName {
    std::string_view name;
    Error error;
};

const ReasonName& entry_of_reason(CloseReason reason) {
    static constexpr std::array names{
        ReasonName{"never", Error::hub_unreachable},
        ReasonName{"done", Error::unexpected},
        ReasonName{"stopped", Error::connection_lost},
        ReasonName{"hung_up", Error::connection_lost},
        ReasonName{"timed_out", Error::sync_timeout},
        ReasonName{"protocol_error", Error::peer_sent_damaged},
        ReasonName{"not_authentic", Error::hub_key_mismatch},
        ReasonName{"version_mismatch", Error::protocol_version},
        ReasonName{"refused_unknown", Error::unknown_node},
        ReasonName{"refused_used", Error::invitation_used},
        ReasonName{"refused_expired", Error::invitation_expired},
        ReasonName{"refused_revoked", Error::node_revoked},
        ReasonName{"refused_busy", Error::hub_busy},
        ReasonName{"bad_segment", Error::peer_sent_damaged},
        ReasonName{"storage_failed", Error::hub_busy},
        ReasonName{"hub_log_differs", Error::hub_rolled_back},
        ReasonName{"station_log_differs", Error::fork_found},
        ReasonName{"lacks_own_words", Error::hub_busy},
    };
    const auto index = static_cast<std::size_t>(reason);
    return names[index < names.size() ? index : 0];
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

}  // namespace

std::string_view name_of(CloseReason reason) { return entry_of_reason(reason).name; }

Failure sync_failure(const SyncOutcome& outcome) {
    Error error = entry_of_reason(outcome.reason).error;
    // Nothing was heard: nobody is there, rather than a link that broke.
    const bool silent = outcome.traffic.received_bytes == 0;
    if (error == Error::connection_lost && silent) error = Error::hub_unreachable;
    Failure failure{error};
    const bool disk = outcome.reason == CloseReason::storage_failed;
    if (disk) failure.with(Detail::reason, std::string{entry_of_reason(outcome.reason).name});
    if (!outcome.detail.empty()) failure.with(Detail::reason, outcome.detail);
    return failure;
}

std::string prepare_sync(CommandContext& context, const json::object& args) {
    if (context.replica.profile().role != Profile::Role::station) throw Failure{Error::wrong_role};
    const auto hub = text_in(args, "hub");
    if (hub && !is_address(*hub)) throw Failure{Error::bad_address, Detail::address, *hub};
    if (hub) context.replica.set_hub_address(*hub);
    const std::string& address = context.replica.profile().hub.address;
    if (address.empty()) throw Failure{Error::hub_address_missing};
    return address;
}

json::object sync_answer(CommandContext& context, const SyncOutcome& outcome) {
    if (!outcome.ok) throw sync_failure(outcome);
    const StatusFacts facts = context.replica.exchange_status();
    const sync::Traffic& traffic = outcome.traffic;
    return {{"ok", true},
            {"sent", json::object{{"segments", traffic.sent_segments},
                                  {"transactions", traffic.sent_transactions},
                                  {"bytes", traffic.sent_bytes}}},
            {"received", json::object{{"segments", traffic.received_segments},
                                      {"transactions", traffic.received_transactions},
                                      {"bytes", traffic.received_bytes}}},
            {"round_trips", traffic.round_trips},
            {"seconds", outcome.seconds},
            {"unsent", facts.unsent},
            {"conflicts", facts.conflicts},
            {"rejected", facts.rejected},
            {"notices", facts.notices}};
}

namespace commands {

json::object sync_now(CommandContext& context, const json::object& args) {
    const std::string address = prepare_sync(context, args);
    SyncOutcome all;
    sync::Traffic traffic;
    double seconds = 0;
    for (int session = 0; session < sessions_max; ++session) {
        all = context.sync_now(address);
        add(traffic, all.traffic);
        seconds += all.seconds;
        if (!all.ok || context.replica.exchange_status().unsent == 0) break;
    }
    all.traffic = traffic;
    all.seconds = seconds;
    return sync_answer(context, all);
}

json::object sync_status(CommandContext& context, const json::object&) {
    const StatusFacts facts = context.replica.exchange_status();
    json::object answer{{"hub", context.replica.profile().hub.address},
                        {"enrolled", facts.enrolled},
                        {"serving", context.serving},
                        {"unsent", facts.unsent},
                        {"last_contact", time_or_null(facts.last_contact_ms)},
                        {"last_try", time_or_null(facts.last_try_ms)},
                        {"last_result", name_of(static_cast<CloseReason>(facts.last_reason))},
                        {"last_receipt", nullptr},
                        {"clock_offset_ms", nullptr},
                        {"diverged", facts.diverged}};
    if (facts.receipt_seq) {
        answer["last_receipt"] = json::object{
            {"seq", *facts.receipt_seq}, {"time", time_or_null(facts.receipt_time_ms.value_or(0))}};
    }
    if (facts.clock_offset_ms) answer["clock_offset_ms"] = *facts.clock_offset_ms;
    return answer;
}

}  // namespace commands
}  // namespace jiuying::node
