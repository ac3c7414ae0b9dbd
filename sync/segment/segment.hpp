/// Segments: runs of one author's transactions in one log, sealed to travel and to be kept.
///
/// A sealed segment is immutable bytes: clear header, Ed25519 signature, body = XChaCha20-Poly1305
/// of zstd of columns, padded by Padmé. Whoever carries it reads only the header; whoever holds
/// the content key and the author's public key reads and believes the rest. Every transaction is
/// covered by the log's hash chain, recomputed on opening.
/// Bytes: docs/reference/segment-format.md. Pure; no object is shared between threads.
#pragma once

#include "sync/segment/columns.hpp"
#include "sync/segment/header.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace jiuying::sync {

inline constexpr int bulk_level = 9;

/// What an author seals with. Refers to keys that outlive it.
struct SealKeys {
    KeyId key{};  ///< Of the content key.
    const Key32& content_key;
    const SigningKey& signing;
    View district;
    const Key32& epoch_salt;  ///< Secret of the author's epoch; see block_seed.
};

struct Sealed {
    Bytes bytes;
    Position after;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// Collects transactions of one log in the order of their sequence numbers, then seals them.
class SegmentBuilder {
public:
    /// \p before: how far the log was sealed; log_start() for a new one, which is where
    /// \p predecessor belongs (asserted). \p extension goes into the header as it is, at most
    /// header_extension_max bytes. \p authors must outlive this.
    SegmentBuilder(const LogId& log, const Authors& authors, AuthorIx author,
                   const Position& before, const std::optional<Predecessor>& predecessor,
                   Bytes extension = {});
    ~SegmentBuilder();
    SegmentBuilder(SegmentBuilder&&) noexcept;
    SegmentBuilder& operator=(SegmentBuilder&&) noexcept;

    /// The next transaction; it must pass check(), its txn greater than the last (asserted).
    /// False when the segment is full: then it was not added, seal and start the next.
    [[nodiscard]] bool add(const Transaction& transaction);

    [[nodiscard]] std::size_t count() const;

    /// At least one transaction was added (asserted). \p nonce: 24 fresh random bytes.
    [[nodiscard]] Sealed seal(const SealKeys& keys, const Nonce24& nonce,
                              int level = bulk_level) &&;

private:
    struct State;
    std::unique_ptr<State> state_;  ///< Columns in the making.
};

/// An opened segment. Transaction i has sequence number header.first + i.
struct OpenedSegment {
    SegmentHeader header;
    std::vector<Transaction> transactions;
    Proof proof;
    /// Whether the values of transaction \p index were erased: all its changes then hold nothing.
    [[nodiscard]] bool is_redacted(std::size_t index) const {
        return proof.redacted(index) != nullptr && !proof.in_part(index);
    }
    /// Whether only some were. The chain does not prove what is left: who wrote the segment anew
    /// vouches for it.
    [[nodiscard]] bool is_redacted_in_part(std::size_t index) const { return proof.in_part(index); }
};

/// The clear header, all bounds checked, nothing authenticated.
[[nodiscard]] Result<SegmentHeader> peek(View bytes);

/// Whether the author signed this header and body, for a segment that this program can't read and
/// keeps: one that asks for a newer reader. Errc::unsupported if nothing in it asks for one, or it
/// was written anew; Errc::not_authentic.
[[nodiscard]] Result<SegmentHeader> verify_unread(View bytes, const VerifyKey& author,
                                                  View district,
                                                  std::uint32_t understood = must_known);
/// As above for one that may be readable and waits behind such a segment.
[[nodiscard]] Result<SegmentHeader> verify_sealed(View bytes, const VerifyKey& author,
                                                  View district);

/// Verifies and reads, in this order: size, signature, tag, sizes inside, columns, each
/// transaction, chain. Nothing is decoded that was not authenticated.
///
/// \p restater: who may have written segments anew after an erasure (the hub); without it such
/// segments are Errc::unsupported. Whether the chain goes on from what the receiver holds is the
/// caller's to check: header.before().
/// \p understood: the must-understand bits that the caller knows.
/// The content key is the one that header.key names. Errc::unsupported: asks for a newer program;
/// keep the bytes. Errc::not_authentic: signature, tag (or another key) or chain.
/// \p links: gets the chain value at each transaction.
[[nodiscard]] Result<OpenedSegment> open(View bytes, const VerifyKey& author,
                                         const Key32& content_key, View district, Authors& authors,
                                         const VerifyKey* restater = nullptr,
                                         std::uint32_t understood = must_known,
                                         std::vector<Hash32>* links = nullptr);

/// What restate() takes out of transaction \p index: the values of its changes at \p changes, or
/// all where these are none.
struct Cut {
    std::size_t index = 0;
    std::vector<std::size_t> changes = {};
};

/// Writes a segment anew without the values that \p cuts name: the salts of these transactions are
/// gone, the rest keeps its salts, and the author's own header and signature travel inside as the
/// proof. \p bytes is what \p opened was opened from; \p keys are the restater's (epoch_salt is not
/// used).
[[nodiscard]] Bytes restate(View bytes, const OpenedSegment& opened, std::span<const Cut> cuts,
                            const Authors& authors, const SealKeys& keys, const Nonce24& nonce,
                            int level = bulk_level);

}  // namespace jiuying::sync
