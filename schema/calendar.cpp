#include "schema/calendar.hpp"

#include "schema/assert.hpp"
#include "schema/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace jiuying::schema {
namespace {

using std::chrono::days;
using std::chrono::year_month_day;

constexpr std::chrono::milliseconds beijing_offset{beijing_offset_ms};

bool by_date(const NoticeDay& a, const NoticeDay& b) { return a.date < b.date; }

bool belongs(const Notice& notice, LocalDate date) {
    const year_month_day day{date};
    const int year{day.year()};
    return year == notice.year || (year == notice.year - 1 && day.month() == std::chrono::December);
}

/// FNV-1a, 64 bits. Source: Fowler, Noll and Vo, draft-eastlake-fnv.
class Fnv {
public:
    void add(std::string_view text) {
        for (const char c : text) {
            state_ ^= static_cast<std::uint8_t>(c);
            state_ *= 0x100000001B3U;
        }
    }
    [[nodiscard]] std::string hex() const {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string out;
        for (int shift = 60; shift >= 0; shift -= 4) {
            out += digits[static_cast<std::size_t>(state_ >> static_cast<unsigned>(shift)) & 15U];
        }
        return out;
    }

private:
    std::uint64_t state_ = 0xCBF29CE484222325U;
};

}  // namespace

LocalDate date_of(WallTime at) {
    return LocalDate{std::chrono::floor<days>(at + beijing_offset).time_since_epoch()};
}

WallTime start_of(LocalDate date) { return WallTime{date.time_since_epoch() - beijing_offset}; }

WallTime end_of(LocalDate date) { return start_of(date + days{1}); }

int year_of(LocalDate date) { return int{year_month_day{date}.year()}; }

std::string format_date(LocalDate date) {
    return format_date(start_of(date).time_since_epoch().count());
}

std::string format_time(WallTime at) { return format_time(at.time_since_epoch().count()); }

Result<void> check_notice(const Notice& notice) {
    if (notice.year < calendar_year_min || notice.year > calendar_year_max) {
        return Errc::out_of_bounds;
    }
    if (notice.days.empty()) return Errc::not_found;
    if (notice.days.size() > Notice::days_max || notice.papers.size() > Notice::papers_max) {
        return Errc::too_large;
    }
    for (const std::string& paper : notice.papers) {
        if (paper.size() > Notice::paper_bytes_max) return Errc::too_large;
        if (!is_utf8(paper)) return Errc::not_utf8;
    }
    std::vector<LocalDate> dates;
    for (const NoticeDay& day : notice.days) {
        if (!belongs(notice, day.date)) return Errc::out_of_bounds;
        if (day.name.size() > Notice::name_bytes_max) return Errc::too_large;
        if (!is_utf8(day.name)) return Errc::not_utf8;
        dates.push_back(day.date);
    }
    std::ranges::sort(dates);
    if (std::ranges::adjacent_find(dates) != dates.end()) return Errc::malformed;
    return {};
}

Result<void> Calendar::load(Notice notice) {
    if (const auto checked = check_notice(notice); !checked) return checked.error();
    const int year = notice.year;
    notices_.insert_or_assign(year, std::move(notice));
    rebuild();
    return {};
}

void Calendar::rebuild() {
    std::map<LocalDate, NoticeDay> by_day;
    // By ascending year, so that a later notice overrides the December before it.
    for (const auto& [year, notice] : notices_) {
        for (const NoticeDay& day : notice.days) by_day.insert_or_assign(day.date, day);
    }
    days_.clear();
    for (auto& [date, day] : by_day) days_.push_back(std::move(day));
    JY_ASSERT(std::ranges::is_sorted(days_, by_date));
    version_ = make_version();
}

const NoticeDay* Calendar::listed(LocalDate date) const {
    const auto at = std::ranges::lower_bound(days_, date, {}, &NoticeDay::date);
    return at != days_.end() && at->date == date ? &*at : nullptr;
}

bool Calendar::is_working_day(LocalDate date) const {
    if (const NoticeDay* day = listed(date)) return !day->off;
    const std::chrono::weekday weekday{date};
    return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday;
}

std::string Calendar::make_version() const {
    Fnv hash;
    std::string years;
    for (auto at = notices_.begin(); at != notices_.end(); ++at) {
        const int year = at->first;
        hash.add(std::to_string(year) + ";");
        const bool goes_on = at != notices_.begin() && std::prev(at)->first == year - 1;
        const bool ends = std::next(at) == notices_.end() || std::next(at)->first != year + 1;
        if (!goes_on) years.append(years.empty() ? "" : ",").append(std::to_string(year));
        if (goes_on && ends) years.append("-").append(std::to_string(year));
    }
    for (const NoticeDay& day : days_) {
        hash.add(format_date(day.date));
        hash.add(day.off ? "-" : "+");
    }
    return (years.empty() ? "none" : years) + "." + hash.hex();
}

}  // namespace jiuying::schema
