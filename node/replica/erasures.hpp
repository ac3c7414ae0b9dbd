/// Erasure of a person's data on request: what the hub asks of all nodes, and how far that went.
/// docs/decisions/0030.
///
/// A class of its own with access to the replica; not thread-safe; throws as Replica does.
#pragma once

#include "node/replica/replica.hpp"
#include "sync/trust/roster.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

/// Somebody who has not said yet that nothing is left there.
struct ErasureWaits {
    schema::NodeId node;
    std::string station;
    sync::Standing standing{};  ///< What is retired or revoked may never say so.
    std::int64_t last_contact_ms = 0;
};

struct ErasureFacts {
    schema::RecordId id;
    schema::RecordId target;
    std::string number;                    ///< Of an appeal that is here.
    std::optional<schema::EntityId> kind;  ///< Of the target, if that is here.
    std::int64_t asked_at = 0;
    std::string actor;
    std::string reason;
    bool done_here = false;  ///< Gone from tables, search and kept segments of this node.
    std::size_t told = 0;    ///< Hub: machines that said so.
    std::vector<ErasureWaits> waits;
};

class Erasures {
public:
    explicit Erasures(Replica& replica) : replica_(replica) {}

    /// Hub: from now on no value of \p target, and of what belongs to it, stands anywhere but in
    /// fields that are facts of the work. That is an appeal, a contact with an enterprise, a hard
    /// case or a meeting. Asked for again, the first one is answered. Errc::not_found; wrong_scope
    /// for anything else; wrong_state for what is still being handled.
    Result<schema::RecordId> request(const std::string& actor, const schema::RecordId& target,
                                     const std::string& reason);
    /// The latest last.
    [[nodiscard]] std::vector<ErasureFacts> list();
    /// When that was asked for, if it was.
    [[nodiscard]] std::optional<std::int64_t> erased_at(const schema::RecordId& target);

private:
    void add_machines(ErasureFacts& facts);

    Replica& replica_;
};

}  // namespace jiuying::node
