#include "schema/utf8.hpp"

#include "schema/assert.hpp"

#include <cstdint>
#include <cstring>

namespace jiuying::schema {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080U;

std::uint64_t eight_bytes(const char* at) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

unsigned byte_at(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

/// RFC 3629 section 4: the second byte has a narrower range after four of the lead bytes. That
/// range is what keeps out overlong forms, surrogates and numbers above U+10FFFF.
struct SecondByte {
    unsigned low;
    unsigned high;
};
constexpr SecondByte second_byte_after(unsigned lead) {
    switch (lead) {
        case 0xE0: return {0xA0, 0xBF};
        case 0xED: return {0x80, 0x9F};
        case 0xF0: return {0x90, 0xBF};
        case 0xF4: return {0x80, 0x8F};
        default: return {0x80, 0xBF};
    }
}

/// Whether a character of three bytes stands in front whose second byte may have any value: nearly
/// every one of a Chinese text. Worth a way of its own, as every value that arrives is checked.
bool starts_with_plain_three(std::string_view text) {
    if (text.size() < 3) return false;
    const unsigned lead = byte_at(text, 0);
    return lead > 0xE0 && lead < 0xF0 && lead != 0xED && (byte_at(text, 1) & 0xC0U) == 0x80 &&
           (byte_at(text, 2) & 0xC0U) == 0x80;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
    JY_ASSERT(!text.empty());
    const unsigned lead = byte_at(text, 0);
    if (lead < 0x80) return {lead, 1, true};
    if (lead < 0xC2 || lead > 0xF4) return {};
    const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (text.size() < size) return {};
    const SecondByte second = second_byte_after(lead);
    if (byte_at(text, 1) < second.low || byte_at(text, 1) > second.high) return {};
    char32_t code = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        const unsigned byte = byte_at(text, i);
        if ((byte & 0xC0U) != 0x80) return {};
        code = (code << 6U) | (byte & 0x3FU);
    }
    return {code, size, true};
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        if (starts_with_plain_three(text)) {
            text.remove_prefix(3);
            continue;
        }
        if (text.size() >= 8 && (eight_bytes(text.data()) & high_bits) == 0) {
            text.remove_prefix(8);
            continue;
        }
        const CodePoint next = first_code_point(text);
        if (!next.valid) return false;
        text.remove_prefix(next.size);
    }
    return true;
}

std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80) ++count;
    }
    return count;
}

void append_utf8(std::string& out, char32_t code) {
    JY_ASSERT(code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF));
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    const auto put_rest = [&put, code](unsigned shift) { put(0x80U | ((code >> shift) & 0x3FU)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6U));
        put_rest(0);
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        put_rest(6);
        put_rest(0);
    } else {
        put(0xF0U | (code >> 18U));
        put_rest(12);
        put_rest(6);
        put_rest(0);
    }
}

}  // namespace jiuying::schema
