// A name that nobody answers for must not hold anybody up.
#include "node/net/sync_call.hpp"
#include "tests/support/nodes.hpp"

#include <boost/asio/co_spawn.hpp>

#include <catch2/catch.hpp>

#include <future>
#include <memory>
#include <optional>

using namespace jiuying;
using namespace std::chrono_literals;
using sync::CloseReason;

namespace {

/// A name server that says nothing until the test is over.
class SilentServer {
public:
    ~SilentServer() {
        answer_->set_value();
        asked_.get_future().wait();
    }
    node::LookUp look_up() {
        return [this, wait = answer_->get_future().share()](const node::Address&, auto&) {
            wait.wait();
            // Only now is nothing of the test used any more.
            asked_.set_value_at_thread_exit();
            return node::Endpoints{};
        };
    }

private:
    std::shared_ptr<std::promise<void>> answer_ = std::make_shared<std::promise<void>>();
    std::promise<void> asked_;
};

/// One call to a hub whose name is looked up by \p look_up; stopped after a moment if asked to.
node::SyncOutcome call(node::LookUp look_up, std::chrono::seconds limit,
                       std::optional<std::chrono::milliseconds> stop_after) {
    const tests::TempFolder folder;
    auto hub = tests::make_hub(folder);
    auto station = tests::make_station(folder, hub, "SHG01");
    boost::asio::io_context network;
    node::StorageHere storage;
    node::SystemEnvironment environment;
    node::SyncCall call{*station, storage, environment, std::move(look_up)};
    node::SyncOutcome outcome;
    boost::asio::co_spawn(network, call.run({"hub.example", 7340}, limit),
                          [&](std::exception_ptr thrown, node::SyncOutcome result) {
                              if (thrown) std::rethrow_exception(thrown);
                              outcome = std::move(result);
                          });
    boost::asio::steady_timer timer{network};
    if (stop_after) {
        timer.expires_after(*stop_after);
        timer.async_wait([&](const boost::system::error_code&) { call.ask_stop(); });
    }
    network.run();
    return outcome;
}

}  // namespace

TEST_CASE("a name that nobody answers for costs no more than the limit of the call") {
    SilentServer server;
    const auto outcome = call(server.look_up(), 1s, std::nullopt);
    CHECK_FALSE(outcome.ok);
    CHECK(outcome.seconds < 5);
    CHECK_FALSE(outcome.detail.empty());
}

TEST_CASE("whoever stops a call does not wait for a name") {
    SilentServer server;
    const auto outcome = call(server.look_up(), 60s, 100ms);
    CHECK(outcome.reason == CloseReason::stopped);
    CHECK(outcome.seconds < 5);
}

TEST_CASE("a name that is known leads to the hub's address") {
    std::string asked;
    const auto answer = [&asked](const node::Address& address, auto&) {
        asked = address.host;
        return node::Endpoints{{boost::asio::ip::address_v4::loopback(), 1}};
    };
    const auto outcome = call(answer, 20s, std::nullopt);
    CHECK(asked == "hub.example");
    CHECK(outcome.reason == CloseReason::hung_up);  // Nobody listens there; but it was tried.
    CHECK(outcome.seconds < 5);
}

TEST_CASE("this machine's own name is found by the system") {
    boost::system::error_code failed;
    const auto found = node::look_up_in_system({"localhost", 7340}, failed);
    CHECK_FALSE(failed);
    REQUIRE_FALSE(found.empty());
    CHECK(found.front().port() == 7340);
}
