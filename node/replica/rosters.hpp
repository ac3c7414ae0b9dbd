/// Who may take part: what a hub decides about its machines, and what any node knows of that.
///
/// A class of its own with access to the replica; not thread-safe; throws as Replica does.
#pragma once

#include "node/replica/replica.hpp"
#include "sync/trust/roster.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

class Rosters {
public:
    explicit Rosters(Replica& replica) : replica_(replica) {}

    /// The latest entries, one for each machine, in the order in which they were written.
    [[nodiscard]] std::vector<sync::RosterEntry> entries();
    [[nodiscard]] std::uint64_t version();
    /// Station: the version that the hub named at the last contact; 0: none was named yet. Less
    /// than version() means that the hub was put back and lacks what this node knows.
    [[nodiscard]] std::uint64_t hub_version();
    [[nodiscard]] bool is_revoked(const schema::NodeId& node);

    // --- Hub -------------------------------------------------------------------------------
    /// Machines that joined, of a station, or whose id begins with these hex digits (8 or more).
    [[nodiscard]] std::vector<schema::NodeId> machines(const std::string& name);
    /// From now on the machine is refused on every path; revoked, its later words are put aside for
    /// a person; and what is written from now on is under keys that it never gets. Invitations to
    /// its station that nobody used yet are over. Errc::not_found; wrong_state for a step back (a
    /// retired machine may be revoked, nothing else).
    Result<sync::RosterEntry> set_standing(const std::string& actor, const schema::NodeId& node,
                                           sync::Standing standing, const std::string& reason = {});

    // --- The district's root key -------------------------------------------------------------
    [[nodiscard]] std::optional<sync::HubCertificate> certificate();
    /// Hub: takes the certificate, and tells the stations. Errc as verify_certificate; bad_key if
    /// it is for another hub or by another root key than before; wrong_state if it is not newer.
    Result<sync::HubCertificate> certify(const std::string& actor, const sync::Bytes& certificate);

private:
    Replica& replica_;
};

}  // namespace jiuying::node
