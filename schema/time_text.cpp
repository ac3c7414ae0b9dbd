#include "schema/time_text.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace jiuying::schema {
namespace {

constexpr std::int64_t second_ms = 1'000;
constexpr std::int64_t minute_ms = 60 * second_ms;
constexpr std::int64_t hour_ms = 60 * minute_ms;
constexpr std::int64_t day_ms = 24 * hour_ms;
constexpr int first_year = 1900;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What is left to read. Every function takes something off the front or leaves it alone.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    bool done() const { return rest_.empty(); }
    /// Takes the next character if it is one of `any`; NUL otherwise.
    char take_any(std::string_view any) {
        if (rest_.empty() || any.find(rest_.front()) == std::string_view::npos) return '\0';
        const char taken = rest_.front();
        rest_.remove_prefix(1);
        return taken;
    }
    /// Takes `least` to `most` digits.
    std::optional<int> take_number(std::size_t least, std::size_t most) {
        std::size_t count = 0;
        int number = 0;
        while (count < most && count < rest_.size() && is_digit(rest_[count])) {
            number = number * 10 + (rest_[count] - '0');
            ++count;
        }
        if (count < least) return std::nullopt;
        rest_.remove_prefix(count);
        return number;
    }

private:
    std::string_view rest_;
};

struct Date {
    std::int64_t year = 0;
    int month = 0;
    int day = 0;
};

bool is_leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in_month(std::int64_t year, int month) {
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar. Years start in March here, so that
/// the leap day is the last of a year and months have a regular pattern of 153 days in five.
std::int64_t days_of(const Date& date) {
    const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    const std::int64_t era = floor_div(year, 400);
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t month = (date.month + 9) % 12;
    const std::int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468;
}

Date date_of(std::int64_t days) {
    const std::int64_t shifted = days + 719'468;
    const std::int64_t era = floor_div(shifted, 146'097);
    const std::int64_t day_of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month = (5 * day_of_year + 2) / 153;
    Date date;
    date.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
    date.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
    date.year = era * 400 + year_of_era + (date.month <= 2 ? 1 : 0);
    return date;
}

Result<Date> take_date(Cursor& cursor) {
    const auto year = cursor.take_number(4, 4);
    const char separator = cursor.take_any("-/");
    const auto month = cursor.take_number(1, 2);
    const bool same = separator != '\0' && cursor.take_any("-/") == separator;
    const auto day = cursor.take_number(1, 2);
    if (!year || !month || !day || !same) return Errc::malformed;
    const bool exists = *year >= first_year && *month >= 1 && *month <= 12 && *day >= 1 &&
                        *day <= days_in_month(*year, *month);
    if (!exists) return Errc::out_of_bounds;
    return Date{*year, *month, *day};
}

/// The digits after a decimal point, as milliseconds.
std::optional<int> take_fraction_ms(Cursor& cursor) {
    int ms = 0;
    for (int place = 100; place > 0; place /= 10) {
        const auto digit = cursor.take_number(1, 1);
        if (!digit) return place == 100 ? std::nullopt : std::optional{ms};
        ms += *digit * place;
    }
    for (int more = 0; more < 6 && cursor.take_number(1, 1); ++more) {
    }
    return ms;
}

/// `9:08[:07[.123]]` as milliseconds since midnight.
Result<std::int64_t> take_time_of_day(Cursor& cursor) {
    const auto hour = cursor.take_number(1, 2);
    if (!hour || cursor.take_any(":") == '\0') return Errc::malformed;
    const auto minute = cursor.take_number(2, 2);
    if (!minute) return Errc::malformed;
    int second = 0;
    int ms = 0;
    if (cursor.take_any(":") != '\0') {
        const auto whole = cursor.take_number(2, 2);
        if (!whole) return Errc::malformed;
        second = *whole;
        if (cursor.take_any(".") != '\0') {
            const auto fraction = take_fraction_ms(cursor);
            if (!fraction) return Errc::malformed;
            ms = *fraction;
        }
    }
    if (*hour > 23 || *minute > 59 || second > 59) return Errc::out_of_bounds;
    return *hour * hour_ms + *minute * minute_ms + second * second_ms + ms;
}

/// `Z`, `+08:00` or nothing, as what to subtract.
Result<std::int64_t> take_zone(Cursor& cursor) {
    if (cursor.done()) return beijing_offset_ms;
    if (cursor.take_any("Zz") != '\0') return std::int64_t{0};
    const char sign = cursor.take_any("+-");
    const auto hour = cursor.take_number(2, 2);
    const bool colon = cursor.take_any(":") != '\0';
    const auto minute = cursor.take_number(2, 2);
    if (sign == '\0' || !hour || !colon || !minute) return Errc::malformed;
    if (*hour > 23 || *minute > 59) return Errc::out_of_bounds;
    const std::int64_t offset = *hour * hour_ms + *minute * minute_ms;
    return sign == '-' ? -offset : offset;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n";
    const auto first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

void put_number(std::string& out, std::int64_t number, std::size_t width) {
    const std::string digits = std::to_string(number);
    out.append(digits.size() < width ? width - digits.size() : 0, '0');
    out += digits;
}

void put_date(std::string& out, const Date& date) {
    const bool usual = date.year >= 0 && date.year <= 9999;
    if (!usual) out += date.year < 0 ? '-' : '+';
    put_number(out, date.year < 0 ? -date.year : date.year, 4);
    out += '-';
    put_number(out, date.month, 2);
    out += '-';
    put_number(out, date.day, 2);
}

/// A time split without overflow at either end of the range: the zone is added to the time of
/// day, not to the whole.
struct Local {
    std::int64_t days;
    std::int64_t ms_of_day;
};
Local local_of(std::int64_t ms) {
    std::int64_t days = floor_div(ms, day_ms);
    std::int64_t ms_of_day = ms % day_ms;
    if (ms_of_day < 0) ms_of_day += day_ms;
    ms_of_day += beijing_offset_ms;
    if (ms_of_day >= day_ms) {
        ms_of_day -= day_ms;
        ++days;
    }
    return {days, ms_of_day};
}

}  // namespace

Result<std::int64_t> parse_time(std::string_view text) {
    Cursor cursor{trimmed(text)};
    const Result<Date> date = take_date(cursor);
    if (!date) return date.error();
    const std::int64_t midnight = days_of(*date) * day_ms;
    if (cursor.done()) return midnight - beijing_offset_ms;
    if (cursor.take_any(" Tt") == '\0') return Errc::malformed;
    const Result<std::int64_t> time = take_time_of_day(cursor);
    if (!time) return time.error();
    const Result<std::int64_t> zone = take_zone(cursor);
    if (!zone) return zone.error();
    if (!cursor.done()) return Errc::malformed;
    return midnight + *time - *zone;
}

std::string format_time(std::int64_t ms) {
    const Local local = local_of(ms);
    std::string out;
    put_date(out, date_of(local.days));
    out += 'T';
    put_number(out, local.ms_of_day / hour_ms, 2);
    out += ':';
    put_number(out, local.ms_of_day / minute_ms % 60, 2);
    out += ':';
    put_number(out, local.ms_of_day / second_ms % 60, 2);
    if (const std::int64_t fraction = local.ms_of_day % second_ms; fraction != 0) {
        out += '.';
        put_number(out, fraction, 3);
    }
    out += "+08:00";
    return out;
}

std::string format_date(std::int64_t ms) {
    std::string out;
    put_date(out, date_of(local_of(ms).days));
    return out;
}

}  // namespace jiuying::schema
