// That what was sent to a unit arrived at its station: a fact beside the life cycle.
#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

using K = EventKind;

namespace {

constexpr auto accepted = std::nullopt;

/// What a program at the unit's station writes of \p sent, an hour after the last event.
WorkOrderEvent arrival(OrderStory& story, const RecordId& sent) {
    return story.next(K::arrived, "station", [&](auto& e) { e.target = sent; });
}

/// A story in which WATER has just been sent the order.
OrderStory dispatched_story() {
    OrderStory story;
    story.go_to(MainState::dispatched);
    return story;
}

}  // namespace

TEST_CASE("an arrival dates what it names and changes nothing else", "[workflow][arrival]") {
    OrderStory story = dispatched_story();
    const OrderState before = story.state();
    REQUIRE(before.sendings.size() == 1);
    CHECK(before.sendings[0].event == story.events().back().id);
    CHECK(before.sendings[0].unit == "WATER");
    CHECK_FALSE(before.sendings[0].reached_at());
    const WorkOrderEvent noted = arrival(story, before.sendings[0].event);
    CHECK(story.tell(noted) == accepted);
    OrderState after = story.state();
    CHECK(after.sendings[0].reached_at() == noted.recorded_at);
    after.sendings = before.sendings;
    CHECK(without_verdicts(after) == without_verdicts(before));
    CHECK(after.verdicts.back().after == MainState::dispatched);
    CHECK_FALSE(after.verdicts.back().late_entry);
}

TEST_CASE("of several machines at the station the first counts, whatever order they stand in",
          "[workflow][arrival]") {
    OrderStory story = dispatched_story();
    const RecordId sent = story.events().back().id;
    const WorkOrderEvent first = arrival(story, sent);
    const WorkOrderEvent second = arrival(story, sent);
    SECTION("in turn") {
        CHECK(story.tell(first) == accepted);
        CHECK(story.tell(second) == accepted);
    }
    SECTION("the other way round") {
        CHECK(story.tell(second) == accepted);
        CHECK(story.tell(first) == accepted);
    }
    CHECK(story.state().sendings[0].reached_at() == first.recorded_at);
}

TEST_CASE("heard of too late it is a fact all the same, and no conflict", "[workflow][arrival]") {
    OrderStory story = dispatched_story();
    const RecordId sent = story.events().back().id;
    WorkOrderEvent noted = arrival(story, sent);
    SECTION("reassigned meanwhile") {
        CHECK(story.tell(K::reassigned, "hub.dispatcher", [](auto& e) {
            e.unit = "ROADS";
            e.reason = "wrong_unit";
        }) == accepted);
    }
    SECTION("closed meanwhile") { story.go_to(MainState::closed); }
    SECTION("void meanwhile") {
        CHECK(story.tell(story.usual(K::void_proposed)) == accepted);
        CHECK(story.tell(K::voided, "hub.dispatcher2") == accepted);
    }
    const MainState main = story.state().main;
    CHECK(story.tell(noted) == accepted);
    const OrderState state = story.state();
    CHECK(state.main == main);
    CHECK(state.conflicts.empty());
    CHECK(state.open_questions() == 0);
    CHECK(state.sendings[0].arrived_at == noted.recorded_at);
}

TEST_CASE("an arrival of nothing that was sent says nothing", "[workflow][arrival]") {
    OrderStory story = dispatched_story();
    const RecordId sent = story.events().back().id;
    WorkOrderEvent noted = arrival(story, sent);
    SECTION("of what the order does not know") { noted.target = record_id(7); }
    SECTION("of an event that sends it nowhere") { noted.target = story.events().front().id; }
    SECTION("of nothing") { noted.target.reset(); }
    SECTION("in the hub's own name, which is no unit's station") { noted.at_hub = true; }
    CHECK(story.tell(noted) == accepted);
    CHECK_FALSE(story.state().sendings[0].reached_at());
}

TEST_CASE("nobody tells when it arrived: the clock of the note counts", "[workflow][arrival]") {
    OrderStory story = dispatched_story();
    WorkOrderEvent noted = arrival(story, story.events().back().id);
    noted.happened_at -= 30 * day_ms;
    CHECK(story.tell(noted) == accepted);
    CHECK(story.state().sendings[0].reached_at() == noted.recorded_at);
}

TEST_CASE("a unit that acts on it has it, whenever its station got it", "[workflow][arrival]") {
    OrderStory story = dispatched_story();
    const RecordId sent = story.events().back().id;
    const WorkOrderEvent signed_there = story.usual(K::signed_for);
    CHECK(story.tell(signed_there) == accepted);
    CHECK_FALSE(story.state().sendings[0].reached_at());  // Perhaps it has no station.
    CHECK(story.tell(arrival(story, sent)) == accepted);
    CHECK(story.state().sendings[0].reached_at() == signed_there.happened_at);
}

TEST_CASE("what opens another round with the unit is on its way again", "[workflow][arrival]") {
    OrderStory story;
    story.go_to(MainState::visit_pending);
    story.visit(Grade::dissatisfied);
    CHECK(story.tell(K::rework, "hub.visitor", [](auto& e) { e.reason = "not_solved"; }) ==
          accepted);
    OrderState state = story.state();
    REQUIRE(state.sendings.size() == 2);
    CHECK(state.sendings[1].unit == "WATER");
    CHECK(state.sendings[1].round == 2);
    CHECK(state.sendings[1].event == story.events().back().id);
    CHECK_FALSE(state.sendings[1].acted_at);
    const WorkOrderEvent noted = arrival(story, state.sendings[1].event);
    CHECK(story.tell(noted) == accepted);
    state = story.state();
    CHECK_FALSE(state.sendings[0].reached_at());
    CHECK(state.sendings[1].reached_at() == noted.recorded_at);
}
