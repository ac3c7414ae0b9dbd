/// A snapshot that a hub writes, part by part, while its first chunks are on their way already.
/// docs/reference/snapshot-format.md, docs/decisions/0019.
///
/// It stands for one moment: nothing of the store may change from begin to the last go_on, which
/// Replica::State::writing sees to. It is of one thread, the store's.
#pragma once

#include "node/base/clock.hpp"
#include "node/store/store.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/snapshot/chunk.hpp"
#include "sync/snapshot/contents.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace jiuying::node {

class SnapshotInWriting {
public:
    /// What a hub writes a snapshot with.
    struct Hub {
        Store& store;
        Environment& environment;
        const sync::SigningKey& signing;
        schema::NodeId node;
        std::string district;
        /// Keeps what turns out to be lost of a record only after a graph gave it up.
        std::function<void(const sync::RecordName&)> keep_lost;
    };

    SnapshotInWriting(Hub hub, ScopeIx scope);

    /// Writes the first chunk and the row of the snapshot, without a number of chunks as yet.
    /// \p start says all but the number of \p keys, its records in their order.
    Result<void> begin(sync::SnapshotStart start, std::vector<RecordKey> keys);
    /// Writes \p count chunks more, or those that there are. Errc::too_large: a record fits none.
    Result<void> go_on(std::uint64_t count);

    [[nodiscard]] std::uint64_t id() const { return id_; }
    [[nodiscard]] ScopeIx scope() const { return scope_; }
    [[nodiscard]] bool done() const { return done_; }

private:
    Result<void> add(const LoadedRecord& loaded);
    Result<void> write_records(bool last);
    Result<void> write(sync::ChunkHeader::Kind kind, const sync::Bytes& plain, bool last);

    Hub hub_;
    ScopeIx scope_;
    sync::RecordsWriter records_;
    std::vector<RecordKey> keys_;
    std::size_t next_ = 0;  ///< Of keys_.
    std::uint64_t id_ = 0;
    sync::Key32 key_;
    sync::Hash32 chain_{};
    std::uint64_t chunks_ = 0;
    std::uint64_t bytes_ = 0;
    bool done_ = false;
};

}  // namespace jiuying::node
