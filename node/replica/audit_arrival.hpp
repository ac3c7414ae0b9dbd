/// Hub: what stations' audit rows show as they come. docs/reference/audit-log.md.
#pragma once

#include "node/replica/replica_state.hpp"

namespace jiuying::node {

/// Used by the one who writes, inside a database transaction.
class AuditLog {
public:
    explicit AuditLog(Replica::State& state) : state_(state) {}

    /// Raises an alarm where rows of a station's log don't go on from those before.
    void hear(const std::vector<sync::Transaction>& fresh, const LogFacts& log,
              const Replica::Peer& peer);

private:
    [[nodiscard]] bool has_open_alarm(const schema::NodeId& node);

    Replica::State& state_;
};

}  // namespace jiuying::node
