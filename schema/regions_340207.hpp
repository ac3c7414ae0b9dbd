/// The regions of Jiujiang District (340207), built in so that a hub of that district starts with
/// them. Other districts import theirs: `jiuying-hub region import FILE.csv`.
///
/// Codes and names are the statistical division codes of 2023, down to subdistricts, towns and
/// parks; villages are imported. Pure data, no I/O.
#pragma once

#include <span>
#include <string_view>

namespace jiuying::schema {

/// One row of the region table. Names are those of the fields of entity `region`.
struct RegionRow {
    std::string_view code;
    std::string_view name;
    std::string_view level;   ///< A choice of the field `level`: district, street, town or park.
    std::string_view parent;  ///< Code of the region above; empty for the district itself.
    bool rural = false;       ///< Towns count as countryside, streets and parks as city.
};

/// The district first, then its parts by ascending code; a parent stands before its children.
[[nodiscard]] std::span<const RegionRow> regions_340207();

}  // namespace jiuying::schema
