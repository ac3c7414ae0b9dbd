/// A district with its staff, and one order whose life a test tells step by step.
///
/// Units: HUB (the desk), SHG01 (the station that registered the order), WATER, ROADS, PARKS, and
/// OLD, which ROADS took over. Staff are named after unit and post: `hub.dispatcher`, `water.1`.
#pragma once

#include "schema/workflow_table.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::test {

inline constexpr std::int64_t hour_ms = 3'600'000;
inline constexpr std::int64_t day_ms = 24 * hour_ms;

/// Working days of 24 hours; units have three days.
class PlainDeadlines : public schema::WorkDeadlines {
public:
    std::optional<std::int64_t> unit_due(const schema::OrderState& state,
                                         std::int64_t as_of) const override;
    std::int64_t working_days_after(std::int64_t start, std::uint32_t days,
                                    std::int64_t as_of) const override;
};

class OrderStory {
public:
    using Facts = std::function<void(schema::WorkOrderEvent&)>;

    OrderStory();

    schema::Intake intake;
    schema::WorkSettings settings;
    schema::StaffBook staff;
    /// Grows by an hour with each event.
    std::int64_t now = 0;

    /// The next event, not yet told: written at the hub if the actor belongs there.
    [[nodiscard]] schema::WorkOrderEvent next(schema::EventKind kind, std::string_view actor,
                                              const Facts& facts = {});
    /// What may() says of it. Nothing happens.
    [[nodiscard]] std::optional<schema::GuardFailure> ask(
        const schema::WorkOrderEvent& event) const;
    /// Appends it, accepted or not. Fails the test if fold and may() differ on it, if the state is
    /// not legal, or if a refused event changed it.
    std::optional<schema::GuardFailure> tell(const schema::WorkOrderEvent& event);
    std::optional<schema::GuardFailure> tell(schema::EventKind kind, std::string_view actor,
                                             const Facts& facts = {});
    /// Takes the accepted way of a plain complaint to \p state, from the state it is in.
    OrderStory& go_to(schema::MainState state);
    /// The next step of that way: facts that its guards accept.
    [[nodiscard]] schema::WorkOrderEvent usual(schema::EventKind kind);
    /// Tells a visit by hub.visitor.
    void visit(schema::Grade grade);

    [[nodiscard]] schema::OrderState state() const;
    [[nodiscard]] std::string_view main() const { return name_of(state().main); }
    [[nodiscard]] const std::vector<schema::WorkOrderEvent>& events() const { return events_; }

private:
    PlainDeadlines deadlines_;
    std::vector<schema::WorkOrderEvent> events_;
    std::uint64_t next_id_ = 1000;
};

/// A record id of \p number.
[[nodiscard]] schema::RecordId record_id(std::uint64_t number);

/// What is wrong with \p state, empty if nothing: the laws that hold after any events.
[[nodiscard]] std::string broken_law(const schema::OrderState& state);

/// The state without what became of the refused events.
[[nodiscard]] schema::OrderState without_verdicts(schema::OrderState state);

/// A random event: mostly of the order's own units and staff, sometimes nonsense.
class Dice;
[[nodiscard]] schema::WorkOrderEvent random_event(Dice& dice, std::int64_t now);

}  // namespace jiuying::test
