#include "sync/snapshot/contents.hpp"

#include "schema/assert.hpp"
#include "schema/utf8.hpp"
#include "sync/archive/bounded_archive.hpp"
#include "sync/merge/byte_text.hpp"
#include "sync/merge/state_codec.hpp"
#include "sync/segment/chain.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace jiuying::sync {
namespace {

constexpr std::size_t actor_bytes_max = 32;
constexpr std::size_t author_bytes = 24;
enum Form : std::uint8_t { form_none = 0, form_number = 1, form_text = 2 };

const Value* no_column(FieldId) { return nullptr; }

void write_places(WireWriter& out, const std::vector<SnapshotPlace>& places) {
    JY_ASSERT(places.size() <= snapshot_places_max);
    out.varint(places.size());
    for (const SnapshotPlace& place : places) {
        out.raw(log_bytes(place.log));
        out.varint(place.position.seq);
        out.raw(place.position.chain);
        out.varint(place.txn);
    }
}

std::vector<SnapshotPlace> read_places(WireReader& in) {
    constexpr std::size_t least = log_bytes_size + 34;
    const std::size_t count = in.count(least, snapshot_places_max);
    in.charge(count * sizeof(SnapshotPlace));
    std::vector<SnapshotPlace> places(count);
    std::set<LogId> seen;
    for (std::size_t i = 0; i < count; ++i) {
        SnapshotPlace& place = places[i];
        BoundedInput archive{in};
        archive(place.log);
        place.position.seq = in.varint_up_to(std::uint64_t{1} << 48U);
        place.position.chain = in.fixed<32>();
        place.txn = in.varint_up_to(std::uint64_t{1} << 48U);
        if (!seen.insert(place.log).second) detail::refuse(Errc::malformed);
    }
    return places;
}

void put_value(std::string& out, const Value& value) {
    if (const auto* number = schema::number_of(value)) {
        out.push_back(static_cast<char>(form_number));
        put_signed(out, *number);
    } else if (const auto* text = schema::text_of(value)) {
        out.push_back(static_cast<char>(form_text));
        put_text(out, *text);
    } else {
        out.push_back(static_cast<char>(form_none));
    }
}

std::string_view bytes_of(const auto& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

}  // namespace

Bytes encode_start(const SnapshotStart& start) {
    Bytes bytes;
    WireWriter out{bytes};
    out.signed_varint(start.written_ms);
    out.varint(start.records);
    out.raw(start.digest);
    write_places(out, start.places);
    write_places(out, start.stations);
    JY_ASSERT(start.keys.size() <= snapshot_keys_max);
    out.varint(start.keys.size());
    for (const SnapshotKey& key : start.keys) {
        out.raw(log_bytes(key.log));
        out.raw(key.id);
        out.varint(key.first);
        out.raw(key.key.view());
    }
    return bytes;
}

Result<SnapshotStart> decode_start(View bytes) {
    return decoding(bytes, std::size_t{1} << 20U, [](WireReader& in) {
        SnapshotStart start;
        start.written_ms = in.signed_varint();
        start.records = in.varint();
        start.digest = in.fixed<32>();
        start.places = read_places(in);
        start.stations = read_places(in);
        constexpr std::size_t least = log_bytes_size + 8 + 1 + 32;
        const std::size_t keys = in.count(least, snapshot_keys_max);
        for (std::size_t i = 0; i < keys; ++i) {
            SnapshotKey& key = start.keys.emplace_back();
            BoundedInput archive{in};
            archive(key.log);
            key.id = in.fixed<8>();
            key.first = in.varint();
            std::ranges::copy(in.raw(32), key.key.bytes().begin());
        }
        return start;
    });
}

// --- Writing ------------------------------------------------------------------------------------

AuthorIx RecordsWriter::author(AuthorIx ix) {
    const std::size_t before = local_.size();
    const AuthorIx local = local_.intern(authors_[ix]);
    if (local_.size() != before) tables_size_ += author_bytes;
    return local;
}

ActorIx RecordsWriter::actor(ActorIx ix) {
    const auto [at, fresh] = actors_.try_emplace(ix, static_cast<ActorIx>(actor_codes_.size()));
    if (fresh) {
        actor_codes_.push_back(actor_code_(ix));
        tables_size_ += actor_codes_.back().size() + 1;
    }
    return at->second;
}

void RecordsWriter::localise(Version& version) {
    version.dot.author = author(version.dot.author);
    version.actor = actor(version.actor);
    for (Dot& base : version.bases) base.author = author(base.author);
}

void RecordsWriter::add(SnapshotRecord record) {
    RecordState& state = record.state;
    for (FieldGraph& graph : state.fields) {
        for (Version& version : graph.versions) localise(version);
    }
    for (Touches& touches : state.touches) touches.author = author(touches.author);
    for (KeptVersion& kept : record.kept) localise(kept.version);
    auto scope = std::ranges::find(scopes_, record.scope);
    if (scope == scopes_.end()) {
        scopes_.push_back(record.scope);
        scope = scopes_.end() - 1;
        tables_size_ += record.scope.bytes.size();
    }
    std::string& out = records_;
    put_number(out, static_cast<std::uint32_t>(author(state.name.creation.author)));
    put_number(out, state.name.creation.txn);
    out.push_back(static_cast<char>(state.name.ordinal));
    put_number(out, static_cast<std::uint16_t>(state.entity));
    out.append(bytes_of(state.id));
    put_number(out, static_cast<std::uint64_t>(scope - scopes_.begin()));
    put_text(out, encode_state(state, no_column, local_));
    put_number(out, record.kept.size());
    for (const KeptVersion& kept : record.kept) {
        put_number(out, kept.field);
        put_number(out, static_cast<std::uint32_t>(kept.version.dot.author));
        put_number(out, kept.version.dot.txn);
        put_fixed64(out, static_cast<std::uint64_t>(kept.version.hlc));
        out.push_back(static_cast<char>(kept.version.flags));
        put_number(out, static_cast<std::uint32_t>(kept.version.actor));
        put_value(out, kept.version.value);
    }
    ++count_;
}

Bytes RecordsWriter::finish() {
    Bytes bytes;
    WireWriter out{bytes};
    out.varint(local_.size());
    for (std::size_t i = 0; i < local_.size(); ++i) {
        out.raw(local_[AuthorIx(i)].node.bytes);
        out.fixed64(local_[AuthorIx(i)].epoch);
    }
    out.varint(actor_codes_.size());
    for (const std::string& code : actor_codes_) out.counted(as_view(code));
    out.varint(scopes_.size());
    for (const ScopeId& scope : scopes_) out.raw(scope.bytes);
    out.varint(count_);
    out.raw(as_view(records_));
    local_ = {};
    actors_.clear();
    actor_codes_.clear();
    scopes_.clear();
    records_.clear();
    tables_size_ = count_ = 0;
    return bytes;
}

// --- Reading ------------------------------------------------------------------------------------

namespace {

class RecordsReader {
public:
    RecordsReader(WireReader& in, SnapshotNames& names) : in_(in), names_(names) {}

    std::vector<SnapshotRecord> read() {
        read_authors();
        const std::size_t actors = in_.count();
        for (std::size_t i = 0; i < actors; ++i) {
            const std::string code{as_text(in_.counted(actor_bytes_max))};
            if (!schema::is_utf8(code)) detail::refuse(Errc::not_utf8);
            codes_.push_back(code);
        }
        const std::size_t scopes = in_.count(sizeof(ScopeId));
        for (std::size_t i = 0; i < scopes; ++i) scopes_.emplace_back().bytes = in_.fixed<16>();
        // A record has a name, a kind, an id, a scope and a state.
        const std::size_t count = in_.count(24);
        std::vector<SnapshotRecord> records;
        for (std::size_t i = 0; i < count; ++i) records.push_back(read_record());
        return records;
    }

    /// Only now, when all of it is sound, the replica learns of names that are new to it.
    void name(std::vector<SnapshotRecord>& records) {
        std::vector<AuthorIx> authors;
        for (std::size_t i = 0; i < local_.size(); ++i) {
            authors.push_back(names_.authors.intern(local_[AuthorIx(i)]));
        }
        std::vector<ActorIx> actors;
        for (const std::string& code : codes_) actors.push_back(names_.actor(code));
        const auto author = [&](AuthorIx& ix) { ix = authors[static_cast<std::size_t>(ix)]; };
        const auto rename = [&](Version& version) {
            author(version.dot.author);
            version.actor = actors[static_cast<std::size_t>(version.actor)];
            for (Dot& base : version.bases) author(base.author);
        };
        for (SnapshotRecord& record : records) {
            author(record.state.name.creation.author);
            for (Touches& touches : record.state.touches) author(touches.author);
            for (FieldGraph& graph : record.state.fields) {
                for (Version& version : graph.versions) rename(version);
            }
            for (KeptVersion& kept : record.kept) rename(kept.version);
        }
    }

private:
    void read_authors() {
        const std::size_t count = in_.count(author_bytes);
        std::size_t fresh = 0;
        for (std::size_t i = 0; i < count; ++i) {
            Author author;
            author.node.bytes = in_.fixed<16>();
            author.epoch = in_.fixed64();
            if (local_.intern(author) != AuthorIx(i)) detail::refuse(Errc::malformed);
            if (!names_.authors.find(author)) ++fresh;
        }
        if (names_.authors.size() + fresh > names_.authors_max) detail::refuse(Errc::exhausted);
    }

    AuthorIx author() {
        const std::uint64_t ix = in_.varint();
        if (ix >= local_.size()) detail::refuse(Errc::malformed);
        return AuthorIx(ix);
    }

    SnapshotRecord read_record() {
        SnapshotRecord record;
        RecordState& state = record.state;
        state.name.creation.author = author();
        state.name.creation.txn = in_.varint();
        state.name.ordinal = in_.byte();
        state.entity = EntityId{in_.varint_as<std::uint16_t>()};
        state.id.bytes = in_.fixed<16>();
        const std::uint64_t scope = in_.varint();
        if (scope >= scopes_.size()) detail::refuse(Errc::malformed);
        record.scope = scopes_[scope];
        const View blob = in_.counted();
        if (!decode_state(as_text(blob), state, no_column, local_, codes_.size())) {
            detail::refuse(Errc::malformed);
        }
        const std::size_t kept = in_.count(13);
        for (std::size_t i = 0; i < kept; ++i) record.kept.push_back(read_kept());
        return record;
    }

    KeptVersion read_kept() {
        KeptVersion kept;
        kept.field = in_.varint_as<FieldId>();
        kept.version.dot.author = author();
        kept.version.dot.txn = in_.varint();
        kept.version.hlc = Hlc{in_.fixed64()};
        kept.version.flags = in_.byte();
        const std::uint64_t actor = in_.varint();
        if (actor >= codes_.size()) detail::refuse(Errc::malformed);
        kept.version.actor = ActorIx(actor);
        switch (in_.byte()) {
            case form_none: break;
            case form_number: kept.version.value = in_.signed_varint(); break;
            case form_text: kept.version.value = std::string(as_text(in_.counted())); break;
            default: detail::refuse(Errc::malformed);
        }
        return kept;
    }

    WireReader& in_;
    SnapshotNames& names_;
    Authors local_;
    std::vector<std::string> codes_;
    std::vector<ScopeId> scopes_;
};

}  // namespace

Result<std::vector<SnapshotRecord>> read_records(View bytes, SnapshotNames names) {
    return decoding(bytes, default_budget(bytes.size()), [&](WireReader& in) {
        RecordsReader reader{in, names};
        std::vector<SnapshotRecord> records = reader.read();
        in.finish();
        reader.name(records);
        return records;
    });
}

}  // namespace jiuying::sync
