#include "sync/segment/dense_text.hpp"

#include "schema/utf8.hpp"

namespace jiuying::sync {
namespace {

constexpr std::uint8_t lead_punctuation = 0x80, lead_full_width = 0x81, lead_han = 0x82,
                       lead_symbols = 0xD4, lead_latin = 0xE4, lead_end = 0xEC, escape = 0xFF;

/// The two bytes of a character, lead first; 0 if it has none.
constexpr std::uint32_t pair_of(char32_t code) {
    const auto paired = [code](std::uint8_t lead, char32_t from) {
        return (std::uint32_t{lead} << 8U) + static_cast<std::uint32_t>(code - from);
    };
    if (code >= 0x4E00 && code <= 0x9FFF) return paired(lead_han, 0x4E00);
    if (code >= 0x3000 && code <= 0x30FF) return paired(lead_punctuation, 0x3000);
    if (code >= 0xFF00 && code <= 0xFFFF) return paired(lead_full_width, 0xFF00);
    if (code >= 0x2000 && code <= 0x2FFF) return paired(lead_symbols, 0x2000);
    if (code >= 0x80 && code <= 0x7FF) return paired(lead_latin, 0);
    return 0;
}

/// The character that a lead byte and the byte after it stand for.
constexpr char32_t code_of(std::uint8_t lead, std::uint8_t low) {
    const auto from = [lead, low](std::uint8_t first, char32_t code) {
        return code + (static_cast<char32_t>(lead - first) << 8U) + low;
    };
    if (lead >= lead_latin) return from(lead_latin, 0);
    if (lead >= lead_symbols) return from(lead_symbols, 0x2000);
    if (lead >= lead_han) return from(lead_han, 0x4E00);
    return lead == lead_full_width ? from(lead_full_width, 0xFF00) : from(lead_punctuation, 0x3000);
}

std::uint8_t byte_at(std::string_view text, std::size_t i) {
    return static_cast<std::uint8_t>(text[i]);
}

/// The character that a three-byte sequence at \p at spells; 0 if there is none or it is overlong.
/// Surrogates come out as well, but have no pair.
char32_t three_byte_code(std::string_view text, std::size_t at) {
    if (text.size() - at < 3) return 0;
    const std::uint8_t a = byte_at(text, at), b = byte_at(text, at + 1), c = byte_at(text, at + 2);
    if ((a & 0xF0U) != 0xE0U || (b & 0xC0U) != 0x80U || (c & 0xC0U) != 0x80U) return 0;
    const char32_t code =
        (char32_t{a & 0x0FU} << 12U) | (char32_t{b & 0x3FU} << 6U) | char32_t{c & 0x3FU};
    return code >= 0x800 ? code : 0;
}

void append_three_bytes(std::string& out, char32_t code) {
    const char bytes[3] = {static_cast<char>(0xE0U | (code >> 12U)),
                           static_cast<char>(0x80U | ((code >> 6U) & 0x3FU)),
                           static_cast<char>(0x80U | (code & 0x3FU))};
    out.append(bytes, 3);
}

/// Reads the character behind an escape byte. Returns its size, 0 if it may not stand there.
std::size_t append_escaped(std::string& out, std::string_view rest) {
    if (rest.empty()) return 0;
    const schema::CodePoint character = schema::first_code_point(rest);
    if (!character.valid || character.code < 0x80 || pair_of(character.code) != 0) return 0;
    out.append(rest.substr(0, character.size));
    return character.size;
}

}  // namespace

bool append_dense(Bytes& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::uint8_t first = byte_at(text, at);
        if (first < 0x80) {
            out.push_back(first);
            ++at;
            continue;
        }
        // Three bytes is the common case; whatever falls outside our blocks takes the slow way.
        std::uint32_t pair = pair_of(three_byte_code(text, at));
        std::size_t size = 3;
        if (pair == 0) {
            const schema::CodePoint character = schema::first_code_point(text.substr(at));
            if (!character.valid) return false;
            pair = pair_of(character.code);
            size = character.size;
        }
        if (pair != 0) {
            out.push_back(static_cast<std::uint8_t>(pair >> 8U));
            out.push_back(static_cast<std::uint8_t>(pair));
        } else {
            out.push_back(escape);
            append(out, as_view(text.substr(at, size)));
        }
        at += size;
    }
    return true;
}

bool append_undense(std::string& out, std::string_view dense) {
    out.reserve(out.size() + undense_size_max(dense.size()));
    for (std::size_t at = 0; at < dense.size();) {
        const std::uint8_t lead = byte_at(dense, at++);
        if (lead < 0x80) {
            out.push_back(static_cast<char>(lead));
        } else if (lead == escape) {
            const std::size_t size = append_escaped(out, dense.substr(at));
            if (size == 0) return false;
            at += size;
        } else {
            if (lead >= lead_end || at == dense.size()) return false;
            const char32_t code = code_of(lead, byte_at(dense, at++));
            if (code >= 0x800) {
                append_three_bytes(out, code);
            } else {
                if (code < 0x80) return false;
                schema::append_utf8(out, code);
            }
        }
    }
    return true;
}

}  // namespace jiuying::sync
