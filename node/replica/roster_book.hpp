/// The roster as this node has it: who may take part, and until when their words are theirs.
///
/// Made of the entries in the reference data that verify; of two on one machine the one of the
/// higher version counts, of the same version the stricter one. At the hub peers follow from it,
/// so one that was put back learns again whom it had let in and whom not any more.
#pragma once

#include "node/replica/replica_state.hpp"
#include "sync/trust/roster.hpp"

#include <optional>
#include <vector>

namespace jiuying::node {

/// Writes inside a database transaction.
class Replica::State::RosterBook {
public:
    explicit RosterBook(State& state) : state_(state) {}

    [[nodiscard]] std::uint64_t version();
    [[nodiscard]] std::vector<sync::RosterEntry> entries();
    [[nodiscard]] std::optional<sync::RosterEntry> entry_of(const schema::NodeId& node);

    /// Hub: what a peer's row says, under the next version.
    [[nodiscard]] std::optional<sync::RosterEntry> next_entry(const schema::NodeId& peer);
    /// Hub: the signed entry as reference data.
    [[nodiscard]] NewRecord record_of(const sync::RosterEntry& entry) const;
    /// Hub: entries on peers that joined before there was a roster.
    void complete();
    /// Hub: what is written from now on for \p scope and for all is under fresh content keys, which
    /// only those get who may take part now.
    void renew_keys(const schema::ScopeId& scope);
    /// Hub: what a station says it knows; versions are given out above that.
    void heard(std::uint64_t version);
    /// Station: what the hub says it knows.
    void heard_of_hub(std::uint64_t version);
    [[nodiscard]] std::uint64_t heard_version();

    /// Reference data on the roster have changed.
    void heed();

private:
    void follow(const sync::RosterEntry& entry, const schema::NodeId& node);
    void heed_certificate(sync::View bytes);

    State& state_;
};

}  // namespace jiuying::node
