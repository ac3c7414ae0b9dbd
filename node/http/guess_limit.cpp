#include "node/http/guess_limit.hpp"

#include <algorithm>

namespace jiuying::node {

bool GuessLimit::take() {
    const Instant now = environment_.monotonic();
    const Instant from = std::max(full_at_, now);
    if (from + refill > now + refill * burst) return false;
    full_at_ = from + refill;
    return true;
}

void GuessLimit::give_back() { full_at_ -= refill; }

bool GuessLimit::is_locked(Account& account) {
    if (!account.locked) return false;
    const Instant now = environment_.monotonic();
    const auto [until, fresh] = locked_until_.try_emplace(account.code, now + lock_time);
    if (until->second > now) return true;
    locked_until_.erase(until);
    account.locked = false;
    account.failures = 0;
    return false;
}

bool GuessLimit::failed(Account& account) {
    ++account.failures;
    if (account.failures < failures_max) return false;
    account.locked = true;
    locked_until_[account.code] = environment_.monotonic() + lock_time;
    return true;
}

}  // namespace jiuying::node
