/// Finds versions by dot, and what was seen by author, in a record that may have become large.
///
/// Nearly every field has one version or two, and looking through them is quickest. But nothing
/// stops an author from writing thousands of versions beside each other with hundreds of bases
/// each, and then a search through all of them for each base is work without end; above a few,
/// they are put in order first. In order, not by hash: their names are chosen by their authors.
/// Refers to the record, which must not change meanwhile.
#pragma once

#include "sync/merge/record_state.hpp"

#include <optional>
#include <vector>

namespace jiuying::sync {

/// Up to so many are looked through.
inline constexpr std::size_t index_from = 16;

/// The places of a graph's versions by their dots.
class GraphIndex {
public:
    explicit GraphIndex(const FieldGraph& graph);
    [[nodiscard]] std::optional<std::size_t> find(Dot dot) const;

private:
    struct Entry {
        Dot dot;
        std::size_t place = 0;
    };
    const FieldGraph& graph_;
    std::vector<Entry> ordered_;  ///< Empty for few versions.
};

/// was_seen(), asked many times.
class SeenIndex {
public:
    explicit SeenIndex(const RecordState& record);
    [[nodiscard]] bool operator()(Dot dot) const;

private:
    const RecordState& record_;
    std::vector<Dot> ordered_;  ///< The last of each author; empty for few authors.
};

}  // namespace jiuying::sync
