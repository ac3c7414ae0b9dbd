#include "schema/time_text.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

using namespace jiuying;
using namespace jiuying::schema;

namespace {

std::string rewritten(std::string_view text) {
    const auto ms = parse_time(text);
    if (ms) return format_time(*ms);
    return ms.error() == Errc::malformed       ? "malformed"
           : ms.error() == Errc::out_of_bounds ? "out of bounds"
                                               : "another error";
}

}  // namespace

TEST_CASE("times are read in the forms that people and files use", "[time]") {
    CHECK(rewritten("2026-11-23") == "2026-11-23T00:00:00+08:00");
    CHECK(rewritten("2026-11-23 09:08") == "2026-11-23T09:08:00+08:00");
    CHECK(rewritten("2026-11-23 09:08:07") == "2026-11-23T09:08:07+08:00");
    CHECK(rewritten("2026-11-23T09:08:07") == "2026-11-23T09:08:07+08:00");
    CHECK(rewritten("2026/1/3 9:08") == "2026-01-03T09:08:00+08:00");
    CHECK(rewritten("2026/11/23") == "2026-11-23T00:00:00+08:00");
    CHECK(rewritten(" 2026-11-23\t\r\n") == "2026-11-23T00:00:00+08:00");
    CHECK(rewritten("2026-11-23 09:08:07.1") == "2026-11-23T09:08:07.100+08:00");
    CHECK(rewritten("2026-11-23 09:08:07.123456789") == "2026-11-23T09:08:07.123+08:00");
}

TEST_CASE("a time with a zone is that instant, one without is Beijing time", "[time]") {
    CHECK(*parse_time("1970-01-01T00:00:00Z") == 0);
    CHECK(*parse_time("1970-01-01 08:00") == 0);
    CHECK(rewritten("2026-11-23T01:08:07Z") == "2026-11-23T09:08:07+08:00");
    CHECK(rewritten("2026-11-22t20:08:07-05:00") == "2026-11-23T09:08:07+08:00");
    CHECK(rewritten("2026-11-23 09:08:07+08:00") == "2026-11-23T09:08:07+08:00");
    CHECK(rewritten("2026-11-23T07:38:07.250+06:30") == "2026-11-23T09:08:07.250+08:00");
}

TEST_CASE("days and hours that do not exist are refused", "[time]") {
    for (const char* text :
         {"2026-02-29", "2026-02-30", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
          "2026-01-32", "1900-02-29", "2026-11-23 24:00", "2026-11-23 23:60", "2026-11-23 23:59:60",
          "2026-11-23T00:00:00+24:00", "0000-00-00", "1899-12-31", "0001-01-01 00:00:00"}) {
        INFO(text);
        CHECK(rewritten(text) == "out of bounds");
    }
    CHECK(rewritten("2024-02-29") == "2024-02-29T00:00:00+08:00");
    CHECK(rewritten("2000-02-29") == "2000-02-29T00:00:00+08:00");
}

TEST_CASE("what is no time is refused", "[time]") {
    for (const char* text : {"",
                             " ",
                             "today",
                             "2026",
                             "2026-11",
                             "26-11-23",
                             "2026-11/23",
                             "2026.11.23",
                             "20261123",
                             "2026-11-23 9",
                             "2026-11-23 9:8",
                             "2026-11-23  09:08",
                             "2026-11-23 09:08:",
                             "2026-11-23 09:08:07.",
                             "2026-11-23T09:08:07+8",
                             "2026-11-23T09:08:07+0800",
                             "2026-11-23Z",
                             "2026-11-23T09:08:07Zx",
                             "2026-11-23x",
                             "-2026-11-23",
                             "2026-11-23 09:08:07.1234567890",
                             "２０２６-11-23",
                             "11/23/2026"}) {
        INFO(text);
        CHECK(rewritten(text) == "malformed");
    }
    CHECK(rewritten(std::string(100'000, '1')) == "malformed");
}

TEST_CASE("every day agrees with the calendar of the standard library", "[time]") {
    using namespace std::chrono;
    const sys_days first = year{1900} / January / 1;
    const sys_days last = year{2200} / January / 1;
    for (sys_days day = first; day < last; day += days{1}) {
        const year_month_day date{day};
        const std::string text = std::to_string(int{date.year()}) + "-" +
                                 std::to_string(unsigned{date.month()}) + "-" +
                                 std::to_string(unsigned{date.day()});
        const std::int64_t expected =
            duration_cast<milliseconds>(day.time_since_epoch()).count() - beijing_offset_ms;
        const auto parsed = parse_time(text);
        if (!parsed || *parsed != expected) FAIL(text);
        if (*parse_time(format_time(expected)) != expected) FAIL(text);
    }
}

TEST_CASE("any number of milliseconds can be printed", "[time]") {
    CHECK(format_time(0) == "1970-01-01T08:00:00+08:00");
    CHECK(format_time(-1) == "1970-01-01T07:59:59.999+08:00");
    CHECK(format_date(16 * 3'600'000 - 1) == "1970-01-01");
    CHECK(format_date(16 * 3'600'000) == "1970-01-02");
    CHECK(format_time((std::int64_t{1} << 48) - 1) == "+10889-08-02T13:31:50.655+08:00");
    CHECK(format_time(std::numeric_limits<std::int64_t>::max()).front() == '+');
    CHECK(format_time(std::numeric_limits<std::int64_t>::min()).front() == '-');
}
