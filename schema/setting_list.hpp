/// The amounts of the life cycle that a district may set, and what they were at each instant.
///
/// One table: a new setting is a member of WorkSettings and a row here. Pure.
#pragma once

#include "schema/workflow_settings.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace jiuying::schema {

/// A whole number between two bounds.
struct SettingSpec {
    std::string_view name;
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::int64_t (*get)(const WorkSettings& settings) = nullptr;
    void (*put)(WorkSettings& settings, std::int64_t value) = nullptr;
    std::string_view zh;
    std::string_view en;
};

/// All of them, by name.
[[nodiscard]] std::span<const SettingSpec> setting_specs();
/// Null if there is none of that name.
[[nodiscard]] const SettingSpec* find_setting(std::string_view name);

/// The settings as they were at each instant: an event is judged by those of its own, so that a
/// change of a setting undoes nothing.
class SettingsHistory {
public:
    explicit SettingsHistory(WorkSettings from_the_beginning = {});

    /// \p spec is \p value from \p from on. By ascending instant.
    void change(std::int64_t from, const SettingSpec& spec, std::int64_t value);
    /// Who answers for deadlines, at all instants.
    void set_deadlines(const WorkDeadlines* deadlines);

    /// By what was set before \p as_of.
    [[nodiscard]] const WorkSettings& at(std::int64_t as_of) const;
    [[nodiscard]] const WorkSettings& newest() const { return steps_.back().second; }

private:
    std::vector<std::pair<std::int64_t, WorkSettings>> steps_;
};

}  // namespace jiuying::schema
