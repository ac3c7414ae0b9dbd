/// The deadlines of folded orders: what the guards of the life cycle ask, and what lists and pages
/// show. What is shown uses all calendars that are known, what a guard asks those that were known
/// at the instant of its event; each order is counted by the policy that it was given.
#pragma once

#include "schema/calendar_book.hpp"
#include "schema/order_story.hpp"
#include "schema/policy_book.hpp"
#include "schema/workflow_state.hpp"

#include <optional>
#include <span>
#include <vector>

namespace jiuying::node {

/// Of an instant, for what is counted in milliseconds elsewhere, and back.
[[nodiscard]] constexpr schema::WallTime wall_time(std::int64_t ms) {
    return schema::WallTime{std::chrono::milliseconds{ms}};
}
[[nodiscard]] constexpr std::int64_t in_ms(schema::WallTime at) {
    return at.time_since_epoch().count();
}

/// Read from one thread. Both books outlive it and are not changed while it is used.
class OrderClocks final : public schema::WorkDeadlines {
public:
    OrderClocks(const schema::CalendarBook& calendars, const schema::PolicyBook& policies)
        : calendars_(calendars), policies_(policies) {}

    [[nodiscard]] std::optional<std::int64_t> unit_due(const schema::OrderState& state,
                                                       std::int64_t as_of) const override;
    [[nodiscard]] std::optional<std::int64_t> superior_limit(const schema::OrderState& state,
                                                             std::int64_t as_of) const override;
    [[nodiscard]] std::int64_t working_days_after(std::int64_t start, std::uint32_t days,
                                                  std::int64_t as_of) const override;

    /// Both clocks as they stand after all of \p events. Nothing where a start is out of bounds.
    [[nodiscard]] std::optional<schema::OrderDeadlines> of(
        const schema::OrderState& state, std::span<const schema::WorkOrderEvent> events) const;
    /// \p received_at: when the hub got the order, if that is known.
    [[nodiscard]] std::optional<schema::OrderDeadlines> of(
        const schema::OrderState& state, std::span<const schema::WorkOrderEvent> events,
        std::int64_t as_of, std::optional<std::int64_t> received_at = std::nullopt) const;
    /// The end of the policy's limit \p step that starts at \p start; nothing out of bounds.
    [[nodiscard]] std::optional<std::int64_t> step_due(schema::CountRule schema::StepLimits::*step,
                                                       std::int64_t start) const;
    /// What of() counted, in words.
    [[nodiscard]] std::vector<schema::Sentence> story(
        const schema::OrderDeadlines& deadlines, const schema::OrderState& state,
        std::span<const schema::WorkOrderEvent> events) const;

    /// The one that the order was given; before that the one named at its intake, else the one in
    /// force when it was registered, as far as was known before \p as_of.
    [[nodiscard]] const schema::DeadlinePolicy& policy_of(const schema::OrderState& state,
                                                          std::int64_t as_of = INT64_MAX) const;

private:
    const schema::CalendarBook& calendars_;
    const schema::PolicyBook& policies_;
};

}  // namespace jiuying::node
