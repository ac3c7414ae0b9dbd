/// Every notice of days off that the district knows, version by version, and since when.
///
/// A year has as many versions as were loaded; the highest one counts. What is shown uses all that
/// is known; a guard uses what was known at the instant of the event that it judges, or a notice
/// that comes later would undo what was accepted.
#pragma once

#include "schema/calendar.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jiuying::schema {

/// `2027@1`
[[nodiscard]] std::string edition_code(int year, int version);
/// Year and version; nothing for any other text.
[[nodiscard]] std::optional<std::pair<int, int>> read_edition_code(std::string_view code);

/// One version of one year's notice.
struct CalendarEdition {
    int version = 1;
    std::int64_t known_from = INT64_MIN;  ///< Milliseconds, as events are recorded.
    Notice notice;
};

/// The texts of entity `calendar`: a line a day, `2027-10-01 国庆节`; papers one a line.
struct NoticeTexts {
    std::string off_days;
    std::string work_days;
    std::string papers;
};
[[nodiscard]] NoticeTexts texts_of(const Notice& notice);
/// Errc::malformed for what texts_of() does not write, and the errors of check_notice().
[[nodiscard]] Result<Notice> read_notice_texts(int year, const NoticeTexts& texts);

/// Filled, settled once, then read from any thread.
class CalendarBook {
public:
    /// The notices that ship with the program, as version 1, known from the beginning.
    CalendarBook();

    void add(CalendarEdition edition);
    void settle();

    /// By what was known before \p as_of.
    [[nodiscard]] const Calendar& at(std::int64_t as_of) const;
    /// By all that is known.
    [[nodiscard]] const Calendar& newest() const { return steps_.back().second; }
    /// By year, then version.
    [[nodiscard]] const std::vector<CalendarEdition>& editions() const { return editions_; }
    /// The one of that year that counts; null if there is none.
    [[nodiscard]] const CalendarEdition* newest_of(int year) const;

private:
    std::vector<CalendarEdition> editions_;
    /// Since when it is the calendar, by ascending instant. The first is there from the beginning.
    std::vector<std::pair<std::int64_t, Calendar>> steps_;
};

}  // namespace jiuying::schema
