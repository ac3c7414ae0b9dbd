#include "node/import/holiday_notice.hpp"

#include "schema/time_text.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <utility>

namespace jiuying::node {
namespace {

namespace json = boost::json;
using schema::LocalDate;
using schema::Notice;
using schema::NoticeDay;

std::optional<std::string> text_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string{value->get_string()};
}

/// Only the full form: what else parse_time() understands would hide a mistake here.
std::optional<LocalDate> date_in(const json::object& object) {
    const auto text = text_in(object, "date");
    if (!text) return std::nullopt;
    const auto at = schema::parse_time(*text);
    if (!at) return std::nullopt;
    const LocalDate date = schema::date_of(schema::WallTime{std::chrono::milliseconds{*at}});
    if (schema::format_date(date) != *text) return std::nullopt;
    return date;
}

std::optional<NoticeDay> day_of(const json::value& value) {
    const json::object* object = value.if_object();
    if (object == nullptr) return std::nullopt;
    auto name = text_in(*object, "name");
    const auto date = date_in(*object);
    const json::value* off = object->if_contains("isOffDay");
    if (!name || !date || off == nullptr || !off->is_bool()) return std::nullopt;
    return NoticeDay{*date, off->get_bool(), std::move(*name)};
}

std::optional<int> year_in(const json::object& object) {
    const json::value* value = object.if_contains("year");
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    const std::int64_t year = value->get_int64();
    if (year < 0 || year > 9999) return std::nullopt;
    return static_cast<int>(year);
}

}  // namespace

Result<Notice> parse_notice(std::string_view text) {
    if (text.size() > notice_bytes_max) return Errc::too_large;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // Saved by an editor.
    json::parse_options options;
    options.max_depth = 8;
    boost::system::error_code failed;
    const json::value document =
        json::parse(json::string_view{text.data(), text.size()}, failed, {}, options);
    const json::object* object = failed ? nullptr : document.if_object();
    if (object == nullptr) return Errc::malformed;
    const auto year = year_in(*object);
    const json::value* days = object->if_contains("days");
    if (!year || days == nullptr || !days->is_array()) return Errc::malformed;
    Notice notice;
    notice.year = *year;
    if (const json::value* papers = object->if_contains("papers")) {
        if (!papers->is_array()) return Errc::malformed;
        for (const json::value& paper : papers->get_array()) {
            if (!paper.is_string()) return Errc::malformed;
            notice.papers.emplace_back(paper.get_string());
        }
    }
    for (const json::value& value : days->get_array()) {
        auto day = day_of(value);
        if (!day) return Errc::malformed;
        notice.days.push_back(std::move(*day));
    }
    if (const auto checked = schema::check_notice(notice); !checked) return checked.error();
    return notice;
}

}  // namespace jiuying::node
