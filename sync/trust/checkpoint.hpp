/// Checkpoints: the hub's signed word on how far its logs went, and on the hash of each chain
/// there.
///
/// One names the heads that moved since the one before and the hash of that one, so all of them say
/// together what the hub once held. They travel in the reference log: whoever rewrites accepted
/// history at the hub, with whatever rights there, contradicts what all stations have.
/// Bytes: docs/reference/roster-format.md, section 4. Pure.
#pragma once

#include "sync/crypto/bytes.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/types.hpp"

#include <vector>

namespace jiuying::sync {

inline constexpr std::string_view checkpoint_context = "jiuying checkpoint v1";
/// Heads of one; a hub with more to say writes another.
inline constexpr std::size_t checkpoint_heads_max = 500;
inline constexpr std::size_t checkpoint_bytes_max = 60'000;

struct CheckpointHead {
    LogId log;
    std::uint64_t seq = 0;
    Hash32 chain{};  ///< At `seq`.
    bool operator==(const CheckpointHead&) const = default;
};

struct Checkpoint {
    std::uint64_t number = 0;  ///< Gapless from 1 in each of the hub's epochs.
    std::uint64_t epoch = 0;   ///< Of the hub.
    Hash32 previous{};         ///< checkpoint_hash of the one before; zero for the first.
    std::int64_t said_at_ms = 0;
    std::vector<CheckpointHead> heads;
    bool operator==(const Checkpoint&) const = default;
};

/// At most checkpoint_heads_max heads (asserted).
[[nodiscard]] Bytes sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& hub,
                                    View district);
/// Errc::not_authentic; malformed, truncated, too_large, unsupported.
[[nodiscard]] Result<Checkpoint> verify_checkpoint(View bytes, const VerifyKey& hub, View district);
/// What the next one names.
[[nodiscard]] Hash32 checkpoint_hash(View bytes);

}  // namespace jiuying::sync
