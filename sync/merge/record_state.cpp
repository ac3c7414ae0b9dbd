#include "sync/merge/record_state.hpp"

#include "schema/assert.hpp"
#include "schema/planted.hpp"
#include "sync/crypto/hash.hpp"
#include "sync/merge/dot_hash.hpp"
#include "sync/merge/graph_index.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::sync {
namespace {

using schema::Merge;

const Touches* find_touches(const RecordState& record, AuthorIx author) {
    const auto at = std::ranges::find(record.touches, author, &Touches::author);
    return at == record.touches.end() ? nullptr : &*at;
}

FieldGraph& graph_for(RecordState& record, FieldId field) {
    const auto at = std::ranges::lower_bound(record.fields, field, {}, &FieldGraph::id);
    if (at != record.fields.end() && at->id == field) return *at;
    return *record.fields.insert(at, FieldGraph{field, {}});
}

bool is_rejected(const Version& version) { return (version.flags & Version::rejected) != 0; }
bool is_suspect(const Version& version) { return (version.flags & Version::suspect) != 0; }

/// By place in the graph.
using Marks = std::vector<bool>;

/// Marks what the versions in \p left cover: their bases, and through rejected bases also theirs.
/// Only versions that are here can be marked, so a flood of unknown bases costs no memory.
Marks covered_by(const FieldGraph& graph, const GraphIndex& index,
                 std::vector<const Version*> left) {
    Marks covered(graph.versions.size());
    while (!left.empty()) {
        const Version& version = *left.back();
        left.pop_back();
        for (const Dot dot : version.bases) {
            const auto base = index.find(dot);
            if (!base || covered[*base]) continue;
            if (planted::on(planted::Defect::cover_of_sixteen) && *base >= 16) continue;
            covered[*base] = true;
            if (is_rejected(graph.versions[*base])) left.push_back(&graph.versions[*base]);
        }
    }
    return covered;
}

/// Marks what is covered at all.
Marks covered(const FieldGraph& graph) {
    std::vector<const Version*> covering;
    for (const Version& version : graph.versions) {
        if (!is_rejected(version)) covering.push_back(&version);
    }
    return covered_by(graph, GraphIndex{graph}, std::move(covering));
}

bool earlier_dot(const Dot& a, const Dot& b, const Authors& authors) {
    return a.author == b.author ? a.txn < b.txn : authors.less(a.author, b.author);
}

/// The order of `last`: (clock not suspect, hlc, author, txn).
bool loses_to(const Version& a, const Version& b, const Authors& authors) {
    if (is_suspect(a) != is_suspect(b)) return is_suspect(a);
    if (planted::on(planted::Defect::hlc_cut_short) && a.hlc != b.hlc)
        return static_cast<std::uint64_t>(a.hlc) << 24U < static_cast<std::uint64_t>(b.hlc) << 24U;
    if (a.hlc != b.hlc) return a.hlc < b.hlc;
    return earlier_dot(a.dot, b.dot, authors);
}

bool has_open_base(const SeenIndex& seen, const Version& version) {
    return std::ranges::any_of(version.bases, [&](Dot base) { return !seen(base); });
}

void choose_shown(FieldView& view, Merge policy, const Authors& authors) {
    const auto by_last = [&](const Version* a, const Version* b) {
        return loses_to(*a, *b, authors);
    };
    if (policy == Merge::smallest || policy == Merge::largest) {
        // Equal values: the `last` one stands for them, so that its author is shown everywhere.
        const auto by_value = [&](const Version* a, const Version* b) {
            if (a->value != b->value) {
                return policy == Merge::largest ? a->value < b->value : b->value < a->value;
            }
            return by_last(a, b);
        };
        view.shown = *std::ranges::max_element(view.heads, by_value);
        return;
    }
    view.shown = *std::ranges::max_element(view.heads, by_last);
}

FieldView view_growing(const FieldGraph& graph, const Authors& authors) {
    FieldView view;
    for (const Version& version : graph.versions) {
        if (!is_rejected(version)) view.heads.push_back(&version);
    }
    std::ranges::sort(view.heads, [&](const Version* a, const Version* b) {
        if (a->hlc != b->hlc) return a->hlc < b->hlc;
        return earlier_dot(a->dot, b->dot, authors);
    });
    if (!view.heads.empty()) view.shown = view.heads.back();
    return view;
}

/// Whether \p version, or a rejected one that it was written on, has several bases. \p below is
/// what \p version covers.
bool joins_several(const FieldGraph& graph, const Version& version, const Marks& below) {
    if (version.bases.size() > 1) return true;
    for (std::size_t i = 0; i < below.size(); ++i) {
        const Version& under = graph.versions[i];
        if (below[i] && is_rejected(under) && under.bases.size() > 1) return true;
    }
    return false;
}

/// Whether it is plain without a look at all the graph that `joins_several` would say no.
bool joins_one_at_most(const FieldGraph& graph, const GraphIndex& index, const Version& version) {
    if (version.bases.size() > 1) return false;
    const auto base = version.bases.empty() ? std::nullopt : index.find(version.bases.front());
    return !base || !is_rejected(graph.versions[*base]);
}

bool has_two_values(const FieldView& view) {
    return std::ranges::any_of(
        view.heads, [&](const Version* head) { return head->value != view.heads.front()->value; });
}

bool is_contested(const FieldView& view, Merge policy) {
    if (view.heads.size() < 2 || view.awaited) return false;
    const bool any_suspect =
        std::ranges::any_of(view.heads, [](const Version* head) { return is_suspect(*head); });
    const bool asks =
        policy == Merge::ask || ((policy == Merge::last || policy == Merge::owner) && any_suspect);
    return asks && has_two_values(view);
}

/// Which versions of a graph may be dropped. What goes makes room for what was written on it, and
/// takes nothing from others: it covers only what went before it. So the order does not matter,
/// and each version is looked at again just when the last of its bases has gone.
class Pruning {
public:
    Pruning(const FieldGraph& graph, const SeenIndex& seen, const std::function<bool(Dot)>& decided)
        : gone_(graph.versions.size()), marks_(graph.versions.size()) {
        const GraphIndex index{graph};
        for (std::size_t i = 0; i < graph.versions.size(); ++i) {
            const Version& version = graph.versions[i];
            marks_[i].decided = decided(version.dot);
            for (const Dot dot : version.bases) {
                const auto base = index.find(dot);
                marks_[i].awaits = marks_[i].awaits || !seen(dot);
                if (!base) continue;
                ++marks_[i].bases_here;
                above_.push_back({*base, i});
                if (marks_[i].decided && !is_rejected(version)) marks_[*base].covered = true;
            }
        }
        std::ranges::sort(above_);
    }

    [[nodiscard]] Marks run() {
        std::vector<std::size_t> left;
        for (std::size_t i = 0; i < marks_.size(); ++i) {
            if (marks_[i].may_go()) left.push_back(i);
        }
        while (!left.empty()) {
            const std::size_t place = left.back();
            left.pop_back();
            gone_[place] = true;
            auto at = std::ranges::lower_bound(above_, std::pair{place, std::size_t{0}});
            for (; at != above_.end() && at->first == place; ++at) {
                Mark& mark = marks_[at->second];
                --mark.bases_here;
                if (mark.may_go()) left.push_back(at->second);
            }
        }
        return std::move(gone_);
    }

private:
    struct Mark {
        bool decided = false;
        bool awaits = false;   ///< A base that was not seen.
        bool covered = false;  ///< By a decided version that was not rejected.
        std::size_t bases_here = 0;
        [[nodiscard]] bool may_go() const {
            return decided && covered && !awaits && bases_here == 0;
        }
    };
    Marks gone_;
    std::vector<Mark> marks_;
    std::vector<std::pair<std::size_t, std::size_t>> above_;  ///< Version and one written on it.
};

}  // namespace

bool was_seen(const RecordState& record, Dot dot) {
    const Touches* touches = find_touches(record, dot.author);
    return touches != nullptr && dot.txn <= touches->txns.back();
}

bool apply(RecordState& record, Dot dot, Hlc hlc, std::uint8_t flags, ActorIx actor,
           std::span<const Change* const> changes) {
    if (was_seen(record, dot)) return false;
    for (const Change* change : changes) {
        Version version{dot, hlc, flags, actor, change->bases, change->value};
        // A version that names itself, which only a forger writes, would cover itself.
        version.bases.erase(std::remove(version.bases.begin(), version.bases.end(), dot),
                            version.bases.end());
        graph_for(record, change->field).versions.push_back(std::move(version));
    }
    // `seen` rises only now, after the whole transaction.
    const auto at = std::ranges::find(record.touches, dot.author, &Touches::author);
    if (at == record.touches.end()) {
        record.touches.push_back(Touches{dot.author, {dot.txn}});
    } else {
        at->txns.push_back(dot.txn);
    }
    return true;
}

bool mark(RecordState& record, AuthorIx author, std::uint64_t first, std::uint64_t last,
          std::uint8_t flag) {
    bool changed = false;
    for (FieldGraph& graph : record.fields) {
        for (Version& version : graph.versions) {
            const bool meant =
                version.dot.author == author && version.dot.txn >= first && version.dot.txn <= last;
            if (!meant || (version.flags & flag) != 0) continue;
            version.flags = static_cast<std::uint8_t>(version.flags | flag);
            changed = true;
        }
    }
    return changed;
}

FieldView view(const RecordState& record, const FieldGraph& graph, Merge policy,
               const Authors& authors) {
    if (policy == Merge::append || policy == Merge::set) return view_growing(graph, authors);
    FieldView view;
    if (graph.versions.size() == 1) {  // Nearly always.
        const Version& only = graph.versions.front();
        if (is_rejected(only)) return view;
        view.heads.push_back(&only);
        view.shown = &only;
        view.awaited = has_open_base(SeenIndex{record}, only);
        return view;
    }
    const Marks beaten = covered(graph);
    const SeenIndex seen{record};
    for (std::size_t i = 0; i < graph.versions.size(); ++i) {
        const Version& version = graph.versions[i];
        if (beaten[i] || is_rejected(version)) continue;
        view.heads.push_back(&version);
        view.awaited = view.awaited || has_open_base(seen, version);
    }
    if (view.heads.empty()) return view;
    std::ranges::sort(view.heads, [&](const Version* a, const Version* b) {
        return earlier_dot(a->dot, b->dot, authors);
    });
    choose_shown(view, policy, authors);
    view.contested = is_contested(view, policy);
    return view;
}

std::vector<const Version*> settled_versions(const FieldGraph& graph, Merge policy,
                                             const Authors& authors) {
    std::vector<const Version*> settled;
    if (policy == Merge::append || policy == Merge::set) return settled;
    Marks is_settled(graph.versions.size());
    const GraphIndex index{graph};
    for (const Version& version : graph.versions) {
        if (is_rejected(version) || joins_one_at_most(graph, index, version)) continue;
        const Marks below = covered_by(graph, index, {&version});
        if (!joins_several(graph, version, below)) continue;
        for (std::size_t i = 0; i < below.size(); ++i) {
            if (below[i]) is_settled[i] = true;
        }
    }
    for (std::size_t i = 0; i < is_settled.size(); ++i) {
        const Version& version = graph.versions[i];
        if (is_settled[i] && !is_rejected(version)) settled.push_back(&version);
    }
    std::ranges::sort(settled, [&](const Version* a, const Version* b) {
        return earlier_dot(a->dot, b->dot, authors);
    });
    return settled;
}

Bases heads_of(const RecordState& record, FieldId field, const Authors& authors) {
    Bases bases;
    const FieldGraph* graph = find_graph(record, field);
    if (graph == nullptr) return bases;
    for (const Version* head : view(record, *graph, Merge::last, authors).heads) {
        bases.push_back(head->dot);
    }
    return bases;
}

Bases bases_of(const FieldView& view, const Authors& authors) {
    auto heads = view.heads;
    if (heads.size() > bases_max) {
        std::ranges::sort(heads, [&](const Version* a, const Version* b) {
            if ((a == view.shown) != (b == view.shown)) return a == view.shown;
            return loses_to(*b, *a, authors);
        });
        heads.resize(bases_max);
        std::ranges::sort(heads, [&](const Version* a, const Version* b) {
            return earlier_dot(a->dot, b->dot, authors);
        });
    }
    Bases bases;
    for (const Version* head : heads) bases.push_back(head->dot);
    return bases;
}

Bases bases_for(const RecordState& record, FieldId field, Merge policy, const Authors& authors) {
    const FieldGraph* graph = find_graph(record, field);
    return graph == nullptr ? Bases{} : bases_of(view(record, *graph, policy, authors), authors);
}

const FieldGraph* find_graph(const RecordState& record, FieldId field) {
    const auto at = std::ranges::lower_bound(record.fields, field, {}, &FieldGraph::id);
    return at != record.fields.end() && at->id == field ? &*at : nullptr;
}

void prune(RecordState& record, const schema::Entity* entity,
           const std::function<bool(Dot)>& decided) {
    const SeenIndex seen{record};
    for (FieldGraph& graph : record.fields) {
        if (graph.versions.size() < 2) continue;
        const Merge policy = policy_of(entity, graph.id);
        if (policy == Merge::append || policy == Merge::set) continue;
        const Marks gone = Pruning{graph, seen, decided}.run();
        if (std::ranges::find(gone, true) == gone.end()) continue;
        std::size_t place = 0;
        std::erase_if(graph.versions, [&](const Version&) { return gone[place++]; });
    }
}

ConflictId conflict_id(const RecordId& record, FieldId field, std::span<const Version* const> heads,
                       const Authors& authors) {
    Hasher hasher(16);
    hasher.add("conflict").add(record.bytes).add_u64(field);
    for (const Version* head : heads) add_dot(hasher, head->dot, authors);
    return ConflictId{hasher.finish_as<16>()};
}

ConflictId event_conflict_id(const RecordId& order, const RecordId& event) {
    Hasher hasher(16);
    hasher.add("event conflict").add(order.bytes).add(event.bytes);
    return ConflictId{hasher.finish_as<16>()};
}

Merge policy_of(const schema::Entity* entity, FieldId field) {
    const schema::Field* known = entity == nullptr ? nullptr : schema::find_field(*entity, field);
    return known == nullptr ? Merge::last : known->merge;
}

}  // namespace jiuying::sync
