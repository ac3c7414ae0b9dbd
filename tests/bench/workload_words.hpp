/// Words and sentence frames of the benchmark's texts. Inside tests/bench only.
///
/// Real appeals cost zstd-19 about a byte a character. A text that is put together from whole
/// sentences would cost a tenth of that and flatter every figure, so these frames are filled word
/// by word, two or three characters at a time, out of many hundred words.
#pragma once

#include <span>
#include <string_view>

namespace jiuying::bench {

/// Words of one kind, separated by spaces; the name is that of the mark in the frames.
struct WordList {
    std::string_view name;
    std::string_view words;
};

[[nodiscard]] std::span<const WordList> word_lists();

/// Frames are patterns of node/demo/grammar.hpp, one sentence each, without the full stop.
[[nodiscard]] std::span<const std::string_view> title_frames();
[[nodiscard]] std::span<const std::string_view> body_frames();
[[nodiscard]] std::span<const std::string_view> reply_frames();

}  // namespace jiuying::bench
