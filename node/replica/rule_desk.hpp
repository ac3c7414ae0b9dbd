/// The hub's program at work on the district's rules: triggers of the watch list, the supervision
/// ladder, escalation. What a rule finds is written as an event of its order, once: the order's own
/// events say what was found already, and within one epoch of the hub the event's id follows from
/// its cause. Decision 0032.
#pragma once

#include "node/replica/replica_state.hpp"
#include "schema/order_rules.hpp"

namespace jiuying::node {

/// Used by the one who writes, inside a database transaction; the questions by anybody.
class Replica::State::RuleDesk {
public:
    explicit RuleDesk(State& state) : state_(state) {}

    /// Hub: writes what the rules find in \p order (nothing: it has no events yet, or there is no
    /// such appeal). Returns how many events that were; \p order is then as it was before them.
    std::size_t heed(const schema::RecordId& id, const std::optional<Order>& order);
    /// Hub: looks at all orders whose time may have come.
    std::size_t sweep();

    /// The triggers whose causes stand now, fired or not.
    [[nodiscard]] std::vector<schema::Finding> standing(const Order& order);
    /// The appeals on the matter of \p id by the same enterprise, itself included: as people
    /// confirmed, resends and void ones apart.
    [[nodiscard]] std::vector<schema::RecordId> matter_of(const schema::RecordId& id);

private:
    [[nodiscard]] schema::RuleFacts facts_of(const Order& order,
                                             std::optional<schema::RecordId>& carrier);
    [[nodiscard]] std::set<std::string> firm_keys(const schema::RecordId& appeal);
    [[nodiscard]] std::vector<schema::RecordId> neighbours(const schema::RecordId& id);
    [[nodiscard]] std::string owner_for(const Order& order, std::int64_t now);
    [[nodiscard]] schema::RecordId event_id(const schema::RecordId& order,
                                            const schema::Finding& finding, std::uint32_t round);
    void write(const Order& order, const schema::Finding& finding);
    std::size_t heed_order(const Order& order, bool passes_on);

    State& state_;
};

}  // namespace jiuying::node
