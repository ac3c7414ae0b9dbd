// What one caller, known or not, can take of a hub: places, time, memory.
#include "node/net/session_runner.hpp"
#include "tests/support/running_hub.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <catch2/catch.hpp>

#include <list>

using namespace jiuying;
using namespace jiuying::tests;
using namespace std::chrono_literals;
using node::ListenerLimits;
using node::SessionRunner;
using sync::CloseReason;
using tcp = asio::ip::tcp;

namespace {

/// A station that opens its session properly and then says nothing more.
class Lingering {
public:
    Lingering(RunningHub& running, TestNode& station)
        : socket(running.call()),
          runner_(SessionRunner::station(*station)),
          now_(station.environment->monotonic()) {
        const auto first = runner_.on_started(now_);
        asio::write(socket, asio::buffer(first.send));
        sync::Bytes second(50);
        asio::read(socket, asio::buffer(second));
        const auto third = runner_.on_bytes(second, now_);
        asio::write(socket, asio::buffer(third.send));
    }
    Lingering(const Lingering&) = delete;
    Lingering& operator=(const Lingering&) = delete;
    ~Lingering() { (void)runner_.on_hung_up(now_); }

    tcp::socket socket;

private:
    SessionRunner runner_;
    node::Instant now_;
};

/// Waits a moment for \p count places to be taken.
bool holds_places(RunningHub& running, std::size_t count) {
    for (int i = 0; i < 400 && running.sessions() != count; ++i) std::this_thread::sleep_for(5ms);
    return running.sessions() == count;
}

/// About 20 KB that no compression makes smaller.
void add_long_appeal(TestNode& station) {
    std::string text;
    for (int i = 0; i < 12'000; ++i) {
        const unsigned point = 0x4E00U + station.environment->random_number() % 8192U;
        text += static_cast<char>(0xE0U | (point >> 12U));
        text += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (point & 0x3FU));
    }
    (void)add_appeal(station, "长文", text);
}

}  // namespace

TEST_CASE("those whom the hub refuses take no place from a station that it knows") {
    TempFolder folder;
    ListenerLimits limits;
    limits.door.sessions = 1;
    limits.drive.leave_refused = 2s;
    RunningHub running{folder, limits};
    auto station = make_station(folder, running.hub, "SHG01");
    auto revoked = make_station(folder, running.hub, "SHG02");
    node::sqlite::Database::open(running.hub.path)
        .execute("UPDATE peer SET status = 'revoked' WHERE code = 'SHG02'");
    running.start();
    std::list<Lingering> refused;
    for (int i = 0; i < 3; ++i) refused.emplace_back(running, revoked);
    std::this_thread::sleep_for(100ms);
    CHECK(running.sessions() == 0);
    CHECK(sync_now(station, running.address()).ok);
}

TEST_CASE("a station that was refused is not waited for as one that was let in") {
    TempFolder folder;
    ListenerLimits limits;
    limits.drive.leave = 20s;
    limits.drive.leave_refused = 100ms;
    RunningHub running{folder, limits};
    auto revoked = make_station(folder, running.hub, "SHG02");
    node::sqlite::Database::open(running.hub.path).execute("UPDATE peer SET status = 'revoked'");
    running.start();
    Lingering refused{running, revoked};
    CHECK(running.reported(1));
    CHECK_FALSE(running.reports()[0].admitted);
}

TEST_CASE("a new session of a node ends its older one, so that a node never has two places") {
    TempFolder folder;
    RunningHub running{folder};
    auto station = make_station(folder, running.hub, "SHG01");
    auto other = make_station(folder, running.hub, "SHG02");
    running.start();
    Lingering bystander{running, other};
    REQUIRE(holds_places(running, 1));
    std::list<Lingering> sessions;
    for (int i = 0; i < 4; ++i) {
        sessions.emplace_back(running, station);
        CHECK(running.reported(static_cast<std::size_t>(i)));
        CHECK(holds_places(running, 2));
    }
    CHECK(is_closed_within(sessions.front().socket, 1s));
    CHECK_FALSE(is_closed_within(bystander.socket, 50ms));
    CHECK(sync_now(station, running.address()).ok);
}

TEST_CASE("no session lasts for ever, however lively its station is") {
    TempFolder folder;
    ListenerLimits limits;
    limits.session_longest = 300ms;
    RunningHub running{folder, limits};
    auto station = make_station(folder, running.hub, "SHG01");
    running.start();
    Lingering session{running, station};
    CHECK(running.reported(1));
    CHECK(running.reports()[0].admitted);
    CHECK(running.reports()[0].reason == CloseReason::timed_out);
}

TEST_CASE("what all sessions hold together has an end, and who finds none left comes again") {
    TempFolder folder;
    ListenerLimits limits;
    limits.held_in_all = 150'000;
    RunningHub running{folder, limits};
    auto slow = make_station(folder, running.hub, "SHG01");
    auto station = make_station(folder, running.hub, "SHG02");
    for (int i = 0; i < 5; ++i) {
        add_long_appeal(slow);
        add_long_appeal(station);
    }
    running.start();
    std::optional<Lingering> holder{std::in_place, running, slow};  // With 64 KiB under way.
    REQUIRE(holds_places(running, 1));
    CHECK(sync_now(station, running.address()).reason == CloseReason::refused_busy);
    holder.reset();
    REQUIRE(holds_places(running, 0));
    const auto outcome = sync_now(station, running.address());
    CHECK(outcome.ok);
    CHECK(outcome.traffic.sent_bytes < 60'000);  // It went on where it was.
    CHECK(sync_now(slow, running.address()).ok);
    CHECK(running.reported(4));
    CHECK(running.held() == 0);
    CHECK(running.hub->status().appeals == 10);
}
