/// The merge as a model: slow, short, and built otherwise than sync/merge, so that a mistake in one
/// shows against the other.
///
/// It keeps whole transactions under their authors' full names, knows no pruning and no `seen`
/// vector, and computes everything anew from the whole set each time. Written from the rules of
/// the design, not from the code.
#pragma once

#include "schema/registry.hpp"
#include "sync/merge/record_state.hpp"
#include "sync/types.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace jiuying::test {

/// A dot that means the same at every replica.
struct FullDot {
    sync::Author author;
    std::uint64_t txn = 0;
    auto operator<=>(const FullDot&) const = default;
};

struct WrittenChange {
    schema::FieldId field = 0;
    std::set<FullDot> bases;
    schema::Value value;
};

/// One transaction on one record, as its author wrote it.
struct Written {
    FullDot dot;
    std::uint64_t hlc = 0;
    bool suspect = false;  ///< Flagged by the author.
    std::vector<WrittenChange> changes;
};

/// What a replica shows of a field, in plain values that can be compared.
struct Shown {
    std::optional<schema::Value> value;  ///< Nothing: no version that counts.
    std::vector<FullDot> heads;
    bool awaited = false;
    std::optional<sync::ConflictId> conflict;
    std::vector<std::string> texts;  ///< Of a set.
    bool operator==(const Shown&) const = default;
};

[[nodiscard]] std::string describe(const Shown& shown);

/// All that one replica has heard about one record.
struct NaiveKnowledge {
    schema::RecordId record;
    std::map<FullDot, const Written*> arrived;
    std::set<FullDot> rejected;  ///< By the hub; may name what has not arrived.
    std::set<FullDot> suspect;   ///< By verdict of the hub; likewise.

    void receive(const Written& written) { arrived.emplace(written.dot, &written); }
};

[[nodiscard]] Shown naive_view(const NaiveKnowledge& known, schema::FieldId field,
                               schema::Merge policy);

/// The dots of the heads, for a new change to name.
[[nodiscard]] std::set<FullDot> naive_heads(const NaiveKnowledge& known, schema::FieldId field);

/// The dots of the values that were written and are not shown.
[[nodiscard]] std::set<FullDot> naive_lost(const NaiveKnowledge& known, schema::FieldId field,
                                           schema::Merge policy);

}  // namespace jiuying::test
