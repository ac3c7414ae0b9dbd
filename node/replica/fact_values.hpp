/// What a record of reference data says at one moment of its history, read field by field.
#pragma once

#include "schema/directory.hpp"
#include "schema/registry.hpp"
#include "schema/staff_posts.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

namespace jiuying::node::facts {

using Values = std::map<schema::FieldId, schema::Value>;

/// Empty if there is none.
[[nodiscard]] inline std::string text_in(const Values& values, schema::FieldId field) {
    const auto at = values.find(field);
    const std::string* text = at == values.end() ? nullptr : schema::text_of(at->second);
    return text == nullptr ? std::string() : *text;
}

[[nodiscard]] inline std::optional<std::int64_t> number_in(const Values& values,
                                                           schema::FieldId field) {
    const auto at = values.find(field);
    const std::int64_t* number = at == values.end() ? nullptr : schema::number_of(at->second);
    if (number == nullptr) return std::nullopt;
    return *number;
}

[[nodiscard]] inline schema::Period both(schema::Period a, schema::Period b) {
    return {std::max(a.from, b.from), std::min(a.to, b.to)};
}

/// \p period, cut to the days that the record itself names.
[[nodiscard]] inline schema::Period within(const Values& values, schema::FieldId from,
                                           schema::FieldId to, schema::Period period) {
    schema::Period said;
    if (const auto at = number_in(values, from)) said.from = *at;
    if (const auto at = number_in(values, to)) said.to = schema::end_of_validity(*at);
    return both(period, said);
}

}  // namespace jiuying::node::facts
