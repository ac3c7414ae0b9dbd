// A step is not told to have happened before the one that it stands on. Domain B4.
#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

using K = EventKind;
using F = GuardFailure;

namespace {

constexpr auto accepted = std::nullopt;

/// What is said of \p event if it is told to have happened at \p at.
std::optional<GuardFailure> told_at(OrderStory& story, WorkOrderEvent event, std::int64_t at) {
    event.happened_at = at;
    return story.ask(event);
}

}  // namespace

TEST_CASE("B4: nothing a unit does is told to be before the dispatch", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::dispatched);
    const std::int64_t sent = *story.state().dates.unit_dispatched_at;
    for (const K kind : {K::signed_for, K::first_contact, K::return_asked, K::extension_asked}) {
        CHECK(told_at(story, story.usual(kind), sent - hour_ms) == F::before_dispatch);
        CHECK(told_at(story, story.usual(kind), sent) == accepted);
    }
    story.go_to(MainState::in_progress);
    story.tell(story.usual(K::first_contact));
    const std::int64_t contacted = *story.state().dates.unit_contacted_at;
    CHECK(told_at(story, story.usual(K::replied), sent - hour_ms) == F::before_dispatch);
    CHECK(told_at(story, story.usual(K::replied), contacted - hour_ms) == F::before_step);
    CHECK(told_at(story, story.usual(K::replied), contacted) == accepted);
}

TEST_CASE("B4: minutes are what people write, so a minute is the finest that counts",
          "[workflow]") {
    OrderStory story;
    story.now += 30'000;
    story.go_to(MainState::dispatched);
    const std::int64_t sent = *story.state().dates.unit_dispatched_at;
    const std::int64_t minute = sent - sent % 60'000;
    REQUIRE(minute < sent);
    CHECK(told_at(story, story.usual(K::signed_for), minute) == accepted);
    CHECK(told_at(story, story.usual(K::signed_for), minute - 1) == F::before_dispatch);
}

TEST_CASE("B4: review, visit and closing come after the reply", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::replied);
    const std::int64_t replied = *story.state().dates.replied_at;
    CHECK(told_at(story, story.usual(K::review_passed), replied - hour_ms) == F::before_reply);
    story.go_to(MainState::visit_pending);
    const auto visit = [&] {
        return story.next(K::visited, "hub.visitor", [](auto& e) {
            e.method = ContactMethod::phone;
            e.reached = true;
            e.grade = Grade::satisfied;
        });
    };
    CHECK(told_at(story, visit(), replied - hour_ms) == F::before_reply);
    CHECK(told_at(story, visit(), replied) == accepted);
    story.visit(Grade::satisfied);
    CHECK(told_at(story, story.usual(K::closed), replied - hour_ms) == F::before_reply);
    story.go_to(MainState::closed);
    const std::int64_t closed = *story.state().dates.closed_at;
    CHECK(told_at(story, story.usual(K::archived), closed - hour_ms) == F::before_step);
}

TEST_CASE("B4: a decision comes after what it decides", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    story.tell(story.usual(K::extension_asked));
    const std::int64_t asked = story.state().extensions.back().asked_at;
    const WorkOrderEvent grant =
        story.next(K::extension_granted, "hub.dispatcher", [](auto& e) { e.told = true; });
    CHECK(told_at(story, grant, asked - hour_ms) == F::before_step);
    CHECK(told_at(story, grant, asked) == accepted);
    OrderStory back;
    back.go_to(MainState::return_pending);
    const std::int64_t returned = back.state().entered_at;
    CHECK(told_at(back, back.usual(K::return_upheld), returned - hour_ms) == F::before_step);
}

TEST_CASE("row 16: failed attempts count from the reply on", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::visit_pending);
    story.now += 3 * day_ms;
    const std::int64_t replied = *story.state().dates.replied_at;
    const auto fail = [&](std::int64_t at) {
        return story.tell(K::visited, "hub.visitor", [&](auto& e) {
            e.method = ContactMethod::phone;
            e.reached = false;
            e.happened_at = at;
        });
    };
    CHECK(fail(replied - day_ms) != accepted);
    // A station whose clock is days behind tells nothing, and counts for no day either.
    WorkOrderEvent behind = story.next(K::visited, "shg.visitor", [](auto& e) {
        e.method = ContactMethod::phone;
        e.reached = false;
    });
    behind.recorded_at = behind.happened_at = replied - day_ms;
    CHECK(story.tell(behind) == accepted);
    CHECK(fail(replied) == accepted);
    CHECK(fail(replied + hour_ms) == accepted);
    WorkOrderEvent close = story.usual(K::closed);
    close.ground = Ground::unreachable;
    CHECK(story.ask(close) == F::too_few_attempts);
    CHECK(fail(replied + 2 * day_ms) == accepted);
    CHECK(story.ask(close) == accepted);
}
