// One promise for each row of domain B2: the way it goes, and that nothing else goes that way.
#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

using K = EventKind;
using F = GuardFailure;

namespace {

constexpr auto accepted = std::nullopt;

OrderStory at(MainState state) {
    OrderStory story;
    story.go_to(state);
    return story;
}

void because(WorkOrderEvent& event) { event.reason = "reason"; }

}  // namespace

TEST_CASE("row 1 and 3: an order without events is registered, and received once the hub has it",
          "[workflow]") {
    OrderStory story;
    CHECK(story.main() == "received");
    story.intake.received_at.reset();
    CHECK(story.main() == "registered");
    // Both are facts of the appeal and its receipt. Nobody writes them as events.
    CHECK(story.tell(K::registered, "shg.1") == F::not_an_event);
    CHECK(story.tell(K::received, "hub.dispatcher") == F::not_an_event);
    CHECK(story.tell(K::unknown, "hub.dispatcher") == F::not_an_event);
    CHECK(story.main() == "registered");
}

TEST_CASE("row 3: a decision of the hub shows that the hub has the order, receipt or not",
          "[workflow]") {
    OrderStory story;
    story.intake.received_at.reset();
    CHECK(story.tell(story.usual(K::triaged)) == accepted);
    CHECK(story.main() == "triage");
}

TEST_CASE("row 3: so does what the hub's program finds, which no person decided", "[workflow]") {
    OrderStory story;
    story.intake.received_at.reset();
    const auto on = [](WorkOrderEvent& event) { event.level = 3; };
    CHECK(story.tell(story.next(K::watch_opened, "hub.dispatcher", on)) == accepted);
    CHECK(story.main() == "received");
}

TEST_CASE("row 2: a station closes an order on the spot, before and after the hub has it",
          "[workflow]") {
    const bool received = GENERATE(false, true);
    OrderStory story;
    if (!received) story.intake.received_at.reset();
    CHECK(story.tell(story.usual(K::closed_onsite)) == accepted);
    const OrderState state = story.state();
    CHECK(state.main == MainState::closed);
    CHECK(state.onsite);
    CHECK(state.rounds.back().unit == "SHG01");
    CHECK(state.dates.replied_at == state.dates.closed_at);
    CHECK_FALSE(at(MainState::triage).tell(story.usual(K::closed_onsite)) == accepted);
}

TEST_CASE("row 4: the hub asks for what is missing, the station adds it", "[workflow]") {
    OrderStory story;
    CHECK(story.tell(K::need_info, "hub.dispatcher") == F::no_words);
    CHECK(story.tell(K::need_info, "hub.dispatcher", [](auto& e) { e.words = "门牌号"; }) ==
          accepted);
    CHECK(story.main() == "need_info");
    CHECK(story.tell(K::info_added, "shg.1") == F::no_words);
    CHECK(story.tell(K::info_added, "water.1", [](auto& e) { e.words = "9"; }) ==
          F::not_home_station);
    CHECK(story.tell(K::info_added, "shg.1", [](auto& e) { e.words = "9号"; }) == accepted);
    CHECK(story.main() == "received");
}

TEST_CASE("row 5: not accepted needs a reason, the legal path, and the person told", "[workflow]") {
    OrderStory story;
    const auto refuse = [&](const char* reason, const char* path, bool told) {
        return story.tell(K::not_accepted, "hub.dispatcher", [&](auto& e) {
            e.reason = reason;
            e.basis = path;
            e.told = told;
        });
    };
    CHECK(refuse("", "向法院起诉", true) == F::no_reason);
    CHECK(refuse("litigation", "", true) == F::no_basis);
    CHECK(refuse("litigation", "向法院起诉", false) == F::not_told);
    CHECK(refuse("litigation", "向法院起诉", true) == accepted);
    CHECK(story.main() == "not_accepted");
}

TEST_CASE("row 6 and 22: a merged order is one of two, and undone it is where it was",
          "[workflow]") {
    const MainState from = GENERATE(MainState::received, MainState::triage);
    OrderStory story = at(from);
    CHECK(story.tell(K::merged, "hub.dispatcher", because) == F::no_target);
    CHECK(story.tell(K::merged, "hub.dispatcher", [&](auto& e) {
        e.target = story.intake.id;
        e.reason = "same_matter";
    }) == F::own_order);
    CHECK(story.tell(K::merged, "hub.dispatcher", [](auto& e) { e.target = record_id(2); }) ==
          F::no_reason);
    CHECK(story.tell(story.usual(K::merged)) == accepted);
    CHECK(story.main() == "merged");
    CHECK(story.state().merged_into == record_id(2));

    CHECK(story.tell(K::unmerged, "hub.dispatcher") == F::no_reason);
    CHECK(story.tell(K::unmerged, "hub.dispatcher", because) == accepted);
    CHECK(story.state().main == from);
    CHECK_FALSE(story.state().merged_into);
    story.go_to(MainState::closed);
}

TEST_CASE("row 6: whoever's order was merged still gets an answer and a visit", "[workflow]") {
    OrderStory story;
    story.tell(story.usual(K::merged));
    CHECK(story.tell(K::replied, "hub.replier") == F::no_answer);
    CHECK(story.tell(K::replied, "hub.replier", [](auto& e) { e.answer = "已并入"; }) == accepted);
    story.visit(Grade::satisfied);
    CHECK(story.main() == "merged");
    CHECK(story.state().dates.replied_at);
    CHECK(story.state().visits.size() == 1);
}

TEST_CASE("row 7: an order is classified, then dispatched to a unit in use", "[workflow]") {
    OrderStory story;
    CHECK(story.tell(K::triaged, "hub.dispatcher") == F::no_class);
    const auto to = [&](const char* unit) {
        return story.tell(K::dispatched, "hub.dispatcher", [&](auto& e) { e.unit = unit; });
    };
    CHECK(to("WATER") == F::no_class);
    CHECK(story.tell(story.usual(K::triaged)) == accepted);
    CHECK(story.main() == "triage");
    CHECK(to("") == F::no_unit);
    CHECK(to("NOWHERE") == F::unit_unknown);
    CHECK(to("OLD") == F::unit_retired);
    CHECK(to("WATER") == accepted);
    CHECK(story.main() == "dispatched");
    CHECK(story.state().lead_unit == "WATER");
    CHECK(story.state().holders[static_cast<std::size_t>(Post::dispatcher)] == "hub.dispatcher");
}

TEST_CASE("row 7: another class later needs a reason and leaves the order where it is",
          "[workflow]") {
    OrderStory story = at(MainState::in_progress);
    const auto complex = [](auto& e) { e.complexity = Complexity::complex; };
    CHECK(story.tell(K::triaged, "hub.dispatcher", complex) == F::no_reason);
    CHECK(story.tell(K::triaged, "hub.dispatcher", [](auto& e) {
        e.complexity = Complexity::complex;
        e.reason = "bigger_than_told";
    }) == accepted);
    CHECK(story.main() == "in_progress");
    CHECK(story.state().complexity == Complexity::complex);
}

TEST_CASE("row 8: the unit to which an order was dispatched signs for it, no other", "[workflow]") {
    OrderStory story = at(MainState::dispatched);
    CHECK(story.tell(K::signed_for, "roads.1") == F::not_lead_unit);
    CHECK(story.tell(K::signed_for, "water.2") == accepted);
    CHECK(story.main() == "in_progress");
    CHECK(story.state().dates.signed_at);
    CHECK(story.tell(K::signed_for, "water.1") == F::wrong_state);
}

TEST_CASE("row 9 and 10: a send-back that is upheld puts the order back to the dispatcher",
          "[workflow]") {
    const MainState from = GENERATE(MainState::dispatched, MainState::in_progress);
    OrderStory story = at(from);
    CHECK(story.tell(story.usual(K::return_asked)) == accepted);
    CHECK(story.main() == "return_pending");
    CHECK(story.tell(K::return_upheld, "hub.dispatcher") == F::no_reason);
    CHECK(story.tell(K::return_upheld, "hub.dispatcher", because) == accepted);
    const OrderState state = story.state();
    CHECK(state.main == MainState::triage);
    CHECK(state.returns_upheld == 1);
    CHECK(state.past_leads == std::vector<std::string>{"WATER"});
    CHECK(state.lead_unit.empty());
    CHECK(state.round == 1);
}

TEST_CASE("row 11: a send-back that is refused fixes the lead unit", "[workflow]") {
    OrderStory story = at(MainState::return_pending);
    CHECK(story.tell(K::return_refused, "hub.dispatcher") == F::no_reason);
    CHECK(story.tell(K::return_refused, "hub.dispatcher", because) == accepted);
    CHECK(story.main() == "in_progress");
    CHECK(story.state().lead_fixed);
    CHECK(story.tell(story.usual(K::return_asked)) == F::lead_fixed);
}

TEST_CASE("row 12: an extension is asked for by the unit and granted by a dispatcher",
          "[workflow]") {
    OrderStory story = at(MainState::in_progress);
    CHECK(story.tell(story.usual(K::extension_asked)) == accepted);
    CHECK(story.state().pending_extension() != nullptr);
    CHECK_FALSE(story.state().extended_due_at());
    CHECK(story.tell(K::extension_granted, "hub.dispatcher", [](auto& e) { e.told = true; }) ==
          accepted);
    CHECK(story.state().pending_extension() == nullptr);
    CHECK(story.state().extended_due_at() == *story.state().dates.unit_dispatched_at + 5 * day_ms);
    CHECK(story.main() == "in_progress");
}

TEST_CASE("row 12: a refused extension leaves the date as it was", "[workflow]") {
    OrderStory story = at(MainState::in_progress);
    story.tell(story.usual(K::extension_asked));
    CHECK(story.tell(K::extension_refused, "hub.dispatcher") == F::no_reason);
    CHECK(story.tell(K::extension_refused, "hub.dispatcher", because) == accepted);
    CHECK_FALSE(story.state().extended_due_at());
    CHECK(story.tell(K::extension_refused, "hub.dispatcher", because) == F::no_extension_asked);
}

TEST_CASE("row 13, 14 and 15: a reply is reviewed, sent back in the same round, and passed",
          "[workflow]") {
    OrderStory story = at(MainState::replied);
    CHECK(story.tell(K::review_refused, "hub.replier") == F::no_reason);
    CHECK(story.tell(K::review_refused, "hub.replier", because) == accepted);
    CHECK(story.main() == "in_progress");
    CHECK(story.state().round == 1);
    CHECK(story.tell(story.usual(K::replied)) == accepted);
    CHECK(story.tell(K::review_passed, "hub.visitor") == F::no_post);
    CHECK(story.tell(story.usual(K::review_passed)) == accepted);
    CHECK(story.main() == "visit_pending");
    CHECK(story.state().rounds.back().reviewed_at);
}

TEST_CASE("row 16: a satisfied visit by somebody else closes the order", "[workflow]") {
    OrderStory story = at(MainState::visit_pending);
    CHECK(story.tell(story.usual(K::closed)) == F::no_visit);
    story.visit(Grade::fairly_satisfied);
    CHECK(story.main() == "visit_pending");
    CHECK(story.tell(story.usual(K::closed)) == accepted);
    CHECK(story.main() == "closed");
    CHECK(story.state().ground == Ground::satisfied);
}

TEST_CASE("B8: a repeat of what was handled is closed by explanation, with a second person",
          "[workflow]") {
    OrderStory story;
    const auto close = [&](const OrderStory::Facts& facts = {}) {
        WorkOrderEvent event = story.next(K::closed, "hub.dispatcher", [](auto& e) {
            e.target = record_id(2);
            e.ground = Ground::unreasonable;
            e.basis = "条例第十八条";
            e.answer = "已依法办结，无新的事实";
            e.person = "hub.supervisor";
            e.told = true;
        });
        if (facts) facts(event);
        return event;
    };
    CHECK(story.ask(close([](auto& e) { e.target.reset(); })) == F::wrong_state);
    CHECK(story.ask(close([&](auto& e) { e.target = story.intake.id; })) == F::own_order);
    CHECK(story.ask(close([](auto& e) { e.ground = Ground::waived; })) == F::no_ground);
    CHECK(story.ask(close([](auto& e) { e.answer.clear(); })) == F::no_answer);
    CHECK(story.ask(close([](auto& e) { e.told = false; })) == F::not_told);
    CHECK(story.ask(close([](auto& e) { e.basis.clear(); })) == F::no_basis);
    CHECK(story.ask(close([](auto& e) { e.person = "water.1"; })) == F::no_second_person);
    CHECK(story.ask(close([](auto& e) { e.person = "hub.dispatcher"; })) == F::same_person);
    SECTION("before it was with a unit") {
        CHECK(story.tell(close()) == accepted);
        const OrderState state = story.state();
        CHECK(state.main == MainState::closed);
        CHECK(state.dates.replied_at == state.dates.closed_at);
        CHECK(state.rounds.back().reviewed_at == state.dates.closed_at);
    }
    SECTION("not afterwards") {
        story.go_to(MainState::return_pending);
        CHECK(story.tell(story.usual(K::return_upheld)) == accepted);
        CHECK(story.tell(close()) == F::already_dispatched);
    }
}

TEST_CASE("row 17: a dissatisfied visit opens a new round under more supervision", "[workflow]") {
    OrderStory story = at(MainState::visit_pending);
    CHECK(story.tell(K::rework, "hub.visitor") == F::no_visit);
    story.visit(Grade::dissatisfied);
    CHECK(story.tell(story.usual(K::closed)) == F::dissatisfied);
    CHECK(story.tell(K::rework, "hub.visitor") == accepted);
    const OrderState state = story.state();
    CHECK(state.main == MainState::in_progress);
    CHECK(state.round == 2);
    CHECK(state.supervision == 1);
    CHECK(state.lead_unit == "WATER");
    REQUIRE(state.rounds.size() == 2);
    CHECK(state.rounds[0].reviewed_at);
    CHECK_FALSE(state.rounds[1].replied_at);
    // The old visit does not count in the new round.
    story.tell(story.usual(K::replied));
    story.tell(story.usual(K::review_passed));
    CHECK(story.tell(story.usual(K::closed)) == F::no_visit);
    story.visit(Grade::satisfied);
    CHECK(story.tell(K::rework, "hub.visitor") == F::not_dissatisfied);
    CHECK(story.tell(story.usual(K::closed)) == accepted);
}

TEST_CASE("row 18: a suspended order is still open and is taken up again", "[workflow]") {
    OrderStory story = at(MainState::suspended);
    CHECK(story.state().is_open());
    CHECK_FALSE(story.state().suspensions.back().to);
    CHECK(story.tell(story.usual(K::suspended)) == accepted);  // The next stage.
    CHECK(story.state().suspensions.size() == 2);
    CHECK(story.tell(K::resumed, "water.1", [](auto& e) { e.at_hub = true; }) == F::no_post);
    CHECK(story.tell(K::resumed, "hub.leader") == accepted);
    CHECK(story.main() == "in_progress");
    CHECK(story.state().suspensions.back().to);
}

TEST_CASE("row 19: a closed order is reopened for a reason, with its unit", "[workflow]") {
    OrderStory story = at(MainState::closed);
    CHECK(story.tell(K::reopened, "hub.supervisor") == F::no_reason);
    CHECK(story.tell(K::reopened, "hub.dispatcher", because) == F::no_post);
    CHECK(story.tell(K::reopened, "hub.supervisor", because) == accepted);
    CHECK(story.main() == "in_progress");
    CHECK(story.state().round == 2);
    CHECK_FALSE(story.state().dates.closed_at);
}

TEST_CASE("row 19: an order that was closed on the spot goes to the dispatcher when reopened",
          "[workflow]") {
    OrderStory story;
    story.tell(story.usual(K::closed_onsite));
    CHECK(story.tell(K::reopened, "hub.supervisor", because) == accepted);
    CHECK(story.main() == "triage");
    CHECK(story.tell(story.usual(K::triaged)) == accepted);
    CHECK(story.tell(story.usual(K::dispatched)) == accepted);
    CHECK(story.state().round == 2);
}

TEST_CASE("row 20: an archived order is read-only", "[workflow]") {
    OrderStory story = at(MainState::archived);
    CHECK(story.tell(K::reopened, "hub.supervisor", because) == F::wrong_state);
    CHECK(story.tell(K::visited, "hub.visitor") == F::wrong_state);
    CHECK(story.main() == "archived");
}

TEST_CASE("row 21: an appeal is withdrawn at its station before it is dispatched, not after",
          "[workflow]") {
    const MainState from = GENERATE(MainState::received, MainState::triage);
    OrderStory story = at(from);
    CHECK(story.tell(K::withdrawn, "shg.1") == F::no_reason);
    CHECK(story.tell(K::withdrawn, "shg.1", because) == accepted);
    CHECK(story.main() == "withdrawn");
    CHECK(at(MainState::dispatched).tell(K::withdrawn, "shg.1", because) == F::wrong_state);

    OrderStory sent_back = at(MainState::return_pending);
    sent_back.tell(K::return_upheld, "hub.dispatcher", because);
    REQUIRE(sent_back.main() == "triage");
    CHECK(sent_back.tell(K::withdrawn, "shg.1", because) == F::already_dispatched);
}

TEST_CASE("row 21: two different persons void an order, from any state", "[workflow]") {
    const MainState from = GENERATE(MainState::received, MainState::in_progress, MainState::closed,
                                    MainState::archived);
    OrderStory story = at(from);
    CHECK(story.tell(K::voided, "hub.dispatcher") == F::not_proposed);
    CHECK(story.tell(K::void_proposed, "hub.dispatcher", because) == accepted);
    CHECK(story.state().main == from);
    CHECK(story.tell(K::voided, "hub.dispatcher") == F::same_person);
    CHECK(story.tell(K::voided, "water.1", [](auto& e) { e.at_hub = true; }) == F::no_post);
    CHECK(story.tell(K::voided, "hub.leader") == accepted);
    CHECK(story.main() == "voided");
    CHECK(story.tell(story.usual(K::triaged)) == F::wrong_state);
}
