// The audit log as people see it, and rows about what a program does that is no command.
#include "node/commands/arguments.hpp"
#include "node/commands/audited.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "schema/time_text.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node::commands {
namespace {

namespace fields = schema::audit;

constexpr std::int64_t limit_default = 50;
constexpr std::int64_t limit_max = 100'000;

std::string_view result_name(std::int64_t result) {
    return schema::choice_name(field_of(schema::EntityId::audit, fields::result), result);
}

json::object row_json(const AuditRow& row) {
    return {{"number", row.number},   {"at", time_or_null(row.at_ms)},
            {"station", row.station}, {"node", sync::hex_encode(row.node.bytes)},
            {"actor", row.actor},     {"action", row.action},
            {"target", row.target},   {"result", result_name(row.result)},
            {"detail", row.detail},   {"chain", sync::hex_encode(sync::as_view(row.chain))}};
}

std::string_view kind_name(AuditFault::Kind kind) {
    switch (kind) {
        case AuditFault::Kind::changed: return "changed";
        case AuditFault::Kind::missing: return "missing";
        case AuditFault::Kind::not_in_log: return "not_in_log";
        case AuditFault::Kind::not_in_table: return "not_in_table";
        case AuditFault::Kind::unlike_log: return "unlike_log";
        case AuditFault::Kind::log_damaged: return "log_damaged";
    }
    return "";
}

/// What a program may write down that is no command of this table.
bool may_note(std::string_view action) {
    constexpr std::array actions{
        "keyring.passphrase", "keyring.add_key_file", "keyring.remove_slot", "keyring.add_recovery",
        "keyring.rotate",     "keyring.recover",      "keyring.open",        "backup.make"};
    return std::ranges::find(actions, action) != actions.end();
}

}  // namespace

json::object audit_list(CommandContext& context, const json::object& args) {
    AuditFilter filter;
    filter.actor = text_in(args, "actor").value_or("");
    filter.action = text_in(args, "action").value_or("");
    filter.since_ms = instant_in(args, "since");
    filter.until_ms = instant_in(args, "until");
    const std::int64_t limit = number_in(args, "limit").value_or(limit_default);
    if (limit < 1 || limit > limit_max) throw Failure{Error::bad_value, Detail::option, "--limit"};
    filter.limit = static_cast<std::size_t>(limit);
    if (const auto station = text_in(args, "station")) {
        const Profile& profile = context.replica.profile();
        filter.scope = *station == profile.station_code
                           ? std::optional{profile.scope}
                           : context.replica.scope_of_station(*station);
        if (!filter.scope) throw Failure{Error::unknown_station, Detail::id, *station};
    }
    const AuditPage page = context.replica.audit_rows(filter);
    json::array rows;
    for (const AuditRow& row : page.rows) rows.push_back(row_json(row));
    return {{"total", page.total}, {"rows", std::move(rows)}};
}

json::object audit_verify(CommandContext& context, const json::object&) {
    const AuditCheck check = context.replica.check_audit(true);
    json::array chains;
    for (const AuditChain& chain : check.chains) {
        chains.push_back(json::object{{"station", chain.station},
                                      {"node", sync::hex_encode(chain.node.bytes)},
                                      {"rows", chain.rows},
                                      {"last", chain.last},
                                      {"doubled", chain.doubled}});
    }
    json::array faults;
    for (const AuditFault& fault : check.faults) {
        faults.push_back(json::object{{"kind", kind_name(fault.kind)},
                                      {"station", fault.station},
                                      {"node", sync::hex_encode(fault.node.bytes)},
                                      {"number", fault.number},
                                      {"last", fault.last}});
    }
    return {{"ok", check.faults.empty()},
            {"rows", check.rows},
            {"chains", std::move(chains)},
            {"faults", std::move(faults)}};
}

json::object audit_note(CommandContext& context, const json::object& args) {
    const std::string action = require_text(args, "action");
    if (!may_note(action)) throw Failure{Error::bad_value, Detail::option, "action"};
    const std::int64_t result =
        schema::choice_number(field_of(schema::EntityId::audit, fields::result),
                              text_in(args, "result").value_or("done"));
    if (result == 0) throw Failure{Error::bad_value, Detail::option, "result"};
    AuditEntry entry{{},
                     action,
                     text_in(args, "target").value_or(""),
                     result,
                     text_in(args, "detail").value_or("")};
    if (result == fields::refused) {
        audit_seldom(context, entry);  // Who it was nobody knows.
        return {};
    }
    entry.actor = actor_of(context, args);
    context.replica.audit(entry);
    return {};
}

}  // namespace jiuying::node::commands
