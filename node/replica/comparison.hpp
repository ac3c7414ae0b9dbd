/// A comparison of records with those of a peer, while it goes on.
#pragma once

#include "node/replica/replica_state.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace jiuying::node {

/// The records of a scope as they count, and how far a comparison has come.
struct Comparison {
    struct Entry {
        schema::RecordId id;
        sync::ScopeDigest digest;  ///< Of all records of that id: nearly always one.
    };
    std::vector<Entry> entries;  ///< By id.
    std::vector<sync::IdRange> asked;
    std::map<schema::RecordId, std::optional<sync::Hash16>> differ;  ///< What the hub has.

    [[nodiscard]] std::span<const Entry> in(const sync::IdRange& range) const {
        const auto from = std::ranges::lower_bound(entries, range.first, {}, &Entry::id);
        const auto to = std::ranges::upper_bound(entries, range.last, {}, &Entry::id);
        if (from >= to) return {};
        return {from, to};
    }
    [[nodiscard]] std::optional<sync::Hash16> find(const schema::RecordId& id) const {
        const auto entry = in({id, id});
        if (entry.empty()) return std::nullopt;
        return half(entry.front().digest.sum);
    }
};

}  // namespace jiuying::node
