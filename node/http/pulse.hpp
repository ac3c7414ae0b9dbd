/// Tells every open page that something has changed.
///
/// Once a second, while somebody listens, it asks how the node stands; what differs from the last
/// answer is sent to all. A page that hears nothing for a while hears at least a comment, so a
/// broken connection is noticed on both sides. All on the network's thread.
#pragma once

#include "node/commands/command.hpp"
#include "node/http/message.hpp"
#include "node/http/sessions.hpp"
#include "node/net/storage.hpp"
#include "node/net/task_group.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace jiuying::node {

class Pulse {
public:
    static constexpr std::size_t feeds_max = 32;

    /// How the node stands is asked in two parts: \p look runs on the replica's thread, \p complete
    /// on the network's.
    Pulse(asio::io_context& network, Storage& storage, Sessions& sessions,
          std::function<json::object()> look, std::function<void(json::object&)> complete);
    ~Pulse();
    Pulse(const Pulse&) = delete;
    Pulse& operator=(const Pulse&) = delete;

    /// For the session of \p cookie, as long as that lasts. Null: too many listen.
    [[nodiscard]] std::shared_ptr<LiveFeed> open(std::string cookie);
    void start() { tasks_.spawn(beat()); }
    void ask_stop();
    [[nodiscard]] asio::awaitable<bool> ended_within(std::chrono::milliseconds patience) {
        return tasks_.emptied_within(patience);
    }

private:
    class Feed;
    [[nodiscard]] asio::awaitable<void> beat();
    [[nodiscard]] asio::awaitable<void> look_once();

    asio::io_context& network_;
    Storage& storage_;
    Sessions& sessions_;
    std::function<json::object()> look_;
    std::function<void(json::object&)> complete_;
    std::string last_;
    bool stopping_ = false;
    std::set<Feed*> feeds_;  ///< Owned by their connections.
    asio::steady_timer timer_;
    TaskGroup tasks_;
};

}  // namespace jiuying::node
