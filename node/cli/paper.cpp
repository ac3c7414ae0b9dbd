#include "node/cli/paper.hpp"

#include "schema/time_text.hpp"
#include "schema/utf8.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

/// Characters that East Asian terminals draw twice as wide: CJK, kana, Hangul, full-width forms.
bool is_wide(char32_t code) {
    return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
           (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
           (code >= 0xFFE0 && code <= 0xFFE6) || (code >= 0x1F300 && code <= 0x1F9FF) ||
           (code >= 0x20000 && code <= 0x3FFFD);
}

std::size_t width_of(char32_t code) { return is_wide(code) ? 2 : 1; }

/// C0, DEL and C1: what a terminal may take for a command.
bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7F && code <= 0x9F); }

/// Marks that turn the direction of what follows, and so can make a text read as another.
bool turns_direction(char32_t code) {
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

/// The first \p n characters.
std::string_view head(std::string_view text, std::size_t n) {
    std::size_t at = 0;
    for (; n > 0 && at < text.size(); --n) at += schema::first_code_point(text.substr(at)).size;
    return text.substr(0, at);
}

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const schema::CodePoint point = schema::first_code_point(text);
        width += width_of(point.code);
        text.remove_prefix(point.size);
    }
    return width;
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t used = display_width(text);
    return std::string{text} + std::string(width > used ? width - used : 0, ' ');
}

std::string shortened(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string{text};
    std::string out;
    std::size_t used = 1;  // The ellipsis.
    while (!text.empty()) {
        const schema::CodePoint point = schema::first_code_point(text);
        used += width_of(point.code);
        if (used > width) break;
        out.append(text.substr(0, point.size));
        text.remove_prefix(point.size);
    }
    return out.append("…");
}

std::string printable(std::string_view text, std::string_view line_break) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const schema::CodePoint point = schema::first_code_point(text);
        if (point.code == '\n') {
            out.append(line_break);
        } else if (point.code == '\t') {
            out.push_back(' ');
        } else if (point.code != '\r') {
            const bool harmless =
                point.valid && !is_control(point.code) && !turns_direction(point.code);
            if (harmless) {
                out.append(text.substr(0, point.size));
            } else {
                out.append("\uFFFD");
            }
        }
        text.remove_prefix(point.size);
    }
    return out;
}

std::string masked_phone(std::string_view phone) {
    const std::size_t size = schema::count_code_points(phone);
    if (size < 7) return std::string(size, '*');
    const std::string_view front = head(phone, size >= 11 ? 3 : 2);
    const std::string_view rest = phone.substr(head(phone, size - 4).size());
    return std::string{front}.append("****").append(rest);
}

std::string masked_name(std::string_view name) {
    return name.empty() ? std::string{} : std::string{head(name, 1)}.append("**");
}

std::string masked_numbers(std::string_view text) {
    constexpr std::size_t telling = 7;
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789", at), text.size());
        if (digits - at >= telling) {
            out += masked_phone(text.substr(at, digits - at));
        } else {
            out += text.substr(at, digits - at);
        }
        at = digits;
        if (at < text.size()) out += text[at++];
    }
    return out;
}

std::string masked(std::string_view field, std::string_view value) {
    if (value.empty()) return {};
    if (field == "phone") return masked_phone(value);
    if (field == "contact") return masked_name(value);
    if (field == "address") return std::string{head(value, 4)}.append("****");
    if (field == "uscc") return masked_phone(value);
    if (field == "special_care" || field == "query_code") return "****";
    return std::string{value};
}

std::string short_time(std::string_view rfc3339) {
    if (rfc3339.size() < 16) return std::string{rfc3339};
    std::string text{rfc3339.substr(0, 16)};
    std::ranges::replace(text, 'T', ' ');
    return text;
}

std::string limit_time(std::string_view rfc3339) {
    const auto at = schema::parse_time(rfc3339);
    if (!at || rfc3339.substr(10, 9) != "T00:00:00") return short_time(rfc3339);
    return schema::format_time(*at - 1).substr(0, 10) + " 24:00";
}

}  // namespace jiuying::node
