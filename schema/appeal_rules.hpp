/// Rules of an appeal that hold for its fields together. Pure; commands, replica and hub all ask
/// here.
#pragma once

#include "schema/registry.hpp"
#include "schema/value.hpp"

#include <cstdint>
#include <string_view>

namespace jiuying::schema {

/// \p text without the white space at both ends: spaces, line ends, the ideographic space, and the
/// invisible characters that other programs leave in a cell (no-break and zero-width space, BOM).
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Whether \p text shows nothing: only such white space.
[[nodiscard]] bool is_blank(std::string_view text);

/// Whether an appeal with this title and text says nothing at all: a text may be empty only where
/// there is a title. A value that is no text is not blank; that it does not fit is another fault.
[[nodiscard]] bool says_nothing(const Value& title, const Value& text);

/// What kind of thing a field of the appeal says, for who may change it and when (domain B2).
enum class FieldRole : std::uint8_t {
    fact,     ///< Of the intake: the station's before the dispatch, then corrected by a step.
    contact,  ///< How the requester is reached: both sides', a person picks.
    upkeep,   ///< Tags, links, counts: no step is judged by them.
};
[[nodiscard]] FieldRole role_of(FieldId field);

/// Whether \p text is a place on the map as the field `point` has it: latitude and longitude in
/// degrees of WGS 84 with a point for the decimals, joined by a comma: "31.334500,118.376200".
[[nodiscard]] bool is_point(std::string_view text);

}  // namespace jiuying::schema
