/// The deadlines of folded orders: what the guards of the life cycle ask, and what lists and pages
/// show. By the policy `1235` and the calendars that ship with the program.
#pragma once

#include "schema/order_story.hpp"
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

/// Not changed while it is used; read from one thread.
class OrderClocks final : public schema::WorkDeadlines {
public:
    [[nodiscard]] std::optional<std::int64_t> unit_due(const schema::OrderState& state,
                                                       std::int64_t as_of) const override;
    [[nodiscard]] std::int64_t working_days_after(std::int64_t start, std::uint32_t days,
                                                  std::int64_t as_of) const override;

    /// Both clocks as they stand after all of \p events. Nothing where a start is out of bounds.
    [[nodiscard]] std::optional<schema::OrderDeadlines> of(
        const schema::OrderState& state, std::span<const schema::WorkOrderEvent> events) const;
    [[nodiscard]] std::optional<schema::OrderDeadlines> of(
        const schema::OrderState& state, std::span<const schema::WorkOrderEvent> events,
        std::int64_t as_of) const;
    /// The end of the policy's limit \p step that starts at \p start; nothing out of bounds.
    [[nodiscard]] std::optional<std::int64_t> step_due(schema::CountRule schema::StepLimits::*step,
                                                       std::int64_t start) const;
    /// What of() counted, in words.
    [[nodiscard]] std::vector<schema::Sentence> story(
        const schema::OrderDeadlines& deadlines, const schema::OrderState& state,
        std::span<const schema::WorkOrderEvent> events) const;

private:
    schema::DeadlinePolicy policy_ = schema::policy_1235();
    schema::Calendar calendar_ = schema::built_in_calendar();
};

}  // namespace jiuying::node
