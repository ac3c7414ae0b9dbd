/// What a Replica holds in memory: replica_state.hpp has what it does with it.
#pragma once

#include "node/replica/order_facts.hpp"
#include "node/replica/replica_parts.hpp"
#include "node/replica/snapshot_in_writing.hpp"
#include "sync/crypto/box.hpp"
#include "sync/crypto/sign.hpp"

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace jiuying::node {

/// A comparison of records with a peer's; see divergence.cpp.
struct Comparison;

/// Lies in locked memory, and is wiped as a whole when it ends: the node's keys are in it.
struct StateFacts {
    static void* operator new(std::size_t size);
    static void operator delete(void* memory);

    StateFacts(const Replica::Options& options, const NodeSecrets& secrets);
    StateFacts(const StateFacts&) = delete;
    StateFacts& operator=(const StateFacts&) = delete;

    [[nodiscard]] bool is_hub() const { return profile.role == Profile::Role::hub; }
    [[nodiscard]] sync::View district() const { return sync::as_view(profile.district); }
    [[nodiscard]] const sync::Author& own_author() const { return own_id; }
    /// What was computed from the reference data is computed anew. order_states.cpp
    void reference_changed();
    /// As the database has it, which counts them.
    [[nodiscard]] std::uint64_t version_of_facts();

    // --- Facts that do not change while open
    std::string path;
    schema::Registry registry;
    std::uint32_t understood;  ///< Must-understand bits of segments.
    Environment& environment;
    sync::SigningKey signing;
    sync::BoxKeyPair box;
    sync::Secret<32> static_secret;
    sync::Hash32 static_public{};
    sync::Secret<32> salt_secret;
    Store store;
    Profile profile;
    schema::NodeId node;
    sync::Author own_id;  ///< This node in its present epoch.
    sync::AuthorIx own{};

    // --- What a rollback takes back
    sync::HybridClock clock;
    std::uint64_t last_txn = 0;
    std::map<std::string, std::uint32_t> counters;  ///< Last number given out, by day.
    int batch_depth = 0;
    std::optional<std::set<schema::RecordId>> reference_ids;  ///< That all know; read late.
    std::optional<std::set<sync::AuthorIx>> marked_authors;   ///< With a row in `mark`; read late.
    std::unique_ptr<OrderFacts> order_facts;     ///< Read late; dropped when reference data change.
    std::optional<std::uint64_t> facts_version;  ///< Counts these changes; read late.
    std::map<std::uint32_t, std::uint64_t> own_seqs;  ///< Of own logs, tail included; read late.
    /// Orders of another home: at the hub those that some station holds, at a station those that
    /// are shared to it. Read late.
    std::optional<std::set<schema::RecordId>> held_orders;

    std::vector<Forward> forwards;
    std::optional<std::array<std::uint8_t, 16>> file_now;  ///< Not that of the last write.
    bool file_is_copy = false;
    bool hub_lacks = false;  ///< Of our log, something before what it has a receipt for.

    std::optional<Contact> last_contact;
    sync::ClockFacts facts_at_open;

    // --- Of the running session, by peer
    /// Hub: nothing of the store changes before it is done.
    std::unique_ptr<SnapshotInWriting> snapshot_in_writing;
    bool may_have_changed = false;          ///< Something was written in the batch that is open.
    std::set<ScopeIx> unfit_for_snapshots;  ///< A record of theirs fits no chunk.
    std::map<schema::NodeId, Joining> joining;
    std::map<schema::NodeId, std::int64_t> offsets;  ///< Peer's clock minus ours, ms.
    /// Stations that have words of this hub which it lost, and began with their own.
    std::set<schema::NodeId> unreturned;

    /// Of running sessions that compare record by record, by peer.
    std::map<schema::NodeId, std::shared_ptr<Comparison>> comparisons;

    std::optional<std::int64_t> rules_ran_at;  ///< Hub: when all orders were last looked at.

    std::optional<std::string> reader;  ///< Who reads, while a Replica::Reading lives.

    /// Segments lately read for history, the latest first.
    std::list<std::shared_ptr<const Decoded>> decoded;
};

}  // namespace jiuying::node
