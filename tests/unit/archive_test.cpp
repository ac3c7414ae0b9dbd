#include "sync/archive/bounded_archive.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

enum class Colour : std::uint8_t { red = 1, green = 2 };

struct Item {
    std::uint32_t id = 0;
    std::int64_t change = 0;
    Colour colour = Colour::red;
    std::string name;
    std::optional<std::uint16_t> port;
    bool operator==(const Item&) const = default;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(id, change, between(colour, Colour::red, Colour::green), text(name, 40), port);
    }
};

struct Crate {
    std::vector<Item> items;
    std::vector<std::uint64_t> numbers;
    std::uint64_t epoch = 0;
    bool open = false;
    std::array<std::uint8_t, 4> tag{};
    Bytes bytes;
    bool operator==(const Crate&) const = default;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(at_most(items, 100), numbers, fixed64(epoch), open, tag, bytes);
    }
};

struct Nest {
    std::vector<Nest> inside;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(inside);
    }
};

struct Line {
    std::string words;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(text(words, 8));
    }
};

Crate sample() {
    return {{{7, -3, Colour::green, "路灯", 80}, {300, 1LL << 40, Colour::red, "", {}}},
            {0, 127, 128, ~0ULL},
            0x0102030405060708U,
            true,
            {9, 8, 7, 6},
            {1, 2, 3}};
}

template <class T>
Result<T> read(std::initializer_list<int> bytes) {
    Bytes input;
    for (const int byte : bytes) input.push_back(static_cast<std::uint8_t>(byte));
    return decode<T>(input);
}

}  // namespace

TEST_CASE("what was encoded is read back the same, and encodes to the same bytes", "[archive]") {
    const Bytes bytes = encode(sample());
    const Result<Crate> back = decode<Crate>(bytes);
    REQUIRE(back.has_value());
    CHECK(*back == sample());
    CHECK(encode(*back) == bytes);
}

TEST_CASE("the spelling of each kind of value is fixed", "[archive]") {
    CHECK(hex_encode(encode(std::uint64_t{300})) == "ac02");
    CHECK(hex_encode(encode(std::int32_t{-2})) == "03");
    CHECK(hex_encode(encode(std::uint8_t{200})) == "c8");
    CHECK(hex_encode(encode(std::string{"ab"})) == "026162");
    CHECK(hex_encode(encode(std::vector<std::uint64_t>{1, 128})) == "02018001");
    CHECK(hex_encode(encode(std::optional<std::uint16_t>{5})) == "0105");
    CHECK(hex_encode(encode(std::optional<std::uint16_t>{})) == "00");
    CHECK(hex_encode(encode(Author{{}, 1})) ==
          "00000000000000000000000000000000"
          "0100000000000000");
}

TEST_CASE("an input cut anywhere is refused", "[archive]") {
    const Bytes bytes = encode(sample());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(decode<Crate>(View{bytes}.first(size)).has_value());
    }
}

TEST_CASE("bytes left over are refused", "[archive]") {
    Bytes bytes = encode(sample());
    bytes.push_back(0);
    CHECK(decode<Crate>(bytes).error() == Errc::malformed);
}

TEST_CASE("a number has one spelling: overlong and oversized ones are refused", "[archive]") {
    CHECK(read<std::uint64_t>({0x80, 0x00}).error() == Errc::malformed);
    CHECK(read<std::uint64_t>({0xFF, 0x80, 0x00}).error() == Errc::malformed);
    CHECK(
        read<std::uint64_t>({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}).value() ==
        ~0ULL);
    CHECK(
        read<std::uint64_t>({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02}).error() ==
        Errc::malformed);
    CHECK(read<std::uint16_t>({0x80, 0x80, 0x04}).error() == Errc::too_large);
    CHECK(read<bool>({2}).error() == Errc::malformed);
    CHECK(read<std::optional<std::uint8_t>>({2, 0}).error() == Errc::malformed);
}

TEST_CASE("a size is checked before memory is taken", "[archive]") {
    // Claims 2^62 elements: allocating first would end the program.
    const auto huge =
        read<std::vector<std::uint64_t>>({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40});
    CHECK(huge.error() == Errc::truncated);
    Bytes many(100'000, 0);
    const Bytes count = encode(std::uint64_t{many.size()});
    many.insert(many.begin(), count.begin(), count.end());
    CHECK(decode<std::vector<Item>>(many, 1000).error() == Errc::too_large);
    CHECK(decode<std::vector<std::uint64_t>>(many, 799'999).error() == Errc::too_large);
    CHECK(decode<std::vector<std::uint64_t>>(many, 800'000).has_value());
}

TEST_CASE("the budget falls: many small sizes count like a large one", "[archive]") {
    const std::vector<std::string> names(50, std::string(10, 'x'));
    const Bytes bytes = encode(names);
    const std::size_t needed = 50 * sizeof(std::string) + 500;
    CHECK(decode<std::vector<std::string>>(bytes, needed).has_value());
    CHECK(decode<std::vector<std::string>>(bytes, needed - 1).error() == Errc::too_large);
}

TEST_CASE("declared limits hold: length, range, UTF-8", "[archive]") {
    CHECK(decode<Line>(encode(std::string{"12345678"})).has_value());
    CHECK(decode<Line>(encode(std::string{"123456789"})).error() == Errc::too_large);
    CHECK(decode<Line>(encode(std::string{"\xC0\xAF"})).error() == Errc::not_utf8);
    CHECK(decode<Line>(encode(std::string{"\xED\xA0\x80"})).error() == Errc::not_utf8);
    Item item = sample().items[0];
    item.colour = Colour{3};
    CHECK(decode<Item>(encode(item)).error() == Errc::malformed);
}

TEST_CASE("nesting has a floor", "[archive]") {
    CHECK(decode<Nest>(Bytes{1, 1, 1, 0}).has_value());
    Bytes deep(10'000, 1);
    deep.push_back(0);
    CHECK(decode<Nest>(deep, 1U << 30U).error() == Errc::too_large);
}

TEST_CASE("signed numbers of every size survive the zigzag", "[archive]") {
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, std::int64_t{63}, std::int64_t{-64},
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
        CHECK(decode<std::int64_t>(encode(number)).value() == number);
        CHECK(varint_size(zigzag(number)) == encode(number).size());
    }
    CHECK(decode<std::int16_t>(encode(std::int32_t{40'000})).error() == Errc::too_large);
}
