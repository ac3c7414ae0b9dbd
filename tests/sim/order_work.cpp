#include "tests/sim/order_work.hpp"

#include <algorithm>

namespace jiuying::sim {
namespace {

using schema::EntityId;
using schema::EventKind;
using schema::MainState;
using schema::WorkOrderEvent;

WorkOrderEvent event_of(EventKind kind) {
    WorkOrderEvent event;
    event.kind = kind;
    event.reason = "sim";
    event.words = "模拟";
    return event;
}

std::optional<OrderStep> step_at_hub(const schema::OrderState& state, const Desks& desks,
                                     test::Dice& dice) {
    WorkOrderEvent event;
    switch (state.main) {
        case MainState::registered:
        case MainState::received:
            event = event_of(EventKind::triaged);
            event.type = schema::AppealType::complaint;
            event.complexity = schema::Complexity::simple;
            return OrderStep{"PD1", event};
        case MainState::triage:
            event = event_of(EventKind::dispatched);
            event.unit = dice.chance(30) ? desks.home : dice.pick(desks.units);
            if (dice.chance(20)) event.co_units.push_back(dice.pick(desks.units));
            return OrderStep{"PD1", event};
        case MainState::dispatched:
        case MainState::in_progress:
            event = event_of(EventKind::reassigned);
            event.unit = dice.pick(desks.units);
            if (dice.chance(40)) return std::nullopt;
            return OrderStep{"PD1", event};
        case MainState::return_pending:
            return OrderStep{"PD1", event_of(dice.chance(50) ? EventKind::return_upheld
                                                             : EventKind::return_refused)};
        case MainState::replied: return OrderStep{"HD1", event_of(EventKind::review_passed)};
        case MainState::visit_pending:
            event = event_of(state.visits.empty() ? EventKind::visited : EventKind::closed);
            event.method = schema::ContactMethod::phone;
            event.reached = true;
            event.grade = schema::Grade::satisfied;
            event.ground = schema::Ground::satisfied;
            return OrderStep{"HF1", event};
        default: return std::nullopt;
    }
}

std::optional<OrderStep> step_at_station(const schema::OrderState& state, const Desks& desks,
                                         test::Dice& dice) {
    const std::string worker = "W-" + desks.here;
    WorkOrderEvent event;
    const bool helps = std::ranges::any_of(state.co_tasks, [&](const schema::CoTask& task) {
        return task.open() && task.unit == desks.here;
    });
    if (helps && dice.chance(50)) return OrderStep{worker, event_of(EventKind::co_task_done)};
    switch (state.main) {
        case MainState::registered:
        case MainState::received:
            if (!dice.chance(5)) return std::nullopt;
            return OrderStep{worker, event_of(EventKind::withdrawn)};
        case MainState::dispatched: return OrderStep{worker, event_of(EventKind::signed_for)};
        case MainState::in_progress:
            event = event_of(state.dates.unit_contacted_at ? EventKind::replied
                                                           : EventKind::first_contact);
            event.method = schema::ContactMethod::phone;
            event.reached = true;
            event.solved = true;
            event.answer = "办好了";
            if (dice.chance(15)) {
                event = event_of(EventKind::return_asked);
                event.basis = "不归本单位";
            }
            return OrderStep{worker, event};
        case MainState::visit_pending:
            event = event_of(EventKind::visited);
            event.method = schema::ContactMethod::door;
            event.reached = true;
            event.grade = schema::Grade::dissatisfied;
            return OrderStep{worker, event};
        default: return std::nullopt;
    }
}

std::string story(const node::OrderView& order) {
    std::string all{schema::name_of(order.state.main)};
    for (const node::OrderEventView& shown : order.events) {
        all += " " + schema::to_text(shown.event.id);
        if (shown.verdict.refused) {
            all += "!" + std::string(schema::guard_text(*shown.verdict.refused).name);
        }
    }
    return all;
}

}  // namespace

void enter_staff(World& world, Desk& desk) {
    const auto staff = [&](const std::string& code, const std::string& unit,
                           const std::string& posts) {
        (void)desk.add_record(world.hub(), EntityId::staff,
                              {{schema::staff::code, code},
                               {schema::staff::unit, unit},
                               {schema::staff::posts, posts}});
    };
    const auto unit = [&](const std::string& code) {
        (void)desk.add_record(world.hub(), EntityId::unit, {{schema::unit::code, code}});
    };
    staff("PD1", "QZX", "dispatcher");
    staff("HD1", "QZX", "replier");
    staff("HF1", "QZX", "visitor");
    unit("JS");
    for (std::size_t i = 0; i < world.stations(); ++i) {
        const std::string& code = world.station(i).code;
        unit(code);
        staff("W-" + code, code, "visitor");
    }
}

std::optional<OrderStep> next_step(const schema::OrderState& state, bool at_hub, const Desks& desks,
                                   test::Dice& dice) {
    return at_hub ? step_at_hub(state, desks, dice) : step_at_station(state, desks, dice);
}

void check_orders(SimNode& station, SimNode& hub) {
    for (const node::RecordView& appeal : station->all(EntityId::appeal, 1'000'000)) {
        const auto there = station->order(appeal.id);
        const auto here = hub->order(appeal.id);
        if (!there || !here || story(*there) != story(*here)) {
            throw Violation(station.code + " and the hub tell different stories of one order");
        }
        if (station->show(appeal.id, false)->state != hub->show(appeal.id, false)->state) {
            throw Violation(station.code + " and the hub list one order in different states");
        }
    }
}

}  // namespace jiuying::sim
