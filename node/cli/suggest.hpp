/// What a person probably meant by a word that we do not know.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// How many characters must be inserted, dropped, replaced or swapped with their neighbour to turn
/// \p a into \p b. Source: the optimal string alignment distance (Damerau 1964). Bytes, not
/// characters: the words are ours and ASCII.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The word of \p known that is nearest to \p typed, or begins with it; empty if none is near
/// enough to be worth a guess.
[[nodiscard]] std::string nearest(std::string_view typed, const std::vector<std::string>& known);

}  // namespace jiuying::node
