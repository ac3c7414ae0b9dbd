/// Runs of bytes: the types that every format of ours is written in, and hex for people.
///
/// Pure functions and value types; safe from any thread.
#pragma once

#include "schema/result.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::sync {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

template <std::size_t N>
using Array = std::array<std::uint8_t, N>;

/// The bytes of a text, not copied: the view lives as long as the text.
[[nodiscard]] inline View as_view(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The same bytes seen as text. Says nothing about UTF-8.
[[nodiscard]] inline std::string_view as_text(View bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void append(Bytes& out, View more) { out.insert(out.end(), more.begin(), more.end()); }

/// A copy of fixed size. Fails with Errc::malformed when the size is not exactly N.
template <std::size_t N>
[[nodiscard]] Result<Array<N>> to_array(View bytes) {
    if (bytes.size() != N) return Errc::malformed;
    Array<N> fixed{};
    std::ranges::copy(bytes, fixed.begin());
    return fixed;
}

/// Two lower-case digits a byte. Not constant-time: never for secrets.
[[nodiscard]] std::string hex_encode(View bytes);

/// Reads digits of either case. Fails with Errc::malformed on an odd count or any other character.
[[nodiscard]] Result<Bytes> hex_decode(std::string_view text);

/// As above, for exactly N bytes.
template <std::size_t N>
[[nodiscard]] Result<Array<N>> hex_decode_array(std::string_view text) {
    if (text.size() != 2 * N) return Errc::malformed;
    const Result<Bytes> bytes = hex_decode(text);
    if (!bytes) return bytes.error();
    return to_array<N>(*bytes);
}

}  // namespace jiuying::sync
