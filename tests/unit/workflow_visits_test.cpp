// Visit, closing and archive: domain B2 rows 16 and 20, and what a visit is worth.
#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

using K = EventKind;
using F = GuardFailure;

namespace {

constexpr auto accepted = std::nullopt;

OrderStory to_be_visited() {
    OrderStory story;
    story.go_to(MainState::visit_pending);
    return story;
}

WorkOrderEvent call(OrderStory& story, const char* who, Grade grade) {
    return story.next(K::visited, who, [&](auto& e) {
        e.method = ContactMethod::phone;
        e.reached = true;
        e.grade = grade;
        e.reason = "said";
    });
}

WorkOrderEvent missed(OrderStory& story) {
    return story.next(K::visited, "hub.visitor", [](auto& e) {
        e.method = ContactMethod::phone;
        e.reached = false;
    });
}

std::optional<F> close(OrderStory& story, Ground ground, const char* basis = "",
                       const char* person = "") {
    return story.tell(K::closed, "hub.visitor", [&](auto& e) {
        e.ground = ground;
        e.basis = basis;
        e.person = person;
    });
}

}  // namespace

TEST_CASE("A11, row 16: neither a handler nor the handling unit visits", "[workflow]") {
    OrderStory story;
    story.staff.add_staff("guest", "SHG01");
    story.staff.add_post("guest", Post::visitor);
    story.staff.sort();
    story.tell(story.usual(K::triaged));
    story.tell(K::dispatched, "hub.dispatcher", [](auto& e) {
        e.unit = "WATER";
        e.co_units = {"ROADS"};
    });
    story.tell(story.usual(K::signed_for));
    story.tell(K::co_task_done, "roads.1", [](auto& e) { e.words = "已配合"; });
    story.go_to(MainState::visit_pending);
    CHECK(story.ask(call(story, "water.visitor", Grade::satisfied)) == F::handler_visits);
    CHECK(story.ask(call(story, "roads.visitor", Grade::satisfied)) == F::handler_visits);
    CHECK(story.ask(call(story, "water.1", Grade::satisfied)) == F::no_post);
    CHECK(story.ask(call(story, "shg.visitor", Grade::satisfied)) == accepted);
    CHECK(story.ask(call(story, "guest", Grade::satisfied)) == accepted);
    // Nor does it close or rework.
    story.visit(Grade::dissatisfied);
    CHECK(story.ask(story.next(K::closed, "water.visitor", [](auto& e) {
        e.at_hub = true;
        e.ground = Ground::satisfied;
    })) == F::handler_visits);
    CHECK(story.ask(story.next(K::rework, "water.visitor", [](auto& e) { e.at_hub = true; })) ==
          F::handler_visits);
}

TEST_CASE("A11: a person who handled the order and then changed units does not visit either",
          "[workflow]") {
    OrderStory story;
    story.staff = StaffBook{};
    const std::int64_t move = story.now + 10 * hour_ms;
    for (const auto* unit : {"HUB", "SHG01", "WATER"}) story.staff.add_unit(unit);
    story.staff.add_staff("hub.dispatcher", "HUB");
    story.staff.add_post("hub.dispatcher", Post::dispatcher);
    story.staff.add_staff("hub.replier", "HUB");
    story.staff.add_post("hub.replier", Post::replier);
    story.staff.add_staff("water.1", "WATER", {INT64_MIN, move});
    story.staff.add_staff("water.1", "HUB", {move, INT64_MAX});
    story.staff.add_post("water.1", Post::visitor, {move, INT64_MAX});
    story.staff.sort();
    story.go_to(MainState::visit_pending);
    story.now = move;
    CHECK(story.ask(call(story, "water.1", Grade::satisfied)) == F::handler_visits);
}

TEST_CASE("A09: an on-the-spot closing is visited by another unit than the station", "[workflow]") {
    OrderStory story;
    story.tell(story.usual(K::closed_onsite));
    CHECK(story.ask(call(story, "shg.visitor", Grade::satisfied)) == F::handler_visits);
    CHECK(story.ask(call(story, "hub.visitor", Grade::satisfied)) == accepted);
}

TEST_CASE("row 16: a visit says how, whether the person was reached, and what was said",
          "[workflow]") {
    OrderStory story = to_be_visited();
    const auto visit = [&](const OrderStory::Facts& facts) {
        WorkOrderEvent event = call(story, "hub.visitor", Grade::satisfied);
        facts(event);
        return story.ask(event);
    };
    CHECK(visit([](auto& e) { e.method = ContactMethod::none; }) == F::no_method);
    CHECK(visit([](auto& e) { e.reached.reset(); }) == F::no_method);
    CHECK(visit([](auto& e) { e.reached = false; }) == F::grade_without_contact);
    CHECK(visit([](auto& e) {
              e.grade = Grade::none;
              e.reason.clear();
          }) == F::no_grade);
    CHECK(visit([](auto& e) { e.grade = Grade::none; }) == accepted);
    CHECK(visit([](auto& e) {
              e.grade = Grade::very_dissatisfied;
              e.reason.clear();
          }) == F::no_reason);
    CHECK(visit([](auto& e) { e.grade = Grade::very_dissatisfied; }) == accepted);
}

TEST_CASE("row 16: a requester who is dissatisfied without ground: basis and a second reviewer",
          "[workflow]") {
    const Ground ground = GENERATE(Ground::unreasonable, Ground::lawfully_unsolvable);
    OrderStory story = to_be_visited();
    CHECK(close(story, ground, "条例", "hub.leader") == F::no_visit);
    story.visit(Grade::very_dissatisfied);
    CHECK(close(story, Ground::none) == F::no_ground);
    CHECK(close(story, ground, "", "hub.leader") == F::no_basis);
    CHECK(close(story, ground, "条例", "") == F::no_second_person);
    CHECK(close(story, ground, "条例", "hub.visitor") == F::same_person);
    CHECK(close(story, ground, "条例", "hub.recorder") == F::no_second_person);
    CHECK(close(story, ground, "条例", "hub.leader") == accepted);
    CHECK(story.state().ground == ground);
}

TEST_CASE("row 16: three failed attempts on two days close an order, fewer or hastier do not",
          "[workflow]") {
    OrderStory story = to_be_visited();
    for (int i = 0; i < 3; ++i) {
        CHECK(close(story, Ground::unreachable) == F::too_few_attempts);
        story.now = 1'790'100'000'000 + i;  // All on one day.
        CHECK(story.tell(missed(story)) == accepted);
    }
    CHECK(close(story, Ground::unreachable) == F::too_few_attempts);
    CHECK(close(story, Ground::satisfied) == F::no_visit);
    story.now += day_ms;
    CHECK(story.tell(missed(story)) == accepted);
    SECTION("nobody was reached") { CHECK(close(story, Ground::unreachable) == accepted); }
    SECTION("somebody was reached at last") {
        story.visit(Grade::dissatisfied);
        CHECK(close(story, Ground::unreachable) == F::no_ground);
    }
}

TEST_CASE("row 16: days are Beijing days", "[workflow]") {
    OrderStory story = to_be_visited();
    const std::int64_t midnight = 1'790'006'400'000 + 5 * day_ms;  // 00:00 in Beijing.
    story.now = midnight - 2 * hour_ms;
    story.tell(missed(story));
    story.tell(missed(story));
    story.now = midnight;
    CHECK(close(story, Ground::unreachable) == F::too_few_attempts);
    story.tell(missed(story));
    CHECK(close(story, Ground::unreachable) == accepted);
}

TEST_CASE("row 16: praise and anonymous appeals close without a visit, others do not",
          "[workflow]") {
    OrderStory story = to_be_visited();
    SECTION("a complaint") { CHECK(close(story, Ground::waived) == F::not_waived); }
    SECTION("anonymous") {
        story.intake.anonymous = true;
        CHECK(close(story, Ground::waived) == accepted);
    }
    SECTION("praise") {
        OrderStory praise;
        praise.intake.type = AppealType::praise;
        praise.go_to(MainState::visit_pending);
        CHECK(close(praise, Ground::waived) == accepted);
    }
}

TEST_CASE("of two visits the worse one counts until a person decides", "[workflow]") {
    OrderStory story = to_be_visited();
    const WorkOrderEvent good = call(story, "hub.visitor", Grade::very_satisfied);
    const WorkOrderEvent bad = call(story, "shg.visitor", Grade::dissatisfied);
    const bool good_first = GENERATE(true, false);
    CHECK(story.tell(good_first ? good : bad) == accepted);
    CHECK(story.tell(good_first ? bad : good) == accepted);
    CHECK(story.state().visits.size() == 2);
    CHECK(story.state().visits_disagree());
    CHECK(close(story, Ground::satisfied) == F::dissatisfied);
    const auto rule = [&](const RecordId& visit) {
        return story.tell(K::event_ruling, "hub.supervisor", [&](auto& e) {
            e.ruling = Ruling::counts;
            e.target = visit;
        });
    };
    CHECK(rule(record_id(7)) == F::no_target);
    CHECK(rule(good.id) == accepted);
    CHECK_FALSE(story.state().visits_disagree());
    CHECK(close(story, Ground::satisfied) == accepted);
}

TEST_CASE("'not solved' weighs more than a friendly grade", "[workflow]") {
    OrderStory story = to_be_visited();
    story.tell(call(story, "hub.visitor", Grade::fairly_satisfied));
    WorkOrderEvent unsolved = call(story, "shg.visitor", Grade::satisfied);
    unsolved.solved = false;
    CHECK(story.tell(unsolved) == accepted);
    CHECK(close(story, Ground::satisfied) == F::dissatisfied);
    CHECK(story.tell(K::rework, "hub.visitor") == accepted);
}

TEST_CASE("a visit that comes in after the closing and says otherwise stands in the way of archive",
          "[workflow]") {
    OrderStory story;
    story.go_to(MainState::closed);
    CHECK(story.tell(call(story, "shg.visitor", Grade::very_dissatisfied)) == accepted);
    CHECK(story.main() == "closed");
    CHECK(story.state().worse_after_close());
    CHECK(story.ask(story.usual(K::archived)) == F::dissatisfied);
    CHECK(story.tell(K::event_ruling, "hub.supervisor", [&](auto& e) {
        e.ruling = Ruling::counts;
        e.target = story.state().visits.front().event;
    }) == accepted);
    CHECK(story.tell(story.usual(K::archived)) == accepted);
}

TEST_CASE("row 20: nothing is archived with a conflict, or a drawn visit not made", "[workflow]") {
    SECTION("conflict") {
        OrderStory story;
        story.go_to(MainState::closed);
        story.tell(K::signed_for, "water.1");
        CHECK(story.tell(story.usual(K::archived)) == F::conflicts_open);
    }
    SECTION("drawn for a visit") {
        OrderStory story;
        story.settings.onsite_sample_percent = 100;
        story.tell(story.usual(K::closed_onsite));
        CHECK(story.tell(story.usual(K::archived)) == F::sample_open);
        story.visit(Grade::satisfied);
        // The attempt to archive was itself refused, and is a conflict until somebody rules.
        CHECK(story.tell(story.usual(K::archived)) == F::conflicts_open);
        CHECK(story.tell(K::event_ruling, "hub.dispatcher", [&](auto& e) {
            e.ruling = Ruling::void_event;
            e.target = story.events()[1].id;
        }) == accepted);
    }
    SECTION("not drawn") {
        OrderStory story;
        story.settings.onsite_sample_percent = 0;
        story.tell(story.usual(K::closed_onsite));
        CHECK(story.tell(story.usual(K::archived)) == accepted);
    }
}

TEST_CASE("A09: the draw for a visit follows from the order's id and hits about its share",
          "[workflow]") {
    int drawn = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        const RecordId id = record_id(i);
        drawn += sampled_for_visit(id, 20) ? 1 : 0;
        CHECK_FALSE(sampled_for_visit(id, 0));
        CHECK(sampled_for_visit(id, 100));
    }
    CHECK(drawn > 1'800);
    CHECK(drawn < 2'200);
}
