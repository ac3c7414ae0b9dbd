/// Text as FTS5 can find it: Chinese as overlapping pairs of characters, the rest as words.
///
/// FTS5's `unicode61` takes a run of Chinese for one word, so only whole sentences would be found.
/// We hand it our own tokens, separated by spaces: `路灯不亮 3号楼` becomes
/// `路灯 灯不 不亮 3 号楼`. A word of a search becomes the phrase of its pairs, which stand side by
/// side exactly where the word stands in the text. Letters and digits are folded: full width to
/// ASCII, upper to lower case. Everything that is no letter, digit or CJK character separates.
///
/// Han characters younger than SQLite's Unicode tables (6.1; GB 18030-2022 has many) would be
/// separators to it, so each goes in as a private-use character and its number; both sides do it.
///
/// Pure; safe from any thread. Bytes that are not UTF-8 separate.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// What to store in the FTS5 column for \p text: its tokens, joined by spaces.
[[nodiscard]] std::string index_text(std::string_view text);

/// What somebody looks for: words separated by blanks, all of which must occur.
class SearchQuery {
public:
    /// Words beyond this are ignored, which only finds more.
    static constexpr std::size_t words_max = 32;

    [[nodiscard]] static SearchQuery parse(std::string_view words);

    /// Nothing to look for: no letter, digit or CJK character.
    [[nodiscard]] bool empty() const { return phrases_.empty() && single_.empty(); }

    /// The right side of MATCH; empty if there are only single characters.
    [[nodiscard]] std::string fts5_match() const;

    /// Single CJK characters, which pairs cannot find: each must occur in the text itself
    /// (LIKE '%' || ? || '%', needs no escaping).
    [[nodiscard]] const std::vector<std::string>& single_characters() const { return single_; }

    /// The right side of MATCH for what begins with the single characters: all texts where each of
    /// them is followed by another CJK character, or stands alone. Nothing says where one ends a
    /// run.
    [[nodiscard]] std::string beginnings() const;

    /// The same question put to a text that is not indexed yet. Agrees with FTS5 on the result of
    /// index_text(), except that FTS5 also ignores accents and the case of letters such as `Ő`.
    [[nodiscard]] bool matches(std::string_view text) const;

private:
    /// Tokens that must stand side by side.
    struct Phrase {
        std::vector<std::string> tokens;
        bool open_end = false;  ///< The last token may be the beginning of a longer one.
    };
    std::vector<Phrase> phrases_;
    std::vector<std::string> single_;
    std::vector<std::string> beginnings_;  ///< Of the tokens that begin with these.
};

}  // namespace jiuying::node
