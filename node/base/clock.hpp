/// Where a node gets time and chance from: one object, so that the simulator can be that object.
///
/// Nothing else in node/ asks the system for the time or for random bytes, except Asio's timers.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace jiuying::node {

/// This program is newer than that: 2026-11-01. A clock before it is wrong.
inline constexpr std::int64_t build_date_ms = 1'793'491'200'000;

/// A full disk stops reading and exchanging, too, and what makes room; so records stop earlier.
inline constexpr std::uint64_t spare_room_bytes = 64U << 20U;

/// Milliseconds since 1970-01-01 UTC, as this machine believes. May be years off and may jump.
using WallMs = std::int64_t;

/// Only for durations; never goes back, means nothing after a restart. The type of sync's `now`.
using Instant = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

class Environment {
public:
    virtual ~Environment() = default;

    [[nodiscard]] virtual WallMs now_ms() = 0;
    [[nodiscard]] virtual Instant monotonic() = 0;
    /// As monotonic(), but goes on while the machine sleeps: a laptop whose lid was closed for the
    /// night has not had its clock set.
    [[nodiscard]] virtual Instant since_boot() = 0;
    /// Fills \p out with bytes fit for keys.
    virtual void random(std::span<std::uint8_t> out) = 0;
    /// Tells the file at \p path from any copy of it, as far as that can be told: where and when it
    /// was made, and on which machine. Zeros: it can't.
    [[nodiscard]] virtual std::array<std::uint8_t, 16> file_identity(const std::string& path) = 0;
    /// Whether the disk of the file at \p path has room for records: more than what is kept free
    /// for reading, exchanging and tidying up (spare_room_bytes, or a sixteenth of a small disk).
    [[nodiscard]] virtual bool has_room(const std::string& path) = 0;

    template <std::size_t N>
    [[nodiscard]] std::array<std::uint8_t, N> random_bytes() {
        std::array<std::uint8_t, N> bytes;
        random(bytes);
        return bytes;
    }
    [[nodiscard]] std::uint64_t random_number() {
        std::uint64_t number = 0;
        for (const std::uint8_t byte : random_bytes<8>()) number = (number << 8U) | byte;
        return number;
    }
};

/// The machine itself. Safe from any thread.
class SystemEnvironment final : public Environment {
public:
    [[nodiscard]] WallMs now_ms() override;
    [[nodiscard]] Instant monotonic() override;
    [[nodiscard]] Instant since_boot() override;
    void random(std::span<std::uint8_t> out) override;
    [[nodiscard]] std::array<std::uint8_t, 16> file_identity(const std::string& path) override;
    [[nodiscard]] bool has_room(const std::string& path) override;
};

}  // namespace jiuying::node
