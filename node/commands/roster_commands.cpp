// The roster: who may take part, who not any more, and whose hub this is.
#include "node/commands/arguments.hpp"
#include "node/commands/bundle_words.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "node/commands/views.hpp"
#include "node/keys/root_key.hpp"
#include "node/replica/checkpoints.hpp"
#include "node/replica/rosters.hpp"
#include "schema/time_text.hpp"

namespace jiuying::node::commands {
namespace {

using sync::Standing;

json::object entry_json(const sync::RosterEntry& entry) {
    json::object shown{{"node", sync::hex_encode(node_id(entry.sign_key).bytes)},
                       {"station", entry.station},
                       {"standing", name_of(entry.standing)},
                       {"version", entry.version},
                       {"since", schema::format_time(entry.said_at_ms)}};
    if (entry.cut) shown["cut"] = entry.cut->seq;
    return shown;
}

json::value certificate_json(const std::optional<sync::HubCertificate>& certificate) {
    if (!certificate) return nullptr;
    return json::object{{"fingerprint", fingerprint(sync::VerifyKey{certificate->root})},
                        {"generation", certificate->generation},
                        {"since", schema::format_time(certificate->said_at_ms)}};
}

/// The machine that \p name means: a station with one machine in question, or a node's id.
schema::NodeId machine_of(Rosters& rosters, const std::string& name, Standing before) {
    std::vector<schema::NodeId> found = rosters.machines(name);
    if (found.empty()) throw Failure{Error::unknown_machine, Detail::id, name};
    if (found.size() > 1) {
        // Of several machines of a station those come into question that still take part.
        std::vector<schema::NodeId> fit;
        for (const sync::RosterEntry& entry : rosters.entries()) {
            const schema::NodeId node = node_id(entry.sign_key);
            const bool named = std::ranges::find(found, node) != found.end();
            if (named && entry.standing <= before) fit.push_back(node);
        }
        found = std::move(fit);
    }
    if (found.size() != 1) throw Failure{Error::machine_ambiguous, Detail::id, name};
    return found.front();
}

json::object set_standing(CommandContext& context, const json::object& args, Standing standing) {
    const std::string actor = actor_of(context, args);
    const std::string reason = require_text(args, "reason");
    const std::string name = require_text(args, "machine");
    Rosters rosters{context.replica};
    const Standing before = standing == Standing::revoked ? Standing::retired : Standing::active;
    const schema::NodeId node = machine_of(rosters, name, before);
    const auto entry = rosters.set_standing(actor, node, standing, reason);
    if (!entry && entry.error() == Errc::wrong_state) {
        throw Failure{Error::standing_not_forward, Detail::id, name};
    }
    if (!entry) throw Failure{Error::unknown_machine, Detail::id, name};
    return entry_json(*entry);
}

}  // namespace

json::object roster_show(CommandContext& context, const json::object&) {
    Rosters rosters{context.replica};
    json::array machines;
    for (const sync::RosterEntry& entry : rosters.entries()) machines.push_back(entry_json(entry));
    const bool station = context.replica.profile().role == Profile::Role::station;
    const bool behind =
        station && rosters.hub_version() != 0 && rosters.hub_version() < rosters.version();
    return {{"version", rosters.version()},
            {"root", certificate_json(rosters.certificate())},
            {"hub_behind", behind},
            {"machines", std::move(machines)}};
}

json::object roster_retire(CommandContext& context, const json::object& args) {
    return set_standing(context, args, Standing::retired);
}

json::object roster_revoke(CommandContext& context, const json::object& args) {
    return set_standing(context, args, Standing::revoked);
}

json::object roster_request(CommandContext& context, const json::object&) {
    const Profile& profile = context.replica.profile();
    const auto kept = Rosters{context.replica}.certificate();
    return {{"request", write_hub_request({profile.district, profile.hub.sign_key,
                                           kept ? kept->generation + 1 : 1})}};
}

json::object roster_certify(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const auto certificate = read_certificate_file(require_text(args, "certificate"));
    if (!certificate) throw Failure{Error::certificate_bad};
    Rosters rosters{context.replica};
    const auto said = rosters.certify(actor, *certificate);
    if (said) return {{"root", certificate_json(rosters.certificate())}};
    switch (said.error()) {
        case Errc::bad_key: throw Failure{Error::certificate_other_hub};
        case Errc::wrong_state: throw Failure{Error::certificate_old};
        default: throw Failure{Error::certificate_bad};
    }
}

json::object checkpoint_make(CommandContext& context, const json::object& args) {
    return {{"written", Checkpoints{context.replica}.make(actor_of(context, args))}};
}

json::object checkpoint_list(CommandContext& context, const json::object&) {
    json::array all;
    for (const Checkpoints::Listed& one : Checkpoints{context.replica}.list()) {
        all.push_back(json::object{{"number", one.number},
                                   {"time", schema::format_time(one.said_at)},
                                   {"logs", one.heads}});
    }
    return {{"total", all.size()}, {"checkpoints", std::move(all)}};
}

}  // namespace jiuying::node::commands
