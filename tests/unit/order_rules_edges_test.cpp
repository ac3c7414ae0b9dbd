// Each line of the rules, of the watch list's guards and of objections, at the edge where it
// matters: every test here fails when its line is taken out.
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

/// What is found, by rule and level: "watch1 notice2".
std::string found(const OrderStory& story, const RuleFacts& facts) {
    std::string all;
    for (const Finding& one : findings(story.state(), facts)) {
        const std::string rule{one.kind == K::watch_opened ? "watch" : one.rule};
        all += (all.empty() ? "" : " ") + rule + std::to_string(one.level);
    }
    return all;
}

OrderStory of_enterprise() {
    OrderStory story;
    story.intake.enterprise = true;
    return story;
}

void write(OrderStory& story, const Finding& one, const char* person = "hub.supervisor") {
    CHECK(story.tell(story.next(one.kind, "hub.dispatcher", [&](auto& e) {
        e.level = one.level;
        e.reason = one.rule;
        e.target = one.cause;
        e.due_at = one.objections_to;
        if (one.kind == K::watch_opened) e.person = person;
        if (one.kind == K::ladder_step) e.unit = "WATER";
    })) == std::nullopt);
}

/// Writes all that is found, as the hub's program does.
void fire(OrderStory& story, const RuleFacts& facts) {
    for (const Finding& one : findings(story.state(), facts)) write(story, one);
}

/// On the watch list by T3, with its unit.
OrderStory watched() {
    OrderStory story = of_enterprise();
    story.go_to(MainState::in_progress);
    fire(story, at(story, story.intake.registered_at + 9 * day_ms));
    REQUIRE(story.state().watched);
    return story;
}

std::optional<F> end_watch(OrderStory& story, Ground ground, const char* who = "hub.supervisor") {
    return story.tell(K::watch_ended, who, [&](auto& e) { e.ground = ground; });
}

/// With its unit; its notice was written so that the unit may object to it now.
OrderStory noticed(std::int64_t after_due = 1) {
    OrderStory story;
    story.go_to(MainState::in_progress);
    const std::int64_t due = story.now;
    story.now = due + after_due;
    RuleFacts facts = at(story, story.now);
    facts.unit_due = due;
    fire(story, facts);
    REQUIRE(story.state().notices.size() == 1);
    return story;
}

RecordId notice_of(const OrderStory& story) { return story.state().notices.front().event; }

std::optional<F> object(OrderStory& story, const char* who = "water.1",
                        const char* words = "工单昨天才到") {
    const RecordId notice = notice_of(story);
    return story.tell(K::objected, who, [&](auto& e) {
        e.target = notice;
        e.reason = "transit";
        e.words = words;
    });
}

std::optional<F> decide(OrderStory& story, Ruling ruling, const char* reason = "stands",
                        const char* who = "hub.supervisor") {
    const RecordId notice = notice_of(story);
    return story.tell(K::objection_decided, who, [&](auto& e) {
        e.target = notice;
        e.ruling = ruling;
        e.reason = reason;
    });
}

}  // namespace

TEST_CASE("T1 counts no visit of which a person said that another one counts", "[rules]") {
    OrderStory story = of_enterprise();
    story.go_to(MainState::visit_pending);
    story.visit(Grade::very_dissatisfied);
    story.visit(Grade::satisfied);
    REQUIRE(story.state().visits.size() == 2);
    CHECK(found(story, at(story, story.now)) == "watch1");
    const RecordId good = story.state().visits.back().event;
    CHECK(story.tell(K::event_ruling, "hub.supervisor", [&](auto& e) {
        e.target = good;
        e.ruling = Ruling::counts;
        e.reason = "misheard";
    }) == std::nullopt);
    CHECK(found(story, at(story, story.now)).empty());
}

TEST_CASE("a void order triggers nothing", "[rules]") {
    OrderStory story = of_enterprise();
    story.go_to(MainState::visit_pending);
    story.visit(Grade::dissatisfied);
    REQUIRE(found(story, at(story, story.now)) == "watch1");
    CHECK(story.tell(K::void_proposed, "hub.supervisor", [](auto& e) { e.reason = "test"; }) ==
          std::nullopt);
    CHECK(story.tell(K::voided, "hub.dispatcher", [](auto& e) { e.reason = "test"; }) ==
          std::nullopt);
    CHECK(found(story, at(story, story.now)).empty());
}

TEST_CASE("a later trigger leaves the owner, and asks for a visit since then", "[rules]") {
    OrderStory story = watched();
    CHECK(story.tell(K::watch_owner, "hub.supervisor", [](auto& e) { e.person = "hub.replier"; }) ==
          std::nullopt);
    story.go_to(MainState::visit_pending);
    story.visit(Grade::satisfied);
    // The same matter again, known only after that visit.
    story.now += day_ms;
    RuleFacts facts = at(story, story.now);
    facts.same_matter = record_id(7);
    const auto again = findings(story.state(), facts);
    REQUIRE(again.size() == 1);
    write(story, again.front(), "hub.leader");
    CHECK(story.state().watch_owner == "hub.replier");
    CHECK(end_watch(story, Ground::satisfied, "hub.replier") == F::no_human_visit);
    story.visit(Grade::satisfied);
    CHECK(end_watch(story, Ground::satisfied, "hub.replier") == std::nullopt);
}

TEST_CASE("the exit from the watch list is earned", "[rules]") {
    SECTION("by an order that is on it") {
        OrderStory story = of_enterprise();
        story.go_to(MainState::in_progress);
        CHECK(end_watch(story, Ground::satisfied, "hub.leader") == F::not_on_watch);
    }
    SECTION("with a visit") {
        OrderStory story = watched();
        CHECK(end_watch(story, Ground::satisfied) == F::no_visit);
    }
    SECTION("with one that was satisfied") {
        OrderStory story = watched();
        story.go_to(MainState::visit_pending);
        story.visit(Grade::dissatisfied);
        CHECK(end_watch(story, Ground::satisfied) == F::dissatisfied);
    }
}

TEST_CASE("an order on the watch list is not closed as a repeat, nor archived", "[rules]") {
    SECTION("closed as a repeat") {
        OrderStory story = of_enterprise();
        story.go_to(MainState::triage);
        fire(story, at(story, story.intake.registered_at + 9 * day_ms));
        REQUIRE(story.state().watched);
        const auto close = [&] {
            return story.ask(story.next(K::closed, "hub.dispatcher", [](auto& e) {
                e.target = record_id(9);
                e.ground = Ground::unreasonable;
                e.basis = "依据";
                e.answer = "与上件相同";
                e.person = "hub.supervisor";
                e.told = true;
            }));
        };
        CHECK(close() == F::on_watch);
        CHECK(story.tell(K::watch_ended, "hub.leader", [](auto& e) {
            e.ground = Ground::unreasonable;
            e.basis = "依据";
        }) == std::nullopt);
        CHECK(close() != F::on_watch);
    }
    SECTION("archived") {
        OrderStory story = of_enterprise();
        story.go_to(MainState::visit_pending);
        story.visit(Grade::satisfied);
        CHECK(story.tell(story.usual(K::closed)) == std::nullopt);
        RuleFacts facts = at(story, story.now);
        facts.same_matter = record_id(7);
        fire(story, facts);
        CHECK(story.ask(story.next(K::archived, "hub.recorder")) == F::on_watch);
    }
}

TEST_CASE("the ladder is climbed at a unit only, urging once, and not at all if that is set",
          "[rules]") {
    OrderStory story;
    story.go_to(MainState::in_progress);
    RuleFacts facts = at(story, story.now);
    facts.unit_due = story.now + hour_ms;
    const auto urged = findings(story.state(), facts);
    REQUIRE(urged.size() == 1);
    CHECK(urged.front().rule == "urge");
    // Urging is no reproach: there is nothing to object to.
    CHECK_FALSE(urged.front().objections_to.has_value());
    SECTION("once") {
        fire(story, facts);
        CHECK(found(story, facts).empty());
    }
    SECTION("also when it is written again") {
        write(story, urged.front());
        write(story, urged.front());
        CHECK(story.state().notices.size() == 1);
    }
    SECTION("not when it is switched off") {
        story.settings.urge_before_hours = 0;
        facts.now = *facts.unit_due;
        CHECK(found(story, facts).empty());
    }
    SECTION("not when the unit has done its part") {
        story.go_to(MainState::visit_pending);
        facts.now = *facts.unit_due + 30 * day_ms;
        CHECK(found(story, facts).empty());
    }
}

TEST_CASE("criticism comes once, and never while the unit may still object", "[rules]") {
    // The hub was off: its notice comes when the days for criticism are over already.
    OrderStory story = noticed(9 * day_ms);
    const SupervisionNotice notice = story.state().notices.front();
    REQUIRE(notice.objections_to.has_value());
    RuleFacts facts = at(story, *notice.objections_to);
    facts.unit_due = notice.at;
    CHECK(found(story, facts).empty());
    facts.now = *notice.objections_to + 30 * day_ms;
    CHECK(found(story, facts) == "criticism3");
    fire(story, facts);
    CHECK(story.state().supervision == 3);
    CHECK(found(story, facts).empty());
}

TEST_CASE("an objection says why, comes once, and is decided by somebody else, with a reason",
          "[rules]") {
    OrderStory story = noticed();
    CHECK(decide(story, Ruling::history) == F::no_notice);
    CHECK(object(story, "water.1", "") == F::no_words);
    CHECK(object(story) == std::nullopt);
    CHECK(object(story) == F::no_notice);
    CHECK(decide(story, Ruling::counts) == F::wrong_ruling);
    CHECK(decide(story, Ruling::history, "") == F::no_reason);
    CHECK(decide(story, Ruling::history) == std::nullopt);
    CHECK(story.state().supervision == 2);
    CHECK_FALSE(story.state().notices.front().withdrawn);
}

TEST_CASE("who objected does not decide", "[rules]") {
    OrderStory story;
    story.staff.add_staff("water.chief", "WATER");
    story.staff.add_post("water.chief", Post::supervisor);
    story.staff.sort();
    story.go_to(MainState::in_progress);
    RuleFacts facts = at(story, story.now + 1);
    facts.unit_due = story.now;
    fire(story, facts);
    CHECK(object(story, "water.chief") == std::nullopt);
    const RecordId notice = notice_of(story);
    const auto decided_by = [&](const char* who) {
        return story.ask(story.next(K::objection_decided, who, [&](auto& e) {
            e.at_hub = true;
            e.target = notice;
            e.ruling = Ruling::void_event;
            e.reason = "stands";
        }));
    };
    CHECK(decided_by("water.chief") == F::same_person);
    CHECK(decided_by("hub.supervisor") == std::nullopt);
}

TEST_CASE("who moves on by the hub's own fixing of the lead is not escalated for it", "[rules]") {
    OrderStory story;
    story.settings.escalate_after_transfers = 1;
    story.settings.returns_fixing_lead = 1;
    story.go_to(MainState::in_progress);
    CHECK(story.tell(story.usual(K::return_asked)) == std::nullopt);
    CHECK(story.tell(K::return_upheld, "hub.dispatcher", [](auto& e) { e.reason = "right"; }) ==
          std::nullopt);
    CHECK(found(story, at(story, story.now)) == "transfer1");
    CHECK(story.tell(K::dispatched, "hub.dispatcher", [](auto& e) { e.unit = "ROADS"; }) ==
          std::nullopt);
    REQUIRE(story.state().lead_fixed);
    CHECK(found(story, at(story, story.now)).empty());
}

TEST_CASE("a level that a rule raised the order to is told once", "[rules]") {
    OrderStory story;
    story.settings.escalate_after_transfers = 1;
    story.go_to(MainState::in_progress);
    CHECK(story.tell(K::reassigned, "hub.dispatcher", [](auto& e) {
        e.unit = "ROADS";
        e.reason = "duty";
    }) == std::nullopt);
    const auto raised = findings(story.state(), at(story, story.now));
    REQUIRE(raised.size() == 1);
    write(story, raised.front());
    write(story, raised.front());
    CHECK(story.state().rule_escalations.size() == 1);
}

TEST_CASE("the sample draws each order once, wherever it stands twice", "[rules]") {
    std::vector<RecordId> closed;
    for (std::uint64_t i = 0; i < 50; ++i) closed.push_back(record_id(i));
    std::vector<RecordId> twice = closed;
    std::ranges::reverse(twice);
    twice.insert(twice.end(), closed.begin(), closed.end());
    CHECK(recheck_sample(twice, 7, 100).size() == 50);
}
