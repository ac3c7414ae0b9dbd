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
    const bool found = at != fields.end() && at->id == field;
    return found ? record.columns[column] : nothing;
}

/// As text; empty if it is none.
[[nodiscard]] inline std::string text_in(const LoadedRecord& record, schema::FieldId field) {
    const std::string* text = schema::text_of(shown_in(record, field));
    return text == nullptr ? std::string() : *text;
}

/// Of the choices of requester_kind.
inline constexpr std::int64_t enterprise_kind = 2;

/// Whether an appeal belongs to the enterprises' queue: by what is told of the requester, by the
/// firm that was chosen, or by a credit code, which only firms and such have. Columns in SQL alike.
[[nodiscard]] inline bool is_of_enterprise(const LoadedRecord& appeal) {
    const auto* kind = schema::number_of(shown_in(appeal, schema::appeal::requester_kind));
    return (kind != nullptr && *kind == enterprise_kind) ||
           !schema::empty(shown_in(appeal, schema::appeal::enterprise)) ||
           !schema::empty(shown_in(appeal, schema::appeal::uscc));
}

/// What the graph of \p field shows: also what its column can't take, and what this very commit
/// wrote.
[[nodiscard]] inline schema::Value shown_now(const LoadedRecord& record, schema::FieldId field,
                                             const sync::Authors& authors) {
    const sync::FieldGraph* graph = sync::find_graph(record.state, field);
    if (graph == nullptr) return {};
    const sync::FieldView view =
        sync::view(record.state, *graph, sync::policy_of(record.entity, field), authors);
    return view.shown == nullptr ? schema::Value{} : view.shown->value;
}

/// A printed number with the hub's suffix, if it needed one to tell two claimants apart.
[[nodiscard]] inline std::string with_suffix(const std::string& number, const std::string& suffix) {
    return suffix.empty() ? number : number + "-" + suffix;
}
[[nodiscard]] inline std::string printed_number(const LoadedRecord& record) {
    return with_suffix(text_in(record, schema::appeal::number),
                       text_in(record, schema::appeal::number_suffix));
}

}  // namespace jiuying::node
