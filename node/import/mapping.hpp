/// Which column of a file fills which field: `--map
/// title=title,text=detail,occurred_at=created_at`.
///
/// Pure; safe from any thread.
#pragma once

#include "node/cli/lang.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jiuying::node {

/// The fields of an appeal that a file may fill, by the names of the command line.
[[nodiscard]] std::span<const std::string_view> appeal_import_fields();

/// One pair of the map.
struct MappedField {
    std::string field;
    std::size_t column;  ///< Index into the columns of the file.
};
using Mapping = std::vector<MappedField>;  ///< In the order in which it was written.

/// The index of the column that fills \p field.
[[nodiscard]] std::optional<std::size_t> column_for(const Mapping& mapping, std::string_view field);

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

/// Reads \p map. Blanks around names are ignored. A column's name may contain `=`, not a comma.
[[nodiscard]] std::variant<Mapping, MappingError> parse_mapping(
    std::string_view map, std::span<const std::string_view> fields,
    std::span<const std::string> columns);

}  // namespace jiuying::node
