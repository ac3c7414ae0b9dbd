/// Rules of an appeal that hold for its fields together. Pure; commands, replica and hub all ask
/// here.
#pragma once

#include "schema/value.hpp"

#include <string_view>

namespace jiuying::schema {

/// Whether \p text shows nothing: only white space, the ideographic space included.
[[nodiscard]] bool is_blank(std::string_view text);

/// Whether an appeal with this title and text says nothing at all: a text may be empty only where
/// there is a title. A value that is no text is not blank; that it does not fit is another fault.
[[nodiscard]] bool says_nothing(const Value& title, const Value& text);

/// Whether \p text is a place on the map as the field `point` has it: latitude and longitude in
/// degrees of WGS 84 with a point for the decimals, joined by a comma: "31.334500,118.376200".
[[nodiscard]] bool is_point(std::string_view text);

}  // namespace jiuying::schema
