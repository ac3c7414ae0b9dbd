/// Fuzzes the reader of notices of days off: what it lets in can be loaded and counted with.
///
/// Input: a file as `deadline --calendar` takes it.
#include "node/import/holiday_notice.hpp"
#include "schema/assert.hpp"
#include "schema/calendar_book.hpp"
#include "schema/deadline.hpp"

#include <utility>

using namespace jiuying;
using namespace jiuying::schema;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(bytes), size};
    auto notice = node::parse_notice(text);
    if (!notice) return 0;
    const int year = notice->year;
    // As the district keeps it: the same days come back.
    const NoticeTexts kept = texts_of(*notice);
    const auto back = read_notice_texts(year, kept);
    JY_ASSERT(back.has_value() && back->days.size() == notice->days.size());
    JY_ASSERT(texts_of(*back).off_days == kept.off_days);
    JY_ASSERT(texts_of(*back).work_days == kept.work_days);
    const LocalDate first = notice->days.front().date;
    Calendar calendar = built_in_calendar();
    JY_ASSERT(calendar.load(std::move(*notice)).has_value());
    JY_ASSERT(calendar.has_notice(year));
    JY_ASSERT(calendar.listed(first) != nullptr);
    const WallTime start = start_of(LocalDate{std::chrono::year{year} / 1 / 1});
    for (const Unit unit : {Unit::calendar_roll, Unit::working_day}) {
        const auto due = due_of(start, {5, unit, true}, calendar);
        JY_ASSERT(due.has_value() && calendar.is_working_day(due->date));
    }
    return 0;
}
