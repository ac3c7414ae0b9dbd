/// zstd for segment bodies: small frames, a dictionary of our phrases for small segments, and a
/// decompressor that never writes more than it was told to expect.
///
/// A compressed body is one or more zstd frames without checksum, content size and dictionary id
/// (the header has the size, AEAD the integrity), the first without its four magic bytes. Pure.
#pragma once

#include "schema/result.hpp"
#include "sync/crypto/bytes.hpp"
#include "sync/segment/columns.hpp"

namespace jiuying::sync {

/// Which dictionary a body was compressed with. In the clear header.
enum class Dictionary : std::uint8_t { none = 0, phrases_v1 = 1 };

struct Compressed {
    Bytes bytes;
    Dictionary dictionary = Dictionary::none;
    std::size_t raw_size = 0;
};

/// Below this size columns are compressed at the highest level, with and without the dictionary.
inline constexpr std::size_t small_raw_size = 64U << 10U;
/// Below this size packed bits are tried as well.
inline constexpr std::size_t tiny_raw_size = 16U << 10U;

/// The smallest body that was tried; \p level (zstd's) is that of large bodies.
[[nodiscard]] Compressed compress(const ColumnWriter& columns, const Proof& proof, int level);

struct Decompressed {
    Bytes columns;
    std::size_t used = 0;  ///< Bytes of the input that the frames took; what follows is stored.
};

/// Reads frames from the front of \p body until \p raw_size bytes came out.
/// Errc::malformed when frames do not give exactly that many.
[[nodiscard]] Result<Decompressed> decompress(View body, std::size_t raw_size,
                                              Dictionary dictionary);

}  // namespace jiuying::sync
