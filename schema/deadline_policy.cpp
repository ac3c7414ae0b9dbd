#include "schema/deadline_policy.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <initializer_list>

namespace jiuying::schema {
namespace {

constexpr std::array<std::string_view, appeal_type_count> type_names{
    "inquiry", "help_request", "complaint", "tip_off", "suggestion", "praise"};
constexpr std::array<std::string_view, complexity_count> complexity_names{"simple", "complex"};

template <class Enum, std::size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin() + 1);
}

/// Of a choice among those that can be said; what was not said is as the first.
template <class Enum>
std::size_t index_of(Enum choice) {
    const auto number = static_cast<std::size_t>(choice);
    return number == 0 ? 0 : number - 1;
}

std::size_t place_of(AppealType type, Complexity complexity) {
    return index_of(type) * complexity_count + index_of(complexity);
}

bool in_bounds(const CountRule& rule) {
    const int most = rule.unit == Unit::hour ? CountRule::hours_max : CountRule::amount_max;
    return rule.amount >= 0 && rule.amount <= most;
}

bool in_bounds(const StepLimits& steps) {
    return in_bounds(steps.sign_for) && in_bounds(steps.return_order) &&
           in_bounds(steps.first_contact) && in_bounds(steps.review) &&
           in_bounds(steps.return_visit) && in_bounds(steps.info_reminder) &&
           in_bounds(steps.rule_on_return);
}

bool in_bounds(const HandlingLimits& limits) {
    const std::initializer_list<int> counts{
        limits.extensions_max,        limits.extensions_max_with_leader,
        limits.returns_asked_max,     limits.upheld_returns_fix_lead,
        limits.reopen_window_days,    limits.suspension_stage_days_max,
        limits.repeat_window_days,    limits.one_shot_window_days,
        limits.visit_attempts_min,    limits.visit_days_min,
        limits.reworks_make_problem,  limits.transfers_make_problem,
        limits.notice_after_due_days,
    };
    const bool none_negative = std::ranges::all_of(
        counts, [](int count) { return count >= 0 && count <= CountRule::amount_max; });
    return none_negative && in_bounds(limits.extension_cap) &&
           in_bounds(limits.criticism_after_notice) && in_bounds(limits.enterprise_open) &&
           limits.late_entry_after.count() >= 0;
}

}  // namespace

std::string_view name_of(AppealType type) {
    const auto number = static_cast<std::size_t>(type);
    JY_ASSERT(number <= type_names.size());
    return number == 0 ? std::string_view{} : type_names[number - 1];
}

std::optional<AppealType> parse_appeal_type(std::string_view name) {
    return parse<AppealType>(type_names, name);
}

std::string_view name_of(Complexity complexity) {
    const auto number = static_cast<std::size_t>(complexity);
    JY_ASSERT(number <= complexity_names.size());
    return number == 0 ? std::string_view{} : complexity_names[number - 1];
}

std::optional<Complexity> parse_complexity(std::string_view name) {
    return parse<Complexity>(complexity_names, name);
}

const PolicyRow& DeadlinePolicy::row(AppealType type, std::optional<Complexity> complexity) const {
    const std::size_t place = place_of(type, complexity.value_or(Complexity::simple));
    JY_ASSERT(place < rows.size());
    return rows[place];
}

Result<void> check_policy(const DeadlinePolicy& policy) {
    if (policy.version.empty()) return Errc::malformed;
    for (std::size_t place = 0; place < policy.rows.size(); ++place) {
        const PolicyRow& row = policy.rows[place];
        if (place_of(row.type, row.complexity) != place) return Errc::malformed;
        if (!in_bounds(row.citizen) || (row.unit && !in_bounds(*row.unit))) {
            return Errc::out_of_bounds;
        }
    }
    constexpr std::chrono::minutes day{24 * 60};
    const auto& late = policy.clocks.same_day.late_after;
    const bool late_fits = !late || (late->count() >= 0 && *late <= day);
    const bool rework_fits = !policy.rework || in_bounds(*policy.rework);
    if (!late_fits || !rework_fits || !in_bounds(policy.steps) || !in_bounds(policy.handling)) {
        return Errc::out_of_bounds;
    }
    return {};
}

DeadlinePolicy policy_1235() {
    using enum AppealType;
    constexpr auto simple = Complexity::simple;
    constexpr auto complex = Complexity::complex;
    constexpr auto roll = Unit::calendar_roll;
    DeadlinePolicy policy;
    policy.version = "1235@1";
    policy.rows = {{
        {inquiry, simple, {0, roll}, {}},
        {inquiry, complex, {2, roll}, {}},
        {help_request, simple, {3, roll}, {}},
        {help_request, complex, {5, roll}, {}},
        {complaint, simple, {3, roll}, {}},
        {complaint, complex, {5, roll}, {}},
        {tip_off, simple, {3, roll}, {}},
        {tip_off, complex, {5, roll}, {}},
        {suggestion, simple, {0, roll}, {}},
        {suggestion, complex, {2, roll}, {}},
        {praise, simple, {0, roll}, {}},
        {praise, complex, {2, roll}, {}},
    }};
    return policy;
}

}  // namespace jiuying::schema
