/// The arithmetic of a limit in plain words, Chinese and English side by side.
///
/// The sentences stand in one table with places to fill in; counting itself knows no words. Pure.
#pragma once

#include "schema/deadline.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

/// One sentence in both languages.
struct Sentence {
    std::string zh;
    std::string en;

    bool operator==(const Sentence&) const = default;
};

/// What a `{name}` in a sentence stands for.
struct Filling {
    std::string_view place;
    Sentence with;
};
/// \p form with its places filled. A place that nothing fills stays as it is.
[[nodiscard]] Sentence filled(const Sentence& form, const std::vector<Filling>& fillings);

/// `2026-10-08（星期四）` / `Thu 2026-10-08`
[[nodiscard]] Sentence day_words(LocalDate date);
/// `2026-10-08 17:30` in Beijing time, with seconds only where there are any.
[[nodiscard]] std::string minute_words(WallTime at);
/// `2026-10-13（星期二）24:00` where the limit ends with a day, else the minute.
[[nodiscard]] Sentence end_words(const Due& due);
/// `3 天（遇休息日顺延）` / `3 days (rolling past days off)`
[[nodiscard]] Sentence rule_words(const CountRule& rule);
/// `2 天 3 小时` / `2 d 3 h`; the two largest parts, and less than a minute as such.
[[nodiscard]] Sentence span_words(std::chrono::milliseconds span);

[[nodiscard]] Sentence words_of(const Step& step);
[[nodiscard]] Sentence words_of(const CalendarDoubt& doubt);

}  // namespace jiuying::schema
