#include "sync/segment/rename.hpp"

#include "sync/merge/set_value.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

namespace jiuying::sync {
namespace {

/// Whether a field of that number is a set in any entity. What kind a record is of, its transaction
/// tells only where it makes the record; what is no change of a set does not read as one.
const schema::Field* set_field(FieldId id, schema::Registry registry) {
    for (const schema::Entity& entity : registry) {
        const schema::Field* field = schema::find_field(entity, id);
        if (field != nullptr && field->merge == schema::Merge::set) return field;
    }
    return nullptr;
}

void rename_removes(Value& value, const schema::Field& field, std::span<const Renaming> renamings,
                    const Authors& authors) {
    const std::string* bytes = schema::text_of(value);
    if (bytes == nullptr) return;
    auto change = decode_set_change(*bytes, field.max);
    if (!change || change->removes.empty()) return;
    bool touched = false;
    for (SetElement& element : change->removes) {
        const auto author = authors.find(element.author);
        if (!author) continue;
        const Dot dot{*author, element.txn};
        const Dot now = renamed(dot, renamings);
        if (now == dot) continue;
        element.author = authors[now.author];
        touched = true;
    }
    if (touched) value = encode_set_change(*change);
}

}  // namespace

Dot renamed(Dot dot, std::span<const Renaming> renamings) {
    const Renaming* last = nullptr;
    for (const Renaming& one : renamings) {
        if (one.from != dot.author || dot.txn < one.first_txn) continue;
        if (last == nullptr || one.first_txn > last->first_txn) last = &one;
    }
    return last == nullptr ? dot : Dot{last->to, dot.txn};
}

void rename(Transaction& transaction, std::span<const Renaming> renamings, const Authors& authors,
            schema::Registry registry) {
    for (TouchedRecord& record : transaction.records) {
        record.name.creation = renamed(record.name.creation, renamings);
    }
    if (transaction.origin) {
        transaction.origin->dot = renamed(transaction.origin->dot, renamings);
    }
    for (Change& change : transaction.changes) {
        for (Dot& base : change.bases) base = renamed(base, renamings);
        const schema::Field* set = set_field(change.field, registry);
        if (set != nullptr) rename_removes(change.value, *set, renamings, authors);
    }
    canonicalize(transaction, authors);
}

void rename(RecordState& state, std::span<const Renaming> renamings, const Authors& authors,
            schema::Registry registry) {
    state.name.creation = renamed(state.name.creation, renamings);
    std::vector<Touches> touches;
    for (const Touches& one : state.touches) {
        for (const std::uint64_t txn : one.txns) {
            const Dot dot = renamed({one.author, txn}, renamings);
            auto at = std::ranges::find(touches, dot.author, &Touches::author);
            if (at == touches.end()) at = touches.insert(at, Touches{dot.author, {}});
            at->txns.push_back(dot.txn);
        }
    }
    state.touches = std::move(touches);
    for (FieldGraph& graph : state.fields) {
        const schema::Field* set = set_field(graph.id, registry);
        for (Version& version : graph.versions) {
            version.dot = renamed(version.dot, renamings);
            for (Dot& base : version.bases) base = renamed(base, renamings);
            if (set != nullptr) rename_removes(version.value, *set, renamings, authors);
        }
    }
}

}  // namespace jiuying::sync
