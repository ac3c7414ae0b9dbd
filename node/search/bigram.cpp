#include "node/search/bigram.hpp"

#include "schema/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace jiuying::node {
namespace {

using schema::CodePoint;

constexpr bool between(char32_t code, char32_t first, char32_t last) {
    return code >= first && code <= last;
}

/// Full-width forms (U+FF01 to U+FF5E) are ASCII moved by a constant.
char32_t folded(char32_t code) {
    if (between(code, 0xFF01, 0xFF5E)) code -= 0xFF01 - 0x21;
    const bool upper_ascii = between(code, 'A', 'Z');
    const bool upper_latin = between(code, 0xC0, 0xDE) && code != 0xD7;
    return upper_ascii || upper_latin ? code + 0x20 : code;
}

/// For a folded character. Of Latin only the letters that unicode61 takes for letters as well.
bool is_word_character(char32_t code) {
    if (code < 0x80) return between(code, 'a', 'z') || between(code, '0', '9');
    return between(code, 0xDF, 0x24F) && code != 0xF7;
}

/// Han, kana and hangul: scripts written without spaces, with their iteration marks and zero.
bool is_cjk(char32_t code) {
    if (code < 0x3005) return false;
    return between(code, 0x3005, 0x3007) || between(code, 0x3041, 0x3096) ||
           between(code, 0x30A1, 0x30FA) || between(code, 0x30FC, 0x30FE) ||
           between(code, 0x3400, 0x4DBF) || between(code, 0x4E00, 0x9FFF) ||
           between(code, 0xAC00, 0xD7A3) || between(code, 0xF900, 0xFAD9) ||
           between(code, 0xFF66, 0xFF9D) || between(code, 0x20000, 0x3FFFD);
}

/// Whether the tables of Unicode 6.1, which SQLite has, know it as a letter.
bool known_to_sqlite(char32_t code) {
    const bool young = between(code, 0x4DB6, 0x4DBF) || between(code, 0x9FCD, 0x9FFF) ||
                       between(code, 0xFA6E, 0xFA6F) || code >= 0x20000;
    return !young;
}

/// A private-use character (a letter to unicode61, in no text of ours) and the number in hex.
void put_young(std::string& out, char32_t code) {
    constexpr char32_t marker = 0xE000;
    constexpr std::string_view digits = "0123456789abcdef";
    schema::append_utf8(out, marker);
    for (int shift = 16; shift >= 0; shift -= 4) out += digits[(code >> unsigned(shift)) & 0xFU];
}

void put_cjk(std::string& out, char32_t code) {
    if (known_to_sqlite(code)) {
        schema::append_utf8(out, code);
    } else {
        put_young(out, code);
    }
}

/// A run of characters that belong together.
struct Run {
    bool cjk = false;
    std::size_t length = 0;  ///< Characters.
};

/// Calls `token(text)` for each token of `text` in order and `run(Run)` at the end of each run.
/// One string is used for all tokens, so indexing a long text allocates next to nothing.
template <class OnToken, class OnRun>
void tokenize(std::string_view text, OnToken&& token, OnRun&& run) {
    std::string current;
    Run open;
    char32_t previous = 0;
    const auto close = [&] {
        if (open.length == 0) return;
        if (open.cjk && open.length == 1) put_cjk(current, previous);
        if (!current.empty()) token(std::string_view{current});
        current.clear();
        run(open);
        open = {};
    };
    while (!text.empty()) {
        const CodePoint next = schema::first_code_point(text);
        text.remove_prefix(next.size);
        const char32_t code = folded(next.code);
        const bool cjk = next.valid && is_cjk(code);
        if (!cjk && !(next.valid && is_word_character(code))) {
            close();
            continue;
        }
        if (open.length > 0 && open.cjk != cjk) close();
        open.cjk = cjk;
        ++open.length;
        if (!cjk) {
            schema::append_utf8(current, code);
        } else if (open.length > 1) {
            put_cjk(current, previous);
            put_cjk(current, code);
            token(std::string_view{current});
            current.clear();
        }
        previous = code;
    }
    close();
}

/// The words between blanks, the ideographic space (U+3000) included.
template <class Visit>
void for_each_word(std::string_view words, Visit&& visit) {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    constexpr std::string_view wide_blank = "\u3000";
    std::size_t start = 0;
    std::size_t at = 0;
    while (at <= words.size()) {
        std::size_t width = 0;
        if (at == words.size() || blanks.find(words[at]) != std::string_view::npos) width = 1;
        if (words.substr(at).starts_with(wide_blank)) width = wide_blank.size();
        if (width > 0 && at > start) visit(words.substr(start, at - start));
        if (width > 0) start = at + width;
        at += width > 0 ? width : 1;
    }
}

}  // namespace

std::string index_text(std::string_view text) {
    std::string out;
    out.reserve(text.size() * 2 + text.size() / 2);
    tokenize(
        text,
        [&](std::string_view token) {
            if (!out.empty()) out += ' ';
            out += token;
        },
        [](Run) {});
    return out;
}

SearchQuery SearchQuery::parse(std::string_view words) {
    SearchQuery query;
    std::size_t count = 0;
    for_each_word(words, [&](std::string_view word) {
        if (++count > words_max) return;
        std::vector<std::string> tokens;
        std::vector<Run> runs;
        tokenize(
            word, [&](std::string_view token) { tokens.emplace_back(token); },
            [&](Run run) { runs.push_back(run); });
        if (runs.empty()) return;
        const auto single = [](const Run& run) { return run.cjk && run.length == 1; };
        // At the edge of a word a single character may be half of a pair in the text. In front,
        // nothing indexed begins with it, so the text itself is asked; at the end a pair does.
        if (single(runs.front())) {
            for (std::string_view rest = word; !rest.empty();) {
                const CodePoint next = schema::first_code_point(rest);
                if (next.valid && is_cjk(folded(next.code))) {
                    query.single_.emplace_back(rest.substr(0, next.size));
                    put_cjk(query.beginnings_.emplace_back(), folded(next.code));
                    break;
                }
                rest.remove_prefix(next.size);
            }
            tokens.erase(tokens.begin());
        }
        if (tokens.empty()) return;
        query.phrases_.push_back({std::move(tokens), single(runs.back())});
    });
    return query;
}

std::string SearchQuery::fts5_match() const {
    std::string match;
    for (const Phrase& phrase : phrases_) {
        if (!match.empty()) match += " AND ";
        match += '"';
        for (const std::string& token : phrase.tokens) {
            if (match.back() != '"') match += ' ';
            match += token;
        }
        match += phrase.open_end ? "\"*" : "\"";
    }
    return match;
}

std::string SearchQuery::beginnings() const {
    std::string match;
    for (const std::string& beginning : beginnings_) {
        if (!match.empty()) match += " AND ";
        match.append("\"").append(beginning).append("\"*");
    }
    return match;
}

bool SearchQuery::matches(std::string_view text) const {
    const auto occurs = [&](const std::string& c) {
        return text.find(c) != std::string_view::npos;
    };
    if (!std::ranges::all_of(single_, occurs)) return false;
    std::vector<std::string> tokens;
    if (!phrases_.empty()) {
        tokenize(
            text, [&](std::string_view token) { tokens.emplace_back(token); }, [](Run) {});
    }
    return std::ranges::all_of(phrases_, [&](const Phrase& phrase) {
        const auto same = [&](const std::string& here, const std::string& wanted) {
            const bool may_go_on = phrase.open_end && &wanted == &phrase.tokens.back();
            return may_go_on ? here.starts_with(wanted) : here == wanted;
        };
        return !std::ranges::search(tokens, phrase.tokens, same).empty();
    });
}

}  // namespace jiuying::node
