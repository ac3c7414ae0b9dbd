#include "schema/ids.hpp"

#include <string_view>

namespace jiuying::schema {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool dash_before(std::size_t byte) {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

template <class Tag>
std::string to_text(const Id128<Tag>& id) {
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < id.bytes.size(); ++i) {
        if (dash_before(i)) text += '-';
        text += hex_digits[id.bytes[i] >> 4U];
        text += hex_digits[id.bytes[i] & 15U];
    }
    return text;
}

template std::string to_text(const RecordId&);
template std::string to_text(const ScopeId&);
template std::string to_text(const NodeId&);

bool parse_uuid(std::string_view text, std::array<std::uint8_t, 16>& bytes) {
    if (text.size() != 36) return false;
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (dash_before(i) && text[at++] != '-') return false;
        const int high = hex_value(text[at]);
        const int low = hex_value(text[at + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
        at += 2;
    }
    return true;
}

RecordId make_record_id(std::int64_t wall_ms, const std::array<std::uint8_t, 10>& random) {
    RecordId id;
    const auto ms = static_cast<std::uint64_t>(wall_ms < 0 ? 0 : wall_ms);
    for (std::size_t i = 0; i < 6; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(ms >> (40U - 8U * i));
    }
    for (std::size_t i = 0; i < random.size(); ++i) id.bytes[6 + i] = random[i];
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x70U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

}  // namespace jiuying::schema
