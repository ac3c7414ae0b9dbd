#include "sync/crypto/hash.hpp"
#include "sync/session/enrol.hpp"
#include "tests/support/raw_peer.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::sync;
using namespace jiuying::test;

namespace {

constexpr Instant t0{std::chrono::hours{1}};
constexpr std::size_t megabyte = std::size_t{1} << 20;

/// Both sides hold what the other does: an appeal book of some years.
void fill_and_sync(FakeNode& station, FakeNode& hub) {
    for (int i = 0; i < 3; ++i) station.write(Lane::station, 500, 1000);
    hub.write(Lane::reference, 500, 200);
    hub.write(Lane::inbox, 500, 7);
    REQUIRE(exchange(station, hub).done());
    REQUIRE(in_sync(station, hub));
}

const Bytes& bytes_of(const Action& action) { return std::get<Send>(action).bytes; }

}  // namespace

TEST_CASE("a session does what it must step by step, and nothing else", "[session]") {
    FakeNode station_node{false};
    FakeNode hub_replica{true};
    station_node.write(Lane::station, 300);
    StationSession station{station_config(station_node, {})};
    HubSession hub{hub_config({})};
    CHECK(names(hub.step(Started{}, t0)) == "SetDeadline");

    const Actions dialled = station.step(Started{}, t0);
    REQUIRE(names(dialled) == "Send SetDeadline");
    CHECK(bytes_of(dialled[0]).size() == 56);
    CHECK(std::get<SetDeadline>(dialled[1]).at == t0 + std::chrono::seconds{10});

    const Actions answered = hub.step(Received{bytes_of(dialled[0])}, t0);
    REQUIRE(names(answered) == "Send");
    CHECK(bytes_of(answered[0]).size() == 50);

    // What there is to send is asked only now that the hub has proven itself.
    const Actions asked = station.step(Received{bytes_of(answered[0])}, t0);
    REQUIRE(names(asked) == "Fetch");
    CHECK(std::get<Fetch>(asked[0]).lane == Lane::station);
    const Actions sent = station.step(*station_node.perform(asked[0]), t0);
    REQUIRE(names(sent) == "Send SetDeadline");
    CHECK(std::get<SetDeadline>(sent[1]).at == t0 + std::chrono::seconds{30});

    const Actions admission = hub.step(Received{bytes_of(sent[0])}, t0);
    REQUIRE(names(admission) == "Admit SetDeadline");
    CHECK(std::get<Admit>(admission[0]).static_key == session_keys(1, 0).static_public);

    // The segment came in the same bytes. Not a byte leaves the hub before it is durable.
    const Actions delivery = hub.step(Admitted{hub_replica.hello(), {}}, t0);
    REQUIRE(names(delivery) == "Deliver");
    const Actions reference = hub.step(*hub_replica.perform(delivery[0]), t0);
    REQUIRE(names(reference) == "Fetch");
    CHECK(std::get<Fetch>(reference[0]).lane == Lane::reference);
    const Actions inbox = hub.step(Offered{}, t0);
    REQUIRE(names(inbox) == "Fetch");
    CHECK(std::get<Fetch>(inbox[0]).lane == Lane::inbox);
    const Actions said = hub.step(Offered{}, t0);
    REQUIRE(names(said) == "Send");

    const Actions last = station.step(Received{bytes_of(said[0])}, t0);
    REQUIRE(names(last) == "Send NotePeer StoreReceipt Close");
    CHECK(std::get<Close>(last[3]).reason == CloseReason::done);
    const Actions end = hub.step(Received{bytes_of(last[0])}, t0);
    REQUIRE(names(end) == "NotePeer Close");
    CHECK(std::get<Close>(end[1]).reason == CloseReason::done);

    CHECK(station.step(Received{bytes_of(said[0])}, t0).empty());
    CHECK(station.step(StopAsked{}, t0).empty());
    CHECK(hub.step(HungUp{}, t0).empty());
}

TEST_CASE("an idle exchange costs at most 480 bytes and two round trips", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    fill_and_sync(station, hub);
    const Outcome idle = exchange(station, hub, {.seed = 2});
    CHECK(idle.done());
    CHECK(idle.wire_bytes <= 480);
    CHECK(idle.wire_bytes == idle.station_traffic.sent_bytes + idle.hub_traffic.sent_bytes);
    CHECK(idle.wire_bytes == idle.station_traffic.received_bytes + idle.hub_traffic.received_bytes);
    CHECK(idle.station_traffic.round_trips == 2);
    CHECK(station.deliveries + hub.deliveries == 5);
}

TEST_CASE("a station says what it stands on to a hub that can hear it, in the message of DONE",
          "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    fill_and_sync(station, hub);
    const std::size_t before = exchange(station, hub, {.seed = 2}).wire_bytes;
    const StationFacts facts{"0.1.0", 102'400, 238'000};
    // An older hub would take it for something that no version says.
    Outcome outcome = exchange(station, hub, {.seed = 3, .facts = facts});
    REQUIRE(outcome.done());
    CHECK(outcome.wire_bytes == before);
    CHECK_FALSE(hub.facts.has_value());
    hub.features = feature::facts;
    outcome = exchange(station, hub, {.seed = 4, .facts = facts});
    REQUIRE(outcome.done());
    CHECK(hub.facts == facts);
    CHECK(outcome.wire_bytes <= before + 16);
    CHECK(outcome.station_traffic.round_trips == 2);
    // An older station says none.
    hub.facts.reset();
    REQUIRE(exchange(station, hub, {.seed = 5}).done());
    CHECK_FALSE(hub.facts.has_value());
}

TEST_CASE("one new segment costs little beside itself", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    fill_and_sync(station, hub);
    const std::size_t idle = exchange(station, hub, {.seed = 2}).wire_bytes;
    station.write(Lane::station, 700, 100);
    const Outcome outcome = exchange(station, hub, {.seed = 3});
    CHECK(outcome.done());
    CHECK(outcome.station_traffic.round_trips == 2);
    CHECK(outcome.wire_bytes <= idle + 700 + FakeNode::receipt_size + 60);
    CHECK(outcome.station_traffic.sent_segments == 1);
    CHECK(outcome.station_traffic.sent_transactions == 100);
    CHECK(outcome.hub_traffic.received_transactions == 100);
    CHECK(station.receipts.size() == 2);
}

TEST_CASE("what fits goes both ways in two round trips, notices about it included", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    hub.notice_size = 90;
    hub.key_wraps = {Bytes(120, 1), Bytes(130, 2)};
    station.key_wraps = {Bytes(140, 3)};
    station.write(Lane::station, 20'000, 100);
    station.write(Lane::station, 30'000, 200);
    hub.write(Lane::reference, 5000, 20);
    const Outcome outcome = exchange(station, hub);
    CHECK(outcome.done());
    CHECK(in_sync(station, hub));
    CHECK(station.log(Lane::inbox).size() == 2);
    CHECK(outcome.station_traffic.round_trips == 2);
    CHECK(station.receipted == station.head(Lane::station));
    CHECK(station.receipts.size() == 1);  // The last one is all that counts.
    CHECK(station.keys.size() == 4);      // Offered with both lanes.
    CHECK(hub.keys.size() == 1);
    REQUIRE(hub.peer);
    CHECK(hub.peer->have[1] == hub.head(Lane::inbox));
    CHECK(hub.peer->have[2] == hub.head(Lane::reference));
    REQUIRE(station.peer);
    CHECK(station.peer->wall_ms == hub.hello().wall_ms);
}

TEST_CASE("five megabytes both ways pass under a small credit", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    for (int i = 0; i < 5; ++i) {
        station.write(Lane::station, megabyte, 1500);
        hub.write(Lane::inbox, megabyte - 77, 1400);
    }
    Wire wire;
    wire.station_limits.credit = wire.hub_limits.credit = 50'000;
    const Outcome outcome = exchange(station, hub, wire);
    CHECK(outcome.done());
    CHECK(in_sync(station, hub));
    // Nobody ever sent more than he was allowed: the rest waited for credit.
    CHECK(outcome.most_held < 50'000 + 70'000);
    // Messages are short, so that a cut loses little: 22 bytes beside 4 KiB.
    CHECK(outcome.wire_bytes < 10 * megabyte + 10 * megabyte / 150);
    CHECK(station.receipts.size() >= 5);
}

TEST_CASE("a long push is receipted while it goes on", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    for (int i = 0; i < 100; ++i) station.write(Lane::station, 20'000, 10);
    Wire wire;
    wire.hub_limits.credit = 200'000;
    wire.cut_at = 1'500'000;
    CHECK(exchange(station, hub, wire).station == CloseReason::hung_up);
    CHECK(station.receipted.seq >= 600);
    CHECK(station.receipts.size() < 20);
}

TEST_CASE("the hub's word on what it holds wins over the station's memory", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    for (int i = 0; i < 6; ++i) station.write(Lane::station, 1000, 10);
    REQUIRE(exchange(station, hub).done());
    SECTION("a hub restored from a backup gets again what it lost, and says so itself") {
        hub.roll_back(Lane::station, 3);
        station.write(Lane::station, 1000, 10);
        CHECK(exchange(station, hub, {.seed = 2}).done());
        CHECK(in_sync(station, hub));
        CHECK(station.receipted == station.head(Lane::station));
    }
    SECTION("also when there was nothing new to send") {
        hub.roll_back(Lane::station, 2);
        CHECK(exchange(station, hub, {.seed = 2}).done());
        CHECK(in_sync(station, hub));
    }
    SECTION("a receipt that got lost is said again, and nothing is sent again") {
        station.receipted = {};
        const Outcome outcome = exchange(station, hub, {.seed = 2, .send_early = false});
        CHECK(outcome.done());
        CHECK(outcome.station_traffic.sent_segments == 0);
        CHECK(station.receipted == station.head(Lane::station));
    }
    SECTION("who sends at once what the hub has already does no harm") {
        station.receipted = {};
        CHECK(exchange(station, hub, {.seed = 2}).done());
        CHECK(hub.duplicates == 6);
        CHECK(in_sync(station, hub));
    }
    SECTION("what the hub turns out to hold is not sent to its end") {
        station.write(Lane::station, megabyte, 10);
        REQUIRE(exchange(station, hub, {.seed = 2}).done());
        station.receipted = station.log(Lane::station)[5].head;
        const Outcome outcome = exchange(station, hub, {.seed = 3});
        CHECK(outcome.done());
        CHECK(outcome.wire_bytes < 70'000);
        CHECK(station.receipted == station.head(Lane::station));
    }
}

TEST_CASE("an invitation is proven by a MAC that fits this session only", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    Hash32 secret{};
    secret.fill(0x42);
    CHECK(exchange(station, hub, {.enrol_secret = secret}).done());
    CHECK(exchange(station, hub, {.seed = 2, .enrol_secret = secret}).done());
    REQUIRE(hub.admissions.size() == 2);
    const Hash32 hub_key = session_keys(2, 0).static_public;
    Hash32 hub_box{};
    hub_box.fill(9);
    const auto mac = [&](const Hash32& with, const Admit& admit) {
        return enrol_mac(Secret<32>{with}, admit.handshake_hash,
                         {admit.static_key, hub_key, hub_box}, *admit.hello.enrol);
    };
    const Admit& admit = hub.admissions[0];
    REQUIRE(admit.hello.enrol);
    CHECK(admit.hello.enrol->name == "laptop-at-the-salon");
    CHECK(admit.hello.enrol->mac == mac(secret, admit));
    CHECK(admit.hello.enrol->mac != hub.admissions[1].hello.enrol->mac);
    Hash32 other = secret;
    other[0] ^= 1U;
    CHECK(admit.hello.enrol->mac != mac(other, admit));
    // Nor does it fit another key on either side: what was swapped on the way is refused.
    Admit swapped = admit;
    swapped.hello.enrol->box_key[0] ^= 1U;
    CHECK(admit.hello.enrol->mac != mac(secret, swapped));
    hub_box[0] ^= 1U;
    CHECK(admit.hello.enrol->mac != mac(secret, admit));
}

TEST_CASE("a refusal reaches the station with its reason", "[session]") {
    const auto reason = GENERATE(CloseReason::refused_unknown, CloseReason::refused_used,
                                 CloseReason::refused_expired, CloseReason::refused_revoked,
                                 CloseReason::refused_busy);
    FakeNode station{false};
    FakeNode hub{true};
    station.write(Lane::station, 500);
    hub.refusal = reason;
    const Outcome outcome = exchange(station, hub);
    CHECK(outcome.station == reason);
    CHECK(outcome.hub == reason);
    CHECK(hub.deliveries == 0);
}

TEST_CASE("the other side's trouble is told apart from a broken line", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    station.write(Lane::station, 500);
    hub.write(Lane::inbox, 500);
    const auto reason = GENERATE(CloseReason::storage_failed, CloseReason::bad_segment);
    SECTION("the hub's") { hub.failure = reason; }
    SECTION("the station's") { station.failure = reason; }
    const Outcome outcome = exchange(station, hub);
    CHECK(outcome.station == reason);
    CHECK(outcome.hub == reason);
}

TEST_CASE("the wrong hub and the wrong version are named", "[session]") {
    FakeNode station{false};
    FakeNode hub{true};
    SECTION("another hub's key") {
        const Outcome outcome = exchange(station, hub, {.wrong_hub = true});
        CHECK(outcome.station == CloseReason::not_authentic);
        CHECK(outcome.hub == CloseReason::not_authentic);
    }
    SECTION("another district's hub under the same key") {
        StationSession::Config config = station_config(station, {});
        config.hub_node[0] ^= 1U;
        StationSession caller{std::move(config)};
        HubSession answerer{hub_config({})};
        const Actions dialled = caller.step(Started{}, t0);
        const Actions refused = answerer.step(Received{bytes_of(dialled[0])}, t0);
        REQUIRE(names(refused) == "Send Close");
        const Actions end = caller.step(Received{bytes_of(refused[0])}, t0);
        REQUIRE(names(end) == "Close");
        CHECK(std::get<Close>(end[0]).reason == CloseReason::not_authentic);
    }
    SECTION("another major version, in clear") {
        StationSession caller{station_config(station, {})};
        HubSession answerer{hub_config({})};
        Bytes dialled = bytes_of(caller.step(Started{}, t0)[0]);
        dialled[4] = 2;
        const Actions refused = answerer.step(Received{dialled}, t0);
        REQUIRE(names(refused) == "Send Close");
        CHECK(std::get<Close>(refused[1]).reason == CloseReason::version_mismatch);
        Bytes hint = bytes_of(refused[0]);
        CHECK(hint.size() == 6);
        hint[4] = 2;
        const Actions end = caller.step(Received{hint}, t0);
        REQUIRE(names(end) == "Close");
        CHECK(std::get<Close>(end[0]).reason == CloseReason::version_mismatch);
    }
    SECTION("no version in common: known before anyone is admitted") {
        const Outcome outcome = exchange(station, hub, {.station_version = 2});
        CHECK(outcome.station == CloseReason::version_mismatch);
        CHECK(outcome.hub == CloseReason::version_mismatch);
        CHECK(hub.admissions.empty());
    }
}
