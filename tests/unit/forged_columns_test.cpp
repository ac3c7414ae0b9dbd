// What a hostile author with good keys could put into the columns of a segment: much memory for few
// bytes. Columns are small once compressed, so a claim costs its author nothing.
#include "sync/segment/columns.hpp"
#include "sync/segment/uuid_bits.hpp"
#include "sync/segment/version_index.hpp"

#include "tests/support/transactions.hpp"

#include <catch2/catch.hpp>

#include <optional>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

constexpr std::size_t segment_budget = 64U << 20U;  ///< As in sync/segment/open.cpp.

/// Columns written by hand: transactions 1, 2, 3 ... all of one shape, whose records are created
/// here or not named at all.
struct Forged {
    std::size_t count = 1;
    std::vector<ShapeRecord> records;
    /// A dictionary of one-byte words for the one field of the one record.
    std::optional<std::size_t> words;

    [[nodiscard]] Bytes columns() const {
        Bytes bytes;
        BoundedOutput archive{bytes};
        WireWriter& out = archive.wire;
        out.byte(0);
        archive(std::vector<Author>{}, std::vector<std::string>{"S001"},
                std::vector<Shape>{Shape{records}});
        SignedNumbers txns;
        for (std::size_t i = 1; i <= count; ++i) txns.push_back(static_cast<std::int64_t>(i));
        write_signed(out, txns, {}, Packing::bytes);
        write_signed(out, SignedNumbers(count, 1'795'400'000'000), {}, Packing::bytes);
        // Counters, flags, actors, shapes.
        for (int i = 0; i < 4; ++i) write_numbers(out, Numbers(count), Packing::bytes);
        write_numbers(out, Numbers(created(), uuid_v7), Packing::bytes);
        write_signed(out, SignedNumbers(created()), {}, Packing::bytes);
        if (words) add_words(out);
        return bytes;
    }
    void add_words(WireWriter& out) const {
        write_numbers(out, Numbers(count, 2), Packing::bytes);  // All are texts.
        out.varint(*words);
        out.byte(text_plain);
        write_numbers(out, Numbers(*words, 1), Packing::bytes);
        Numbers indices;
        for (std::size_t i = 0; i < count; ++i) indices.push_back(i % *words);
        write_numbers(out, indices, Packing::bytes);
        out.raw(Bytes(*words, 'w'));
    }
    [[nodiscard]] std::size_t created() const {
        std::size_t each = 0;
        for (const ShapeRecord& record : records) each += record.is_created() ? 1 : 0;
        return each * count;
    }
    [[nodiscard]] Errc refusal(std::size_t budget = segment_budget) const {
        const Bytes bytes = columns();
        const Bytes stored(9 * created() + (created() + 3) / 4 + 16 * (salt_block(count) + 1));
        Authors authors;
        const AuthorIx own = authors.intern(test::log_named(1).author);
        const auto read = decoding(bytes, budget, [&](WireReader& in) {
            WireReader beside{stored, 0};
            return read_columns(in, beside, 1, count, authors, own).transactions.size();
        });
        return read ? Errc{} : read.error();
    }
    /// The least budget that these columns can be read with.
    [[nodiscard]] std::size_t memory() const {
        std::size_t too_little = 0, enough = segment_budget;
        while (enough - too_little > 1) {
            const std::size_t middle = too_little + (enough - too_little) / 2;
            (refusal(middle) == Errc{} ? enough : too_little) = middle;
        }
        return enough;
    }
};

constexpr std::uint8_t created_here = ShapeRecord::created | ShapeRecord::here;

Forged with_words(std::size_t texts, std::size_t words) {
    return {texts, {{created_here, 0, EntityId::appeal, {{20, BaseCode::none}}}}, words};
}

Forged with_records(std::size_t count, std::uint8_t head, std::vector<ShapeField> fields) {
    Forged forged{count, {}, {}};
    for (std::size_t i = 0; i < Transaction::records_max; ++i) {
        const EntityId entity = (head & ShapeRecord::created) != 0 ? EntityId::appeal : EntityId{};
        forged.records.push_back({head, static_cast<std::uint8_t>(i), entity, fields});
    }
    return forged;
}

}  // namespace

TEST_CASE("a dictionary has no more words than its writer may use, nor than there are texts",
          "[columns]") {
    CHECK(with_words(600, 255).refusal() == Errc{});
    CHECK(with_words(600, 256).refusal() == Errc::too_large);
    CHECK(with_words(100, 100).refusal() == Errc{});
    CHECK(with_words(100, 101).refusal() == Errc::too_large);
    // A few kilobytes once compressed.
    CHECK(with_words(600, 4'000'000).refusal() == Errc::too_large);
}

TEST_CASE("the words of a dictionary are charged before they are made", "[columns]") {
    const std::size_t one = with_words(600, 1).memory();
    const std::size_t many = with_words(600, 255).memory();
    CHECK(many - one >= 254 * (sizeof(std::string) + sizeof(std::uint64_t)));
}

TEST_CASE("what is named by a transaction and not created by it is refused, however often",
          "[columns]") {
    const std::vector<ShapeField> none, one{{6, BaseCode::none}};
    CHECK(with_records(1, ShapeRecord::here, none).refusal() == Errc::malformed);
    CHECK(with_records(1, ShapeRecord::here, one).refusal() == Errc::malformed);
    CHECK(with_records(segment_transactions_max, ShapeRecord::here, none).refusal() ==
          Errc::malformed);
    CHECK(with_records(1, created_here, none).refusal() == Errc{});
    CHECK(with_records(655, created_here, none).refusal() == Errc{});
    CHECK(with_records(656, created_here, none).refusal() == Errc::too_large);
}

TEST_CASE("records are charged before they are made", "[columns]") {
    const std::size_t few = with_records(100, created_here, {}).memory();
    const std::size_t many = with_records(200, created_here, {}).memory();
    CHECK(many - few >= 100 * Transaction::records_max * sizeof(TouchedRecord));
}

TEST_CASE("nobody can choose versions that take long to find", "[columns]") {
    struct Counting {
        std::size_t* asked;
        bool operator()(const VersionKey& a, const VersionKey& b) const {
            ++*asked;
            return VersionKeyOrder{}(a, b);
        }
    };
    std::size_t asked = 0;
    OrderedVersionIndex<Counting> index{Counting{&asked}};
    // A product with an odd number can be undone: every one of these is the same under
    // txn * odd ^ field << 40 ^ ordinal << 56.
    const std::uint64_t odd = 0x9E3779B97F4A7C15U;
    std::uint64_t inverse = odd;
    for (int i = 0; i < 6; ++i) inverse *= 2 - odd * inverse;
    REQUIRE(odd * inverse == 1);
    const auto chosen = [&](std::uint64_t i) {
        VersionKey key;
        key.field = static_cast<FieldId>(i);
        key.record.ordinal = static_cast<std::uint8_t>(i >> 16U);
        key.record.creation.txn = inverse * (7 ^ (std::uint64_t{key.field} << 40U) ^
                                             (std::uint64_t{key.record.ordinal} << 56U));
        return key;
    };
    for (std::uint64_t i = 0; i < segment_changes_max; ++i) {
        REQUIRE(index.exchange(chosen(i), i + 1) == 0);
    }
    for (std::uint64_t i = 0; i < segment_changes_max; i += 997) {
        REQUIRE(index.exchange(chosen(i), 1) == i + 1);
    }
    CHECK(asked < segment_changes_max * 40);
}
