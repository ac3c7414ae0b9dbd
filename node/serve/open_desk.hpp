/// A folder that one command has open, open to others while that command takes its time.
///
/// An exchange waits for the network, an import for its file, a check for a large database. With
/// this around them the process answers on the folder's local socket as `serve` does, so that
/// nobody has to wait for the lock. Made and used on one thread; the commands, its own and those of
/// others, run one after the other on a thread of the replica's.
#pragma once

#include "node/cli/backend.hpp"
#include "node/control/server.hpp"
#include "node/net/writer.hpp"
#include "node/serve/command_desk.hpp"
#include "node/serve/exchanger.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <optional>
#include <thread>

namespace jiuying::node {

class OpenDesk final : public Backend, private Exchanger {
public:
    /// \p folder is used by this alone until it ends. Where there can be no socket (a USB stick),
    /// others wait for the lock.
    explicit OpenDesk(NodeFolder& folder);
    /// Waits for a moment in which no command of others runs, and sends them away: they go on with
    /// whoever has the folder next.
    ~OpenDesk() override;
    OpenDesk(const OpenDesk&) = delete;
    OpenDesk& operator=(const OpenDesk&) = delete;

    [[nodiscard]] json::object call(std::string_view name, const json::object& args,
                                    const Progress& progress) override;

private:
    [[nodiscard]] asio::awaitable<json::object> run_for_other(std::string name, json::object args,
                                                              Progress progress);
    [[nodiscard]] asio::awaitable<void> close();
    [[nodiscard]] asio::awaitable<SyncOutcome> exchange_now() override;
    void soon() override {}

    NodeFolder& folder_;
    asio::io_context network_{1};
    Writer writer_;
    CommandDesk desk_;
    std::size_t running_ = 0;       ///< Commands of others.
    asio::steady_timer quiet_;      ///< Cancelled when none is left.
    bool exchanging_ = false;       ///< One exchange at a time.
    asio::steady_timer exchanged_;  ///< Cancelled when it is over.
    std::optional<ControlServer> control_;
    asio::executor_work_guard<asio::io_context::executor_type> open_;
    std::thread thread_;  ///< Of the network.
};

}  // namespace jiuying::node
