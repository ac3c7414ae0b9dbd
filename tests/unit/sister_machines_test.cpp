// Several computers of one station: what the later ones know of the time before them, under whose
// name the words of each stand, and how a shared order leaves them all.
#include "node/replica/order_facts.hpp"
#include "tests/support/neighbours.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace jiuying;
using namespace jiuying::tests;
using schema::EventKind;

namespace {

void take_posts_from(TestNode& hub, const schema::RecordId& person) {
    hub.environment->now += 1000;
    node::Draft draft;
    draft.actor = "admin";
    draft.edits.push_back({person, {{schema::staff::posts, std::string("")}}});
    REQUIRE(hub->commit(draft).has_value());
}

std::size_t refused_events(TestNode& node, const schema::RecordId& id) {
    const auto order = node->order(id);
    REQUIRE(order);
    return static_cast<std::size_t>(std::ranges::count_if(
        order->events, [](const auto& shown) { return shown.verdict.refused.has_value(); }));
}

std::set<std::string> writers(TestNode& node, const schema::RecordId& id) {
    std::set<std::string> all;
    const auto appeal = node->show(id, true);
    const auto order = node->order(id);
    REQUIRE(appeal);
    REQUIRE(order);
    for (const auto& version : appeal->history) all.insert(version.station);
    for (const auto& event : order->events) all.insert(event.station);
    return all;
}

TestNode machine_of(const TempFolder& folder, TestNode& hub, const std::string& station,
                    const std::string& name) {
    TestNode machine = make_station(folder, hub, station, name);
    machine.environment->now = hub.environment->now;
    return machine;
}

}  // namespace

TEST_CASE("a machine that joins by a snapshot judges by who was who at the time", "[snapshot]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto id = add_appeal(town.station, "路灯不亮", "村口路灯坏了", "19900000001");
    REQUIRE(exchange(town.station, town.hub));
    town.at_hub("PD1", id, triaged());
    town.at_hub("PD1", id, dispatched("SHG01"));
    REQUIRE(exchange(town.station, town.hub));
    take_posts_from(town.hub, town.person("PD1"));
    TestNode later = machine_of(folder, town.hub, "SHG01", "later");
    REQUIRE(exchange(later, town.hub));
    REQUIRE_FALSE(later->status().filling);
    const auto check = [&] {
        CHECK(refused_events(later, id) == 0);
        CHECK(later->order(id)->state.main == town.hub->order(id)->state.main);
        CHECK(later->show(id, false)->state == town.hub->show(id, false)->state);
        CHECK(later->facts().staff().is_active("JS", later.environment->now));
        CHECK(later->verify(folder.file("scratch")).problems.empty());
    };
    check();
    later.reopen();
    check();
}

TEST_CASE("people are known to a machine while a snapshot fills it", "[snapshot]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto id = add_appeal(town.station, "路灯不亮", "村口路灯坏了", "19900000001");
    REQUIRE(exchange(town.station, town.hub));
    town.at_hub("PD1", id, triaged());
    town.at_hub("PD1", id, dispatched("SHG01"));
    TestNode later = machine_of(folder, town.hub, "SHG01", "later");
    std::optional<node::Replica::Peer> peer;
    sync::Admit admit;
    admit.static_key = node::public_keys(later.secrets).static_key;
    admit.hello = later->station_config().hello;
    REQUIRE(std::holds_alternative<sync::Admitted>(town.hub->admit(admit, peer)));
    const sync::Offer offer = town.hub->fetch({sync::Lane::snapshot, {}, 64U << 20U, {}}, *peer);
    const node::Replica::Peer from = later->hub_peer();
    REQUIRE(later->store_keys({sync::Lane::snapshot, offer.key_wraps.front()}, from).has_value());
    for (const auto& chunk : offer.segments) {
        REQUIRE(std::holds_alternative<sync::Delivered>(
            later->deliver({sync::Lane::snapshot, chunk.bytes}, from)));
    }
    // The link is cut here, before any log came.
    CHECK(refused_events(later, id) == 0);
    later.reopen();
    CHECK(refused_events(later, id) == 0);
    town.hub->end_session(peer, sync::CloseReason::hung_up);
    REQUIRE(exchange(later, town.hub));
    CHECK(refused_events(later, id) == 0);
    CHECK(later->verify(folder.file("scratch")).problems.empty());
}

TEST_CASE("what any machine of a station wrote stands under the station's name", "[snapshot]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto id = add_appeal(town.station, "路灯不亮", "村口路灯坏了", "19900000001");
    REQUIRE(exchange(town.station, town.hub));
    TestNode second = machine_of(folder, town.hub, "SHG01", "second");
    REQUIRE(exchange(second, town.hub));
    edit(second, id, schema::appeal::place, "村东");
    REQUIRE(exchange(second, town.hub));
    TestNode third = machine_of(folder, town.hub, "SHG01", "third");
    TestNode* const machines[] = {&town.station, &second, &third};
    for (int round = 0; round < 2; ++round) {
        for (TestNode* machine : machines) REQUIRE(exchange(*machine, town.hub));
    }
    CHECK(writers(town.hub, id) == std::set<std::string>{"SHG01"});
    for (TestNode* machine : machines) {
        CHECK(writers(*machine, id) == std::set<std::string>{"SHG01"});
    }
}

TEST_CASE("an order that was taken back leaves every machine of the station", "[share]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = town.shared_order();
    TestNode second = machine_of(folder, town.hub, "SXZ01", "second");
    REQUIRE(exchange(second, town.hub));
    REQUIRE(second->show(id, false));
    const auto equal = [&] {
        const auto there = town.hub->digest(second->profile().scope);
        for (TestNode* machine : {&town.other, &second}) {
            CHECK((*machine)->digest(second->profile().scope).digest == there.digest);
            CHECK((*machine)->digest(second->profile().scope).records == there.records);
        }
    };
    const auto settle = [&] {
        for (int round = 0; round < 2; ++round) {
            town.settle();
            REQUIRE(exchange(second, town.hub));
        }
        town.settle();  // The arrival that the later one noted.
    };

    SECTION("the later one hears of it first") {
        town.at_hub("PD1", id, given_to("JS"));
        REQUIRE(exchange(second, town.hub));
        REQUIRE(exchange(second, town.hub));
        settle();
        CHECK_FALSE(second->show(id, false));
        CHECK_FALSE(town.other->show(id, false));
    }
    SECTION("the first one hears of it first") {
        town.at_hub("PD1", id, given_to("JS"));
        settle();
        CHECK_FALSE(second->show(id, false));
        CHECK_FALSE(town.other->show(id, false));
    }
    SECTION("only once nothing waits that either of them wrote") {
        town.sign(id);
        town.at_hub("PD1", id, given_to("JS"));
        settle();
        REQUIRE(town.other->event_conflicts().size() == 1);
        CHECK(second->show(id, false));
        equal();
        schema::WorkOrderEvent ruling = only(EventKind::event_ruling);
        ruling.target = town.hub->event_conflicts()[0].event.event.id;
        ruling.ruling = schema::Ruling::history;
        town.at_hub("PD1", id, ruling);
        settle();
        CHECK_FALSE(second->show(id, false));
        CHECK_FALSE(town.other->show(id, false));
    }
    SECTION("what one wrote before it heard of that reaches the hub all the same") {
        town.at_hub("PD1", id, given_to("JS"));
        REQUIRE(exchange(second, town.hub));
        REQUIRE(exchange(second, town.hub));
        edit(town.other, id, schema::appeal::contact_wish, "下午");
        settle();
        CHECK(shown(town.hub, id, schema::appeal::contact_wish) == "下午");
        CHECK_FALSE(second->show(id, false));
        CHECK_FALSE(town.other->show(id, false));
    }
    SECTION("and comes back to all of them") {
        town.at_hub("PD1", id, given_to("JS"));
        REQUIRE(exchange(second, town.hub));
        REQUIRE(exchange(second, town.hub));
        town.at_hub("PD1", id, given_to("SXZ01"));
        settle();
        CHECK(second->show(id, false));
        CHECK(town.other->show(id, false));
    }
    equal();
    town.check_sound(folder);
    CHECK(second->verify(folder.file("scratch")).problems.empty());
}
