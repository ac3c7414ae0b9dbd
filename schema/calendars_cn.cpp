/// Facts of the State Council's notices of days off, 2024 to 2026, one row a run of days.
#include "schema/assert.hpp"
#include "schema/calendar.hpp"

#include <array>
#include <span>

namespace jiuying::schema {
namespace {

/// Days `first` to `last` of one month, both included.
struct Run {
    std::string_view name;
    unsigned month;
    unsigned first;
    unsigned last;
    bool off = true;
};

constexpr Run off(std::string_view name, unsigned month, unsigned first, unsigned last) {
    return {name, month, first, last, true};
}
constexpr Run off(std::string_view name, unsigned month, unsigned day) {
    return off(name, month, day, day);
}
/// A make-up day: worked for the sake of that holiday.
constexpr Run work(std::string_view name, unsigned month, unsigned day) {
    return {name, month, day, day, false};
}

constexpr std::string_view paper_2024 =
    "https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm";
constexpr std::array runs_2024{
    off("元旦", 1, 1),     work("春节", 2, 4),      off("春节", 2, 10, 17),
    work("春节", 2, 18),   off("清明节", 4, 4, 6),  work("清明节", 4, 7),
    work("劳动节", 4, 28), off("劳动节", 5, 1, 5),  work("劳动节", 5, 11),
    off("端午节", 6, 10),  work("中秋节", 9, 14),   off("中秋节", 9, 15, 17),
    work("国庆节", 9, 29), off("国庆节", 10, 1, 7), work("国庆节", 10, 12),
};

constexpr std::string_view paper_2025 =
    "https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm";
constexpr std::array runs_2025{
    off("元旦", 1, 1),
    work("春节", 1, 26),
    off("春节", 1, 28, 31),
    off("春节", 2, 1, 4),
    work("春节", 2, 8),
    off("清明节", 4, 4, 6),
    work("劳动节", 4, 27),
    off("劳动节", 5, 1, 5),
    off("端午节", 5, 31),
    off("端午节", 6, 1, 2),
    work("国庆节、中秋节", 9, 28),
    off("国庆节、中秋节", 10, 1, 8),
    work("国庆节、中秋节", 10, 11),
};

constexpr std::string_view paper_2026 =
    "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm";
constexpr std::array runs_2026{
    off("元旦", 1, 1, 3),   work("元旦", 1, 4),       work("春节", 2, 14),
    off("春节", 2, 15, 23), work("春节", 2, 28),      off("清明节", 4, 4, 6),
    off("劳动节", 5, 1, 5), work("劳动节", 5, 9),     off("端午节", 6, 19, 21),
    work("国庆节", 9, 20),  off("中秋节", 9, 25, 27), off("国庆节", 10, 1, 7),
    work("国庆节", 10, 10),
};

Notice notice_of(int year, std::string_view paper, std::span<const Run> runs) {
    Notice notice{year, {std::string{paper}}, {}};
    for (const Run& run : runs) {
        for (unsigned day = run.first; day <= run.last; ++day) {
            const std::chrono::year_month_day date{
                std::chrono::year{year}, std::chrono::month{run.month}, std::chrono::day{day}};
            JY_ASSERT(date.ok());
            notice.days.push_back({LocalDate{date}, run.off, std::string{run.name}});
        }
    }
    return notice;
}

}  // namespace

std::vector<Notice> built_in_notices() {
    return {notice_of(2024, paper_2024, runs_2024), notice_of(2025, paper_2025, runs_2025),
            notice_of(2026, paper_2026, runs_2026)};
}

Calendar built_in_calendar() {
    Calendar calendar;
    for (Notice& notice : built_in_notices()) {
        const auto loaded = calendar.load(std::move(notice));
        JY_ASSERT(loaded.has_value());
    }
    return calendar;
}

}  // namespace jiuying::schema
