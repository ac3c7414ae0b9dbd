/// What a loaded record's columns show.
#pragma once

#include "node/store/store.hpp"

#include <algorithm>
#include <string>

namespace jiuying::node {

/// What the column of \p field shows; nothing if the entity has no such field. The record must be
/// placed.
[[nodiscard]] inline const schema::Value& shown_in(const LoadedRecord& record,
                                                   schema::FieldId field) {
    static const schema::Value nothing{};
    const auto& fields = record.entity->fields;
    const auto at = std::ranges::lower_bound(fields, field, {}, &schema::Field::id);
    const auto column = static_cast<std::size_t>(at - fields.begin());
    const bool found = at != fields.end() && at->id == field && column < record.columns.size();
    return found ? record.columns[column] : nothing;
}

/// As text; empty if it is none.
[[nodiscard]] inline std::string text_in(const LoadedRecord& record, schema::FieldId field) {
    const std::string* text = schema::text_of(shown_in(record, field));
    return text == nullptr ? std::string() : *text;
}

}  // namespace jiuying::node
