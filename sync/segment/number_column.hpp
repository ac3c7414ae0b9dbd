/// Runs of numbers as segments store them: small to begin with, smaller after zstd.
///
/// How many numbers a column has is always known from elsewhere, so it is not written; a column of
/// none takes no bytes. The writer picks the layout and the transform that look cheapest.
/// Bytes: docs/reference/segment-format.md, section 5.2. Pure functions.
#pragma once

#include "sync/archive/wire.hpp"

#include <span>
#include <vector>

namespace jiuying::sync {

using Numbers = std::vector<std::uint64_t>;
using SignedNumbers = std::vector<std::int64_t>;

/// Whether numbers may be packed bit by bit. That is smallest for few and random numbers, but zstd
/// then sees no pattern in them: writers of small segments try both.
enum class Packing : std::uint8_t { bytes, bits };

/// One number for all, varints, planes of bytes (all lowest bytes, then all next ones ...), or
/// packed bits.
void write_numbers(WireWriter& out, std::span<const std::uint64_t> numbers, Packing packing);

/// Zigzagged as they are; as differences from the one before, or from the number of \p reference at
/// the same place (empty: there is none); or as distances from the least. Differences wrap around.
void write_signed(WireWriter& out, std::span<const std::int64_t> numbers,
                  std::span<const std::int64_t> reference, Packing packing);

/// \p most: the largest number allowed. Throws detail::Fault, as WireReader does.
[[nodiscard]] Numbers read_numbers(WireReader& in, std::size_t count,
                                   std::uint64_t most = ~std::uint64_t{0});
[[nodiscard]] SignedNumbers read_signed(WireReader& in, std::size_t count,
                                        std::span<const std::int64_t> reference = {});

}  // namespace jiuying::sync
