#include "schema/deadline.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <array>

namespace jiuying::schema {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::year_month_day;

struct UnitName {
    Unit unit;
    std::string_view name;
};
constexpr std::array unit_names{
    UnitName{Unit::hour, "hour"},
    UnitName{Unit::calendar_day, "calendar_day"},
    UnitName{Unit::calendar_roll, "calendar_roll"},
    UnitName{Unit::working_day, "working_day"},
};

void add_doubt(std::vector<CalendarDoubt>& doubts, CalendarDoubt doubt) {
    const auto at = std::ranges::lower_bound(doubts, doubt);
    if (at == doubts.end() || *at != doubt) doubts.insert(at, doubt);
}

/// Counts, and keeps the doubts; with `steps` also how it went. Every loop ends, whatever was
/// loaded: no notice reaches past calendar_year_max, and after it all Mondays are worked.
class Counter {
public:
    Counter(const Calendar& calendar, std::vector<Step>* steps)
        : calendar_(calendar), steps_(steps) {}

    Due count(WallTime start, const CountRule& rule, const SameDayRule& same_day) {
        if (rule.unit == Unit::hour) return count_hours(start, rule.amount);
        const LocalDate from = begin(start, rule, same_day);
        if (rule.amount == 0) return finish(same_day_end(from, same_day.moves_when_off));
        if (rule.unit == Unit::working_day) {
            return finish(count_working_days(from, rule.amount, rule.start_counts));
        }
        const LocalDate last = from + days{rule.amount - (rule.start_counts ? 1 : 0)};
        say({.kind = Step::Kind::days, .to = last, .count = rule.amount});
        if (rule.unit == Unit::calendar_roll) return finish(rolled(last));
        if (steps_ != nullptr && !calendar_.is_working_day(last)) {
            say({.kind = Step::Kind::stays_off, .to = last, .name = name_of_off(last)});
        }
        return finish(last);
    }

    /// Days that a limit in \p unit misses in \p span.
    int missed_in(const Standstill& span, Unit unit) {
        const LocalDate first = date_of(span.from);
        const LocalDate last = date_of(span.until);
        if (unit != Unit::working_day) return static_cast<int>((last - first).count());
        int missed = 0;
        for (LocalDate day = first + days{1}; day <= last; day += days{1}) missed += works(day);
        return missed;
    }

    /// As count(), with \p missed days more. Of the same day (amount 0) they come after its end.
    Due count_with(WallTime start, CountRule rule, const SameDayRule& same_day, int missed) {
        if (rule.amount > 0 || missed == 0) {
            rule.amount += missed;
            return count(start, rule, same_day);
        }
        const LocalDate same = same_day_end(begin(start, rule, same_day), same_day.moves_when_off);
        if (rule.unit == Unit::working_day) return finish(count_working_days(same, missed, false));
        const LocalDate last = same + days{missed};
        return finish(rule.unit == Unit::calendar_roll ? rolled(last) : last);
    }

private:
    void say(Step step) {
        if (steps_ != nullptr) steps_->push_back(std::move(step));
    }

    /// Asks the calendar, and remembers what makes its answer uncertain.
    bool works(LocalDate date) {
        const year_month_day day{date};
        const int year{day.year()};
        if (!calendar_.has_notice(year)) {
            add_doubt(doubts_, {CalendarDoubt::Kind::no_notice, year});
        } else if (day.month() == std::chrono::December && !calendar_.has_notice(year + 1)) {
            add_doubt(doubts_, {CalendarDoubt::Kind::december_open, year + 1});
        }
        return calendar_.is_working_day(date);
    }

    [[nodiscard]] std::string name_of_off(LocalDate date) const {
        const NoticeDay* day = calendar_.listed(date);
        return day != nullptr && day->off ? day->name : std::string{};
    }

    Due count_hours(WallTime start, int amount) {
        Due due = due_at(start + hours{amount});
        due.date = std::max(due.date, date_of(start));  // 0 hours from midnight end on that day.
        say({.kind = Step::Kind::from_instant, .at = start});
        say({.kind = Step::Kind::hours, .at = due.ends_at, .count = amount});
        return due;
    }

    /// The day from which days are counted.
    LocalDate begin(WallTime start, const CountRule& rule, const SameDayRule& same_day) {
        LocalDate from = date_of(start);
        const bool start_day_matters = rule.amount == 0 || rule.start_counts;
        if (start_day_matters && same_day.late_after &&
            start - start_of(from) > *same_day.late_after) {
            say({.kind = Step::Kind::late, .from = from, .to = from + days{1}, .at = start});
            from += days{1};
        }
        if (rule.amount == 0) return from;
        const Step::Kind counted =
            rule.unit == Unit::working_day ? Step::Kind::from_work_day : Step::Kind::from_start_day;
        say({.kind = rule.start_counts ? counted : Step::Kind::from_next_day, .from = from});
        return from;
    }

    LocalDate same_day_end(LocalDate from, bool moves_when_off) {
        if (!moves_when_off) {
            say({.kind = Step::Kind::same_day, .to = from});
            if (steps_ != nullptr && !calendar_.is_working_day(from)) {
                say({.kind = Step::Kind::same_day_off, .to = from, .name = name_of_off(from)});
            }
            return from;
        }
        LocalDate day = from;
        while (!works(day)) day += days{1};
        say({.kind = Step::Kind::same_day, .to = from});
        if (day != from) {
            say({.kind = Step::Kind::same_day_moved,
                 .from = from,
                 .to = day,
                 .name = name_of_off(from)});
        }
        return day;
    }

    LocalDate rolled(LocalDate last) {
        LocalDate day = last;
        while (!works(day)) day += days{1};
        if (day != last) {
            say({.kind = Step::Kind::rolled, .from = last, .to = day, .name = name_of_off(last)});
        }
        return day;
    }

    LocalDate count_working_days(LocalDate from, int amount, bool start_counts) {
        LocalDate day = start_counts ? from : from + days{1};
        int counted = 0;
        for (;; day += days{1}) {
            const bool worked = works(day);
            if (steps_ != nullptr) watch(day, worked);
            counted += worked;
            if (counted == amount) break;
        }
        flush();
        if (unlisted_ > 0) say({.kind = Step::Kind::not_listed, .count = unlisted_});
        say({.kind = Step::Kind::working_days, .to = day, .count = amount});
        return day;
    }

    /// Joins days off of one name into runs, and picks out make-up days.
    void watch(LocalDate day, bool worked) {
        if (!worked) {
            std::string name = name_of_off(day);
            const bool joins = run_ && run_->name == name;
            if (joins) {
                run_->to = day;
            } else {
                flush();
                run_ = {.kind = Step::Kind::days_off, .from = day, .to = day};
                run_->name = std::move(name);
            }
            return;
        }
        flush();
        const NoticeDay* listed = calendar_.listed(day);
        if (listed != nullptr && !listed->off) {
            list({.kind = Step::Kind::makeup, .to = day, .name = listed->name});
        }
    }

    void flush() {
        if (run_) list(std::move(*run_));
        run_.reset();
    }

    void list(Step step) {
        if (++listed_ <= listed_steps_max) {
            say(std::move(step));
        } else {
            ++unlisted_;
        }
    }

    Due finish(LocalDate last) { return {last, end_of(last), std::move(doubts_)}; }

    const Calendar& calendar_;
    std::vector<Step>* steps_;
    std::vector<CalendarDoubt> doubts_;
    std::optional<Step> run_;
    std::size_t listed_ = 0;
    std::int64_t unlisted_ = 0;
};

bool in_bounds(WallTime start, const CountRule& rule) {
    const int most = rule.unit == Unit::hour ? CountRule::hours_max : CountRule::amount_max;
    if (rule.amount < 0 || rule.amount > most) return false;
    const int year = year_of(date_of(start));
    return year >= calendar_year_min && year <= calendar_year_max;
}

}  // namespace

std::string_view name_of(Unit unit) {
    const auto found = std::ranges::find(unit_names, unit, &UnitName::unit);
    JY_ASSERT(found != unit_names.end());
    return found->name;
}

std::optional<Unit> parse_unit(std::string_view name) {
    const auto found = std::ranges::find(unit_names, name, &UnitName::name);
    return found == unit_names.end() ? std::nullopt : std::optional{found->unit};
}

Result<Due> due_of(WallTime start, const CountRule& rule, const Calendar& calendar,
                   const SameDayRule& same_day) {
    if (!in_bounds(start, rule)) return Errc::out_of_bounds;
    return Counter{calendar, nullptr}.count(start, rule, same_day);
}

Result<std::vector<Step>> steps_of(WallTime start, const CountRule& rule, const Calendar& calendar,
                                   const SameDayRule& same_day) {
    if (!in_bounds(start, rule)) return Errc::out_of_bounds;
    std::vector<Step> steps;
    static_cast<void>(Counter{calendar, &steps}.count(start, rule, same_day));
    return steps;
}

Due due_at(WallTime ends_at) { return {date_of(ends_at - milliseconds{1}), ends_at, {}}; }

Result<PausedDue> paused_due_of(WallTime start, const CountRule& rule, const Calendar& calendar,
                                const SameDayRule& same_day, const std::vector<Standstill>& spans) {
    Result<Due> due = due_of(start, rule, calendar, same_day);
    if (!due) return due.error();
    PausedDue paused{std::move(*due), {}};
    int missed = 0;
    for (const Standstill& span : spans) {
        if (span.from >= paused.due.ends_at) break;
        paused.stood_still += span.until - span.from;
        if (rule.unit == Unit::hour) {
            paused.due = due_at(paused.due.ends_at + (span.until - span.from));
            continue;
        }
        Counter counter{calendar, nullptr};
        missed += counter.missed_in(span, rule.unit);
        paused.due = counter.count_with(start, rule, same_day, missed);
    }
    return paused;
}

void add_doubts(std::vector<CalendarDoubt>& into, const std::vector<CalendarDoubt>& doubts) {
    for (const CalendarDoubt& doubt : doubts) add_doubt(into, doubt);
}

}  // namespace jiuying::schema
