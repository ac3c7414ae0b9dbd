#include "schema/appeal_rules.hpp"

namespace jiuying::schema {
namespace {

constexpr std::string_view ideographic_space = "\u3000";
constexpr std::size_t decimals_max = 7;  ///< A centimetre.

/// Digits, perhaps a sign before and decimals behind; at most \p most either way from zero.
bool is_degrees(std::string_view text, int most) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::size_t dot = text.find('.');
    const std::string_view whole = text.substr(0, dot);
    const std::string_view part = dot == text.npos ? std::string_view{} : text.substr(dot + 1);
    constexpr std::string_view digits = "0123456789";
    if (whole.empty() || whole.size() > 3 || whole.find_first_not_of(digits) != whole.npos) {
        return false;
    }
    if (dot != text.npos && (part.empty() || part.size() > decimals_max)) return false;
    if (part.find_first_not_of(digits) != part.npos) return false;
    int degrees = 0;
    for (const char digit : whole) degrees = degrees * 10 + (digit - '0');
    return degrees < most || (degrees == most && part.find_first_not_of('0') == part.npos);
}

}  // namespace

bool is_blank(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n";
    while (!text.empty()) {
        if (text.starts_with(ideographic_space)) {
            text.remove_prefix(ideographic_space.size());
        } else if (spaces.find(text.front()) != spaces.npos) {
            text.remove_prefix(1);
        } else {
            return false;
        }
    }
    return true;
}

bool says_nothing(const Value& title, const Value& text) {
    const auto blank = [](const Value& value) {
        const std::string* words = text_of(value);
        return words == nullptr ? empty(value) : is_blank(*words);
    };
    return blank(title) && blank(text);
}

bool is_point(std::string_view text) {
    const std::size_t comma = text.find(',');
    return comma != text.npos && is_degrees(text.substr(0, comma), 90) &&
           is_degrees(text.substr(comma + 1), 180);
}

}  // namespace jiuying::schema
