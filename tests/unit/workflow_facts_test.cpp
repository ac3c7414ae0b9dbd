// Facts of the intake: who may change them when, and that no later word undoes a step.
#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

using K = EventKind;
using F = GuardFailure;

namespace {

constexpr auto accepted = std::nullopt;

/// Tells it as the programs do: with the facts as they stand.
std::optional<GuardFailure> tell_with_facts(OrderStory& story, WorkOrderEvent event) {
    event.intake = facts_of(story.state().intake);
    return story.tell(event);
}

WorkOrderEvent correction(OrderStory& story, const char* actor, IntakeFacts facts) {
    return story.next(K::facts_corrected, actor, [&](auto& e) {
        e.reason = "misheard";
        e.intake = std::move(facts);
    });
}

}  // namespace

TEST_CASE("B2: what the appeal's fields say after a dispatch undoes no step", "[workflow]") {
    OrderStory story;
    story.intake.has_phone = false;
    story.tell(story.usual(K::triaged));
    REQUIRE(tell_with_facts(story, story.usual(K::dispatched)) == accepted);
    story.tell(story.usual(K::signed_for));
    REQUIRE(story.tell(story.usual(K::replied)) == accepted);
    REQUIRE(story.tell(story.usual(K::review_passed)) == accepted);
    // An edit of the appeal that nobody would let happen before.
    story.intake.has_phone = true;
    story.intake.from_leader = true;
    story.intake.subject_unit = "WATER";
    story.intake.anonymous = true;
    story.intake.type = AppealType::tip_off;
    story.intake.ext_due_at = 1;
    const OrderState state = story.state();
    CHECK(state.conflicts.empty());
    CHECK(name_of(state.main) == "visit_pending");
    CHECK_FALSE(state.visit_waived());
    CHECK(state.type == AppealType::complaint);
    CHECK_FALSE(state.intake.ext_due_at);
}

TEST_CASE("A09: what the fields say later undoes no closing on the spot", "[workflow]") {
    OrderStory story;
    REQUIRE(tell_with_facts(story, story.usual(K::closed_onsite)) == accepted);
    story.intake.type = AppealType::tip_off;
    story.intake.enterprise = true;
    story.intake.category = "0202";
    CHECK(story.state().conflicts.empty());
    CHECK(story.main() == "closed");
}

TEST_CASE("a dispatch is judged by the facts that its writer saw", "[workflow]") {
    OrderStory story;
    story.tell(story.usual(K::triaged));
    WorkOrderEvent dispatch = story.usual(K::dispatched);
    dispatch.intake = facts_of(story.intake);
    SECTION("and not by an edit that came in late") {
        story.intake.subject_unit = "WATER";
        CHECK(story.tell(dispatch) == accepted);
        CHECK(story.state().intake.subject_unit.empty());
    }
    SECTION("though they speak against it") {
        dispatch.intake->subject_unit = "WATER";
        CHECK(story.tell(dispatch) == F::unit_is_subject);
        CHECK(story.state().intake.subject_unit.empty());
    }
    SECTION("but only the first one fixes them") {
        CHECK(story.tell(dispatch) == accepted);
        story.tell(story.usual(K::return_asked));
        story.tell(K::return_upheld, "hub.dispatcher", [](auto& e) { e.reason = "r"; });
        WorkOrderEvent again = story.usual(K::dispatched);
        again.intake = IntakeFacts{};
        again.intake->anonymous = true;
        CHECK(story.tell(again) == accepted);
        CHECK_FALSE(story.state().intake.anonymous);
    }
}

TEST_CASE("B2: after the dispatch facts change by a step of the order, with a reason",
          "[workflow]") {
    OrderStory story;
    IntakeFacts facts;
    facts.subject_unit = "ROADS";
    facts.has_phone = false;
    CHECK(story.tell(correction(story, "shg.1", facts)) == F::wrong_state);
    story.go_to(MainState::in_progress);
    CHECK(story.ask(correction(story, "water.1", facts)) == F::not_home_station);
    CHECK(story.ask(correction(story, "roads.1", facts)) == F::not_home_station);
    WorkOrderEvent silent = correction(story, "shg.1", facts);
    silent.reason.clear();
    CHECK(story.ask(silent) == F::no_reason);
    silent.reason = "misheard";
    silent.intake.reset();
    CHECK(story.ask(silent) == F::no_facts);
    SECTION("by the registering unit") {
        CHECK(story.tell(correction(story, "shg.1", facts)) == accepted);
    }
    SECTION("by a dispatcher") {
        CHECK(story.tell(correction(story, "hub.dispatcher", facts)) == accepted);
    }
    CHECK(story.main() == "in_progress");
    CHECK(story.state().intake.subject_unit == "ROADS");
    CHECK(story.ask(story.usual(K::replied)) == accepted);
    CHECK(story.tell(K::reassigned, "hub.dispatcher", [](auto& e) {
        e.unit = "ROADS";
        e.reason = "reason";
    }) == F::unit_is_subject);
}

TEST_CASE("B2 row 20: an archived order is read-only", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::archived);
    CHECK(story.tell(correction(story, "hub.dispatcher", {})) == F::wrong_state);
    const OrderState state = story.state();
    for (const auto* who : {"shg.1", "hub.dispatcher", "hub.recorder", "water.1", "nobody"}) {
        CHECK(may_edit(state, who, story.now, false, story.staff) == F::read_only);
        CHECK(may_edit(state, who, story.now, true, story.staff) == F::read_only);
    }
}

TEST_CASE("B2: intake facts are the station's and the desk's, contact data anybody's at work",
          "[workflow]") {
    OrderStory story;
    const auto may_change = [&](const char* who, bool contact_only) {
        return may_edit(story.state(), who, story.now, contact_only, story.staff);
    };
    // A station records before it has the list of staff.
    CHECK(may_change("nobody", false) == accepted);
    CHECK(may_change("shg.1", false) == accepted);
    CHECK(may_change("hub.recorder", false) == accepted);
    CHECK(may_change("water.1", true) == F::not_home_station);
    story.go_to(MainState::dispatched);
    CHECK(may_change("nobody", true) == F::unknown_actor);
    CHECK(may_change("shg.1", false) == accepted);
    CHECK(may_change("hub.dispatcher", false) == accepted);
    CHECK(may_change("water.1", true) == accepted);
    CHECK(may_change("water.1", false) == F::not_home_station);
    CHECK(may_change("roads.1", true) == F::not_home_station);
}

TEST_CASE("B2: who took an appeal down for another's desk mends it until it is dispatched",
          "[workflow]") {
    OrderStory story;
    story.intake.recorder = "water.1";
    const auto may_change = [&](const char* who) {
        return may_edit(story.state(), who, story.now, false, story.staff);
    };
    story.go_to(MainState::triage);
    CHECK(may_change("water.1") == accepted);
    CHECK(may_change("water.2") == F::not_home_station);
    story.go_to(MainState::dispatched);
    CHECK(may_change("water.1") == F::not_home_station);
}

TEST_CASE("facts travel as lines and come back, whatever stands between them", "[workflow]") {
    IntakeFacts facts;
    CHECK(text_of(facts).empty());
    CHECK(read_intake_facts("") == facts);
    facts.type = AppealType::praise;
    facts.category = "0101@2026";
    facts.region = "";
    facts.subject_unit = "A=B";
    facts.ext_due_at = -5;
    facts.enterprise = true;
    facts.anonymous = false;
    facts.has_phone = true;
    facts.from_leader = false;
    CHECK(read_intake_facts(text_of(facts)) == facts);
    CHECK(read_intake_facts("\nnewer=1\n" + text_of(facts) + "\n\nhas_phone=0\n=") == facts);
    CHECK(read_intake_facts("type=7\ntype=-1\nanonymous=yes\next_due_at=1x\n=\nregion") ==
          IntakeFacts{});
    facts.region = "3402\n07";
    facts.type.reset();
    IntakeFacts without = facts;
    without.region.reset();
    CHECK(read_intake_facts(text_of(facts)) == without);
}

TEST_CASE("a text of nothing but white space is none", "[workflow]") {
    namespace field = work_order_event;
    for (const std::string blank : {" ", "\u3000", "\t\n \u3000\u00A0\u200B"}) {
        WorkOrderEvent event;
        for (const FieldId id : {field::detail, field::answer, field::basis, field::reason,
                                 field::person, field::unit}) {
            REQUIRE(read_field(event, id, Value{blank}).has_value());
        }
        CHECK(event == WorkOrderEvent{});
        REQUIRE(read_field(event, field::answer, Value{blank + "好"}).has_value());
        CHECK(event.answer == blank + "好");
    }
}
