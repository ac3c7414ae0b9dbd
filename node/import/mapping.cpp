#include "node/import/mapping.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

using Kind = MappingError::Kind;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view before(Kind kind, Lang lang) {
    switch (kind) {
        case Kind::malformed:
            return pick(lang, "--map 要写成 字段=列名,字段=列名 ，这里不对：",
                        "--map is written as field=column,field=column; this part is not: ");
        case Kind::unknown_field:
            return pick(lang, "--map 里没有这个字段：", "--map names an unknown field: ");
        case Kind::unknown_column:
            return pick(lang, "文件里没有这一列：", "the file has no such column: ");
        case Kind::duplicate_field:
            return pick(lang, "--map 里同一个字段写了两次：", "--map names one field twice: ");
    }
    return {};
}

}  // namespace

std::span<const std::string_view> appeal_import_fields() {
    static constexpr std::array<std::string_view, 14> fields{
        "type",  "title", "text",        "contact", "phone",  "address",    "region",
        "place", "uscc",  "occurred_at", "channel", "ext_no", "enterprise", "meeting"};
    return fields;
}

std::optional<std::size_t> column_for(const Mapping& mapping, std::string_view field) {
    const auto at = std::ranges::find(mapping, field, &MappedField::field);
    if (at == mapping.end()) return std::nullopt;
    return at->column;
}

std::string MappingError::text(Lang lang) const {
    std::string text{before(kind, lang)};
    text += name;
    if (available.empty()) return text;
    text += pick(lang, "；可以用的有：", "; there are: ");
    for (const std::string& one : available) {
        if (&one != &available.front()) text += pick(lang, "、", ", ");
        text += one;
    }
    return text;
}

std::variant<Mapping, MappingError> parse_mapping(std::string_view map,
                                                  std::span<const std::string_view> fields,
                                                  std::span<const std::string> columns) {
    Mapping mapping;
    for (bool more = true; more;) {
        const std::size_t comma = map.find(',');
        more = comma != std::string_view::npos;
        const std::string_view part = trimmed(map.substr(0, comma));
        if (more) map.remove_prefix(comma + 1);

        const std::size_t equals = part.find('=');
        const std::string field{trimmed(part.substr(0, equals))};
        const std::string column{
            equals == std::string_view::npos ? "" : trimmed(part.substr(equals + 1))};
        if (field.empty() || column.empty()) {
            return MappingError{Kind::malformed, std::string{part}, {}};
        }
        if (std::ranges::find(fields, field) == fields.end()) {
            return MappingError{Kind::unknown_field, field, {fields.begin(), fields.end()}};
        }
        const auto found = std::ranges::find(columns, column);
        if (found == columns.end()) {
            return MappingError{Kind::unknown_column, column, {columns.begin(), columns.end()}};
        }
        if (column_for(mapping, field)) return MappingError{Kind::duplicate_field, field, {}};
        mapping.push_back({field, static_cast<std::size_t>(found - columns.begin())});
    }
    return mapping;
}

}  // namespace jiuying::node
