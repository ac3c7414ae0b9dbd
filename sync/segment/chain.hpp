/// The hash chain of a log: one link per transaction, so that two replicas can say exactly where
/// they part, however segments were cut.
///
///     h_0    = H("jy chain v1", log, predecessor)
///     inner  = H(1, salt_n, private part)
///     leaf_n = H(2, inner, public part)
///     h_n    = H(3, h_(n-1), leaf_n)                       H is BLAKE2b-256
///
/// The salt keeps short values from being guessed once a private part is erased and only `inner`
/// stays. Salts come from block seeds, 256 transactions each, which depend on nothing but the
/// author's epoch secret, the log and the block: so the chain does not depend on the cutting.
/// Bytes: docs/reference/segment-format.md, section 3. Pure; a Salts object is for one thread.
#pragma once

#include "sync/crypto/hash.hpp"
#include "sync/crypto/secret.hpp"
#include "sync/types.hpp"

#include <optional>

namespace jiuying::sync {

using Salt = Array<16>;
using BlockSeed = Array<16>;

inline constexpr std::uint64_t salt_block_size = 256;
/// The block of a sequence number, which counts from 1.
[[nodiscard]] constexpr std::uint64_t salt_block(std::uint64_t seq) {
    return (seq - 1) / salt_block_size;
}

/// The end of the closed epoch that a log's author goes on from.
struct Predecessor {
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    Hash32 chain{};
    bool operator==(const Predecessor&) const = default;
};

/// A log's name as bytes: node 16, epoch 8 (least significant first), stream 1, scope 16.
inline constexpr std::size_t log_bytes_size = 41;
[[nodiscard]] Array<log_bytes_size> log_bytes(const LogId& log);

/// Where the empty log stands: {0, h_0}.
[[nodiscard]] Position log_start(const LogId& log, const std::optional<Predecessor>& predecessor);

/// The epoch under which a second chain of \p epoch is known that leaves the first at some
/// transaction: the first 64 bits of BLAKE2b-256 over the epoch and the second chain's value at
/// that transaction. Whoever sees both chains computes the same.
[[nodiscard]] std::uint64_t branch_epoch(std::uint64_t epoch, const Hash32& chain_there);

[[nodiscard]] Hash32 inner_hash(const Salt& salt, View private_part);
[[nodiscard]] Hash32 leaf_hash(const Hash32& inner, View public_part);
[[nodiscard]] Hash32 chain_link(const Hash32& before, const Hash32& leaf);

/// \p epoch_salt is made with the epoch and never leaves its author.
[[nodiscard]] BlockSeed block_seed(const Key32& epoch_salt, const LogId& log, std::uint64_t block);

/// Salts of a run of transactions, from the seeds of the blocks that it touches.
class Salts {
public:
    /// \p seeds: one per block from that of \p first_seq on. They must outlive this.
    Salts(std::uint64_t first_seq, std::span<const BlockSeed> seeds)
        : first_block_(salt_block(first_seq)), seeds_(seeds) {}
    /// The salt of one transaction whose block is among the seeds (asserted).
    [[nodiscard]] Salt at(std::uint64_t seq);

private:
    std::uint64_t first_block_;
    std::span<const BlockSeed> seeds_;
    std::uint64_t quad_ = ~std::uint64_t{0};  ///< Which four salts `four_` holds.
    Array<64> four_{};
};

}  // namespace jiuying::sync
