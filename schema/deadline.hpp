/// Counting a time limit: from an instant, so many hours or days of a kind, to the last day.
///
/// A limit in days ends at 24:00 of its last day, so `ends_at` is 00:00 of the day after. The start
/// day is not counted unless the rule says so. Rules of counting: Civil Code, articles 201 (hours
/// run from the moment itself; the day of the start is not counted) and 203 (a last day that is off
/// moves to the next working day; it ends at 24:00). A start is judged by its Beijing date.
///
/// Which amount an appeal gets is a matter of schema/deadline_policy.hpp, what happens on the way
/// (extensions, pauses, rounds) of schema/order_deadlines.hpp. Pure functions.
#pragma once

#include "schema/calendar.hpp"
#include "schema/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

enum class Unit : std::uint8_t {
    hour,           ///< Runs through nights and days off.
    calendar_day,   ///< Every day counts, and the limit may end on a day off.
    calendar_roll,  ///< Every day counts; a last day that is off moves to the next working day.
    working_day,    ///< Only working days count.
};

/// The identifier: `calendar_roll`.
[[nodiscard]] std::string_view name_of(Unit unit);
[[nodiscard]] std::optional<Unit> parse_unit(std::string_view name);

struct CountRule {
    /// In hours or days; the bounds of `amount`.
    static constexpr int amount_max = 3'650;
    static constexpr int hours_max = 24 * amount_max;

    /// 0 days is the same day (当天), to 24:00; 0 hours is the instant itself.
    int amount = 0;
    Unit unit = Unit::calendar_roll;
    /// The start day is day 1. Of no effect on hours, which run from the moment itself.
    bool start_counts = false;

    bool operator==(const CountRule&) const = default;
};

/// How limits that include the start day treat a bad start. Both are off by default: the promise
/// of the same day holds around the clock, on holidays too.
struct SameDayRule {
    /// An amount of 0 that starts on a day off ends on the next working day.
    bool moves_when_off = false;
    /// A start later in the day than this belongs to the next day. Matters only where the start day
    /// is part of the limit (amount 0, or start_counts).
    std::optional<std::chrono::minutes> late_after;

    bool operator==(const SameDayRule&) const = default;
};

/// What makes a due date uncertain. Ordered, each at most once in a result.
struct CalendarDoubt {
    enum class Kind : std::uint8_t {
        no_notice,      ///< No notice for `year`: plain weekends were counted.
        december_open,  ///< The notice for `year` is not there and may change the December before.
    };
    Kind kind = Kind::no_notice;
    int year = 0;

    auto operator<=>(const CalendarDoubt&) const = default;
};

struct Due {
    LocalDate date{};    ///< The last day. For hours the day of the end, midnight as 24:00.
    WallTime ends_at{};  ///< The last instant in time; for days 00:00 of the day after.
    std::vector<CalendarDoubt> doubts;

    bool operator==(const Due&) const = default;
};

/// One piece of the arithmetic, for schema/deadline_words.hpp.
struct Step {
    enum class Kind : std::uint8_t {
        from_instant,    ///< Hours run from `at`.
        from_next_day,   ///< Starts `from`, not counted.
        from_start_day,  ///< Starts `from`, which is day 1.
        from_work_day,   ///< Starts `from`; the first working day from it on is day 1.
        late,            ///< The start is late: it belongs to `to`.
        same_day,        ///< Amount 0: ends on `to`.
        same_day_off,    ///< ... which is off (`name`), and stays.
        same_day_moved,  ///< ... which is off (`name`): moved to `to`.
        hours,           ///< `count` hours lead to `at`.
        days,            ///< `count` days lead to `to`.
        stays_off,       ///< `to` is off (`name`), and the limit ends there.
        rolled,          ///< `from` is off (`name`): moved to `to`.
        days_off,        ///< `from` to `to` are off (`name`) and not counted.
        makeup,          ///< `to` is a make-up day and counted.
        not_listed,      ///< `count` more runs of days off on the way.
        working_days,    ///< Working day number `count` is `to`.
        paused_time,     ///< Stopped for `count` minutes: the end moves to `at`.
        paused_days,     ///< Stopped for `count` days: the last day moves to `to`.
    };
    Kind kind = Kind::days;
    LocalDate from{};
    LocalDate to{};
    WallTime at{};
    std::int64_t count = 0;
    std::string name = {};  ///< Of the holiday; empty for a weekend.
};

/// Runs of days off and make-up days that steps name one by one; more are summed up.
inline constexpr std::size_t listed_steps_max = 24;

/// Where \p rule leads from \p start. Errc::out_of_bounds for an amount or a start outside the
/// bounds (CountRule, calendar_year_min to calendar_year_max).
[[nodiscard]] Result<Due> due_of(WallTime start, const CountRule& rule, const Calendar& calendar,
                                 const SameDayRule& same_day = {});

/// The same arithmetic, step by step. Errors as due_of().
[[nodiscard]] Result<std::vector<Step>> steps_of(WallTime start, const CountRule& rule,
                                                 const Calendar& calendar,
                                                 const SameDayRule& same_day = {});

/// A due that was given as an instant (an extension, a superior's limit).
[[nodiscard]] Due due_at(WallTime ends_at);

/// A span in which a clock stood still.
struct Standstill {
    WallTime from{};
    WallTime until{};
};
struct PausedDue {
    Due due;
    std::chrono::milliseconds stood_still{};  ///< Of the spans that made a difference.
};
/// Where \p rule leads when the clock stood still in \p spans, which are in order and apart. Hours
/// are added as they are; in days the limit grows by the midnights of a span (working_day: only
/// those into a working day) before its last day is found, so a pause within one day changes
/// nothing. A span that begins when the limit is over changes nothing. Errors as due_of().
[[nodiscard]] Result<PausedDue> paused_due_of(WallTime start, const CountRule& rule,
                                              const Calendar& calendar, const SameDayRule& same_day,
                                              const std::vector<Standstill>& spans);

/// The union of both, in order and each once.
void add_doubts(std::vector<CalendarDoubt>& into, const std::vector<CalendarDoubt>& doubts);

}  // namespace jiuying::schema
