// Peers that break the protocol, replay it, or waste time; and every limit of a session.
#include "sync/crypto/hash.hpp"
#include "tests/support/raw_peer.hpp"

#include <catch2/catch.hpp>

#include <functional>

using namespace jiuying;
using namespace jiuying::sync;
using namespace jiuying::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Instant t0{std::chrono::hours{1}};

Bytes encoded(const message::Any& item) {
    Bytes bytes;
    message::write(bytes, item);
    return bytes;
}

message::SegmentStart start_of(const Bytes& segment, Lane lane = Lane::station) {
    return {lane, 1, 1, static_cast<std::uint32_t>(segment.size()), blake2b_128({segment}), 0};
}

/// A hub's session with a station that has shaken hands and been admitted.
struct AgainstHub {
    explicit AgainstHub(const Wire& given = {}) : wire(given), end(node, hub_config(wire)) {
        end.feed(Started{}, t0);
    }
    /// Shakes hands with this payload in the third message.
    void open(View payload) {
        end.feed(Received{station.first()}, t0);
        const Bytes second = end.said;
        end.feed(Received{station.third(second, payload)}, t0);
        heard_up_to = second.size();
    }
    void open() { open(encoded(Hello{})); }
    void receive(const Bytes& bytes, Instant now = t0) {
        for (View rest{bytes}; !rest.empty() && !end.closed;) {
            const View piece = rest.first(std::min<std::size_t>(rest.size(), 30'000));
            end.feed(Received{piece}, now);
            rest = rest.subspan(piece.size());
        }
    }
    /// Whether the hub ended with this reason, and told so.
    [[nodiscard]] bool ended(CloseReason reason) {
        station.hear(View{end.said}.subspan(heard_up_to));
        heard_up_to = end.said.size();
        return end.closed == reason && station.goodbye() == reason;
    }

    FakeNode node{true};
    Wire wire;
    End<HubSession> end;
    RawPeer station{noise::Role::initiator};
    std::size_t heard_up_to = 0;
};

/// A station's session with a hub that has shaken hands.
struct AgainstStation {
    explicit AgainstStation(const Wire& given = {}) : end(node, station_config(node, given)) {
        end.feed(Started{}, t0);
        const Bytes second = hub.second(end.said);
        const std::size_t before = end.said.size();
        end.feed(Received{second}, t0);
        hub.accept(View{end.said}.subspan(before));
        heard_up_to = end.said.size();
    }
    void receive(const Bytes& bytes) { end.feed(Received{bytes}, t0); }
    [[nodiscard]] bool ended(CloseReason reason) {
        hub.hear(View{end.said}.subspan(heard_up_to));
        return end.closed == reason && hub.goodbye() == reason;
    }

    FakeNode node{false};
    End<StationSession> end;
    RawPeer hub{noise::Role::responder};
    std::size_t heard_up_to = 0;
};

}  // namespace

TEST_CASE("a hub ends the session of a station that leaves the protocol", "[session]") {
    Wire wire;
    wire.hub_limits.segment_bytes_max = 100'000;
    wire.hub_limits.credit = 70'000;
    AgainstHub hub{wire};
    hub.open();
    RawPeer& station = hub.station;
    const Bytes segment(1000, 7);
    using namespace message;
    const std::vector<std::pair<const char*, std::function<Bytes()>>> offences{
        {"a segment above the limit",
         [&] {
             return station.say(SegmentStart{Lane::station, 1, 1, 100'001, {}, 0});
         }},
        {"an offset into what the hub hasn't got",
         [&] {
             return station.say(SegmentStart{Lane::station, 1, 1, 10, {}, 5});
         }},
        {"a chunk of nothing", [&] { return station.say(Chunk{segment}); }},
        {"a chunk beyond its segment",
         [&] { return station.say(start_of(Bytes(10, 7)), Chunk{segment}); }},
        {"a second HELLO", [&] { return station.say(Hello{}); }},
        {"a receipt", [&] { return station.say(Receipt{segment}); }},
        {"done before it was its turn", [&] { return station.say(Done{}); }},
        {"facts before it was their turn",
         [&] {
             return station.say(StationFacts{"1", 0, 0});
         }},
        {"a refusal, which is the hub's to say",
         [&] { return station.say(Goodbye{CloseReason::refused_used}); }},
        {"credit of nothing", [&] { return station.say(Credit{0}); }},
        {"a message without items", [&] { return station.seal({}); }},
        {"an item of an unknown kind",
         [&] {
             return station.seal(Bytes{10, 0});
         }},
        {"an item of kind 0",
         [&] {
             return station.seal(Bytes{0, 0});
         }},
        {"an item longer than its message",
         [&] {
             return station.seal(Bytes{4, 5, 1});
         }},
        {"FLUSH with a body",
         [&] {
             return station.seal(Bytes{5, 1, 0});
         }},
        {"a chunk above 16 KiB", [&] { return station.say(Chunk{Bytes(16'385, 1)}); }},
        {"a key above its limit",
         [&] {
             return station.say(KeyWrap{Lane::station, Bytes(1025, 1)});
         }},
    };
    const std::size_t which = GENERATE(range<std::size_t>(0, 17));
    REQUIRE(offences.size() == 17);
    INFO(offences[which].first);
    hub.receive(offences[which].second());
    CHECK(hub.end.closed == CloseReason::protocol_error);
    if (std::string{offences[which].first}.find("refusal") == std::string::npos) {
        CHECK(hub.ended(CloseReason::protocol_error));
    }
    CHECK(hub.node.deliveries == 0);
    CHECK(!hub.node.partial);
}

TEST_CASE("a station ends the session of a hub that leaves the protocol", "[session]") {
    AgainstStation station;
    RawPeer& hub = station.hub;
    Hello with_enrol;
    with_enrol.enrol = Enrol{};
    using namespace message;
    const std::vector<std::function<Bytes()>> offences{
        [&] { return hub.say(Flush{}); },
        [&] { return hub.say(Credit{5}); },
        [&] { return hub.say(start_of(Bytes(10, 1), Lane::inbox), Hello{}); },
        [&] { return hub.say(Receipt{Bytes(10, 1)}); },
        [&] { return hub.say(with_enrol); },
        [&] { return hub.say(Hello{}, Hello{}); },
        [&] { return hub.say(Hello{}, Done{}); },
        [&] { return hub.say(Hello{}, Flush{}, Flush{}); },
        [&] { return hub.say(Hello{}, start_of(Bytes(10, 1), Lane::station)); },
    };
    const std::size_t which = GENERATE(range<std::size_t>(0, 9));
    REQUIRE(offences.size() == 9);
    CAPTURE(which);
    station.receive(offences[which]());
    CHECK(station.ended(CloseReason::protocol_error));
    CHECK(station.node.deliveries == 0);
}

TEST_CASE("the limits of a session hold", "[session]") {
    Wire wire;
    wire.hub_limits.credit = 70'000;
    wire.hub_limits.message_bytes_max = 40'000;
    wire.hub_limits.key_wraps_max = 3;
    wire.hub_limits.flushes_max = 2;
    wire.hub_limits.chunk_bytes = 16'000;
    AgainstHub hub{wire};
    hub.open();
    RawPeer& station = hub.station;
    SECTION("on the size of a message") {
        hub.receive(station.seal(Bytes(40'001, 1)));
        CHECK(hub.ended(CloseReason::protocol_error));
    }
    SECTION("on the number of keys") {
        for (int i = 0; i < 3; ++i) {
            hub.receive(station.say(message::KeyWrap{Lane::station, Bytes(100, 1)}));
        }
        CHECK(!hub.end.closed);
        CHECK(hub.node.keys.size() == 3);
        hub.receive(station.say(message::KeyWrap{Lane::station, Bytes(100, 1)}));
        CHECK(hub.ended(CloseReason::protocol_error));
    }
    SECTION("on the number of turns") {
        hub.receive(station.say(message::Flush{}, message::Flush{}));
        CHECK(!hub.end.closed);
        hub.receive(station.say(message::Flush{}));
        CHECK(hub.ended(CloseReason::protocol_error));
    }
    SECTION("on what is sent without credit") {
        // The hub answers nothing while a delivery is open, so nothing is granted meanwhile.
        const Bytes segment(35'000, 7);
        HubSession& session = hub.end.session;
        Actions actions;
        for (int i = 0; i < 2; ++i) {
            Bytes bytes = station.say(start_of(segment));
            for (View rest{segment}; !rest.empty();) {
                const View piece = rest.first(std::min<std::size_t>(rest.size(), 10'000));
                append(bytes, station.say(message::Chunk{piece}));
                rest = rest.subspan(piece.size());
            }
            actions = session.step(Received{bytes}, t0);
        }
        CHECK(names(actions) == "Deliver");
        // One credit and one segment in the making are the most: 70,000 and 35,000.
        for (int i = 0; i < 4 && names(actions).find("Close") == std::string::npos; ++i) {
            Bytes bytes = i == 0 ? station.say(start_of(segment)) : Bytes{};
            append(bytes, station.say(message::Chunk{View{segment}.first(10'000)}));
            actions = session.step(Received{bytes}, t0);
        }
        REQUIRE(names(actions).find("Close") != std::string::npos);
        CHECK(std::get<Close>(actions.back()).reason == CloseReason::protocol_error);
    }
}

TEST_CASE("a segment that isn't what was announced is never delivered", "[session]") {
    AgainstHub hub;
    hub.open();
    message::SegmentStart start = start_of(Bytes(500, 7));
    start.hash[3] ^= 1U;
    hub.receive(hub.station.say(start, message::Chunk{Bytes(500, 7)}));
    CHECK(hub.ended(CloseReason::bad_segment));
    CHECK(hub.node.deliveries == 0);
}

TEST_CASE("a third message without a proper HELLO admits nobody", "[session]") {
    AgainstHub hub;
    Bytes hello = encoded(Hello{});
    SECTION("nothing in it") { hub.open({}); }
    SECTION("something else first") { hub.open(encoded(message::Flush{})); }
    SECTION("something behind it") {
        append(hello, encoded(message::Flush{}));
        append(hello, encoded(message::Flush{}));
        hub.open(hello);
    }
    SECTION("segments in it") {
        append(hello, encoded(message::Credit{3}));
        hub.open(hello);
    }
    SECTION("padding that says something") {
        hello.back() = 1;
        hub.open(hello);
    }
    CHECK(hub.end.closed == CloseReason::protocol_error);
    CHECK(hub.node.admissions.empty());
}

TEST_CASE("a stranger can't make the hub hold more than a HELLO", "[session]") {
    AgainstHub hub;
    hub.end.feed(Received{hub.station.first()}, t0);
    // Only the length came, of 518 bytes.
    hub.end.feed(Received{Bytes{2, 0x06}}, t0);
    CHECK(hub.end.closed == CloseReason::protocol_error);
}

TEST_CASE("what doesn't speak our protocol is not answered", "[session]") {
    AgainstHub hub;
    hub.end.feed(Received{as_view("GET / HTTP/1.1\r\n\r\n")}, t0);
    CHECK(hub.end.closed == CloseReason::protocol_error);
    CHECK(hub.end.said.empty());
}

TEST_CASE("a recorded session can't be played again, whole or in parts", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    station.write(Lane::station, 400, 2);
    hub.write(Lane::inbox, 300, 2);
    const Outcome recorded = exchange(station, hub);
    REQUIRE(recorded.done());
    SECTION("to the hub: its fresh key makes message 2 all that it says") {
        AgainstHub fresh{{.seed = 9}};
        fresh.receive(recorded.station_said);
        CHECK(fresh.end.closed == CloseReason::not_authentic);
        CHECK(fresh.end.said.size() == 50);
        CHECK(fresh.node.admissions.empty());
        CHECK(fresh.node.deliveries == 0);
    }
    SECTION("to the hub: any part of it as the beginning") {
        for (std::size_t at = 1; at < recorded.station_said.size(); ++at) {
            AgainstHub fresh{{.seed = 9}};
            fresh.receive(Bytes(recorded.station_said.begin() + static_cast<std::ptrdiff_t>(at),
                                recorded.station_said.end()));
            REQUIRE(fresh.node.admissions.empty());
            REQUIRE(fresh.end.said.empty());
        }
    }
    SECTION("to the station") {
        FakeNode victim{false};
        End<StationSession> fresh{victim, station_config(victim, {.seed = 9})};
        fresh.feed(Started{}, t0);
        fresh.feed(Received{recorded.hub_said}, t0);
        CHECK(fresh.closed == CloseReason::not_authentic);
        CHECK(victim.deliveries == 0);
        CHECK(!victim.peer);
    }
    SECTION("a message twice in one session") {
        AgainstHub open;
        open.open();
        const Bytes segment(100, 7);
        const Bytes once = open.station.say(start_of(segment), message::Chunk{segment});
        open.node.failure = CloseReason::storage_failed;  // To see that it isn't even tried again.
        HubSession& session = open.end.session;
        CHECK(names(session.step(Received{once}, t0)) == "Deliver");
        const Actions again = session.step(Received{once}, t0);
        REQUIRE(names(again) == "Send Close");
        CHECK(std::get<Close>(again[1]).reason == CloseReason::not_authentic);
    }
}

TEST_CASE("a handshake takes ten seconds at most, however it drips", "[session]") {
    AgainstHub hub;
    CHECK(hub.end.deadline == t0 + seconds{10});
    const Bytes first = hub.station.first();
    for (std::size_t i = 0; i + 1 < first.size(); ++i) {
        hub.end.feed(Received{View{first}.subspan(i, 1)}, t0 + milliseconds{100 * i});
    }
    CHECK(hub.end.deadline == t0 + seconds{10});
    hub.end.feed(DeadlinePassed{}, t0 + milliseconds{9999});
    CHECK(!hub.end.closed);
    hub.end.feed(DeadlinePassed{}, t0 + seconds{10});
    CHECK(hub.end.closed == CloseReason::timed_out);
}

TEST_CASE("only whole messages keep a session alive", "[session]") {
    AgainstHub hub;
    hub.open();
    CHECK(hub.end.deadline == t0 + seconds{30});
    const Bytes segment(5000, 7);
    const Bytes whole =
        hub.station.say(start_of(segment), message::Chunk{View{segment}.first(400)});
    for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
        hub.end.feed(Received{View{whole}.subspan(i, 1)}, t0 + milliseconds{50 * i});
    }
    CHECK(hub.end.deadline == t0 + seconds{30});
    hub.end.feed(Received{View{whole}.last(1)}, t0 + seconds{25});
    CHECK(hub.end.deadline == t0 + seconds{55});
    hub.end.feed(DeadlinePassed{}, t0 + seconds{55});
    CHECK(hub.ended(CloseReason::timed_out));
    REQUIRE(hub.node.partial);
    CHECK(hub.node.partial->length == 400);
}

TEST_CASE("on a slow link each side hears from the other in time", "[session]") {
    AgainstHub hub;
    hub.open();
    const Bytes segment(60'000, 7);
    hub.receive(hub.station.say(start_of(segment)));
    const std::size_t quiet = hub.end.said.size();
    const message::Chunk chunk{View{segment}.first(10'000)};
    hub.receive(hub.station.say(chunk), t0 + seconds{2});
    CHECK(hub.end.said.size() == quiet);
    hub.receive(hub.station.say(chunk), t0 + seconds{8});
    CHECK(hub.end.said.size() > quiet);  // Credit, long before half of it was used.

    // A driver whose writes take long says so, and the deadline moves.
    CHECK(hub.end.deadline == t0 + seconds{38});
    hub.end.feed(Sent{}, t0 + seconds{20});
    CHECK(hub.end.deadline == t0 + seconds{50});
}

TEST_CASE("the state of a peer shows neither in the size of HELLO nor in what is kept of it",
          "[session]") {
    FakeNode empty{false};
    FakeNode full{false};
    for (int i = 0; i < 50; ++i) full.write(Lane::station, 300, 1000);
    full.receipted = full.head(Lane::station);
    const auto third_size = [](FakeNode& node) {
        StationSession session{station_config(node, {})};
        RawPeer hub{noise::Role::responder};
        const Bytes opening = std::get<Send>(session.step(Started{}, t0)[0]).bytes;
        static_cast<void>(session.step(Received{hub.second(opening)}, t0));
        return std::get<Send>(session.step(Offered{}, t0)[0]).bytes.size();
    };
    CHECK(third_size(empty) == third_size(full));
    CHECK(third_size(full) == 190);
}
