#include "node/import/cell_text.hpp"

#include "schema/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

namespace jiuying::node {
namespace {

std::optional<double> number_in(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (!whole || !std::isfinite(number)) return std::nullopt;
    return number;
}

/// Days since 1970-01-01 of day number \p serial. The 1900 system counts a 29 February 1900 that
/// never was: before it, days are one lower.
std::int64_t days_since_epoch(std::int64_t serial, bool from_1904) {
    constexpr std::int64_t epoch_in_1900 = 25'569;
    constexpr std::int64_t epoch_in_1904 = 24'107;
    constexpr std::int64_t leap_day_of_1900 = 60;
    if (from_1904) return serial - epoch_in_1904;
    return serial - epoch_in_1900 + (serial < leap_day_of_1900 ? 1 : 0);
}

/// The civil date of a day: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::string civil(std::int64_t days) {
    days += 719'468;
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const std::int64_t of_era = days - era * 146'097;
    const std::int64_t year_of_era =
        (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month = (5 * of_year + 2) / 153;
    const auto day = static_cast<int>(of_year - (153 * month + 2) / 5 + 1);
    const auto named = static_cast<int>(month < 10 ? month + 3 : month - 9);
    const auto year = static_cast<int>(year_of_era + era * 400 + (named <= 2 ? 1 : 0));
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", year, named, day);
    return text.data();
}

bool is_hex(char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'F') ||
           (letter >= 'a' && letter <= 'f');
}

}  // namespace

bool is_date_format(std::uint32_t id) {
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
}

bool is_date_format(std::string_view code) {
    for (std::size_t at = 0; at < code.size(); ++at) {
        const char letter = code[at];
        if (letter == ';') return false;  // What stands behind is for other signs.
        if (letter == '\\' || letter == '_' || letter == '*') {
            ++at;
        } else if (letter == '"') {
            at = std::min(code.find('"', at + 1), code.size());
        } else if (letter == '[') {
            const std::size_t close = std::min(code.find(']', at), code.size());
            const std::string_view inside = code.substr(at + 1, close - at - 1);
            constexpr std::string_view elapsed = "hHmMsS";
            if (!inside.empty() && inside.find_first_not_of(elapsed) == inside.npos) return true;
            at = close;
        } else if (std::string_view{"yYmMdDhHsS"}.find(letter) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

std::string number_text(std::string_view text) {
    const auto number = number_in(text);
    if (!number) return std::string{text};
    constexpr double exact = 1e15;
    std::array<char, 64> out{};
    const bool whole = std::nearbyint(*number) == *number && std::fabs(*number) < exact;
    std::snprintf(out.data(), out.size(), whole ? "%.0f" : "%.15g", *number);
    return out.data();
}

std::string date_text(std::string_view text, bool from_1904) {
    const auto number = number_in(text);
    constexpr double last_day = 2'958'466;  // The end of 9999-12-31.
    if (!number || *number < 0 || *number >= last_day) return std::string{text};
    constexpr std::int64_t day_seconds = 86'400;
    const auto seconds = static_cast<std::int64_t>(std::llround(*number * day_seconds));
    const std::int64_t days = seconds / day_seconds;
    const auto rest = static_cast<int>(seconds % day_seconds);
    std::array<char, 40> clock{};
    std::snprintf(clock.data(), clock.size(), "%02d:%02d:%02d", rest / 3600, rest / 60 % 60,
                  rest % 60);
    if (days == 0 && !from_1904) return clock.data();
    std::string date = civil(days_since_epoch(days, from_1904));
    if (rest != 0) date.append(" ").append(clock.data());
    return date;
}

std::string unescaped(std::string_view text) {
    constexpr std::size_t size = 7;  // _xHHHH_
    std::string out;
    for (;;) {
        const std::size_t at = text.find("_x");
        if (at == text.npos) return out.append(text);
        out.append(text.substr(0, at));
        text.remove_prefix(at);
        std::uint32_t code = 0;
        bool escape = text.size() >= size && text[6] == '_';
        for (std::size_t i = 2; escape && i < 6; ++i) escape = is_hex(text[i]);
        if (escape) std::from_chars(text.data() + 2, text.data() + 6, code, 16);
        const bool surrogate = code >= 0xD800 && code < 0xE000;
        if (escape && code != 0 && !surrogate) {
            schema::append_utf8(out, static_cast<char32_t>(code));
            text.remove_prefix(size);
        } else {
            out.append(text.substr(0, 2));
            text.remove_prefix(2);
        }
    }
}

}  // namespace jiuying::node
