// A station's syncing in the background: when it calls, what it says, how it ends.
#include "node/net/listener.hpp"
#include "node/net/writer.hpp"
#include "node/serve/station_loop.hpp"
#include "tests/support/nodes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <catch2/catch.hpp>

#include <set>

using namespace jiuying;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using node::Lang;
using node::SyncOutcome;
using sync::CloseReason;

namespace {

/// A station with its loop, and a hub that can be away, on one thread.
struct District {
    District() {
        hub = tests::make_hub(folder);
        station = tests::make_station(folder, hub, "SHG01");
        open();
    }

    void open() {
        listener.emplace(network, node::Address{"127.0.0.1", port}, *hub, here, environment,
                         node::ListenerLimits{}, [](const node::SessionReport&) {});
        listener->start();
        port = listener->address().port;
        station->set_hub_address(node::to_text(listener->address()));
    }
    void start(std::chrono::seconds interval = 3600s) {
        loop.emplace(network, *station, here, environment, interval, notices);
        loop->start();
    }
    /// Runs until \p reached, at most ten seconds.
    bool run_until(const std::function<bool()>& reached) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (!reached() && std::chrono::steady_clock::now() < end) {
            network.restart();  // It stops when it has run out of work.
            network.run_one_for(10ms);
        }
        return reached();
    }
    SyncOutcome exchange_now() {
        std::optional<SyncOutcome> outcome;
        asio::co_spawn(network, loop->exchange_now(),
                       [&](std::exception_ptr, SyncOutcome result) { outcome = result; });
        run_until([&] { return outcome.has_value(); });
        REQUIRE(outcome);
        return *outcome;
    }
    void close() {
        listener->ask_stop();
        const bool gone = run_until([&] { return listener->connections() == 0; });
        REQUIRE(gone);
        end_of([&] { return listener->ended_within(5s); });
        listener.reset();
    }
    ~District() {
        if (loop) loop->ask_stop();
        if (loop) end_of([&] { return loop->ended_within(5s); });
        if (listener) close();
    }
    void end_of(const std::function<asio::awaitable<bool>()>& ending) {
        bool ended = false;
        asio::co_spawn(network, ending(), [&](std::exception_ptr, bool all) { ended = all; });
        run_until([&] { return ended; });
    }

    tests::TempFolder folder;
    tests::TestNode hub;
    tests::TestNode station;
    node::SystemEnvironment environment;
    asio::io_context network;
    node::StorageHere here;
    std::vector<std::string> lines;
    node::Notices notices{Lang::zh, 0, [this](const std::string& line) { lines.push_back(line); }};
    std::uint16_t port = 0;
    std::optional<node::Listener> listener;
    std::optional<node::StationLoop> loop;
};

}  // namespace

TEST_CASE("a station that starts calls its hub at once and says so in one line") {
    District district;
    tests::add_appeal(district.station, "题", "文");
    district.start();
    REQUIRE(district.run_until([&] { return district.lines.size() == 1; }));
    CHECK(district.station->status().unsent == 0);
    CHECK(district.lines[0].find("已送达 1 件") != std::string::npos);
}

TEST_CASE("what is saved while the station serves is delivered a moment later") {
    District district;
    district.start();
    CHECK(district.run_until([&] { return !district.lines.empty(); }));
    tests::add_appeal(district.station, "题", "文");
    CHECK(district.station->status().unsent == 1);
    district.loop->soon();
    CHECK(district.run_until([&] { return district.station->status().unsent == 0; }));
    CHECK(district.lines.size() == 1);  // Nothing changed that is worth a line.
}

TEST_CASE("who asks for a sync gets the outcome of one that began after the asking") {
    District district;
    district.start();
    tests::add_appeal(district.station, "题", "文");
    const SyncOutcome first = district.exchange_now();
    CHECK(first.ok);
    CHECK(district.station->status().unsent == 0);
    tests::add_appeal(district.station, "题二", "文");
    const SyncOutcome second = district.exchange_now();
    CHECK(second.ok);
    CHECK(second.traffic.sent_transactions == 1);
}

TEST_CASE("without a link the station says so once, and connects when asked although it waits") {
    District district;
    district.close();
    district.start();
    REQUIRE(district.run_until([&] { return district.lines.size() == 1; }));
    CHECK(district.lines[0].find("离线，数据已保存在本机") == 0);
    CHECK_FALSE(district.exchange_now().ok);
    CHECK(district.lines.size() == 1);
    district.open();
    CHECK(district.exchange_now().ok);
    REQUIRE(district.lines.size() == 2);
    CHECK(district.lines[1].find("已连接区中枢") == 0);
}

TEST_CASE("a station without an address waits quietly until it is given one") {
    District district;
    district.station->set_hub_address("");
    district.start();
    REQUIRE(district.run_until([&] { return district.lines.size() == 1; }));
    CHECK_FALSE(district.exchange_now().ok);
    CHECK(district.lines.size() == 1);
    district.station->set_hub_address(node::to_text(district.listener->address()));
    CHECK(district.exchange_now().ok);
}

TEST_CASE("a station that is turned away names the code that explains it") {
    District district;
    tests::TempFolder elsewhere;
    auto other = tests::make_hub(elsewhere, 99);
    auto stranger = tests::make_station(elsewhere, other, "SHG01");
    stranger->set_hub_address(node::to_text(district.listener->address()));
    std::swap(district.station, stranger);
    district.start();
    REQUIRE(district.run_until([&] { return district.lines.size() == 1; }));
    CHECK(district.lines[0].find("JY-0307") != std::string::npos);
    CHECK(district.lines[0].find("数据已保存在本机") != std::string::npos);
    district.loop->ask_stop();
    district.end_of([&] { return district.loop->ended_within(5s); });
    district.loop.reset();
}

TEST_CASE("who waits for a sync when the station stops hears that it stopped") {
    District district;
    district.close();
    district.station->set_hub_address("192.0.2.1:7400");  // A route to nowhere.
    district.start();
    std::optional<SyncOutcome> outcome;
    asio::co_spawn(district.network, district.loop->exchange_now(),
                   [&](std::exception_ptr, SyncOutcome result) { outcome = result; });
    district.network.run_for(50ms);
    district.loop->ask_stop();
    CHECK(district.run_until([&] { return outcome.has_value(); }));
    CHECK(outcome->reason == CloseReason::stopped);
}

TEST_CASE("pauses grow to five minutes, begin anew, and are not in step with others") {
    tests::TestEnvironment environment{5};
    node::Backoff backoff{environment};
    std::set<std::int64_t> seen;
    std::chrono::milliseconds most{};
    for (int i = 0; i < 40; ++i) {
        const auto pause = backoff.next();
        CHECK(pause >= 5s);
        CHECK(pause <= 300s);
        most = std::max(most, pause);
        if (i >= 5) seen.insert(pause.count());
    }
    CHECK(most > 200s);
    CHECK(seen.size() > 20);
    backoff.reset();
    CHECK(backoff.next() <= 10s);
}
