// Files written once and never again: what version 1 writes, every later version must read.
//
// `unit_tests "[write-golden]"` writes them anew, and seeds for the fuzz targets; only a new
// format version may need that.
#include "tests/support/golden.hpp"
#include "sync/segment/key_wrap.hpp"
#include "sync/segment/receipt.hpp"
#include "tests/support/segments.hpp"
#include "tests/support/transactions.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace jiuying;
using namespace jiuying::sync;
using test::created;
using test::decrypted;
using test::lasting_header;
using test::log_named;
using test::read_golden;
using test::Sealer;
using test::spelled;
using test::stamped;
using test::wall_ms_then;
using test::write_file;

namespace {

/// An appeal is recorded, then its type is set.
std::vector<Transaction> small_story(AuthorIx own) {
    Transaction add = stamped(1, "S001");
    add.records.push_back(created({own, 1}, 16, 0x11));
    add.changes = {{0, 1, {}, std::string{"SHG01-20261123-0001"}},
                   {0, 6, {}, std::int64_t{3}},
                   {0, 20, {}, std::string{"路灯不亮"}}};
    Transaction edit = stamped(2, "S001");
    edit.records.resize(1);
    edit.records[0].name = {{own, 1}, 0};
    edit.changes = {{0, 6, {{own, 1}}, std::int64_t{2}}};
    return {add, edit};
}

/// Several authors, bases of every kind, entities and fields that no registry knows.
std::vector<Transaction> mixed_story(Authors& authors, AuthorIx own) {
    const AuthorIx hub = authors.intern(log_named(0x77).author);
    const AuthorIx sibling = authors.intern(log_named(0x33).author);
    std::vector<Transaction> story = small_story(own);
    Transaction two = stamped(5, "");
    two.flags = Transaction::clock_suspect;
    two.hlc = make_hlc(17, 65535);
    two.records = {created({own, 5}, 4242, 0x22), created({own, 5}, 20, 0x33)};
    two.records[1].name.ordinal = 1;
    two.records[1].id.bytes.fill(0xFF);
    two.changes = {{0, 9999, {}, std::string{"\0\xFF", 2}}, {0, 65535, {}, {}}};
    story.push_back(two);
    Transaction merge = stamped(6, "张三");
    merge.records.resize(2);
    merge.records[0].name = {{own, 1}, 0};
    merge.records[1].name = {{hub, 900}, 3};
    merge.changes = {{0, 6, {{own, 2}}, std::int64_t{-1}},
                     {0, 20, {{own, 1}, {hub, 12}, {sibling, 7}}, std::string{"𠮷 — é"}},
                     {0, 21, {{hub, 13}}, std::string(500, 'x')},
                     {1, 6, {{hub, 900}}, std::numeric_limits<std::int64_t>::min()}};
    canonicalize(merge, authors);
    story.push_back(merge);
    Transaction late = stamped(7, "S001");
    late.records.resize(1);
    late.records[0].name = {{own, 1}, 0};
    late.changes = {{0, 1, {{own, 1}}, {}}, {0, 6, {{own, 2}}, {}}, {0, 20, {{own, 6}}, {}}};
    story.push_back(late);
    return story;
}

/// What the golden files were made from.
struct Golden {
    Sealer station{1};
    Sealer hub{80};
    LogId log = log_named(0x42);
    Authors authors;
    AuthorIx own = authors.intern(log.author);
    std::vector<Transaction> small = small_story(own);
    std::vector<Transaction> mixed = mixed_story(authors, own);
    Predecessor predecessor{0xABCD, 77, Hash32{1, 2, 3}};

    [[nodiscard]] Sealed seal_small() const { return station.seal(log, authors, small).front(); }
    [[nodiscard]] Sealed seal_mixed() const {
        return station.seal(log, authors, mixed, 99, predecessor).front();
    }
    /// Transaction 3 of the mixed story erased.
    [[nodiscard]] Bytes seal_restated() {
        const Bytes bytes = seal_mixed().bytes;
        const auto opened = station.open(bytes, authors);
        REQUIRE(opened.has_value());
        return restate(bytes, *opened, std::vector<Cut>{{3}}, authors, hub.keys(), {9});
    }
    [[nodiscard]] Receipt receipt() const {
        Receipt is;
        is.hub = log_named(0x77).author.node;
        is.hub_epoch = 5;
        is.hub_predecessor = 4;
        is.log = log;
        is.seq = 2;
        is.chain = seal_small().after.chain;
        is.stored = 2;
        is.decided = 2;
        is.safe = 1;
        is.roster_version = 3;
        is.hub_time_ms = wall_ms_then;
        return is;
    }
    [[nodiscard]] Bytes wrap() const {
        KeyWrap about;
        about.log = log;
        about.reader = log_named(0x77).author.node;
        const Secret<32> seed{Hash32{6}};
        return make_key_wrap(about, station.content_key(), box().public_key(), seed,
                             station.keys().signing, as_view(Sealer::district))
            .value();
    }
    [[nodiscard]] static BoxKeyPair box() { return BoxKeyPair::from_seed(Secret<32>{Hash32{8}}); }
};

void check_story(const OpenedSegment& opened, const std::vector<Transaction>& story, Authors& there,
                 const Golden& golden) {
    const AuthorIx own = *there.find(golden.log.author);
    REQUIRE(opened.transactions.size() == story.size());
    for (std::size_t i = 0; i < story.size(); ++i) {
        if (opened.is_redacted(i)) continue;
        CHECK(spelled(opened.transactions[i], there, own) ==
              spelled(story[i], golden.authors, golden.own));
    }
}

/// The bytes that stand in the fenced blocks of section 8, in hex, without what explains them.
std::vector<std::string> example_blocks() {
    std::ifstream page{test::tests_folder().parent_path() / "docs" / "reference" /
                       "segment-format.md"};
    REQUIRE(page.good());
    std::vector<std::string> blocks;
    bool in_example = false, in_block = false;
    for (std::string line; std::getline(page, line);) {
        in_example = in_example || line.starts_with("## 8.");
        if (!in_example) continue;
        if (line.starts_with("```")) {
            in_block = !in_block;
            if (in_block) blocks.emplace_back();
            continue;
        }
        std::istringstream words{in_block ? line : ""};
        for (std::string word; words >> word;) {
            if (word != "/" && !hex_decode(word)) break;
            blocks.back() += word;
        }
    }
    return blocks;
}

}  // namespace

TEST_CASE("segments sealed by version 1 open for ever", "[golden]") {
    Golden golden;
    Authors there;
    for (const auto& [name, story, now] :
         {std::tuple{"segment-v1-small.bin", golden.small, golden.seal_small()},
          std::tuple{"segment-v1-mixed.bin", golden.mixed, golden.seal_mixed()}}) {
        CAPTURE(name);
        const Bytes bytes = read_golden(name);
        const auto opened = golden.station.open(bytes, there);
        REQUIRE(opened.has_value());
        check_story(*opened, story, there, golden);
        CHECK(opened->header.after() == now.after);
        CHECK(lasting_header(bytes) == lasting_header(now.bytes));
    }
}

TEST_CASE("the example in the format's page is the golden file, byte by byte", "[golden]") {
    Golden golden;
    const std::vector<std::string> blocks = example_blocks();
    REQUIRE(blocks.size() == 4);
    const auto joined = [](std::string text) {
        std::erase(text, '/');
        return text;
    };
    std::string story;
    for (const Transaction& transaction : golden.small) {
        story += spelled(transaction, golden.authors, golden.own);
    }
    CHECK(joined(blocks[0]) == joined(story));
    const Bytes bytes = read_golden("segment-v1-small.bin");
    CHECK(blocks[1] == hex_encode(bytes));
    const Bytes plain = decrypted(bytes, golden.station);
    CHECK(plain.size() == 120);
    const auto columns = decompress(plain, peek(bytes)->raw_size, Dictionary::none);
    REQUIRE(columns.has_value());
    CHECK(columns->used == 94);
    CHECK(blocks[2] ==
          hex_encode(View{plain}.first(5)) + hex_encode(View{plain}.subspan(columns->used)));
    CHECK(blocks[3] == hex_encode(columns->columns));
}

TEST_CASE("a segment restated by version 1 opens for ever", "[golden]") {
    Golden golden;
    Authors there;
    const Bytes bytes = read_golden("segment-v1-restated.bin");
    const auto opened = open(bytes, golden.station.verify_key(), golden.hub.content_key(),
                             as_view(Sealer::district), there, &golden.hub.verify_key());
    REQUIRE(opened.has_value());
    check_story(*opened, golden.mixed, there, golden);
    CHECK(opened->is_redacted(3));
    CHECK(opened->header.after() == golden.seal_mixed().after);
}

TEST_CASE("receipts and key wraps of version 1 are read, and written the same, for ever",
          "[golden]") {
    Golden golden;
    const View district = as_view(Sealer::district);
    const Bytes receipt = read_golden("receipt-v1.bin");
    CHECK(verify_receipt(receipt, golden.hub.verify_key(), district).value() == golden.receipt());
    CHECK(sign_receipt(golden.receipt(), golden.hub.keys().signing, district) == receipt);
    const Bytes wrap = read_golden("key-wrap-v1.bin");
    const auto key = open_key_wrap(wrap, golden.station.verify_key(), Golden::box(), district);
    REQUIRE(key.has_value());
    CHECK((*key == golden.station.content_key()));
    CHECK(golden.wrap() == wrap);
}

TEST_CASE("golden files are written anew", "[.write-golden]") {
    Golden golden;
    const auto folder = test::tests_folder() / "golden";
    write_file(folder / "segment-v1-small.bin", golden.seal_small().bytes);
    write_file(folder / "segment-v1-mixed.bin", golden.seal_mixed().bytes);
    write_file(folder / "segment-v1-restated.bin", golden.seal_restated());
    const View district = as_view(Sealer::district);
    write_file(folder / "receipt-v1.bin",
               sign_receipt(golden.receipt(), golden.hub.keys().signing, district));
    write_file(folder / "key-wrap-v1.bin", golden.wrap());
}

TEST_CASE("seeds of the fuzz targets are written anew", "[.write-golden]") {
    Golden golden;
    const auto corpus = test::tests_folder() / "fuzz" / "corpus";
    for (const char* name : {"receipt-v1.bin", "key-wrap-v1.bin"}) {
        write_file(corpus / "receipt" / name, read_golden(name));
    }
    for (const char* name : {"segment-v1-mixed.bin", "segment-v1-restated.bin"}) {
        Bytes seed{0};
        append(seed, read_golden(name));
        write_file(corpus / "segment" / (std::string{"header-"} + name), seed);
    }
    ColumnWriter writer{golden.authors, golden.own};
    for (const Transaction& transaction : golden.mixed) writer.add(transaction);
    const Proof proof{{BlockSeed{1}}, {}};
    const auto sized = [](std::uint8_t mode, std::size_t size) {
        return Bytes{mode, static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(size >> 8U)};
    };
    for (const auto packing : {Packing::bytes, Packing::bits}) {
        const PackedColumns columns = writer.pack(proof, packing);
        Bytes seed = sized(2, columns.bytes.size());
        seed.insert(seed.begin() + 1, static_cast<std::uint8_t>(writer.count() - 1));
        append(seed, columns.bytes);
        append(seed, columns.stored);
        write_file(corpus / "segment" / (packing == Packing::bits ? "columns-bits" : "columns"),
                   seed);
    }
    const Compressed body = compress(writer, proof, 9);
    Bytes frames = sized(1, body.raw_size);
    append(frames, body.bytes);
    write_file(corpus / "segment" / "frames", frames);
    for (std::size_t i = 0; i < golden.mixed.size(); ++i) {
        const EncodedTransaction encoded = encode(golden.mixed[i], golden.authors, golden.own);
        Bytes seed = sized(1, encoded.public_part.size());
        append(seed, encoded.public_part);
        append(seed, encoded.private_part);
        write_file(corpus / "archive" / ("transaction-" + std::to_string(i)), seed);
    }
}
