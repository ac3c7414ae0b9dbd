/// The two languages that people and scripts read. Chinese is the default everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace jiuying::node {

/// The language of everything said to a person. JSON keys and identifiers are the same in both.
enum class Lang : std::uint8_t { zh, en };

/// The text for \p lang.
[[nodiscard]] constexpr std::string_view pick(Lang lang, std::string_view zh, std::string_view en) {
    return lang == Lang::en ? en : zh;
}

/// Reads the value of `--lang`: `zh`, `zh-CN` or `en`. Nothing for any other text.
[[nodiscard]] constexpr std::optional<Lang> parse_lang(std::string_view text) {
    if (text == "zh" || text == "zh-CN") return Lang::zh;
    if (text == "en") return Lang::en;
    return std::nullopt;
}

}  // namespace jiuying::node
