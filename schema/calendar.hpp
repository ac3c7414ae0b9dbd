/// Which days are worked: plain weeks, changed by the State Council's yearly notice of days off.
///
/// A notice lists the days off and the Saturdays and Sundays that are worked instead (make-up
/// days); plain weekends are not listed. Notices of 2024 to 2026 are built in, later ones are
/// loaded. A year without a notice counts plain weekends, and whoever counted with it is told so:
/// see has_notice(). All dates are Beijing dates (UTC+08:00, no summer time). Pure, no clock.
#pragma once

#include "schema/result.hpp"
#include "schema/time_text.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

/// An instant, as events carry it: whole milliseconds since 1970-01-01 UTC.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// A day of the Beijing calendar, without a zone.
using LocalDate = std::chrono::local_days;

/// Years that a notice, or the start of a count, may lie in.
inline constexpr int calendar_year_min = 1970;
inline constexpr int calendar_year_max = 2199;

/// The Beijing day in which \p at lies; midnight belongs to the day it begins.
[[nodiscard]] LocalDate date_of(WallTime at);
/// 00:00 of \p date.
[[nodiscard]] WallTime start_of(LocalDate date);
/// 24:00 of \p date, which is 00:00 of the next day.
[[nodiscard]] WallTime end_of(LocalDate date);
[[nodiscard]] int year_of(LocalDate date);
/// `2026-10-08`
[[nodiscard]] std::string format_date(LocalDate date);
/// RFC 3339 in Beijing time.
[[nodiscard]] std::string format_time(WallTime at);

/// One listed day of a notice.
struct NoticeDay {
    LocalDate date{};
    bool off = true;   ///< False: a make-up day, worked although it is a Saturday or Sunday.
    std::string name;  ///< Of the holiday: `国庆节`.

    bool operator==(const NoticeDay&) const = default;
};

/// The State Council's notice for one year. It may also change the December before that year.
struct Notice {
    static constexpr std::size_t days_max = 400;
    static constexpr std::size_t name_bytes_max = 120;
    static constexpr std::size_t papers_max = 16;
    static constexpr std::size_t paper_bytes_max = 300;

    int year = 0;
    std::vector<std::string> papers;  ///< Where the notice is published.
    std::vector<NoticeDay> days;
};

/// Errc::out_of_bounds for a year outside the bounds or a day that is neither in the year nor in
/// the December before; Errc::too_large beyond the limits of Notice; Errc::not_found when no day is
/// listed (the notice is not out yet); Errc::malformed when a day is listed twice; Errc::not_utf8.
[[nodiscard]] Result<void> check_notice(const Notice& notice);

/// Working days by all notices that were loaded, whatever the order they were loaded in. A copy is
/// a value; reading is safe from several threads.
class Calendar {
public:
    Calendar() : version_(make_version()) {}

    /// Adds \p notice, or replaces the one of the same year. Errors as check_notice(), and then
    /// nothing changed.
    [[nodiscard]] Result<void> load(Notice notice);

    /// Where two notices list the same December day, the later year's wins.
    [[nodiscard]] bool is_working_day(LocalDate date) const;
    /// Whether the notice of \p year is loaded; if not, is_working_day() knows only its weekends.
    [[nodiscard]] bool has_notice(int year) const { return notices_.contains(year); }
    /// The listed day of that date, or null for an ordinary one.
    [[nodiscard]] const NoticeDay* listed(LocalDate date) const;

    /// Names the facts, so that an order can say which calendar it was counted with: years and a
    /// hash (`2024-2026.0123456789abcdef`). Equal facts have equal versions; the order of loading,
    /// holiday names and papers don't count. The hash (FNV-1a, 64 bits) guards against mistakes,
    /// not against forgery.
    [[nodiscard]] const std::string& version() const { return version_; }

private:
    void rebuild();
    [[nodiscard]] std::string make_version() const;

    std::map<int, Notice> notices_;
    std::vector<NoticeDay> days_;  ///< Of all notices, by date, each date once.
    std::string version_;
};

/// The notices that ship with the program, by ascending year.
[[nodiscard]] std::vector<Notice> built_in_notices();
/// A calendar of these notices.
[[nodiscard]] Calendar built_in_calendar();

}  // namespace jiuying::schema
