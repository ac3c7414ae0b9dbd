/// What the chunks of a snapshot say: the places it stands for, and records as sets of versions.
///
/// A chunk can be read without the others: it names authors, actors and scopes for itself. Records
/// keep their graphs, so what a machine gets by snapshot merges as if it had replayed the logs.
/// Bytes: docs/reference/snapshot-format.md. Pure.
#pragma once

#include "schema/result.hpp"
#include "sync/crypto/bytes.hpp"
#include "sync/merge/record_state.hpp"
#include "sync/segment/header.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace jiuying::sync {

/// Where a log of the hub stood: its tail goes on from there.
struct SnapshotPlace {
    LogId log;
    Position position;
    std::uint64_t txn = 0;  ///< Of the last transaction.
    bool operator==(const SnapshotPlace&) const = default;
};
inline constexpr std::size_t snapshot_places_max = 1024;

/// A content key of such a log: what comes after the place is sealed with it.
struct SnapshotKey {
    LogId log;
    KeyId id{};
    std::uint64_t first = 1;  ///< First sequence number sealed with it.
    Key32 key;
};
inline constexpr std::size_t snapshot_keys_max = 1024;

/// What the first chunk says.
struct SnapshotStart {
    std::int64_t written_ms = 0;  ///< By the hub's clock, since 1970 UTC.
    std::uint64_t records = 0;    ///< In all chunks, reference data included.
    Hash32 digest{};              ///< Of the scope at these places.
    std::vector<SnapshotPlace> places;
    /// The stations' logs that are in it, which the reader may never get to see.
    std::vector<SnapshotPlace> stations;
    std::vector<SnapshotKey> keys;
};
[[nodiscard]] Bytes encode_start(const SnapshotStart& start);
[[nodiscard]] Result<SnapshotStart> decode_start(View bytes);

/// A version that the graph gave up and history still promises.
struct KeptVersion {
    FieldId field = 0;
    Version version;  ///< Without bases.
};

struct SnapshotRecord {
    RecordState state;
    ScopeId scope;
    std::vector<KeptVersion> kept;
};

/// Collects the records of one chunk.
class RecordsWriter {
public:
    explicit RecordsWriter(const Authors& authors,
                           std::function<const std::string&(ActorIx)> actor_code)
        : authors_(authors), actor_code_(std::move(actor_code)) {}

    /// Adds \p record, whose authors and actors are numbered as in the replica.
    void add(SnapshotRecord record);
    [[nodiscard]] std::size_t count() const { return count_; }
    /// Bytes that `finish` will give.
    [[nodiscard]] std::size_t size() const { return tables_size_ + records_.size(); }
    /// The chunk's plain bytes; the writer is empty again.
    [[nodiscard]] Bytes finish();

private:
    AuthorIx author(AuthorIx ix);
    ActorIx actor(ActorIx ix);
    void localise(Version& version);

    const Authors& authors_;
    std::function<const std::string&(ActorIx)> actor_code_;
    Authors local_;
    std::map<ActorIx, ActorIx> actors_;
    std::vector<std::string> actor_codes_;
    std::vector<ScopeId> scopes_;
    std::string records_;
    std::size_t tables_size_ = 0;
    std::size_t count_ = 0;
};

/// Where names of a chunk are looked up; `authors` grows only when the whole chunk is sound.
struct SnapshotNames {
    Authors& authors;
    std::size_t authors_max = 0;
    std::function<ActorIx(const std::string&)> actor;
};

/// The records of a chunk, named as in the replica. \p bytes were authenticated, but each bound is
/// checked all the same. Errc::malformed, truncated, not_utf8; exhausted: too many authors.
[[nodiscard]] Result<std::vector<SnapshotRecord>> read_records(View bytes, SnapshotNames names);

}  // namespace jiuying::sync
