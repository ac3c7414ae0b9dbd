#include "schema/deadline.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/limits.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <chrono>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;
using std::chrono::days;
using std::chrono::hours;

namespace {

constexpr auto calendar_day = Unit::calendar_day;
constexpr auto roll = Unit::calendar_roll;
constexpr auto working_day = Unit::working_day;
constexpr auto hour = Unit::hour;

/// A row of the tables: where 1, 2, 3, 5 and 7 days lead.
struct Row {
    std::string_view start;
    Unit unit;
    std::array<std::string_view, 5> due;
};
constexpr std::array<int, 5> amounts{1, 2, 3, 5, 7};

void check(const Row& row, bool start_counts) {
    const std::string year{row.start.substr(0, 5)};
    for (std::size_t at = 0; at < amounts.size(); ++at) {
        INFO(row.start << " + " << amounts[at] << " " << name_of(row.unit));
        CHECK(last_day(row.start, limit(amounts[at], row.unit, start_counts)) ==
              year + std::string{row.due[at]});
    }
}

}  // namespace

TEST_CASE("limits end where the tables of the domain say, the start day not counted",
          "[deadline]") {
    for (const Row& row : {
             // Wednesday before the National Day holidays; Saturday 10-10 is made up.
             Row{"2026-09-30", calendar_day, {"10-01", "10-02", "10-03", "10-05", "10-07"}},
             Row{"2026-09-30", roll, {"10-08", "10-08", "10-08", "10-08", "10-08"}},
             Row{"2026-09-30", working_day, {"10-08", "10-09", "10-10", "10-13", "10-15"}},
             // The first day of the holidays.
             Row{"2026-10-01", calendar_day, {"10-02", "10-03", "10-04", "10-06", "10-08"}},
             Row{"2026-10-01", roll, {"10-08", "10-08", "10-08", "10-08", "10-08"}},
             Row{"2026-10-01", working_day, {"10-08", "10-09", "10-10", "10-13", "10-15"}},
             // Friday before the Spring Festival; Saturday 02-14 is made up.
             Row{"2026-02-13", calendar_day, {"02-14", "02-15", "02-16", "02-18", "02-20"}},
             Row{"2026-02-13", roll, {"02-14", "02-24", "02-24", "02-24", "02-24"}},
             Row{"2026-02-13", working_day, {"02-14", "02-24", "02-25", "02-27", "03-02"}},
             // Thursday before Labour Day; Saturday 05-09 is made up.
             Row{"2026-04-30", calendar_day, {"05-01", "05-02", "05-03", "05-05", "05-07"}},
             Row{"2026-04-30", roll, {"05-06", "05-06", "05-06", "05-06", "05-07"}},
             Row{"2026-04-30", working_day, {"05-06", "05-07", "05-08", "05-11", "05-13"}},
         }) {
        check(row, false);
    }
}

TEST_CASE("limits end where the tables of the domain say, the start day counted", "[deadline]") {
    for (const Row& row : {
             Row{"2026-09-30", calendar_day, {"09-30", "10-01", "10-02", "10-04", "10-06"}},
             Row{"2026-09-30", roll, {"09-30", "10-08", "10-08", "10-08", "10-08"}},
             Row{"2026-09-30", working_day, {"09-30", "10-08", "10-09", "10-12", "10-14"}},
             // Started on a day off: the first working day is day 1.
             Row{"2026-10-01", working_day, {"10-08", "10-09", "10-10", "10-13", "10-15"}},
             Row{"2026-10-01", roll, {"10-08", "10-08", "10-08", "10-08", "10-08"}},
         }) {
        check(row, true);
    }
}

TEST_CASE("a limit in days ends at 24:00, whatever the hour of its start", "[deadline]") {
    CHECK(last_instant("2026-09-30", limit(5, working_day)) == "2026-10-14T00:00:00+08:00");
    CHECK(last_instant("2026-09-30 23:59:59", limit(5, working_day)) ==
          "2026-10-14T00:00:00+08:00");
    CHECK(last_instant("2026-09-30T16:00:00Z", limit(1, calendar_day)) ==
          "2026-10-03T00:00:00+08:00");  // 2026-10-01 in Beijing.
}

TEST_CASE("the same day ends at 24:00 of the start day, on a holiday too", "[deadline]") {
    for (const Unit unit : {calendar_day, roll, working_day}) {
        for (const bool start_counts : {false, true}) {
            CHECK(last_day("2026-10-01 03:00", limit(0, unit, start_counts)) == "2026-10-01");
            CHECK(last_instant("2026-10-01 03:00", limit(0, unit, start_counts)) ==
                  "2026-10-02T00:00:00+08:00");
            CHECK(last_day("2026-09-30 23:30", limit(0, unit, start_counts)) == "2026-09-30");
        }
    }
}

TEST_CASE("a setting moves the same day off a holiday to the next working day", "[deadline]") {
    const SameDayRule moves{.moves_when_off = true, .late_after = {}};
    CHECK(last_day("2026-10-01", limit(0, roll), moves) == "2026-10-08");
    CHECK(last_day("2026-10-01", limit(0, calendar_day), moves) == "2026-10-08");
    CHECK(last_day("2026-10-10", limit(0, roll), moves) == "2026-10-10");  // Made up.
    CHECK(last_day("2026-10-11", limit(0, roll), moves) == "2026-10-12");
    CHECK(last_day("2026-09-30", limit(0, roll), moves) == "2026-09-30");
    // Other limits have their own way with days off.
    CHECK(last_day("2026-10-01", limit(1, calendar_day), moves) == "2026-10-02");
}

TEST_CASE("a setting counts a late intake as the next day's", "[deadline]") {
    using namespace std::chrono_literals;
    const SameDayRule late{.moves_when_off = false, .late_after = 17h + 30min};
    CHECK(last_day("2026-09-29 17:30", limit(0, roll), late) == "2026-09-29");
    CHECK(last_day("2026-09-29 17:30:01", limit(0, roll), late) == "2026-09-30");
    CHECK(last_day("2026-09-30 18:00", limit(0, roll), late) == "2026-10-01");
    CHECK(last_day("2026-09-29 18:00", limit(1, working_day, true), late) == "2026-09-30");
    // Where the start day is not counted anyway, nothing is won by coming late.
    CHECK(last_day("2026-09-29 18:00", limit(1, working_day), late) == "2026-09-30");
    const SameDayRule both{.moves_when_off = true, .late_after = 17h + 30min};
    CHECK(last_day("2026-09-30 18:00", limit(0, roll), both) == "2026-10-08");
    CHECK(last_day("2026-09-30 17:00", limit(0, roll), both) == "2026-09-30");
}

TEST_CASE("hours run from the moment itself, through nights and holidays", "[deadline]") {
    CHECK(last_instant("2026-09-30 22:15", limit(4, hour)) == "2026-10-01T02:15:00+08:00");
    CHECK(last_instant("2026-10-01 03:00", limit(48, hour)) == "2026-10-03T03:00:00+08:00");
    CHECK(last_day("2026-09-30 22:15", limit(4, hour)) == "2026-10-01");
    CHECK(last_instant("2026-09-30 10:20", limit(2, hour, true)) == "2026-09-30T12:20:00+08:00");
    CHECK(last_instant("2026-09-30 10:20", limit(0, hour)) == "2026-09-30T10:20:00+08:00");
    CHECK(last_instant("2025-12-31 23:00", limit(2, hour)) == "2026-01-01T01:00:00+08:00");
}

TEST_CASE("hours that end at midnight end the day before at 24:00", "[deadline]") {
    CHECK(last_day("2026-09-30", limit(24, hour)) == "2026-09-30");
    CHECK(last_instant("2026-09-30", limit(24, hour)) ==
          last_instant("2026-09-30", limit(0, roll)));
    CHECK(last_day("2026-09-30", limit(0, hour)) == "2026-09-30");
}

TEST_CASE("limits cross the end of a year and a leap day", "[deadline]") {
    CHECK(last_day("2025-12-31", limit(1, working_day)) == "2026-01-04");  // Sunday, made up.
    CHECK(last_day("2025-12-30", limit(3, roll)) == "2026-01-04");
    CHECK(last_day("2025-12-31", limit(1, calendar_day)) == "2026-01-01");
    CHECK(last_day("2024-02-28", limit(1, calendar_day)) == "2024-02-29");
    CHECK(last_day("2024-02-29", limit(1, calendar_day)) == "2024-03-01");
    CHECK(last_day("2024-02-29", limit(365, calendar_day)) == "2025-02-28");
    CHECK(last_day("2100-02-28", limit(1, calendar_day)) == "2100-03-01");  // No leap year.
}

TEST_CASE("a year without a notice counts weekends and says so", "[deadline]") {
    using Kind = CalendarDoubt::Kind;
    const auto doubts = [](std::string_view from, const CountRule& rule) {
        return due_of(at(from), rule, shipped_calendar()).value().doubts;
    };
    CHECK(last_day("2027-09-30", limit(1, working_day)) == "2027-10-01");
    CHECK(doubts("2027-09-30", limit(1, working_day)) ==
          std::vector{CalendarDoubt{Kind::no_notice, 2027}});
    CHECK(doubts("2026-12-31", limit(1, roll)) ==
          std::vector{CalendarDoubt{Kind::no_notice, 2027}});
    CHECK(doubts("2026-12-30", limit(2, working_day)) ==
          std::vector{CalendarDoubt{Kind::no_notice, 2027},
                      CalendarDoubt{Kind::december_open, 2027}});
    CHECK(doubts("2023-12-29", limit(3, working_day)) ==
          std::vector{CalendarDoubt{Kind::no_notice, 2023}});
    CHECK(doubts("2025-12-30", limit(5, working_day)).empty());
    CHECK(doubts("2026-11-20", limit(5, working_day)).empty());
    // Who asks no calendar has no doubt about it.
    CHECK(doubts("2027-09-30", limit(5, calendar_day)).empty());
    CHECK(doubts("2027-09-30", limit(5, hour)).empty());
    CHECK(doubts("2027-09-30", limit(0, roll)).empty());
    CHECK(doubts("2027-09-30 10:00", limit(5, roll)).size() == 1);
}

TEST_CASE("a notice that comes later changes the due and takes the doubt away", "[deadline]") {
    Calendar later = shipped_calendar();
    REQUIRE(later.load({2027, {}, {{day("2027-10-01"), true, "国庆节"}}}).has_value());
    const auto due = due_of(at("2027-09-30"), limit(1, working_day), later).value();
    CHECK(due.date == day("2027-10-04"));
    CHECK(due.doubts.empty());
}

TEST_CASE("amounts and years outside the bounds are refused, those at the bounds counted",
          "[deadline]") {
    for (const Unit unit : {calendar_day, roll, working_day}) {
        CHECK(last_day("2026-01-01", limit(-1, unit)) == "refused");
        CHECK(last_day("2026-01-01", limit(CountRule::amount_max + 1, unit)) == "refused");
        CHECK(last_day("2199-12-31", limit(CountRule::amount_max, unit)) > "2209-01-01");
        CHECK(last_day("1970-01-01", limit(CountRule::amount_max, unit)) > "1979-12-01");
    }
    CHECK(last_day("2026-01-01", limit(CountRule::hours_max + 1, hour)) == "refused");
    CHECK(last_day("2026-01-01", limit(CountRule::hours_max, hour)) == "2035-12-29");
    CHECK(last_day("1969-12-31 23:59", limit(1, roll)) == "refused");
    CHECK(last_day("2200-01-01", limit(1, roll)) == "refused");
    CHECK(last_day("2199-12-31 23:59", limit(0, roll)) == "2199-12-31");
    CHECK_FALSE(steps_of(at("2200-01-01"), limit(1, roll), shipped_calendar()).has_value());
}

TEST_CASE("a calendar that is off for years is counted through", "[deadline]") {
    Calendar nonsense;
    for (const int year : {2030, 2031}) {
        Notice notice{year, {}, {}};
        const LocalDate first{std::chrono::year{year} / 1 / 1};
        for (LocalDate date = first; year_of(date) == year; date += days{1}) {
            notice.days.push_back({date, true, "停"});
        }
        REQUIRE(nonsense.load(std::move(notice)).has_value());
    }
    CHECK(due_of(at("2029-12-31"), limit(1, working_day), nonsense)->date == day("2032-01-01"));
}

TEST_CASE("whatever is counted, more days never end earlier and a working day is worked",
          "[deadline][property]") {
    Dice dice{20'261'126};
    const Calendar& calendar = shipped_calendar();
    const std::vector<Unit> units{hour, calendar_day, roll, working_day};
    const WallTime first = at("2023-06-01");
    for (int round = 0; round < 4'000; ++round) {
        const WallTime start = first + std::chrono::minutes{dice.between(0, 4 * 366 * 24 * 60)};
        CountRule rule =
            limit(static_cast<int>(dice.between(0, 60)), dice.pick(units), dice.chance(50));
        SameDayRule same_day;
        if (dice.chance(30)) same_day.late_after = std::chrono::minutes{dice.between(0, 1'440)};
        INFO(format_time(start) << " + " << rule.amount << " " << name_of(rule.unit));
        const Due due = due_of(start, rule, calendar, same_day).value();
        // Never before its start, and the day is that of the end.
        CHECK(due.ends_at >= start);
        CHECK(due.date >= date_of(start));
        if (rule.unit != hour) CHECK(due.ends_at == end_of(due.date));
        // Later start, later end; one more, later end.
        const WallTime later = start + std::chrono::minutes{dice.between(0, 3 * 24 * 60)};
        CHECK(due_of(later, rule, calendar, same_day)->ends_at >= due.ends_at);
        CountRule more = rule;
        ++more.amount;
        CHECK(due_of(start, more, calendar, same_day)->ends_at >= due.ends_at);
        if (rule.amount == 0) continue;
        // Where a limit must end on a working day it does; rolling passes over days off only.
        if (rule.unit == roll || rule.unit == working_day) {
            CHECK(calendar.is_working_day(due.date));
        }
        if (rule.unit == roll) {
            CountRule plain = rule;
            plain.unit = calendar_day;
            const LocalDate last = due_of(start, plain, calendar, same_day)->date;
            CHECK(due.date >= last);
            for (LocalDate date = last; date < due.date; date += days{1}) {
                CHECK_FALSE(calendar.is_working_day(date));
            }
        }
        if (rule.unit == working_day) {
            int counted = 0;
            const LocalDate from = date_of(start) + days{rule.start_counts ? 0 : 1};
            for (LocalDate date = from; date <= due.date; date += days{1}) {
                counted += calendar.is_working_day(date);
            }
            if (!same_day.late_after) CHECK(counted == rule.amount);
        }
        CHECK_FALSE(steps_of(start, rule, calendar, same_day)->empty());
    }
}

TEST_CASE("a clock that stood still ends later by what it missed", "[deadline]") {
    const auto paused = [](std::string_view from, const CountRule& rule,
                           std::vector<std::pair<std::string_view, std::string_view>> pauses) {
        std::vector<Standstill> spans;
        for (const auto& [first, last] : pauses) spans.push_back({at(first), at(last)});
        return format_time(
            paused_due_of(at(from), rule, shipped_calendar(), {}, spans)->due.ends_at);
    };
    // Two midnights passed: 3 + 2 days are Saturday, which rolls to Monday 11-09.
    CHECK(paused("2026-11-02", limit(3, roll), {{"2026-11-03 10:00", "2026-11-05 09:00"}}) ==
          "2026-11-10T00:00:00+08:00");
    CHECK(paused("2026-11-02", limit(3, calendar_day),
                 {{"2026-11-03 10:00", "2026-11-05 09:00"}}) == "2026-11-08T00:00:00+08:00");
    // From Friday to Monday one working day was missed.
    CHECK(paused("2026-11-05", limit(3, working_day), {{"2026-11-06 10:00", "2026-11-09 09:00"}}) ==
          "2026-11-12T00:00:00+08:00");
    CHECK(paused("2026-11-02 08:00", limit(24, hour),
                 {{"2026-11-02 10:00", "2026-11-02 11:30"},
                  {"2026-11-03 08:00", "2026-11-03 09:00"}}) == "2026-11-03T10:30:00+08:00");
    // Several pauses add up before the last day rolls.
    CHECK(paused("2026-11-02", limit(3, roll),
                 {{"2026-11-03 10:00", "2026-11-05 09:00"},
                  {"2026-11-05 10:00", "2026-11-06 09:00"}}) == "2026-11-10T00:00:00+08:00");
    // The same day grows from its own end.
    CHECK(paused("2026-10-01", limit(0, calendar_day),
                 {{"2026-10-01 10:00", "2026-10-02 09:00"}}) == "2026-10-03T00:00:00+08:00");
    CHECK(paused("2026-10-01", limit(0, roll), {{"2026-10-01 10:00", "2026-10-02 09:00"}}) ==
          "2026-10-09T00:00:00+08:00");
    CHECK(paused("2026-11-06", limit(0, working_day), {{"2026-11-06 10:00", "2026-11-09 09:00"}}) ==
          "2026-11-10T00:00:00+08:00");
    const SameDayRule late{.moves_when_off = false, .late_after = std::chrono::hours{17}};
    CHECK(paused_due_of(at("2026-11-02 18:00"), limit(0, roll), shipped_calendar(), late,
                        {{at("2026-11-03 10:00"), at("2026-11-04 09:00")}})
              ->due.date == day("2026-11-04"));
    // Within one day nothing is missed in days; after the end nothing can be won.
    CHECK(paused("2026-11-02", limit(3, roll), {{"2026-11-03 10:00", "2026-11-03 16:00"}}) ==
          "2026-11-06T00:00:00+08:00");
    CHECK(paused("2026-11-02", limit(3, roll), {{"2026-11-06", "2026-11-20"}}) ==
          "2026-11-06T00:00:00+08:00");
}

TEST_CASE("units are named as scripts name them", "[deadline]") {
    for (const Unit unit : {hour, calendar_day, roll, working_day}) {
        CHECK(parse_unit(name_of(unit)) == unit);
    }
    CHECK(name_of(roll) == "calendar_roll");
    CHECK_FALSE(parse_unit("day"));
    CHECK_FALSE(parse_unit(""));
}
