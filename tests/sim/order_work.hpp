/// What people of the simulated district do with work orders: the next step that makes sense where
/// they are, whether or not somebody else has just done another.
#pragma once

#include "schema/workflow_state.hpp"
#include "tests/sim/desk.hpp"

#include <optional>
#include <string>

namespace jiuying::sim {

/// Enters the staff that the steps below need: dispatcher, replier and visitor at the hub's desk,
/// one worker of each station.
void enter_staff(World& world, Desk& desk);

struct OrderStep {
    std::string actor;
    schema::WorkOrderEvent event;
};
/// Where an order may be worked on.
struct Desks {
    std::string here;                ///< The node that asks.
    std::string home;                ///< The station that registered the order.
    std::vector<std::string> units;  ///< That it may be given to: the stations' and the hub's.
};
/// Nothing where the node's people have nothing to do.
[[nodiscard]] std::optional<OrderStep> next_step(const schema::OrderState& state, bool at_hub,
                                                 const Desks& desks, test::Dice& dice);

/// Throws Violation if station and hub do not fold the same of the orders of \p station.
void check_orders(SimNode& station, SimNode& hub);

}  // namespace jiuying::sim
