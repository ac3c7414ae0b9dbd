/// The local socket of a running `serve`: other commands on the same folder work through it.
///
/// Only the folder's owner reaches the socket (0600 in 0700), and a caller proves that it could
/// open the keys. A command that has begun is finished, whatever becomes of its caller. All on one
/// thread; commands run where \p Run takes them.
#pragma once

#include "node/cli/backend.hpp"
#include "node/control/frames.hpp"
#include "node/net/link.hpp"
#include "node/net/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <filesystem>
#include <set>
#include <string>

namespace jiuying::node {

struct ControlLimits {
    std::size_t callers = 32;  ///< At once; more wait to be accepted.
    std::chrono::milliseconds greeting{5'000};
    std::chrono::milliseconds idle{3'600'000};  ///< An import may wait for its file that long.
    std::chrono::milliseconds write{60'000};
    std::size_t progress = 64;  ///< Documents that wait for a slow caller; older ones are dropped.
};

class ControlServer {
public:
    /// Runs a command. What it throws becomes the answer: a Failure as it is, others `unexpected`.
    /// Progress may come from any thread until the awaitable has ended.
    using Run = std::function<asio::awaitable<boost::json::object>(
        std::string name, boost::json::object args, Progress progress)>;

    /// Listens at \p path at once, in place of a socket left by a `serve` that was killed: whoever
    /// calls this holds the folder's lock. Throws filesystem_error.
    ControlServer(asio::io_context& network, std::filesystem::path path,
                  const sync::Key32& control_key, Environment& environment, Run run,
                  ControlLimits limits = {});
    /// Removes the socket.
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    void start();
    /// Accepts nobody more; callers are told goodbye as soon as their present command is answered.
    /// What they ask after that was not begun, and they may ask it elsewhere.
    void ask_stop();
    /// Breaks what is left. Commands under way still end.
    void cut();
    [[nodiscard]] asio::awaitable<bool> ended_within(std::chrono::milliseconds patience) {
        return tasks_.emptied_within(patience);
    }

private:
    struct Caller;
    using Document = std::optional<boost::json::object>;

    [[nodiscard]] asio::awaitable<void> accept_all();
    [[nodiscard]] asio::awaitable<void> serve_one(Link::Socket socket);
    [[nodiscard]] asio::awaitable<bool> greet(Caller& caller);
    [[nodiscard]] asio::awaitable<bool> answer_next(Caller& caller);
    [[nodiscard]] asio::awaitable<void> run_one(Caller& caller, std::string name,
                                                boost::json::object args);
    [[nodiscard]] asio::awaitable<Document> hear(Caller& caller, std::chrono::milliseconds limit);
    [[nodiscard]] asio::awaitable<bool> say(Caller& caller, boost::json::object document);

    asio::io_context& network_;
    std::filesystem::path path_;
    asio::local::stream_protocol::acceptor acceptor_;
    sync::Key32 key_;
    Environment& environment_;
    Run run_;
    ControlLimits limits_;
    bool stopping_ = false;
    std::set<Caller*> callers_;  ///< Owned by their coroutines.
    asio::steady_timer left_;    ///< Cancelled when a caller is gone.
    TaskGroup tasks_;
};

}  // namespace jiuying::node
