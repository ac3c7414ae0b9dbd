// The blob beside a record's columns: one spelling for each state, and nothing else is taken for
// one. A disk may give back anything.
#include "sync/merge/state_codec.hpp"

#include "sync/merge/byte_text.hpp"
#include "tests/support/dice.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>
#include <vector>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

constexpr std::size_t actors = 5;

const Value* no_column(FieldId) { return nullptr; }

/// Authors whose numbers don't follow their order.
struct Database {
    Authors authors;
    std::vector<AuthorIx> known;

    Database() {
        for (const std::uint8_t byte : std::vector<std::uint8_t>{7, 3, 9, 1}) {
            Author author;
            author.node.bytes.fill(byte);
            known.push_back(authors.intern(author));
        }
    }
    /// A record that many hands have edited: \p transactions of them.
    [[nodiscard]] RecordState record(std::uint64_t seed, std::size_t transactions) const {
        test::Dice dice(seed);
        RecordState record;
        std::vector<Dot> written;
        std::vector<std::uint64_t> txns(known.size());
        for (std::size_t i = 0; i < transactions; ++i) {
            const std::size_t author = dice.below(known.size());
            txns[author] += 1 + dice.below(300);
            std::vector<Change> changes;
            for (const FieldId field : std::vector<FieldId>{1, 6, 20, 65'535}) {
                if (!dice.chance(60)) continue;
                Change& change = changes.emplace_back();
                change.field = field;
                for (std::size_t b = dice.below(3); b > 0 && !written.empty(); --b) {
                    change.bases.push_back(dice.pick(written));
                }
                if (dice.chance(40)) change.value = std::string(dice.below(40), 'x');
                if (dice.chance(40)) change.value = static_cast<std::int64_t>(dice.next());
            }
            std::vector<const Change*> pointers;
            for (const Change& change : changes) pointers.push_back(&change);
            const Dot dot{known[author], txns[author]};
            const auto flags = static_cast<std::uint8_t>(dice.below(4));
            apply(record, dot, Hlc{dice.next()}, flags, ActorIx(dice.below(actors)), pointers);
            written.push_back(dot);
        }
        return record;
    }
    [[nodiscard]] bool reads(std::string_view blob) const {
        RecordState record;
        return decode_state(blob, record, no_column, authors, actors);
    }
    /// What a blob says, written again; nothing if it was refused.
    [[nodiscard]] std::optional<std::string> again(std::string_view blob) const {
        RecordState record;
        if (!decode_state(blob, record, no_column, authors, actors)) return std::nullopt;
        return encode_state(record, no_column, authors);
    }
};

/// One field with one version of nothing by the author with number \p author.
std::string plain(std::uint64_t author, std::uint64_t actor, std::uint64_t base_author) {
    std::string blob;
    for (const std::uint64_t number :
         {std::uint64_t{1}, author, std::uint64_t{1}, std::uint64_t{5}}) {
        put_number(blob, number);  // One author with one transaction.
    }
    put_number(blob, 1);  // One origin.
    put_number(blob, author);
    put_number(blob, 5);
    put_fixed64(blob, 77);
    blob.push_back(0);
    put_number(blob, actor);
    for (const std::uint64_t number :
         {std::uint64_t{1}, std::uint64_t{6}, std::uint64_t{1}, std::uint64_t{0}, std::uint64_t{1},
          base_author, std::uint64_t{4}, std::uint64_t{0}}) {
        put_number(blob, number);  // One field, 6, one version of that origin on one base.
    }
    return blob;
}

}  // namespace

TEST_CASE("a record read back from its blob gives the same blob", "[state]") {
    const Database database;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        RecordState record = database.record(seed, seed);
        const std::string blob = encode_state(record, no_column, database.authors);
        RecordState back;
        REQUIRE(decode_state(blob, back, no_column, database.authors, actors));
        REQUIRE(encode_state(back, no_column, database.authors) == blob);
        REQUIRE(back.fields.size() == record.fields.size());
        for (std::size_t f = 0; f < back.fields.size(); ++f) {
            REQUIRE(back.fields[f].id == record.fields[f].id);
            REQUIRE(back.fields[f].versions.size() == record.fields[f].versions.size());
            for (std::size_t v = 0; v < back.fields[f].versions.size(); ++v) {
                const Version& is = back.fields[f].versions[v];
                const Version& was = record.fields[f].versions[v];
                REQUIRE(is.dot == was.dot);
                REQUIRE(is.hlc == was.hlc);
                REQUIRE(is.flags == was.flags);
                REQUIRE(is.actor == was.actor);
                REQUIRE(std::ranges::equal(is.bases, was.bases));
                REQUIRE(is.value == was.value);
            }
        }
    }
}

TEST_CASE("the order in which changes arrived does not show in the blob", "[state]") {
    const Database database;
    RecordState record = database.record(3, 40);
    RecordState shuffled = record;
    test::Dice dice(1);
    dice.shuffle(shuffled.touches);
    for (FieldGraph& graph : shuffled.fields) dice.shuffle(graph.versions);
    CHECK(encode_state(shuffled, no_column, database.authors) ==
          encode_state(record, no_column, database.authors));
}

TEST_CASE("a value that the column shows is not written twice and comes back", "[state]") {
    const Database database;
    RecordState record = database.record(2, 8);
    const std::string without = encode_state(record, no_column, database.authors);
    const Value longest = [&] {
        Value found;
        for (const FieldGraph& graph : record.fields) {
            for (const Version& version : graph.versions) {
                const auto* text = schema::text_of(version.value);
                const auto* best = schema::text_of(found);
                if (text != nullptr && (best == nullptr || best->size() < text->size())) {
                    found = version.value;
                }
            }
        }
        return found;
    }();
    REQUIRE(schema::text_of(longest)->size() > 20);
    const auto column = [&](FieldId) { return &longest; };
    const std::string with = encode_state(record, column, database.authors);
    CHECK(with.size() < without.size());
    RecordState back;
    REQUIRE(decode_state(with, back, column, database.authors, actors));
    CHECK(encode_state(back, no_column, database.authors) == without);
    CHECK_FALSE(database.reads(with));  // Without the column its value can't be known.
}

TEST_CASE("a blob cut anywhere or grown is refused", "[state]") {
    const Database database;
    RecordState record = database.record(5, 12);
    const std::string blob = encode_state(record, no_column, database.authors);
    for (std::size_t size = 0; size < blob.size(); ++size) {
        CAPTURE(size);
        REQUIRE_FALSE(database.reads(std::string_view{blob}.substr(0, size)));
    }
    CHECK_FALSE(database.reads(blob + '\0'));
}

TEST_CASE("a damaged blob is refused, or is what another state would have given", "[state]") {
    const Database database;
    test::Dice dice(8);
    std::size_t refused = 0, bits = 0;
    for (const std::size_t transactions : {1U, 5U, 12U}) {
        RecordState record = database.record(6, transactions);
        const std::string blob = encode_state(record, no_column, database.authors);
        for (std::size_t bit = 0; bit < blob.size() * 8; ++bit, ++bits) {
            std::string damaged = blob;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
            const auto again = database.again(damaged);
            if (again) REQUIRE(*again == damaged);
            if (!again) ++refused;
        }
        for (int i = 0; i < 1000; ++i) {
            std::string damaged = blob;
            for (std::size_t k = 1 + dice.below(4); k > 0; --k) {
                damaged[dice.below(damaged.size())] = static_cast<char>(dice.next());
            }
            const auto again = database.again(damaged);
            if (again) REQUIRE(*again == damaged);
        }
    }
    CHECK(refused > bits / 20);
}

TEST_CASE("a blob that names an author or actor of no database of ours is refused", "[state]") {
    const Database database;
    CHECK(database.reads(plain(3, 4, 0)));
    CHECK_FALSE(database.reads(plain(4, 4, 0)));
    CHECK_FALSE(database.reads(plain(3, 5, 0)));
    CHECK_FALSE(database.reads(plain(3, 4, 4)));
    // Not the same as author 3, whatever the lower 32 bits say.
    CHECK_FALSE(database.reads(plain((1ULL << 32U) + 3, 4, 0)));
}
