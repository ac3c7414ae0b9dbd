#include "sync/merge/graph_index.hpp"

#include <algorithm>
#include <tuple>

namespace jiuying::sync {
namespace {

/// The order of local numbers, which will do for looking up.
bool local_less(const Dot& a, const Dot& b) {
    return std::tie(a.author, a.txn) < std::tie(b.author, b.txn);
}

}  // namespace

GraphIndex::GraphIndex(const FieldGraph& graph) : graph_(graph) {
    if (graph.versions.size() <= index_from) return;
    ordered_.reserve(graph.versions.size());
    for (const Version& version : graph.versions) {
        ordered_.push_back({version.dot, ordered_.size()});
    }
    std::ranges::sort(ordered_, local_less, &Entry::dot);
}

std::optional<std::size_t> GraphIndex::find(Dot dot) const {
    if (ordered_.empty()) {
        const auto at = std::ranges::find(graph_.versions, dot, &Version::dot);
        if (at == graph_.versions.end()) return std::nullopt;
        return static_cast<std::size_t>(at - graph_.versions.begin());
    }
    const auto at = std::ranges::lower_bound(ordered_, dot, local_less, &Entry::dot);
    if (at == ordered_.end() || !(at->dot == dot)) return std::nullopt;
    return at->place;
}

SeenIndex::SeenIndex(const RecordState& record) : record_(record) {
    if (record.touches.size() <= index_from) return;
    ordered_.reserve(record.touches.size());
    for (const Touches& touches : record.touches) {
        ordered_.push_back({touches.author, touches.txns.back()});
    }
    std::ranges::sort(ordered_, {}, &Dot::author);
}

bool SeenIndex::operator()(Dot dot) const {
    if (ordered_.empty()) return was_seen(record_, dot);
    const auto at = std::ranges::lower_bound(ordered_, dot.author, {}, &Dot::author);
    return at != ordered_.end() && at->author == dot.author && dot.txn <= at->txn;
}

}  // namespace jiuying::sync
