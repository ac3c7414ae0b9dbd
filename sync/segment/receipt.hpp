/// Receipts: the hub's signed word on how far it holds a log. Only they make 'delivered' true.
///
/// A receipt stands beside the log; the latest replaces the former. It names three numbers:
/// `stored` (durable at the hub), `decided` (its rejections and notices are written) and `safe`
/// (inside a verified backup). A station prunes up to min(decided, safe) at most.
/// Bytes: docs/reference/segment-format.md, section 6. Pure.
#pragma once

#include "sync/crypto/bytes.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/types.hpp"

namespace jiuying::sync {

inline constexpr std::string_view receipt_context = "jiuying receipt v1";
/// About 187 for a log of a million transactions.
inline constexpr std::size_t receipt_bytes_max = 256;

struct Receipt {
    NodeId hub;
    std::uint64_t hub_epoch = 0;
    std::uint64_t hub_predecessor = 0;  ///< The hub's epoch before; 0 for its first.
    LogId log;                          ///< The author's log that this is about.
    std::uint64_t seq = 0;              ///< Where `chain` is the chain value.
    Hash32 chain{};
    std::uint64_t stored = 0;
    std::uint64_t decided = 0;  ///< At most `stored`.
    std::uint64_t safe = 0;     ///< At most `stored`.
    std::uint64_t roster_version = 0;
    std::int64_t hub_time_ms = 0;  ///< Since 1970-01-01 UTC.
    bool operator==(const Receipt&) const = default;
};

/// `decided` and `safe` must not exceed `stored` (asserted).
[[nodiscard]] Bytes sign_receipt(const Receipt& receipt, const SigningKey& hub, View district);

/// What a receipt says, nothing authenticated: to find the key to verify with.
[[nodiscard]] Result<Receipt> peek_receipt(View bytes);

/// Errc::not_authentic when the signature does not verify; malformed, truncated, unsupported.
[[nodiscard]] Result<Receipt> verify_receipt(View bytes, const VerifyKey& hub, View district);

}  // namespace jiuying::sync
