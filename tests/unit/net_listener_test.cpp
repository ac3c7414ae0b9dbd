// The hub's door and the station's call, over real sockets on this machine.
#include "node/cli/errors.hpp"
#include "node/net/listener.hpp"
#include "node/net/sync_client.hpp"
#include "node/net/writer.hpp"
#include "tests/support/running_hub.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <catch2/catch.hpp>

#include <future>
#include <list>
#include <mutex>
#include <thread>

using namespace jiuying;
using namespace std::chrono_literals;
using namespace jiuying::tests;
namespace asio = boost::asio;
using node::Listener;
using node::ListenerLimits;
using sync::CloseReason;
using tcp = asio::ip::tcp;

TEST_CASE("one call brings what a station recorded to the hub, and its receipt home") {
    tests::TempFolder folder;
    RunningHub running{folder};
    auto station = tests::make_station(folder, running.hub, "SHG01");
    const auto id = tests::add_appeal(station, "路灯不亮", "路口的路灯不亮");
    running.start();
    const auto outcome = sync_now(station, running.address());
    CHECK(outcome.ok);
    CHECK(outcome.reason == CloseReason::done);
    CHECK(outcome.traffic.sent_transactions == 1);
    CHECK(outcome.traffic.round_trips == 2);
    CHECK(outcome.detail.empty());
    CHECK(station->status().unsent == 0);
    CHECK(running.reported(1));
    running.stop();
    CHECK(running.reports()[0].admitted);
    CHECK(tests::shown(running.hub, id, schema::appeal::title) == "路灯不亮");
}

TEST_CASE("many stations call at once and all are served") {
    tests::TempFolder folder;
    RunningHub running{folder};
    std::list<tests::TestNode> stations;
    for (int i = 0; i < 12; ++i) {
        stations.push_back(
            tests::make_station(folder, running.hub, "SHG" + std::to_string(10 + i)));
        tests::add_appeal(stations.back(), "题", "文");
    }
    running.start();
    std::vector<std::future<node::SyncOutcome>> calls;
    for (auto& station : stations) {
        calls.push_back(
            std::async(std::launch::async, [&] { return sync_now(station, running.address()); }));
    }
    for (auto& call : calls) CHECK(call.get().ok);
    CHECK(running.stop());
    CHECK(running.hub->status().appeals == 12);
}

TEST_CASE("where nobody listens the call says so and the data stays unsent") {
    tests::TempFolder folder;
    auto hub = tests::make_hub(folder);
    auto station = tests::make_station(folder, hub, "SHG01");
    tests::add_appeal(station, "题", "文");
    const auto unsent = station->status().unsent;
    const auto outcome = sync_now(station, "127.0.0.1:1");
    CHECK_FALSE(outcome.ok);
    CHECK(outcome.reason == CloseReason::hung_up);
    CHECK(outcome.traffic.received_bytes == 0);
    CHECK_FALSE(outcome.detail.empty());
    CHECK(station->status().unsent == unsent);
    CHECK_THROWS_AS(sync_now(station, "nowhere"), node::Failure);
}

TEST_CASE("a hub that takes the call and says nothing costs no more than the limit") {
    tests::TempFolder folder;
    auto hub = tests::make_hub(folder);
    auto station = tests::make_station(folder, hub, "SHG01");
    asio::io_context network;
    tcp::acceptor silent{network, {asio::ip::address_v4::loopback(), 0}};
    const auto address = "127.0.0.1:" + std::to_string(silent.local_endpoint().port());
    const auto outcome = sync_now(station, address, 1s);
    CHECK(outcome.reason == CloseReason::timed_out);
    CHECK(outcome.seconds < 5);
}

TEST_CASE("a station of another hub is turned away by the handshake") {
    tests::TempFolder folder;
    tests::TempFolder elsewhere;
    RunningHub running{folder};
    auto other = tests::make_hub(elsewhere, 99);
    auto stranger = tests::make_station(elsewhere, other, "SHG01");
    running.start();
    const auto outcome = sync_now(stranger, running.address());
    CHECK_FALSE(outcome.ok);
    CHECK(outcome.reason == CloseReason::not_authentic);
}

TEST_CASE("strangers who take all places lose them to whoever comes next") {
    tests::TempFolder folder;
    ListenerLimits limits;
    limits.session.handshake = 1500ms;
    RunningHub running{folder, limits};
    auto station = tests::make_station(folder, running.hub, "SHG01");
    running.start();
    std::list<tcp::socket> strangers;
    for (int i = 0; i < 64; ++i) strangers.push_back(running.call());
    while (running.half_open() < 64) std::this_thread::sleep_for(5ms);
    CHECK(sync_now(station, running.address()).ok);
    CHECK(is_closed_within(strangers.front(), 1s));
    auto late = running.call();
    CHECK_FALSE(is_closed_within(late, 50ms));
    // They say nothing: the handshake's deadline sends the others away.
    CHECK(running.reported(66));
    CHECK(running.half_open() == 0);
    for (const auto& report : running.reports()) {
        const bool sent_away = report.reason == CloseReason::timed_out ||
                               report.reason == CloseReason::stopped ||
                               report.reason == CloseReason::hung_up;
        CHECK(report.admitted != sent_away);
    }
}

TEST_CASE("a stranger who drips bytes gets no longer than one who is silent") {
    tests::TempFolder folder;
    ListenerLimits limits;
    limits.session.handshake = 500ms;
    RunningHub running{folder, limits};
    running.start();
    auto slow = running.call();
    const auto began = std::chrono::steady_clock::now();
    const std::array<char, 1> magic{'J'};
    while (running.reports().empty() && std::chrono::steady_clock::now() - began < 5s) {
        boost::system::error_code ignored;
        asio::write(slow, asio::buffer(magic), ignored);
        std::this_thread::sleep_for(100ms);
    }
    CHECK(running.reported(1));
    CHECK_FALSE(running.reports()[0].admitted);
    CHECK(std::chrono::steady_clock::now() - began < 4s);
}

TEST_CASE("garbage ends its connection and harms nobody else") {
    tests::TempFolder folder;
    RunningHub running{folder};
    auto station = tests::make_station(folder, running.hub, "SHG01");
    running.start();
    std::vector<char> garbage(100'000);
    for (std::size_t i = 0; i < garbage.size(); ++i) garbage[i] = static_cast<char>(i * 31 + 7);
    for (int i = 0; i < 20; ++i) {
        auto stranger = running.call();
        boost::system::error_code ignored;
        asio::write(stranger, asio::buffer(garbage), ignored);
        CHECK(is_closed_within(stranger, 4s));
    }
    CHECK(running.reported(20));
    CHECK(sync_now(station, running.address()).ok);
}

TEST_CASE("an address that calls without end is slowed down") {
    tests::TempFolder folder;
    ListenerLimits limits;
    limits.spare_loopback = false;
    limits.door.burst = 5;
    limits.door.per_second = 0.001;
    RunningHub running{folder, limits};
    running.start();
    std::list<tcp::socket> calls;
    for (int i = 0; i < 6; ++i) calls.push_back(running.call());
    CHECK(is_closed_within(calls.back(), 1s));
    CHECK_FALSE(is_closed_within(calls.front(), 50ms));
}

TEST_CASE("when all places are taken a station hears that the hub is busy") {
    tests::TempFolder folder;
    ListenerLimits limits;
    limits.door.sessions = 0;
    RunningHub running{folder, limits};
    auto station = tests::make_station(folder, running.hub, "SHG01");
    running.start();
    CHECK(sync_now(station, running.address()).reason == CloseReason::refused_busy);
}

TEST_CASE("a hub that stops ends what is under way and leaves nobody behind") {
    tests::TempFolder folder;
    RunningHub running{folder};
    running.start();
    std::list<tcp::socket> strangers;
    for (int i = 0; i < 10; ++i) strangers.push_back(running.call());
    while (running.half_open() < 10) std::this_thread::sleep_for(5ms);
    const auto began = std::chrono::steady_clock::now();
    running.stop();
    CHECK(std::chrono::steady_clock::now() - began < 6s);
    CHECK(running.reports().size() == 10);
}

TEST_CASE("a port that is taken is named in the failure") {
    tests::TempFolder folder;
    RunningHub running{folder};
    running.start();
    asio::io_context network;
    node::StorageHere storage;
    node::SystemEnvironment environment;
    const auto taken = node::parse_address(running.address());
    try {
        const Listener second{network, *taken, *running.hub, storage, environment, {}, {}};
        FAIL("two listen on one port");
    } catch (const node::Failure& failure) {
        CHECK(failure.error() == node::Error::port_in_use);
        CHECK(failure.details()[0].second == running.address());
    }
    const node::Address foreign{"192.0.2.1", 7400};
    CHECK_THROWS_AS((Listener{network, foreign, *running.hub, storage, environment, {}, {}}),
                    node::Failure);
}

TEST_CASE("the writer runs tasks in order, passes on what they throw, and outlives its waiters") {
    asio::io_context network;
    std::vector<int> ran;
    {
        node::Writer writer;
        for (int i = 0; i < 100; ++i) {
            asio::co_spawn(network, writer.run([&ran, i] { ran.push_back(i); }), asio::detached);
        }
        std::string thrown;
        asio::co_spawn(network, writer.run([] { throw std::runtime_error("disk"); }),
                       [&](std::exception_ptr error) {
                           try {
                               std::rethrow_exception(error);
                           } catch (const std::runtime_error& known) {
                               thrown = known.what();
                           }
                       });
        network.run();
        CHECK(thrown == "disk");
        CHECK(writer.idle());
        CHECK(writer.done() == 101);
    }
    REQUIRE(ran.size() == 100);
    CHECK(std::is_sorted(ran.begin(), ran.end()));
}
