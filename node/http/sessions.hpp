/// Who is signed in at the page. In memory only: a restart signs everybody out.
///
/// A session is named by 32 random bytes in a cookie; only their hash is kept. It ends when nobody
/// asks for a while, and some hours after it began however busy it is, both by running time, which
/// no change of the clock touches. Not thread-safe.
#pragma once

#include "node/base/clock.hpp"
#include "node/http/role.hpp"
#include "sync/crypto/bytes.hpp"

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace jiuying::node {

struct SessionLimits {
    std::size_t count = 25;  ///< At once; the one that rested longest makes room.
    std::chrono::minutes idle{15};
    std::chrono::hours whole{12};
};

struct PageSession {
    std::string user;  ///< Code of the account.
    std::string name;
    Roles roles;
    std::uint64_t generation = 0;  ///< Of the account when it began.
    std::string token;             ///< The page sends it along with whatever changes something.
    Instant began;
    Instant used;
};

class Sessions {
public:
    explicit Sessions(Environment& environment, SessionLimits limits = {})
        : environment_(environment), limits_(limits) {}

    /// Begins one and answers the cookie's value.
    std::string begin(std::string user, std::string name, Roles roles, std::uint64_t generation);
    /// The session of a cookie; null if there is none. Does not keep it awake: what the page asks
    /// by itself is no sign of a person.
    [[nodiscard]] PageSession* find(std::string_view cookie);
    /// A person did something.
    void touch(PageSession& session) { session.used = environment_.monotonic(); }
    void end(std::string_view cookie);
    /// Of a person who was removed or has a new password.
    void end_all_of(const std::string& user);
    /// How long \p session goes on if nobody does anything.
    [[nodiscard]] std::chrono::seconds left(const PageSession& session) const;

private:
    using Key = sync::Array<32>;
    static Key key_of(std::string_view cookie);
    [[nodiscard]] Instant end_of(const PageSession& session) const;
    void drop_ended();

    Environment& environment_;
    SessionLimits limits_;
    std::map<Key, PageSession> sessions_;
};

}  // namespace jiuying::node
