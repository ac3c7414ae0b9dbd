#include "node/serve/open_desk.hpp"

#include "node/cli/errors.hpp"
#include "node/net/sync_call.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_future.hpp>

#include <exception>
#include <utility>

namespace jiuying::node {
namespace {

/// An exchange that a person waits for. A year's work over a slow link takes its time; what is cut
/// here goes on where it ended.
constexpr std::chrono::minutes sync_limit{30};
constexpr std::chrono::hours as_long_as_it_takes{24};

}  // namespace

OpenDesk::OpenDesk(NodeFolder& folder)
    : folder_(folder),
      desk_(folder, writer_, nullptr, this, false),
      quiet_(network_),
      exchanged_(network_),
      open_(network_.get_executor()) {
    const auto run = [this](std::string name, json::object args, Progress progress) {
        return run_for_other(std::move(name), std::move(args), std::move(progress));
    };
    try {
        control_.emplace(network_, folder.layout().control(), folder.control_key(),
                         folder.environment(), run);
        control_->start();
    } catch (const std::filesystem::filesystem_error&) {
        control_.reset();
    }
    thread_ = std::thread{[this] { network_.run(); }};
}

OpenDesk::~OpenDesk() {
    auto closing = close();
    asio::co_spawn(network_, std::move(closing), asio::detached);
    thread_.join();
}

asio::awaitable<void> OpenDesk::close() {
    while (running_ != 0) co_await rest(quiet_, as_long_as_it_takes);
    if (control_) {
        control_->ask_stop();
        (void)co_await control_->ended_within(as_long_as_it_takes);
    }
    open_.reset();
}

json::object OpenDesk::call(std::string_view name, const json::object& args,
                            const Progress& progress) {
    auto running = desk_.run(std::string{name}, args, progress);
    auto done = asio::co_spawn(network_, std::move(running), asio::use_future);
    return done.get();
}

asio::awaitable<json::object> OpenDesk::run_for_other(std::string name, json::object args,
                                                      Progress progress) {
    ++running_;
    json::object answer;
    std::exception_ptr thrown;
    try {
        answer = co_await desk_.run(std::move(name), std::move(args), std::move(progress));
    } catch (...) {
        thrown = std::current_exception();
    }
    if (--running_ == 0) quiet_.cancel();
    if (thrown) std::rethrow_exception(thrown);
    co_return answer;
}

asio::awaitable<SyncOutcome> OpenDesk::exchange_now() {
    while (exchanging_) co_await rest(exchanged_, as_long_as_it_takes);
    exchanging_ = true;
    SyncOutcome outcome;
    std::exception_ptr thrown;
    try {
        std::string text;
        std::function<void()> look = [this, &text] {
            text = folder_.replica().profile().hub.address;
        };
        co_await writer_.run(std::move(look));
        const Result<Address> hub = parse_address(text);
        if (!hub) throw Failure{Error::bad_address, Detail::address, text};
        SyncCall call{folder_.replica(), writer_, folder_.environment()};
        outcome = co_await call.run(*hub, sync_limit);
    } catch (...) {
        thrown = std::current_exception();
    }
    exchanging_ = false;
    exchanged_.cancel();
    if (thrown) std::rethrow_exception(thrown);
    co_return outcome;
}

}  // namespace jiuying::node
