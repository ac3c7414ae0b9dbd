// Work orders over replicas: acting, reading, the order of what two sides did apart.
#include "tests/support/forger.hpp"
#include "tests/support/order_people.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
using schema::EventKind;
using schema::GuardFailure;
using schema::MainState;

namespace {

schema::WorkOrderEvent only(EventKind kind) {
    schema::WorkOrderEvent event;
    event.kind = kind;
    return event;
}

node::AppealFilter in_state(const std::string& state) {
    node::AppealFilter filter;
    filter.state = state;
    return filter;
}
node::AppealFilter of_unit(const std::string& unit) {
    node::AppealFilter filter;
    filter.unit = unit;
    return filter;
}
node::AppealFilter due_before(std::int64_t at) {
    node::AppealFilter filter;
    filter.due_before = at;
    return filter;
}

std::string verdicts(TestNode& node, const schema::RecordId& order) {
    std::string all;
    const auto view = node->order(order);
    for (const node::OrderEventView& shown : view->events) {
        all += std::string(schema::name_of(shown.event.kind));
        if (shown.verdict.refused) {
            all += "!" + std::string(schema::guard_text(*shown.verdict.refused).name);
        }
        all += " ";
    }
    return all + std::string(schema::name_of(view->state.main));
}

}  // namespace

TEST_CASE("an order dispatched at the hub is signed and answered at the station", "[orders]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto id = add_appeal(town.station, "路灯不亮", "村口路灯坏了", "19900000001");
    REQUIRE(exchange(town.station, town.hub));
    town.at_hub("PD1", id, triaged());
    town.at_hub("PD1", id, dispatched("SHG01"));
    REQUIRE(exchange(town.station, town.hub));
    town.at_station("W1", id, only(EventKind::signed_for));
    town.at_station("W1", id, contacted());
    town.at_station("W1", id, replied());
    CHECK(town.station->order(id)->state.main == MainState::replied);
    REQUIRE(exchange(town.station, town.hub));
    const std::string all = "triaged dispatched arrived signed first_contact replied replied";
    CHECK(verdicts(town.hub, id) == all);
    CHECK(verdicts(town.station, id) == all);
    CHECK(problems_of(town.hub, folder).empty());
    CHECK(problems_of(town.station, folder).empty());
}

TEST_CASE("what a guard refuses writes nothing and names the guard", "[orders]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto id = add_appeal(town.station, "题", "");
    REQUIRE(exchange(town.station, town.hub));
    const auto before = town.hub->digest(town.station->profile().scope);
    CHECK(town.refused_at_hub("W1", id, triaged()) == GuardFailure::no_post);
    CHECK(town.refused_at_hub("nobody", id, triaged()) == GuardFailure::unknown_actor);
    CHECK(town.refused_at_hub("PD1", id, only(EventKind::signed_for)) == GuardFailure::wrong_state);
    CHECK(town.refused_at_hub("PD1", id, dispatched("SHG01")) == GuardFailure::no_class);
    town.at_hub("PD1", id, triaged());
    CHECK(town.refused_at_hub("PD1", id, dispatched("OLD")) == GuardFailure::unit_retired);
    schema::WorkOrderEvent early = dispatched("SHG01");
    early.happened_at = town.hub.environment->now - 86'400'000;
    CHECK(town.refused_at_hub("PD1", id, early) == GuardFailure::before_registration);
    CHECK(town.hub->order(id)->events.size() == 1);
    CHECK(before.records + 1 == town.hub->digest(town.station->profile().scope).records);
}

TEST_CASE("signed for after it was given to another unit: kept, refused, seen on both sides",
          "[orders]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto id = add_appeal(town.station, "题", "", "19900000001");
    REQUIRE(exchange(town.station, town.hub));
    town.at_hub("PD1", id, triaged());
    town.at_hub("PD1", id, dispatched("SHG01"));
    REQUIRE(exchange(town.station, town.hub));
    schema::WorkOrderEvent elsewhere = dispatched("JS");
    elsewhere.kind = EventKind::reassigned;
    elsewhere.reason = "wrong_unit";
    town.at_hub("PD1", id, elsewhere);
    town.at_station("W1", id, only(EventKind::signed_for));
    CHECK(town.station->order(id)->state.main == MainState::in_progress);
    for (int i = 0; i < 3; ++i) REQUIRE(exchange(town.station, town.hub));
    const std::string all = "triaged dispatched reassigned arrived signed!not_lead_unit dispatched";
    CHECK(verdicts(town.station, id) == all);
    CHECK(verdicts(town.hub, id) == all);
    for (TestNode* node : {&town.station, &town.hub}) {
        const auto open = (*node)->event_conflicts();
        REQUIRE(open.size() == 1);
        CHECK(open[0].record == id);
        CHECK(open[0].failure == GuardFailure::not_lead_unit);
        CHECK(open[0].event.event.actor == "W1");
        CHECK(open[0].before->event.kind == EventKind::reassigned);
        CHECK((*node)->status().conflicts == 1);
        CHECK((*node)->list(in_state("dispatched")).total == 1);
        CHECK((*node)->list(of_unit("JS")).total == 1);
        CHECK((*node)->list(of_unit("SHG01")).total == 0);
    }
    const auto at_station = town.station->event_conflicts()[0].id;
    CHECK(at_station == town.hub->event_conflicts()[0].id);

    schema::WorkOrderEvent ruling = only(EventKind::event_ruling);
    ruling.target = town.hub->event_conflicts()[0].event.event.id;
    ruling.ruling = schema::Ruling::history;
    CHECK(town.refused_at_station("W1", id, ruling) == GuardFailure::hub_only);
    town.at_hub("PD1", id, ruling);
    REQUIRE(exchange(town.station, town.hub));
    CHECK(town.station->event_conflicts().empty());
    CHECK(town.hub->event_conflicts().empty());
    CHECK(town.station->status().conflicts == 0);
    CHECK(problems_of(town.hub, folder).empty());
}

TEST_CASE("an order with events but no receipt is registered until the receipt", "[orders]") {
    const TempFolder folder;
    OrderTown town(folder);
    REQUIRE(exchange(town.station, town.hub));
    const auto id = add_appeal(town.station, "题", "");
    CHECK(town.station->list(in_state("registered")).total == 1);
    schema::WorkOrderEvent taken = only(EventKind::withdrawn);
    CHECK(town.refused_at_station("W1", id, taken) == GuardFailure::no_reason);
    taken.reason = "by_person";
    town.at_station("W1", id, taken);
    CHECK(town.station->show(id, false)->state == "withdrawn");
    REQUIRE(exchange(town.station, town.hub));
    CHECK(town.hub->show(id, false)->state == "withdrawn");
}

TEST_CASE("who leaves a post later decided rightly before", "[orders]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto id = add_appeal(town.station, "题", "");
    REQUIRE(exchange(town.station, town.hub));
    town.at_hub("PD1", id, triaged());
    town.at_hub("PD1", id, dispatched("SHG01"));
    town.hub.environment->now += 1000;
    edit(town.hub, town.person("PD1"), schema::staff::posts, "");
    schema::WorkOrderEvent other = dispatched("JS");
    other.kind = EventKind::reassigned;
    other.reason = "wrong_unit";
    CHECK(town.refused_at_hub("PD1", id, other) == GuardFailure::no_post);
    for (int i = 0; i < 2; ++i) REQUIRE(exchange(town.station, town.hub));
    for (TestNode* node : {&town.station, &town.hub}) {
        CHECK(verdicts(*node, id) == "triaged dispatched arrived dispatched");
        CHECK((*node)->list(in_state("dispatched")).total == 1);
    }
    CHECK(problems_of(town.station, folder).empty());
}

TEST_CASE("an event of another station's about this order is not one of its events", "[orders]") {
    const TempFolder folder;
    OrderTown town(folder);
    TestNode other = make_station(folder, town.hub, "SXZ01");
    const auto id = add_appeal(town.station, "题", "");
    REQUIRE(exchange(town.station, town.hub));
    REQUIRE(exchange(other, town.hub));
    using namespace schema::work_order_event;
    node::Draft draft{"W1", {}, {}};
    draft.records.push_back({schema::EntityId::work_order_event,
                             {{order, std::string(id.bytes.begin(), id.bytes.end())},
                              {kind, static_cast<std::int64_t>(EventKind::withdrawn)},
                              {reason, std::string("by_person")}}});
    REQUIRE(other->commit(draft).has_value());
    REQUIRE(exchange(other, town.hub));
    CHECK(town.hub->order(id)->events.empty());
    CHECK(town.hub->show(id, false)->state == "received");
}

TEST_CASE("both clocks run from registration and dispatch, and stop at the accepted reply",
          "[orders]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto id = add_appeal(town.station, "题", "");  // Monday 2026-11-23.
    REQUIRE(exchange(town.station, town.hub));
    const auto due_of = [&](TestNode& node) {
        const auto row = node->list({}).rows.front();
        return std::pair{row.citizen_due_ms, row.unit_due_ms};
    };
    CHECK(due_of(town.hub).first.has_value());
    CHECK_FALSE(due_of(town.hub).second.has_value());
    const std::int64_t before = *due_of(town.hub).first;
    town.hub.environment->now += 86'400'000;
    town.at_hub("PD1", id, triaged());
    town.at_hub("PD1", id, dispatched("SHG01"));
    REQUIRE(exchange(town.station, town.hub));
    CHECK(due_of(town.hub).first == before);
    CHECK(due_of(town.hub).second == before + 86'400'000);
    CHECK(due_of(town.station) == due_of(town.hub));
    CHECK(town.hub->list(due_before(before + 1)).total == 1);
    CHECK(town.hub->list(due_before(before)).total == 0);
    const auto dues = town.hub->dues(*town.hub->order(id), town.hub.environment->now);
    REQUIRE(dues);
    CHECK(dues->story.size() > 3);
}

TEST_CASE("a staff list that comes later is asked about what was done meanwhile", "[orders]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto id = add_appeal(town.station, "题", "", "19900000001");
    REQUIRE(exchange(town.station, town.hub));
    town.at_hub("PD1", id, triaged());
    town.at_hub("PD1", id, dispatched("SHG01"));
    REQUIRE(exchange(town.station, town.hub));
    edit(town.hub, town.person("W1"), schema::staff::unit, "JS");
    town.station.environment->now = town.hub.environment->now + 60'000;
    town.at_station("W1", id, only(EventKind::signed_for));
    CHECK(town.station->list(in_state("in_progress")).total == 1);
    REQUIRE(exchange(town.station, town.hub));
    CHECK(town.station->list(in_state("in_progress")).total == 0);
    CHECK(town.station->list(in_state("dispatched")).total == 1);
    CHECK(town.station->status().conflicts == 1);
    CHECK(verdicts(town.station, id) ==
          "triaged dispatched arrived signed!not_lead_unit dispatched");
    CHECK(verdicts(town.hub, id) == verdicts(town.station, id));
    CHECK(problems_of(town.station, folder).empty());
}
