// Snapshots at the hub: what a station's scope adds up to, sealed for a machine that has nothing of
// it yet. docs/reference/snapshot-format.md, docs/decisions/0019.
#include "node/replica/replica_state.hpp"

#include "node/store/order_family.hpp"
#include "schema/assert.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::RecordId;

struct RecordIdHash {
    std::size_t operator()(const RecordId& id) const {
        std::size_t hash = 0;  // The last bytes of a UUIDv7 are random.
        for (std::size_t i = 8; i < 16; ++i) hash = hash << 8U | id.bytes[i];
        return hash;
    }
};

}  // namespace

sync::SnapshotStart Replica::State::snapshot_start(ScopeIx scope) {
    const schema::ScopeId& id = store.scope_id(scope);
    sync::SnapshotStart start;
    start.written_ms = environment.now_ms();
    start.digest = digest_of(scope).sum;
    // Not those of reference data: who was who when is read from their logs, which all have whole.
    for (const Stretch& one : lane_stretches(sync::Lane::inbox, {node, id})) {
        start.places.push_back({one.log->id, one.log->position, one.log->txn});
    }
    for (const auto& log : store.logs()) {
        const bool station = log->id.stream == sync::Stream::station && log->id.scope == id;
        if (station) start.stations.push_back({log->id, log->position, log->txn});
    }
    std::ranges::sort(start.stations, {}, &sync::SnapshotPlace::log);
    return start;
}

std::vector<RecordKey> reference_keys(Store& store, schema::Registry registry) {
    std::vector<RecordKey> keys;
    for (const schema::Entity* entity : stored_entities(registry)) {
        if (entity->home != schema::Home::reference) continue;
        store.database()
            .prepare("SELECT rid FROM " + sql_name(entity->name) + " ORDER BY rid")
            .each<RecordKey>([&](RecordKey key) { keys.push_back(key); });
    }
    return keys;
}

/// Reference data first, then open orders with all that belongs to them, the latest first; what
/// stands by itself; closed orders.
std::vector<RecordKey> Replica::State::snapshot_keys(ScopeIx scope) {
    sqlite::Database& db = store.database();
    std::vector<RecordKey> keys = reference_keys(store, registry);
    std::vector<RecordKey> open;
    std::vector<RecordKey> closed;
    std::unordered_set<RecordKey> in_families;
    std::unordered_map<RecordId, std::vector<RecordKey>, RecordIdHash> sides;
    for (const EntityId kind : order_side_entities) {
        const schema::Entity* entity = store.stored_entity(kind);
        if (entity == nullptr) continue;
        db.prepare("SELECT rid, \"order\" FROM " + sql_name(entity->name) +
                   " WHERE scope = ? AND \"order\" NOT NULL ORDER BY rid")
            .each<RecordKey, RecordId>(
                [&](RecordKey key, const RecordId& order) { sides[order].push_back(key); }, scope);
    }
    struct Appeal {
        RecordId id;
        RecordKey key = 0;
        bool is_open = false;
    };
    std::vector<Appeal>
        appeals;  // Read as they lie in the table: by their index takes twice as long.
    db.statement(
          "SELECT appeal.rid, appeal.id, coalesce(main, 0) FROM appeal LEFT JOIN order_state o "
          "ON o.rid = appeal.rid WHERE scope = ?")
        .each<RecordKey, RecordId, std::uint64_t>(
            [&](RecordKey key, const RecordId& id, std::uint64_t main) {
                const bool is_open = main < static_cast<std::uint64_t>(schema::MainState::closed);
                appeals.push_back({id, key, is_open});
            },
            scope);
    std::ranges::sort(appeals, std::ranges::greater(), &Appeal::id);
    for (const Appeal& appeal : appeals) {
        std::vector<RecordKey>& into = appeal.is_open ? open : closed;
        into.push_back(appeal.key);
        const auto side = sides.find(appeal.id);
        if (side == sides.end()) continue;
        for (const RecordKey one : side->second) {
            into.push_back(one);
            in_families.insert(one);
        }
    }
    std::vector<RecordId> held;
    db.statement("SELECT \"order\" FROM held WHERE scope = ?")
        .each<RecordId>([&](const RecordId& order) { held.push_back(order); }, scope);
    for (const RecordId& order : held) {
        for (const RecordKey key : family_keys(store, order)) open.push_back(key);
        store.forget_loaded();
    }
    keys.insert(keys.end(), open.begin(), open.end());
    for (const schema::Entity* entity : stored_entities(registry)) {
        if (entity->home != schema::Home::scope || entity->id == EntityId::appeal) continue;
        db.prepare("SELECT rid FROM " + sql_name(entity->name) + " WHERE scope = ? ORDER BY rid")
            .each<RecordKey>(
                [&](RecordKey key) {
                    if (!in_families.contains(key)) keys.push_back(key);
                },
                scope);
    }
    db.statement("SELECT rid FROM unplaced WHERE scope = ? ORDER BY rid")
        .each<RecordKey>([&](RecordKey key) { keys.push_back(key); }, scope);
    keys.insert(keys.end(), closed.begin(), closed.end());
    return keys;
}

Result<std::uint64_t> Replica::State::begin_snapshot(ScopeIx scope) {
    JY_ASSERT(!snapshot_in_writing);
    // Those that a hub began and died over.
    store.database()
        .statement(
            "DELETE FROM snapshot_chunk WHERE snapshot IN (SELECT id FROM snapshot WHERE chunks = "
            "0)")
        .run();
    store.database().statement("DELETE FROM snapshot WHERE chunks = 0").run();
    // What is not sealed yet would be in it and come again: a place is the end of a segment.
    seal_tail({own_author(), sync::Stream::inbox, store.scope_id(scope)});
    store.flush();
    sync::SnapshotStart start = snapshot_start(scope);
    for (const sync::SnapshotPlace& place : start.places) {
        const LogFacts* log = store.find_log(place.log);
        store.database()
            .statement("SELECT key_id, first, key FROM content_key WHERE log = ?")
            .each<sync::KeyId, std::uint64_t, sync::Key32>(
                [&](const sync::KeyId& key_id, std::uint64_t first, sync::Key32 key) {
                    start.keys.push_back({place.log, key_id, first, std::move(key)});
                },
                log->ix);
    }
    const auto keep_lost_of = [this](const sync::RecordName& name) {
        sync::Transaction about;
        about.records.push_back({name, false, {}, {}});
        keep_lost({about});
    };
    auto begun = std::make_unique<SnapshotInWriting>(
        SnapshotInWriting::Hub{store, environment, signing, node, profile.district, keep_lost_of},
        scope);
    if (const auto written = begun->begin(std::move(start), snapshot_keys(scope)); !written) {
        return written.error();
    }
    snapshot_in_writing = std::move(begun);
    return snapshot_in_writing->id();
}

Result<void> Replica::State::go_on_with_snapshot(std::uint64_t chunks) {
    JY_ASSERT(snapshot_in_writing);
    const auto written = snapshot_in_writing->go_on(chunks);
    if (!written) {
        unfit_for_snapshots.insert(snapshot_in_writing->scope());
        snapshot_in_writing.reset();
        return written.error();
    }
    if (!snapshot_in_writing->done()) return {};
    drop_snapshots(snapshot_in_writing->scope(), snapshot_in_writing->id());
    snapshot_in_writing.reset();
    return {};
}

void Replica::State::settle_snapshot() {
    if (!snapshot_in_writing) return;
    const bool inside = store.in_transaction();
    try {
        // Where a record fits no chunk, whoever asks for the rest hears that there is none.
        noting([&] { (void)go_on_with_snapshot(sync::snapshot_chunks_max); });
    } catch (const sqlite::Error&) {
        if (inside) throw;  // All that was begun with it is undone.
        // The disk refuses it. What is done next may need less, and the machine gets another one.
    }
}

Result<std::uint64_t> Replica::State::write_snapshot(ScopeIx scope) {
    return writing([&]() -> Result<std::uint64_t> {
        const auto id = begin_snapshot(scope);
        if (!id) return id.error();
        const auto written = go_on_with_snapshot(sync::snapshot_chunks_max);
        if (!written) return written.error();
        return *id;
    });
}

SnapshotFacts Replica::State::snapshot_facts(std::uint64_t id) {
    SnapshotFacts facts;
    facts.id = id;
    const auto row =
        store.database()
            .statement(
                "SELECT scope, written_at, chunks, records, bytes FROM snapshot WHERE id = ?")
            .maybe<schema::ScopeId, std::int64_t, std::uint64_t, std::uint64_t, std::uint64_t>(id);
    if (!row) return facts;
    schema::ScopeId scope;
    std::tie(scope, facts.written_ms, facts.chunks, facts.records, facts.bytes) = *row;
    if (const auto ix = store.find_scope(scope)) facts.station_code = station_of(*ix);
    return facts;
}

Result<SnapshotFacts> Replica::write_snapshot(const schema::ScopeId& scope) {
    State& state = *state_;
    const auto ix = state.store.find_scope(scope);
    const bool of_station =
        ix && scope != state.profile.scope && scope != state.profile.district_scope;
    if (!of_station) return Errc::not_found;
    const auto id = state.write_snapshot(*ix);
    if (!id) return id.error();
    return state.snapshot_facts(*id);
}

std::vector<SnapshotFacts> Replica::snapshots() {
    std::vector<std::uint64_t> ids;
    state_->store.database()
        .statement("SELECT id FROM snapshot WHERE chunks <> 0 ORDER BY written_at DESC, id")
        .each<std::uint64_t>([&](std::uint64_t id) { ids.push_back(id); });
    std::vector<SnapshotFacts> all;
    for (const std::uint64_t id : ids) all.push_back(state_->snapshot_facts(id));
    return all;
}

}  // namespace jiuying::node
