/// The categories that ship: three levels, for a district with town and country, a long river bank,
/// parks, and much land acquisition.
///
/// Codes have two digits a level, so that a code begins with its parent's. A district may load
/// them, change them, or import its own. Pure.
#pragma once

#include <span>
#include <string_view>

namespace jiuying::schema {

struct PackedCategory {
    std::string_view code;
    std::string_view name;
    /// Empty on the first level.
    [[nodiscard]] constexpr std::string_view parent() const {
        return code.substr(0, code.size() - 2);
    }
};

/// The version that the records carry beside the code.
inline constexpr std::string_view category_pack_version = "2026.1";

/// A parent stands before what is below it.
[[nodiscard]] std::span<const PackedCategory> category_pack();

}  // namespace jiuying::schema
