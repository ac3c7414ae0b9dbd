#include "schema/calendar_book.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace jiuying::schema {
namespace {

constexpr int version_max = 9999;

std::optional<int> whole_number(std::string_view text, int most) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool all = error == std::errc{} && end == text.data() + text.size();
    const bool plain = !text.empty() && text.front() != '0' && text.front() != '-';
    if (!all || !plain || number > most) return std::nullopt;
    return number;
}

/// Names and papers stand on one line each.
std::string on_one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
}

Result<void> read_days(std::string_view text, bool off, std::vector<NoticeDay>& into) {
    constexpr std::size_t date_size = 10;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const Result<std::int64_t> at = parse_time(line.substr(0, date_size));
        const bool divided =
            line.size() == date_size || line[std::min(line.size() - 1, date_size)] == ' ';
        if (line.size() < date_size || !at || !divided) return Errc::malformed;
        const LocalDate date = date_of(WallTime{std::chrono::milliseconds{*at}});
        if (format_date(date) != line.substr(0, date_size)) return Errc::malformed;
        const std::string_view name = line.substr(std::min(line.size(), date_size + 1));
        if (into.size() >= Notice::days_max) return Errc::too_large;
        into.push_back({date, off, std::string{name}});
    }
    return {};
}

}  // namespace

std::string edition_code(int year, int version) {
    return std::to_string(year) + "@" + std::to_string(version);
}

std::optional<std::pair<int, int>> read_edition_code(std::string_view code) {
    const std::size_t at = code.find('@');
    if (at == code.npos) return std::nullopt;
    const auto year = whole_number(code.substr(0, at), calendar_year_max);
    const auto version = whole_number(code.substr(at + 1), version_max);
    if (!year || !version) return std::nullopt;
    return std::pair{*year, *version};
}

NoticeTexts texts_of(const Notice& notice) {
    NoticeTexts texts;
    std::vector<const NoticeDay*> days;
    for (const NoticeDay& day : notice.days) days.push_back(&day);
    // In the order of dates: equal facts are equal texts.
    std::ranges::sort(days, {}, [](const NoticeDay* day) { return day->date; });
    for (const NoticeDay* day : days) {
        std::string& text = day->off ? texts.off_days : texts.work_days;
        if (!text.empty()) text += '\n';
        text += format_date(day->date);
        if (!day->name.empty()) text += " " + on_one_line(day->name);
    }
    for (const std::string& paper : notice.papers) {
        if (!texts.papers.empty()) texts.papers += '\n';
        texts.papers += on_one_line(paper);
    }
    return texts;
}

Result<Notice> read_notice_texts(int year, const NoticeTexts& texts) {
    Notice notice;
    notice.year = year;
    if (const auto read = read_days(texts.off_days, true, notice.days); !read) return read.error();
    if (const auto read = read_days(texts.work_days, false, notice.days); !read) {
        return read.error();
    }
    std::string_view papers = texts.papers;
    while (!papers.empty()) {
        const std::string_view line = papers.substr(0, papers.find('\n'));
        papers.remove_prefix(std::min(line.size() + 1, papers.size()));
        if (!line.empty()) notice.papers.emplace_back(line);
    }
    if (const auto checked = check_notice(notice); !checked) return checked.error();
    return notice;
}

CalendarBook::CalendarBook() {
    for (Notice& notice : built_in_notices()) add({1, INT64_MIN, std::move(notice)});
    settle();
}

void CalendarBook::add(CalendarEdition edition) { editions_.push_back(std::move(edition)); }

void CalendarBook::settle() {
    std::ranges::stable_sort(editions_, {}, [](const CalendarEdition& edition) {
        return std::pair{edition.notice.year, edition.version};
    });
    std::set<std::int64_t> instants{INT64_MIN};
    for (const CalendarEdition& edition : editions_) instants.insert(edition.known_from);
    steps_.clear();
    for (const std::int64_t instant : instants) {
        Calendar calendar;
        // By ascending version: the highest that was known stays.
        for (const CalendarEdition& edition : editions_) {
            if (edition.known_from > instant) continue;
            const auto loaded = calendar.load(edition.notice);
            JY_ASSERT(loaded.has_value());
        }
        steps_.emplace_back(instant, std::move(calendar));
    }
}

const Calendar& CalendarBook::at(std::int64_t as_of) const {
    // What is written in the same millisecond as an event came after it.
    const auto later = std::ranges::partition_point(
        steps_, [&](const auto& step) { return step.first == INT64_MIN || step.first < as_of; });
    JY_ASSERT(later != steps_.begin());
    return std::prev(later)->second;
}

const CalendarEdition* CalendarBook::newest_of(int year) const {
    const CalendarEdition* newest = nullptr;
    for (const CalendarEdition& edition : editions_) {
        if (edition.notice.year == year) newest = &edition;
    }
    return newest;
}

}  // namespace jiuying::schema
