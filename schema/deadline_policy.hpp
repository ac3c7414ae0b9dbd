/// Deadline policies as data: what an appeal of a type and complexity gets, and the other limits.
///
/// An order keeps the version of the policy it was given, so a policy is never changed: a new
/// version is a new value. Whatever the sources leave open is a setting here, with the default we
/// propose. The limits of handling are guards and reminders for the life cycle; this file only
/// holds their amounts.
#pragma once

#include "schema/appeal_kinds.hpp"
#include "schema/deadline.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jiuying::schema {

/// Those that can be said, without `none`.
inline constexpr std::size_t appeal_type_count = 6;
inline constexpr std::size_t complexity_count = 2;

/// As in the registry; empty for `none`.
[[nodiscard]] std::string_view name_of(AppealType type);
[[nodiscard]] std::optional<AppealType> parse_appeal_type(std::string_view name);
[[nodiscard]] std::string_view name_of(Complexity complexity);
[[nodiscard]] std::optional<Complexity> parse_complexity(std::string_view name);

/// What a superior's limit (`ext_due_at`) does to ours. Both are always shown.
enum class ExternalDue : std::uint8_t {
    earlier_counts,  ///< Whichever comes first.
    replaces,        ///< The superior's alone counts, where there is one.
    shown_only,      ///< Ours alone counts.
};

/// How clocks treat what happens on the way.
struct ClockRules {
    SameDayRule same_day;
    ExternalDue external_due = ExternalDue::earlier_counts;
    /// Whether an approved extension moves the promise to the person too, who is told of it.
    bool extension_moves_citizen_due = true;
    /// Whether asking the person for more (need_info, before dispatch) stops the citizen's clock.
    bool need_info_stops_clock = false;
    /// Whether a suspension (挂账) stops both clocks. The order stays in the open count.
    bool suspension_stops_clock = true;
    /// Whether the unit's clock starts when a dispatch arrives at its station, not when it is sent.
    bool unit_clock_starts_at_arrival = false;

    bool operator==(const ClockRules&) const = default;
};

/// Limits of single steps, counted by due_of() from the event that opens the step.
struct StepLimits {
    CountRule sign_for{1, Unit::working_day};      ///< From dispatch to 签收.
    CountRule return_order{2, Unit::working_day};  ///< From dispatch to asking to return (退单).
    CountRule first_contact{24, Unit::hour};       ///< From 签收 to the first contact.
    CountRule review{1, Unit::working_day};        ///< From the reply to its review.
    CountRule return_visit{1, Unit::working_day};  ///< From the passed review to the visit (回访).
    CountRule info_reminder{1, Unit::working_day};   ///< From 退回补充 to the reminder.
    CountRule rule_on_return{1, Unit::working_day};  ///< From 申请退单 to the decision.

    bool operator==(const StepLimits&) const = default;
};

/// How often and how far things may go.
struct HandlingLimits {
    CountRule extension_cap{10, Unit::working_day};  ///< All extensions together, from the due.
    int extensions_max = 1;                          ///< Approved ones, without a leader.
    int extensions_max_with_leader = 2;              ///< With one.
    int returns_asked_max = 3;           ///< Requests to return one order, over all its units.
    int upheld_returns_fix_lead = 2;     ///< So many upheld, and the hub fixes the lead unit.
    int suspension_stage_days_max = 90;  ///< A stage date lies at most so far ahead.
    int reopen_window_days = 30;         ///< A closed matter that returns within is reopened.
    int repeat_window_days = 90;         ///< Appeals within are compared for repeats.
    int one_shot_window_days = 7;        ///< A second ask within counts against the first answer.
    int visit_attempts_min = 3;          ///< Before an unreached person's order may close ...
    int visit_days_min = 2;              ///< ... on at least so many different days.
    int reworks_make_problem = 3;    ///< Reworks without solution: problem order (问题工单).
    int transfers_make_problem = 3;  ///< Transfers without a lead: the same.
    int notice_after_due_days = 1;   ///< 催办通知书 so many days after the due.
    CountRule criticism_after_notice{5, Unit::working_day};
    std::chrono::hours late_entry_after{24};  ///< Recorded later than this: 补录.
    /// T3: an enterprise's order still open at the end of day 7 after registration.
    CountRule enterprise_open{7, Unit::calendar_day};
    bool t2_needs_t3 = false;  ///< The narrow reading of the second trigger.

    bool operator==(const HandlingLimits&) const = default;
};

/// One row: what an appeal of that type and complexity gets.
struct PolicyRow {
    AppealType type = AppealType::inquiry;
    Complexity complexity = Complexity::simple;
    CountRule citizen;                   ///< From registration: the promise to the person.
    std::optional<CountRule> unit = {};  ///< From dispatch; nothing: the same rule.

    bool operator==(const PolicyRow&) const = default;
};

struct DeadlinePolicy {
    std::string version;  ///< `1235@1`; an order names it.
    /// Every type with every complexity, by ascending type, simple before complex.
    std::array<PolicyRow, appeal_type_count * complexity_count> rows;
    /// Of a rework round, from the rework on. Nothing: the row of the appeal, counted anew.
    std::optional<CountRule> rework;
    ClockRules clocks;
    StepLimits steps;
    HandlingLimits handling;

    /// Complexity unknown counts as simple, a type unknown as inquiry, until triage says more.
    [[nodiscard]] const PolicyRow& row(AppealType type, std::optional<Complexity> complexity) const;

    bool operator==(const DeadlinePolicy&) const = default;
};

/// Errc::malformed when a row is missing or out of place or the version is empty,
/// Errc::out_of_bounds for an amount outside CountRule's bounds or a negative limit.
[[nodiscard]] Result<void> check_policy(const DeadlinePolicy& policy);

/// "1235": inquiry, suggestion and praise the same day, complex ones 2 days; help, complaint and
/// tip-off 3 days, complex ones 5; calendar days whose last day rolls to a working day.
[[nodiscard]] DeadlinePolicy policy_1235();

}  // namespace jiuying::schema
