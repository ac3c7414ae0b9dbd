// Calendars: the State Council's notices of days off, year by year and version by version.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/moved_dues.hpp"
#include "node/import/holiday_notice.hpp"
#include "node/replica/order_facts.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

std::int64_t listed(const schema::Notice& notice, bool off) {
    return std::ranges::count(notice.days, off, &schema::NoticeDay::off);
}

json::object edition_json(const schema::CalendarEdition& edition) {
    const bool built_in = edition.known_from == INT64_MIN;
    return {{"code", schema::edition_code(edition.notice.year, edition.version)},
            {"year", edition.notice.year},
            {"version", edition.version},
            {"built_in", built_in},
            {"loaded_at", built_in ? json::value(nullptr) : time_or_null(edition.known_from)},
            {"off_days", listed(edition.notice, true)},
            {"work_days", listed(edition.notice, false)}};
}

}  // namespace

json::object calendar_load(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    Result<schema::Notice> notice = parse_notice(require_text(args, "notice"));
    if (!notice) throw Failure{Error::bad_calendar_file};
    const int year = notice->year;
    const schema::NoticeTexts texts = schema::texts_of(*notice);
    int version = 1;
    if (const auto* known = context.replica.facts().calendars().newest_of(year)) {
        version = known->version + 1;
        const schema::NoticeTexts before = schema::texts_of(known->notice);
        if (before.off_days == texts.off_days && before.work_days == texts.work_days) {
            json::object answer = edition_json(*known);
            answer["loaded"] = false;
            answer["open"] = context.replica.open_dues().size();
            answer["moved"] = 0;
            return answer;
        }
    }
    const MovedDues moved{context.replica};
    Draft draft;
    draft.actor = actor;
    using namespace schema::calendar;
    NewRecord record{schema::EntityId::calendar,
                     {{code, schema::edition_code(year, version)},
                      {off_days, texts.off_days},
                      {loaded_at, context.environment.now_ms()}}};
    if (!texts.work_days.empty()) record.values.push_back({work_days, texts.work_days});
    if (!texts.papers.empty()) record.values.push_back({paper, texts.papers});
    draft.records.push_back(std::move(record));
    draft.audit = AuditEntry{actor, "calendar.load", schema::edition_code(year, version)};
    (void)require(context.replica.commit(draft));
    json::object answer = edition_json(*context.replica.facts().calendars().newest_of(year));
    answer["loaded"] = true;
    moved.tell(answer);
    return answer;
}

json::object calendar_list(CommandContext& context, const json::object&) {
    const schema::CalendarBook& book = context.replica.facts().calendars();
    json::array calendars;
    for (const schema::CalendarEdition& edition : book.editions()) {
        json::object shown = edition_json(edition);
        shown["counts"] = book.newest_of(edition.notice.year) == &edition;
        calendars.push_back(std::move(shown));
    }
    const auto total = calendars.size();
    return {{"total", total},
            {"calendar", book.newest().version()},
            {"calendars", std::move(calendars)}};
}

json::object calendar_show(CommandContext& context, const json::object& args) {
    const auto year = number_in(args, "year");
    if (!year) throw Failure{Error::missing_option, Detail::option, "YEAR"};
    const schema::CalendarBook& book = context.replica.facts().calendars();
    const bool possible = *year >= schema::calendar_year_min && *year <= schema::calendar_year_max;
    const auto* edition = possible ? book.newest_of(static_cast<int>(*year)) : nullptr;
    if (edition == nullptr) {
        throw Failure{Error::record_not_found, Detail::id, std::to_string(*year)};
    }
    json::object answer = edition_json(*edition);
    json::array papers;
    for (const std::string& paper : edition->notice.papers) papers.push_back(json::string(paper));
    json::array days;
    for (const schema::NoticeDay& day : edition->notice.days) {
        days.push_back(json::object{
            {"name", day.name}, {"date", schema::format_date(day.date)}, {"isOffDay", day.off}});
    }
    answer["papers"] = std::move(papers);
    answer["days"] = std::move(days);
    return answer;
}

}  // namespace jiuying::node::commands
