/// Small types and functions that the files of a Replica share: replica_state.hpp has the rest.
#pragma once

#include "node/replica/judgements.hpp"
#include "node/replica/replica.hpp"
#include "node/store/order_family.hpp"
#include "schema/order_summary.hpp"
#include "sync/crypto/aead.hpp"
#include "sync/segment/segment.hpp"

#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace jiuying::node {

struct Hits;  // node/search/appeal_search.hpp

/// The desk of the hub, 区中枢, among the codes of stations.
inline constexpr std::string_view hub_desk = "QZX";

/// How many lanes carry logs: those before the snapshot's.
inline constexpr std::size_t log_lane_count = 3;

/// A log that this node writes.
struct OwnLog {
    LogFacts* facts = nullptr;
    std::uint64_t last_seq = 0;  ///< Tail included.
};

/// A content key of a log.
struct ContentKey {
    std::array<std::uint8_t, 8> id{};
    std::uint64_t first = 1;  ///< First sequence number sealed with it.
    sync::Key32 key;
};

/// What the hub says of a log that was continued from an older state: registry, chain_notice.
struct ChainNotice {
    sync::Author author;
    std::uint64_t first_seq = 0;
    std::uint64_t first_txn = 0;
    std::uint64_t epoch = 0;  ///< 0: there is no second chain.
    std::uint64_t held_seq = 0;
};

/// Sequence numbers of a log that are not here.
struct Gap {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// How far a station has its own node's former logs, by what it kept and what the hub gave it
/// again. A range that begins behind what it has is of no use: another that has all comes after it.
class GivenAgain {
public:
    /// \p kept: how far the station's own log of that author goes; nothing if there is none.
    void note(const ChainNotice& notice, std::optional<std::uint64_t> kept);
    [[nodiscard]] bool reaches(const sync::Author& author, std::uint64_t txn,
                               std::optional<std::uint64_t> kept) const;

private:
    std::map<sync::Author, std::uint64_t> reached_;
};

/// A part of a log on the way from its writer's first epoch to its present one.
struct Stretch {
    LogFacts* log = nullptr;
    std::uint64_t first_seq = 1;
    std::uint64_t last_seq = 0;
};

/// Where a received segment belongs.
struct Placement {
    enum class Kind : std::uint8_t {
        unreadable,  ///< It does not verify, or its log has no key here.
        known,       ///< All of it is here.
        next,        ///< Goes on from the end of `log`, or from inside it: `skip` are known.
        branch,      ///< Leaves `log` after `skip` of its transactions that are known.
        gap,         ///< Something that comes before it is not here.
    };
    Kind kind = Kind::unreadable;
    LogFacts* log = nullptr;
    std::size_t skip = 0;
    LogFacts* previous = nullptr;  ///< next, first of its log: the log that it goes on from.
    std::uint64_t epoch = 0;       ///< branch: under which it is known.
};

/// A part of a transaction that is forwarded with this commit.
struct Forward {
    sync::Transaction part;
    schema::RecordId order;
    ScopeIx from{};  ///< In whose log it stands.
    ScopeIx home{};
    bool echo = false;  ///< For other machines of the station that wrote it.
};

/// Both clocks at the last contact: a wall clock that moved otherwise since then stepped.
struct Contact {
    std::int64_t wall_ms = 0;
    Instant since_boot{};
};

/// Hub: what a machine's HELLO said that may need a snapshot.
struct Joining {
    bool wanted = false;         ///< It has nothing yet, and a replay would not give it all.
    std::uint64_t snapshot = 0;  ///< Offered in this session.
    bool told = false;           ///< Its key.
};

/// A decoded segment that was lately read.
struct Decoded {
    std::int64_t place = 0;
    std::vector<sync::Transaction> transactions;
    std::vector<bool> erased;  ///< Those whose values were taken out.
};

/// What the hub has against a transaction.
struct Fault {
    std::int64_t reason = 0;  ///< Of a notice or a rejection, as the registry numbers them.
    schema::RecordId record;
    schema::FieldId field = 0;
};

/// Behind which place what is kept of a log begins.
struct Horizon {
    sync::Position position;
    std::uint64_t txn = 0;
};

/// An order that has a channel's number, and the record that says so.
struct Claim {
    schema::RecordId order;
    RecordKey by = 0;
};

/// An order with its events in their total order, folded.
struct Order {
    schema::OrderState state;
    std::vector<schema::WorkOrderEvent> events;
    std::vector<RecordKey> keys;          ///< Of the events.
    std::vector<schema::RecordId> heads;  ///< Events that no other names.
    ScopeIx scope{};
    RecordKey key = 0;
    std::string number;
    bool delivered = false;
    std::optional<std::int64_t> received_at;  ///< By the hub, where that is known.
};

/// What lists show of an order.
struct OrderRow {
    schema::MainState main{};
    std::string lead_unit;
    std::string co_units;  ///< Those with an open task, each between commas.
    std::optional<std::int64_t> citizen_due;
    std::optional<std::int64_t> unit_due;
    std::uint64_t open_events = 0;
    schema::OrderSummary summary;
    std::string category;  ///< `code@version`; empty: not classified.
    std::optional<schema::RecordId> merged_into;
    bool operator==(const OrderRow&) const = default;
};

/// Their clock minus ours, both in ms: a clock may claim anything.
[[nodiscard]] std::int64_t offset_between(std::int64_t theirs, std::int64_t ours);

/// What a HELLO tells of a hash.
[[nodiscard]] std::array<std::uint8_t, 16> half(const sync::Hash32& hash);

/// What \p tx says of chains, if the hub wrote it.
[[nodiscard]] std::vector<ChainNotice> chain_notices_in(const sync::Transaction& tx);

/// What the digests of two sides say.
enum class Agreement : std::uint8_t {
    unknown,  ///< Their logs differ, or the station could not tell its own.
    untold,   ///< The hub can't tell.
    same,
    differs,
};

/// What came of a difference at one record, kept for `status`.
enum class Differing : std::uint8_t {
    mended_here = 1,  ///< The own table was not what the own log says, and is now.
    mended_there,
    wrong_here,   ///< At a hub: as mended_here, but nothing was changed.
    wrong_there,  ///< The own table is what the own log says.
    asked_again,  ///< The versions are sent anew.
};

/// In whose scope the records of a transaction lie.
struct Filed {
    ScopeIx home{};
    ScopeIx refused{};       ///< Those that it makes, if the hub refused it.
    bool traceless = false;  ///< In those that it does not make.
};
/// \p scope: of the log that it stands in.
[[nodiscard]] Filed file_of(Store& store, const sync::Transaction& tx, ScopeIx scope, bool at_hub,
                            std::uint8_t flags);

/// Puts \p tx into its records in \p store. \p flags: all that is known of it.
void apply_transaction(Store& store, const sync::Transaction& tx, sync::AuthorIx author,
                       const Filed& filed, std::uint8_t flags);

/// What the field `after` of a new event says where \p heads are known: as many of the last ones as
/// it has room for. Nothing for none.
[[nodiscard]] schema::Value after_heads(std::span<const schema::RecordId> heads);

/// Of `meta`: records came by a snapshot. 1 until all of the reference logs, which no snapshot
/// stands for, has come; then 0.
inline constexpr std::string_view filled_key = "filled";
/// Whether records in \p store stand for more than the logs that are kept in it: it was pruned, or
/// joined by a snapshot.
[[nodiscard]] bool has_base(Store& store);
/// All reference data in the tables.
[[nodiscard]] std::vector<RecordKey> reference_keys(Store& store, schema::Registry registry);
[[nodiscard]] sync::ScopeDigest family_digest(Store& store, const schema::RecordId& order);

}  // namespace jiuying::node
