#include "node/http/target.hpp"

#include "schema/utf8.hpp"

#include <algorithm>
#include <optional>

namespace jiuying::node {
namespace {

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::optional<std::string> decoded(std::string_view text, bool plus_is_blank) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+' && plus_is_blank) {
            out += ' ';
            continue;
        }
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        if (at + 2 >= text.size()) return std::nullopt;
        const auto high = hex_digit(text[at + 1]);
        const auto low = hex_digit(text[at + 2]);
        if (!high || !low) return std::nullopt;
        out += static_cast<char>(*high << 4U | *low);
        at += 2;
    }
    if (!schema::is_utf8(out) || std::ranges::any_of(out, is_control)) return std::nullopt;
    return out;
}

Result<void> read_query(std::string_view text, Target& target) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view member = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (member.empty()) continue;
        if (target.query.size() == Target::members_max) return Errc::too_large;
        const std::size_t equals = std::min(member.find('='), member.size());
        const auto name = decoded(member.substr(0, equals), true);
        const auto value = decoded(member.substr(std::min(equals + 1, member.size())), true);
        if (!name || !value) return Errc::malformed;
        if (!target.query.emplace(*name, *value).second) return Errc::malformed;
    }
    return {};
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
    if (text.size() > Target::bytes_max) return Errc::too_large;
    if (!text.starts_with('/') || text.find('#') != text.npos) return Errc::malformed;
    Target target;
    const std::size_t mark = std::min(text.find('?'), text.size());
    target.path = std::string{text.substr(0, mark)};
    std::string_view path = std::string_view{target.path}.substr(1);
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::size_t end = std::min(slash, path.size());
        const auto step = decoded(path.substr(0, end), false);
        // A slash at the very end would be an empty step too.
        const bool last_is_empty = slash != path.npos && slash + 1 == path.size();
        if (!step || step->empty() || *step == "." || *step == ".." || last_is_empty ||
            step->find('/') != step->npos) {
            return Errc::malformed;
        }
        if (target.steps.size() == Target::steps_max) return Errc::too_large;
        target.steps.push_back(*step);
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    if (mark < text.size()) {
        if (const Result<void> read = read_query(text.substr(mark + 1), target); !read) {
            return read.error();
        }
    }
    return target;
}

}  // namespace jiuying::node
