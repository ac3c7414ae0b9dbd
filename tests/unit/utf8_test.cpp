#include "schema/utf8.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

using namespace jiuying::schema;

TEST_CASE("text in any script is UTF-8, bytes of other encodings are not", "[utf8]") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("plain, and long enough for eight bytes at a time"));
    CHECK(is_utf8("路灯不亮 𠀀 é 😀"));
    CHECK(is_utf8(std::string_view{"a\0b", 3}));
    CHECK(is_utf8("\xF4\x8F\xBF\xBF"));        // U+10FFFF
    CHECK_FALSE(is_utf8("\xC2\xB7\xB5\xC6"));  // GB18030
    CHECK_FALSE(is_utf8("caf\xE9"));           // Latin-1
    CHECK_FALSE(is_utf8("12345678\xFF"));
    CHECK_FALSE(is_utf8("\x80"));
}

TEST_CASE("forms that only look like UTF-8 are refused", "[utf8]") {
    CHECK_FALSE(is_utf8("\xC0\xAF"));  // Overlong, two bytes,
    CHECK_FALSE(is_utf8("\xC1\xBF"));
    CHECK_FALSE(is_utf8("\xE0\x9F\xBF"));      // three
    CHECK_FALSE(is_utf8("\xF0\x8F\xBF\xBF"));  // and four.
    CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // A surrogate.
    CHECK_FALSE(is_utf8("\xED\xBF\xBF"));
    CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // Above U+10FFFF.
    CHECK_FALSE(is_utf8("\xF5\x80\x80\x80"));
    CHECK_FALSE(is_utf8("\xE8\xB7"));  // Cut.
    CHECK_FALSE(is_utf8("\xF0\xA0\x80"));
    CHECK_FALSE(
        is_utf8("\xE8\xB7"
                "a"));
}

TEST_CASE("every character survives writing and reading, and nothing else is valid", "[utf8]") {
    for (char32_t code = 0; code <= 0x10FFFF; ++code) {
        if (code == 0xD800) code = 0xE000;
        std::string text;
        append_utf8(text, code);
        const CodePoint back = first_code_point(text + "x");
        const bool same = back.valid && back.code == code && back.size == text.size();
        if (!same || !is_utf8(text) || count_code_points(text) != 1) FAIL(std::uint32_t{code});
    }
    // All of two bytes: valid are ASCII pairs and U+0080 to U+07FF.
    int valid = 0;
    for (int i = 0; i < 65536; ++i) {
        const std::string text{static_cast<char>(i >> 8), static_cast<char>(i & 0xFF)};
        valid += is_utf8(text) ? 1 : 0;
    }
    CHECK(valid == 128 * 128 + 0x800 - 0x80);
}

TEST_CASE("characters are counted, not bytes", "[utf8]") {
    CHECK(count_code_points("") == 0);
    CHECK(count_code_points("abc") == 3);
    CHECK(count_code_points("路灯 𠀀") == 4);
}

TEST_CASE("reading broken bytes goes on byte by byte and ends", "[utf8]") {
    std::string_view rest = "\xE8\xB7路\xFF";
    std::size_t steps = 0;
    std::size_t valid = 0;
    while (!rest.empty()) {
        const CodePoint next = first_code_point(rest);
        valid += next.valid ? 1 : 0;
        rest.remove_prefix(next.size);
        ++steps;
    }
    CHECK(steps == 4);
    CHECK(valid == 1);
}
