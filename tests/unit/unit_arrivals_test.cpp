// When what was sent to a unit reached its station: noted there once, known to all, believed of
// nobody else. docs/decisions/0021-arrival-is-an-event.md.
#include "tests/support/neighbours.hpp"
#include "tests/support/old_copies.hpp"
#include "tests/support/runners.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
using schema::EventKind;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;

std::vector<schema::WorkOrderEvent> arrivals(TestNode& node, const schema::RecordId& id) {
    std::vector<schema::WorkOrderEvent> noted;
    const auto order = node->order(id);
    if (!order) return noted;
    for (const auto& shown : order->events) {
        if (shown.event.kind == EventKind::arrived) noted.push_back(shown.event);
    }
    return noted;
}

schema::OrderDeadlines dues(TestNode& node, const schema::RecordId& id) {
    const auto order = node->order(id);
    REQUIRE(order);
    return node->dues(*order, node.environment->now)->deadlines;
}

/// An order of SHG01 that the hub has dispatched to SXZ01, whose station does not know it yet. The
/// clocks of all go on by two hours then.
schema::RecordId on_its_way(Neighbours& town, const std::string& unit = "SXZ01") {
    const auto id = add_appeal(town.station, "路灯不亮", "村口路灯坏了", "19900000001");
    town.settle();
    town.at_hub("PD1", id, triaged());
    town.at_hub("PD1", id, dispatched(unit));
    town.hub.environment->now += 2 * hour_ms;
    for (TestNode* node : town.all()) node->environment->now = town.hub.environment->now;
    return id;
}

/// The event that sent the order to its present unit.
schema::RecordId sent_by(Neighbours& town, const schema::RecordId& id) {
    return town.hub->order(id)->state.sendings.back().event;
}

/// After a station was put back the hub knows more of its epochs than it.
void check_same_state(Neighbours& town) {
    for (TestNode* node : town.all()) {
        const schema::ScopeId& scope = (*node)->profile().scope;
        CHECK((*node)->digest(scope).digest == town.hub->digest(scope).digest);
    }
}

/// The beginning of a session, up to the first \p segments of the inbox, each in a transaction of
/// its own; then the link is gone.
bool hear_inbox(TestNode& station, TestNode& hub, std::size_t segments) {
    const auto config = station->station_config();
    const auto hub_peer = station->hub_peer();
    sync::Admit admit;
    admit.static_key = node::public_keys(station.secrets).static_key;
    admit.hello = config.hello;
    std::optional<node::Replica::Peer> peer;
    auto answer = hub->admit(admit, peer);
    if (!std::holds_alternative<sync::Admitted>(answer)) return false;
    (void)station->note_peer({std::get<sync::Admitted>(answer).hello}, hub_peer);
    const auto inbox = static_cast<std::size_t>(sync::Lane::inbox) - 1;
    const sync::Offer offer =
        hub->fetch({sync::Lane::inbox, config.hello.have[inbox], 1U << 20U, {}}, *peer);
    for (const sync::Bytes& wrap : offer.key_wraps) {
        if (!station->store_keys({sync::Lane::inbox, wrap}, hub_peer)) return false;
    }
    if (offer.segments.size() < segments) return false;
    for (std::size_t i = 0; i < segments; ++i) {
        const auto taken = station->deliver({sync::Lane::inbox, offer.segments[i].bytes}, hub_peer);
        if (!std::holds_alternative<sync::Delivered>(taken)) return false;
    }
    return true;
}

std::uint64_t rejected(TestNode& node) { return node->status().rejected; }

/// What a program with the keys of \p forger's station writes: that \p target arrived.
sync::Transaction claim(Forger& forger, const schema::RecordId& id, const schema::RecordId& target,
                        const std::optional<schema::ScopeId>& home) {
    sync::Transaction tx = forger.creation(schema::EntityId::work_order_event, record_id(0x40));
    using namespace schema::work_order_event;
    Forger::set(tx, order, bytes_of(id));
    Forger::set(tx, kind, static_cast<std::int64_t>(EventKind::arrived));
    Forger::set(tx, schema::work_order_event::target, bytes_of(target));
    if (home) tx.origin = sync::Origin{dot_of(tx, tx.records[0].name.creation.author), *home};
    return tx;
}

}  // namespace

TEST_CASE("a dispatch that reaches its unit's station is noted there once, and all know",
          "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = on_its_way(town);
    const auto sent = sent_by(town, id);
    CHECK(arrivals(town.hub, id).empty());
    CHECK_FALSE(dues(town.hub, id).present().transit);
    REQUIRE(exchange(town.other, town.hub));
    // In the transaction that took it: what the station shows now, it shows after a restart, too.
    REQUIRE(arrivals(town.other, id).size() == 1);
    CHECK(arrivals(town.other, id)[0].target == sent);
    CHECK(arrivals(town.other, id)[0].recorded_at == town.other.environment->now);
    town.other.reopen();
    town.settle();
    town.other.reopen();
    town.settle();
    const schema::OrderDeadlines told = dues(town.hub, id);
    REQUIRE(told.present().transit);
    CHECK(*told.present().transit >= std::chrono::hours{2});
    CHECK(*told.present().transit < std::chrono::hours{2} + std::chrono::minutes{1});
    for (TestNode* node : {&town.hub, &town.station, &town.other}) {
        CHECK(arrivals(*node, id).size() == 1);
        CHECK(dues(*node, id).present().arrived_at == told.present().arrived_at);
        CHECK(dues(*node, id).present().transit == told.present().transit);
        CHECK((*node)->order(id)->state.main == schema::MainState::dispatched);
        CHECK((*node)->event_conflicts().empty());
        CHECK(rejected(*node) == 0);
    }
    // By itself: nobody is its actor, and the unit's work begins when a person signs.
    CHECK(town.hub->order(id)->state.handlers.empty());
    CHECK(town.other->status().unsent == 0);
    town.check_equal();
    town.check_sound(folder);
    town.sign(id);
    town.settle();
    CHECK(town.station->order(id)->state.main == schema::MainState::in_progress);
    town.check_equal();
}

TEST_CASE("of an order of its own home the dispatch arrives at the station as well", "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = on_its_way(town, "SHG01");
    town.settle();
    CHECK(arrivals(town.station, id).size() == 1);
    CHECK(arrivals(town.hub, id).size() == 1);
    CHECK(dues(town.hub, id).present().transit == dues(town.station, id).present().transit);
    town.check_equal();
}

TEST_CASE("a unit at the hub's desk has no transit, and none is noted for others", "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = on_its_way(town, "JS");
    town.settle();
    CHECK(arrivals(town.hub, id).empty());
    CHECK(arrivals(town.station, id).empty());
    CHECK_FALSE(dues(town.hub, id).present().transit);
    // A co-unit's station gets the order, but it is not its clock that runs.
    schema::WorkOrderEvent helps = only(EventKind::unit_added);
    helps.unit = "SXZ01";
    town.at_hub("PD1", id, helps);
    town.settle();
    REQUIRE(town.other->order(id));
    CHECK(arrivals(town.other, id).empty());
}

TEST_CASE("what was decided otherwise on the way is not noted", "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = on_its_way(town);
    SECTION("taken back before the station heard of it") {
        town.at_hub("PD1", id, given_to("JS"));
        town.settle();
        CHECK(arrivals(town.hub, id).empty());
    }
    SECTION("the unit signed at the hub's desk") {
        town.at_hub("SX1", id, only(EventKind::signed_for));
        town.settle();
        CHECK(town.other->order(id)->state.main == schema::MainState::in_progress);
        CHECK(arrivals(town.other, id).empty());
    }
    SECTION("given back to it: the second dispatch is the one that arrives") {
        town.at_hub("PD1", id, given_to("JS"));
        town.at_hub("PD1", id, given_to("SXZ01"));
        town.settle();
        REQUIRE(arrivals(town.hub, id).size() == 1);
        CHECK(arrivals(town.hub, id)[0].target == sent_by(town, id));
    }
    CHECK(town.hub->event_conflicts().empty());
    town.check_equal();
    town.check_sound(folder);
}

TEST_CASE("an arrival that is heard of after the order moved on is a fact and no conflict",
          "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = on_its_way(town);
    REQUIRE(exchange(town.other, town.hub));  // It has it; the hub does not know.
    REQUIRE(arrivals(town.other, id).size() == 1);
    REQUIRE(arrivals(town.hub, id).empty());
    town.at_hub("PD1", id, given_to("JS"));
    town.at_hub("J1", id, only(EventKind::signed_for));
    town.settle();
    CHECK(town.hub->order(id)->state.main == schema::MainState::in_progress);
    CHECK(town.hub->order(id)->state.lead_unit == "JS");
    CHECK(arrivals(town.hub, id).size() == 1);
    for (TestNode* node : {&town.hub, &town.station, &town.other}) {
        CHECK((*node)->event_conflicts().empty());
        CHECK((*node)->status().conflicts == 0);
    }
    CHECK_FALSE(dues(town.hub, id).present().transit);  // JS has no station.
    CHECK_FALSE(town.other->show(id, false));           // And its copy has left the station.
    town.check_equal();
    town.check_sound(folder);
}

TEST_CASE("a station that was put back does not note again what it had noted", "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    (void)add_appeal(town.other, "自己的", "本站的诉求");
    const auto id = on_its_way(town);
    const auto meets = [&] {
        return meet(town.other, town.hub).station == sync::CloseReason::done;
    };
    keep_copy(town.other, folder.file("copy.db"));
    REQUIRE(meets());
    REQUIRE(meets());
    REQUIRE(arrivals(town.hub, id).size() == 1);
    const auto noted = arrivals(town.hub, id)[0];
    town.other.environment->now += 5 * hour_ms;
    town.hub.environment->now = town.other.environment->now;
    put_back(town.other, folder.file("copy.db"), GENERATE(false, true));
    for (int round = 0; round < 3; ++round) REQUIRE(meets());
    CHECK(arrivals(town.other, id) == std::vector{noted});
    CHECK(arrivals(town.hub, id) == std::vector{noted});
    SECTION("and if it had not, it notes it once it has everything") {
        const auto later = on_its_way(town);
        town.settle();
        CHECK(arrivals(town.hub, later).size() == 1);
    }
    town.settle();
    check_same_state(town);
    town.check_sound(folder);
}

TEST_CASE("a link that dies between the dispatch and the note that comes back makes no second one",
          "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    (void)add_appeal(town.other, "自己的", "本站的诉求");
    const auto id = on_its_way(town);
    keep_copy(town.other, folder.file("copy.db"));
    for (int i = 0; i < 2; ++i) {
        REQUIRE(meet(town.other, town.hub).station == sync::CloseReason::done);
    }
    const auto noted = arrivals(town.hub, id);
    REQUIRE(noted.size() == 1);
    put_back(town.other, folder.file("copy.db"), GENERATE(false, true));
    REQUIRE(hear_inbox(town.other, town.hub, 1));
    REQUIRE(town.other->order(id));
    CHECK(town.other->order(id)->state.sendings.size() == 1);
    CHECK(arrivals(town.other, id).empty());  // It may be among what it lost.
    town.other.reopen();
    for (int i = 0; i < 3; ++i) {
        REQUIRE(meet(town.other, town.hub).station == sync::CloseReason::done);
    }
    CHECK(arrivals(town.other, id) == noted);
    CHECK(arrivals(town.hub, id) == noted);
    town.settle();
    check_same_state(town);
    town.check_sound(folder);
}

TEST_CASE(
    "a station that was put back to before its first word may note it again: the first counts",
    "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = on_its_way(town);
    keep_copy(town.other, folder.file("copy.db"));
    REQUIRE(meet(town.other, town.hub).station == sync::CloseReason::done);
    REQUIRE(meet(town.other, town.hub).station == sync::CloseReason::done);
    REQUIRE(arrivals(town.hub, id).size() == 1);
    const auto arrived_at = dues(town.hub, id).present().arrived_at;
    town.other.environment->now += 5 * hour_ms;
    town.hub.environment->now = town.other.environment->now;
    put_back(town.other, folder.file("copy.db"));
    for (int round = 0; round < 4; ++round) {
        REQUIRE(meet(town.other, town.hub).station == sync::CloseReason::done);
    }
    town.settle();
    for (TestNode* node : {&town.hub, &town.station, &town.other}) {
        CHECK(dues(*node, id).present().arrived_at == arrived_at);
        CHECK((*node)->event_conflicts().empty());
    }
    check_same_state(town);
    town.check_sound(folder);
}

TEST_CASE("a station that lost other words than the note makes it when all has come back",
          "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    (void)add_appeal(town.other, "先前的", "本站的诉求");
    REQUIRE(meet(town.other, town.hub).station == sync::CloseReason::done);
    keep_copy(town.other, folder.file("copy.db"));
    (void)add_appeal(town.other, "自己的", "本站的诉求");
    REQUIRE(meet(town.other, town.hub).station == sync::CloseReason::done);
    put_back(town.other, folder.file("copy.db"));
    const auto id = on_its_way(town);
    for (int round = 0; round < 3; ++round) {
        REQUIRE(meet(town.other, town.hub).station == sync::CloseReason::done);
    }
    CHECK(arrivals(town.other, id).size() == 1);
    CHECK(arrivals(town.hub, id).size() == 1);
    town.settle();
    check_same_state(town);
    town.check_sound(folder);
}

TEST_CASE("each round has its own way: a rework is noted again", "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = on_its_way(town);
    town.settle();
    town.sign(id);
    const auto at_other = [&](const schema::WorkOrderEvent& event) {
        town.other.environment->now += 1000;
        REQUIRE_FALSE(town.other->act("SX1", id, event)->refused);
    };
    at_other(contacted());
    at_other(replied());
    town.settle();
    town.hub.environment->now = town.other.environment->now + 1000;
    town.at_hub("HD1", id, only(EventKind::review_passed));
    schema::WorkOrderEvent visit = only(EventKind::visited);
    visit.method = schema::ContactMethod::phone;
    visit.reached = true;
    visit.grade = schema::Grade::dissatisfied;
    visit.solved = false;
    visit.reason = "not_solved";
    town.at_hub("HF1", id, visit);
    schema::WorkOrderEvent rework = only(EventKind::rework);
    rework.reason = "not_solved";
    town.at_hub("HF1", id, rework);
    town.hub.environment->now += 3 * hour_ms;
    for (TestNode* node : town.all()) node->environment->now = town.hub.environment->now;
    town.settle();
    REQUIRE(arrivals(town.hub, id).size() == 2);
    for (TestNode* node : {&town.hub, &town.station, &town.other}) {
        const schema::OrderDeadlines told = dues(*node, id);
        REQUIRE(told.rounds.size() == 2);
        CHECK(told.rounds[0].transit >= std::chrono::hours{2});
        CHECK(told.rounds[0].transit < std::chrono::hours{3});
        CHECK(told.rounds[1].transit >= std::chrono::hours{3});
        CHECK(told.rounds[1].transit < std::chrono::hours{4});
    }
    town.check_equal();
}

TEST_CASE("that something arrived is believed of the unit's own station only", "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = on_its_way(town);
    const auto sent = sent_by(town, id);
    const schema::ScopeId home = town.station->profile().scope;
    const auto reason = [&] {
        const auto all = town.hub->all(schema::EntityId::rejection, 100);
        return all.empty() ? std::int64_t{0}
                           : *schema::number_of(*all.back().find(schema::rejection::reason));
    };
    SECTION("of it") {
        Forger forger(town.other, town.hub);
        REQUIRE(forger.push({claim(forger, id, sent, home)}));
        CHECK(rejected(town.hub) == 0);
        CHECK(arrivals(town.hub, id).size() == 1);
        CHECK(dues(town.hub, id).present().transit);
    }
    SECTION("not of the order's home") {
        Forger forger(town.station, town.hub);
        REQUIRE(forger.push({claim(forger, id, sent, std::nullopt)}));
        CHECK(reason() == schema::rejection::wrong_scope);
    }
    SECTION("not of a station that helps") {
        schema::WorkOrderEvent helps = only(EventKind::unit_added);
        helps.unit = "BDZ01";
        town.at_hub("PD1", id, helps);
        Forger forger(town.third, town.hub);
        REQUIRE(forger.push({claim(forger, id, sent, home)}));
        CHECK(reason() == schema::rejection::wrong_scope);
    }
    SECTION("not of an event that sent nothing") {
        Forger forger(town.other, town.hub);
        const auto first = town.hub->order(id)->events.front().event.id;
        REQUIRE(forger.push({claim(forger, id, first, home)}));
        CHECK(reason() == schema::rejection::forged_base);
    }
    SECTION("not of an event that nobody wrote") {
        Forger forger(town.other, town.hub);
        REQUIRE(forger.push({claim(forger, id, record_id(9), home)}));
        CHECK(reason() == schema::rejection::forged_base);
    }
    if (reason() != 0) {
        CHECK(rejected(town.hub) == 1);
        CHECK(arrivals(town.hub, id).empty());
        CHECK_FALSE(dues(town.hub, id).present().transit);
    }
    CHECK(problems_of(town.hub, folder).empty());
}

TEST_CASE("no person writes that something arrived", "[arrival]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = town.shared_order();
    schema::WorkOrderEvent told = only(EventKind::arrived);
    told.target = sent_by(town, id);
    CHECK(town.refused_at_hub("PD1", id, told) == schema::GuardFailure::not_an_event);
    CHECK(town.other->act("SX1", id, told)->refused == schema::GuardFailure::not_an_event);
    CHECK(arrivals(town.other, id).size() == 1);
}
