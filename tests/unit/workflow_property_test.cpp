// Whatever stands in the log, the fold makes a legal order of it.
#include "tests/support/dice.hpp"
#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

namespace {

/// A step that the present state has in the table, by somebody, with some facts.
WorkOrderEvent likely_event(Dice& dice, OrderStory& story, const OrderState& state) {
    std::vector<EventKind> kinds;
    for (const Transition& row : transitions()) {
        // Arrivals lead nowhere and are in every state: those among the random events are enough.
        const bool leads = row.kind != EventKind::arrived;
        if (leads && row.from.has(state.main)) kinds.push_back(row.kind);
    }
    if (kinds.empty()) return random_event(dice, story.now);
    const EventKind kind = dice.pick(kinds);
    if (dice.chance(50)) return story.usual(kind);
    WorkOrderEvent event = random_event(dice, story.now);
    event.kind = kind;
    return event;
}

}  // namespace

TEST_CASE("any events give a legal order, the same each time, and refused ones change nothing",
          "[workflow]") {
    std::set<MainState> reached;
    std::size_t accepted = 0;
    for (std::uint64_t seed = 1; seed <= 900; ++seed) {
        INFO("seed " << seed);
        Dice dice{seed};
        OrderStory story;
        story.intake.enterprise = dice.chance(20);
        story.intake.anonymous = dice.chance(20);
        story.intake.has_phone = dice.chance(50);
        if (dice.chance(20)) story.intake.received_at.reset();
        // Some orders are worked on by people who ask first: only those ever reach the archive.
        const bool asks_first = dice.chance(30);
        std::vector<WorkOrderEvent> events;
        OrderState state = fold(story.intake, events, story.staff, story.settings);
        for (int i = 0; i < 80; ++i) {
            WorkOrderEvent event =
                dice.chance(80) ? likely_event(dice, story, state) : random_event(dice, story.now);
            // likely_event() sees the story's own, empty, list of events.
            event.id = record_id(dice.below(40));
            const auto asked = may(state, event, story.staff, story.settings);
            if (asks_first && asked) continue;
            events.push_back(event);
            const OrderState next = fold(story.intake, events, story.staff, story.settings);
            REQUIRE(broken_law(next) == "");
            REQUIRE(next.verdicts.size() == events.size());
            REQUIRE(next.verdicts.back().refused == asked);
            if (next.verdicts.back().refused) {
                REQUIRE(without_verdicts(next) == without_verdicts(state));
            } else {
                ++accepted;
                // Accepted: the same event is never judged otherwise by what comes after it.
                REQUIRE(std::equal(state.verdicts.begin(), state.verdicts.end(),
                                   next.verdicts.begin(), [](const auto& a, const auto& b) {
                                       return a.refused == b.refused && a.after == b.after;
                                   }));
            }
            reached.insert(next.main);
            state = next;
            story.now += static_cast<std::int64_t>(dice.below(30)) * hour_ms;
        }
        REQUIRE(fold(story.intake, events, story.staff, story.settings) == state);
    }
    // The dice must get somewhere, or this promises little: everywhere but draft.
    CHECK(accepted > 1'000);
    for (std::uint8_t i = 1; i <= static_cast<std::uint8_t>(MainState::last_of_list); ++i) {
        if (!reached.contains(MainState{i})) UNSCOPED_INFO(name_of(MainState{i}));
    }
    CHECK(reached.size() == static_cast<std::size_t>(MainState::last_of_list));
}

TEST_CASE("events of any kind in any state are judged, without deadlines too", "[workflow]") {
    OrderStory story;
    story.settings.deadlines = nullptr;
    Dice dice{7};
    for (std::uint8_t from = 1; from <= static_cast<std::uint8_t>(MainState::last_of_list);
         ++from) {
        OrderState state;
        state.intake = story.intake;
        state.main = MainState{from};
        for (int i = 0; i < 2'000; ++i) {
            const WorkOrderEvent event = random_event(dice, story.now);
            const auto refused = may(state, event, story.staff, story.settings);
            const bool may_be =
                event.kind == EventKind::arrived || is_of_rules(event.kind) || from == 1;
            if (find_transition(event.kind, state.main) == nullptr && !may_be) {
                CHECK(refused);
            }
        }
    }
}
