// Chunks of snapshots: sealed, chained, and read back; anything else is refused.
#include "schema/assert.hpp"
#include "sync/archive/wire.hpp"
#include "sync/snapshot/chunk.hpp"
#include "sync/snapshot/contents.hpp"
#include "tests/support/golden.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

constexpr std::string_view district = "340207";

/// The hub of these tests: keys that are the same for ever.
struct Hub {
    SigningKey signing{Secret<32>{Hash32{7}}};
    Key32 key{Hash32{8}};
    NodeId node{{1, 2, 3}};
    ScopeId scope{{9, 9}};

    [[nodiscard]] ChunkHeader header(std::uint64_t index, bool last, const Hash32& before) const {
        ChunkHeader is;
        is.hub = node;
        is.id = 0x1122334455667788U;
        is.scope = scope;
        is.index = index;
        is.kind = index == 1 ? ChunkHeader::Kind::start : ChunkHeader::Kind::records;
        is.last = last;
        is.chain_before = before;
        return is;
    }
    [[nodiscard]] SealedChunk seal(const ChunkHeader& header, View plain) const {
        auto sealed = seal_chunk(header, plain, {key_id(key), key, signing, as_view(district)},
                                 Nonce24{5}, 3);
        JY_ASSERT(sealed.has_value());
        return *std::move(sealed);
    }
    [[nodiscard]] Result<OpenedChunk> open(View bytes) const {
        return open_chunk(bytes, signing.verify_key(), key, as_view(district));
    }
};

const std::vector<std::string>& actor_codes() {
    static const std::vector<std::string> codes{"W01", "张三"};
    return codes;
}

/// One appeal with two competing titles and one that lost for good.
SnapshotRecord appeal(AuthorIx station, AuthorIx hub, const ScopeId& scope) {
    SnapshotRecord record;
    record.scope = scope;
    RecordState& state = record.state;
    state.name = {{station, 1}, 0};
    state.entity = EntityId{16};
    state.id.bytes.fill(0x42);
    state.touches = {{station, {1, 4}}, {hub, {3}}};
    state.fields = {
        {20,
         {{{station, 4}, Hlc{500}, 0, ActorIx{1}, {{station, 1}}, std::string{"路灯不亮"}},
          {{hub, 3}, Hlc{400}, Version::suspect, ActorIx{0}, {{station, 1}}, std::string{"路灯"}}}},
        {21, {{{station, 1}, Hlc{100}, 0, ActorIx{1}, {}, std::int64_t{-3}}}}};
    record.kept = {{20, {{station, 1}, Hlc{100}, 0, ActorIx{1}, {}, std::string{"灯"}}}};
    return record;
}

struct Written {
    Hub hub;
    Authors authors;
    AuthorIx other = authors.intern({NodeId{{77}}, 1});  // So that numbers differ in the chunk.
    AuthorIx station = authors.intern({NodeId{{5}}, 50});
    AuthorIx at_hub = authors.intern({NodeId{{1, 2, 3}}, 60});
    SnapshotRecord record = appeal(station, at_hub, hub.scope);

    [[nodiscard]] SnapshotStart start() const {
        SnapshotStart is;
        is.written_ms = test::wall_ms_then;
        is.records = 1;
        is.digest = Hash32{4, 5};
        const LogId inbox{{hub.node, 60}, Stream::inbox, hub.scope};
        is.places = {{inbox, {12, Hash32{1}}, 34}};
        is.stations = {{{{NodeId{{5}}, 50}, Stream::station, hub.scope}, {4, Hash32{2}}, 4}};
        is.keys.push_back({inbox, KeyId{1}, 1, Key32{Hash32{3}}});
        return is;
    }
    [[nodiscard]] Bytes records() const {
        RecordsWriter writer{authors, [](ActorIx ix) -> const std::string& {
                                 return actor_codes()[static_cast<std::size_t>(ix)];
                             }};
        writer.add(record);
        return writer.finish();
    }
    /// The two chunks of this snapshot.
    [[nodiscard]] std::vector<Bytes> chunks() const {
        const SealedChunk first = hub.seal(hub.header(1, false, {}), encode_start(start()));
        const SealedChunk second = hub.seal(hub.header(2, true, first.chain), records());
        return {first.bytes, second.bytes};
    }
};

Result<std::vector<SnapshotRecord>> read(View bytes, Authors& authors,
                                         std::vector<std::string>& actors,
                                         std::size_t authors_max = 100) {
    return read_records(bytes, {authors, authors_max, [&](const std::string& code) {
                                    const auto at = std::ranges::find(actors, code);
                                    if (at != actors.end()) return ActorIx(at - actors.begin());
                                    actors.push_back(code);
                                    return ActorIx(actors.size() - 1);
                                }});
}

}  // namespace

TEST_CASE("What a snapshot says is read back with the reader's own numbers", "[snapshot]") {
    const Written written;
    Authors authors;
    authors.intern({NodeId{{200}}, 2});
    authors.intern({NodeId{{1, 2, 3}}, 60});
    std::vector<std::string> actors{"somebody"};
    const auto records = read(written.records(), authors, actors);
    REQUIRE(records.has_value());
    REQUIRE(records->size() == 1);
    const SnapshotRecord& record = records->front();
    CHECK(record.scope == written.hub.scope);
    CHECK(record.state.id == written.record.state.id);
    CHECK(authors[record.state.name.creation.author].epoch == 50);
    const FieldGraph* title = find_graph(record.state, 20);
    REQUIRE(title != nullptr);
    REQUIRE(title->versions.size() == 2);
    const auto of_hub = std::ranges::find_if(title->versions, [&](const Version& version) {
        return authors[version.dot.author].epoch == 60;
    });
    REQUIRE(of_hub != title->versions.end());
    CHECK(of_hub->value == Value{std::string{"路灯"}});
    CHECK(of_hub->flags == Version::suspect);
    CHECK(actors[static_cast<std::size_t>(of_hub->actor)] == "W01");
    CHECK(authors[of_hub->bases.front().author].epoch == 50);
    REQUIRE(record.kept.size() == 1);
    CHECK(record.kept.front().version.value == Value{std::string{"灯"}});

    const auto start = decode_start(encode_start(written.start()));
    REQUIRE(start.has_value());
    CHECK(start->places == written.start().places);
    CHECK(start->stations == written.start().stations);
    CHECK(start->digest == written.start().digest);
    CHECK(start->keys.size() == 1);
}

TEST_CASE("A chunk that was changed in any byte is refused", "[snapshot]") {
    const Written written;
    for (const Bytes& whole : written.chunks()) {
        REQUIRE(written.hub.open(whole).has_value());
        for (std::size_t at = 0; at < whole.size(); ++at) {
            Bytes changed = whole;
            changed[at] ^= 0x10U;
            CAPTURE(at);
            CHECK_FALSE(written.hub.open(changed).has_value());
        }
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CHECK_FALSE(written.hub.open(View{whole}.first(size)).has_value());
        }
    }
}

TEST_CASE("A chunk of another hub, district or key is not believed", "[snapshot]") {
    const Written written;
    const Bytes chunk = written.chunks().front();
    const Hub& hub = written.hub;
    const SigningKey other{Secret<32>{Hash32{70}}};
    CHECK(open_chunk(chunk, other.verify_key(), hub.key, as_view(district)).error() ==
          Errc::not_authentic);
    CHECK(open_chunk(chunk, hub.signing.verify_key(), hub.key, as_view("340208")).error() ==
          Errc::not_authentic);
    CHECK(
        open_chunk(chunk, hub.signing.verify_key(), Key32{Hash32{9}}, as_view(district)).error() ==
        Errc::not_authentic);
}

TEST_CASE("The first chunk is a start and no other is", "[snapshot]") {
    const Written written;
    ChunkHeader wrong = written.hub.header(1, false, {});
    wrong.kind = ChunkHeader::Kind::records;
    CHECK_FALSE(written.hub.open(written.hub.seal(wrong, Bytes{1}).bytes).has_value());
    wrong = written.hub.header(2, false, {});
    wrong.kind = ChunkHeader::Kind::start;
    CHECK_FALSE(written.hub.open(written.hub.seal(wrong, Bytes{1}).bytes).has_value());
}

TEST_CASE("Contents that no writer makes are refused and leave no names behind", "[snapshot]") {
    const Written written;
    const Bytes whole = written.records();
    std::size_t refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const unsigned bit : {0x01U, 0x80U}) {
            Bytes changed = whole;
            changed[at] = static_cast<std::uint8_t>(changed[at] ^ bit);
            Authors authors;
            std::vector<std::string> actors;
            const auto records = read(changed, authors, actors);
            if (records) continue;
            ++refused;
            CHECK(authors.size() == 0);
            CHECK(actors.empty());
        }
    }
    CHECK(refused > whole.size() / 4);  // Ids, epochs and values may be anything.
    Authors authors;
    std::vector<std::string> actors;
    CHECK(read(whole, authors, actors, 1).error() == Errc::exhausted);
    Bytes counts;
    WireWriter out{counts};
    out.varint(std::uint64_t{1} << 60U);
    CHECK_FALSE(read(counts, authors, actors).has_value());
    CHECK_FALSE(decode_start(counts).has_value());
}

TEST_CASE("The golden snapshot is read by every later version", "[snapshot][golden]") {
    const Written written;
    Bytes file;
    for (const Bytes& chunk : written.chunks()) {
        WireWriter out{file};
        out.counted(chunk);
    }
    const Bytes golden = test::read_golden("snapshot-v1.bin");
    const auto chunks = decoding(golden, default_budget(golden.size()), [](WireReader& in) {
        std::vector<Bytes> all;
        while (in.left() != 0) {
            const View chunk = in.counted();
            all.emplace_back(chunk.begin(), chunk.end());
        }
        return all;
    });
    REQUIRE(chunks.has_value());
    REQUIRE(chunks->size() == 2);
    const auto first = written.hub.open(chunks->front());
    const auto second = written.hub.open(chunks->back());
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    CHECK(first->chain == second->header.chain_before);
    CHECK(first->plain == encode_start(written.start()));
    CHECK(second->plain == written.records());
}

TEST_CASE("Writes the golden snapshot", "[.][write-golden]") {
    const Written written;
    Bytes file;
    std::size_t n = 0;
    for (const Bytes& chunk : written.chunks()) {
        WireWriter{file}.counted(chunk);
        test::write_file(test::tests_folder() / "fuzz/corpus/snapshot" /
                             ("chunk-" + std::to_string(++n) + ".bin"),
                         chunk);
    }
    test::write_file(test::tests_folder() / "golden/snapshot-v1.bin", file);
    const auto tagged = [](std::uint8_t tag, View bytes) {
        Bytes all{tag};
        append(all, bytes);
        return all;
    };
    test::write_file(test::tests_folder() / "fuzz/corpus/snapshot/start.bin",
                     tagged(1, encode_start(written.start())));
    test::write_file(test::tests_folder() / "fuzz/corpus/snapshot/records.bin",
                     tagged(2, written.records()));
}
