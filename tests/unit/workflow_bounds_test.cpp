// Everything an order holds is bounded: each limit is reached here.
#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

using K = EventKind;

namespace {

constexpr std::size_t most = OrderState::side_records_max;

/// Whether \p event is accepted with one record fewer than there may be, and refused with as many.
/// \p fill gives the state that number of them.
template <class Fill, class MakeEvent>
void check_bound(MainState from, Fill fill, MakeEvent make_event) {
    OrderStory story;
    story.go_to(from);
    if (from == MainState::visit_pending) story.visit(Grade::dissatisfied);
    const WorkOrderEvent event = make_event(story);
    OrderState state = story.state();
    fill(state, most - 1);
    CHECK(may(state, event, story.staff, story.settings) == std::nullopt);
    fill(state, most);
    CHECK(may(state, event, story.staff, story.settings) == GuardFailure::too_many);
}

void fill_co_tasks(OrderState& state, std::size_t count) { state.co_tasks.resize(count); }
void fill_past_leads(OrderState& state, std::size_t count) { state.past_leads.resize(count); }
void fill_rounds(OrderState& state, std::size_t count) { state.rounds.resize(count); }
void fill_suspensions(OrderState& state, std::size_t count) { state.suspensions.resize(count); }
void fill_instructions(OrderState& state, std::size_t count) { state.instructions.resize(count); }
void fill_visits(OrderState& state, std::size_t count) {
    state.visits.resize(count, state.visits.front());
}
void fill_extensions(OrderState& state, std::size_t count) {
    state.extensions.resize(count);
    for (Extension& extension : state.extensions) extension.decided_at = 1;
}

WorkOrderEvent to_roads(OrderStory& story, EventKind kind) {
    return story.next(kind, "hub.dispatcher", [&](auto& e) {
        e.unit = "ROADS";
        e.reason = "reason";
        if (kind == K::dispatched) e.co_units = {"PARKS"};
    });
}

}  // namespace

TEST_CASE("an order has so many co-tasks and hops, and no more", "[workflow]") {
    check_bound(MainState::triage, fill_co_tasks,
                [](OrderStory& story) { return to_roads(story, K::dispatched); });
    check_bound(MainState::dispatched, fill_co_tasks,
                [](OrderStory& story) { return to_roads(story, K::unit_added); });
    check_bound(MainState::dispatched, fill_past_leads,
                [](OrderStory& story) { return to_roads(story, K::reassigned); });
}

TEST_CASE("an order has so many extensions, suspensions and instructions, and no more",
          "[workflow]") {
    check_bound(MainState::in_progress, fill_extensions,
                [](OrderStory& story) { return story.usual(K::extension_asked); });
    check_bound(MainState::in_progress, fill_suspensions,
                [](OrderStory& story) { return story.usual(K::suspended); });
    check_bound(MainState::in_progress, fill_instructions, [](OrderStory& story) {
        return story.next(K::instruction, "hub.leader", [](auto& e) { e.words = "速办"; });
    });
}

TEST_CASE("an order has so many visits and rounds, and no more", "[workflow]") {
    check_bound(MainState::visit_pending, fill_visits, [](OrderStory& story) {
        return story.next(K::visited, "hub.visitor", [](auto& e) {
            e.method = ContactMethod::phone;
            e.reached = false;
        });
    });
    check_bound(MainState::visit_pending, fill_rounds,
                [](OrderStory& story) { return story.next(K::rework, "hub.visitor"); });
    check_bound(MainState::closed, fill_rounds, [](OrderStory& story) {
        return story.next(K::reopened, "hub.supervisor", [](auto& e) { e.reason = "reason"; });
    });
}
