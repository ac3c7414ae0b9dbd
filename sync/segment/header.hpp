/// The clear part of a segment: what a carrier sees, what the receiver checks first.
///
///     magic, format, suite, log, range, chain, key id, ... | nonce, body hash | signature | body
///     `---------------- associated data ------------------'
///     `------------------------------ signed -----------------------------'
///
/// Nothing in it names a station, person or record. Bytes: docs/reference/segment-format.md,
/// section 4. Pure.
#pragma once

#include "sync/archive/wire.hpp"
#include "sync/crypto/aead.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/segment/chain.hpp"
#include "sync/segment/compression.hpp"

#include <optional>

namespace jiuying::sync {

/// Names a content key: the first half of BLAKE2b-128 over "jy key" and the key.
using KeyId = Array<8>;
[[nodiscard]] KeyId key_id(const Key32& content_key);

inline constexpr std::string_view segment_context = "jiuying segment v1";
inline constexpr std::uint8_t segment_format = 1;
inline constexpr std::uint8_t suite_1 = 1;  ///< XChaCha20-Poly1305, Ed25519, X25519, BLAKE2b.
/// What this program can read. A segment that asks for a newer reader is kept, not applied.
inline constexpr std::uint16_t segment_reader = 1;

/// Must-understand bits. A reader that meets one it doesn't know keeps the segment unread.
inline constexpr std::uint32_t must_restated = 1;  ///< Erased transactions inside; see Restated.
inline constexpr std::uint32_t must_file = 2;      ///< Transactions with an origin inside.
inline constexpr std::uint32_t must_part = 4;      ///< Of erased ones some values are left.
inline constexpr std::uint32_t must_known = must_restated | must_file | must_part;

inline constexpr std::size_t header_extension_max = 4096;
inline constexpr std::size_t header_bytes_max = 8192;  ///< An honest one has about 190.

/// A segment that was written anew because transactions in it were erased carries the header that
/// its author signed: the author's chain value there proves what the new body says.
struct Restated {
    Bytes header;           ///< The original's signed bytes.
    Signature signature{};  ///< Its author's.
};

struct SegmentHeader {
    LogId log;
    std::uint64_t first = 1;  ///< Sequence number of the first transaction.
    std::uint64_t count = 1;
    Hash32 chain_before{};
    Hash32 chain_last{};
    std::optional<Predecessor> predecessor;  ///< Only where first is 1.
    KeyId key{};
    std::uint16_t minimum_reader = segment_reader;
    std::uint32_t must_understand = 0;
    std::uint64_t features = 0;
    Dictionary dictionary = Dictionary::none;
    std::uint64_t raw_size = 0;        ///< Columns uncompressed.
    std::optional<Restated> restated;  ///< Present where must_understand says so.
    Bytes extension;                   ///< For later formats; signed, kept, not looked at.
    Nonce24 nonce{};
    Hash32 body_hash{};

    [[nodiscard]] std::uint64_t last() const { return first + count - 1; }
    [[nodiscard]] Position before() const { return {first - 1, chain_before}; }
    [[nodiscard]] Position after() const { return {last(), chain_last}; }
};

/// Appends everything that stands before the nonce.
void write_associated(Bytes& out, const SegmentHeader& header);

/// A header and where its parts end.
struct ParsedHeader {
    SegmentHeader header;
    std::size_t associated_size = 0;  ///< Where the nonce begins.
    std::size_t signed_size = 0;      ///< Where the signature begins.
};

/// Reads a header from the front of \p bytes; what follows it is not looked at. Everything is
/// bounded, nothing authenticated. Errc::unsupported for another format or suite; else truncated,
/// malformed, too_large.
[[nodiscard]] Result<ParsedHeader> parse_header(View bytes);

}  // namespace jiuying::sync
