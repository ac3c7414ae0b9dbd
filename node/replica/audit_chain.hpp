/// The chain of a node's audit log: each row's hash covers the row and the one before. Pure.
///
///     chain(0) = BLAKE2b-256("jiuying audit start v1", node id)
///     chain(n) = BLAKE2b-256("jiuying audit row v1", chain(n-1), number, at, result,
///                            for actor, action, target, detail: length, bytes)
///
/// Numbers are 64 bits, least significant byte first; at in ms, result as the registry numbers it.
/// docs/reference/audit-log.md has an example.
#pragma once

#include "node/replica/audit_records.hpp"

namespace jiuying::node {

[[nodiscard]] sync::Hash32 audit_start(const schema::NodeId& node);
/// Of the row that stands behind one of chain value \p before; its own `chain` is not looked at.
[[nodiscard]] sync::Hash32 audit_link(sync::View before, const AuditRow& row);

/// What is wrong with \p rows, all of one node and by number, as they are chained. At most \p most.
[[nodiscard]] std::vector<AuditFault> audit_faults(const std::vector<AuditRow>& rows,
                                                   std::size_t most);

}  // namespace jiuying::node
