#include "schema/setting_list.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <array>

namespace jiuying::schema {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

template <std::uint32_t WorkSettings::*Member>
constexpr SettingSpec plain(std::string_view name, std::int64_t least, std::int64_t most,
                            std::string_view zh, std::string_view en) {
    return {name,
            least,
            most,
            [](const WorkSettings& settings) -> std::int64_t { return settings.*Member; },
            [](WorkSettings& settings, std::int64_t value) {
                settings.*Member = static_cast<std::uint32_t>(value);
            },
            zh,
            en};
}

template <bool WorkSettings::*Member>
constexpr SettingSpec yes_or_no(std::string_view name, std::string_view zh, std::string_view en) {
    return {name,
            0,
            1,
            [](const WorkSettings& settings) -> std::int64_t { return settings.*Member ? 1 : 0; },
            [](WorkSettings& settings, std::int64_t value) { settings.*Member = value != 0; },
            zh,
            en};
}

using S = WorkSettings;

constexpr std::array specs{
    plain<&S::criticism_working_days>("criticism_working_days", 1, 60,
                                      "催办通知后几个工作日仍未办结，书面批评",
                                      "working days after the notice until written criticism"),
    plain<&S::escalate_after_reworks>("escalate_after_reworks", 1, 20, "重办几次仍未解决即提级",
                                      "reworks without solution after which it is escalated"),
    plain<&S::escalate_after_transfers>("escalate_after_transfers", 1, 20,
                                        "转派几次仍无确定主办即提级",
                                        "transfers without a fixed lead after which it is "
                                        "escalated"),
    plain<&S::extension_cap_working_days>("extension_cap_working_days", 0, 250,
                                          "延期累计最多几个工作日",
                                          "all extensions together, in working days"),
    plain<&S::extensions_max>("extensions_max", 0, 10, "不用领导签字可延期几次",
                              "extensions without a leader's sign"),
    plain<&S::extensions_max_with_leader>("extensions_max_with_leader", 0, 10,
                                          "有领导签字最多延期几次",
                                          "extensions with a leader's sign"),
    plain<&S::failed_contacts>("failed_contacts", 1, 20, "先行联系几次联系不上即可回复",
                               "failed first contacts after which a unit may reply"),
    plain<&S::failed_visit_days>("failed_visit_days", 1, 20, "联系不上的回访至少分几天",
                                 "different days of failed visits before closing"),
    plain<&S::failed_visits>("failed_visits", 1, 20, "几次回访联系不上可办结",
                             "failed visits before an order may be closed"),
    plain<&S::instruction_working_days>("instruction_working_days", 1, 60,
                                        "批示未写期限时几个工作日内反馈",
                                        "working days for an instruction that names no time"),
    SettingSpec{"late_entry_after_hours", 1, 8760,
                [](const WorkSettings& settings) { return settings.late_entry_after_ms / hour_ms; },
                [](WorkSettings& settings, std::int64_t value) {
                    settings.late_entry_after_ms = value * hour_ms;
                },
                "事后几小时录入算补录", "recorded so many hours later: a late entry"},
    plain<&S::objection_working_days>("objection_working_days", 1, 60,
                                      "收到督办通知后几个工作日内可申诉",
                                      "working days within which a unit may object to a notice"),
    plain<&S::onsite_sample_percent>("onsite_sample_percent", 0, 100, "就地办结抽查回访的百分比",
                                     "percentage of on-the-spot closings that are visited"),
    plain<&S::reopen_within_days>("reopen_within_days", 1, 365, "办结后几天内可复查重开",
                                  "days after closing within which an order may be reopened"),
    plain<&S::return_within_working_days>("return_within_working_days", 0, 60,
                                          "派单后几个工作日内可申请退单",
                                          "working days within which it may be sent back"),
    plain<&S::returns_fixing_lead>("returns_fixing_lead", 1, 20, "退单成立几次后由热线确定主办单位",
                                   "upheld send-backs after which the lead unit is fixed"),
    plain<&S::returns_max>("returns_max", 1, 20, "一件最多申请退单几次",
                           "send-backs that may be asked for on one order"),
    plain<&S::suspension_stage_days_max>("suspension_stage_days_max", 1, 365,
                                         "挂账的阶段日期最远几天",
                                         "a suspension's stage date, days ahead at most"),
    yes_or_no<&S::t2_needs_t3>("t2_needs_t3", "重复反映且七日未办结才触发(1)，还是各自触发(0)",
                               "T2 only together with T3 (1), or each by itself (0)"),
    yes_or_no<&S::t3_by_hours>("t3_by_hours", "七日按小时算(1)，还是到第七日 24:00(0)",
                               "T3 by the hour (1), or at the end of the last day (0)"),
    plain<&S::t3_days>("t3_days", 1, 60, "登记后几日未办结即触发",
                       "days after the registration until T3"),
    plain<&S::urge_before_hours>("urge_before_hours", 0, 240, "到期前几小时催办",
                                 "hours before the unit's due at which it is urged"),
};
static_assert(std::ranges::is_sorted(specs, {}, &SettingSpec::name));

}  // namespace

std::span<const SettingSpec> setting_specs() { return specs; }

const SettingSpec* find_setting(std::string_view name) {
    const auto found = std::ranges::find(specs, name, &SettingSpec::name);
    return found == specs.end() ? nullptr : &*found;
}

SettingsHistory::SettingsHistory(WorkSettings from_the_beginning)
    : steps_{{INT64_MIN, from_the_beginning}} {}

void SettingsHistory::change(std::int64_t from, const SettingSpec& spec, std::int64_t value) {
    JY_ASSERT(from >= steps_.back().first);
    if (from != steps_.back().first) steps_.emplace_back(from, steps_.back().second);
    spec.put(steps_.back().second, std::clamp(value, spec.least, spec.most));
}

void SettingsHistory::set_deadlines(const WorkDeadlines* deadlines) {
    for (auto& [from, settings] : steps_) settings.deadlines = deadlines;
}

const WorkSettings& SettingsHistory::at(std::int64_t as_of) const {
    // What is written in the same millisecond as an event came after it.
    const auto later = std::ranges::partition_point(
        steps_, [&](const auto& step) { return step.first == INT64_MIN || step.first < as_of; });
    return std::prev(later)->second;
}

}  // namespace jiuying::schema
