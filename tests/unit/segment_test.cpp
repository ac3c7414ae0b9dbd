#include "sync/segment/segment.hpp"

#include "tests/support/segments.hpp"
#include "tests/support/transactions.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;
using test::log_named;
using test::Sealer;
using test::spelled;
using test::TransactionSource;

namespace {

/// An author, what it wrote, and a reader who numbers authors differently.
struct World {
    explicit World(std::uint64_t seed = 1, std::size_t count = 40)
        : source(authors, log, seed), own(*authors.find(log.author)), written(source.next(count)) {
        there.intern(Author{{}, 99});
    }
    [[nodiscard]] std::vector<Sealed> seal(std::size_t piece = ~std::size_t{0}) const {
        return sealer.seal(log, authors, written, piece);
    }
    [[nodiscard]] Result<OpenedSegment> open(View bytes) { return sealer.open(bytes, there); }
    [[nodiscard]] Errc refusal(View bytes) {
        const auto opened = open(bytes);
        return opened ? Errc{} : opened.error();
    }

    LogId log = log_named(7);
    Authors authors;
    TransactionSource source;
    AuthorIx own;
    std::vector<Transaction> written;
    Sealer sealer;
    Authors there;
};

/// A hundred edits of one field, as a station makes them between two contacts.
std::vector<Transaction> status_edits(AuthorIx own) {
    std::vector<Transaction> edits;
    test::Dice dice{5};
    std::uint64_t wall = 1'795'000'000'000;
    for (std::uint64_t i = 0; i < 100; ++i) {
        Transaction edit;
        edit.txn = 40'001 + i;
        wall += dice.below(4);
        edit.hlc = make_hlc(wall, 0);
        edit.actor = "S001";
        const std::uint64_t appeal = dice.below(10'000);
        TouchedRecord record;
        record.name = {{own, appeal + 1}, 0};
        for (const Transaction& earlier : edits) {
            if (earlier.records[0].name == record.name) record.name.ordinal = 1;
        }
        edit.records.push_back(record);
        edit.changes.push_back(
            {0, 40, {{own, 10'000 + 3 * appeal}}, static_cast<std::int64_t>(1 + dice.below(4))});
        edits.push_back(edit);
    }
    return edits;
}

}  // namespace

TEST_CASE("an opened segment holds what was sealed, unknown fields included", "[segment]") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        World world{seed, 1 + seed * seed % 700};
        std::size_t at = 0;
        for (const Sealed& sealed : world.seal()) {
            const auto opened = world.open(sealed.bytes);
            REQUIRE(opened.has_value());
            CHECK(opened->header.log == world.log);
            CHECK(opened->header.after() == sealed.after);
            CHECK(opened->header.first == sealed.first);
            CHECK(opened->header.last() == sealed.last);
            const AuthorIx own = *world.there.find(world.log.author);
            for (const Transaction& back : opened->transactions) {
                REQUIRE(spelled(back, world.there, own) ==
                        spelled(world.written[at++], world.authors, world.own));
            }
        }
        CHECK(at == world.written.size());
    }
}

TEST_CASE("where a log is cut does not change its chain", "[segment]") {
    World world{3, 600};
    const std::vector<Sealed> whole = world.seal();
    for (const std::size_t piece : {600U, 200U, 60U, 7U, 1U}) {
        CAPTURE(piece);
        const std::vector<Sealed> pieces = world.seal(piece);
        CHECK(pieces.back().after == whole.back().after);
        Position expected = log_start(world.log, {});
        for (const Sealed& sealed : pieces) {
            const auto header = peek(sealed.bytes);
            REQUIRE(header.has_value());
            CHECK(header->before() == expected);
            expected = sealed.after;
        }
        CHECK(world.refusal(pieces[pieces.size() / 2].bytes) == Errc{});
    }
}

TEST_CASE("any one damaged bit of a segment is noticed", "[segment]") {
    World world{1, 3};
    const Bytes bytes = world.seal().front().bytes;
    REQUIRE(world.refusal(bytes) == Errc{});
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        Bytes damaged = bytes;
        damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << bit % 8));
        REQUIRE(world.refusal(damaged) != Errc{});
    }
}

TEST_CASE("a segment cut anywhere or grown is refused", "[segment]") {
    World world{1, 3};
    Bytes bytes = world.seal().front().bytes;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        REQUIRE(world.refusal(View{bytes}.first(size)) != Errc{});
    }
    bytes.push_back(0);
    CHECK(world.refusal(bytes) == Errc::not_authentic);
    bytes.resize(segment_bytes_max + 1);
    CHECK(world.refusal(bytes) == Errc::too_large);
}

TEST_CASE("only the author's key, the content key and the district open a segment", "[segment]") {
    World world{1, 3};
    const Bytes bytes = world.seal().front().bytes;
    const Sealer stranger{50};
    const auto open_with = [&](const VerifyKey& author, const Key32& key, std::string_view where) {
        const auto opened = open(bytes, author, key, as_view(where), world.there);
        return opened ? Errc{} : opened.error();
    };
    const VerifyKey& author = world.sealer.verify_key();
    const Key32& key = world.sealer.content_key();
    CHECK(open_with(author, key, "340207") == Errc{});
    CHECK(open_with(stranger.verify_key(), key, "340207") == Errc::not_authentic);
    CHECK(open_with(author, stranger.content_key(), "340207") == Errc::not_authentic);
    CHECK(open_with(author, key, "340208") == Errc::not_authentic);
}

TEST_CASE("a carrier finds no text, actor or record id in a segment", "[segment]") {
    World world{2, 200};
    for (Transaction& transaction : world.written) {
        transaction.actor = "SHG01-clerk";
        for (Change& change : transaction.changes) change.value = std::string{"13900001234"};
    }
    const Bytes bytes = world.seal().front().bytes;
    const auto holds = [&](View needle) {
        return std::search(bytes.begin(), bytes.end(), needle.begin(), needle.end()) != bytes.end();
    };
    CHECK_FALSE(holds(as_view("SHG01-clerk")));
    CHECK_FALSE(holds(as_view("1390000")));
    for (const Transaction& transaction : world.written) {
        for (const TouchedRecord& record : transaction.records) {
            const View id = record.id.bytes;
            if (record.created && id[14] != id[15]) CHECK_FALSE(holds(id.last(8)));
        }
    }
}

TEST_CASE("a hundred edits of one field fit into 800 bytes, the clear part into 260", "[segment]") {
    World world;
    const AuthorIx own = world.own;
    SegmentBuilder builder{world.log, world.authors, own, {40'000, {}}, {}};
    for (const Transaction& edit : status_edits(own)) REQUIRE(builder.add(edit));
    const Sealed sealed = std::move(builder).seal(world.sealer.keys(), {});
    REQUIRE(world.refusal(sealed.bytes) == Errc{});
    CHECK(sealed.bytes.size() <= 800);
    CHECK(parse_header(sealed.bytes)->signed_size + Signature{}.size() <= 260);
}

TEST_CASE("sizes are hidden by padding", "[segment]") {
    // One more character must not show, nearly always.
    World world{1, 1};
    std::vector<std::size_t> sizes;
    for (std::size_t length = 1000; length < 1030; ++length) {
        std::string text;
        test::Dice dice{length};
        for (std::size_t i = 0; i < length; ++i) {
            text.push_back(static_cast<char>(' ' + dice.below(90)));
        }
        world.written.front().changes.resize(1);
        world.written.front().changes.front().value = text;
        sizes.push_back(world.seal().front().bytes.size());
    }
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    CHECK(sizes.size() <= 4);
}

TEST_CASE("a full segment says so, and the largest transaction fits into an empty one",
          "[segment]") {
    World world{1, 1};
    Transaction large = world.written.front();
    large.changes.resize(1);
    large.changes.front().value = std::string(Transaction::bytes_max - 200, 'x');
    SegmentBuilder builder{world.log, world.authors, world.own, log_start(world.log, {}), {}};
    REQUIRE(builder.add(large));
    large.txn += 1;
    large.records.front().name.creation.txn = large.txn;
    CHECK_FALSE(builder.add(large));
    CHECK(builder.count() == 1);
    CHECK(world.refusal(std::move(builder).seal(world.sealer.keys(), {}).bytes) == Errc{});

    world.written = status_edits(world.own);
    SegmentBuilder many{world.log, world.authors, world.own, log_start(world.log, {}), {}};
    std::size_t added = 0;
    for (Transaction edit = world.written.front(); many.add(edit); ++edit.txn) ++added;
    CHECK(added == segment_transactions_max);
    const Sealed sealed = std::move(many).seal(world.sealer.keys(), {});
    CHECK(world.open(sealed.bytes)->transactions.size() == added);
}

TEST_CASE("what a closed epoch leaves behind is bound into the new one's chain", "[segment]") {
    World world;
    const Predecessor before{77, 12, Hash32{1, 2, 3}};
    const auto sealed = world.sealer.seal(world.log, world.authors, world.written, 10, before);
    REQUIRE(sealed.size() > 1);
    const auto opened = world.open(sealed.front().bytes);
    REQUIRE(opened.has_value());
    CHECK(opened->header.predecessor == before);
    CHECK(opened->header.before() == log_start(world.log, before));
    CHECK(opened->header.before() != log_start(world.log, {}));
    CHECK_FALSE(world.open(sealed.back().bytes)->header.predecessor.has_value());
    const Bytes forged = world.sealer.forge(
        sealed.front().bytes, [](SegmentHeader& header, Bytes&) { header.predecessor->seq = 11; });
    CHECK(world.refusal(forged) == Errc::not_authentic);
}

TEST_CASE("a signed segment whose chain does not fit its content is refused", "[segment]") {
    World world;
    const Bytes bytes = world.seal(20).back().bytes;
    const auto with = [&](const std::function<void(SegmentHeader&)>& edit) {
        return world.refusal(
            world.sealer.forge(bytes, [&](SegmentHeader& header, Bytes&) { edit(header); }));
    };
    CHECK(with([](SegmentHeader&) {}) == Errc{});
    CHECK(with([](SegmentHeader& h) { h.chain_last[0] ^= 1; }) == Errc::not_authentic);
    CHECK(with([](SegmentHeader& h) { h.chain_before[0] ^= 1; }) == Errc::not_authentic);
    CHECK(with([](SegmentHeader& h) { h.first += 256; }) == Errc::not_authentic);
    CHECK(with([](SegmentHeader& h) { h.log.author.epoch ^= 1; }) == Errc{});
    CHECK(with([](SegmentHeader& h) { h.count -= 1; }) != Errc{});
    CHECK(with([](SegmentHeader& h) { h.count += 1; }) != Errc{});
}

TEST_CASE("what asks for a newer program is kept for it, not misread", "[segment]") {
    World world;
    const Bytes bytes = world.seal().front().bytes;
    const auto with = [&](const std::function<void(SegmentHeader&)>& edit) {
        const Bytes forged =
            world.sealer.forge(bytes, [&](SegmentHeader& header, Bytes&) { edit(header); });
        CHECK(peek(forged).has_value());  // Enough to store and forward it.
        return world.refusal(forged);
    };
    CHECK(with([](SegmentHeader& h) { h.must_understand = 8; }) == Errc::unsupported);
    CHECK(with([](SegmentHeader& h) { h.must_understand = 1U << 31U; }) == Errc::unsupported);
    CHECK(with([](SegmentHeader& h) { h.minimum_reader = 2; }) == Errc::unsupported);
    CHECK(with([](SegmentHeader& h) { h.dictionary = Dictionary{2}; }) == Errc::unsupported);
    // Features and extensions are for those who know them.
    CHECK(with([](SegmentHeader& h) { h.features = ~0ULL; }) == Errc{});
    CHECK(with([](SegmentHeader& h) { h.extension = Bytes(4096, 1); }) == Errc{});
    Bytes other = bytes;
    other[4] = 2;
    CHECK(peek(other).error() == Errc::unsupported);
    other[4] = 1;
    other[5] = 9;
    CHECK(peek(other).error() == Errc::unsupported);
}

TEST_CASE("sizes that a header claims are checked before memory is taken", "[segment]") {
    World world;
    const Bytes bytes = world.seal().front().bytes;
    const auto with = [&](const Sealer::Edit& edit) {
        return world.refusal(world.sealer.forge(bytes, edit));
    };
    CHECK(with([](SegmentHeader& h, Bytes&) { h.raw_size = segment_raw_max + 1; }) ==
          Errc::too_large);
    CHECK(with([](SegmentHeader& h, Bytes&) { h.count = segment_transactions_max + 1; }) ==
          Errc::too_large);
    CHECK(with([](SegmentHeader& h, Bytes&) { h.extension = Bytes(4097, 0); }) == Errc::too_large);
    CHECK(with([](SegmentHeader& h, Bytes&) { h.raw_size += 1; }) == Errc::malformed);
    CHECK(with([](SegmentHeader& h, Bytes&) { h.raw_size -= 1; }) == Errc::malformed);
    CHECK(with([](SegmentHeader& h, Bytes&) { h.raw_size = 0; }) != Errc{});
    CHECK(with([](SegmentHeader&, Bytes& plain) { plain.push_back(0); }) == Errc::malformed);
    CHECK(with([](SegmentHeader&, Bytes& plain) { plain.clear(); }) == Errc::malformed);
}

TEST_CASE("a body altered by an author with good keys is refused or says the same", "[segment]") {
    World world{9, 60};
    const Bytes bytes = world.seal().front().bytes;
    test::Dice dice{1};
    for (int i = 0; i < 3000; ++i) {
        const Bytes forged = world.sealer.forge(bytes, [&](SegmentHeader&, Bytes& plain) {
            for (std::size_t k = 1 + dice.below(3); k > 0; --k) {
                plain[dice.below(plain.size())] = static_cast<std::uint8_t>(dice.next());
            }
        });
        const auto opened = world.open(forged);
        if (!opened) continue;
        // zstd has bits that change nothing; the chain vouches for the content.
        const AuthorIx own = *world.there.find(world.log.author);
        REQUIRE(opened->transactions.size() == world.written.size());
        for (std::size_t k = 0; k < world.written.size(); ++k) {
            REQUIRE(spelled(opened->transactions[k], world.there, own) ==
                    spelled(world.written[k], world.authors, world.own));
        }
    }
}

TEST_CASE("a segment restated after an erasure proves itself and no longer holds the values",
          "[segment]") {
    World world{4, 300};
    for (Change& change : world.written[5].changes) change.value = std::string{"erase me"};
    const Sealed sealed = world.seal().front();
    const auto opened = world.open(sealed.bytes);
    REQUIRE(opened.has_value());
    const Sealer hub{80};
    const std::vector<Cut> erased{{5}, {299}};
    const Bytes restated = restate(sealed.bytes, *opened, erased, world.there, hub.keys(), {});
    const auto read = [&](View bytes, const VerifyKey& author, const VerifyKey* restater) {
        return open(bytes, author, hub.content_key(), as_view("340207"), world.there, restater);
    };
    const auto again = read(restated, world.sealer.verify_key(), &hub.verify_key());
    REQUIRE(again.has_value());
    CHECK(again->header.after() == sealed.after);
    const AuthorIx own = *world.there.find(world.log.author);
    for (std::size_t i = 0; i < 300; ++i) {
        CHECK(again->is_redacted(i) == (i == 5 || i == 299));
        if (again->is_redacted(i)) {
            for (const Change& change : again->transactions[i].changes) {
                CHECK(schema::empty(change.value));
            }
        } else {
            CHECK(spelled(again->transactions[i], world.there, own) ==
                  spelled(opened->transactions[i], world.there, own));
        }
    }

    SECTION("and may be restated again, with the same proof") {
        const Bytes twice =
            restate(restated, *again, std::vector<Cut>{{0}}, world.there, hub.keys(), {});
        const auto third = read(twice, world.sealer.verify_key(), &hub.verify_key());
        REQUIRE(third.has_value());
        CHECK(third->is_redacted(0));
        CHECK(third->is_redacted(5));
        CHECK_FALSE(third->is_redacted(1));
    }
    SECTION("but only by who may, and only what the author signed") {
        CHECK(read(restated, world.sealer.verify_key(), nullptr).error() == Errc::unsupported);
        CHECK(read(restated, world.sealer.verify_key(), &world.sealer.verify_key()).error() ==
              Errc::not_authentic);
        CHECK(read(restated, hub.verify_key(), &hub.verify_key()).error() == Errc::not_authentic);
        const auto with = [&](const Sealer::Edit& edit) {
            return read(hub.forge(restated, edit), world.sealer.verify_key(), &hub.verify_key())
                .error();
        };
        CHECK(with([](SegmentHeader& h, Bytes&) { h.chain_last[0] ^= 1; }) == Errc::not_authentic);
        CHECK(with([](SegmentHeader& h, Bytes&) { h.first += 1; }) == Errc::not_authentic);
        CHECK(with([](SegmentHeader& h, Bytes&) { h.restated->signature[0] ^= 1; }) ==
              Errc::not_authentic);
        CHECK(with([](SegmentHeader& h, Bytes&) { h.restated->header[100] ^= 1; }) ==
              Errc::not_authentic);
        // Salts spelled out are for restated segments only.
        CHECK(world.refusal(hub.forge(restated, [](SegmentHeader& h, Bytes&) {
            h.restated.reset();
            h.must_understand = 0;
        })) != Errc{});
    }
}

TEST_CASE("a segment as full as its writer allows is not too full for its reader", "[segment]") {
    World world{1, 1};
    const AuthorIx other = world.authors.intern(log_named(99).author);
    SegmentBuilder builder{world.log, world.authors, world.own, log_start(world.log, {}), {}};
    std::size_t added = 0;
    for (std::uint64_t txn = 1;; ++txn, ++added) {
        Transaction many;
        many.txn = txn;
        many.records.resize(Transaction::records_max);
        for (std::size_t i = 0; i < many.records.size(); ++i) {
            TouchedRecord& record = many.records[i];
            record.name = {{other, txn * 1000 + i}, 0};
            record.created = i % 2 == 0;
            record.id.bytes[0] = static_cast<std::uint8_t>(i);
            if (record.created) continue;
            many.changes.push_back({static_cast<std::uint8_t>(i), 1, {}, {}});
        }
        if (!builder.add(many)) break;
    }
    CHECK(added > 100);
    const Sealed sealed = std::move(builder).seal(world.sealer.keys(), {});
    CHECK(world.open(sealed.bytes)->transactions.size() == added);
}

namespace {

LogId log_of(Stream stream) {
    LogId log = log_named(7);
    log.stream = stream;
    return log;
}

/// Two transactions, the second about an order of scope \p home; whose, says \p whose.
std::vector<Transaction> with_origin(Authors& authors, AuthorIx own, Dot whose,
                                     const ScopeId& home) {
    std::vector<Transaction> all(2);
    for (std::size_t i = 0; i < 2; ++i) {
        Transaction& tx = all[i];
        tx.txn = 20 + i;
        tx.hlc = make_hlc(1'795'000'000'000 + i, 0);
        tx.actor = "S1";
        TouchedRecord record;
        record.name.creation = {own, 3};
        tx.records.push_back(record);
        tx.changes.push_back({0, 20, {{own, 3}}, std::string("题目") + std::to_string(i)});
        canonicalize(tx, authors);
    }
    all[1].origin = Origin{whose, home};
    return all;
}

}  // namespace

TEST_CASE("transactions with an origin travel, and only where they may") {
    Authors authors;
    const ScopeId home = log_named(9).scope;
    const Sealer sealer;
    const auto opened = [&](Stream stream, Dot whose, const ScopeId& scope) {
        const LogId log = log_of(stream);
        const auto own = authors.intern(log.author);
        const auto sealed = sealer.seal(log, authors, with_origin(authors, own, whose, scope));
        CHECK((peek(sealed[0].bytes)->must_understand & must_file) != 0);
        return sealer.open(sealed[0].bytes, authors);
    };
    const auto own = authors.intern(log_named(7).author);
    const auto other = authors.intern(log_named(8).author);
    SECTION("a station's own, for another scope") {
        const auto segment = opened(Stream::station, {own, 21}, home);
        REQUIRE(segment.has_value());
        CHECK_FALSE(segment->transactions[0].origin);
        CHECK(segment->transactions[1].origin == Origin{{own, 21}, home});
    }
    SECTION("somebody's in an inbox") {
        const auto segment = opened(Stream::inbox, {other, 4}, log_named(7).scope);
        REQUIRE(segment.has_value());
        CHECK(segment->transactions[1].origin == Origin{{other, 4}, log_named(7).scope});
    }
    SECTION("a station that forwards") {
        CHECK(opened(Stream::station, {other, 4}, home).error() == Errc::malformed);
        CHECK(opened(Stream::station, {own, 20}, home).error() == Errc::malformed);
    }
    SECTION("a station that names its own scope") {
        CHECK(opened(Stream::station, {own, 21}, log_named(7).scope).error() == Errc::malformed);
    }
    SECTION("an inbox that forwards itself, the reference, the hub's own log") {
        CHECK(opened(Stream::inbox, {own, 21}, home).error() == Errc::malformed);
        CHECK(opened(Stream::reference, {other, 4}, home).error() == Errc::malformed);
        CHECK(opened(Stream::hub, {own, 21}, home).error() == Errc::malformed);
    }
    SECTION("written anew without its values it still says whose it was") {
        const LogId log = log_of(Stream::inbox);
        const auto sealed =
            sealer.seal(log, authors, with_origin(authors, own, {other, 4}, home))[0].bytes;
        const auto segment = sealer.open(sealed, authors);
        REQUIRE(segment.has_value());
        const std::vector<Cut> erased{{1}};
        const Bytes anew = restate(sealed, *segment, erased, authors, sealer.keys(), Nonce24{3});
        const auto after = open(anew, sealer.verify_key(), sealer.content_key(),
                                as_view(Sealer::district), authors, &sealer.verify_key());
        REQUIRE(after.has_value());
        CHECK(after->is_redacted(1));
        CHECK(after->transactions[1].origin == Origin{{other, 4}, home});
        CHECK(schema::empty(after->transactions[1].changes[0].value));
        CHECK_FALSE(schema::empty(after->transactions[0].changes[0].value));
    }
}
