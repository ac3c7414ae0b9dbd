/// How a passphrase becomes a key: Argon2id, whose cost stands beside what the key opens.
#pragma once

#include "node/keys/credential.hpp"

#include <cstdint>

namespace jiuying::node {

/// How hard guessing a passphrase is made.
struct Argon2Cost {
    static constexpr std::uint32_t memory_kib_min = 64 * 1024;
    static constexpr std::uint32_t memory_kib_max = 1024 * 1024;
    static constexpr std::uint32_t passes_min = 2;
    static constexpr std::uint32_t passes_max = 16;

    std::uint32_t memory_kib = memory_kib_min;
    std::uint32_t passes = 3;
    /// The floor stops a file made weak on purpose, the ceiling one that would eat the memory.
    [[nodiscard]] bool allowed() const;
};

/// Errc::out_of_bounds for a cost that is not allowed; std::bad_alloc when the memory isn't there.
[[nodiscard]] Result<sync::Key32> stretched(const Passphrase& passphrase,
                                            const sync::Array<16>& salt, Argon2Cost cost);

}  // namespace jiuying::node
