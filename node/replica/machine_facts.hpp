/// Where the hub keeps MachineFacts: a row of `meta` for each machine, rewritten at every contact.
#pragma once

#include "node/replica/records.hpp"
#include "node/store/store.hpp"

namespace jiuying::node {

/// Nothing before the first contact, or where somebody has damaged the row.
[[nodiscard]] std::optional<MachineFacts> machine_facts(Store& store, const schema::NodeId& node);
/// Inside the caller's transaction.
void note_machine_facts(Store& store, const schema::NodeId& node, const MachineFacts& facts);

/// What this machine says: the disk of the database file at \p path.
[[nodiscard]] sync::StationFacts own_facts(const std::string& path);

}  // namespace jiuying::node
