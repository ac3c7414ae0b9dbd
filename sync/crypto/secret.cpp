#include "sync/crypto/secret.hpp"

#include "schema/assert.hpp"

#include <sodium.h>

namespace jiuying::sync {

void sodium_ready() {
    static const bool ready = sodium_init() >= 0;
    JY_ASSERT(ready);
}

void wipe(std::span<std::uint8_t> bytes) noexcept { sodium_memzero(bytes.data(), bytes.size()); }

bool equal_in_constant_time(View a, View b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace jiuying::sync
