/// Who may come in: counts handshakes and sessions, and slows down an address that knocks too
/// often. Pure; one thread, except `take_place` and `give_back_place`.
#pragma once

#include "node/base/clock.hpp"

#include <atomic>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace jiuying::node {

struct DoorLimits {
    std::size_t half_open = 64;    ///< Connections that have not yet said who they are.
    std::size_t sessions = 256;    ///< Those that have.
    std::size_t addresses = 4096;  ///< Remembered for their rate.
    double burst = 64;             ///< Connections of one address at once,
    double per_second = 8;         ///< and from then on.
};

class Door {
public:
    explicit Door(DoorLimits limits = {}) : limits_(limits) {}

    /// crowded: comes in as well, but one of the others that are half open has to go.
    enum class Answer : std::uint8_t { enter, crowded, too_often };
    /// Somebody from \p address stands outside. Who comes in is half open until `settled`.
    /// An empty address has no rate: this machine itself, from which many may come tunnelled.
    [[nodiscard]] Answer knock(const std::string& address, Instant now);
    /// A half open one has said who it is, or is gone.
    void settled() { --half_open_; }
    [[nodiscard]] std::size_t half_open() const { return half_open_; }

    /// One of the places for sessions; false if all are taken. From any thread.
    [[nodiscard]] bool take_place();
    void give_back_place() { --sessions_; }
    [[nodiscard]] std::size_t sessions() const { return sessions_.load(); }

private:
    /// Token bucket.
    struct Bucket {
        double tokens = 0;
        Instant filled_at{};
    };
    [[nodiscard]] bool take_token(const std::string& address, Instant now);
    [[nodiscard]] double tokens(const Bucket& bucket, Instant now) const;
    void forget_rested(Instant now);

    DoorLimits limits_;
    std::size_t half_open_ = 0;
    std::atomic<std::size_t> sessions_{0};
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace jiuying::node
