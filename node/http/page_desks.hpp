/// What the hub's desks look at: orders with what somebody at that desk must know beside a list's
/// row. Asked of the same functions as the commands, in the reader's name.
#pragma once

#include "node/commands/command.hpp"
#include "node/http/role.hpp"

#include <string>
#include <string_view>

namespace jiuying::node {

/// Whether \p command is one of those below: `page.supervision`, `page.visits`, `page.watch`.
[[nodiscard]] bool is_desk(std::string_view command);

/// The rows of that desk, not masked yet.
///
/// - supervision: `{"total","orders":[HIT + title, enterprise, supervision, escalation, round,
///   rule_escalations, notices, instructions with their words and feedback]}`, open orders that are
///   supervised, escalated, or have an instruction without feedback, or an objection.
/// - visits: `{"total","mine","orders":[HIT + title, enterprise, contact, phone, human, attempts,
///   may, why]}`: `why` is the guard that keeps this person from the visit, `mine` counts those
///   that nothing keeps this person from.
/// - watch: the answer of `watch list` with titles, and each trigger's cause told: `visit` {at,
///   visitor, grade}, `order` {id, number, title}, or neither (T3: time alone).
[[nodiscard]] json::object desk_rows(CommandContext& context, std::string_view command,
                                     const json::object& args, const std::string& person,
                                     Roles roles);

/// Puts what happened, in both languages, beside the code of each refused row.
void explain_refused(json::object& noted);

}  // namespace jiuying::node
