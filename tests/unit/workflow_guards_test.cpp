// Each guard refuses what it is there for. The transitions themselves: workflow_transitions_test.
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

TEST_CASE("A09: on the spot only a delegated category is closed", "[workflow]") {
    OrderStory story;
    const auto close = [&](const OrderStory::Facts& facts) {
        WorkOrderEvent event = story.usual(K::closed_onsite);
        facts(event);
        return story.ask(event);
    };
    CHECK(close([](auto& e) { e.category = "0202"; }) == F::not_delegated);
    CHECK(close([](auto& e) { e.answer.clear(); }) == F::no_answer);
    CHECK(close([](auto& e) { e.told = false; }) == F::not_told);
    CHECK(close([](auto& e) { e.actor = "water.1"; }) == F::not_home_station);
    story.intake.category.clear();
    CHECK(close([](auto&) {}) == F::not_delegated);
    CHECK(close([](auto& e) { e.category = "0101@2027"; }) == accepted);
}

TEST_CASE("A09: enterprise requests, tip-offs and complaints about a unit go up", "[workflow]") {
    OrderStory story;
    const auto close = [&] { return story.ask(story.usual(K::closed_onsite)); };
    story.intake.subject_unit = "ROADS";
    CHECK(close() == F::not_for_this_type);
    story.intake.type = AppealType::inquiry;
    CHECK(close() == accepted);
    story.intake.type = AppealType::tip_off;
    CHECK(close() == F::not_for_this_type);
    story.intake.type = AppealType::inquiry;
    story.intake.enterprise = true;
    CHECK(close() == F::not_for_enterprise);
}

TEST_CASE("A29: the unit complained about never gets the order", "[workflow]") {
    OrderStory story;
    story.intake.subject_unit = "ROADS";
    story.tell(story.usual(K::triaged));
    CHECK(story.tell(K::dispatched, "hub.dispatcher", [](auto& e) { e.unit = "ROADS"; }) ==
          F::unit_is_subject);
    CHECK(story.tell(K::dispatched, "hub.dispatcher", [](auto& e) {
        e.unit = "WATER";
        e.co_units = {"ROADS"};
    }) == F::unit_is_subject);
    // Nor the one that took over from it.
    story.intake.subject_unit = "OLD";
    CHECK(story.tell(K::dispatched, "hub.dispatcher", [](auto& e) { e.unit = "ROADS"; }) ==
          F::unit_is_subject);
    story.intake.subject_unit = "ROADS";
    CHECK(story.tell(story.usual(K::dispatched)) == accepted);
    CHECK(story.tell(K::unit_added, "hub.dispatcher", [](auto& e) { e.unit = "ROADS"; }) ==
          F::unit_is_subject);
    CHECK(story.tell(K::reassigned, "hub.dispatcher", [](auto& e) {
        e.unit = "ROADS";
        e.reason = "reason";
    }) == F::unit_is_subject);
}

TEST_CASE("row 7: an order without a type is not dispatched", "[workflow]") {
    OrderStory story;
    story.intake.type = AppealType::none;
    WorkOrderEvent dispatch = story.usual(K::dispatched);
    dispatch.complexity = Complexity::simple;
    CHECK(story.tell(dispatch) == F::no_class);
    dispatch.type = AppealType::inquiry;
    CHECK(story.ask(dispatch) == accepted);
}

TEST_CASE("A11: who acts must hold the post, at the time of recording", "[workflow]") {
    OrderStory story;
    CHECK(story.ask(story.next(K::triaged, "hub.visitor",
                               [](auto& e) { e.complexity = Complexity::simple; })) == F::no_post);
    CHECK(story.ask(story.next(K::triaged, "nobody", [](auto& e) { e.at_hub = true; })) ==
          F::unknown_actor);
    CHECK(story.ask(story.next(K::triaged, "", [](auto& e) { e.at_hub = true; })) ==
          F::unknown_actor);
}

TEST_CASE("A28: the enterprises' desk dispatches what is of an enterprise, and nothing else",
          "[workflow]") {
    OrderStory story;
    story.staff.add_staff("desk", "HUB");
    story.staff.add_post("desk", Post::enterprise_desk);
    story.staff.sort();
    const auto classify = [](WorkOrderEvent& e) { e.complexity = Complexity::simple; };
    CHECK(story.ask(story.next(K::triaged, "desk", classify)) == F::no_post);
    story.intake.enterprise = true;
    CHECK(story.ask(story.next(K::triaged, "desk", classify)) == accepted);
    // It stands in for the dispatcher and for nobody else.
    CHECK(story.ask(story.next(K::supervised, "desk", [](auto& e) { e.level = 1; })) == F::no_post);
    const auto name = [](WorkOrderEvent& e) {
        e.post = Post::dispatcher;
        e.person = "desk";
    };
    CHECK(story.ask(story.next(K::assigned, "hub.dispatcher", name)) == accepted);
    const auto name_desk = [](WorkOrderEvent& e) {
        e.post = Post::enterprise_desk;
        e.person = "desk";
    };
    CHECK(story.ask(story.next(K::assigned, "hub.dispatcher", name_desk)) == F::not_a_holder);
    story.intake.enterprise = false;
    CHECK(story.ask(story.next(K::assigned, "hub.dispatcher", name)) == F::not_a_holder);
}

TEST_CASE("A11: a post that ends later undoes nothing, one that begins later helps nobody",
          "[workflow]") {
    OrderStory story;
    const std::int64_t noon = story.now + 12 * hour_ms;
    story.staff.add_staff("temp", "HUB");
    story.staff.add_post("temp", Post::dispatcher, {INT64_MIN, noon});
    story.staff.sort();
    const auto classify = [](WorkOrderEvent& e) { e.complexity = Complexity::simple; };
    CHECK(story.tell(story.next(K::triaged, "temp", classify)) == accepted);
    story.now = noon;
    WorkOrderEvent late = story.next(K::triaged, "temp", classify);
    CHECK(story.ask(late) == F::no_post);
    // What was told to have happened earlier does not bring the post back.
    late.happened_at = noon - hour_ms;
    CHECK(story.ask(late) == F::no_post);
    CHECK(story.main() == "triage");
}

TEST_CASE("what only the hub decides is refused from a station, whoever wrote it", "[workflow]") {
    OrderStory story;
    const auto from_station = [&](WorkOrderEvent event) {
        event.at_hub = false;
        return story.ask(event);
    };
    CHECK(from_station(story.usual(K::triaged)) == F::hub_only);
    story.go_to(MainState::visit_pending);
    story.visit(Grade::satisfied);
    CHECK(from_station(story.usual(K::closed)) == F::hub_only);
}

TEST_CASE("B4: a told time lies between the registration and now; a day back is a late entry",
          "[workflow]") {
    OrderStory story = at(MainState::dispatched);
    const auto sign = [&](std::int64_t happened_at) {
        return story.next(K::signed_for, "water.1", [&](auto& e) { e.happened_at = happened_at; });
    };
    CHECK(story.ask(sign(story.now + 1)) == F::in_future);
    CHECK(story.ask(sign(story.intake.registered_at - 1)) == F::before_registration);
    story.now += 3 * day_ms;
    CHECK(story.tell(sign(story.now - day_ms - 1)) == accepted);
    CHECK(story.state().verdicts.back().late_entry);
    CHECK(story.tell(story.usual(K::first_contact)) == accepted);
    CHECK_FALSE(story.state().verdicts.back().late_entry);
    CHECK(story.tell(story.next(K::first_contact, "water.1", [&](auto& e) {
        e.method = ContactMethod::door;
        e.reached = true;
        e.happened_at = e.recorded_at - day_ms;
    })) == accepted);
    CHECK_FALSE(story.state().verdicts.back().late_entry);
}

TEST_CASE("B4: a station whose clock runs ahead does not shut the hub out", "[workflow]") {
    OrderStory story;
    story.intake.registered_at = story.now + 30 * day_ms;
    CHECK(story.tell(story.usual(K::triaged)) == accepted);
}

TEST_CASE("B4: the hub corrects the time of registration, and told times follow it", "[workflow]") {
    OrderStory story = at(MainState::triage);
    const std::int64_t earlier = story.intake.registered_at - day_ms;
    const auto correct = [&](std::optional<std::int64_t> to, const char* why) {
        return story.tell(K::time_corrected, "hub.supervisor", [&](auto& e) {
            e.due_at = to;
            e.reason = why;
        });
    };
    CHECK(correct(std::nullopt, "clock") == F::no_instant);
    CHECK(correct(story.now + day_ms, "clock") == F::in_future);
    CHECK(correct(earlier, "") == F::no_reason);
    CHECK(correct(earlier, "clock") == accepted);
    CHECK(story.state().registered_at() == earlier);
    CHECK(story.tell(K::triaged, "hub.dispatcher", [&](auto& e) {
        e.complexity = Complexity::simple;
        e.happened_at = earlier;
    }) == accepted);
    // A unit has had its dates by then.
    story.go_to(MainState::dispatched);
    CHECK(correct(earlier, "clock") == F::already_dispatched);
}

TEST_CASE("row 9: a send-back comes within two working days, with a reason and a duty basis",
          "[workflow]") {
    OrderStory story = at(MainState::dispatched);
    const auto ask = [&](const OrderStory::Facts& facts) {
        WorkOrderEvent event = story.usual(K::return_asked);
        facts(event);
        return story.ask(event);
    };
    CHECK(ask([](auto& e) { e.reason.clear(); }) == F::no_reason);
    CHECK(ask([](auto& e) { e.basis.clear(); }) == F::no_basis);
    CHECK(ask([](auto& e) { e.actor = "roads.1"; }) == F::not_lead_unit);
    story.now = *story.state().dates.dispatched_at + 2 * day_ms;
    CHECK(ask([](auto&) {}) == accepted);
    CHECK(ask([](auto&) {}) == F::return_too_late);
}

TEST_CASE("row 9: an order is sent back so often and no more", "[workflow]") {
    OrderStory story;
    story.settings.returns_max = 1;
    story.go_to(MainState::return_pending);
    story.tell(K::return_upheld, "hub.dispatcher", because);
    story.go_to(MainState::dispatched);
    CHECK(story.tell(story.usual(K::return_asked)) == F::returns_used_up);
}

TEST_CASE("row 12: an extension is asked for before the date, for a later one within the cap",
          "[workflow]") {
    OrderStory story = at(MainState::in_progress);
    const std::int64_t due = *story.state().dates.unit_dispatched_at + 3 * day_ms;
    const auto ask = [&](std::optional<std::int64_t> until) {
        return story.ask(story.next(K::extension_asked, "water.1", [&](auto& e) {
            e.reason = "parts";
            e.due_at = until;
        }));
    };
    CHECK(ask(std::nullopt) == F::no_instant);
    CHECK(ask(due) == F::not_later);
    CHECK(ask(due + 10 * day_ms) == accepted);
    CHECK(ask(due + 10 * day_ms + 1) == F::over_cap);
    story.now = due;
    CHECK(ask(due + day_ms) == accepted);
    CHECK(ask(due + day_ms) == F::after_due);
    // Said to have been asked in time: the recorded time counts.
    WorkOrderEvent told = story.usual(K::extension_asked);
    told.happened_at = due - hour_ms;
    CHECK(story.ask(told) == F::after_due);
}

TEST_CASE("row 12: one extension, a second with a leader, no third", "[workflow]") {
    OrderStory story = at(MainState::in_progress);
    const auto grant = [&](const char* signer, bool told) {
        return story.tell(K::extension_granted, "hub.dispatcher", [&](auto& e) {
            e.person = signer;
            e.told = told;
        });
    };
    const auto ask = [&](int days) {
        return story.tell(K::extension_asked, "water.1", [&](auto& e) {
            e.reason = "parts";
            e.due_at = *story.state().dates.unit_dispatched_at + days * day_ms;
        });
    };
    CHECK(grant("", true) == F::no_extension_asked);
    CHECK(ask(5) == accepted);
    CHECK(ask(6) == F::extension_pending);
    CHECK(grant("", false) == F::not_told);
    CHECK(grant("", true) == accepted);
    CHECK(ask(7) == accepted);
    CHECK(grant("", true) == F::no_leader);
    CHECK(grant("hub.visitor", true) == F::no_leader);
    CHECK(grant("hub.leader", true) == accepted);
    CHECK(story.state().extended_due_at() == *story.state().dates.unit_dispatched_at + 7 * day_ms);
    CHECK(ask(8) == F::extensions_used_up);
}

TEST_CASE("row 13: a reply needs first contact, unless there is nobody to contact", "[workflow]") {
    OrderStory story = at(MainState::in_progress);
    CHECK(story.ask(story.usual(K::replied)) == F::no_contact);
    const auto contact = [&](const char* who, bool reached) {
        return story.tell(K::first_contact, who, [&](auto& e) {
            e.method = ContactMethod::phone;
            e.reached = reached;
        });
    };
    CHECK(contact("roads.1", true) == F::not_handling_unit);
    CHECK(story.tell(K::first_contact, "water.1") == F::no_method);
    SECTION("reached") {
        CHECK(contact("water.2", true) == accepted);
        CHECK(story.ask(story.usual(K::replied)) == accepted);
    }
    SECTION("tried three times") {
        for (int i = 0; i < 3; ++i) {
            CHECK(story.ask(story.usual(K::replied)) == F::no_contact);
            CHECK(contact("water.2", false) == accepted);
        }
        CHECK(story.ask(story.usual(K::replied)) == accepted);
    }
    SECTION("anonymous") {
        story.intake.anonymous = true;
        CHECK(story.ask(story.usual(K::replied)) == accepted);
    }
    SECTION("without a phone") {
        story.intake.has_phone = false;
        CHECK(story.ask(story.usual(K::replied)) == accepted);
    }
}

TEST_CASE("row 13: a reply says whether it is solved, why not, and what the person is told",
          "[workflow]") {
    OrderStory story = at(MainState::in_progress);
    story.tell(story.usual(K::first_contact));
    const auto reply = [&](const OrderStory::Facts& facts) {
        WorkOrderEvent event = story.usual(K::replied);
        facts(event);
        return story.ask(event);
    };
    CHECK(reply([](auto& e) { e.solved.reset(); }) == F::no_solved);
    CHECK(reply([](auto& e) { e.solved = false; }) == F::no_reason);
    CHECK(reply([](auto& e) { e.answer.clear(); }) == F::no_answer);
    CHECK(reply([](auto& e) { e.actor = "roads.1"; }) == F::not_lead_unit);
    CHECK(reply([](auto& e) { e.ground = Ground::waived; }) == F::no_ground);
    CHECK(reply([](auto& e) {
              e.solved = false;
              e.reason = "needs_funds";
          }) == accepted);
}

TEST_CASE("A21: explained but not solvable needs a basis and a second reviewer", "[workflow]") {
    OrderStory story = at(MainState::in_progress);
    story.tell(story.usual(K::first_contact));
    const auto reply = [&](const char* basis, const char* person) {
        return story.ask(story.next(K::replied, "water.1", [&](auto& e) {
            e.solved = false;
            e.reason = "policy";
            e.answer = "依法不能";
            e.ground = Ground::lawfully_unsolvable;
            e.basis = basis;
            e.person = person;
        }));
    };
    CHECK(reply("", "water.2") == F::no_basis);
    CHECK(reply("条例第五条", "") == F::no_second_person);
    CHECK(reply("条例第五条", "water.1") == F::same_person);
    CHECK(reply("条例第五条", "nobody") == F::no_second_person);
    CHECK(reply("条例第五条", "water.2") == accepted);
}

TEST_CASE("row 13: a leader signs the reply to a key order", "[workflow]") {
    OrderStory story = at(MainState::in_progress);
    story.tell(story.usual(K::first_contact));
    SECTION("handed down by a leader") { story.intake.from_leader = true; }
    SECTION("escalated") {
        CHECK(story.tell(K::escalated, "hub.supervisor", [](auto& e) {
            e.level = 1;
            e.reason = "rework";
        }) == accepted);
    }
    SECTION("with an instruction") {
        CHECK(story.tell(K::instruction, "hub.leader", [](auto& e) { e.words = "速办"; }) ==
              accepted);
    }
    WorkOrderEvent reply = story.usual(K::replied);
    CHECK(story.ask(reply) == F::no_leader);
    reply.person = "water.leader";
    CHECK(story.ask(reply) == accepted);
}

TEST_CASE("row 14 and 15: who handled an order does not review it", "[workflow]") {
    OrderStory story;
    story.staff.add_post("water.1", Post::replier);
    story.staff.add_post("water.2", Post::replier);
    story.staff.sort();
    story.go_to(MainState::replied);
    const auto pass = [&](const char* who) {
        return story.ask(story.next(K::review_passed, who, [](auto& e) { e.at_hub = true; }));
    };
    CHECK(pass("water.1") == F::handler_reviews);
    CHECK(pass("hub.dispatcher2") == accepted);
}

TEST_CASE("row 18: a suspension has a plan, a stage date within 90 days, and a person told",
          "[workflow]") {
    OrderStory story = at(MainState::in_progress);
    const auto suspend = [&](const OrderStory::Facts& facts) {
        WorkOrderEvent event = story.usual(K::suspended);
        facts(event);
        return story.ask(event);
    };
    CHECK(suspend([](auto& e) { e.words.clear(); }) == F::no_words);
    CHECK(suspend([](auto& e) { e.due_at.reset(); }) == F::no_instant);
    CHECK(suspend([](auto& e) { e.due_at = e.recorded_at; }) == F::not_later);
    CHECK(suspend([](auto& e) { e.due_at = e.recorded_at + 90 * day_ms + 1; }) == F::stage_too_far);
    CHECK(suspend([](auto& e) { e.due_at = e.recorded_at + 90 * day_ms; }) == accepted);
    CHECK(suspend([](auto& e) { e.told = false; }) == F::not_told);
    CHECK(suspend([](auto& e) { e.actor = "hub.dispatcher"; }) == F::no_post);
}

TEST_CASE("row 19: after thirty days only a false closing is reopened", "[workflow]") {
    OrderStory story = at(MainState::closed);
    story.now = *story.state().dates.closed_at + 30 * day_ms;
    CHECK(story.ask(story.next(K::reopened, "hub.supervisor", because)) == accepted);
    CHECK(story.ask(story.next(K::reopened, "hub.supervisor", because)) == F::reopen_too_late);
    CHECK(story.ask(story.next(K::reopened, "hub.supervisor",
                               [](auto& e) { e.reason = "false_close"; })) == accepted);
}
