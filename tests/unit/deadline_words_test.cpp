#include "schema/deadline_words.hpp"
#include "tests/support/limits.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> told(std::string_view from, const CountRule& rule,
                              std::string Sentence::*language = &Sentence::zh,
                              const SameDayRule& same_day = {}) {
    std::vector<std::string> lines;
    for (const Step& step : steps_of(at(from), rule, shipped_calendar(), same_day).value()) {
        lines.push_back(words_of(step).*language);
    }
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a clerk reads how working days were counted, holiday by holiday", "[words]") {
    CHECK(told("2026-09-30", limit(5, Unit::working_day)) ==
          Lines{"2026-09-30（星期三）起算，起算当天不计入，从第二天数起。",
                "2026-10-01（星期四）至 2026-10-07（星期三）是国庆节放假，不计入。",
                "2026-10-10（星期六）因国庆节调休上班，计入。",
                "2026-10-11（星期日）是周末，不计入。", "第 5 个工作日是2026-10-13（星期二）。"});
    CHECK(told("2026-09-30", limit(5, Unit::working_day), &Sentence::en) ==
          Lines{"Starts on Wed 2026-09-30; the start day is not counted.",
                "Thu 2026-10-01 to Wed 2026-10-07: off for National Day, not counted.",
                "Sat 2026-10-10 is worked to make up for National Day: counted.",
                "Sun 2026-10-11: off for the weekend, not counted.",
                "Working day number 5 is Tue 2026-10-13."});
}

TEST_CASE("a clock that knows milliseconds does not show them", "[words]") {
    CHECK(minute_words(at("2026-09-30 18:00") + 56s + 119ms) == "2026-09-30 18:00:56");
    CHECK(minute_words(at("2026-09-30 18:00") + 119ms) == "2026-09-30 18:00");
}

TEST_CASE("a clerk reads where a last day moved, and where it did not", "[words]") {
    CHECK(told("2026-09-30", limit(3, Unit::calendar_roll)).back() ==
          "最后一天2026-10-03（星期六）是国庆节放假，顺延到下一个工作日2026-10-08（星期四）。");
    CHECK(told("2026-09-30", limit(3, Unit::calendar_day)).back() ==
          "2026-10-03（星期六）是国庆节放假；按自然日计算，不顺延。");
    CHECK(told("2026-10-01", limit(0, Unit::calendar_roll)) ==
          Lines{"当天办结：期限是2026-10-01（星期四）当天。",
                "2026-10-01（星期四）是国庆节放假，“当天”不顺延。"});
    const SameDayRule moves{.moves_when_off = true, .late_after = 17h + 30min};
    CHECK(told("2026-09-30 18:00", limit(0, Unit::calendar_roll), &Sentence::en, moves) ==
          Lines{"2026-09-30 18:00 is after the day's closing time: it counts as received on Thu "
                "2026-10-01.",
                "The same day: the limit is Thu 2026-10-01 itself.",
                "Thu 2026-10-01 is off for National Day: moved to the next working day, Thu "
                "2026-10-08."});
    CHECK(told("2025-10-01", limit(1, Unit::calendar_roll), &Sentence::en)
              .back()
              .find("off for National Day and Mid-Autumn Festival") != std::string::npos);
}

TEST_CASE("hours, ends and rules have their words", "[words]") {
    CHECK(told("2026-09-30 22:15", limit(4, Unit::hour)) ==
          Lines{"从 2026-09-30 22:15 起算，按钟点连续计，夜间和节假日照算。",
                "数满 4 小时，到 2026-10-01 02:15。"});
    CHECK(
        end_words(due_of(at("2026-09-30"), limit(1, Unit::working_day), shipped_calendar()).value())
            .zh == "2026-10-08（星期四）24:00");
    CHECK(end_words(due_at(at("2026-10-08 02:15:30"))).en == "2026-10-08 02:15:30");
    CHECK(rule_words(limit(3, Unit::calendar_roll)).zh == "3 天（末日遇休息日顺延）");
    CHECK(rule_words(limit(3, Unit::working_day, true)).zh == "3 个工作日，起算当天计入");
    CHECK(rule_words(limit(0, Unit::calendar_roll)).zh == "当天");
    CHECK(span_words(26h + 5min).zh == "1 天 2 小时");
    CHECK(span_words(23h).zh == "23 小时");
    CHECK(span_words(125min).en == "2 h 5 min");
    CHECK(span_words(10s).zh == "不到 1 分钟");
}

TEST_CASE("a long count is told in a few lines", "[words]") {
    const Lines lines = told("2024-01-02", limit(CountRule::amount_max, Unit::working_day));
    CHECK(lines.size() == listed_steps_max + 3);
    CHECK(lines[lines.size() - 2].find("不一一列出") != std::string::npos);
    for (const std::string& line : lines) CHECK(line.find('{') == std::string::npos);
}

TEST_CASE("a doubt about the calendar says which year is missing", "[words]") {
    const Sentence missing = words_of({CalendarDoubt::Kind::no_notice, 2027});
    CHECK(missing.zh.find("没有 2027 年放假安排") != std::string::npos);
    CHECK(missing.en.find("2027") != std::string::npos);
    const Sentence december = words_of({CalendarDoubt::Kind::december_open, 2027});
    CHECK(december.zh.find("2027 年放假安排尚未载入") != std::string::npos);
}
