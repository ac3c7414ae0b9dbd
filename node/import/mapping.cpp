#include "node/import/mapping.hpp"

#include "node/import/row_source.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

namespace json = boost::json;
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
            return pick(lang, "对应要写成 字段=列名,字段=列名 ，这里不对：",
                        "a mapping is written as field=column,field=column; this part is not: ");
        case Kind::unknown_field:
            return pick(lang, "对应里没有这个字段：", "the mapping names an unknown field: ");
        case Kind::unknown_column:
            return pick(lang, "文件里没有这一列：", "the file has no such column: ");
        case Kind::duplicate_field:
            return pick(lang, "对应里同一个字段写了两次：", "the mapping names one field twice: ");
    }
    return {};
}

std::optional<MappingError> fault_of(const Mapping& mapping, const std::string& field,
                                     std::span<const std::string_view> fields) {
    if (std::ranges::find(fields, field) == fields.end()) {
        return MappingError{Kind::unknown_field, field, {fields.begin(), fields.end()}};
    }
    if (std::ranges::find(mapping, field, &MappedField::field) != mapping.end()) {
        return MappingError{Kind::duplicate_field, field, {}};
    }
    return std::nullopt;
}

json::object object_of(const Mapping& mapping) {
    json::object all;
    for (const MappedField& one : mapping) all[one.field] = one.column;
    return all;
}

/// Reads the parts of a mapping's document, one member after the other.
class DocumentReader {
public:
    DocumentReader(const json::object& document, std::span<const std::string_view> fields)
        : document_(document), fields_(fields) {}

    std::variant<ImportMapping, MappingError> read() {
        constexpr std::string_view known[] = {"name",   "format",    "channel", "columns",
                                              "values", "constants", "sheet",   "header_row"};
        for (const auto& member : document_) {
            if (std::ranges::find(known, std::string_view{member.key()}) == std::end(known)) {
                refuse(member.key());
            }
        }
        text("name", mapping_.name);
        text("format", mapping_.format);
        text("channel", mapping_.channel);
        text("sheet", mapping_.sheet);
        pairs("columns", mapping_.columns);
        pairs("constants", mapping_.constants);
        values();
        if (const json::value* row = document_.if_contains("header_row")) {
            constexpr std::int64_t most = 1000;
            const bool fits = row->is_int64() && row->get_int64() >= 0 && row->get_int64() <= most;
            if (!fits) refuse("header_row");
            if (fits) mapping_.header_row = static_cast<std::uint32_t>(row->get_int64());
        }
        if (mapping_.columns.empty()) refuse("columns");
        if (error_) return *error_;
        return std::move(mapping_);
    }

private:
    void refuse(std::string_view name) {
        if (!error_) error_ = MappingError{Kind::malformed, std::string{name}, {}};
    }

    void text(std::string_view key, std::string& into) {
        const json::value* value = document_.if_contains(key);
        if (value == nullptr || value->is_null()) return;
        if (value->is_string()) {
            into = value->get_string();
        } else {
            refuse(key);
        }
    }

    void pairs(std::string_view key, Mapping& into) {
        const json::value* value = document_.if_contains(key);
        if (value == nullptr) return;
        if (!value->is_object()) return refuse(key);
        for (const auto& member : value->get_object()) {
            const std::string field{member.key()};
            if (!member.value().is_string() || member.value().get_string().empty()) {
                return refuse(field);
            }
            auto fault = fault_of(into, field, fields_);
            if (fault && !error_) error_ = std::move(fault);
            into.push_back({field, std::string{member.value().get_string()}});
        }
    }

    void values() {
        const json::value* all = document_.if_contains("values");
        if (all == nullptr) return;
        if (!all->is_object()) return refuse("values");
        for (const auto& member : all->get_object()) {
            const std::string field{member.key()};
            auto fault = fault_of({}, field, fields_);
            if (fault && !error_) error_ = std::move(fault);
            if (!member.value().is_object()) return refuse(field);
            for (const auto& word : member.value().get_object()) {
                if (!word.value().is_string()) return refuse(field);
                mapping_.values.push_back(
                    {field, std::string{word.key()}, std::string{word.value().get_string()}});
            }
        }
    }

    const json::object& document_;
    std::span<const std::string_view> fields_;
    ImportMapping mapping_;
    std::optional<MappingError> error_;
};

}  // namespace

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
                                                  std::span<const std::string_view> fields) {
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
        if (auto fault = fault_of(mapping, field, fields)) return *std::move(fault);
        mapping.push_back({field, column});
    }
    return mapping;
}

std::variant<ValueWord, MappingError> parse_value_word(std::string_view text,
                                                       std::span<const std::string_view> fields) {
    const std::size_t colon = text.find(':');
    const std::size_t equals = text.rfind('=');
    const bool whole = colon != text.npos && equals != text.npos && colon < equals;
    if (!whole) return MappingError{Kind::malformed, std::string{text}, {}};
    ValueWord word{std::string{trimmed(text.substr(0, colon))},
                   std::string{trimmed(text.substr(colon + 1, equals - colon - 1))},
                   std::string{trimmed(text.substr(equals + 1))}};
    if (word.theirs.empty()) return MappingError{Kind::malformed, std::string{text}, {}};
    if (auto fault = fault_of({}, word.field, fields)) return *std::move(fault);
    return word;
}

std::variant<std::vector<std::size_t>, MappingError> find_columns(const Mapping& mapping,
                                                                  RowSource& rows) {
    const auto index_of = [&](const std::string& column) {
        return static_cast<std::size_t>(std::ranges::find(rows.columns(), column) -
                                        rows.columns().begin());
    };
    const std::vector<std::string> there = rows.columns();
    const auto is_there = [&](const MappedField& one) {
        return std::ranges::find(there, one.column) != there.end();
    };
    const auto missing = std::ranges::find_if_not(mapping, is_there);
    const bool enough = rows.is_sparse() && std::ranges::any_of(mapping, is_there);
    if (missing != mapping.end() && !enough) {
        return MappingError{Kind::unknown_column, missing->column, there};
    }
    std::vector<std::size_t> places;
    for (const MappedField& one : mapping) {
        rows.add_column(one.column);
        places.push_back(index_of(one.column));
    }
    return places;
}

std::string_view meaning(const ImportMapping& mapping, std::string_view field,
                         std::string_view text) {
    for (const ValueWord& word : mapping.values) {
        if (word.field == field && word.theirs == trimmed(text)) return word.ours;
    }
    return text;
}

json::object to_json(const ImportMapping& mapping) {
    json::object values;
    for (const ValueWord& word : mapping.values) {
        json::value& of_field = values[word.field];
        if (of_field.is_null()) of_field = json::object{};
        of_field.get_object()[word.theirs] = word.ours;
    }
    return {{"name", mapping.name},        {"format", mapping.format},
            {"channel", mapping.channel},  {"columns", object_of(mapping.columns)},
            {"values", std::move(values)}, {"constants", object_of(mapping.constants)},
            {"sheet", mapping.sheet},      {"header_row", std::int64_t{mapping.header_row}}};
}

std::variant<ImportMapping, MappingError> mapping_from_json(
    const json::object& document, std::span<const std::string_view> fields) {
    return DocumentReader{document, fields}.read();
}

std::span<const ImportMapping> built_in_mappings() {
    // docs/reference/mini-program.md, and https://wiki.open311.org/GeoReport_v2.
    static const std::vector<ImportMapping> all{
        {"mini_program",
         "json",
         "mini_program",
         {{"ext_no", "request_no"},
          {"type", "type"},
          {"title", "title"},
          {"text", "text"},
          {"contact", "person.name"},
          {"phone", "person.phone"},
          {"address", "person.address"},
          {"anonymous", "person.anonymous"},
          {"enterprise", "enterprise.name"},
          {"uscc", "enterprise.uscc"},
          {"region", "place.region"},
          {"place", "place.text"},
          {"point", "place.point"},
          {"occurred_at", "occurred_at"},
          {"ext_received_at", "submitted_at"}},
         {},
         {},
         {},
         0},
        {"open311",
         "json",
         "other",
         {{"ext_no", "service_request_id"},
          {"title", "service_name"},
          {"text", "description"},
          {"place", "address"},
          {"occurred_at", "requested_datetime"}},
         {},
         {},
         {},
         0},
    };
    return all;
}

const ImportMapping* built_in_mapping(std::string_view name) {
    for (const ImportMapping& mapping : built_in_mappings()) {
        if (mapping.name == name) return &mapping;
    }
    return nullptr;
}

}  // namespace jiuying::node
