#include "node/demo/grammar.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace jiuying::node::demo {
namespace {

/// Position of the mark that closes the one at \p open.
std::size_t closing(std::string_view pattern, std::size_t open) {
    int depth = 0;
    for (std::size_t at = open; at < pattern.size(); ++at) {
        if (pattern[at] == '[' || pattern[at] == '{') ++depth;
        if (pattern[at] == ']' || pattern[at] == '}') --depth;
        if (depth == 0) return at;
    }
    JY_ASSERT(false && "a mark in a pattern is not closed");
    return pattern.size();
}

/// Splits at the bars that belong to this pair of brackets, not to an inner one.
std::vector<std::string_view> alternatives(std::string_view inside) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t at = 0; at < inside.size(); ++at) {
        if (inside[at] == '[' || inside[at] == '{') ++depth;
        if (inside[at] == ']' || inside[at] == '}') --depth;
        if (inside[at] == '|' && depth == 0) {
            parts.push_back(inside.substr(begin, at - begin));
            begin = at + 1;
        }
    }
    parts.push_back(inside.substr(begin));
    return parts;
}

unsigned number(std::string_view digits) {
    unsigned value = 0;
    const auto end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    JY_ASSERT(error == std::errc{} && stop == end);
    return value;
}

}  // namespace

std::uint64_t Dice::next() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

std::size_t Dice::below(std::size_t sides) {
    JY_ASSERT(sides > 0 && sides <= UINT32_MAX);
    return static_cast<std::size_t>(((next() >> 32) * sides) >> 32);
}

std::string Writer::expand(std::string_view pattern) {
    std::string out;
    write(pattern, out, 0);
    return out;
}

void Writer::remember(std::string_view name, std::string_view word) {
    known_.insert_or_assign(std::string{name}, std::string{word});
}

void Writer::write(std::string_view pattern, std::string& out, int depth) {
    JY_ASSERT(depth < depth_max);
    for (std::size_t at = 0; at < pattern.size();) {
        const char mark = pattern[at];
        if (mark != '[' && mark != '{') {
            out.push_back(mark);
            ++at;
            continue;
        }
        const std::size_t close = closing(pattern, at);
        const std::string_view inside = pattern.substr(at + 1, close - at - 1);
        if (mark == '[') {
            write_choice(inside, out, depth);
        } else {
            write_name(inside, out, depth);
        }
        at = close + 1;
    }
}

void Writer::write_choice(std::string_view inside, std::string& out, int depth) {
    const auto parts = alternatives(inside);
    write(parts[dice_.below(parts.size())], out, depth + 1);
}

void Writer::write_name(std::string_view name, std::string& out, int depth) {
    if (const std::size_t dash = name.find('-'); dash != name.npos) {
        const unsigned low = number(name.substr(0, dash));
        const unsigned high = number(name.substr(dash + 1));
        JY_ASSERT(low <= high);
        out.append(std::to_string(low + dice_.below(high - low + 1)));
        return;
    }
    if (const auto found = known_.find(name); found != known_.end()) {
        out.append(found->second);
        return;
    }
    std::string word;
    write(lookup_(name, dice_), word, depth + 1);
    out.append(word);
    if (std::ranges::find(lasting_, name) != lasting_.end()) remember(name, word);
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

}  // namespace jiuying::node::demo
