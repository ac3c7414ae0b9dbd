/// How often passwords may be tried: of one account, and of all together.
///
/// Five wrong ones in a row lock an account for a quarter of an hour of running time. That it is
/// locked is kept in the database; after a restart the quarter begins anew, so neither a restart
/// nor a changed clock opens it. All attempts together are bounded, too, so that nobody locks one
/// account after the other, or keeps the processor busy. Not thread-safe.
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
    /// So many at once, and then one every three seconds.
    static constexpr int burst = 20;
    static constexpr std::chrono::seconds refill{3};

    explicit GuessLimit(Environment& environment)
        : environment_(environment), full_at_(environment.monotonic()) {}

    /// Takes one of the attempts of all. False: none is left for now.
    [[nodiscard]] bool take();
    /// One that was right is given back: who works is not counted.
    void give_back();
    /// Whether \p account may not sign in now. One whose time is over is freed.
    [[nodiscard]] bool is_locked(Account& account);
    /// Counts a wrong password; true if that locks the account.
    [[nodiscard]] bool failed(Account& account);

private:
    Environment& environment_;
    Instant full_at_;  ///< When all attempts will be there again.
    std::map<std::string, Instant> locked_until_;
};

}  // namespace jiuying::node
