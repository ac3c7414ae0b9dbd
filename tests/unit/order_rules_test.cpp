// What the rules find in an order: triggers T1 to T3, the ladder, escalation, the re-check's draw.
#include "schema/order_rules.hpp"

#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

using K = EventKind;
using F = GuardFailure;

namespace {

RuleFacts at(const OrderStory& story, std::int64_t now) {
    RuleFacts facts;
    facts.now = now;
    facts.settings = &story.settings;
    return facts;
}

/// The triggers found, as digits: "13".
std::string triggers(const OrderStory& story, const RuleFacts& facts) {
    std::string all;
    for (const Finding& one : findings(story.state(), facts)) {
        if (one.kind == K::watch_opened) all += std::to_string(one.level);
    }
    return all;
}

OrderStory of_enterprise() {
    OrderStory story;
    story.intake.enterprise = true;
    // 2026-03-02 10:00 in Beijing, a Monday.
    story.intake.registered_at = 1'772'416'800'000;
    story.now = story.intake.registered_at;
    return story;
}

/// Writes what is found, as the hub's program does.
void fire(OrderStory& story, const RuleFacts& facts) {
    for (const Finding& one : findings(story.state(), facts)) {
        CHECK(story.tell(story.next(one.kind, "hub.dispatcher", [&](auto& e) {
            e.at_hub = true;
            e.level = one.level;
            e.reason = one.rule;
            e.target = one.cause;
            e.due_at = one.objections_to;
            if (one.kind == K::watch_opened) e.person = "hub.supervisor";
        })) == std::nullopt);
    }
}

void end_watch(OrderStory& story, Ground ground, std::optional<F> wanted, const char* person = "",
               const char* who = "hub.supervisor") {
    CHECK(story.tell(K::watch_ended, who, [&](auto& e) {
        e.ground = ground;
        e.basis = person[0] == 0 ? "" : "依据";
        e.person = person;
    }) == wanted);
}

}  // namespace

TEST_CASE("T1: the first bad rating, by whatever way, once for ever", "[rules]") {
    OrderStory story = of_enterprise();
    story.go_to(MainState::visit_pending);
    CHECK(triggers(story, at(story, story.now)).empty());
    CHECK(story.tell(K::visited, "hub.visitor", [](auto& e) {
        e.method = ContactMethod::self_service;
        e.reached = true;
        e.grade = Grade::dissatisfied;
        e.reason = "slow";
    }) == std::nullopt);
    const RuleFacts now = at(story, story.now);
    CHECK(triggers(story, now) == "1");
    CHECK(findings(story.state(), now) == findings(story.state(), now));
    fire(story, now);
    CHECK(story.state().watched);
    CHECK(story.state().watch_owner == "hub.supervisor");
    CHECK(triggers(story, at(story, story.now)).empty());
    // The same said again, as by a hub that was put back, is one trigger.
    CHECK(story.tell(story.next(K::watch_opened, "hub.dispatcher", [](auto& e) {
        e.level = 1;
        e.person = "hub.leader";
    })) == std::nullopt);
    CHECK(story.state().triggers.size() == 1);
    CHECK(story.state().watch_owner == "hub.supervisor");
    // A station's word for it is none.
    CHECK(story.tell(story.next(K::watch_opened, "shg.1", [](auto& e) {
        e.at_hub = false;
        e.level = 3;
    })) == std::nullopt);
    CHECK(story.state().triggers.size() == 1);
}

TEST_CASE("T1 is about enterprises, and about ratings", "[rules]") {
    OrderStory story = of_enterprise();
    story.go_to(MainState::visit_pending);
    story.visit(Grade::fairly_satisfied);
    CHECK(triggers(story, at(story, story.now)).empty());
    story.intake.enterprise = false;
    story.visit(Grade::very_dissatisfied);
    CHECK(triggers(story, at(story, story.now)).empty());
}

TEST_CASE("T2: another appeal on the same matter; together with T3 if that is set", "[rules]") {
    OrderStory story = of_enterprise();
    RuleFacts facts = at(story, story.now);
    facts.same_matter = record_id(7);
    CHECK(triggers(story, facts) == "2");
    RuleFacts elsewhere = facts;
    elsewhere.matter_is_elsewhere = true;
    CHECK(triggers(story, elsewhere).empty());
    RuleFacts had = facts;
    had.matter_has_t2 = true;
    CHECK(triggers(story, had).empty());
    story.settings.t2_needs_t3 = true;
    CHECK(triggers(story, facts).empty());
    facts.now = t3_boundary(story.intake.registered_at, story.settings);
    CHECK(triggers(story, facts) == "2");
    facts.same_matter.reset();
    CHECK(triggers(story, facts).empty());  // T3 alone is none then.
}

TEST_CASE("T3: open at the end of day 7, or after 7 times 24 hours if that is set", "[rules]") {
    OrderStory story = of_enterprise();
    const std::int64_t start = story.intake.registered_at;
    const std::int64_t midnight = start + 7 * day_ms + 14 * hour_ms;  // 24:00 of March 9.
    CHECK(t3_boundary(start, story.settings) == midnight);
    CHECK(triggers(story, at(story, midnight - 1)).empty());
    CHECK(triggers(story, at(story, midnight)) == "3");
    story.settings.t3_by_hours = true;
    CHECK(t3_boundary(start, story.settings) == start + 7 * day_ms);
    CHECK(triggers(story, at(story, start + 7 * day_ms - 1)).empty());
    CHECK(triggers(story, at(story, start + 7 * day_ms)) == "3");
}

TEST_CASE("T3 asks whether it was open then: closed before and reopened later is none", "[rules]") {
    OrderStory story = of_enterprise();
    story.go_to(MainState::closed);
    const std::int64_t boundary = t3_boundary(story.intake.registered_at, story.settings);
    CHECK(triggers(story, at(story, boundary)).empty());
    story.now = boundary + day_ms;
    CHECK(story.tell(K::reopened, "hub.supervisor", [](auto& e) { e.reason = "false_close"; }) ==
          std::nullopt);
    CHECK(story.state().is_open());
    CHECK(triggers(story, at(story, story.now)).empty());
}

TEST_CASE("an extension does not stop T3, and is told", "[rules]") {
    OrderStory story = of_enterprise();
    story.settings.extension_cap_working_days = 30;
    story.go_to(MainState::in_progress);
    CHECK(story.tell(K::extension_asked, "water.1", [&](auto& e) {
        e.reason = "weather";
        e.due_at = story.now + 9 * day_ms;
    }) == std::nullopt);
    CHECK(story.tell(K::extension_granted, "hub.dispatcher", [](auto& e) { e.told = true; }) ==
          std::nullopt);
    const auto found = findings(story.state(), at(story, story.intake.registered_at + 8 * day_ms));
    REQUIRE(found.size() == 1);
    CHECK(found.front().level == 3);
    CHECK(found.front().extended);
}

TEST_CASE("A39: on the watch list no ordinary closing; exit as the rule says", "[rules]") {
    OrderStory story = of_enterprise();
    story.go_to(MainState::visit_pending);
    story.visit(Grade::dissatisfied);
    fire(story, at(story, story.now));
    CHECK(story.tell(K::rework, "hub.visitor") == std::nullopt);
    story.go_to(MainState::visit_pending);
    // A robot's good news is no human visit.
    CHECK(story.tell(K::visited, "hub.visitor", [](auto& e) {
        e.method = ContactMethod::robot;
        e.reached = true;
        e.grade = Grade::satisfied;
    }) == std::nullopt);
    CHECK(story.ask(story.usual(K::closed)) == F::on_watch);
    end_watch(story, Ground::satisfied, F::no_human_visit);
    story.visit(Grade::satisfied);
    CHECK(story.ask(story.usual(K::closed)) == F::on_watch);
    end_watch(story, Ground::satisfied, F::not_the_owner, "", "hub.visitor");
    end_watch(story, Ground::waived, F::no_ground);
    end_watch(story, Ground::satisfied, std::nullopt);
    end_watch(story, Ground::satisfied, F::not_the_owner, "", "hub.visitor");
    CHECK_FALSE(story.state().watched);
    CHECK(story.tell(story.usual(K::closed)) == std::nullopt);
}

TEST_CASE("A39: explained needs a basis and a leader's sign", "[rules]") {
    OrderStory story = of_enterprise();
    story.go_to(MainState::in_progress);
    fire(story, at(story, story.intake.registered_at + 9 * day_ms));
    REQUIRE(story.state().watched);
    end_watch(story, Ground::lawfully_unsolvable, F::no_basis);
    end_watch(story, Ground::lawfully_unsolvable, F::no_leader, "hub.replier");
    end_watch(story, Ground::lawfully_unsolvable, std::nullopt, "hub.leader");
    CHECK_FALSE(story.state().watched);
}

TEST_CASE("A39: the owner is replaced, never removed", "[rules]") {
    OrderStory story = of_enterprise();
    story.go_to(MainState::in_progress);
    CHECK(story.ask(story.next(K::watch_owner, "hub.supervisor",
                               [](auto& e) { e.person = "hub.replier"; })) == F::not_on_watch);
    fire(story, at(story, story.intake.registered_at + 9 * day_ms));
    CHECK(story.tell(K::watch_owner, "hub.supervisor") == F::no_owner);
    CHECK(story.tell(K::watch_owner, "hub.supervisor", [](auto& e) { e.person = "who left"; }) ==
          F::no_owner);
    CHECK(story.tell(K::watch_owner, "hub.supervisor", [](auto& e) { e.person = "hub.replier"; }) ==
          std::nullopt);
    CHECK(story.state().watch_owner == "hub.replier");
}

TEST_CASE("A40: an enterprise's order closes only after a person asked", "[rules]") {
    OrderStory story = of_enterprise();
    story.go_to(MainState::visit_pending);
    CHECK(story.tell(K::visited, "hub.visitor", [](auto& e) {
        e.method = ContactMethod::message;
        e.reached = true;
        e.grade = Grade::satisfied;
    }) == std::nullopt);
    CHECK(story.ask(story.usual(K::closed)) == F::no_human_visit);
    story.intake.enterprise = false;
    CHECK(story.ask(story.usual(K::closed)) == std::nullopt);
    story.intake.enterprise = true;
    story.visit(Grade::satisfied);
    CHECK(story.ask(story.usual(K::closed)) == std::nullopt);
}

TEST_CASE("A53: urged before the due, noticed after it, criticised if it goes on", "[rules]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    const std::int64_t due = story.now + 2 * day_ms;
    const auto step = [&](std::int64_t now) -> std::string {
        RuleFacts facts = at(story, now);
        facts.unit_due = due;
        std::string all;
        for (const Finding& one : findings(story.state(), facts))
            all += std::string(one.rule) + " ";
        return all;
    };
    CHECK(step(due - 25 * hour_ms).empty());
    CHECK(step(due - 24 * hour_ms) == "urge ");
    CHECK(step(due + 1) == "notice ");
    RuleFacts facts = at(story, due + 1);
    facts.unit_due = due;
    fire(story, facts);
    CHECK(story.state().supervision == 2);
    REQUIRE(story.state().notices.size() == 1);
    CHECK(step(due + 2).empty());
    // Five working days after the due, and the window for objections is over.
    CHECK(step(due + 5 * day_ms).empty());
    CHECK(step(due + 5 * day_ms + 1) == "criticism ");
    // Not while the unit's objection waits, and not after it was upheld.
    const RecordId notice = story.state().notices.front().event;
    story.now = due + day_ms;
    CHECK(story.tell(K::objected, "water.1", [&](auto& e) { e.target = notice; }) == F::no_reason);
    CHECK(story.tell(K::objected, "water.1", [&](auto& e) {
        e.target = notice;
        e.reason = "transit";
        e.words = "工单昨天才到";
    }) == std::nullopt);
    CHECK(step(due + 9 * day_ms).empty());
    CHECK(story.tell(K::objection_decided, "hub.supervisor", [&](auto& e) {
        e.target = notice;
        e.ruling = Ruling::void_event;
        e.reason = "transit";
    }) == std::nullopt);
    CHECK(story.state().supervision == 0);
    CHECK(step(due + 9 * day_ms).empty());
}

TEST_CASE("A53: an objection comes within its window, once", "[rules]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    RuleFacts facts = at(story, story.now + 4 * day_ms);
    facts.unit_due = story.now;
    story.now += 4 * day_ms;
    fire(story, facts);
    const SupervisionNotice notice = story.state().notices.front();
    const auto object = [&](std::int64_t when) {
        story.now = when;
        return story.ask(story.next(K::objected, "water.1", [&](auto& e) {
            e.target = notice.event;
            e.reason = "transit";
            e.words = "说明";
        }));
    };
    CHECK(object(*notice.objections_to + hour_ms) == F::objection_too_late);
    CHECK(object(*notice.objections_to - 3 * hour_ms) == std::nullopt);
    CHECK(story.ask(story.next(K::objection_decided, "hub.supervisor", [&](auto& e) {
        e.target = notice.event;
        e.ruling = Ruling::history;
        e.reason = "stands";
    })) == F::no_notice);
}

TEST_CASE("A26: a rule raises an order once for each level", "[rules]") {
    OrderStory story;
    const auto found = [&] {
        std::string all;
        for (const Finding& one : findings(story.state(), at(story, story.now))) {
            all += std::string(one.rule) + std::to_string(one.level) + " ";
        }
        return all;
    };
    story.settings.escalate_after_reworks = 2;
    for (int i = 0; i < 2; ++i) {
        story.go_to(MainState::visit_pending);
        story.visit(Grade::dissatisfied);
        CHECK(story.tell(K::rework, "hub.visitor") == std::nullopt);
    }
    CHECK(found() == "rework1 ");
    fire(story, at(story, story.now));
    CHECK(story.state().escalation == 1);
    CHECK(found().empty());
    CHECK(story.tell(story.next(K::first_contact, "water.1", [](auto& e) {
        e.method = ContactMethod::phone;
        e.reached = true;
    })) == std::nullopt);
    CHECK(story.tell(K::replied, "water.1", [](auto& e) {
        e.answer = "已修";
        e.solved = true;
    }) == F::no_leader);  // An escalated order's reply needs a leader.
}

TEST_CASE("an instruction to a unit that is no more is refused; the one meant answers", "[rules]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    const auto instruct = [&](const char* unit) {
        return story.tell(K::instruction, "hub.leader", [&](auto& e) {
            e.unit = unit;
            e.words = "尽快";
        });
    };
    CHECK(instruct("OLD") == F::unit_retired);
    CHECK(instruct("NONE") == F::unit_unknown);
    CHECK(instruct("PARKS") == std::nullopt);
    const RecordId task = story.state().instructions.front().event;
    const auto answer = [&](const char* who) {
        return story.ask(story.next(K::instruction_done, who, [&](auto& e) {
            e.target = task;
            e.words = "已办";
        }));
    };
    CHECK(answer("roads.1") == F::not_handling_unit);
    CHECK(answer("parks.1") == std::nullopt);
}

TEST_CASE("the re-check's sample follows from its seed alone", "[rules]") {
    std::vector<RecordId> closed;
    for (std::uint64_t i = 0; i < 200; ++i) closed.push_back(record_id(i));
    const auto drawn = recheck_sample(closed, 20260301, 10);
    CHECK(drawn.size() == 20);
    std::vector<RecordId> other = closed;
    std::ranges::reverse(other);
    other.push_back(closed.front());
    CHECK(recheck_sample(other, 20260301, 10) == drawn);
    CHECK(recheck_sample(closed, 20260302, 10) != drawn);
    CHECK(recheck_sample(closed, 1, 100).size() == 200);
    CHECK(recheck_sample({record_id(1)}, 1, 1).size() == 1);  // Rounded up.
    CHECK(recheck_sample({}, 1, 10).empty());
    // Over many seeds each is drawn about as often as the others.
    std::map<RecordId, int> often;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        for (const RecordId& id : recheck_sample(closed, seed, 10)) ++often[id];
    }
    CHECK(often.size() == 200);
    for (const auto& [id, count] : often) CHECK((count > 12 && count < 80));
}
