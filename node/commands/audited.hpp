/// How commands get into the audit log, beside those that say it in their Draft.
#pragma once

#include "node/cli/errors.hpp"
#include "node/commands/command.hpp"

namespace jiuying::node {

/// Writes a row about a command that was refused, if it is one that matters and refused for a
/// reason that does: rights, posts, forged or foreign files. Does not fail, and not too often: who
/// tries again and again does not fill the log.
void audit_refusal(CommandContext& context, std::string_view command, const json::object& args,
                   const Failure& failure);

/// As Replica::audit for a row of another result than done, unless many of that action were
/// written in the last hour.
void audit_seldom(CommandContext& context, const AuditEntry& entry);

/// Does what is no transaction of the replica's: its row stands before it begins, and if it fails,
/// another one says so.
template <class Work>
auto with_audit(Replica& replica, AuditEntry entry, Work&& work) {
    replica.audit(entry);
    try {
        return work();
    } catch (...) {
        entry.result = schema::audit::failed;
        try {
            replica.audit(entry);
        } catch (const std::exception&) {
            // What failed is told, and why; the first row stands.
        }
        throw;
    }
}

}  // namespace jiuying::node
