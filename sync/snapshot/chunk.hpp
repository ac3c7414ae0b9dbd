/// One chunk of a snapshot: what a scope adds up to, so that a new machine needs no replay.
///
/// A snapshot is a run of chunks with the numbers 1, 2, 3 ... The first says what it is of, the
/// others hold records, the last one says that it is the last. Each is sealed as a segment is: a
/// clear header, the hub's signature, and a body that only readers of the scope can open. Each
/// names the chain of those before it, so that chunks of two snapshots can't be mixed and none left
/// out. Bytes: docs/reference/snapshot-format.md. Pure.
#pragma once

#include "sync/crypto/aead.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/segment/header.hpp"
#include "sync/types.hpp"

namespace jiuying::sync {

inline constexpr std::string_view snapshot_context = "jiuying snapshot v1";
inline constexpr std::uint8_t snapshot_format = 1;

/// A writer begins a new chunk where one would pass this, before compression.
inline constexpr std::size_t chunk_raw_usual = std::size_t{1} << 20U;
/// The same for the first records, so that over a weak link there is something to work on soon.
inline constexpr std::size_t chunk_raw_first = std::size_t{1} << 18U;
/// One record alone may be larger. What doesn't fit can't be put into a snapshot.
inline constexpr std::size_t chunk_raw_max = std::size_t{1} << 21U;
/// A chunk travels as a segment does and has its bounds.
inline constexpr std::size_t snapshot_chunk_bytes_max = (std::size_t{2} << 20U) - 1024;
inline constexpr std::uint64_t snapshot_chunks_max = std::uint64_t{1} << 32U;

/// The name under which a snapshot's content key is wrapped and its chunks are signed. No log of
/// that stream belongs to a station's scope, so it is never that of a log.
[[nodiscard]] LogId snapshot_name(const NodeId& hub, std::uint64_t id, const ScopeId& scope);

struct ChunkHeader {
    enum class Kind : std::uint8_t { start = 1, records = 2 };
    NodeId hub;
    std::uint64_t id = 0;  ///< Of the snapshot: 64 random bits, not 0.
    ScopeId scope;
    std::uint64_t index = 1;  ///< From 1.
    Kind kind = Kind::start;
    bool last = false;
    Hash32 chain_before{};  ///< Zeros at the first.
    KeyId key{};
    std::uint64_t raw_size = 0;
    Nonce24 nonce{};
    Hash32 body_hash{};
};

struct ChunkKeys {
    KeyId key{};
    const Key32& content_key;
    const SigningKey& signing;
    View district;
};

struct SealedChunk {
    Bytes bytes;
    Hash32 chain{};  ///< The chain after it.
};

/// \p header: all but key, sizes, nonce and hash, which are filled in. \p plain is not empty and at
/// most chunk_raw_max (asserted). \p nonce: 24 fresh random bytes. Errc::too_large if it can't
/// travel.
[[nodiscard]] Result<SealedChunk> seal_chunk(ChunkHeader header, View plain, const ChunkKeys& keys,
                                             const Nonce24& nonce, int level);

/// The clear header, bounded, nothing authenticated.
[[nodiscard]] Result<ChunkHeader> peek_chunk(View bytes);

struct OpenedChunk {
    ChunkHeader header;
    Hash32 chain{};  ///< The chain after it.
    Bytes plain;
};

/// Verifies, in this order: size, header, signature, body hash, tag, decompression to the size that
/// the header tells. Whether it goes on from what the receiver has is the receiver's to check.
/// Errc::not_authentic: signature, hash, tag or another key.
[[nodiscard]] Result<OpenedChunk> open_chunk(View bytes, const VerifyKey& hub,
                                             const Key32& content_key, View district);

}  // namespace jiuying::sync
