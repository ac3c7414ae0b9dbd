/// Padmé: how far to pad, so that a size tells little about its content.
///
/// A size of n bits keeps about log2(n) leading bits; the cost is at most 12 percent and falls
/// as sizes grow. Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
/// Communication with PURBs", PoPETs 2019, section 4. Pure.
#pragma once

#include <cstdint>

namespace jiuying::sync {

/// The size in bytes to pad to: at least `size`, and itself a fixed point. `size` is below 2^62.
[[nodiscard]] std::uint64_t padme_size(std::uint64_t size);

}  // namespace jiuying::sync
