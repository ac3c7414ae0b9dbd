#include "node/replica/snapshot_in_writing.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::node {
namespace {

/// zstd's level: a hub writes a snapshot while others wait for it.
constexpr int snapshot_level = 3;

/// Whether stations get that field.
bool is_for_stations(const schema::Entity* entity, schema::FieldId id) {
    const schema::Field* field = entity == nullptr ? nullptr : schema::find_field(*entity, id);
    return field == nullptr || field->audience == schema::Audience::station;
}

}  // namespace

SnapshotInWriting::SnapshotInWriting(Hub hub, ScopeIx scope)
    : hub_(std::move(hub)),
      scope_(scope),
      records_(hub_.store.authors(), [&store = hub_.store](sync::ActorIx ix) -> const std::string& {
          return store.actor_code(ix);
      }) {
    do {
        std::array<std::uint8_t, 8> random{};
        hub_.environment.random(random);
        for (const std::uint8_t byte : random) id_ = id_ << 8U | byte;
    } while (id_ == 0);
    hub_.environment.random(key_.bytes());
}

Result<void> SnapshotInWriting::begin(sync::SnapshotStart start, std::vector<RecordKey> keys) {
    keys_ = std::move(keys);
    start.records = keys_.size();
    const auto written = write(sync::ChunkHeader::Kind::start, sync::encode_start(start), false);
    if (!written) return written.error();
    start.keys.clear();
    hub_.store.database()
        .statement("INSERT INTO snapshot VALUES(?, ?, ?, 0, ?, 0, ?, ?)")
        .run(id_, hub_.store.scope_id(scope_), start.written_ms, start.records, key_.view(),
             sync::encode_start(start));
    return {};
}

Result<void> SnapshotInWriting::go_on(std::uint64_t count) {
    const std::uint64_t until = chunks_ + count;
    std::size_t loaded = 0;
    while (!done_ && chunks_ < until) {
        if (next_ == keys_.size()) {
            if (const auto written = write_records(true); !written) return written.error();
            done_ = true;
            break;
        }
        const LoadedRecord* record = hub_.store.find(record_name(keys_[next_++]));
        if (record == nullptr) continue;
        if (record->state.touches.size() > 1) hub_.keep_lost(record->state.name);
        if (const auto added = add(*record); !added) return added.error();
        if (++loaded % 256 == 0) hub_.store.forget_loaded();
    }
    hub_.store.forget_loaded();
    hub_.store.database()
        .statement("UPDATE snapshot SET chunks = ?, bytes = ? WHERE id = ?")
        .run(done_ ? chunks_ : 0, bytes_, id_);
    return {};
}

Result<void> SnapshotInWriting::add(const LoadedRecord& loaded) {
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
    const std::size_t usual = chunks_ == 1 ? sync::chunk_raw_first : sync::chunk_raw_usual;
    if (records_.count() != 0 && records_.size() + size > usual) {
        if (const auto written = write_records(false); !written) return written;
    }
    records_.add(std::move(record));
    return {};
}

Result<void> SnapshotInWriting::write_records(bool last) {
    return write(sync::ChunkHeader::Kind::records, records_.finish(), last);
}

Result<void> SnapshotInWriting::write(sync::ChunkHeader::Kind kind, const sync::Bytes& plain,
                                      bool last) {
    if (plain.size() > sync::chunk_raw_max) return Errc::too_large;
    sync::ChunkHeader header;
    header.hub = hub_.node;
    header.id = id_;
    header.scope = hub_.store.scope_id(scope_);
    header.index = chunks_ + 1;
    header.kind = kind;
    header.last = last;
    header.chain_before = chain_;
    sync::Nonce24 nonce{};
    hub_.environment.random(nonce);
    const auto sealed = sync::seal_chunk(
        header, plain, {sync::key_id(key_), key_, hub_.signing, sync::as_view(hub_.district)},
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

}  // namespace jiuying::node
