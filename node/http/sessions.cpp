#include "node/http/sessions.hpp"

#include "sync/crypto/hash.hpp"

#include <algorithm>

namespace jiuying::node {

Sessions::Key Sessions::key_of(std::string_view cookie) {
    return sync::Hasher{}.add("jiuying page session v1").add(cookie).finish_as<32>();
}

std::string Sessions::begin(std::string user, std::string name, Roles roles,
                            std::uint64_t generation) {
    drop_ended();
    if (sessions_.size() >= limits_.count) {
        const auto oldest = std::ranges::min_element(
            sessions_, {}, [](const auto& entry) { return entry.second.used; });
        sessions_.erase(oldest);
    }
    const std::string cookie = sync::hex_encode(environment_.random_bytes<32>());
    const Instant now = environment_.monotonic();
    sessions_[key_of(cookie)] = {std::move(user),
                                 std::move(name),
                                 roles,
                                 generation,
                                 sync::hex_encode(environment_.random_bytes<32>()),
                                 now,
                                 now};
    return cookie;
}

PageSession* Sessions::find(std::string_view cookie) {
    drop_ended();
    const auto found = sessions_.find(key_of(cookie));
    return found == sessions_.end() ? nullptr : &found->second;
}

void Sessions::end(std::string_view cookie) { sessions_.erase(key_of(cookie)); }

void Sessions::end_all_of(const std::string& user) {
    std::erase_if(sessions_, [&](const auto& entry) { return entry.second.user == user; });
}

Instant Sessions::end_of(const PageSession& session) const {
    return std::min(session.used + limits_.idle, session.began + limits_.whole);
}

std::chrono::seconds Sessions::left(const PageSession& session) const {
    const auto left = end_of(session) - environment_.monotonic();
    return std::max(std::chrono::duration_cast<std::chrono::seconds>(left),
                    std::chrono::seconds{0});
}

void Sessions::drop_ended() {
    const Instant now = environment_.monotonic();
    std::erase_if(sessions_, [&](const auto& entry) { return end_of(entry.second) <= now; });
}

}  // namespace jiuying::node
