#include "schema/calendar.hpp"

#include <catch2/catch.hpp>

#include <string_view>
#include <utility>
#include <vector>

using namespace jiuying;
using namespace jiuying::schema;
using std::chrono::days;

namespace {

LocalDate day(std::string_view text) {
    return date_of(WallTime{std::chrono::milliseconds{parse_time(text).value()}});
}

Notice notice(int year, std::vector<std::pair<std::string_view, bool>> listed) {
    Notice made{year, {}, {}};
    for (const auto& [date, off] : listed) made.days.push_back({day(date), off, "节日"});
    return made;
}

bool worked(const Calendar& calendar, std::string_view date) {
    return calendar.is_working_day(day(date));
}

}  // namespace

TEST_CASE("a day is a Beijing day, whatever UTC says", "[calendar]") {
    const auto at = [](std::string_view text) {
        return WallTime{std::chrono::milliseconds{parse_time(text).value()}};
    };
    CHECK(date_of(at("2026-09-30T23:59:59.999+08:00")) == day("2026-09-30"));
    CHECK(date_of(at("2026-09-30T16:00:00Z")) == day("2026-10-01"));
    CHECK(date_of(at("1970-01-01T00:00:00+08:00")) == day("1970-01-01"));
    CHECK(start_of(day("2026-10-01")) == at("2026-10-01T00:00:00+08:00"));
    CHECK(end_of(day("2026-10-13")) == at("2026-10-14T00:00:00+08:00"));
    CHECK(format_date(day("2024-02-29") + days{1}) == "2024-03-01");
    CHECK(year_of(day("2026-12-31")) == 2026);
}

TEST_CASE("the shipped years have the days off and make-up days of their notices", "[calendar]") {
    struct Year {
        int year;
        int off;
        int makeup;
    };
    const Calendar calendar = built_in_calendar();
    for (const Year expected : {Year{2024, 28, 8}, Year{2025, 28, 5}, Year{2026, 33, 6}}) {
        INFO(expected.year);
        CHECK(calendar.has_notice(expected.year));
        int off = 0;
        int makeup = 0;
        const LocalDate first{std::chrono::year{expected.year} / 1 / 1};
        const LocalDate next{std::chrono::year{expected.year + 1} / 1 / 1};
        for (LocalDate date = first; date < next; date += days{1}) {
            const NoticeDay* listed = calendar.listed(date);
            if (listed == nullptr) continue;
            (listed->off ? off : makeup) += 1;
            const std::chrono::weekday weekday{date};
            const bool weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
            INFO(format_date(date));
            CHECK((listed->off || weekend));  // Only a weekend can be a make-up day.
            CHECK_FALSE(listed->name.empty());
        }
        CHECK(off == expected.off);
        CHECK(makeup == expected.makeup);
    }
    CHECK_FALSE(calendar.has_notice(2023));
    CHECK_FALSE(calendar.has_notice(2027));
    for (const Notice& shipped : built_in_notices()) {
        CHECK(shipped.papers.size() == 1);
        CHECK(check_notice(shipped).has_value());
    }
}

TEST_CASE("days off, make-up days and plain weeks are told apart", "[calendar]") {
    const Calendar calendar = built_in_calendar();
    CHECK(worked(calendar, "2026-09-30"));
    CHECK_FALSE(worked(calendar, "2026-10-01"));
    CHECK_FALSE(worked(calendar, "2026-10-07"));
    CHECK(worked(calendar, "2026-10-10"));  // A Saturday, made up.
    CHECK_FALSE(worked(calendar, "2026-10-11"));
    CHECK(worked(calendar, "2026-02-14"));
    CHECK_FALSE(worked(calendar, "2026-02-23"));
    CHECK(calendar.listed(day("2025-10-06"))->name == "国庆节、中秋节");
    CHECK(calendar.listed(day("2026-10-12")) == nullptr);
}

TEST_CASE("without a notice Saturdays and Sundays are off and all else is worked", "[calendar]") {
    const Calendar empty;
    CHECK(worked(empty, "2026-10-01"));
    CHECK_FALSE(worked(empty, "2026-10-10"));
    CHECK(worked(built_in_calendar(), "2027-10-01"));
    CHECK_FALSE(worked(built_in_calendar(), "2027-10-02"));
}

TEST_CASE("next year's notice wins over this year's December, in whatever order they come",
          "[calendar]") {
    const Notice this_year = notice(2027, {{"2027-12-31", false}, {"2027-10-01", true}});
    const Notice next_year = notice(2028, {{"2027-12-31", true}, {"2028-01-03", true}});
    Calendar one = built_in_calendar();
    REQUIRE(one.load(this_year).has_value());
    CHECK(worked(one, "2027-12-31"));
    REQUIRE(one.load(next_year).has_value());
    CHECK_FALSE(worked(one, "2027-12-31"));
    CHECK_FALSE(worked(one, "2027-10-01"));
    Calendar other = built_in_calendar();
    REQUIRE(other.load(next_year).has_value());
    REQUIRE(other.load(this_year).has_value());
    CHECK_FALSE(worked(other, "2027-12-31"));
    CHECK(one.version() == other.version());
}

TEST_CASE("a corrected notice of the same year replaces the old one", "[calendar]") {
    Calendar calendar;
    REQUIRE(calendar.load(notice(2027, {{"2027-05-03", true}})).has_value());
    const std::string before = calendar.version();
    REQUIRE(calendar.load(notice(2027, {{"2027-05-04", true}})).has_value());
    CHECK(worked(calendar, "2027-05-03"));
    CHECK_FALSE(worked(calendar, "2027-05-04"));
    CHECK(calendar.version() != before);
}

TEST_CASE("a version names the facts: equal facts, equal version", "[calendar]") {
    CHECK(built_in_calendar().version() == built_in_calendar().version());
    CHECK(built_in_calendar().version().starts_with("2024-2026."));
    CHECK(Calendar{}.version().starts_with("none."));
    Calendar gap = built_in_calendar();
    REQUIRE(gap.load(notice(2028, {{"2028-01-03", true}})).has_value());
    REQUIRE(gap.load(notice(2021, {{"2021-01-01", true}})).has_value());
    CHECK(gap.version().starts_with("2021,2024-2026,2028."));
    Calendar off;
    Calendar makeup;
    REQUIRE(off.load(notice(2027, {{"2027-05-01", true}})).has_value());
    REQUIRE(makeup.load(notice(2027, {{"2027-05-01", false}})).has_value());
    CHECK(off.version() != makeup.version());
    Calendar again = built_in_calendar();
    for (Notice& shipped : built_in_notices()) REQUIRE(again.load(std::move(shipped)).has_value());
    CHECK(again.version() == built_in_calendar().version());
}

TEST_CASE("the version of the shipped calendar changes only on purpose", "[calendar]") {
    // Orders name it: whoever changes the facts or the hash gives old orders another calendar.
    CHECK(built_in_calendar().version() == "2024-2026.c17a25ba3775adcd");
}

TEST_CASE("a notice that can't be one is refused and changes nothing", "[calendar]") {
    Calendar calendar = built_in_calendar();
    const std::string before = calendar.version();
    const auto refused = [&](Notice bad) {
        const auto loaded = calendar.load(std::move(bad));
        CHECK(calendar.version() == before);
        return loaded ? Errc{} : loaded.error();
    };
    CHECK(refused(notice(2027, {})) == Errc::not_found);  // Not out yet.
    CHECK(refused(notice(1969, {{"1969-01-01", true}})) == Errc::out_of_bounds);
    CHECK(refused(notice(2200, {{"2200-01-01", true}})) == Errc::out_of_bounds);
    CHECK(refused(notice(2027, {{"2026-11-30", true}})) == Errc::out_of_bounds);
    CHECK(refused(notice(2027, {{"2028-01-01", true}})) == Errc::out_of_bounds);
    CHECK(refused(notice(2027, {{"2027-01-01", true}, {"2027-01-01", false}})) == Errc::malformed);
    Notice long_name = notice(2027, {{"2027-01-01", true}});
    long_name.days[0].name.assign(Notice::name_bytes_max + 1, 'x');
    CHECK(refused(long_name) == Errc::too_large);
    Notice not_text = notice(2027, {{"2027-01-01", true}});
    not_text.days[0].name = "\xff";
    CHECK(refused(not_text) == Errc::not_utf8);
    Notice many_papers = notice(2027, {{"2027-01-01", true}});
    many_papers.papers.resize(Notice::papers_max + 1);
    CHECK(refused(many_papers) == Errc::too_large);
    Notice endless = notice(2027, {{"2027-01-01", true}});
    endless.days.resize(Notice::days_max + 1, endless.days[0]);
    CHECK(refused(endless) == Errc::too_large);
}
