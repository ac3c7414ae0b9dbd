/// The Chinese words for the registry's choices, read from people and files and shown to them.
///
/// The registry names choices by identifiers; forms and the files of other systems use these words.
/// Pure, safe from any thread.
#pragma once

#include "schema/registry.hpp"

#include <cstdint>
#include <string_view>

namespace jiuying::node {

/// The number of the choice that \p word names in \p field: its identifier, or one of our words
/// for it. Of several words joined by a slash, as other platforms write (`投诉/求助`), the first
/// that is known counts. 0 if there is none.
[[nodiscard]] std::int64_t choice_of(const schema::Field& field, std::string_view word);

/// The word to show for a choice's identifier; the identifier itself where we have no word.
[[nodiscard]] std::string_view word_for(std::string_view choice);

}  // namespace jiuying::node
