// Loading and writing records: the columns, the graph beside them, and what hangs on both.
#include "node/store/store.hpp"

#include "node/store/entity_rows.hpp"
#include "node/store/order_family.hpp"
#include "schema/assert.hpp"
#include "sync/merge/set_value.hpp"
#include "sync/merge/state_codec.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

/// Loaded records that stay in memory while one commit goes on; some 6 KiB each.
constexpr std::size_t held_max = 1000;

using schema::EntityId;
using schema::Value;

/// Which column a field has, or -1.
int column_of(const schema::Entity* entity, schema::FieldId id) {
    if (entity == nullptr) return -1;
    const auto at = std::ranges::lower_bound(entity->fields, id, {}, &schema::Field::id);
    if (at == entity->fields.end() || at->id != id) return -1;
    return static_cast<int>(at - entity->fields.begin());
}

/// Whether a column of that kind takes the value as it is. A value that a field should not have
/// stands in the graph alone.
bool fits_column(schema::Kind kind, const Value& value) {
    switch (kind) {
        case schema::Kind::text:
        case schema::Kind::set:
        case schema::Kind::record:
        case schema::Kind::bytes: return schema::number_of(value) == nullptr;
        default: return schema::text_of(value) == nullptr;
    }
}

std::uint32_t unknown_fields(const LoadedRecord& record) {
    const auto unknown = [&](const sync::FieldGraph& graph) {
        return column_of(record.entity, graph.id) < 0;
    };
    return static_cast<std::uint32_t>(std::ranges::count_if(record.state.fields, unknown));
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : "\n") + text;
    return all;
}

/// Fields by which an appeal is found.
bool is_searched(schema::FieldId field) {
    using namespace schema::appeal;
    return field == number || field == contact || field == phone || field == address ||
           field == title || field == text || field == place || field == ext_no;
}

bool search_changed(const schema::Entity& entity, const Columns& before, const Columns& after) {
    if (entity.id != EntityId::appeal) return false;
    if (before.empty()) return true;
    for (std::size_t i = 0; i < entity.fields.size(); ++i) {
        if (is_searched(entity.fields[i].id) && before[i] != after[i]) return true;
    }
    return false;
}

}  // namespace

const schema::Entity* Store::stored_entity(EntityId id) const {
    const schema::Entity* entity = schema::find_entity(registry_, id);
    return entity != nullptr && entity->home != schema::Home::derived ? entity : nullptr;
}

LoadedRecord& Store::record(const sync::RecordName& name, ScopeIx scope,
                            const schema::Entity* kind) {
    if (LoadedRecord* known = load(name, kind); known != nullptr) {
        before_change(*known);
        return *known;
    }
    auto fresh = std::make_unique<LoadedRecord>();
    fresh->state.name = name;
    fresh->scope = scope;
    return *(loaded_[record_key(name)] = std::move(fresh));
}

LoadedRecord* Store::find(const sync::RecordName& name) { return load(name, nullptr); }

void Store::before_change(LoadedRecord& record) const {
    const bool stored = record.place != LoadedRecord::Place::nowhere && !record.dirty;
    const bool counts = static_cast<std::uint16_t>(record.state.entity) != 0;
    if (stored && counts && !record.digest) {
        record.digest = sync::record_digest(record.state, record.entity, authors_);
    }
}

LoadedRecord* Store::load(const sync::RecordName& name, const schema::Entity* kind) {
    recover();
    const RecordKey key = record_key(name);
    if (const auto at = loaded_.find(key); at != loaded_.end()) return at->second.get();
    auto loading = std::make_unique<LoadedRecord>();
    loading->state.name = name;
    const auto in_table = [&](const schema::Entity* entity) {
        return load_placed(*loading, key, *entity);
    };
    // Nearly all records are appeals or their events: those tables are looked into first, instead
    // of each of those that come before them.
    const auto likely = [&](EntityId id) {
        const schema::Entity* entity = stored_entity(id);
        return entity != nullptr && in_table(entity);
    };
    const bool placed = kind != nullptr
                            ? in_table(kind)
                            : likely(EntityId::appeal) || likely(EntityId::work_order_event) ||
                                  std::ranges::any_of(entities_, in_table);
    if (!placed && !load_unplaced(*loading, key)) return nullptr;
    return (loaded_[key] = std::move(loading)).get();
}

bool Store::load_placed(LoadedRecord& record, RecordKey key, const schema::Entity& entity) {
    std::string state;
    if (!rows(entity).load(key, record, state)) return false;
    record.entity = &entity;
    record.state.entity = entity.id;
    record.place = LoadedRecord::Place::placed;
    const auto shown = [&](schema::FieldId id) -> const Value* {
        const int column = column_of(&entity, id);
        return column < 0 ? nullptr : &record.columns[static_cast<std::size_t>(column)];
    };
    const bool whole =
        static_cast<std::size_t>(record.state.name.creation.author) < authors_.size() &&
        static_cast<std::size_t>(record.scope) < scopes_.size() &&
        sync::decode_state(state, record.state, shown, authors_, actors_.size());
    if (!whole) throw sqlite::Error(SQLITE_CORRUPT, 0, "reading the graph of a record");
    record.unknown = unknown_fields(record);
    return true;
}

bool Store::load_unplaced(LoadedRecord& record, RecordKey key) {
    if (unplaced_ == 0) return false;
    const auto row = db_.statement("SELECT id, scope, entity, state FROM unplaced WHERE rid = ?")
                         .maybe<schema::RecordId, ScopeIx, EntityId, std::string>(key);
    if (!row) return false;
    std::string state;
    std::tie(record.state.id, record.scope, record.state.entity, state) = *row;
    record.place = LoadedRecord::Place::unplaced;
    const auto shown = [](schema::FieldId) -> const Value* { return nullptr; };
    const bool decoded = sync::decode_state(state, record.state, shown, authors_, actors_.size());
    if (!decoded || static_cast<std::size_t>(record.scope) >= scopes_.size()) {
        throw sqlite::Error(SQLITE_CORRUPT, 0, "reading the graph of an unplaced record");
    }
    return true;
}

std::optional<sync::RecordName> Store::find_name(const schema::RecordId& id) {
    recover();
    if (const auto at = unwritten_.find(id); at != unwritten_.end()) {
        return record_name(at->second);
    }
    for (const schema::Entity* entity : entities_) {
        const auto key = rows(*entity).find(id);
        if (key) return record_name(*key);
    }
    if (unplaced_ == 0) return std::nullopt;
    const auto key = db_.statement("SELECT rid FROM unplaced WHERE id = ?").maybe<RecordKey>(id);
    if (key) return record_name(*key);
    return std::nullopt;
}

std::optional<sync::RecordName> Store::find_name(const schema::RecordId& id,
                                                 const schema::Entity& entity) {
    recover();
    if (const auto at = unwritten_.find(id); at != unwritten_.end()) {
        return record_name(at->second);
    }
    const auto key = rows(entity).find(id);
    if (key) return record_name(*key);
    return std::nullopt;
}

void Store::place(LoadedRecord& record, EntityId entity, const schema::RecordId& id,
                  ScopeIx scope) {
    if (record.entity != nullptr) return;
    unwritten_[id] = record_key(record.state.name);
    record.state.entity = entity;
    record.state.id = id;
    record.scope = scope;
    record.entity = stored_entity(entity);
}

void Store::flush() {
    std::vector<LoadedRecord*> dirty;
    for (const auto& [key, record] : loaded_) {
        if (record->dirty) dirty.push_back(record.get());
    }
    // Growing keys: the pages of a table are then filled one after the other.
    std::ranges::sort(dirty, {},
                      [](const LoadedRecord* record) { return record_key(record->state.name); });
    for (LoadedRecord* record : dirty) write_record(*record);
    unwritten_.clear();
}

void Store::forget_loaded() {
    std::erase_if(loaded_, [](const auto& entry) { return !entry.second->dirty; });
}

void Store::relieve() {
    if (loaded_.size() < held_max) return;
    flush();
    forget_loaded();
}

void Store::write_record(LoadedRecord& record) {
    if (redact(record.state)) {
        order_changes_.redacted.insert(erased_.contains(record.state.id) ? record.state.id
                                                                         : *whole_of(record.state));
    }
    prune_graph(record);
    Columns columns;
    std::vector<std::pair<sync::ConflictId, schema::FieldId>> conflicts;
    columns.reserve(record.state.fields.size());
    for (const sync::FieldGraph& graph : record.state.fields) {
        const schema::Merge policy = sync::policy_of(record.entity, graph.id);
        const sync::FieldView view = sync::view(record.state, graph, policy, authors_);
        if (view.contested && record.entity != nullptr) {
            conflicts.emplace_back(
                sync::conflict_id(record.state.id, graph.id, view.heads, authors_), graph.id);
        }
        const int column = column_of(record.entity, graph.id);
        if (column < 0 || view.shown == nullptr) continue;
        const auto at = static_cast<std::size_t>(column);
        if (policy == schema::Merge::set) {
            std::string all = joined(sync::live_texts(record.state, graph, authors_));
            if (!all.empty()) columns.set(at, std::move(all));
        } else if (fits_column(record.entity->fields[at].kind, view.shown->value)) {
            columns.set(at, view.shown->value);
        }
    }
    const auto shown = [&](schema::FieldId id) -> const Value* {
        const int column = column_of(record.entity, id);
        if (column < 0 || sync::policy_of(record.entity, id) == schema::Merge::set) return nullptr;
        const Value& value = columns[static_cast<std::size_t>(column)];
        return schema::empty(value) ? nullptr : &value;
    };
    const std::string state = sync::encode_state(record.state, shown, authors_);
    const RecordKey key = record_key(record.state.name);
    if (record.entity == nullptr) {
        if (record.place == LoadedRecord::Place::nowhere) ++unplaced_;
        db_.statement("INSERT OR REPLACE INTO unplaced VALUES(?, ?, ?, ?, ?)")
            .run(key, record.state.id, record.scope, record.state.entity, sqlite::as_blob(state));
    } else if (record.place == LoadedRecord::Place::placed) {
        rows(*record.entity)
            .update(key, static_cast<std::uint32_t>(conflicts.size()), state, record.columns,
                    columns);
    } else {
        if (record.place == LoadedRecord::Place::unplaced) {
            db_.statement("DELETE FROM unplaced WHERE rid = ?").run(key);
            --unplaced_;
        }
        rows(*record.entity)
            .insert(key, record.state.id, record.scope,
                    static_cast<std::uint32_t>(conflicts.size()), state, columns);
    }
    if (record.contested != 0 || !conflicts.empty()) write_conflicts(record, conflicts);
    if (record.entity != nullptr && search_changed(*record.entity, record.columns, columns)) {
        if (!indexed_scope_ || record.scope == *indexed_scope_) {
            db_.statement("INSERT OR IGNORE INTO pending VALUES(?)").run(key);
        } else {
            db_.statement("INSERT OR IGNORE INTO unindexed VALUES(?)").run(key);
        }
    }
    note_order_change(record, columns);
    if (record.entity != nullptr) note_unknown(record);
    // A record counts in the digest once its kind is known.
    ScopeFacts& scope = scopes_[static_cast<std::size_t>(record.scope)];
    if (record.digest) scope.digest.subtract(*record.digest);
    record.digest.reset();
    if (static_cast<std::uint16_t>(record.state.entity) != 0) {
        record.digest = sync::record_digest(record.state, record.entity, authors_);
        scope.digest.add(*record.digest);
    }
    scope.dirty = true;
    record.place =
        record.entity == nullptr ? LoadedRecord::Place::unplaced : LoadedRecord::Place::placed;
    record.columns = std::move(columns);
    record.contested = static_cast<std::uint32_t>(conflicts.size());
    record.dirty = false;
}

void Store::note_unknown(LoadedRecord& record) {
    const std::uint32_t now = unknown_fields(record);
    if (now == std::exchange(record.unknown, now)) return;
    const RecordKey key = record_key(record.state.name);
    if (now == 0) {
        db_.statement("DELETE FROM waiting_values WHERE rid = ?").run(key);
    } else {
        db_.statement("INSERT OR REPLACE INTO waiting_values VALUES(?, ?, ?)")
            .run(key, record.scope, now);
    }
}

void Store::note_linked(const LoadedRecord& record, const Columns& columns) {
    for (const schema::FieldId field : {schema::appeal_link::order, schema::appeal_link::other}) {
        const int column = column_of(record.entity, field);
        for (const Columns* told : {&record.columns, &columns}) {
            if (column < 0) continue;
            const auto order = record_in((*told)[static_cast<std::size_t>(column)]);
            if (order) order_changes_.linked.insert(*order);
        }
    }
}

/// An order's state follows from its appeal and its events, those it had before included.
void Store::note_order_change(const LoadedRecord& record, const Columns& columns) {
    if (record.entity == nullptr) return;
    const EntityId kind = record.entity->id;
    const bool is_trust = schema::is_of_trust(kind);
    order_changes_.trust |= is_trust;
    order_changes_.reference |= record.entity->home == schema::Home::reference && !is_trust;
    if (kind == EntityId::appeal) {
        order_changes_.orders.insert(record.state.id);
        order_changes_.families.insert(record.state.id);
    }
    if (kind == EntityId::appeal_link) return note_linked(record, columns);
    const bool is_share = kind == EntityId::share;
    const auto names = is_share ? std::optional(schema::share::order) : order_field_of(kind);
    if (!names) return;
    const int column = column_of(record.entity, *names);
    for (const Columns* told : {&record.columns, &columns}) {
        if (column < 0) continue;
        const auto order = record_in((*told)[static_cast<std::size_t>(column)]);
        if (!order) continue;
        if (kind == EntityId::work_order_event) order_changes_.orders.insert(*order);
        (is_share ? order_changes_.shares : order_changes_.families).insert(*order);
    }
}

void Store::erase(const sync::RecordName& name) {
    LoadedRecord* record = load(name, nullptr);
    JY_ASSERT(record != nullptr && !record->dirty && in_transaction_);
    before_change(*record);
    ScopeFacts& scope = scopes_[static_cast<std::size_t>(record->scope)];
    if (record->digest) {
        scope.digest.subtract(*record->digest);
        scope.dirty = true;
    }
    const RecordKey key = record_key(name);
    if (record->place == LoadedRecord::Place::unplaced) {
        db_.statement("DELETE FROM unplaced WHERE rid = ?").run(key);
        --unplaced_;
    } else {
        db_.prepare("DELETE FROM " + sql_name(record->entity->name) + " WHERE rid = ?").run(key);
    }
    db_.statement("DELETE FROM conflict WHERE rid = ?").run(key);
    db_.statement("DELETE FROM kept_version WHERE rid = ?").run(key);
    db_.statement("DELETE FROM pending WHERE rid = ?").run(key);
    db_.statement("DELETE FROM unindexed WHERE rid = ?").run(key);
    db_.statement("DELETE FROM order_state WHERE rid = ?").run(key);
    db_.statement("DELETE FROM waiting_values WHERE rid = ?").run(key);
    loaded_.erase(key);
}

void Store::remove_rows(const sync::RecordName& name) {
    JY_ASSERT(in_transaction_);
    const RecordKey key = record_key(name);
    loaded_.erase(key);
    for (const schema::Entity* entity : entities_) {
        db_.prepare("DELETE FROM " + sql_name(entity->name) + " WHERE rid = ?").run(key);
    }
    db_.statement("DELETE FROM unplaced WHERE rid = ?").run(key);
    db_.statement("DELETE FROM conflict WHERE rid = ?").run(key);
    db_.statement("DELETE FROM waiting_values WHERE rid = ?").run(key);
    unplaced_ = db_.statement("SELECT count(*) FROM unplaced").one<std::uint64_t>();
}

void Store::restore(sync::RecordState state, ScopeIx scope) {
    remove_rows(state.name);
    const RecordKey key = record_key(state.name);
    auto record = std::make_unique<LoadedRecord>();
    record->scope = scope;
    record->entity = stored_entity(state.entity);
    record->state = std::move(state);
    record->dirty = true;
    loaded_[key] = std::move(record);
}

sync::ScopeDigest Store::count_digest(
    ScopeIx scope, const std::function<void(RecordKey, const schema::RecordId&,
                                            const std::optional<sync::Hash32>&)>& visit) {
    std::vector<std::pair<RecordKey, schema::RecordId>> keys;
    const auto note = [&](RecordKey key, const schema::RecordId& id) {
        keys.emplace_back(key, id);
    };
    std::vector<std::pair<const schema::Entity*, std::size_t>> ends;
    for (const schema::Entity* entity : entities_) {
        db_.prepare("SELECT rid, id FROM " + sql_name(entity->name) + " WHERE scope = ?")
            .each<RecordKey, schema::RecordId>(note, scope);
        ends.emplace_back(entity, keys.size());
    }
    db_.statement("SELECT rid, id FROM unplaced WHERE scope = ? AND entity <> 0")
        .each<RecordKey, schema::RecordId>(note, scope);
    ends.emplace_back(nullptr, keys.size());
    sync::ScopeDigest digest;
    auto end = ends.begin();
    for (std::size_t at = 0; at < keys.size(); ++at) {
        while (at == end->second) ++end;
        std::optional<sync::Hash32> counted;
        try {
            const LoadedRecord* record = load(record_name(keys[at].first), end->first);
            if (record != nullptr) {
                counted = sync::record_digest(record->state, record->entity, authors_);
            }
        } catch (const sqlite::Error& error) {
            if (error.code() != SQLITE_CORRUPT) throw;
        }
        if (counted) digest.add(*counted);
        if (visit) visit(keys[at].first, keys[at].second, counted);
        if (loaded_.size() >= held_max) forget_loaded();
    }
    return digest;
}

void Store::set_scope_digest(ScopeIx ix, const sync::ScopeDigest& digest) {
    ScopeFacts& scope = scopes_.at(static_cast<std::size_t>(ix));
    scope.digest = digest;
    scope.dirty = true;
}

std::uint64_t Store::waiting_values(ScopeIx scope) {
    return database()
               .statement("SELECT coalesce(sum(fields), 0) FROM waiting_values WHERE scope = ?")
               .one<std::uint64_t>(scope) +
           db_.statement("SELECT count(*) FROM unplaced WHERE scope = ? AND entity <> 0")
               .one<std::uint64_t>(scope);
}

void Store::write_conflicts(const LoadedRecord& record,
                            const std::vector<std::pair<sync::ConflictId, schema::FieldId>>& now) {
    const RecordKey key = record_key(record.state.name);
    if (record.contested != 0) db_.statement("DELETE FROM conflict WHERE rid = ?").run(key);
    for (const auto& [id, field] : now) {
        db_.statement("INSERT OR REPLACE INTO conflict VALUES(?, ?, ?, ?)")
            .run(id, key, field, record.scope);
    }
}

}  // namespace jiuying::node
