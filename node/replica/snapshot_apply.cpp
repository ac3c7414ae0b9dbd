// A new machine takes a snapshot of its scope, chunk by chunk: each is in the tables, for all to
// read, before the next one is taken. docs/decisions/0019.
#include "node/replica/late_words.hpp"

#include "schema/assert.hpp"
#include "schema/planted.hpp"
#include "sync/segment/key_wrap.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::CloseReason;
using sync::LaneHead;
using Blob = std::vector<std::uint8_t>;

/// A record's key has 15 bits for its author.
constexpr std::size_t authors_max = (1U << 15U) - 1;

constexpr std::size_t keys_max = 16;

bool fits_keys(const sync::SnapshotRecord& record) {
    return record.state.name.creation.txn <= txn_max;
}

}  // namespace

LaneHead Replica::State::filling_place() {
    const auto row = store.database()
                         .statement("SELECT id, chunk, chain FROM filling")
                         .maybe<std::uint64_t, std::uint64_t, sync::Hash32>();
    if (!row) return {};
    return {std::get<0>(*row), std::get<1>(*row), half(std::get<2>(*row))};
}

std::optional<FillingFacts> Replica::State::filling_facts() {
    const auto row = store.database()
                         .statement("SELECT start, records FROM filling")
                         .maybe<Blob, std::uint64_t>();
    if (!row) return std::nullopt;
    const auto start = sync::decode_start(std::get<0>(*row));
    return FillingFacts{std::get<1>(*row), start ? start->records : 0};
}

Result<void> Replica::State::store_snapshot_key(const sync::StoreKeys& action, const Peer& peer) {
    const auto author = verify_key(peer.node);
    if (is_hub() || !author) return Errc::wrong_scope;
    const auto wrap = sync::peek_key_wrap(action.wrap);
    if (!wrap) return wrap.error();
    const std::uint64_t id = wrap->log.author.epoch;
    const bool ours = wrap->log == sync::snapshot_name(peer.node, id, profile.scope) && id != 0 &&
                      wrap->reader == node;
    if (!ours) return Errc::wrong_scope;
    const auto key = sync::open_key_wrap(action.wrap, *author, box, district());
    if (!key) return key.error();
    writing([&] {
        const auto held =
            store.database().statement("SELECT count(*) FROM snapshot_key").one<std::size_t>();
        if (held >= keys_max) store.database().statement("DELETE FROM snapshot_key").run();
        store.database()
            .statement("INSERT OR REPLACE INTO snapshot_key VALUES(?, ?)")
            .run(id, key->view());
    });
    return {};
}

/// Whether this chunk comes next: the first of a snapshot for a machine that has nothing of the
/// hub's yet, or the one behind what it has.
bool Replica::State::may_follow(const sync::ChunkHeader& header) {
    const auto row = store.database()
                         .statement("SELECT id, chunk, chain FROM filling")
                         .maybe<std::uint64_t, std::uint64_t, sync::Hash32>();
    if (row && std::get<0>(*row) == header.id) {
        return header.index == std::get<1>(*row) + 1 && header.chain_before == std::get<2>(*row);
    }
    if (header.index != 1 || header.chain_before != sync::Hash32{}) return false;
    return std::ranges::all_of(store.logs(), [&](const auto& log) {
        return log->id.author.node == node || log->position.seq == 0;
    });
}

std::variant<sync::Delivered, sync::DeliveryFailed> Replica::State::take_chunk(sync::View bytes,
                                                                               const Peer& peer) {
    const sync::DeliveryFailed refused{CloseReason::bad_segment};
    const auto header = sync::peek_chunk(bytes);
    const bool ours =
        !is_hub() && header && header->hub == profile.hub.node && header->scope == profile.scope;
    if (!ours) return refused;
    const LaneHead here = filling_place();
    // Known already: the answer to it got lost.
    if (here.epoch == header->id && header->index <= here.seq) return sync::Delivered{here, {}};
    if (!may_follow(*header)) return refused;
    const auto key = store.database()
                         .statement("SELECT key FROM snapshot_key WHERE id = ?")
                         .maybe<sync::Key32>(header->id);
    if (!key) return refused;
    const auto chunk =
        sync::open_chunk(bytes, sync::VerifyKey(profile.hub.sign_key), *key, district());
    if (!chunk) return refused;
    bool taken = false;
    writing([&] {
        taken = header->index == 1 ? begin_filling(*chunk) : fill(*chunk, peer);
        if (!taken) return;
        store.database().statement("DELETE FROM partial WHERE node = ?").run(peer.node);
        keep_clock();
    });
    if (!taken) return refused;
    return sync::Delivered{{header->id, header->index, half(chunk->chain)}, {}};
}

bool Replica::State::begin_filling(const sync::OpenedChunk& chunk) {
    auto start = sync::decode_start(chunk.plain);
    if (!start) return false;
    const auto is_ours = [&](const sync::LogId& log) {
        const bool inbox = log.stream == sync::Stream::inbox && log.scope == profile.scope;
        const bool reference =
            log.stream == sync::Stream::reference && log.scope == profile.district_scope;
        return log.author.node == profile.hub.node && (inbox || reference);
    };
    const bool sound = std::ranges::all_of(start->places, is_ours, &sync::SnapshotPlace::log) &&
                       std::ranges::all_of(start->keys, is_ours, &sync::SnapshotKey::log);
    if (!sound) return false;
    // The hub does not have the former one any more: what came of it is in this one, too.
    if (filling_place().seq != 0) erase_filled();
    for (const sync::SnapshotKey& key : start->keys) {
        const LogFacts& log = store.log(key.log, sync::log_start(key.log, std::nullopt).chain);
        store.database()
            .statement("INSERT OR IGNORE INTO content_key VALUES(?, ?, ?, ?)")
            .run(log.ix, key.id, key.first, key.key.view());
    }
    start->keys.clear();
    store.database()
        .statement("INSERT OR REPLACE INTO filling VALUES(1, ?, 1, ?, ?, 0)")
        .run(chunk.header.id, chunk.chain, sync::encode_start(*start));
    if (chunk.header.last) end_filling();
    return true;
}

bool Replica::State::fill(const sync::OpenedChunk& chunk, const Peer&) {
    auto records = sync::read_records(
        chunk.plain,
        {store.authors(), authors_max, [&](const std::string& code) { return store.actor(code); }});
    if (!records || !std::ranges::all_of(*records, fits_keys)) return false;
    const std::int64_t now = environment.now_ms();
    const std::size_t count = records->size();
    sync::Hlc latest{};
    for (sync::SnapshotRecord& record : *records) {
        for (const sync::FieldGraph& graph : record.state.fields) {
            for (const sync::Version& version : graph.versions) {
                if ((version.flags & sync::Version::suspect) != 0) continue;
                latest = std::max(latest, version.hlc);
            }
        }
        take_record(std::move(record));
    }
    if (latest != sync::Hlc{}) clock.follow(latest, now);
    store.database()
        .statement("UPDATE filling SET chunk = ?, chain = ?, records = records + ?")
        .run(chunk.header.index, chunk.chain, count);
    if (chunk.header.last) end_filling();
    return true;
}

/// What the snapshot says of a record, and on top of it what was written here and is not in it.
void Replica::State::take_record(sync::SnapshotRecord from) {
    const schema::Entity* kind = store.stored_entity(from.state.entity);
    LoadedRecord& record = store.record(from.state.name, store.scope(from.scope), kind);
    const bool known = record.place != LoadedRecord::Place::nowhere || record.dirty;
    std::vector<sync::Dot> ours;
    if (known) {
        for (const sync::Touches& touches : record.state.touches) {
            if (store.authors()[touches.author].node != node) continue;
            for (const std::uint64_t txn : touches.txns) {
                if (!sync::was_seen(from.state, {touches.author, txn})) {
                    ours.push_back({touches.author, txn});
                }
            }
        }
    }
    const schema::EntityId entity = from.state.entity;
    const schema::RecordId id = from.state.id;
    const RecordKey key = record_key(from.state.name);
    record.state = std::move(from.state);
    if (static_cast<std::uint16_t>(entity) != 0) {
        store.place(record, entity, id, store.scope(from.scope));
    }
    for (const sync::Dot dot : ours) (void)LateWords(*this).add(record.state, dot);
    record.dirty = true;
    for (const sync::KeptVersion& kept : from.kept) store.keep_version(key, kept);
    if (entity == schema::EntityId::share) held_orders.reset();
    take_marks(record);
}

std::vector<Mark> Replica::State::marks_told_by(const LoadedRecord& record) const {
    const bool judgement = record.state.entity == schema::EntityId::rejection ||
                           record.state.entity == schema::EntityId::clock_verdict;
    const sync::Dot creation = record.state.name.creation;
    if (!judgement || store.authors()[creation.author].node != profile.hub.node) return {};
    sync::Transaction as_written;
    as_written.records.push_back({record.state.name, true, record.state.entity, record.state.id});
    for (const sync::FieldGraph& graph : record.state.fields) {
        const auto own_version = std::ranges::find(graph.versions, creation, &sync::Version::dot);
        if (own_version == graph.versions.end()) continue;
        as_written.changes.push_back({0, graph.id, {}, own_version->value});
    }
    return marks_in(as_written);
}

/// Judgements count for what is still to come, wherever they were read.
void Replica::State::take_marks(const LoadedRecord& record) {
    for (const Mark& mark : marks_told_by(record)) {
        add_mark(store.authors().intern(mark.author), mark.first, mark.last, mark.flag);
    }
}

/// From here on the logs go on from where the snapshot stands for them.
void Replica::State::end_filling() {
    const Blob bytes = store.database().statement("SELECT start FROM filling").one<Blob>();
    const auto start = sync::decode_start(bytes);
    if (!start) throw sqlite::Error(SQLITE_CORRUPT, 0, "reading where a snapshot stands");
    std::map<sync::Stream, const LogFacts*> former;
    for (const sync::SnapshotPlace& place : start->places) {
        if (place.position.seq == 0) continue;
        LogFacts& log = store.log(place.log, sync::log_start(place.log, std::nullopt).chain);
        log.position = place.position;
        log.txn = place.txn;
        // The logs of a stream are one way, epoch after epoch.
        const LogFacts*& before = former[log.id.stream];
        if (before != nullptr) {
            log.origin.previous = before->ix;
            log.origin.predecessor = sync::Predecessor{
                before->id.author.epoch, before->position.seq, before->position.chain};
            store.save_origin(log);
        }
        before = &log;
        store.touch_log(log);
        if (planted::on(planted::Defect::snapshot_without_horizon)) continue;
        store.database()
            .statement("INSERT OR REPLACE INTO horizon VALUES(?, ?, ?, ?)")
            .run(log.ix, place.position.seq, place.position.chain, place.txn);
    }
    store.database().statement("DELETE FROM filling").run();
    store.database().statement("DELETE FROM snapshot_key").run();
    constexpr std::array<std::uint8_t, 1> lacks_reference{1};
    store.set_meta(filled_key, lacks_reference);
}

void Replica::State::end_catching_up() {
    const auto filled = store.meta(filled_key);
    constexpr std::array<std::uint8_t, 1> whole{0};
    if (filled && !filled->empty() && filled->front() != 0) store.set_meta(filled_key, whole);
}

void Replica::State::leave_filling(const sync::SegmentHeader& header) {
    // Behind a snapshot logs go on from where it stands. From their beginning they come where the
    // hub found that it can't write that snapshot to its end.
    if (header.first != 1 || filling_place().seq == 0) return;
    erase_filled();
    store.database().statement("DELETE FROM filling").run();
}

/// Takes out what an unfinished snapshot brought, but for records that were written on here.
void Replica::State::erase_filled() {
    store.flush();
    std::vector<RecordKey> keys;
    for (const schema::Entity* entity : stored_entities(registry)) {
        store.database()
            .prepare("SELECT rid FROM " + sql_name(entity->name))
            .each<RecordKey>([&](RecordKey key) { keys.push_back(key); });
    }
    store.database().statement("SELECT rid FROM unplaced").each<RecordKey>([&](RecordKey key) {
        keys.push_back(key);
    });
    for (const RecordKey key : keys) {
        const LoadedRecord* record = store.find(record_name(key));
        if (record == nullptr) continue;
        const bool ours = std::ranges::any_of(record->state.touches, [&](const auto& touches) {
            return store.authors()[touches.author].node == node;
        });
        if (!ours) store.erase(record_name(key));
    }
    order_facts.reset();
    held_orders.reset();
}

}  // namespace jiuying::node
