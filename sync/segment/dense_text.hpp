/// Chinese text in two bytes a character instead of UTF-8's three, before compression.
///
/// zstd then finds words of two characters as matches of four bytes and has a third less to look
/// at: 8 percent smaller at level 9, and faster. Reversible for every UTF-8 text; nothing is
/// normalised.
///
///     00-7F        ASCII
///     80           then the low byte of U+3000-U+30FF     punctuation, kana
///     81           then the low byte of U+FF00-U+FFFF     full-width forms
///     82-D3        U+4E00-U+9FFF, high part in the lead byte, low byte follows
///     D4-E3        U+2000-U+2FFF, likewise
///     E4-EB        U+0080-U+07FF, likewise, from U+0000 on
///     FF           then the UTF-8 of any other character
///
/// Pure functions.
#pragma once

#include "sync/crypto/bytes.hpp"

#include <string>
#include <string_view>

namespace jiuying::sync {

/// Appends the dense form. False when \p text is not UTF-8: then \p out holds a part of it.
[[nodiscard]] bool append_dense(Bytes& out, std::string_view text);

/// Appends the UTF-8 of a dense text. False when \p dense is not what append_dense writes.
[[nodiscard]] bool append_undense(std::string& out, std::string_view dense);

/// A dense text is at most so many times longer as UTF-8 (two bytes become three).
[[nodiscard]] constexpr std::size_t undense_size_max(std::size_t dense) {
    return dense + dense / 2 + 1;
}

}  // namespace jiuying::sync
