/// A node's clock and chance in a simulated world: all of it follows from the world's time and one
/// seed, and all of it may be wrong.
#pragma once

#include "node/base/clock.hpp"
#include "tests/support/dice.hpp"

#include <cstdint>

namespace jiuying::sim {

/// Milliseconds of the world's true time since the simulation began.
using Ms = std::int64_t;
inline constexpr Ms second = 1000;
inline constexpr Ms minute = 60 * second;
inline constexpr Ms hour = 60 * minute;
inline constexpr Ms day = 24 * hour;

class SimEnvironment final : public node::Environment {
public:
    /// What a right clock shows when a simulation begins: 2026-11-23T00:00:00Z.
    static constexpr std::int64_t start_of_time = 1'795'392'000'000;

    /// \p now is the world's time and outlives this.
    SimEnvironment(const Ms& now, std::uint64_t seed) : now_(now), dice_(seed) {}

    [[nodiscard]] node::WallMs now_ms() override { return start_of_time + now_ + error_ms(); }
    [[nodiscard]] node::Instant monotonic() override {
        return node::Instant{std::chrono::milliseconds{now_ + booted_}};
    }
    [[nodiscard]] node::Instant since_boot() override { return monotonic(); }
    void random(std::span<std::uint8_t> out) override {
        for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(dice_.next());
    }

    [[nodiscard]] bool has_room(const std::string&) override { return true; }
    [[nodiscard]] std::array<std::uint8_t, 16> file_identity(const std::string&) override {
        return identity;
    }

    std::array<std::uint8_t, 16> identity{1};  ///< Of the database's file; another in a copy.

    // --- What goes wrong with it
    void jump(Ms by) { error_ += by; }
    void reset_to_1970() { error_ = -(start_of_time + now_); }
    void set_right() {
        error_ = 0;
        drift_since_ = now_;
    }
    /// Parts per million; typical for a PC are some tens.
    void drift(std::int64_t ppm) {
        error_ = error_ms();
        drift_since_ = now_;
        drift_ppm_ = ppm;
    }
    void reboot() { booted_ = static_cast<Ms>(dice_.below(1'000'000)); }
    /// How far the wall clock is ahead of the truth.
    [[nodiscard]] Ms error_ms() const {
        return error_ + (now_ - drift_since_) * drift_ppm_ / 1'000'000;
    }

private:
    const Ms& now_;
    test::Dice dice_;
    Ms error_ = 0;
    Ms drift_since_ = 0;
    std::int64_t drift_ppm_ = 0;
    Ms booted_ = 1'000'000;  ///< What the monotonic clock counts from differs between boots.
};

}  // namespace jiuying::sim
