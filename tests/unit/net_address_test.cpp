// HOST:PORT, the door's counts and rates: what needs no socket.
#include "node/net/address.hpp"
#include "node/net/door.hpp"

#include <catch2/catch.hpp>

using namespace jiuying::node;
using namespace std::chrono_literals;

TEST_CASE("addresses are read as people write them") {
    CHECK(parse_address("10.1.2.3:7400").value() == Address{"10.1.2.3", 7400});
    CHECK(parse_address("hub.jiujiang:1").value() == Address{"hub.jiujiang", 1});
    CHECK(parse_address("[::1]:65535").value() == Address{"::1", 65535});
    CHECK(parse_address("[fe80::1%eth0]:7400").value() == Address{"fe80::1%eth0", 7400});
    CHECK(parse_address("127.0.0.1:0", PortZero::allowed).value() == Address{"127.0.0.1", 0});
    CHECK(to_text({"::1", 7400}) == "[::1]:7400");
    CHECK(to_text({"hub", 7400}) == "hub:7400");
}

TEST_CASE("what is no address is refused, not guessed at") {
    const auto text =
        GENERATE(as<std::string>{}, "", ":", "hub", "hub:", ":7400", "hub:0", "hub:65536", "hub:-1",
                 "hub:7400x", "hub: 7400", "::1:7400", "[]:7400", "[hub]:7400", "[::1]7400",
                 "[::1:7400", "hub name:7400", "http://hub:7400", "-hub:7400", "区中枢:7400");
    INFO(text);
    CHECK_FALSE(parse_address(text).has_value());
}

TEST_CASE("a host name longer than any is refused") {
    CHECK(parse_address(std::string(253, 'a') + ":1").has_value());
    CHECK_FALSE(parse_address(std::string(254, 'a') + ":1").has_value());
}

namespace {
constexpr Instant start{std::chrono::milliseconds{1'000'000}};
}

TEST_CASE("the door lets in as many strangers as it can watch, and the next when one has left") {
    Door door;
    for (int i = 0; i < 64; ++i) CHECK(door.knock("", start) == Door::Answer::enter);
    CHECK(door.knock("", start) == Door::Answer::crowded);
    door.settled();  // One of the 65 has to go.
    door.settled();
    CHECK(door.knock("", start) == Door::Answer::enter);
}

TEST_CASE("an address that knocks too often waits, others don't") {
    DoorLimits limits;
    limits.burst = 3;
    limits.per_second = 2;
    Door door{limits};
    for (int i = 0; i < 3; ++i) CHECK(door.knock("10.0.0.1", start) == Door::Answer::enter);
    CHECK(door.knock("10.0.0.1", start) == Door::Answer::too_often);
    CHECK(door.knock("10.0.0.2", start) == Door::Answer::enter);
    CHECK(door.knock("10.0.0.1", start + 500ms) == Door::Answer::enter);
    CHECK(door.knock("10.0.0.1", start + 500ms) == Door::Answer::too_often);
    for (int i = 0; i < 3; ++i) CHECK(door.knock("10.0.0.1", start + 1h) == Door::Answer::enter);
    CHECK(door.knock("10.0.0.1", start + 1h) == Door::Answer::too_often);
}

TEST_CASE("addresses without number cost no memory without bound") {
    DoorLimits limits;
    limits.addresses = 10;
    limits.half_open = 1000;
    Door door{limits};
    for (int i = 0; i < 10; ++i) {
        CHECK(door.knock(std::to_string(i), start) == Door::Answer::enter);
    }
    CHECK(door.knock("new", start) == Door::Answer::too_often);
    CHECK(door.knock("new", start + 1min) == Door::Answer::enter);
}

TEST_CASE("places for sessions are given out once each") {
    DoorLimits limits;
    limits.sessions = 2;
    Door door{limits};
    CHECK(door.take_place());
    CHECK(door.take_place());
    CHECK_FALSE(door.take_place());
    door.give_back_place();
    CHECK(door.take_place());
}
