#include "schema/appeal_rules.hpp"

#include <algorithm>
#include <array>

namespace jiuying::schema {
namespace {

constexpr std::array<std::string_view, 9> gaps{" ",      "\t",     "\r",     "\n", "\u3000",
                                               "\u00A0", "\u200B", "\uFEFF", "\v"};
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

std::string_view trimmed(std::string_view text) {
    const auto is_front = [&](std::string_view gap) { return text.starts_with(gap); };
    const auto is_back = [&](std::string_view gap) { return text.ends_with(gap); };
    for (;;) {
        if (const auto* gap = std::ranges::find_if(gaps, is_front); gap != gaps.end()) {
            text.remove_prefix(gap->size());
        } else if (gap = std::ranges::find_if(gaps, is_back); gap != gaps.end()) {
            text.remove_suffix(gap->size());
        } else {
            return text;
        }
    }
}

bool is_blank(std::string_view text) { return trimmed(text).empty(); }

FieldRole role_of(FieldId field) {
    using namespace appeal;
    switch (field) {
        case contact:
        case phone:
        case address:
        case contact_wish:
        case special_care: return FieldRole::contact;
        case tags:
        case reminders:
        case hub_order_no:
        case matter_id:
        case related: return FieldRole::upkeep;
        default: return FieldRole::fact;
    }
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
