// What happens to a session when the line, the bytes, or the station's patience gives out.
#include "tests/support/session_pair.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::sync;
using namespace jiuying::test;

namespace {

constexpr std::size_t small_chunk = 256;

/// Something in every lane, in segments of more than one chunk.
void write_some(FakeNode& station, FakeNode& hub) {
    station.write(Lane::station, 700, 4);
    station.write(Lane::station, 300, 2);
    hub.write(Lane::reference, 600, 3);
    hub.write(Lane::inbox, 40, 1);
    hub.write(Lane::inbox, 500, 1);
}

Wire small_wire() {
    Wire wire;
    wire.station_limits.chunk_bytes = wire.hub_limits.chunk_bytes = small_chunk;
    return wire;
}

std::size_t whole_exchange() {
    FakeNode station{false};
    FakeNode hub{true};
    write_some(station, hub);
    const Outcome outcome = exchange(station, hub, small_wire());
    REQUIRE(outcome.done());
    return outcome.wire_bytes;
}

bool is_prefix(const std::vector<FakeSegment>& part, const std::vector<FakeSegment>& whole) {
    if (part.size() > whole.size()) return false;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i].bytes != whole[i].bytes) return false;
    }
    return true;
}

/// Neither side has anything that the other didn't write.
bool honest(FakeNode& station, FakeNode& hub) {
    return is_prefix(hub.log(Lane::station), station.log(Lane::station)) &&
           is_prefix(station.log(Lane::inbox), hub.log(Lane::inbox)) &&
           is_prefix(station.log(Lane::reference), hub.log(Lane::reference)) &&
           station.corruptions == 0 && hub.corruptions == 0;
}

}  // namespace

TEST_CASE("cut at any byte, a session goes on where it was, and nothing is lost", "[session]") {
    const std::size_t whole = whole_exchange();
    for (std::size_t at = 0; at < whole; ++at) {
        CAPTURE(at);
        FakeNode station{false};
        FakeNode hub{true};
        write_some(station, hub);
        Wire wire = small_wire();
        wire.cut_at = at;
        const Outcome cut = exchange(station, hub, wire);
        REQUIRE(cut.hub == CloseReason::hung_up);
        // The station's last words may be on their way: it has heard all that it needs.
        REQUIRE((cut.station == CloseReason::hung_up || cut.station == CloseReason::done));
        REQUIRE(honest(station, hub));
        wire.cut_at.reset();
        wire.seed = 2;
        wire.send_early = false;
        const Outcome resumed = exchange(station, hub, wire);
        REQUIRE(resumed.done());
        REQUIRE(in_sync(station, hub));
        REQUIRE(honest(station, hub));
        REQUIRE(!station.partial);
        REQUIRE(!hub.partial);
        REQUIRE(station.receipted == station.head(Lane::station));
        // Sent twice at most: a chunk, a start, a receipt, and what an idle exchange costs.
        REQUIRE(cut.wire_bytes + resumed.wire_bytes <= whole + 480 + small_chunk + 350);
        REQUIRE(hub.deliveries + station.deliveries == 5);
    }
}

TEST_CASE("any byte damaged on the way ends the session before it is believed", "[session]") {
    FakeNode writer{false};
    FakeNode writing_hub{true};
    write_some(writer, writing_hub);
    const Outcome good = exchange(writer, writing_hub, small_wire());
    const bool from_hub = GENERATE(false, true);
    const std::size_t size = from_hub ? good.hub_said.size() : good.station_said.size();
    for (std::size_t at = 0; at < size; ++at) {
        CAPTURE(from_hub, at);
        FakeNode station{false};
        FakeNode hub{true};
        write_some(station, hub);
        Wire wire = small_wire();
        (from_hub ? wire.flip_hub : wire.flip_station) = at;
        const Outcome outcome = exchange(station, hub, wire);
        REQUIRE(honest(station, hub));
        const std::optional<CloseReason> heard = from_hub ? outcome.station : outcome.hub;
        REQUIRE(heard != CloseReason::done);
        if (from_hub) REQUIRE(outcome.hub != CloseReason::done);
        // A damaged length leaves the reader waiting, or is absurd; a damaged preamble is foreign.
        REQUIRE((heard == CloseReason::not_authentic || heard == CloseReason::timed_out ||
                 heard == CloseReason::hung_up || heard == CloseReason::protocol_error ||
                 (heard == CloseReason::version_mismatch && !from_hub && at < 6)));
        const bool tail_of_frame = at >= 8 && from_hub && at + 16 >= size;
        if (tail_of_frame) REQUIRE(heard == CloseReason::not_authentic);
    }
}

TEST_CASE("a stop keeps what came and tells the other side", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    station.write(Lane::station, 300'000, 10);
    Wire wire;
    wire.stop_at = 150'000;
    wire.fragment_max = 5000;
    wire.hub_limits.credit = 40'000;
    const Outcome stopped = exchange(station, hub, wire);
    CHECK(stopped.station == CloseReason::stopped);
    CHECK(stopped.hub == CloseReason::stopped);
    REQUIRE(hub.partial);
    CHECK(hub.partial->length >= 150'000 - 20'000);
    CHECK(hub.partial->length <= 150'000 + 40'000);
    CHECK(hub.log(Lane::station).empty());
    const Outcome resumed = exchange(station, hub, {.seed = 2, .send_early = false});
    CHECK(resumed.done());
    CHECK(in_sync(station, hub));
    CHECK(!hub.partial);
    CHECK(resumed.station_traffic.sent_bytes < 300'000 - hub.log(Lane::station).size());
    CHECK(resumed.station_traffic.sent_bytes < 180'000);
}

TEST_CASE("the station resumes inside a segment of the hub's", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    hub.write(Lane::reference, 50'000, 10);
    hub.write(Lane::inbox, 200'000, 10);
    Wire wire;
    wire.cut_at = 150'000;
    CHECK(exchange(station, hub, wire).station == CloseReason::hung_up);
    REQUIRE(station.partial);
    CHECK(station.partial->lane == Lane::inbox);
    SECTION("although other segments came meanwhile") { hub.write(Lane::reference, 1000); }
    SECTION("although it was cut again before that segment's turn") {
        hub.write(Lane::reference, 1000);
        CHECK(!exchange(station, hub, {.seed = 7, .cut_at = 700, .send_early = false}).done());
        REQUIRE(station.partial);
    }
    SECTION("also when it doesn't wait for the hub's HELLO") {
        const Outcome early = exchange(station, hub, {.seed = 8});
        CHECK(early.done());
        CHECK(early.hub_traffic.sent_bytes < 110'000);
    }
    const Outcome resumed = exchange(station, hub, {.seed = 2, .send_early = false});
    CHECK(resumed.done());
    CHECK(resumed.hub_traffic.sent_bytes < 110'000);
    CHECK(in_sync(station, hub));
    CHECK(!station.partial);
}

TEST_CASE("a station that sends at once starts anew behind what the hub has", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    station.write(Lane::station, 900'000, 10);
    CHECK(!exchange(station, hub, {.cut_at = 500'000}).done());
    REQUIRE(hub.partial);
    const Outcome resumed = exchange(station, hub, {.seed = 2});
    CHECK(resumed.done());
    CHECK(in_sync(station, hub));
    CHECK(resumed.station_traffic.sent_bytes < 400'000 + 90'000);
}

TEST_CASE("a part that was damaged at rest is forgotten, and the next session mends it",
          "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    station.write(Lane::station, 300'000, 10);
    CHECK(!exchange(station, hub, {.cut_at = 150'000}).done());
    REQUIRE(hub.partial);
    hub.partial->bytes[1000] ^= 1U;
    const Outcome spoilt = exchange(station, hub, {.seed = 2, .send_early = false});
    CHECK(spoilt.hub == CloseReason::bad_segment);
    CHECK(spoilt.station == CloseReason::bad_segment);
    CHECK(hub.deliveries == 0);
    CHECK(!hub.partial);
    CHECK(exchange(station, hub, {.seed = 3, .send_early = false}).done());
    CHECK(in_sync(station, hub));
}

TEST_CASE("a part whose own sizes disagree is not mentioned", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    station.write(Lane::station, 3000);
    hub.partial = PartialSegment{Lane::station, 1, 3000, {}, 20, Bytes(19, 0)};
    CHECK(exchange(station, hub, {.send_early = false}).done());
    REQUIRE(station.peer);
    CHECK(!station.peer->partial);
}

TEST_CASE("a thousand random meetings end with both sides equal", "[session]") {
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        CAPTURE(seed);
        Dice dice{seed};
        FakeNode station{false};
        FakeNode hub{true};
        if (dice.chance(30)) hub.notice_size = 24 + dice.below(400);
        Wire wire;
        bool done = false;
        for (int meeting = 0; !done; ++meeting) {
            REQUIRE(meeting < 12);
            for (std::size_t i = dice.below(4); meeting < 4 && i > 0; --i) {
                const std::size_t size = dice.chance(20) ? dice.below(90'000) : dice.below(3000);
                station.write(Lane::station, size, 1 + dice.below(50));
            }
            for (std::size_t i = dice.below(3); meeting < 4 && i > 0; --i) {
                const auto lane = dice.chance(50) ? Lane::inbox : Lane::reference;
                hub.write(lane, dice.below(20'000), 1 + dice.below(50));
            }
            if (dice.chance(10)) station.key_wraps = {Bytes(100, 1)};
            wire.seed = seed * 100 + static_cast<std::uint64_t>(meeting);
            wire.fragment_max = dice.chance(50) ? 1 + dice.below(4000) : 0;
            wire.send_early = dice.chance(70);
            wire.station_limits.credit = static_cast<std::uint32_t>(1 + dice.below(40'000));
            wire.hub_limits.credit = static_cast<std::uint32_t>(1 + dice.below(100'000));
            wire.hub_limits.chunk_bytes = static_cast<std::uint32_t>(64 + dice.below(8000));
            wire.cut_at.reset();
            wire.stop_at.reset();
            if (meeting < 8 && dice.chance(40)) wire.cut_at = dice.below(60'000);
            if (meeting < 8 && dice.chance(10)) wire.stop_at = dice.below(20'000);
            const Outcome outcome = exchange(station, hub, wire);
            REQUIRE(honest(station, hub));
            CAPTURE(meeting);
            REQUIRE((outcome.done() || wire.cut_at || wire.stop_at));
            done = meeting >= 4 && outcome.done();
        }
        REQUIRE(in_sync(station, hub));
        REQUIRE(station.receipted == station.head(Lane::station));
    }
}
