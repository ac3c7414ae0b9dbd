#include "sync/crypto/padme.hpp"

#include "schema/assert.hpp"

#include <bit>

namespace jiuying::sync {

std::uint64_t padme_size(std::uint64_t size) {
    JY_ASSERT(size < (std::uint64_t{1} << 62));
    if (size < 2) return size;
    const unsigned exponent = static_cast<unsigned>(std::bit_width(size)) - 1;
    // exponent >= 1, so bit_width(exponent) is floor(log2(exponent)) + 1 and never above it.
    const unsigned kept_bits = static_cast<unsigned>(std::bit_width(exponent));
    const std::uint64_t mask = (std::uint64_t{1} << (exponent - kept_bits)) - 1;
    return (size + mask) & ~mask;
}

}  // namespace jiuying::sync
