/// How a transaction becomes versions of its records, whether they are those of the database or
/// some that are made anew from the logs.
#pragma once

#include "node/replica/replica_state.hpp"

#include <vector>

namespace jiuying::node {

/// Whether a transaction leaves its trace in a record that it does not create. A rejected one
/// leaves none where its author has no business: there the record is another scope's, or none.
template <class Records>
bool may_touch(Records& records, const sync::TouchedRecord& touched, const Filed& filed,
               std::uint8_t flags) {
    if (touched.created) return false;  // Under a name that belongs to another transaction.
    if (filed.traceless) return false;
    const LoadedRecord* known = records.find(touched.name);
    if (known == nullptr) return (flags & sync::Version::rejected) == 0;
    return known->scope == filed.home;
}

/// Puts \p tx into those of its records that \p records has or makes. \p flags: all that is known
/// of it.
template <class Records>
void apply_in(Records& records, Store& store, const sync::Transaction& tx, sync::AuthorIx author,
              const Filed& filed, std::uint8_t all_flags) {
    constexpr auto version_flags = sync::Version::suspect | sync::Version::rejected;
    const auto flags = static_cast<std::uint8_t>(all_flags & version_flags);
    const sync::Dot dot = dot_of(tx, author);
    const sync::ActorIx actor = store.actor(tx.actor);
    std::vector<const sync::Change*> changes;
    for (std::size_t i = 0; i < tx.records.size(); ++i) {
        const sync::TouchedRecord& touched = tx.records[i];
        if (!records.takes(touched.name)) continue;
        const bool fresh = touched.created && touched.name.creation == dot;
        if (!fresh && !may_touch(records, touched, filed, flags)) continue;
        const bool refused = (flags & sync::Version::rejected) != 0;
        const ScopeIx scope = refused && touched.created ? filed.refused : filed.home;
        // Nobody else can have given this name to a record of another kind.
        LoadedRecord& record = records.record(
            touched.name, scope, fresh ? store.stored_entity(touched.entity) : nullptr);
        if (touched.created) records.place(record, touched.entity, touched.id, scope);
        changes.clear();
        for (const sync::Change& change : tx.changes) {
            if (change.record == i) changes.push_back(&change);
        }
        if (sync::apply(record.state, dot, tx.hlc, flags, actor, changes)) record.dirty = true;
    }
}

}  // namespace jiuying::node
