// Calendars, policies, settings, reasons and the catalogue as they were at each instant.
#include "node/import/policy_rules.hpp"
#include "schema/calendar_book.hpp"
#include "schema/dispatch_catalogue.hpp"
#include "schema/policy_book.hpp"
#include "schema/reason_list.hpp"
#include "schema/setting_list.hpp"
#include "tests/support/limits.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace jiuying;
using namespace jiuying::schema;
using test::at;
using test::day;

namespace {

Notice notice_of(int year, std::vector<NoticeDay> days) {
    return {year, {"第 1 号"}, std::move(days)};
}

DeadlinePolicy version(const std::string& code) {
    DeadlinePolicy policy = policy_1235();
    policy.version = code;
    return policy;
}

}  // namespace

TEST_CASE("a calendar counts from the millisecond after it was written", "[calendar][rules]") {
    CalendarBook book;
    book.add({1, 1000, notice_of(2027, {{day("2027-03-01"), true, "某节"}})});
    book.settle();
    const LocalDate monday = day("2027-03-01");
    CHECK(book.at(INT64_MIN).is_working_day(monday));
    CHECK(book.at(1000).is_working_day(monday));
    CHECK_FALSE(book.at(1001).is_working_day(monday));
    CHECK_FALSE(book.newest().is_working_day(monday));
    CHECK(book.at(1000).version() == built_in_calendar().version());
}

TEST_CASE("the highest version of a year counts, whenever it was loaded", "[calendar][rules]") {
    CalendarBook book;
    book.add({3, 500, notice_of(2026, {{day("2026-06-01"), true, "三版"}})});
    book.add({2, 900, notice_of(2026, {{day("2026-06-02"), true, "二版"}})});
    book.settle();
    CHECK(book.newest_of(2026)->version == 3);
    CHECK_FALSE(book.newest().is_working_day(day("2026-06-01")));
    CHECK(book.newest().is_working_day(day("2026-06-02")));
    // The National Day of version 1 is gone with it.
    CHECK(book.newest().is_working_day(day("2026-10-01")));
    CHECK_FALSE(book.at(500).is_working_day(day("2026-10-01")));
}

TEST_CASE("next year's notice may change this December", "[calendar][rules]") {
    CalendarBook book;
    book.add(
        {1, 7,
         notice_of(2027, {{day("2026-12-27"), false, "元旦"}, {day("2027-01-01"), true, "元旦"}})});
    book.settle();
    CHECK(book.newest().is_working_day(day("2026-12-27")));
    CHECK_FALSE(book.at(7).is_working_day(day("2026-12-27")));
}

TEST_CASE("a notice as texts comes back as it was", "[calendar][rules]") {
    for (const Notice& notice : built_in_notices()) {
        const auto back = read_notice_texts(notice.year, texts_of(notice));
        REQUIRE(back.has_value());
        CHECK(texts_of(*back).off_days == texts_of(notice).off_days);
        CHECK(texts_of(*back).work_days == texts_of(notice).work_days);
        CHECK(back->papers == notice.papers);
        CHECK(back->days.size() == notice.days.size());
    }
    CHECK_FALSE(read_notice_texts(2027, {"2027-01-01x", {}, {}}).has_value());
    CHECK_FALSE(read_notice_texts(2027, {"2027-1-1", {}, {}}).has_value());
    CHECK_FALSE(read_notice_texts(2027, {{}, {}, {}}).has_value());
    CHECK(read_edition_code("2027@12") == std::pair{2027, 12});
    for (const char* wrong : {"2027", "2027@", "@1", "2027@01", "2027@0", "2027@1x", "9999999@1"}) {
        CHECK_FALSE(read_edition_code(wrong).has_value());
    }
}

TEST_CASE("the policy in force is the latest that was valid at registration", "[policy][rules]") {
    PolicyBook book;
    book.add({version("1235@2"), "二版", 2000, 1500});
    book.add({version("late@1"), "补发", 1000, 5000});
    CHECK(book.in_force(1999, INT64_MAX).version == "late@1");
    CHECK(book.in_force(999, INT64_MAX).version == "1235@1");
    CHECK(book.in_force(2000, INT64_MAX).version == "1235@2");
    // Before it was loaded nobody could have given it.
    CHECK(book.in_force(1999, 5000).version == "1235@1");
    CHECK(book.in_force(2000, 1500).version == "1235@1");
    CHECK(book.in_force(2000, 1501).version == "1235@2");
    CHECK(book.find("none@1") == nullptr);
    book.add({version("1235@2"), "改过的", 0, 0});
    CHECK(book.editions().size() == 3);
    CHECK(is_policy_code("1235@1"));
    for (const char* wrong : {"1235", "@1", "a@", "a@0", "a@1 ", "a b@1", "政策@1"}) {
        CHECK_FALSE(is_policy_code(wrong));
    }
}

TEST_CASE("a policy survives its JSON, and each fault names its place", "[policy][rules]") {
    DeadlinePolicy policy = policy_1235();
    policy.version = "x@7";
    policy.rows[3].unit = CountRule{9, Unit::working_day, true};
    policy.rework = CountRule{48, Unit::hour, false};
    policy.clocks.same_day.late_after = std::chrono::minutes{17 * 60 + 30};
    policy.clocks.external_due = ExternalDue::replaces;
    policy.clocks.need_info_stops_clock = true;
    policy.steps.review = CountRule{3, Unit::working_day, false};
    const auto back = node::read_policy("x@7", node::policy_json(policy));
    REQUIRE(std::holds_alternative<DeadlinePolicy>(back));
    CHECK(std::get<DeadlinePolicy>(back) == policy);

    const auto fault = [&](std::string_view part, const boost::json::value& value) {
        boost::json::object rules = node::policy_json(policy);
        rules[part] = value;
        const auto read = node::read_policy("x@7", rules);
        const auto* wrong = std::get_if<node::PolicyFault>(&read);
        return wrong == nullptr ? std::string{"read"} : wrong->place;
    };
    CHECK(fault("rows", 1) == "rows");
    CHECK(fault("rework", "soon") == "rework");
    CHECK(fault("colour", 1) == "colour");
    CHECK(fault("clocks", {{"late_after", "24:01"}}) == "clocks.late_after");
    CHECK(fault("clocks", {{"late_after", "24:00"}}) == "read");
    CHECK(fault("clocks", {{"external_due", "never"}}) == "clocks.external_due");
    CHECK(fault("steps", {{"review", {{"unit", "hour"}}}}) == "steps.review");
    // What guards ask for is a setting, and can't be said in two places. Nor does a file say what
    // nothing asks for; a policy that was loaded when it still might keeps the rest.
    CHECK(fault("handling", {{"repeat_window_days", 30}}) == "handling");
    CHECK(fault("steps", {{"return_order", {{"amount", 2}, {"unit", "hour"}}}}) ==
          "steps.return_order");
    boost::json::object kept = node::policy_json(policy);
    kept["handling"] = {{"t2_needs_t3", true}};
    kept["steps"].as_object()["return_order"] = {{"amount", 2}, {"unit", "hour"}};
    const auto once = node::read_policy_text("x@7", boost::json::serialize(kept));
    REQUIRE(std::holds_alternative<DeadlinePolicy>(once));
    CHECK(std::get<DeadlinePolicy>(once) == policy);
    CHECK(fault("clocks", {{"unit_clock_starts_at_arrival", true}}) == "read");
    CHECK(fault("clocks", {{"unit_clock_starts_at_arrival", 1}}) ==
          "clocks.unit_clock_starts_at_arrival");
    CHECK(std::holds_alternative<node::PolicyFault>(node::read_policy_text("x@7", "[")));
}

TEST_CASE("an event is judged by the settings of its own instant", "[settings][rules]") {
    SettingsHistory history;
    history.change(1000, *find_setting("returns_max"), 1);
    history.change(2000, *find_setting("returns_max"), 7);
    history.change(2000, *find_setting("extensions_max"), 0);
    CHECK(history.at(INT64_MIN).returns_max == 3);
    CHECK(history.at(1000).returns_max == 3);
    CHECK(history.at(1001).returns_max == 1);
    CHECK(history.at(2000).extensions_max == 1);
    CHECK(history.at(2001).returns_max == 7);
    CHECK(history.newest().extensions_max == 0);
}

TEST_CASE("every setting has a name, a meaning, and a default within its bounds",
          "[settings][rules]") {
    const WorkSettings shipped;
    std::set<std::string_view> names;
    for (const SettingSpec& spec : setting_specs()) {
        INFO(spec.name);
        CHECK(names.insert(spec.name).second);
        CHECK(spec.get(shipped) >= spec.least);
        CHECK(spec.get(shipped) <= spec.most);
        CHECK_FALSE(spec.zh.empty());
        CHECK_FALSE(spec.en.empty());
        WorkSettings changed;
        spec.put(changed, spec.most);
        CHECK(spec.get(changed) == spec.most);
    }
    CHECK(find_setting("nothing") == nullptr);
}

TEST_CASE("reasons belong to a use, and a retired one holds for what was before", "[reason]") {
    ReasonBook book;
    CHECK(book.is_valid("return_asked", "not_ours", 5));
    CHECK_FALSE(book.is_valid("withdrawn", "not_ours", 5));
    CHECK_FALSE(book.has_list("rework"));
    book.put({"rework", "leaks", "还漏", {}, nullptr});
    CHECK(book.has_list("rework"));
    book.put({"return_asked", "not_ours", {}, {INT64_MIN, 100}, nullptr});
    CHECK(book.is_valid("return_asked", "not_ours", 99));
    CHECK_FALSE(book.is_valid("return_asked", "not_ours", 100));
    CHECK(book.find("return_asked", "not_ours")->built_in != nullptr);
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const BuiltInReason& reason : built_in_reasons()) {
        CHECK(seen.insert({reason.use, reason.code}).second);
        const bool is_use =
            reason.use == off_catalogue_use || event_kind(reason.use) != EventKind::unknown;
        CHECK(is_use);
    }
}

TEST_CASE("the catalogue looks upward: category first, then region", "[catalogue]") {
    DispatchCatalogue catalogue;
    catalogue.set_parent_of_category("A1", "A");
    catalogue.set_parent_of_region("R11", "R1");
    catalogue.set_parent_of_region("R1", "R");
    catalogue.add({"own", "A1", "R", "U1", {}});
    catalogue.add({"above", "A", "R11", "U2", {}});
    catalogue.add({"all", "", "", "U0", {1000, INT64_MAX}});
    const auto unit = [&](std::string_view category, std::string_view region, std::int64_t when) {
        const auto* entry = catalogue.find(category, region, when);
        return entry == nullptr ? std::string{"none"} : entry->unit;
    };
    CHECK(unit("A1@2026", "R11", 0) == "U1");
    CHECK(unit("A", "R11", 0) == "U2");
    CHECK(unit("A", "R1", 0) == "none");
    CHECK(unit("A", "R1", 1000) == "U0");
    CHECK(unit("", "", 1000) == "U0");
    // A register with a circle in it ends all the same.
    catalogue.set_parent_of_region("R", "R11");
    CHECK(unit("B", "R11", 0) == "none");
}
