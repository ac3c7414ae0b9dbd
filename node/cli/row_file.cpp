#include "node/cli/row_file.hpp"

#include "node/cli/fronts.hpp"
#include "schema/registry.hpp"

#include <algorithm>
#include <system_error>

namespace jiuying::node {
namespace {

OpenedRows open_source(const Desk& desk, const std::string& path) {
    if (const auto held = desk.handed_over(path)) return OpenedRows{path, *held};
    try {
        return OpenedRows{path == "-" ? "/dev/stdin" : path};
    } catch (const std::filesystem::filesystem_error& error) {
        const bool denied = error.code() == std::errc::permission_denied;
        throw Failure{denied ? Error::no_permission : Error::missing_file, Detail::path, path};
    }
}

Failure of_file(const SourceFailure& failure, Lang lang) {
    Error error = Error::import_no_header;
    switch (failure.problem) {
        case FileProblem::utf16:
        case FileProblem::not_utf8: error = Error::import_encoding; break;
        case FileProblem::gzip_damaged:
        case FileProblem::gzip_truncated: error = Error::import_gzip_damaged; break;
        case FileProblem::bad_header: error = Error::import_not_csv; break;
        case FileProblem::not_json: error = Error::bad_json_rows; break;
        case FileProblem::workbook_damaged:
        case FileProblem::workbook_locked: error = Error::bad_workbook; break;
        case FileProblem::no_such_sheet: error = Error::no_such_sheet; break;
        case FileProblem::too_large: error = Error::import_too_large; break;
        default: break;
    }
    Failure told{error, Detail::reason, std::string{text_of(failure.problem, lang)}};
    if (!failure.column.empty()) told.with(Detail::field, failure.column);
    return told;
}

/// The field that a column's heading names: by its own name, or by its label in \p entity.
std::string_view field_of_column(const std::string& column, std::string_view entity,
                                 std::span<const std::string_view> fields) {
    const auto found = std::ranges::find(fields, column);
    if (found != fields.end()) return *found;
    const schema::Entity* labels = schema::find_entity(schema::registry(), entity);
    if (labels == nullptr) return {};
    if (column == "企业" || column == "企业名称") return "enterprise";
    const auto label = std::ranges::find_if(labels->fields, [&](const schema::Field& field) {
        return field.zh == column && std::ranges::find(fields, field.name) != fields.end();
    });
    return label == labels->fields.end() ? std::string_view{} : label->name;
}

/// One field for each column that has a field's name.
std::string map_by_name(const std::vector<std::string>& columns, std::string_view entity,
                        std::span<const std::string_view> fields) {
    std::string map;
    for (const std::string& column : columns) {
        const std::string_view field = field_of_column(column, entity, fields);
        if (field.empty()) continue;
        map.append(map.empty() ? "" : ",").append(field).append("=").append(column);
    }
    return map;
}

}  // namespace

Failure of_mapping(const MappingError& fault, Lang lang, std::string option) {
    using Kind = MappingError::Kind;
    const Error error = fault.kind == Kind::unknown_field    ? Error::unknown_field_name
                        : fault.kind == Kind::unknown_column ? Error::import_unknown_column
                                                             : Error::bad_value;
    Failure told{error, Detail::reason, fault.text(lang)};
    return told.with(Detail::option, std::move(option));
}

void RefusedRows::add(std::uint64_t row, std::string reason, std::string_view code) {
    ++count_;
    if (rows_.size() >= listed_max) return;
    rows_.push_back({{"row", row}, {"reason", std::move(reason)}, {"code", code}});
}

void RefusedRows::add(const BadRow& row) {
    std::string reason{text_of(row.problem, lang_)};
    if (!row.column.empty()) {
        reason.append(pick(lang_, "（列 ", " (column ")).append(row.column);
        reason.append(pick(lang_, "）", ")"));
    }
    add(row.number, std::move(reason), name_of(row.problem));
}

void RefusedRows::add(const json::array& refused, std::string_view entity) {
    for (const json::value& item : refused) {
        const json::object& row = item.as_object();
        const std::string code = text_at(row, "code");
        const ErrorEntry* entry = find_error(code);
        std::string reason{entry == nullptr ? code : entry->what.in(lang_)};
        const std::string field = text_at(row, "field");
        if (!field.empty()) {
            reason.append(pick(lang_, "（", " (")).append(field_label(lang_, entity, field));
            const std::string limit = text_at(row, "limit");
            if (!limit.empty()) reason.append(pick(lang_, "，上限 ", ", limit ")).append(limit);
            reason.append(pick(lang_, "）", ")"));
        }
        const std::string hint = text_at(row, "hint");
        if (!hint.empty()) reason.append(pick(lang_, "是不是 ", " Is it ")).append(hint + "?");
        add(static_cast<std::uint64_t>(number_at(row, "row")), std::move(reason), code);
    }
}

json::array RefusedRows::take() {
    std::ranges::stable_sort(rows_, {},
                             [](const json::object& row) { return number_at(row, "row"); });
    json::array all;
    for (json::object& row : rows_) all.push_back(std::move(row));
    rows_.clear();
    return all;
}

RowFile::RowFile(const Desk& desk, const std::string& path, RowFileManner manner,
                 std::span<const std::string_view> fields)
    : desk_(desk), manner_(std::move(manner)), rows_(open_source(desk, path)) {
    if (manner_.mapping) mapping_ = *std::move(manner_.mapping);
    SheetChoice sheet = manner_.sheet;
    if (sheet.name.empty()) sheet.name = mapping_.sheet;
    if (sheet.header == 0) sheet.header = mapping_.header_row;
    if (const auto failure = rows_.open(manner_.format, sheet)) {
        throw of_file(*failure, desk_.lang()).with(Detail::path, path);
    }
    map_columns(fields);
}

void RowFile::map_columns(std::span<const std::string_view> fields) {
    if (manner_.map || mapping_.columns.empty()) {
        const std::vector<std::string>& columns = rows_.rows().columns();
        const std::string typed =
            manner_.map ? *manner_.map : map_by_name(columns, manner_.labels, fields);
        if (typed.empty() && !manner_.map) {
            throw Failure{Error::import_unknown_column, Detail::reason,
                          std::string{desk_.pick("列名和字段名对不上，请用 --map 字段=列名 说明",
                                                 "no column has a field's name; say --map "
                                                 "field=column")}};
        }
        auto parsed = parse_mapping(typed, fields);
        if (const auto* fault = std::get_if<MappingError>(&parsed)) {
            throw of_mapping(*fault, desk_.lang());
        }
        mapping_.columns = std::get<Mapping>(std::move(parsed));
    }
    auto found = find_columns(mapping_.columns, rows_.rows());
    if (const auto* fault = std::get_if<MappingError>(&found)) {
        throw of_mapping(*fault, desk_.lang());
    }
    places_ = std::get<std::vector<std::size_t>>(std::move(found));
}

bool RowFile::fills(std::string_view field) const {
    return std::ranges::find(mapping_.columns, field, &MappedField::field) !=
           mapping_.columns.end();
}

json::object RowFile::values_of(const SourceRow& row, std::size_t& bytes) const {
    json::object values;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const std::string& field = mapping_.columns[i].field;
        const std::string_view text = meaning(mapping_, field, row.fields[places_[i]]);
        values[field] = text;
        bytes += text.size();
    }
    return values;
}

void RowFile::read(const Take& take, RefusedRows& refused) {
    json::array rows;
    std::size_t bytes = 0;
    std::uint64_t last = 0;
    const auto hand_over = [&] {
        if (rows.empty()) return;
        take(std::move(rows), last);
        rows = {};
        bytes = 0;
    };
    for (;;) {
        const RowSource::Item item = rows_.rows().next();
        if (const auto* bad = std::get_if<BadRow>(&item)) {
            refused.add(*bad);
        } else if (const auto* row = std::get_if<SourceRow>(&item)) {
            json::object values = values_of(*row, bytes);
            rows.push_back(json::object{{"row", row->number}, {"values", std::move(values)}});
            last = row->number;
            if (rows.size() >= batch_rows_max || bytes >= batch_bytes_max) hand_over();
        } else {
            hand_over();
            const auto* failure = std::get_if<SourceFailure>(&item);
            if (failure == nullptr) return;
            throw of_file(*failure, desk_.lang()).with(Detail::row, std::to_string(last));
        }
    }
}

void add_counts(json::object& sum, const json::object& more) {
    for (const auto& member : more) {
        if (!member.value().is_number()) continue;
        sum[member.key()] = number_at(sum, member.key()) + number_at(more, member.key());
    }
}

std::string refused_prose(const Desk& desk, const json::array& refused) {
    constexpr std::size_t shown_max = 20;
    std::string prose;
    for (std::size_t at = 0; at < refused.size() && at < shown_max; ++at) {
        const json::object& row = refused[at].get_object();
        prose.append(desk.pick("  第 ", "  row "))
            .append(std::to_string(number_at(row, "row")))
            .append(desk.pick(" 行：", ": "))
            .append(text_at(row, "reason"))
            .append("\n");
    }
    if (refused.size() > shown_max) {
        prose.append(
            desk.pick("  …… 全部列在 --json 的结果里\n", "  ... all of them with --json\n"));
    }
    return prose;
}

}  // namespace jiuying::node
