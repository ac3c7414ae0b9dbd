#include "node/net/door.hpp"

#include <algorithm>

namespace jiuying::node {

Door::Answer Door::knock(const std::string& address, Instant now) {
    if (!address.empty() && !take_token(address, now)) return Answer::too_often;
    ++half_open_;
    return half_open_ > limits_.half_open ? Answer::crowded : Answer::enter;
}

bool Door::take_place() {
    std::size_t taken = sessions_.load();
    while (taken < limits_.sessions) {
        if (sessions_.compare_exchange_weak(taken, taken + 1)) return true;
    }
    return false;
}

double Door::tokens(const Bucket& bucket, Instant now) const {
    const std::chrono::duration<double> rested = now - bucket.filled_at;
    return std::min(limits_.burst, bucket.tokens + rested.count() * limits_.per_second);
}

bool Door::take_token(const std::string& address, Instant now) {
    auto known = buckets_.find(address);
    if (known == buckets_.end()) {
        if (buckets_.size() >= limits_.addresses) forget_rested(now);
        // Thousands of addresses at once are an attack; it must not cost memory.
        if (buckets_.size() >= limits_.addresses) return false;
        known = buckets_.emplace(address, Bucket{limits_.burst, now}).first;
    }
    Bucket& bucket = known->second;
    bucket = {tokens(bucket, now), now};
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

/// A full bucket says nothing that a new one would not.
void Door::forget_rested(Instant now) {
    std::erase_if(buckets_,
                  [&](const auto& entry) { return tokens(entry.second, now) >= limits_.burst; });
}

}  // namespace jiuying::node
