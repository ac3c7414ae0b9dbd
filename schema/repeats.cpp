#include "schema/repeats.hpp"

#include "schema/utf8.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <set>
#include <unordered_map>

namespace jiuying::schema {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;

/// A letter as it is compared; 0 for what separates.
char32_t letter_of(char32_t code) {
    if (code >= 0xFF01 && code <= 0xFF5E) code -= 0xFF01 - 0x21;  // Full width.
    if (code >= 'A' && code <= 'Z') return code + 0x20;
    if ((code >= 'a' && code <= 'z') || (code >= '0' && code <= '9')) return code;
    const bool han =
        (code >= 0x3400 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAD9) || code >= 0x20000;
    return han ? code : 0;
}

template <class Visit>
void each_letter(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const CodePoint point = first_code_point(text);
        text.remove_prefix(point.size);
        visit(point.valid ? letter_of(point.code) : char32_t{0});
    }
}

bool both(const std::string& a, const std::string& b) { return !a.empty() && a == b; }
bool compatible(const std::string& a, const std::string& b) {
    return a.empty() || b.empty() || a == b;
}

}  // namespace

std::string_view name_of(RepeatReason reason) {
    constexpr std::array<std::string_view, 8> names{"same_phone",   "same_uscc",   "same_category",
                                                    "same_region",  "same_place",  "same_text",
                                                    "similar_text", "within_a_day"};
    return names.at(static_cast<std::size_t>(reason));
}

std::string plain_phone(std::string_view phone) {
    constexpr std::size_t least = 7;
    constexpr std::size_t most = 11;
    std::string digits;
    each_letter(phone, [&](char32_t letter) {
        if (letter >= '0' && letter <= '9') digits += static_cast<char>(letter);
    });
    if (digits.size() < least) return {};
    return digits.size() > most ? digits.substr(digits.size() - most) : digits;
}

std::string plain_place(std::string_view place) {
    std::string plain;
    each_letter(place, [&](char32_t letter) {
        if (letter != 0) append_utf8(plain, letter);
    });
    return plain;
}

Pairs pairs_of(std::string_view text) {
    Pairs pairs;
    char32_t before = 0;
    std::size_t run = 0;
    const auto close = [&] {
        if (run == 1) pairs.push_back(before);
        run = 0;
    };
    each_letter(text, [&](char32_t letter) {
        if (letter == 0) {
            close();
            return;
        }
        if (run > 0) pairs.push_back(std::uint64_t{before} << 32U | letter);
        before = letter;
        ++run;
    });
    close();
    std::ranges::sort(pairs);
    const auto twice = std::ranges::unique(pairs);
    pairs.erase(twice.begin(), twice.end());
    return pairs;
}

std::uint32_t likeness(const Pairs& a, const Pairs& b) {
    if (a.empty() || b.empty()) return 0;
    std::size_t common = 0;
    auto at = b.begin();
    for (const std::uint64_t pair : a) {
        at = std::lower_bound(at, b.end(), pair);
        if (at == b.end()) break;
        if (*at == pair) ++common;
    }
    return static_cast<std::uint32_t>(common * 100 / (a.size() + b.size() - common));
}

RepeatJudgement judge_repeat(const RepeatSubject& earlier, const RepeatSubject& later,
                             std::uint32_t like, const RepeatRules& rules) {
    RepeatJudgement judgement;
    const std::int64_t apart = later.registered_at - earlier.registered_at;
    if (apart < 0 || apart > rules.days * day_ms || earlier.id == later.id) return judgement;
    const auto add = [&](bool holds, RepeatReason reason) {
        if (holds) judgement.reasons.push_back(reason);
        return holds;
    };
    const bool phone = add(both(earlier.phone, later.phone), RepeatReason::same_phone);
    const bool uscc = add(both(earlier.uscc, later.uscc), RepeatReason::same_uscc);
    const bool category = add(both(earlier.category, later.category), RepeatReason::same_category);
    add(both(earlier.region, later.region), RepeatReason::same_region);
    const bool place = add(both(earlier.place, later.place), RepeatReason::same_place);
    const bool same = add(like >= rules.same_text_percent, RepeatReason::same_text);
    const bool similar = same || add(like >= rules.similar_percent, RepeatReason::similar_text);
    const bool soon = add(apart <= rules.resend_hours * hour_ms, RepeatReason::within_a_day);
    const bool fits =
        compatible(earlier.category, later.category) && compatible(earlier.region, later.region);
    if (phone || uscc) {
        if (same && soon) {
            judgement.kind = RepeatKind::resend;
            judgement.score = like;
        } else if (fits && similar) {
            judgement.kind = RepeatKind::same_person;
            judgement.score = std::min<std::uint32_t>(99, 50 + like / 2);
        }
    } else if (fits && place && (category || similar)) {
        judgement.kind = RepeatKind::same_matter;
        judgement.score = std::min<std::uint32_t>(90, 40 + like / 2);
    }
    return judgement;
}

std::vector<RepeatPair> repeat_candidates(const std::vector<RepeatSubject>& subjects,
                                          const RepeatRules& rules) {
    std::unordered_map<std::string, std::deque<std::size_t>> groups;
    std::vector<RepeatPair> pairs;
    const std::int64_t window = rules.days * day_ms;
    for (std::size_t later = 0; later < subjects.size(); ++later) {
        const RepeatSubject& subject = subjects[later];
        std::set<std::size_t> seen;
        const auto compare = [&](const std::string& value, std::string key) {
            if (value.empty()) return;
            std::deque<std::size_t>& group = groups[std::move(key)];
            for (const std::size_t earlier : group) {
                const bool near = subject.registered_at - subjects[earlier].registered_at <= window;
                if (near && seen.insert(earlier).second) pairs.push_back({earlier, later});
            }
            group.push_back(later);
            if (group.size() > rules.neighbours) group.pop_front();
        };
        compare(subject.phone, "p" + subject.phone);
        compare(subject.uscc, "u" + subject.uscc);
        compare(subject.place, "w" + subject.region + "|" + subject.place);
    }
    return pairs;
}

std::span<const RepeatSetting> repeat_settings() {
    using R = RepeatRules;
    static constexpr std::array settings{
        RepeatSetting{"repeat.days", &R::days, 1, 3650, "相隔几天以内才比对是否重复",
                      "days within which two appeals are compared"},
        RepeatSetting{"repeat.resend_hours", &R::resend_hours, 0, 720, "几小时内原文再来算重送",
                      "hours within which the same text is a resend"},
        RepeatSetting{"repeat.same_text_percent", &R::same_text_percent, 1, 100,
                      "文字相似到百分之几算同一段", "likeness from which a text is the same"},
        RepeatSetting{"repeat.similar_percent", &R::similar_percent, 1, 100,
                      "文字相似到百分之几算同一事", "likeness from which it is about the same"},
    };
    return settings;
}

}  // namespace jiuying::schema
