/// How the exchange by stick with a peer stands, for `status` and `station list`.
#pragma once

#include "node/commands/command.hpp"

namespace jiuying::node {

/// {"last_stick": when one of its bundles was last taken, "last_export": when one was last made for
/// it, "missing": ranges of its logs that it named and that are not here}.
[[nodiscard]] json::object stick_view(CommandContext& context, const schema::NodeId& peer,
                                      const std::string& station);

}  // namespace jiuying::node
