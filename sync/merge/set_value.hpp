/// The `set` policy: an observed-remove set of short texts.
///
/// A change carries the texts it adds and, for each text it removes, the (element, dot) pairs that
/// its author saw. An element is in the set while some add of it has not been removed. Whatever
/// the order of arrival, the same changes give the same set. Model: shared rule `orset`; Source:
/// Bieniusa et al., "An optimized conflict-free replicated set", 2012.
#pragma once

#include "schema/registry.hpp"
#include "schema/result.hpp"
#include "sync/merge/record_state.hpp"

#include <string>
#include <vector>

namespace jiuying::sync {

struct SetElement {
    std::string text;
    Author author;  ///< Who added it, and in which transaction.
    std::uint64_t txn = 0;
    bool operator==(const SetElement&) const = default;
};

struct SetChange {
    static constexpr std::size_t elements_max = 200;
    std::vector<std::string> adds;
    std::vector<SetElement> removes;
    bool operator==(const SetChange&) const = default;
};

[[nodiscard]] std::string encode_set_change(const SetChange& change);
/// Errc::malformed (cut short, bytes left over, a number not in its shortest form), not_utf8 or
/// out_of_bounds (too many elements, or a text over \p text_max characters).
[[nodiscard]] Result<SetChange> decode_set_change(std::string_view bytes, std::uint32_t text_max);

/// Whether \p bytes is a change that a set of texts of at most \p text_max characters may get: it
/// adds none that is longer (out_of_bounds), empty or has a line feed in it (malformed), for
/// columns and screens show a set by lines. It may remove such a text. The merge itself takes them
/// as they are, like any value that the hub only notices. Otherwise as decode_set_change.
[[nodiscard]] Result<void> check_set_change(std::string_view bytes, std::uint32_t text_max);

/// What is in the set now, sorted by text, then author and txn. Malformed changes count as empty.
[[nodiscard]] std::vector<SetElement> live_elements(const RecordState& record,
                                                    const FieldGraph& graph,
                                                    const Authors& authors);

/// The distinct texts, for people and for columns.
[[nodiscard]] std::vector<std::string> live_texts(const RecordState& record,
                                                  const FieldGraph& graph, const Authors& authors);

}  // namespace jiuying::sync
