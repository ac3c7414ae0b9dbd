/// How people decided that two appeals belong together, and what follows from it.
#pragma once

#include "node/commands/command.hpp"

#include <optional>
#include <utility>

namespace jiuying::node {

/// The latest decision on a pair, whichever of the two it names first; nothing if there is none.
[[nodiscard]] std::optional<LinkView> decision_on(CommandContext& context,
                                                  const schema::RecordId& a,
                                                  const schema::RecordId& b);

/// Failure different_persons if people decided that \p order and \p master are two persons' appeals
/// on one matter, or if nobody decided and their credit codes or phones say so.
void refuse_other_persons(CommandContext& context, const schema::RecordId& order,
                          const schema::RecordId& master);

/// What `appeal show` tells of an appeal's links: [{"pair","id","number","kind","decision",
/// "reasons"}].
[[nodiscard]] json::array repeats_json(CommandContext& context, const schema::RecordId& appeal);

}  // namespace jiuying::node
