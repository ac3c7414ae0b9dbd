#include "node/http/guess_limit.hpp"

#include <algorithm>

namespace jiuying::node {

bool GuessLimit::take(const std::string& peer) {
    const Instant now = environment_.monotonic();
    std::erase_if(peers_, [&](const auto& one) { return one.second.full_at <= now; });
    // So many addresses at once are no office.
    if (peers_.size() >= peers_max && !peers_.contains(peer)) return false;
    Bucket& own = peers_[peer];
    const Instant from = std::max(own.full_at, now);
    const Instant of_all = std::max(all_.full_at, now);
    if (from + refill > now + refill * burst) return false;
    if (of_all + refill_of_all > now + refill_of_all * burst_of_all) return false;
    own.full_at = from + refill;
    all_.full_at = of_all + refill_of_all;
    return true;
}

void GuessLimit::give_back(const std::string& peer) {
    if (const auto own = peers_.find(peer); own != peers_.end()) own->second.full_at -= refill;
    all_.full_at -= refill_of_all;
}

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
