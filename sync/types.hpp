/// What replicas exchange: authors, clocks, transactions, logs. Values without behaviour.
#pragma once

#include "schema/ids.hpp"
#include "schema/value.hpp"

#include <boost/container/small_vector.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jiuying::sync {

using schema::EntityId;
using schema::FieldId;
using schema::NodeId;
using schema::RecordId;
using schema::ScopeId;
using schema::Value;

using Hash32 = std::array<std::uint8_t, 32>;

/// Who wrote: a node in one of its epochs (64 random bits). A restored or copied node goes on in a
/// fresh epoch, so an author never forks knowingly.
struct Author {
    NodeId node;
    std::uint64_t epoch = 0;
    auto operator<=>(const Author&) const = default;
};

/// An author by its number in this process's Authors table. Local: never sent or hashed. The
/// numbers follow arrival; for the order of authors ask Authors.
enum class AuthorIx : std::uint32_t {};

/// All authors known to one replica. Grows only. Not thread-safe.
class Authors {
public:
    /// The number of \p author, given on first sight.
    AuthorIx intern(const Author& author);
    /// Nothing if \p author was never interned.
    [[nodiscard]] std::optional<AuthorIx> find(const Author& author) const;
    [[nodiscard]] const Author& operator[](AuthorIx ix) const;
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    /// The same order at every replica.
    [[nodiscard]] bool less(AuthorIx a, AuthorIx b) const {
        return a != b && (*this)[a] < (*this)[b];
    }

private:
    std::vector<Author> all_;
    std::map<Author, AuthorIx> index_;
};

/// Names a transaction and, with a field, a version.
struct Dot {
    AuthorIx author{};
    std::uint64_t txn = 0;
    bool operator==(const Dot&) const = default;
};

/// Hybrid logical clock: 48 bits of milliseconds since 1970 and a 16-bit counter, packed so that
/// numbers compare as times do. Source: Kulkarni et al., "Logical Physical Clocks", 2014.
enum class Hlc : std::uint64_t {};
[[nodiscard]] constexpr Hlc make_hlc(std::uint64_t wall_ms, std::uint16_t counter) {
    return Hlc{(wall_ms << 16U) | counter};
}
[[nodiscard]] constexpr std::uint64_t wall_ms(Hlc hlc) {
    return static_cast<std::uint64_t>(hlc) >> 16U;
}
[[nodiscard]] constexpr std::uint16_t counter(Hlc hlc) {
    return static_cast<std::uint16_t>(static_cast<std::uint64_t>(hlc) & 0xFFFFU);
}

/// A record by where it was created: the transaction, and its place among the records created
/// there (0 for the first). Shorter on the wire than the UUID, which travels once.
struct RecordName {
    Dot creation;
    std::uint8_t ordinal = 0;
    bool operator==(const RecordName&) const = default;
};

/// A record that a transaction touches. `entity` and `id` are set when it is created there.
struct TouchedRecord {
    RecordName name;
    bool created = false;
    EntityId entity{};
    RecordId id;
};

using Bases = boost::container::small_vector<Dot, 1>;
inline constexpr std::size_t bases_max = 255;  ///< Of one change.

/// One new version of one field.
struct Change {
    std::uint8_t record = 0;  ///< Index into Transaction::records.
    FieldId field = 0;
    Bases bases;  ///< The heads of that field that the author had before them; sorted.
    Value value;
};

/// Whose a transaction is, where the log does not say it: see Transaction::origin.
struct Origin {
    Dot dot;        ///< The transaction that it is.
    ScopeId scope;  ///< The home of all its records.
    bool operator==(const Origin&) const = default;
};

/// One action of one person. Atomic: stored, shown, forwarded and rejected as a whole.
struct Transaction {
    static constexpr std::size_t bytes_max = 1U << 20U;
    static constexpr std::size_t records_max = 200;
    static constexpr std::uint8_t clock_suspect = 1;  ///< Flag: the author's clock was unsure.
    /// Flag, of a forwarded one: the hub refused it, and it is here for those written on it.
    static constexpr std::uint8_t was_rejected = 2;

    std::uint64_t txn = 0;  ///< Per author, over all its logs; growing, with gaps inside a log.
    Hlc hlc{};
    std::uint8_t flags = 0;
    std::string actor;  ///< Staff code, at most 32 bytes.
    std::vector<TouchedRecord> records;
    std::vector<Change> changes;  ///< At most one per field of a record.
    /// Where its records have another home than the log. In a station's log the transaction is its
    /// own, about an order that is shared to it. In an inbox the hub forwards what somebody wrote
    /// in another log: the dot, the clock and the actor are theirs, and `txn` only its place here.
    std::optional<Origin> origin = std::nullopt;
};

/// The name under which the versions of \p transaction, found in a log of \p author, are known.
[[nodiscard]] inline Dot dot_of(const Transaction& transaction, AuthorIx author) {
    return transaction.origin ? transaction.origin->dot : Dot{author, transaction.txn};
}

/// The four kinds of log of an author.
enum class Stream : std::uint8_t { station = 1, inbox = 2, reference = 3, hub = 4 };

/// A log. For `station` and `inbox` the scope is that of the records; for `reference` and `hub` it
/// is the district's.
struct LogId {
    Author author;
    Stream stream = Stream::station;
    ScopeId scope;
    auto operator<=>(const LogId&) const = default;
};

/// How far a log reaches: the last sequence number and the chain value there. Sequence numbers are
/// gapless from 1; {0, h_0} is the empty log.
struct Position {
    std::uint64_t seq = 0;
    Hash32 chain{};
    bool operator==(const Position&) const = default;
};

}  // namespace jiuying::sync
