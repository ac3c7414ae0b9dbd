// Guards that matter when an order comes by again: after a send-back, by another class, at a second
// decision. Each was seen to be missing from the other tests when its line was taken out.
#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

using K = EventKind;
using F = GuardFailure;

namespace {

constexpr auto accepted = std::nullopt;

/// Dispatched with a co-unit, and back at the dispatcher's.
OrderStory sent_back() {
    OrderStory story;
    story.tell(story.usual(K::triaged));
    story.tell(K::dispatched, "hub.dispatcher", [](auto& e) {
        e.unit = "WATER";
        e.co_units = {"ROADS"};
    });
    story.go_to(MainState::return_pending);
    CHECK(story.tell(story.usual(K::return_upheld)) == accepted);
    return story;
}

}  // namespace

TEST_CASE("rows 4 to 6: what was with a unit is not asked about, refused or merged any more",
          "[workflow]") {
    OrderStory story = sent_back();
    CHECK(story.main() == "triage");
    CHECK(story.ask(story.next(K::need_info, "hub.dispatcher",
                               [](auto& e) { e.words = "缺地址"; })) == F::already_dispatched);
    CHECK(story.ask(story.next(K::not_accepted, "hub.dispatcher", [](auto& e) {
        e.reason = "litigation";
        e.basis = "条例第三条";
        e.told = true;
    })) == F::already_dispatched);
    CHECK(story.ask(story.usual(K::merged)) == F::already_dispatched);
    CHECK(story.ask(story.next(K::withdrawn, "shg.1", [](auto& e) { e.reason = "by_person"; })) ==
          F::already_dispatched);
}

TEST_CASE("row 10: with an upheld send-back the co-units are free as well", "[workflow]") {
    OrderStory story = sent_back();
    CHECK_FALSE(story.state().co_tasks_open());
    CHECK(story.tell(K::co_task_done, "roads.1", [](auto& e) { e.words = "已配合"; }) ==
          F::wrong_state);
    story.go_to(MainState::replied);
    CHECK(story.main() == "replied");
}

TEST_CASE("row 7: another class says which one, and why", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    const auto classify = [&](Complexity complexity, const char* why) {
        return story.ask(story.next(K::triaged, "hub.dispatcher", [&](auto& e) {
            e.complexity = complexity;
            e.reason = why;
        }));
    };
    CHECK(classify(Complexity::none, "more_units") == F::no_class);
    CHECK(classify(Complexity::complex, "") == F::no_reason);
    CHECK(classify(Complexity::complex, "more_units") == accepted);
}

TEST_CASE("rows 10 and 12: who moves an order or its date gives a reason", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    WorkOrderEvent move =
        story.next(K::reassigned, "hub.dispatcher", [](auto& e) { e.unit = "ROADS"; });
    CHECK(story.ask(move) == F::no_reason);
    move.reason = "wrong_unit";
    CHECK(story.ask(move) == accepted);
    WorkOrderEvent extend = story.usual(K::extension_asked);
    extend.reason.clear();
    CHECK(story.ask(extend) == F::no_reason);
    WorkOrderEvent raise = story.next(K::escalated, "hub.supervisor", [](auto& e) { e.level = 1; });
    CHECK(story.ask(raise) == F::no_reason);
    raise.reason = "overdue";
    CHECK(story.ask(raise) == accepted);
}

TEST_CASE("row 12: the date that is granted keeps to the cap, whatever was asked for",
          "[workflow]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    const std::int64_t due = *story.state().dates.unit_dispatched_at + 3 * day_ms;
    CHECK(story.tell(story.usual(K::extension_asked)) == accepted);
    const auto grant = [&](std::int64_t until) {
        return story.ask(story.next(K::extension_granted, "hub.dispatcher", [&](auto& e) {
            e.due_at = until;
            e.told = true;
        }));
    };
    CHECK(grant(due) == F::not_later);
    CHECK(grant(due + 10 * day_ms + 1) == F::over_cap);
    CHECK(grant(due + 10 * day_ms) == accepted);
}

TEST_CASE("row 14: who handled an order does not send its reply back either", "[workflow]") {
    OrderStory story;
    story.staff.add_post("water.1", Post::replier);
    story.staff.sort();
    story.go_to(MainState::replied);
    CHECK(story.ask(story.next(K::review_refused, "water.1", [](auto& e) {
        e.at_hub = true;
        e.reason = "incomplete";
    })) == F::handler_reviews);
}

TEST_CASE("A11: nobody of a unit that has the order is named as its visitor, signed for or not",
          "[workflow]") {
    OrderStory story;
    story.tell(story.usual(K::triaged));
    story.tell(K::dispatched, "hub.dispatcher", [](auto& e) {
        e.unit = "WATER";
        e.co_units = {"ROADS"};
    });
    const auto name = [&](const char* person) {
        return story.ask(story.next(K::assigned, "hub.dispatcher", [&](auto& e) {
            e.post = Post::visitor;
            e.person = person;
        }));
    };
    CHECK(name("water.visitor") == F::handler_visits);
    CHECK(name("roads.visitor") == F::handler_visits);
    CHECK(name("water.1") == F::not_a_holder);
    CHECK(name("shg.visitor") == accepted);
}
