// Snapshots at the hub: what a station's scope adds up to, sealed for a machine that has nothing of
// it yet. docs/reference/snapshot-format.md, docs/decisions/0019.
#include "node/replica/replica_state.hpp"

#include "node/store/order_family.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::RecordId;
using Blob = std::vector<std::uint8_t>;

/// zstd's level: a hub writes a snapshot while others wait for it.
constexpr int snapshot_level = 3;

struct RecordIdHash {
    std::size_t operator()(const RecordId& id) const {
        std::size_t hash = 0;  // The last bytes of a UUIDv7 are random.
        for (std::size_t i = 8; i < 16; ++i) hash = hash << 8U | id.bytes[i];
        return hash;
    }
};

/// Whether stations get that field.
bool is_for_stations(const schema::Entity* entity, schema::FieldId id) {
    const schema::Field* field = entity == nullptr ? nullptr : schema::find_field(*entity, id);
    return field == nullptr || field->audience == schema::Audience::station;
}

/// What a hub writes a snapshot with.
struct Hub {
    Store& store;
    Environment& environment;
    const sync::SigningKey& signing;
    schema::NodeId node;
    sync::View district;
};

/// Writes the chunks of one snapshot, each as soon as it is full.
class SnapshotWriter {
public:
    SnapshotWriter(const Hub& hub, ScopeIx scope)
        : hub_(hub),
          scope_(hub.store.scope_id(scope)),
          records_(hub.store.authors(),
                   [&store = hub.store](sync::ActorIx ix) -> const std::string& {
                       return store.actor_code(ix);
                   }) {
        do {
            std::array<std::uint8_t, 8> random{};
            hub.environment.random(random);
            for (const std::uint8_t byte : random) id_ = id_ << 8U | byte;
        } while (id_ == 0);
        hub.environment.random(key_.bytes());
    }

    Result<void> write_start(const sync::SnapshotStart& start) {
        return write(sync::ChunkHeader::Kind::start, sync::encode_start(start), false);
    }

    Result<void> add(const LoadedRecord& loaded) {
        sync::SnapshotRecord record{loaded.state, hub_.store.scope_id(loaded.scope), {}};
        std::erase_if(record.state.fields, [&](const sync::FieldGraph& graph) {
            return !is_for_stations(loaded.entity, graph.id);
        });
        for (sync::KeptVersion& kept : hub_.store.kept_versions(record_key(loaded.state.name))) {
            if (is_for_stations(loaded.entity, kept.field)) record.kept.push_back(std::move(kept));
        }
        std::size_t size = 0;  // Roughly, so that a chunk is closed before it is too large.
        for (const sync::FieldGraph& graph : record.state.fields) {
            for (const sync::Version& version : graph.versions) {
                const std::string* text = schema::text_of(version.value);
                size += 40 + (text == nullptr ? 0 : text->size());
            }
        }
        if (records_.count() != 0 && records_.size() + size > sync::chunk_raw_usual) {
            if (const auto written = write_records(false); !written) return written;
        }
        records_.add(std::move(record));
        return {};
    }

    /// Ends it, and writes what is known of it.
    Result<std::uint64_t> finish(const sync::SnapshotStart& start) {
        if (const auto written = write_records(true); !written) return written.error();
        hub_.store.database()
            .statement("INSERT INTO snapshot VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
            .run(id_, scope_, start.written_ms, chunks_, start.records, bytes_, key_.view(),
                 encode_without_keys(start));
        return id_;
    }

private:
    static sync::Bytes encode_without_keys(const sync::SnapshotStart& start) {
        return sync::encode_start(
            {start.written_ms, start.records, start.digest, start.places, start.stations, {}});
    }

    Result<void> write_records(bool last) {
        return write(sync::ChunkHeader::Kind::records, records_.finish(), last);
    }

    Result<void> write(sync::ChunkHeader::Kind kind, const sync::Bytes& plain, bool last) {
        if (plain.size() > sync::chunk_raw_max) return Errc::too_large;
        sync::ChunkHeader header;
        header.hub = hub_.node;
        header.id = id_;
        header.scope = scope_;
        header.index = chunks_ + 1;
        header.kind = kind;
        header.last = last;
        header.chain_before = chain_;
        sync::Nonce24 nonce{};
        hub_.environment.random(nonce);
        const auto sealed =
            sync::seal_chunk(header, plain, {sync::key_id(key_), key_, hub_.signing, hub_.district},
                             nonce, snapshot_level);
        if (!sealed) return sealed.error();
        ++chunks_;
        chain_ = sealed->chain;
        bytes_ += sealed->bytes.size();
        hub_.store.database()
            .statement("INSERT INTO snapshot_chunk VALUES(?, ?, ?, ?)")
            .run(id_, chunks_, sealed->chain, sealed->bytes);
        return {};
    }

    Hub hub_;
    schema::ScopeId scope_;
    sync::RecordsWriter records_;
    std::uint64_t id_ = 0;
    sync::Key32 key_;
    sync::Hash32 chain_{};
    std::uint64_t chunks_ = 0;
    std::uint64_t bytes_ = 0;
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
    db.statement(
          "SELECT appeal.rid, appeal.id, coalesce(main, 0) FROM appeal LEFT JOIN order_state o "
          "ON o.rid = appeal.rid WHERE scope = ? ORDER BY appeal.id DESC")
        .each<RecordKey, RecordId, std::uint64_t>(
            [&](RecordKey key, const RecordId& id, std::uint64_t main) {
                const bool is_open = main < static_cast<std::uint64_t>(schema::MainState::closed);
                std::vector<RecordKey>& into = is_open ? open : closed;
                into.push_back(key);
                const auto side = sides.find(id);
                if (side == sides.end()) return;
                for (const RecordKey one : side->second) {
                    into.push_back(one);
                    in_families.insert(one);
                }
            },
            scope);
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

Result<std::uint64_t> Replica::State::write_snapshot(ScopeIx scope) {
    const schema::ScopeId id = store.scope_id(scope);
    return writing([&]() -> Result<std::uint64_t> {
        // What is not sealed yet would be in it and come again: a place is the end of a segment.
        seal_tail({own_author(), sync::Stream::inbox, id});
        store.flush();
        const std::vector<RecordKey> keys = snapshot_keys(scope);
        sync::SnapshotStart start = snapshot_start(scope);
        start.records = keys.size();
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
        SnapshotWriter writer({store, environment, signing, node, district()}, scope);
        if (const auto written = writer.write_start(start); !written) return written.error();
        std::size_t loaded = 0;
        for (const RecordKey key : keys) {
            const LoadedRecord* record = store.find(record_name(key));
            if (record == nullptr) continue;
            if (record->state.touches.size() > 1) {
                // What turned out to be lost only after a graph gave it up.
                sync::Transaction about;
                about.records.push_back({record->state.name, false, {}, {}});
                keep_lost({about});
            }
            if (const auto added = writer.add(*record); !added) return added.error();
            if (++loaded % 256 == 0) store.forget_loaded();
        }
        store.forget_loaded();
        const auto written = writer.finish(start);
        if (written) drop_snapshots(scope, *written);
        return written;
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
        .statement("SELECT id FROM snapshot ORDER BY written_at DESC, id")
        .each<std::uint64_t>([&](std::uint64_t id) { ids.push_back(id); });
    std::vector<SnapshotFacts> all;
    for (const std::uint64_t id : ids) all.push_back(state_->snapshot_facts(id));
    return all;
}

}  // namespace jiuying::node
