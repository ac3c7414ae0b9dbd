// deadline: a calculator of time limits. Needs no node, no key, no data.
#include "node/base/files.hpp"
#include "node/cli/fronts.hpp"
#include "node/import/holiday_notice.hpp"
#include "schema/deadline_words.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::Sentence;

constexpr std::string_view year_bounds = "1970-2199";
static_assert(schema::calendar_year_min == 1970 && schema::calendar_year_max == 2199);

std::string in(Lang lang, const Sentence& sentence) {
    return std::string{pick(lang, sentence.zh, sentence.en)};
}

schema::WallTime start_in(const Arguments& arguments) {
    const auto at = schema::parse_time(arguments.get("--from"));
    if (!at) throw Failure{Error::bad_date, Detail::option, "--from"};
    const schema::WallTime start{std::chrono::milliseconds{*at}};
    const int year = schema::year_of(schema::date_of(start));
    if (year < schema::calendar_year_min || year > schema::calendar_year_max) {
        throw Failure{Error::value_out_of_bounds, Detail::option, "--from"}.with(
            Detail::limit, std::string{year_bounds});
    }
    return start;
}

schema::CountRule rule_in(const Arguments& arguments) {
    const auto unit = schema::parse_unit(arguments.get("--unit"));
    if (!unit) throw Failure{Error::bad_value, Detail::option, "--unit"};
    const std::int64_t most =
        *unit == schema::Unit::hour ? schema::CountRule::hours_max : schema::CountRule::amount_max;
    const std::int64_t amount = arguments.number("--amount").value_or(0);
    if (amount > most) {
        throw Failure{Error::value_out_of_bounds, Detail::option, "--amount"}.with(
            Detail::limit, std::to_string(most));
    }
    return {static_cast<int>(amount), *unit, arguments.has("--start-counts")};
}

void load_notice(schema::Calendar& calendar, const std::string& path) {
    sync::Bytes bytes;
    try {
        bytes = read_file(path, notice_bytes_max);
    } catch (const std::filesystem::filesystem_error& error) {
        if (error.code() == std::errc::file_too_large) {
            throw Failure{Error::bad_calendar_file, Detail::path, path}.with(Detail::limit,
                                                                             "256 KiB");
        }
        throw Failure{Error::missing_file, Detail::path, path};
    }
    Result<schema::Notice> notice = parse_notice(sync::as_text(bytes));
    if (notice) {
        const auto loaded = calendar.load(std::move(*notice));
        if (loaded) return;
    }
    throw Failure{Error::bad_calendar_file, Detail::path, path};
}

schema::Calendar calendar_in(const Arguments& arguments) {
    schema::Calendar calendar = schema::built_in_calendar();
    for (const std::string& path : arguments.all("--calendar")) load_notice(calendar, path);
    return calendar;
}

json::array texts(Lang lang, const std::vector<Sentence>& sentences) {
    json::array out;
    for (const Sentence& sentence : sentences) out.emplace_back(in(lang, sentence));
    return out;
}

std::string prose(Lang lang, const schema::Due& due, const std::vector<Sentence>& steps,
                  const std::vector<Sentence>& warnings) {
    std::string page{pick(lang, "截止：", "Due: ")};
    page.append(in(lang, schema::end_words(due))).append("\n");
    page.append(pick(lang, "怎么算的：\n", "How it was counted:\n"));
    for (std::size_t at = 0; at < steps.size(); ++at) {
        page.append("  ").append(std::to_string(at + 1)).append(". ");
        page.append(in(lang, steps[at])).append("\n");
    }
    for (const Sentence& warning : warnings) {
        page.append(pick(lang, "注意：", "Mind: ")).append(in(lang, warning)).append("\n");
    }
    return page;
}

int deadline(Desk& desk, const Arguments& arguments) {
    const schema::WallTime start = start_in(arguments);
    const schema::CountRule rule = rule_in(arguments);
    const schema::Calendar calendar = calendar_in(arguments);
    // Both are within bounds, so neither call can fail.
    const schema::Due due = schema::due_of(start, rule, calendar).value();
    std::vector<Sentence> steps;
    for (const schema::Step& step : schema::steps_of(start, rule, calendar).value()) {
        steps.push_back(schema::words_of(step));
    }
    std::vector<Sentence> warnings;
    for (const schema::CalendarDoubt& doubt : due.doubts) {
        warnings.push_back(schema::words_of(doubt));
    }
    const json::object document{
        {"due", schema::format_date(due.date)}, {"ends_at", schema::format_time(due.ends_at)},
        {"steps", texts(desk.lang(), steps)},   {"warnings", texts(desk.lang(), warnings)},
        {"from", schema::format_time(start)},   {"amount", rule.amount},
        {"unit", schema::name_of(rule.unit)},   {"start_counts", rule.start_counts},
        {"calendar", calendar.version()},
    };
    desk.answer(document, prose(desk.lang(), due, steps, warnings));
    return exit_code::ok;
}

}  // namespace

CommandSpec deadline_command() {
    OptionSpec calendar = option("--calendar", "FILE", "某一年的放假安排(JSON)，可多次给出",
                                 "a year's notice of days off (JSON); may be given more than once");
    calendar.many = true;
    return {"deadline",
            {"算期限：从某天起若干天或小时，到哪天截止(不需要数据目录)",
             "count a time limit (needs no folder and no key)"},
            {required_option("--from", "TIME", "起算的日期或时间", "the date or time it starts"),
             required_option("--amount", "N", "多少天或小时；0 天是当天",
                             "days or hours; 0 days is the same day"),
             required_option("--unit", "hour|calendar_day|calendar_roll|working_day",
                             "小时、自然日、自然日(末日遇休息日顺延)、工作日",
                             "calendar_roll: a last day that is off moves on"),
             option("--start-counts", "", "起算当天算第 1 天", "the start day is day 1"), calendar},
            deadline};
}

}  // namespace jiuying::node
