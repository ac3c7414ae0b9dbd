/// Those facts of an appeal by which steps of its order are judged, as they stood at one instant.
///
/// A dispatch and a closing on the spot carry them (field `intake` of the event): from then on the
/// order is judged by what they say, whatever becomes of the appeal's own fields. A correction
/// carries those that it changes. docs/decisions/0024.
#pragma once

#include "schema/appeal_kinds.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jiuying::schema {

/// A fact that is not there is not spoken of.
struct IntakeFacts {
    std::optional<AppealType> type;
    std::optional<std::string> category;
    std::optional<std::string> region;
    std::optional<std::string> subject_unit;  ///< Empty: of no unit.
    std::optional<std::int64_t> ext_due_at;   ///< 0: no such limit.
    std::optional<bool> enterprise;
    std::optional<bool> anonymous;
    std::optional<bool> has_phone;
    std::optional<bool> from_leader;

    bool operator==(const IntakeFacts&) const = default;
};

/// One line `name=value` for each fact that is there, in the order above, at most 400 characters.
/// A text with a line feed in it, which no program of ours writes, is left out.
[[nodiscard]] std::string text_of(const IntakeFacts& facts);

/// Reads what text_of() writes. Lines and values that this program does not know are passed over,
/// and of a name that comes twice the first counts: whatever the bytes, never a failure.
[[nodiscard]] IntakeFacts read_intake_facts(std::string_view text);

}  // namespace jiuying::schema
