/// Fuzzes the reader of notices of days off: what it lets in can be loaded and counted with.
///
/// Input: a file as `deadline --calendar` takes it.
#include "node/import/holiday_notice.hpp"
#include "schema/assert.hpp"
#include "schema/deadline.hpp"

#include <utility>

using namespace jiuying;
using namespace jiuying::schema;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(bytes), size};
    auto notice = node::parse_notice(text);
    if (!notice) return 0;
    const int year = notice->year;
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
