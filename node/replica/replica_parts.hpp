/// Small types and functions that the files of a Replica share: replica_state.hpp has the rest.
#pragma once

#include "node/replica/replica.hpp"
#include "sync/crypto/aead.hpp"
#include "sync/segment/segment.hpp"

#include <map>
#include <span>

namespace jiuying::node {

/// The desk of the hub, 区中枢, among the codes of stations.
inline constexpr std::string_view hub_desk = "QZX";

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

/// A judgement of the hub: a range of an author's transactions and the Version flag they get.
struct Mark {
    sync::Author author;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint8_t flag = 0;
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

/// Where in a segment a record last got what another might have first: number, channel, external
/// number. Of two that claim the same, the one that came later is told so, in one segment too.
class Arrivals {
public:
    Arrivals(const std::vector<sync::Transaction>& transactions, const std::vector<bool>& rejected)
        : transactions_(transactions), rejected_(rejected) {}
    /// Whether \p other claimed before record \p position of transaction \p at did.
    [[nodiscard]] bool came_before(RecordKey other, std::size_t at, std::size_t position) const;

private:
    using Place = std::pair<std::size_t, std::size_t>;
    const std::vector<sync::Transaction>& transactions_;
    const std::vector<bool>& rejected_;
    mutable std::optional<std::map<RecordKey, Place>> places_;  ///< Made when first asked for.
};

/// Neighbouring transactions of one author whose stamps are yet to come.
struct ClockRun {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::int64_t offset_ms = 0;  ///< How far ahead at least.
};

/// Their clock minus ours, both in ms: a clock may claim anything.
[[nodiscard]] std::int64_t offset_between(std::int64_t theirs, std::int64_t ours);

/// What a HELLO tells of a hash.
[[nodiscard]] std::array<std::uint8_t, 16> half(const sync::Hash32& hash);

/// The judgements that \p tx records, if the hub wrote it.
[[nodiscard]] std::vector<Mark> marks_in(const sync::Transaction& tx);

/// What \p tx says of chains, if the hub wrote it.
[[nodiscard]] std::vector<ChainNotice> chain_notices_in(const sync::Transaction& tx);

/// The flag of a mark, beside those of Version: a transaction that had no business where it wrote.
inline constexpr std::uint8_t astray = 4;

/// In whose scope the records of a transaction lie.
struct Filed {
    ScopeIx home{};
    ScopeIx refused{};  ///< Those that it makes, if the hub refused it.
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

/// The order that a record is or belongs to.
[[nodiscard]] std::optional<schema::RecordId> order_of(const LoadedRecord& record);
/// An order and what belongs to it, the appeal first. Everything must be flushed.
[[nodiscard]] std::vector<RecordKey> family_keys(Store& store, const schema::RecordId& order);
[[nodiscard]] sync::ScopeDigest family_digest(Store& store, const schema::RecordId& order);

}  // namespace jiuying::node
