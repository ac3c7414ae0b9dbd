// Erasure of a person's data on request, and how far that went.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/replica/erasures.hpp"
#include "schema/time_text.hpp"
#include "sync/crypto/bytes.hpp"

namespace jiuying::node::commands {
namespace {

/// An appeal by whatever names one; what else may be erased, by its id.
schema::RecordId require_erasable(CommandContext& context, const std::string& id) {
    using schema::EntityId;
    std::vector<schema::RecordId> found;
    for (const EntityId kind : {EntityId::contact_log, EntityId::hard_case, EntityId::meeting}) {
        const auto more = records_by_id(context, kind, id);
        found.insert(found.end(), more.begin(), more.end());
    }
    return found.size() == 1 ? found.front() : require_appeal(context, id);
}

json::object erasure_json(const ErasureFacts& facts, bool hub) {
    json::object shown{
        {"record", schema::to_text(facts.target)},
        {"kind", facts.kind ? json::value(entity_of(*facts.kind).name) : json::value(nullptr)},
        {"number", text_or_null(facts.number)},
        {"asked_at", schema::format_time(facts.asked_at)},
        {"actor", facts.actor},
        {"reason", facts.reason},
        {"done_here", facts.done_here}};
    if (!hub) return shown;
    json::array waits;
    for (const ErasureWaits& one : facts.waits) {
        waits.push_back(json::object{{"node", sync::hex_encode(one.node.bytes)},
                                     {"station", one.station},
                                     {"standing", name_of(one.standing)},
                                     {"last_contact", time_or_null(one.last_contact_ms)}});
    }
    shown["told"] = facts.told;
    shown["waits"] = std::move(waits);
    return shown;
}

bool is_hub(CommandContext& context) {
    return context.replica.profile().role == Profile::Role::hub;
}

}  // namespace

json::object erasure_request(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const std::string reason = require_text(args, "reason");
    const schema::RecordId target = require_erasable(context, require_text(args, "id"));
    Erasures erasures{context.replica};
    const auto asked = erasures.request(actor, target, reason);
    if (!asked && asked.error() == Errc::wrong_state) throw Failure{Error::erasure_too_early};
    if (!asked) throw_refused(asked.error());
    for (const ErasureFacts& facts : erasures.list()) {
        if (facts.target == target) return erasure_json(facts, is_hub(context));
    }
    throw Failure{Error::record_not_found};
}

json::object erasure_list(CommandContext& context, const json::object&) {
    json::array all;
    for (const ErasureFacts& facts : Erasures{context.replica}.list()) {
        all.push_back(erasure_json(facts, is_hub(context)));
    }
    return {{"total", all.size()}, {"erasures", std::move(all)}};
}

}  // namespace jiuying::node::commands
