#include "tests/support/order_story.hpp"

#include "tests/support/dice.hpp"

#include <catch2/catch.hpp>

#include <utility>

namespace jiuying::test {

using namespace jiuying::schema;
using K = EventKind;

std::optional<std::int64_t> PlainDeadlines::unit_due(const OrderState& state, std::int64_t) const {
    if (state.rounds.empty() || !state.rounds.back().dispatched_at) return std::nullopt;
    std::int64_t due = 0;
    if (__builtin_add_overflow(*state.rounds.back().dispatched_at, 3 * day_ms, &due)) {
        return std::nullopt;
    }
    return due;
}

std::int64_t PlainDeadlines::working_days_after(std::int64_t start, std::uint32_t days,
                                                std::int64_t) const {
    std::int64_t end = 0;
    return __builtin_add_overflow(start, days * day_ms, &end) ? INT64_MAX : end;
}

RecordId record_id(std::uint64_t number) {
    RecordId id;
    for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return id;
}

OrderStory::OrderStory() {
    settings.deadlines = &deadlines_;
    for (const auto* unit : {"HUB", "SHG01", "WATER", "ROADS", "PARKS"}) staff.add_unit(unit);
    staff.add_unit("OLD", {INT64_MIN, 0}, "ROADS");
    const auto add = [&](const char* person, const char* unit, Post post) {
        staff.add_staff(person, unit);
        if (post != Post::none) staff.add_post(person, post);
    };
    add("hub.dispatcher", "HUB", Post::dispatcher);
    add("hub.dispatcher2", "HUB", Post::dispatcher);
    add("hub.supervisor", "HUB", Post::supervisor);
    add("hub.replier", "HUB", Post::replier);
    add("hub.visitor", "HUB", Post::visitor);
    add("hub.leader", "HUB", Post::leader);
    add("hub.recorder", "HUB", Post::recorder);
    add("shg.1", "SHG01", Post::none);
    add("shg.visitor", "SHG01", Post::visitor);
    add("water.1", "WATER", Post::none);
    add("water.2", "WATER", Post::none);
    add("water.visitor", "WATER", Post::visitor);
    add("water.leader", "WATER", Post::leader);
    add("roads.1", "ROADS", Post::none);
    add("roads.visitor", "ROADS", Post::visitor);
    add("parks.1", "PARKS", Post::none);
    staff.add_delegation("SHG01", "0101");
    staff.sort();

    intake.id = record_id(1);
    intake.home_unit = "SHG01";
    intake.recorder = "shg.1";
    intake.registered_at = 1'790'000'000'000;
    intake.received_at = intake.registered_at + hour_ms;
    intake.type = AppealType::complaint;
    intake.category = "0101@2026";
    intake.has_phone = true;
    now = intake.registered_at + 2 * hour_ms;
}

WorkOrderEvent OrderStory::next(EventKind kind, std::string_view actor, const Facts& facts) {
    WorkOrderEvent event;
    event.id = record_id(next_id_++);
    event.kind = kind;
    event.actor = actor;
    event.at_hub = staff.unit_of(actor, now) == "HUB";
    event.recorded_at = now;
    event.happened_at = now;
    now += hour_ms;
    if (facts) facts(event);
    return event;
}

std::optional<GuardFailure> OrderStory::ask(const WorkOrderEvent& event) const {
    return may(state(), event, staff, settings);
}

std::optional<GuardFailure> OrderStory::tell(const WorkOrderEvent& event) {
    const OrderState before = state();
    const auto asked = may(before, event, staff, settings);
    events_.push_back(event);
    const OrderState after = state();
    CHECK(after.verdicts.back().refused == asked);
    CHECK(broken_law(after) == "");
    if (asked) CHECK(without_verdicts(after) == without_verdicts(before));
    return asked;
}

std::optional<GuardFailure> OrderStory::tell(EventKind kind, std::string_view actor,
                                             const Facts& facts) {
    return tell(next(kind, actor, facts));
}

OrderState OrderStory::state() const { return fold(intake, events_, staff, settings); }

WorkOrderEvent OrderStory::usual(EventKind kind) {
    switch (kind) {
        case K::triaged:
            return next(kind, "hub.dispatcher", [](auto& e) { e.complexity = Complexity::simple; });
        case K::dispatched: return next(kind, "hub.dispatcher", [](auto& e) { e.unit = "WATER"; });
        case K::signed_for: return next(kind, "water.1");
        case K::first_contact:
            return next(kind, "water.1", [](auto& e) {
                e.method = ContactMethod::phone;
                e.reached = true;
            });
        case K::replied:
            return next(kind, "water.1", [](auto& e) {
                e.solved = true;
                e.answer = "水管已修好";
            });
        case K::return_asked:
            return next(kind, "water.1", [](auto& e) {
                e.reason = "not_ours";
                e.basis = "职责清单第三条";
            });
        case K::extension_asked:
            return next(kind, "water.1", [&](auto& e) {
                e.reason = "parts";
                e.due_at = state().dates.unit_dispatched_at.value_or(0) + 5 * day_ms;
            });
        case K::suspended:
            return next(kind, "hub.leader", [](auto& e) {
                e.words = "明年改造";
                e.due_at = e.recorded_at + 30 * day_ms;
                e.told = true;
            });
        case K::closed:
            return next(kind, "hub.visitor", [](auto& e) { e.ground = Ground::satisfied; });
        case K::closed_onsite:
            return next(kind, "shg.1", [](auto& e) {
                e.answer = "当场答复";
                e.told = true;
            });
        case K::merged:
            return next(kind, "hub.dispatcher", [](auto& e) {
                e.target = record_id(2);
                e.reason = "same_person";
            });
        case K::review_passed: return next(kind, "hub.replier");
        case K::archived: return next(kind, "hub.recorder");
        default: return next(kind, "hub.dispatcher", [](auto& e) { e.reason = "reason"; });
    }
}

OrderStory& OrderStory::go_to(MainState wanted) {
    const auto step = [&](MainState from, std::initializer_list<EventKind> kinds) {
        if (state().main != from || from == wanted) return;
        for (const EventKind kind : kinds) CHECK(tell(usual(kind)) == std::nullopt);
    };
    step(MainState::received, {K::triaged});
    step(MainState::triage, {K::dispatched});
    if (wanted == MainState::return_pending) step(MainState::dispatched, {K::return_asked});
    step(MainState::dispatched, {K::signed_for});
    if (wanted == MainState::suspended) step(MainState::in_progress, {K::suspended});
    step(MainState::in_progress, {K::first_contact, K::replied});
    step(MainState::replied, {K::review_passed});
    if (state().main == MainState::visit_pending && wanted != MainState::visit_pending) {
        visit(Grade::satisfied);
    }
    step(MainState::visit_pending, {K::closed});
    step(MainState::closed, {K::archived});
    REQUIRE(state().main == wanted);
    return *this;
}

void OrderStory::visit(Grade grade) {
    CHECK(tell(K::visited, "hub.visitor", [&](auto& e) {
              e.method = ContactMethod::phone;
              e.reached = true;
              e.grade = grade;
              e.solved = grade <= Grade::fairly_satisfied;
              e.reason = "said";
          }) == std::nullopt);
}

std::string broken_law(const OrderState& state) {
    const MainState main = state.main;
    if (main == MainState::draft || main > MainState::last_of_list) return "no such state";
    const bool with_unit = main >= MainState::dispatched && main <= MainState::suspended;
    if (with_unit && state.lead_unit.empty()) return "with a unit, and none has it";
    if (with_unit && !state.dates.dispatched_at) return "with a unit, and never dispatched";
    if (!state.rounds.empty() && state.rounds.size() != state.round)
        return "rounds do not count up";
    if (state.rounds.empty() && state.round != 1) return "a later round without an earlier one";
    const bool answered = main == MainState::replied || main == MainState::visit_pending ||
                          main == MainState::closed || main == MainState::archived;
    if (answered && (state.rounds.empty() || !state.rounds.back().replied_at)) {
        return "closed or about to be, and the person has no reply";
    }
    const bool is_closed = main == MainState::closed || main == MainState::archived;
    if (is_closed && !state.dates.closed_at) return "closed at no time";
    if (is_closed && !state.onsite && state.ground == Ground::none) return "closed on no ground";
    if (main == MainState::merged && !state.merged_into) return "merged into nothing";
    if (main == MainState::withdrawn && state.dates.dispatched_at) return "withdrawn too late";
    if (state.supervision > 3 || state.escalation > 3) return "a level that there is not";
    for (const Round& round : state.rounds) {
        if (round.reviewed_at && !round.replied_at) return "a review of no reply";
    }
    for (const CoTask& task : state.co_tasks) {
        if (task.done_at && task.dropped) return "a co-task done and dropped";
    }
    for (const Sending& sending : state.sendings) {
        if (sending.unit.empty() || sending.round > state.round) return "sent to nobody";
    }
    if (with_unit && state.sendings.empty()) return "with a unit, and never sent to it";
    for (const auto& [id, conflict] : state.conflicts) {
        if (conflict.index >= state.verdicts.size()) return "a conflict about no event";
        if (!state.verdicts[conflict.index].refused) return "a conflict about an accepted event";
    }
    const std::size_t most = OrderState::side_records_max;
    const bool bounded = state.co_tasks.size() <= most + WorkOrderEvent::co_units_max &&
                         state.visits.size() <= most && state.extensions.size() <= most &&
                         state.suspensions.size() <= most && state.instructions.size() <= most &&
                         state.rounds.size() <= most && state.past_leads.size() <= most + 8;
    return bounded ? "" : "more side records than there may be";
}

OrderState without_verdicts(OrderState state) {
    state.verdicts.clear();
    state.conflicts.clear();
    return state;
}

WorkOrderEvent random_event(Dice& dice, std::int64_t now) {
    static const std::vector<std::string> people{"hub.dispatcher",
                                                 "hub.dispatcher2",
                                                 "hub.supervisor",
                                                 "hub.replier",
                                                 "hub.visitor",
                                                 "hub.leader",
                                                 "hub.recorder",
                                                 "shg.1",
                                                 "shg.visitor",
                                                 "water.1",
                                                 "water.2",
                                                 "water.visitor",
                                                 "roads.1",
                                                 "water.leader",
                                                 "parks.1",
                                                 "nobody",
                                                 ""};
    static const std::vector<std::string> units{"WATER", "ROADS", "PARKS", "SHG01",
                                                "HUB",   "OLD",   "NONE",  ""};
    static const std::vector<std::int64_t> wild{INT64_MIN, INT64_MAX, 0, -1, 1};
    const auto small = [&](std::size_t end) { return static_cast<std::uint8_t>(dice.below(end)); };
    WorkOrderEvent event;
    event.id = record_id(dice.below(40));
    event.kind = EventKind{small(static_cast<std::size_t>(K::last_of_list) + 3)};
    event.actor = dice.pick(people);
    event.at_hub = dice.chance(70);
    event.recorded_at = dice.chance(2) ? dice.pick(wild) : now;
    event.happened_at = dice.chance(90) ? event.recorded_at : dice.pick(wild);
    if (dice.chance(60)) event.unit = dice.pick(units);
    for (std::size_t i = dice.below(8); i < 3; ++i) event.co_units.push_back(dice.pick(units));
    if (dice.chance(70)) event.person = dice.pick(people);
    if (dice.chance(70)) event.reason = dice.chance(20) ? "false_close" : "reason";
    if (dice.chance(70)) event.basis = "basis";
    if (dice.chance(70)) event.words = "words";
    if (dice.chance(70)) event.answer = "answer";
    if (dice.chance(70)) {
        event.due_at = dice.chance(5) ? dice.pick(wild) : now + dice.between(-5, 15) * day_ms;
    }
    if (dice.chance(70)) event.target = record_id(dice.below(40));
    event.method = ContactMethod{small(7)};
    if (dice.chance(80)) event.reached = dice.chance(70);
    if (dice.chance(80)) event.solved = dice.chance(60);
    event.grade = Grade{small(6)};
    event.ground = dice.chance(50) ? Ground::none : Ground{small(6)};
    event.told = dice.chance(80);
    event.level = small(6);
    event.post = Post{small(7)};
    event.ruling = Ruling{small(4)};
    event.type = AppealType{small(7)};
    event.complexity = Complexity{small(3)};
    return event;
}

}  // namespace jiuying::test
