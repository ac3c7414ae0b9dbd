/// The hub's door to the network: accepts stations and runs one session for each.
///
/// One coroutine per connection, all on one thread; the replica is used on \p storage. Nobody is
/// trusted before the third handshake message, so everything before it is cheap and counted.
#pragma once

#include "node/net/address.hpp"
#include "node/net/door.hpp"
#include "node/net/held_bytes.hpp"
#include "node/net/session_driver.hpp"
#include "node/net/session_report.hpp"
#include "node/net/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace jiuying::node {

struct ListenerLimits {
    DoorLimits door;
    /// Its deadlines: 10 s for the handshake, 30 s idle. No station of ours joins more than 48 KiB
    /// to one message.
    sync::SessionLimits session{.message_bytes_max = 64U << 10U};
    DriveLimits drive;
    /// What an exchange may last. A year's work over the slowest link takes less; what is cut goes
    /// on where it ended.
    std::chrono::milliseconds session_longest{std::chrono::hours{24}};
    /// Of segments that are not stored yet, all sessions together. Far above what a quiet day
    /// needs; a hundred stations that come back after a week must not fill the memory. A session
    /// that would need more ends (refused_busy) and goes on later where it was.
    std::size_t held_in_all = std::size_t{32} << 20U;
    /// What is promised: a session gets its part of this, as many as there are when it begins.
    std::uint32_t credit_in_all = 32U << 20U;
    std::uint32_t credit_min = 64U << 10U;  ///< However many they are.
    bool spare_loopback = true;             ///< No rate limit for this machine itself.
};

class Listener {
public:
    /// Binds at once. Failure: port_in_use, bad_address, no_permission.
    Listener(asio::io_context& network, const Address& address, Replica& replica, Storage& storage,
             Environment& environment, ListenerLimits limits,
             std::function<void(const SessionReport&)> report);

    /// Where it listens, with the port that was found for 0.
    [[nodiscard]] Address address() const;
    [[nodiscard]] const Door& door() const { return door_; }
    [[nodiscard]] const HeldBytes& budget() const { return budget_; }
    [[nodiscard]] std::size_t connections() const { return sessions_.size(); }

    void start();
    /// Accepts nobody more and asks every session to end. Once.
    void ask_stop();
    /// Breaks those that are left.
    void cut();
    /// Ends when all are gone.
    [[nodiscard]] asio::awaitable<bool> ended_within(std::chrono::milliseconds patience) {
        return tasks_.emptied_within(patience);
    }

private:
    using tcp = asio::ip::tcp;

    [[nodiscard]] asio::awaitable<void> accept_all();
    [[nodiscard]] asio::awaitable<void> serve_one(tcp::socket socket);
    [[nodiscard]] asio::awaitable<SessionReport> talk(Link& link, SessionControl& control);
    /// \p control has said who it is, or is gone. May be said twice.
    void settle(SessionControl& control);
    /// A node has one session: its former one, whose link is most likely dead, makes way.
    void replace_former(const schema::NodeId& node, SessionControl& control);
    /// On the storage's thread: \p key calls, and will be served by \p runner.
    void greet_caller(const sync::Hash32& key, const std::shared_ptr<SessionRunner>& runner);
    /// Makes room among those that are half open. False if none of them has begun yet.
    bool send_away_oldest();
    [[nodiscard]] sync::SessionLimits session_limits();
    [[nodiscard]] std::string rate_key(const asio::ip::address& address) const;

    tcp::acceptor acceptor_;
    Replica& replica_;
    Storage& storage_;
    Environment& environment_;
    ListenerLimits limits_;
    std::function<void(const SessionReport&)> report_;
    Door door_;
    HeldBytes budget_;
    bool stopping_ = false;
    asio::steady_timer pause_;               ///< After an accept that failed.
    std::set<SessionControl*> sessions_;     ///< Those that run; owned by their coroutines.
    std::deque<SessionControl*> strangers_;  ///< Of those, the half open ones, oldest first.
    std::map<schema::NodeId, SessionControl*> by_node_;  ///< And those that were let in.
    /// By their key, those that proved to have it. Only the storage's thread uses it.
    std::map<sync::Hash32, std::weak_ptr<SessionRunner>> callers_;
    TaskGroup tasks_;
};

}  // namespace jiuying::node
