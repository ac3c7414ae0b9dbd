/// Acting on orders, and orders, their events and deadlines as `--json` shows them.
#pragma once

#include "node/commands/command.hpp"

namespace jiuying::node {

/// Does it, or throws Failure event_not_allowed with the guard that refused.
[[nodiscard]] Acted require_act(CommandContext& context, const std::string& actor,
                                const schema::RecordId& order, const schema::WorkOrderEvent& event);
/// {"id","number","event","state"}
[[nodiscard]] json::object acted_json(CommandContext& context, const schema::RecordId& order,
                                      const Acted& acted);

/// {"id","kind","happened_at","time","station","actor","verdict","refused","late_entry",...facts}
[[nodiscard]] json::object event_json(const OrderEventView& shown);
/// {"state","round","lead_unit","co_units","supervision",...}: where the order stands.
[[nodiscard]] json::object order_json(const OrderView& order);
/// {"policy","calendar","citizen_due","unit_due","rounds":[...],"steps":[{"zh","en"}]}
[[nodiscard]] json::object dues_json(const OrderDues& dues);
/// {"id","record","number","kind":"event","event","refused","before","state"}
[[nodiscard]] json::object event_conflict_json(const EventConflictView& conflict);

/// {"id","record","number","kind":"visits","visits":[{"take",...event}],"state"}
[[nodiscard]] json::object visit_conflict_json(const VisitConflictView& conflict);

}  // namespace jiuying::node
