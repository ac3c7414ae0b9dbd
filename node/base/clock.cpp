#include "node/base/clock.hpp"

#include "sync/crypto/secret.hpp"

#include <sodium/randombytes.h>

#include <ctime>

namespace jiuying::node {

WallMs SystemEnvironment::now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::floor<std::chrono::milliseconds>(now).count();
}

Instant SystemEnvironment::monotonic() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now());
}

Instant SystemEnvironment::since_boot() {
    timespec time{};
    // Every Linux since 2.6.39 has it.
    if (::clock_gettime(CLOCK_BOOTTIME, &time) != 0) return monotonic();
    const auto whole = std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
    return Instant{std::chrono::floor<std::chrono::milliseconds>(whole)};
}

void SystemEnvironment::random(std::span<std::uint8_t> out) {
    sync::sodium_ready();
    randombytes_buf(out.data(), out.size());
}

}  // namespace jiuying::node
