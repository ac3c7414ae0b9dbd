/// The amounts that the life cycle's guards use. Defaults are those of the district's rules
/// (domain B2, B8); where the sources leave a figure open it is a setting, not a constant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace jiuying::schema {

struct OrderState;

/// What guards ask of deadlines. Answered from policy and calendar versions, which the life cycle
/// does not know. \p as_of is the instant of the event that is judged: an answer must not change
/// when a later version of the calendar arrives, or an accepted decision would be undone.
class WorkDeadlines {
public:
    virtual ~WorkDeadlines() = default;
    /// The end of the unit's time in this round, without extensions; nothing if it has none.
    [[nodiscard]] virtual std::optional<std::int64_t> unit_due(const OrderState& state,
                                                               std::int64_t as_of) const = 0;
    /// The limit of a superior past which no extension leads, where policy lets it count.
    [[nodiscard]] virtual std::optional<std::int64_t> superior_limit(const OrderState& state,
                                                                     std::int64_t as_of) const {
        (void)state;
        (void)as_of;
        return std::nullopt;
    }
    /// The end of the \p days th working day after \p start.
    [[nodiscard]] virtual std::int64_t working_days_after(std::int64_t start, std::uint32_t days,
                                                          std::int64_t as_of) const = 0;
};

struct WorkSettings {
    std::int64_t late_entry_after_ms = 86'400'000;  ///< Told later than this is a late entry.

    std::uint32_t return_within_working_days = 2;
    std::uint32_t returns_max = 3;  ///< Send-backs asked for on one order.
    std::uint32_t returns_fixing_lead =
        2;  ///< So many upheld ones, and the hotline fixes the lead.

    std::uint32_t extensions_max = 1;
    std::uint32_t extensions_max_with_leader = 2;
    std::uint32_t extension_cap_working_days = 10;  ///< All extensions together.

    std::uint32_t suspension_stage_days_max = 90;
    std::uint32_t reopen_within_days = 30;

    std::uint32_t failed_visits = 3;      ///< So many failed attempts ...
    std::uint32_t failed_visit_days = 2;  ///< ... on so many days, and an order may be closed.
    std::uint32_t failed_contacts = 3;    ///< So many failed first contacts, and a unit may reply.

    std::uint32_t onsite_sample_percent = 20;  ///< On-the-spot closings that are visited.

    bool t2_needs_t3 = false;   ///< T2 only where T3 holds too, and T3 alone is none.
    std::uint32_t t3_days = 7;  ///< Open so long after the registration: T3 ...
    bool t3_by_hours = false;   ///< ... at that hour, not at the end of that day.

    std::uint32_t urge_before_hours = 24;        ///< So long before the unit's due: urging.
    std::uint32_t criticism_working_days = 5;    ///< So long after the notice: criticism.
    std::uint32_t objection_working_days = 3;    ///< So long a unit may object to a notice.
    std::uint32_t escalate_after_reworks = 3;    ///< So many without solution: one level up.
    std::uint32_t escalate_after_transfers = 3;  ///< So many without a fixed lead: one level up.
    std::uint32_t instruction_working_days = 5;  ///< Where an instruction names no time.

    /// Null: a working day is 24 hours and no order has a due time. Must outlive the call.
    const WorkDeadlines* deadlines = nullptr;
};

}  // namespace jiuying::schema
