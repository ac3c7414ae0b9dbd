/// UTF-8 (RFC 3629), strictly: no overlong forms, no surrogates, nothing above U+10FFFF.
///
/// Texts are kept as the bytes that came in, never normalised and never cut; these functions only
/// look at them. Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jiuying::schema {

/// Whether all of \p text is UTF-8. NUL is a character like any other. The empty text is UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

/// How many characters (code points) \p text has. Meaningful for UTF-8 only: it counts the bytes
/// that do not continue a character.
[[nodiscard]] std::size_t count_code_points(std::string_view text);

/// Stands for bytes that are not UTF-8.
inline constexpr char32_t replacement_character = 0xFFFD;

/// A character and how many bytes it takes, 1 to 4.
struct CodePoint {
    char32_t code = replacement_character;
    std::size_t size = 1;
    bool valid = false;  ///< False: `code` is the replacement character and `size` is 1.
};

/// The character at the front of \p text, which must not be empty. Bytes that are not UTF-8 are
/// answered one at a time, so a loop over any bytes ends.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

/// Appends \p code, which must be a Unicode scalar value (asserted).
void append_utf8(std::string& out, char32_t code);

}  // namespace jiuying::schema
