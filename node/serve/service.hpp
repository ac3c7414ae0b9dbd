/// Everything that one `serve` consists of, and the order in which it starts and ends.
///
/// The network runs on the calling thread, the replica on the writer's. A stop has two phases:
/// exchanges may say goodbye and commands may end; who has not ended after `stop_patience` is cut.
/// Nothing is lost either way, because what was acknowledged is on the disk.
#pragma once

#include "node/control/server.hpp"
#include "node/http/page_service.hpp"
#include "node/net/listener.hpp"
#include "node/net/writer.hpp"
#include "node/serve/command_desk.hpp"
#include "node/serve/notices.hpp"
#include "node/serve/serve.hpp"
#include "node/serve/station_loop.hpp"

#include <boost/asio/signal_set.hpp>

#include <memory>
#include <optional>

namespace jiuying::node {

class Service {
public:
    /// Binds what it listens on. Failure: port_in_use, bad_address, missing_option.
    Service(NodeFolder& folder, const ServeOptions& options);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// Until a signal has ended it.
    void run();

private:
    static constexpr std::chrono::seconds stop_patience{10};

    void open_page();
    void announce();
    void ask_stop();
    void cut();
    [[nodiscard]] asio::awaitable<void> wait_for_signal();
    [[nodiscard]] asio::awaitable<bool> ended_within(std::chrono::milliseconds patience);
    [[nodiscard]] asio::awaitable<void> index_when_idle();
    [[nodiscard]] asio::awaitable<bool> index_slice();

    asio::io_context network_{1};
    NodeFolder& folder_;
    ServeOptions options_;
    std::unique_ptr<Writer> writer_;
    std::unique_ptr<Writer> readers_;  ///< The thread of the folder's reader.
    Notices notices_;
    std::optional<StationLoop> loop_;   ///< Of a station.
    std::optional<Listener> listener_;  ///< Of a hub.
    std::optional<CommandDesk> desk_;
    std::optional<ControlServer> control_;
    std::optional<PageService> page_;
    std::uint64_t arrivals_ = 0;  ///< Sessions that ended.
    asio::signal_set signals_;
    asio::steady_timer index_timer_;
    TaskGroup background_;  ///< Waiting for signals, indexing.
    bool stopping_ = false;
};

}  // namespace jiuying::node
