#include "sync/segment/columns.hpp"
#include "sync/segment/dense_text.hpp"
#include "sync/segment/uuid_bits.hpp"

#include "schema/utf8.hpp"
#include "tests/support/transactions.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

constexpr std::size_t ample = 1U << 20U;

Numbers through(const Numbers& numbers, Packing packing) {
    Bytes bytes;
    WireWriter out{bytes};
    write_numbers(out, numbers, packing);
    return decoding(bytes, ample, [&](WireReader& in) { return read_numbers(in, numbers.size()); })
        .value();
}

SignedNumbers through(const SignedNumbers& numbers, const SignedNumbers& reference,
                      Packing packing) {
    Bytes bytes;
    WireWriter out{bytes};
    write_signed(out, numbers, reference, packing);
    return decoding(bytes, ample,
                    [&](WireReader& in) { return read_signed(in, numbers.size(), reference); })
        .value();
}

std::string dense_of(const std::string& text) {
    Bytes dense;
    REQUIRE(append_dense(dense, text));
    return std::string{as_text(dense)};
}

}  // namespace

TEST_CASE("columns of numbers come back whatever they look like", "[columns]") {
    test::Dice dice{3};
    for (int round = 0; round < 400; ++round) {
        const unsigned width = static_cast<unsigned>(dice.below(65));
        const std::uint64_t mask = width == 64 ? ~0ULL : (1ULL << width) - 1;
        const std::uint64_t step = dice.next() & mask;
        Numbers numbers(dice.below(60));
        SignedNumbers whole, reference;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            numbers[i] = round % 3 == 0 ? step * i : dice.next() & mask;
            whole.push_back(static_cast<std::int64_t>(numbers[i] ^ (round % 2 == 0 ? 0 : ~0ULL)));
            reference.push_back(
                static_cast<std::int64_t>(round % 5 == 0 ? numbers[i] + 3 : dice.next()));
        }
        for (const Packing packing : {Packing::bytes, Packing::bits}) {
            CHECK(through(numbers, packing) == numbers);
            CHECK(through(whole, {}, packing) == whole);
            CHECK(through(whole, reference, packing) == whole);
        }
    }
}

TEST_CASE("a column that goes up by one each time takes a handful of bytes", "[columns]") {
    SignedNumbers numbers;
    for (std::int64_t i = 0; i < 10'000; ++i) numbers.push_back(1'000'000 + i);
    Bytes bytes;
    WireWriter out{bytes};
    write_signed(out, numbers, {}, Packing::bytes);
    CHECK(bytes.size() <= 6);
}

TEST_CASE("a column that claims more than there is, or than the budget, is refused", "[columns]") {
    const auto refusal = [](const Bytes& bytes, std::size_t count, std::size_t budget) {
        return decoding(bytes, budget, [&](WireReader& in) { return read_numbers(in, count); })
            .error();
    };
    CHECK(refusal({10}, 1'000'000, 100) == Errc::too_large);  // All zero, a million times.
    CHECK(refusal({0, 1, 1}, 3, ample) == Errc::truncated);
    CHECK(refusal({8, 1, 1}, 1, ample) == Errc::truncated);
    CHECK(refusal({9, 0, 1}, 1, ample) == Errc::malformed);
    CHECK(refusal({9, 65, 1}, 1, ample) == Errc::malformed);
    CHECK(refusal({9, 64, 1}, 1, ample) == Errc::truncated);
    CHECK(decoding(Bytes{14}, ample, [](WireReader& in) {
              return read_numbers(in, 2, 3);
          }).error() == Errc::malformed);
    CHECK(decoding(Bytes{4, 10}, ample, [](WireReader& in) {
              return read_signed(in, 1);
          }).error() == Errc::malformed);
    CHECK(decoding(Bytes{2, 10}, ample, [](WireReader& in) {
              return read_signed(in, 1);
          }).error() == Errc::malformed);
}

TEST_CASE("every character has a dense form and comes back from it", "[columns]") {
    for (char32_t code = 0; code <= 0x10FFFF; ++code) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;
        std::string text;
        schema::append_utf8(text, code);
        const std::string dense = dense_of(text);
        std::string back;
        REQUIRE(append_undense(back, dense));
        REQUIRE(back == text);
        REQUIRE(back.size() <= undense_size_max(dense.size()));
    }
    CHECK(dense_of("路灯").size() == 4);
    CHECK(dense_of("“请”").size() == 6);
}

TEST_CASE("what is not UTF-8 has no dense form, and broken dense forms are refused", "[columns]") {
    Bytes dense;
    for (const std::string text : {"\xFF", "\xC0\x80", "\xE0\x80\x80", "\xE0\x9F\xBF",
                                   "\xED\xA0\x80", "\xE4\xB8", "\xF4\x90\x80\x80", "a\x80"}) {
        CHECK_FALSE(append_dense(dense, text));
    }
    std::string out;
    for (const std::string bytes : {"\x82", "\xEC\x01", "\xFE\x01", "\xFF", "\xFF\x41",
                                    "\xFF\xE4\xB8\x80", "\xFF\xC3\xA9", "\xFF\xED\xA0\x80"}) {
        CHECK_FALSE(append_undense(out, bytes));
    }
    CHECK_FALSE(append_undense(out, std::string{"\xE4\x41"}));  // An ASCII letter in two bytes.
}

TEST_CASE("record ids take 74 bits and come back, v7 or not", "[columns]") {
    test::Dice dice{4};
    std::vector<RecordId> ids(37);
    UuidBitsWriter writer;
    std::size_t v7 = 0;
    for (RecordId& id : ids) {
        for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(dice.next());
        if (dice.chance(80)) {
            id.bytes[6] = static_cast<std::uint8_t>(0x70U | (id.bytes[6] & 15U));
            id.bytes[8] = static_cast<std::uint8_t>(0x80U | (id.bytes[8] & 63U));
        }
        if (is_uuid_v7(id)) ++v7;
        writer.add(id);
    }
    const Bytes bytes = writer.bytes();
    CHECK(bytes.size() == 9 * v7 + (v7 + 3) / 4 + 16 * (ids.size() - v7));
    const auto same = decoding(bytes, 0, [&](WireReader& in) {
        UuidBitsReader reader{in, v7, ids.size() - v7};
        for (const RecordId& id : ids) {
            const bool is_v7 = is_uuid_v7(id);
            if ((is_v7 ? reader.next_v7(uuid_time(id)) : reader.next_other()) != id) return false;
        }
        return true;
    });
    CHECK(same.value());
}
