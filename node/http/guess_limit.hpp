/// How often passwords may be tried: of one account, and of all together.
///
/// Five wrong ones in a row lock an account for a quarter of an hour of running time. That it is
/// locked is kept in the database; after a restart the quarter begins anew, so neither a restart
/// nor a changed clock opens it. All attempts from one address are bounded, too, so that nobody
/// locks one account after the other, and all together, so that nobody keeps the processor busy.
/// Who guesses from one PC uses up his own attempts, and not those of others. Not thread-safe.
#pragma once

#include "node/base/clock.hpp"
#include "node/replica/accounts.hpp"

#include <chrono>
#include <map>
#include <string>

namespace jiuying::node {

class GuessLimit {
public:
    static constexpr std::uint32_t failures_max = 5;
    static constexpr std::chrono::minutes lock_time{15};
    /// Of one address: so many at once, and then one every three seconds.
    static constexpr int burst = 20;
    static constexpr std::chrono::milliseconds refill{3'000};
    /// Of all: a try costs about 70 ms of a processor.
    static constexpr int burst_of_all = 60;
    static constexpr std::chrono::milliseconds refill_of_all{300};
    /// Addresses that are remembered.
    static constexpr std::size_t peers_max = 1'024;

    explicit GuessLimit(Environment& environment) : environment_(environment) {}

    /// Takes one of the attempts of \p peer. False: none is left for now.
    [[nodiscard]] bool take(const std::string& peer);
    /// One that was right is given back: who works is not counted.
    void give_back(const std::string& peer);
    /// Whether \p account may not sign in now. One whose time is over is freed.
    [[nodiscard]] bool is_locked(Account& account);
    /// Counts a wrong password; true if that locks the account.
    [[nodiscard]] bool failed(Account& account);

private:
    /// Attempts of somebody: a bucket that fills by one every so often.
    struct Bucket {
        Instant full_at{};  ///< When all attempts will be there again.
    };

    Environment& environment_;
    Bucket all_;
    std::map<std::string, Bucket> peers_;
    std::map<std::string, Instant> locked_until_;
};

}  // namespace jiuying::node
