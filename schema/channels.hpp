/// The ways by which appeals reach the district: the built-in list with codes that files and forms
/// use.
///
/// The field `channel` of an appeal is free text, so that what other programs wrote is never
/// refused at a merge; people and files are held to this list, and to what the district added to
/// it, when they enter something. Pure; safe from any thread.
#pragma once

#include <span>
#include <string_view>

namespace jiuying::schema {

struct Channel {
    std::string_view code;
    std::string_view zh;
    std::string_view en;
    /// Whose channel it is, as the field `ext_level` has it; empty for ways in of our own.
    std::string_view level;
};

/// In the order in which people read it.
[[nodiscard]] std::span<const Channel> channels();

/// The channel that \p word means: its code, its Chinese or English name, or one of the other
/// words that files use for it. Null if there is none.
[[nodiscard]] const Channel* find_channel(std::string_view word);

/// What the code of a district's own channel is made of: small letters, digits and `_`, at most
/// 32, none of the built-in ones.
[[nodiscard]] bool may_be_channel(std::string_view code);

}  // namespace jiuying::schema
