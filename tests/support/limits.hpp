/// Dates, instants and rules in a form that a test reads like a sentence.
#pragma once

#include "schema/deadline.hpp"
#include "schema/time_text.hpp"

#include <string>
#include <string_view>

namespace jiuying::test {

/// `2026-09-30` or `2026-09-30 17:45`, Beijing time.
inline schema::WallTime at(std::string_view text) {
    return schema::WallTime{std::chrono::milliseconds{schema::parse_time(text).value()}};
}
inline schema::LocalDate day(std::string_view text) { return schema::date_of(at(text)); }

inline schema::CountRule limit(int amount, schema::Unit unit, bool start_counts = false) {
    return {amount, unit, start_counts};
}

/// The calendar that is shipped, made once.
inline const schema::Calendar& shipped_calendar() {
    static const schema::Calendar calendar = schema::built_in_calendar();
    return calendar;
}

/// The last day, `2026-10-08`; `refused` where there is none.
inline std::string last_day(std::string_view from, const schema::CountRule& rule,
                            const schema::SameDayRule& same_day = {}) {
    const auto due = schema::due_of(at(from), rule, shipped_calendar(), same_day);
    return due ? schema::format_date(due->date) : "refused";
}
/// The last instant, RFC 3339.
inline std::string last_instant(std::string_view from, const schema::CountRule& rule,
                                const schema::SameDayRule& same_day = {}) {
    const auto due = schema::due_of(at(from), rule, shipped_calendar(), same_day);
    return due ? schema::format_time(due->ends_at) : "refused";
}

}  // namespace jiuying::test
