// Alarms: what a person must look into, and what was found.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "node/commands/views.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;
namespace fields = schema::alarm;

constexpr std::size_t list_max = 10'000;

bool is_settled(const RecordView& alarm) { return alarm.find(fields::settled_at) != nullptr; }

std::string station_of(CommandContext& context, const RecordView& alarm) {
    for (const PeerFacts& peer : context.replica.peers()) {
        if (peer.scope == alarm.scope) return peer.station_code;
    }
    return context.replica.profile().station_code;
}

json::object alarm_json(CommandContext& context, const RecordView& alarm) {
    json::object shown = fields_json(alarm);
    shown["id"] = to_text(alarm.id);
    shown["station"] = station_of(context, alarm);
    shown["settled"] = is_settled(alarm);
    return shown;
}

}  // namespace

json::object alarm_list(CommandContext& context, const json::object&) {
    std::vector<RecordView> records = context.replica.all(EntityId::alarm, list_max);
    std::ranges::stable_partition(records,
                                  [](const RecordView& alarm) { return !is_settled(alarm); });
    json::array all;
    for (const RecordView& alarm : records) all.push_back(alarm_json(context, alarm));
    return {{"total", all.size()}, {"alarms", std::move(all)}};
}

json::object alarm_settle(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const std::string id = require_text(args, "id");
    const std::string reason = require_text(args, "reason");
    for (const RecordView& alarm : context.replica.all(EntityId::alarm, list_max)) {
        if (to_text(alarm.id) != id) continue;
        if (is_settled(alarm)) return alarm_json(context, alarm);
        Draft draft;
        draft.actor = actor;
        draft.edits.push_back({alarm.id,
                               {{fields::settled_at, context.environment.now_ms()},
                                {fields::settled_by, actor},
                                {fields::reason, reason}}});
        draft.audit = AuditEntry{actor, "alarm.settle", id};
        (void)require(context.replica.commit(draft));
        return alarm_json(context, *context.replica.show(alarm.id, false));
    }
    throw Failure{Error::record_not_found, Detail::id, id};
}

}  // namespace jiuying::node::commands
