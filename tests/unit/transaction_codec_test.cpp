#include "sync/segment/transaction_codec.hpp"

#include "sync/archive/wire.hpp"
#include "tests/support/transactions.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::sync;
using test::log_named;

namespace {

struct Writer {
    Authors authors;
    AuthorIx own = authors.intern(log_named(1).author);
    AuthorIx other = authors.intern(log_named(2).author);

    /// Creates one record with two fields.
    [[nodiscard]] Transaction creation() const {
        Transaction t;
        t.txn = 5;
        t.hlc = make_hlc(1000, 2);
        t.actor = "S1";
        TouchedRecord record;
        record.name = {{own, 5}, 0};
        record.created = true;
        record.entity = EntityId::appeal;
        record.id.bytes.fill(0xEE);
        t.records.push_back(record);
        t.changes.push_back({0, 1, {}, std::string{"ab"}});
        t.changes.push_back({0, 300, {}, std::int64_t{-1}});
        return t;
    }
    /// Edits one field of it, having seen two versions.
    [[nodiscard]] Transaction edit() const {
        Transaction t;
        t.txn = 9;
        t.hlc = make_hlc(1001, 0);
        t.actor = "S1";
        TouchedRecord record;
        record.name = {{own, 5}, 0};
        t.records.push_back(record);
        t.changes.push_back({0, 1, {{own, 5}, {other, 77}}, {}});
        return t;
    }
    [[nodiscard]] Errc refusal(const Transaction& t) const {
        const Result<void> checked = check(t, authors, own);
        return checked ? Errc{} : checked.error();
    }
    [[nodiscard]] Errc refusal(const std::string& open, const std::string& closed) {
        const auto read = decode(*hex_decode(open), *hex_decode(closed), authors, own);
        return read ? Errc{} : read.error();
    }
};

const std::string uuid(32, 'e');

}  // namespace

TEST_CASE("the bytes of a transaction are fixed", "[codec]") {
    Writer w;
    const EncodedTransaction created = encode(w.creation(), w.authors, w.own);
    CHECK(hex_encode(created.public_part) ==
          "05"
          "e807"
          "02"
          "00"
          "025331"
          "01"
          "09"
          "10" +
              uuid +
              "02"
              "0100"
              "ac0200");
    CHECK(hex_encode(created.private_part) ==
          "02026162"
          "0101");
    const EncodedTransaction edited = encode(w.edit(), w.authors, w.own);
    const std::string other_author =
        "02020202020202020202020202020202"
        "0207060504030201";
    CHECK(hex_encode(edited.public_part) ==
          "09"
          "e907"
          "00"
          "00"
          "025331"
          "01"
          "00"
          "05"
          "01"
          "01"
          "02"
          "0005"
          "01" +
              other_author + "4d");
    CHECK(hex_encode(edited.private_part) == "00");
}

TEST_CASE("a transaction read back is the same and encodes to the same bytes", "[codec]") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        Authors authors;
        const LogId log = log_named(static_cast<std::uint8_t>(seed));
        test::TransactionSource source{authors, log, seed};
        const AuthorIx own = *authors.find(log.author);
        for (const Transaction& t : source.next(10)) {
            const EncodedTransaction bytes = encode(t, authors, own);
            Authors elsewhere;  // Numbers its authors differently.
            elsewhere.intern(Author{{}, seed});
            const AuthorIx own_there = elsewhere.intern(log.author);
            const auto back = decode(bytes.public_part, bytes.private_part, elsewhere, own_there);
            REQUIRE(back.has_value());
            const EncodedTransaction again = encode(*back, elsewhere, own_there);
            CHECK(again.public_part == bytes.public_part);
            CHECK(again.private_part == bytes.private_part);
            CHECK(back->actor == t.actor);
            CHECK(back->hlc == t.hlc);
            CHECK(back->changes.size() == t.changes.size());
        }
    }
}

TEST_CASE("a transaction cut anywhere, or with bytes left over, is refused", "[codec]") {
    Writer w;
    for (const Transaction& t : {w.creation(), w.edit()}) {
        const EncodedTransaction whole = encode(t, w.authors, w.own);
        for (std::size_t size = 0; size < whole.public_part.size(); ++size) {
            CHECK_FALSE(
                decode(View{whole.public_part}.first(size), whole.private_part, w.authors, w.own)
                    .has_value());
        }
        for (std::size_t size = 0; size < whole.private_part.size(); ++size) {
            CHECK_FALSE(
                decode(whole.public_part, View{whole.private_part}.first(size), w.authors, w.own)
                    .has_value());
        }
        EncodedTransaction longer = whole;
        longer.public_part.push_back(0);
        CHECK_FALSE(decode(longer.public_part, whole.private_part, w.authors, w.own).has_value());
        longer.private_part.push_back(0);
        CHECK_FALSE(decode(whole.public_part, longer.private_part, w.authors, w.own).has_value());
    }
}

TEST_CASE("a damaged transaction is refused or is another canonical one", "[codec]") {
    Writer w;
    for (const Transaction& t : {w.creation(), w.edit()}) {
        const EncodedTransaction whole = encode(t, w.authors, w.own);
        for (std::size_t bit = 0; bit < whole.public_part.size() * 8; ++bit) {
            Bytes damaged = whole.public_part;
            damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << bit % 8));
            const auto read = decode(damaged, whole.private_part, w.authors, w.own);
            if (read) CHECK(encode(*read, w.authors, w.own).public_part == damaged);
        }
    }
}

TEST_CASE("whatever has two spellings has one that is refused", "[codec]") {
    Writer w;
    const std::string head =
        "05"
        "e807"
        "02"
        "00"
        "025331"
        "01";
    CHECK(w.refusal(head +
                        "09"
                        "10" +
                        uuid +
                        "01"
                        "0100",
                    "00") == Errc{});
    // The record named by its txn, though it is created here.
    CHECK(w.refusal(head +
                        "01"
                        "05"
                        "10" +
                        uuid +
                        "01"
                        "0100",
                    "00") == Errc::malformed);
    // Ordinal 0 spelled out; a head bit that means nothing; a foreign author that is the log's.
    CHECK(w.refusal(head +
                        "0d"
                        "00"
                        "10" +
                        uuid +
                        "01"
                        "0100",
                    "00") == Errc::malformed);
    CHECK(w.refusal(head +
                        "19"
                        "10" +
                        uuid +
                        "01"
                        "0100",
                    "00") == Errc::malformed);
    const std::string own_author =
        "01010101010101010101010101010101"
        "0107060504030201";
    CHECK(w.refusal(head + "02" + own_author +
                        "03"
                        "01"
                        "0100",
                    "00") == Errc::malformed);
    // Named by this transaction, and not created by it.
    CHECK(w.refusal(head + "08"
                           "01"
                           "0100",
                    "00") == Errc::malformed);
    // An unknown type of value; an overlong number.
    CHECK(w.refusal(head +
                        "09"
                        "10" +
                        uuid +
                        "01"
                        "0100",
                    "03") == Errc::malformed);
    CHECK(w.refusal(head +
                        "09"
                        "10" +
                        uuid +
                        "01"
                        "0100",
                    "018000") == Errc::malformed);
    CHECK(w.refusal(head +
                        "09"
                        "10" +
                        uuid +
                        "01"
                        "0100",
                    "0205aa") == Errc::truncated);
}

TEST_CASE("what no author could have written is refused", "[codec]") {
    Writer w;
    Transaction t = w.creation();
    CHECK(w.refusal(t) == Errc{});
    SECTION("a field twice") {
        t.changes.push_back(t.changes.back());
        CHECK(w.refusal(t) == Errc::malformed);
    }
    SECTION("fields out of order") {
        std::swap(t.changes[0], t.changes[1]);
        CHECK(w.refusal(t) == Errc::malformed);
        canonicalize(t, w.authors);
        CHECK(w.refusal(t) == Errc{});
    }
    SECTION("a change of a record that is not there") {
        t.changes.back().record = 1;
        CHECK(w.refusal(t) == Errc::malformed);
    }
    SECTION("a record touched without a change, unless it was created") {
        t.changes.clear();
        CHECK(w.refusal(t) == Errc{});
        t.records[0].created = false;
        CHECK(w.refusal(t) == Errc::malformed);
    }
    SECTION("a record twice") {
        t.records.push_back(t.records.front());
        CHECK(w.refusal(t) == Errc::malformed);
    }
    SECTION("two new records with one id") {
        t.records.push_back(t.records.front());
        t.records[1].name.ordinal = 1;
        CHECK(w.refusal(t) == Errc::malformed);
        t.records[1].entity = EntityId::note;
        CHECK(w.refusal(t) == Errc::malformed);
        t.records[1].id.bytes[15] ^= 1;
        CHECK(w.refusal(t) == Errc{});
    }
    SECTION("a record named by the transaction that does not create it") {
        t.records[0].created = false;
        CHECK(w.refusal(t) == Errc::malformed);
        t.records[0].name.creation.txn = 4;
        CHECK(w.refusal(t) == Errc{});
    }
    SECTION("a base of its own from the future, or of txn 0") {
        t.changes[0].bases = {{w.own, 5}};
        CHECK(w.refusal(t) == Errc::malformed);
        t.changes[0].bases = {{w.other, 0}};
        CHECK(w.refusal(t) == Errc::malformed);
        t.changes[0].bases = {{w.other, 5}};
        CHECK(w.refusal(t) == Errc{});
    }
    SECTION("bases out of order or twice") {
        t.changes[0].bases = {{w.other, 5}, {w.own, 4}};
        CHECK(w.refusal(t) == Errc::malformed);
        canonicalize(t, w.authors);
        CHECK(w.refusal(t) == Errc{});
        t.changes[0].bases = {{w.other, 5}, {w.other, 5}};
        CHECK(w.refusal(t) == Errc::malformed);
    }
    SECTION("a record of its own from the future") {
        t.records[0].name.creation.txn = 6;
        CHECK(w.refusal(t) == Errc::malformed);
    }
    SECTION("an actor that is too long or not UTF-8") {
        t.actor = std::string(32, 'a');
        CHECK(w.refusal(t) == Errc{});
        t.actor = std::string(33, 'a');
        CHECK(w.refusal(t) == Errc::too_large);
        t.actor = "\xFF";
        CHECK(w.refusal(t) == Errc::not_utf8);
    }
}

TEST_CASE("a transaction has a largest size, and just that is accepted", "[codec]") {
    Writer w;
    Transaction t = w.creation();
    SECTION("of bytes") {
        const EncodedTransaction small = encode(t, w.authors, w.own);
        const std::size_t fixed = small.public_part.size() + small.private_part.size();
        // The length of the text itself grows from one byte to three.
        t.changes[0].value = std::string(Transaction::bytes_max - fixed + 2 - 2, 'x');
        CHECK(w.refusal(t) == Errc{});
        const EncodedTransaction large = encode(t, w.authors, w.own);
        CHECK(large.public_part.size() + large.private_part.size() == Transaction::bytes_max);
        CHECK(decode(large.public_part, large.private_part, w.authors, w.own).has_value());
        std::get<std::string>(t.changes[0].value).push_back('x');
        CHECK(w.refusal(t) == Errc::too_large);
    }
    SECTION("of records") {
        t.records.clear();
        t.changes.clear();
        for (std::size_t i = 0; i <= Transaction::records_max; ++i) {
            TouchedRecord record;
            record.name = {{w.other, i + 1}, 0};
            t.records.push_back(record);
            t.changes.push_back({static_cast<std::uint8_t>(i), 1, {}, {}});
        }
        CHECK(w.refusal(t) == Errc::too_large);
        t.records.pop_back();
        t.changes.pop_back();
        CHECK(w.refusal(t) == Errc{});
    }
    SECTION("of changes and bases") {
        t.changes.clear();
        for (std::size_t i = 0; i < changes_max; ++i) {
            t.changes.push_back({0, static_cast<FieldId>(i), {}, {}});
        }
        CHECK(w.refusal(t) == Errc{});
        t.changes.push_back({0, 60'000, {}, {}});
        CHECK(w.refusal(t) == Errc::too_large);
        t.changes.resize(1);
        for (std::size_t i = 0; i <= bases_max; ++i) t.changes[0].bases.push_back({w.other, i + 1});
        CHECK(w.refusal(t) == Errc::too_large);
        t.changes[0].bases.pop_back();
        CHECK(w.refusal(t) == Errc{});
    }
}

TEST_CASE("a transaction may say whose it is, and where its records are at home") {
    Writer w;
    ScopeId home;
    home.bytes.fill(0x5A);
    SECTION("its own, for another scope") {
        Transaction t = w.creation();
        t.origin = Origin{{w.own, 5}, home};
        REQUIRE(w.refusal(t) == Errc{});
        const EncodedTransaction once = encode(t, w.authors, w.own);
        const auto back = decode(once.public_part, once.private_part, w.authors, w.own);
        REQUIRE(back.has_value());
        CHECK(back->origin == t.origin);
        CHECK(encode(*back, w.authors, w.own).public_part == once.public_part);
        t.origin.reset();
        CHECK(once.public_part.size() == encode(t, w.authors, w.own).public_part.size() + 18);
    }
    SECTION("somebody else's, forwarded") {
        Transaction t = w.creation();
        t.txn = 90;
        t.records[0].name.creation = {w.other, 7};
        t.origin = Origin{{w.other, 7}, home};
        REQUIRE(w.refusal(t) == Errc{});
        const EncodedTransaction once = encode(t, w.authors, w.own);
        const auto back = decode(once.public_part, once.private_part, w.authors, w.own);
        REQUIRE(back.has_value());
        CHECK(back->origin == t.origin);
        CHECK(back->records[0].name == t.records[0].name);
        CHECK(dot_of(*back, w.own) == Dot{w.other, 7});
    }
    SECTION("an own earlier one, forwarded from another log") {
        Transaction t = w.edit();
        t.txn = 90;
        t.origin = Origin{{w.own, 9}, home};
        CHECK(w.refusal(t) == Errc{});
    }
    SECTION("what can't have been is refused") {
        Transaction t = w.edit();
        t.origin = Origin{{w.own, 10}, home};  // Later than itself.
        CHECK(w.refusal(t) == Errc::malformed);
        t.origin = Origin{{w.other, 0}, home};
        CHECK(w.refusal(t) == Errc::malformed);
        t.origin = Origin{{w.other, 77}, home};  // Names itself as what it was written on.
        CHECK(w.refusal(t) == Errc::malformed);
        t.origin = Origin{{w.other, 78}, home};
        CHECK(w.refusal(t) == Errc{});
        t = w.creation();
        t.txn = 6;
        t.origin = Origin{{w.other, 78}, home};
        t.records[0].name.creation = {w.other, 78};
        t.records[0].created = false;
        CHECK(w.refusal(t) == Errc::malformed);
        t = w.creation();  // Under the number that it has only in this log.
        t.origin = Origin{{w.other, 78}, home};
        CHECK(w.refusal(t) == Errc::malformed);
    }
}
