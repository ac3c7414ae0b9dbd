/// A record as its set of known versions, and what follows from that set.
///
/// Each field is a small graph of versions. State is a pure function of the set of known changes:
/// whatever order and route they took, every replica that holds the same changes computes the same
/// values, conflicts and digest. Source: design section 4; the naive form of the same rules stands
/// in tests/support/naive_merge.hpp.
#pragma once

#include "schema/registry.hpp"
#include "sync/types.hpp"

#include <boost/container/small_vector.hpp>

#include <functional>
#include <span>
#include <vector>

namespace jiuying::sync {

/// A staff member by number in this process's table of actors. Local: never sent or hashed.
enum class ActorIx : std::uint32_t {};

/// One version of one field.
struct Version {
    static constexpr std::uint8_t suspect = 1;   ///< Its author's clock can't be trusted.
    static constexpr std::uint8_t rejected = 2;  ///< The hub refused its transaction, for ever.

    Dot dot;
    Hlc hlc{};
    std::uint8_t flags = 0;
    ActorIx actor{};
    Bases bases;
    Value value;
};

struct FieldGraph {
    FieldId id = 0;
    std::vector<Version> versions;  ///< In no particular order; encode_state sorts them.
};

/// The transactions of one author that touched a record, growing. The last one is `seen`.
struct Touches {
    AuthorIx author{};
    boost::container::small_vector<std::uint64_t, 4> txns;
};

struct RecordState {
    RecordName name;
    EntityId entity{};
    RecordId id;
    std::vector<Touches> touches;    ///< By first arrival; encode_state sorts them.
    std::vector<FieldGraph> fields;  ///< Sorted by id.
};

/// What a field shows. Pointers are into the graph it was computed from.
struct FieldView {
    const Version* shown = nullptr;  ///< Nothing if every version was rejected.
    /// Sorted by (author, txn). For `append`: by (hlc, author, txn). For `set`: all live changes.
    boost::container::small_vector<const Version*, 2> heads;
    bool awaited = false;    ///< Some base has not arrived: show the value, raise nothing yet.
    bool contested = false;  ///< A person must decide.
};

[[nodiscard]] bool was_seen(const RecordState& record, Dot dot);

/// Adds the changes of one transaction to \p record. False, and no change, if it was seen before.
/// \p flags are Version flags known now. Preconditions: an author's transactions come in order, and
/// \p changes has at most one change per field.
bool apply(RecordState& record, Dot dot, Hlc hlc, std::uint8_t flags, ActorIx actor,
           std::span<const Change* const> changes);

/// Sets \p flag on the versions of \p author with first <= txn <= last. True if any changed.
bool mark(RecordState& record, AuthorIx author, std::uint64_t first, std::uint64_t last,
          std::uint8_t flag);

/// What \p graph shows under \p policy.
[[nodiscard]] FieldView view(const RecordState& record, const FieldGraph& graph,
                             schema::Merge policy, const Authors& authors);

/// What somebody chose among: covered by a change with several bases, whatever value that took, for
/// a choice that is made elsewhere at the same time may take another. Of these and of the heads
/// those are lost whose value the field does not show. Sorted by (author, txn). Nothing for
/// `append` and `set`, which show all. Pruning takes them out of here; the log keeps them.
[[nodiscard]] std::vector<const Version*> settled_versions(const FieldGraph& graph,
                                                           schema::Merge policy,
                                                           const Authors& authors);

/// The heads of a field; sorted by (author, txn).
[[nodiscard]] Bases heads_of(const RecordState& record, FieldId field, const Authors& authors);

/// What a new change of the field names as its bases: all heads of \p view, or, if somebody wrote
/// more than a change can name, the bases_max strongest: what is shown and then the others as
/// `last` orders them. The next change names the new version and the rest, so that any number of
/// heads becomes one in a few changes, and what is left over meanwhile is not what was shown.
/// Sorted by (author, txn). For fields whose versions cover each other: not `append` or `set`.
[[nodiscard]] Bases bases_of(const FieldView& view, const Authors& authors);
[[nodiscard]] Bases bases_for(const RecordState& record, FieldId field, schema::Merge policy,
                              const Authors& authors);

[[nodiscard]] const FieldGraph* find_graph(const RecordState& record, FieldId field);

/// Drops versions that nothing can bring back: decided, covered directly by a decided version that
/// was not rejected, with all bases seen and dropped. \p decided tells how far the hub has judged,
/// always the same for the same dot during one call; it must be false for a transaction whose
/// rejection exists but is not yet marked here.
void prune(RecordState& record, const schema::Entity* entity,
           const std::function<bool(Dot)>& decided);

/// Names a conflict, the same at every replica: BLAKE2b-128("conflict", record, field, head dots).
using ConflictId = schema::Id128<struct ConflictTag>;
[[nodiscard]] ConflictId conflict_id(const RecordId& record, FieldId field,
                                     std::span<const Version* const> heads, const Authors& authors);

/// Names the conflict of an event that its order's fold refused, the same at every replica:
/// BLAKE2b-128("event conflict", order, event).
[[nodiscard]] ConflictId event_conflict_id(const RecordId& order, const RecordId& event);

/// The policy of a field that this program's registry may not know: unknown ones merge as `last`.
[[nodiscard]] schema::Merge policy_of(const schema::Entity* entity, FieldId field);

}  // namespace jiuying::sync
