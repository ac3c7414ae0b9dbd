#include "node/import/date_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <optional>

namespace jiuying::node {
namespace {

/// What is left to read.
class Rest {
public:
    explicit Rest(std::string_view text) : text_(text) {}

    void skip_blanks() {
        while (take(" ") || take("\t") || take("\u3000")) {
        }
    }
    bool take(std::string_view word) {
        if (!text_.starts_with(word)) return false;
        text_.remove_prefix(word.size());
        return true;
    }
    bool take_any(std::initializer_list<std::string_view> words) {
        return std::ranges::any_of(words, [&](std::string_view word) { return take(word); });
    }
    std::optional<int> number(std::size_t least, std::size_t most) {
        std::size_t count = 0;
        while (count < most && count < text_.size() && text_[count] >= '0' && text_[count] <= '9') {
            ++count;
        }
        if (count < least) return std::nullopt;
        int value = 0;
        std::from_chars(text_.data(), text_.data() + count, value);
        text_.remove_prefix(count);
        return value;
    }
    [[nodiscard]] bool done() const { return text_.empty(); }

private:
    std::string_view text_;
};

struct Moment {
    int year = 0;
    int month = 0;
    int day = 0;
    std::optional<int> hour;
    int minute = 0;
    int second = 0;
};

std::string written(const Moment& moment) {
    std::array<char, 96> text{};
    if (moment.hour) {
        std::snprintf(text.data(), text.size(), "%04d-%02d-%02d %02d:%02d:%02d", moment.year,
                      moment.month, moment.day, *moment.hour, moment.minute, moment.second);
    } else {
        std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", moment.year, moment.month,
                      moment.day);
    }
    return text.data();
}

/// Digits alone: a date, and perhaps hours and minutes, and seconds.
std::optional<Moment> from_digits(std::string_view text) {
    const bool digits = text.find_first_not_of("0123456789") == text.npos;
    const bool known = text.size() == 8 || text.size() == 12 || text.size() == 14;
    if (!digits || !known) return std::nullopt;
    Rest rest{text};
    Moment moment{*rest.number(4, 4), *rest.number(2, 2), *rest.number(2, 2), {}, 0, 0};
    if (text.size() > 8) {
        moment.hour = rest.number(2, 2);
        moment.minute = *rest.number(2, 2);
    }
    if (text.size() > 12) moment.second = *rest.number(2, 2);
    return moment;
}

bool take_time(Rest& rest, Moment& moment) {
    const bool morning = rest.take_any({"上午", "早上", "凌晨"});
    const bool afternoon = !morning && rest.take_any({"下午", "晚上", "中午"});
    rest.skip_blanks();
    auto hour = rest.number(1, 2);
    if (!hour || !rest.take_any({"时", "点", ":", "："})) return false;
    if (afternoon && *hour < 12) *hour += 12;
    moment.hour = hour;
    const auto minute = rest.number(1, 2);
    moment.minute = minute.value_or(0);
    if (minute && rest.take_any({"分", ":", "："})) {
        const auto second = rest.number(1, 2);
        moment.second = second.value_or(0);
        if (second) (void)rest.take("秒");
    }
    return true;
}

std::optional<Moment> from_words(std::string_view text) {
    Rest rest{text};
    rest.skip_blanks();
    Moment moment;
    const auto year = rest.number(4, 4);
    if (!year || !rest.take_any({"年", ".", "-", "/"})) return std::nullopt;
    rest.skip_blanks();
    const auto month = rest.number(1, 2);
    if (!month || !rest.take_any({"月", ".", "-", "/"})) return std::nullopt;
    rest.skip_blanks();
    const auto day = rest.number(1, 2);
    if (!day) return std::nullopt;
    (void)rest.take_any({"日", "号"});
    moment = {*year, *month, *day, {}, 0, 0};
    rest.skip_blanks();
    if (!rest.done() && !take_time(rest, moment)) return std::nullopt;
    rest.skip_blanks();
    if (!rest.done()) return std::nullopt;
    return moment;
}

}  // namespace

std::string plain_time(std::string_view text) {
    auto moment = from_digits(text);
    if (!moment) moment = from_words(text);
    return moment ? written(*moment) : std::string{text};
}

}  // namespace jiuying::node
