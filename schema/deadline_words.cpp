#include "schema/deadline_words.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <array>

namespace jiuying::schema {
namespace {

using Kind = Step::Kind;

/// A sentence with places in braces: {from} {to} {at} {count} {off}.
struct Form {
    std::string_view zh;
    std::string_view en;
};
struct StepForm {
    Kind kind;
    Form form;
};

constexpr std::array step_forms{
    StepForm{Kind::from_instant,
             {"从 {at} 起算，按钟点连续计，夜间和节假日照算。",
              "Hours run from {at}, through nights and days off."}},
    StepForm{Kind::from_next_day,
             {"{from}起算，起算当天不计入，从第二天数起。",
              "Starts on {from}; the start day is not counted."}},
    StepForm{Kind::from_start_day,
             {"{from}起算，起算当天算第 1 天。", "Starts on {from}, which is day 1."}},
    StepForm{Kind::from_work_day,
             {"{from}起算，从当天起的第一个工作日算第 1 天。",
              "Starts on {from}; the first working day from then on is day 1."}},
    StepForm{Kind::late,
             {"{at} 已过当天的收件时间，按次日{to}收到计算。",
              "{at} is after the day's closing time: it counts as received on {to}."}},
    StepForm{Kind::same_day,
             {"当天办结：期限是{to}当天。", "The same day: the limit is {to} itself."}},
    StepForm{Kind::same_day_off,
             {"{to}是{off}，“当天”不顺延。", "{to} is {off}; the same day does not move."}},
    StepForm{Kind::same_day_moved,
             {"{from}是{off}，移到下一个工作日{to}。",
              "{from} is {off}: moved to the next working day, {to}."}},
    StepForm{Kind::hours, {"数满 {count} 小时，到 {at}。", "{count} hours lead to {at}."}},
    StepForm{Kind::days, {"连续数 {count} 天，到{to}。", "{count} days in a row lead to {to}."}},
    StepForm{Kind::stays_off,
             {"{to}是{off}；按自然日计算，不顺延。", "{to} is {off}; calendar days do not move."}},
    StepForm{Kind::rolled,
             {"最后一天{from}是{off}，顺延到下一个工作日{to}。",
              "The last day, {from}, is {off}: moved to the next working day, {to}."}},
    StepForm{Kind::days_off, {"{span}是{off}，不计入。", "{span}: {off}, not counted."}},
    StepForm{Kind::makeup,
             {"{to}因{off}调休上班，计入。", "{to} is worked to make up for {off}: counted."}},
    StepForm{Kind::not_listed,
             {"其余 {count} 段休息日和调休日同样处理，不一一列出。",
              "{count} more runs of days off and make-up days are treated alike."}},
    StepForm{Kind::working_days,
             {"第 {count} 个工作日是{to}。", "Working day number {count} is {to}."}},
    StepForm{
        Kind::paused_time,
        {"中途停表，截止时间相应推后到 {at}。", "The clock stood still: the end moves to {at}."}},
    StepForm{Kind::paused_days,
             {"中途停表，最后一天相应推后到{to}。",
              "The clock stood still: the last day moves to {to}."}},
};
constexpr bool every_kind_has_its_form() {
    for (std::size_t index = 0; index < step_forms.size(); ++index) {
        if (step_forms[index].kind != static_cast<Kind>(index)) return false;
    }
    return step_forms.back().kind == Kind::paused_days;
}
static_assert(every_kind_has_its_form());

constexpr std::array holidays{
    Form{"元旦", "New Year's Day"},         Form{"春节", "Spring Festival"},
    Form{"清明节", "Qingming Festival"},    Form{"劳动节", "Labour Day"},
    Form{"端午节", "Dragon Boat Festival"}, Form{"中秋节", "Mid-Autumn Festival"},
    Form{"国庆节", "National Day"},
};

/// The holiday's name in English; one that we don't know stays as it is.
std::string english(std::string_view name) {
    constexpr std::string_view between = "、";
    std::string out;
    while (!name.empty()) {
        const std::size_t end = std::min(name.find(between), name.size());
        const std::string_view part = name.substr(0, end);
        const auto known = std::ranges::find(holidays, part, &Form::zh);
        if (!out.empty()) out += " and ";
        out.append(known == holidays.end() ? part : known->en);
        name.remove_prefix(std::min(end + between.size(), name.size()));
    }
    return out;
}

Sentence holiday_words(Kind kind, const std::string& name) {
    if (kind == Kind::makeup) return {name, english(name)};
    if (name.empty()) return {"周末", "off for the weekend"};
    return {name + "放假", "off for " + english(name)};
}

Sentence span_of_days(LocalDate from, LocalDate to) {
    if (from == to) return day_words(from);
    const Sentence first = day_words(from);
    const Sentence last = day_words(to);
    return {first.zh + "至 " + last.zh, first.en + " to " + last.en};
}

Sentence both(std::string text) { return {text, text}; }

}  // namespace

Sentence filled(const Sentence& form, const std::vector<Filling>& fillings) {
    const auto fill = [&](std::string_view text, std::string Sentence::*language) {
        std::string out;
        while (!text.empty()) {
            const std::size_t open = std::min(text.find('{'), text.size());
            out.append(text.substr(0, open));
            text.remove_prefix(open);
            const std::size_t close = text.find('}');
            if (close == std::string_view::npos) break;
            const auto found =
                std::ranges::find(fillings, text.substr(1, close - 1), &Filling::place);
            out.append(found == fillings.end() ? text.substr(0, close + 1)
                                               : std::string_view{found->with.*language});
            text.remove_prefix(close + 1);
        }
        return out.append(text);
    };
    return {fill(form.zh, &Sentence::zh), fill(form.en, &Sentence::en)};
}

Sentence day_words(LocalDate date) {
    static constexpr std::array<Form, 7> weekdays{
        Form{"星期日", "Sun"}, Form{"星期一", "Mon"}, Form{"星期二", "Tue"}, Form{"星期三", "Wed"},
        Form{"星期四", "Thu"}, Form{"星期五", "Fri"}, Form{"星期六", "Sat"},
    };
    const Form& weekday = weekdays[std::chrono::weekday{date}.c_encoding()];
    const std::string day = format_date(date);
    return {day + "（" + std::string{weekday.zh} + "）", std::string{weekday.en} + " " + day};
}

std::string minute_words(WallTime at) {
    std::string text = format_time(WallTime{std::chrono::floor<std::chrono::seconds>(at)});
    text.resize(text.size() - std::string_view{"+08:00"}.size());
    if (text.ends_with(":00")) text.resize(text.size() - 3);
    text[text.find('T')] = ' ';
    return text;
}

Sentence end_words(const Due& due) {
    if (due.ends_at != end_of(due.date)) return both(minute_words(due.ends_at));
    const Sentence day = day_words(due.date);
    return {day.zh + "24:00", day.en + " 24:00"};
}

Sentence rule_words(const CountRule& rule) {
    const auto words = [&]() -> Sentence {
        switch (rule.unit) {
            case Unit::hour: return {"{count} 小时", "{count} h"};
            case Unit::calendar_day: return {"{count} 个自然日", "{count} calendar days"};
            case Unit::calendar_roll:
                return {"{count} 天（末日遇休息日顺延）", "{count} days (a last day off moves on)"};
            case Unit::working_day: return {"{count} 个工作日", "{count} working days"};
        }
        return {};
    };
    if (rule.amount == 0 && rule.unit != Unit::hour) return {"当天", "the same day"};
    Sentence out = filled(words(), {{"count", both(std::to_string(rule.amount))}});
    if (rule.start_counts && rule.unit != Unit::hour) {
        out.zh += "，起算当天计入";
        out.en += ", the start day counted";
    }
    return out;
}

Sentence span_words(std::chrono::milliseconds span) {
    const std::int64_t minutes = std::chrono::floor<std::chrono::minutes>(span).count();
    const std::int64_t days = minutes / (24 * 60);
    const std::int64_t hours = minutes / 60 % 24;
    if (minutes < 1) return {"不到 1 分钟", "under a minute"};
    Sentence out;
    const auto part = [&](std::int64_t count, std::string_view zh, std::string_view en) {
        if (count == 0) return;
        const std::string_view between = out.zh.empty() ? "" : " ";
        out.zh.append(between).append(std::to_string(count)).append(zh);
        out.en.append(between).append(std::to_string(count)).append(en);
    };
    part(days, " 天", " d");
    part(hours, " 小时", " h");
    if (days == 0) part(minutes % 60, " 分钟", " min");
    return out;
}

Sentence words_of(const Step& step) {
    const auto index = static_cast<std::size_t>(step.kind);
    JY_ASSERT(index < step_forms.size());
    const Form& form = step_forms[index].form;
    return filled({std::string{form.zh}, std::string{form.en}},
                  {{"from", day_words(step.from)},
                   {"to", day_words(step.to)},
                   {"span", span_of_days(step.from, step.to)},
                   {"at", both(minute_words(step.at))},
                   {"count", both(std::to_string(step.count))},
                   {"off", holiday_words(step.kind, step.name)}});
}

Sentence words_of(const CalendarDoubt& doubt) {
    const bool open_december = doubt.kind == CalendarDoubt::Kind::december_open;
    const Sentence form =
        open_december
            ? Sentence{"{year} 年放假安排尚未载入，它可能调整上一年 12 月的休息日；"
                       "载入后请重新计算。",
                       "The notice of days off for {year} is not loaded; it may change the "
                       "December before. Count again when it is."}
            : Sentence{"没有 {year} 年放假安排，这一年只按周六、周日休息计算；载入后请重新计算。",
                       "There is no notice of days off for {year}: only Saturdays and Sundays "
                       "count as off. Count again when it is loaded."};
    return filled(form, {{"year", both(std::to_string(doubt.year))}});
}

}  // namespace jiuying::schema
