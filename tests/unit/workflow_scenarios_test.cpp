// Stories of rows A01 to A57 that need nothing but the life cycle.
#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

using K = EventKind;
using F = GuardFailure;

namespace {

constexpr auto accepted = std::nullopt;

void because(WorkOrderEvent& event) { event.reason = "reason"; }

}  // namespace

TEST_CASE("A05: no order is closed without a reply to the person", "[workflow]") {
    for (const MainState from :
         {MainState::received, MainState::triage, MainState::dispatched, MainState::in_progress,
          MainState::return_pending, MainState::replied, MainState::suspended}) {
        OrderStory story;
        story.go_to(from);
        CHECK(story.tell(story.usual(K::closed)) == F::wrong_state);
        CHECK(story.state().main == from);
    }
}

TEST_CASE("A11: every order names the holder of each post", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    const auto name = [&](Post post, const char* person) {
        return story.tell(K::assigned, "hub.supervisor", [&](auto& e) {
            e.post = post;
            e.person = person;
        });
    };
    CHECK(name(Post::visitor, "hub.dispatcher") == F::not_a_holder);
    CHECK(name(Post::visitor, "water.visitor") == F::handler_visits);
    CHECK(name(Post::leader, "hub.leader") == F::not_a_holder);
    CHECK(name(Post::none, "hub.leader") == F::not_a_holder);
    CHECK(name(Post::visitor, "shg.visitor") == accepted);
    CHECK(name(Post::supervisor, "hub.supervisor") == accepted);
    CHECK(name(Post::replier, "hub.replier") == accepted);
    const OrderState state = story.state();
    for (const Post post : {Post::dispatcher, Post::supervisor, Post::replier, Post::visitor}) {
        CHECK_FALSE(state.holders[static_cast<std::size_t>(post)].empty());
    }
    CHECK(state.holders[static_cast<std::size_t>(Post::visitor)] == "shg.visitor");
}

TEST_CASE("A20: the lead unit cannot reply while a co-unit's task is open", "[workflow]") {
    OrderStory story;
    story.tell(story.usual(K::triaged));
    const auto dispatch = [&](std::vector<std::string> co_units) {
        return story.tell(K::dispatched, "hub.dispatcher", [&](auto& e) {
            e.unit = "WATER";
            e.co_units = std::move(co_units);
        });
    };
    CHECK(dispatch({"WATER"}) == F::unit_twice);
    CHECK(dispatch({"ROADS", "ROADS"}) == F::unit_twice);
    CHECK(dispatch({"OLD"}) == F::unit_retired);
    CHECK(dispatch({"ROADS"}) == accepted);
    story.tell(story.usual(K::signed_for));
    story.tell(story.usual(K::first_contact));
    const auto add = [&](const char* unit) {
        return story.tell(K::unit_added, "hub.dispatcher", [&](auto& e) { e.unit = unit; });
    };
    CHECK(add("ROADS") == F::unit_twice);
    CHECK(add("WATER") == F::unit_twice);
    CHECK(add("PARKS") == accepted);
    const auto done = [&](const char* who) {
        return story.tell(K::co_task_done, who, [](auto& e) { e.words = "已完成"; });
    };
    CHECK(story.tell(story.usual(K::replied)) == F::co_tasks_open);
    CHECK(done("water.1") == F::no_co_task);
    CHECK(story.tell(K::co_task_done, "roads.1") == F::no_words);
    CHECK(done("roads.1") == accepted);
    CHECK(done("roads.1") == F::no_co_task);
    CHECK(story.tell(story.usual(K::replied)) == F::co_tasks_open);
    CHECK(done("parks.1") == accepted);
    CHECK(story.tell(story.usual(K::replied)) == accepted);
}

TEST_CASE("A35: transfers inside neither change the registration nor open a round", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    for (const char* unit : {"ROADS", "PARKS", "WATER"}) {
        CHECK(story.tell(K::reassigned, "hub.dispatcher", [&](auto& e) {
            e.unit = unit;
            e.reason = "reason";
        }) == accepted);
        CHECK(story.main() == "dispatched");
    }
    const OrderState state = story.state();
    CHECK(state.registered_at() == story.intake.registered_at);
    CHECK(state.round == 1);
    CHECK(state.past_leads == std::vector<std::string>{"WATER", "ROADS", "PARKS"});
    CHECK(state.lead_unit == "WATER");
    // The unit's own clock starts anew; the first dispatch is remembered.
    CHECK(*state.dates.dispatched_at < *state.dates.unit_dispatched_at);
    CHECK(state.rounds.back().dispatched_at == state.dates.unit_dispatched_at);
}

TEST_CASE("B8: two upheld send-backs, and the hotline fixes the lead", "[workflow]") {
    OrderStory story;
    for (int i = 0; i < 2; ++i) {
        story.go_to(MainState::return_pending);
        CHECK(story.tell(K::return_upheld, "hub.dispatcher", because) == accepted);
    }
    story.go_to(MainState::dispatched);
    CHECK(story.state().lead_fixed);
    CHECK(story.tell(story.usual(K::return_asked)) == F::lead_fixed);
    const auto reassign = [&](const char* signer) {
        return story.tell(K::reassigned, "hub.dispatcher", [&](auto& e) {
            e.unit = "ROADS";
            e.reason = "reason";
            e.person = signer;
        });
    };
    CHECK(reassign("") == F::lead_fixed);
    CHECK(story.ask(story.next(K::reassigned, "hub.dispatcher", [](auto& e) {
        e.unit = "WATER";
        e.reason = "reason";
    })) == F::unit_twice);
    CHECK(reassign("hub.leader") == accepted);
}

TEST_CASE("a signature for an order that was reassigned meanwhile is kept as a conflict",
          "[workflow]") {
    OrderStory story;
    story.go_to(MainState::dispatched);
    WorkOrderEvent late = story.usual(K::signed_for);
    CHECK(story.ask(late) == accepted);
    story.tell(K::reassigned, "hub.dispatcher", [](auto& e) {
        e.unit = "ROADS";
        e.reason = "reason";
    });
    late.id = record_id(5);
    CHECK(story.tell(late) == F::not_lead_unit);
    REQUIRE(story.state().conflicts.size() == 1);
    CHECK(story.state().conflicts.begin()->first == late.id);
    CHECK(story.tell(K::signed_for, "roads.1") == accepted);

    const auto rule = [&](const char* who, Ruling ruling) {
        return story.tell(K::event_ruling, who, [&](auto& e) {
            e.target = late.id;
            e.ruling = ruling;
        });
    };
    CHECK(rule("hub.supervisor", Ruling::none) == F::wrong_ruling);
    CHECK(story.tell(K::event_ruling, "hub.supervisor",
                     [](auto& e) { e.ruling = Ruling::void_event; }) == F::no_target);
    CHECK(rule("hub.visitor", Ruling::history) == F::no_post);
    CHECK(rule("hub.supervisor", Ruling::counts) == F::no_target);
    CHECK(rule("hub.supervisor", Ruling::history) == accepted);
    const OrderState state = story.state();
    CHECK_FALSE(state.conflicts.contains(late.id));
    CHECK(state.verdicts[3].ruling == Ruling::history);
    CHECK(rule("hub.supervisor", Ruling::history) == F::no_target);
}

TEST_CASE("A02: the unit that took over from a retired one finishes its orders", "[workflow]") {
    OrderStory story;
    const std::int64_t merger = story.now + 3 * hour_ms;
    story.staff.add_unit("TOWN", {INT64_MIN, merger}, "ROADS");
    story.staff.add_staff("town.1", "TOWN", {INT64_MIN, merger});
    story.staff.sort();
    story.tell(story.usual(K::triaged));
    CHECK(story.tell(K::dispatched, "hub.dispatcher", [](auto& e) { e.unit = "TOWN"; }) ==
          accepted);
    CHECK(story.tell(K::signed_for, "roads.1") == F::not_lead_unit);  // Not yet.
    story.now = merger + hour_ms;
    CHECK(story.tell(K::signed_for, "town.1") == F::unknown_actor);
    CHECK(story.tell(K::signed_for, "roads.1") == accepted);
    CHECK(story.tell(K::first_contact, "roads.1", [](auto& e) {
        e.method = ContactMethod::phone;
        e.reached = true;
    }) == accepted);
    CHECK(story.tell(K::replied, "roads.1", [](auto& e) {
        e.solved = true;
        e.answer = "已修";
    }) == accepted);
    CHECK(story.tell(story.usual(K::review_passed)) == accepted);
    CHECK(story.ask(story.next(K::visited, "roads.visitor", [](auto& e) {
        e.method = ContactMethod::phone;
        e.reached = true;
        e.grade = Grade::satisfied;
    })) == F::handler_visits);
}

TEST_CASE("a circle in the register of units holds nobody up", "[workflow]") {
    OrderStory story;
    story.staff.add_unit("X", {INT64_MIN, 0}, "Y");
    story.staff.add_unit("Y", {INT64_MIN, 0}, "X");
    story.staff.sort();
    story.intake.home_unit = "X";
    CHECK(story.tell(K::withdrawn, "shg.1", because) == F::not_home_station);
}

TEST_CASE("an instruction closes only with feedback, and the order not before", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::visit_pending);
    CHECK(story.tell(K::instruction, "hub.leader") == F::no_words);
    CHECK(story.tell(K::instruction, "hub.supervisor", [](auto& e) { e.words = "速办"; }) ==
          F::no_post);
    WorkOrderEvent instruction = story.next(K::instruction, "hub.leader", [](auto& e) {
        e.words = "三日内报结果";
        e.due_at = e.recorded_at + 3 * day_ms;
    });
    CHECK(story.tell(instruction) == accepted);
    story.visit(Grade::satisfied);
    CHECK(story.tell(story.usual(K::closed)) == F::instruction_open);
    const auto answer = [&](std::optional<RecordId> target, const char* words) {
        return story.tell(K::instruction_done, "water.1", [&](auto& e) {
            e.target = target;
            e.words = words;
        });
    };
    CHECK(answer(std::nullopt, "已办") == F::no_target);
    CHECK(answer(record_id(3), "已办") == F::no_target);
    CHECK(answer(instruction.id, "") == F::no_words);
    CHECK(story.ask(story.next(K::instruction_done, "roads.1", [&](auto& e) {
        e.target = instruction.id;
        e.words = "已办";
    })) == F::not_handling_unit);
    CHECK(answer(instruction.id, "已办") == accepted);
    CHECK(answer(instruction.id, "已办") == F::no_target);
    CHECK(story.tell(story.usual(K::closed)) == accepted);
}

TEST_CASE("supervision and escalation only rise", "[workflow]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    const auto at_level = [&](EventKind kind, int level) {
        return story.tell(kind, "hub.supervisor", [&](auto& e) {
            e.level = static_cast<std::uint8_t>(level);
            e.reason = "overdue";
        });
    };
    CHECK(at_level(K::supervised, 0) == F::level_not_higher);
    CHECK(at_level(K::supervised, 4) == F::level_not_higher);
    CHECK(at_level(K::supervised, 2) == accepted);
    CHECK(at_level(K::supervised, 1) == accepted);  // Another urge.
    CHECK(story.state().supervision == 2);
    CHECK(at_level(K::escalated, 2) == accepted);
    CHECK(story.tell(K::escalated, "hub.visitor", [](auto& e) { e.level = 3; }) == F::no_post);
    CHECK(at_level(K::escalated, 2) == F::level_not_higher);
    CHECK(at_level(K::escalated, 4) == F::level_not_higher);
    CHECK(story.state().escalation == 2);
}

TEST_CASE("row 12: a granted extension is the order's and outlives a change of hands",
          "[workflow]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    story.tell(story.usual(K::extension_asked));
    story.tell(K::extension_granted, "hub.dispatcher", [](auto& e) { e.told = true; });
    CHECK(story.state().extended_due_at());
    story.tell(K::reassigned, "hub.dispatcher", [](auto& e) {
        e.unit = "ROADS";
        e.reason = "reason";
    });
    CHECK(story.state().extended_due_at());
    CHECK(story.state().extensions.size() == 1);
    // One on the order: the next unit's second one needs a leader.
    story.tell(K::signed_for, "roads.1");
    CHECK(story.tell(K::extension_asked, "roads.1", [&](auto& e) {
        e.reason = "parts";
        e.due_at = story.now + 6 * day_ms;
    }) == std::nullopt);
    const auto grant = [](auto& e) { e.told = true; };
    CHECK(story.tell(K::extension_granted, "hub.dispatcher", grant) == F::no_leader);
    // What was asked for and not decided goes with the unit that asked.
    story.tell(K::reassigned, "hub.dispatcher", [](auto& e) {
        e.unit = "PARKS";
        e.reason = "reason";
    });
    CHECK(story.tell(K::extension_granted, "hub.dispatcher", grant) == F::no_extension_asked);
}

TEST_CASE("row 12: a superior's limit is not the district's to extend", "[workflow]") {
    class WithLimit final : public PlainDeadlines {
    public:
        std::optional<std::int64_t> superior_limit(const OrderState& state,
                                                   std::int64_t) const override {
            return state.intake.ext_due_at;
        }
    } deadlines;
    OrderStory story;
    story.settings.deadlines = &deadlines;
    story.go_to(MainState::in_progress);
    const std::int64_t sent = *story.state().dates.unit_dispatched_at;
    const auto ask = [&](int days) {
        return story.ask(story.next(K::extension_asked, "water.1", [&](auto& e) {
            e.reason = "parts";
            e.due_at = sent + days * day_ms;
        }));
    };
    CHECK(ask(6) == std::nullopt);
    story.intake.ext_due_at = sent + 5 * day_ms;
    CHECK(ask(6) == F::past_external);
    CHECK(ask(5) == std::nullopt);
    // Earlier than the unit's own due: nothing would be gained by any.
    story.intake.ext_due_at = sent + day_ms;
    CHECK(ask(4) == F::past_external);
}

TEST_CASE("A11: who asked does not decide, and each unit calls for itself", "[workflow]") {
    OrderStory story;
    for (const Post post : {Post::dispatcher, Post::visitor}) story.staff.add_post("water.1", post);
    story.staff.sort();
    story.go_to(MainState::in_progress);
    const auto at_hub = [](auto& e) {
        e.reason = "reason";
        e.told = true;
        e.at_hub = true;
    };
    story.tell(story.usual(K::first_contact));
    story.tell(story.usual(K::extension_asked));
    CHECK(story.ask(story.next(K::extension_granted, "water.1", at_hub)) == F::same_person);
    CHECK(story.ask(story.next(K::extension_refused, "water.1", at_hub)) == F::same_person);
    story.tell(K::extension_refused, "hub.dispatcher", at_hub);
    story.tell(story.usual(K::return_asked));
    CHECK(story.ask(story.next(K::return_upheld, "water.1", at_hub)) == F::same_person);
    CHECK(story.ask(story.next(K::return_refused, "water.1", at_hub)) == F::same_person);
    story.tell(K::return_upheld, "hub.dispatcher", at_hub);
    story.tell(K::dispatched, "hub.dispatcher", [](auto& e) { e.unit = "ROADS"; });
    story.tell(K::signed_for, "roads.1");
    const auto reply = [](auto& e) {
        e.solved = true;
        e.answer = "已办";
    };
    CHECK(story.ask(story.next(K::replied, "roads.1", reply)) == F::no_contact);
    story.tell(K::first_contact, "roads.1", [](auto& e) {
        e.method = ContactMethod::phone;
        e.reached = true;
    });
    CHECK(story.tell(K::replied, "roads.1", reply) == std::nullopt);
    story.tell(story.usual(K::review_passed));
    // WATER signed and called: nobody of it visits, though it sent the order back.
    const auto ask = [&](const char* who) {
        return story.ask(story.next(K::visited, who, [](auto& e) {
            e.method = ContactMethod::phone;
            e.reached = true;
            e.grade = Grade::satisfied;
        }));
    };
    CHECK(ask("water.visitor") == F::handler_visits);
    CHECK(ask("hub.visitor") == std::nullopt);
}

TEST_CASE("an instruction on an order that a station closed meanwhile is answered by a supervisor",
          "[workflow]") {
    OrderStory story;
    const WorkOrderEvent instruction =
        story.next(K::instruction, "hub.leader", [](auto& e) { e.words = "速办"; });
    story.tell(instruction);
    CHECK(story.tell(story.usual(K::closed_onsite)) == accepted);
    story.settings.onsite_sample_percent = 0;
    CHECK(story.ask(story.usual(K::archived)) == F::instruction_open);
    CHECK(story.tell(K::instruction_done, "hub.supervisor", [&](auto& e) {
        e.target = instruction.id;
        e.words = "已当场办结";
    }) == accepted);
    CHECK(story.ask(story.next(K::archived, "hub.visitor")) == F::no_post);
    CHECK(story.tell(story.usual(K::archived)) == accepted);
}
