#include "node/base/clock.hpp"

#include "sync/crypto/secret.hpp"

#include <sodium/randombytes.h>

namespace jiuying::node {

WallMs SystemEnvironment::now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::floor<std::chrono::milliseconds>(now).count();
}

Instant SystemEnvironment::monotonic() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now());
}

void SystemEnvironment::random(std::span<std::uint8_t> out) {
    sync::sodium_ready();
    randombytes_buf(out.data(), out.size());
}

}  // namespace jiuying::node
