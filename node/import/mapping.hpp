/// Which column of a file fills which field, and what the words of a file mean here.
///
/// A channel's files look alike week after week, so the hub saves for each kind of file a mapping
/// under a name; see ImportMapping. Pure; safe from any thread.
#pragma once

#include "node/cli/lang.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jiuying::node {

class RowSource;

/// One pair of the map.
struct MappedField {
    std::string field;
    std::string column;
};
using Mapping = std::vector<MappedField>;  ///< In the order in which it was written.

/// What a word of a file means in a field: `type:投诉举报=complaint`.
struct ValueWord {
    std::string field;
    std::string theirs;
    std::string ours;
};

/// All that is known of a kind of file.
struct ImportMapping {
    std::string name;
    std::string format;   ///< `csv`, `xlsx`, `json`: what the files are as a rule; may be empty.
    std::string channel;  ///< Of rows that name none.
    Mapping columns;
    std::vector<ValueWord> values;
    Mapping constants;  ///< Field and the value of rows that have none.
    std::string sheet;  ///< Of a workbook.
    std::uint32_t header_row = 0;
};

struct MappingError {
    enum class Kind : std::uint8_t {
        malformed,  ///< A part that is not `field=column`, or nothing at all.
        unknown_field,
        unknown_column,
        duplicate_field,  ///< One field from two columns. Two fields from one column are fine.
    };
    Kind kind;
    std::string name;                    ///< The part, field or column meant.
    std::vector<std::string> available;  ///< What there is instead; empty for the other kinds.

    /// One sentence with all of that. Column names are no personal data.
    [[nodiscard]] std::string text(Lang lang) const;
};

/// Reads \p map: `title=title,text=detail`. Blanks around names are ignored. A column's name may
/// contain `=`, not a comma.
[[nodiscard]] std::variant<Mapping, MappingError> parse_mapping(
    std::string_view map, std::span<const std::string_view> fields);

/// Reads `field:theirs=ours`, split at the first colon and the last `=`.
[[nodiscard]] std::variant<ValueWord, MappingError> parse_value_word(
    std::string_view text, std::span<const std::string_view> fields);

/// Where the columns of \p mapping are in \p rows. A sparse source need have only one of them.
[[nodiscard]] std::variant<std::vector<std::size_t>, MappingError> find_columns(
    const Mapping& mapping, RowSource& rows);

/// What \p text of a column means in \p field; the text itself where nothing is said of it.
[[nodiscard]] std::string_view meaning(const ImportMapping& mapping, std::string_view field,
                                       std::string_view text);

/// {"name","format","channel","columns":{field:column},"values":{field:{theirs:ours}},
/// "constants":{field:value},"sheet","header_row"}; what is empty may be absent.
[[nodiscard]] boost::json::object to_json(const ImportMapping& mapping);
[[nodiscard]] std::variant<ImportMapping, MappingError> mapping_from_json(
    const boost::json::object& document, std::span<const std::string_view> fields);

/// Mappings of formats that are publicly known: our own mini-program contract, and Open311
/// GeoReport v2. Null if there is none of that name.
[[nodiscard]] const ImportMapping* built_in_mapping(std::string_view name);
[[nodiscard]] std::span<const ImportMapping> built_in_mappings();

}  // namespace jiuying::node
