#include "schema/deadline_policy.hpp"
#include "tests/support/limits.hpp"

#include <catch2/catch.hpp>

#include <utility>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;
using namespace std::chrono_literals;

TEST_CASE("1235: the same day, 2, 3 and 5 days by type and complexity", "[policy]") {
    const DeadlinePolicy policy = policy_1235();
    REQUIRE(check_policy(policy).has_value());
    struct Expected {
        AppealType type;
        int simple;
        int complex;
    };
    for (const Expected expected : {
             Expected{AppealType::inquiry, 0, 2},
             Expected{AppealType::suggestion, 0, 2},
             Expected{AppealType::praise, 0, 2},
             Expected{AppealType::help_request, 3, 5},
             Expected{AppealType::complaint, 3, 5},
             Expected{AppealType::tip_off, 3, 5},
         }) {
        INFO(name_of(expected.type));
        const CountRule simple{expected.simple, Unit::calendar_roll};
        CHECK(policy.row(expected.type, Complexity::simple).citizen == simple);
        CHECK(policy.row(expected.type, Complexity::complex).citizen ==
              CountRule{expected.complex, Unit::calendar_roll});
        CHECK(policy.row(expected.type, std::nullopt).citizen == simple);  // Before triage.
        CHECK(parse_appeal_type(name_of(expected.type)) == expected.type);
    }
    CHECK(policy.version == "1235@1");
    CHECK(policy.handling.enterprise_open == CountRule{7, Unit::calendar_day});
    CHECK_FALSE(parse_appeal_type("wish"));
    CHECK(parse_complexity("complex") == Complexity::complex);
    CHECK_FALSE(parse_complexity("hard"));
}

TEST_CASE("an enterprise's seven days end with day 7, not after 7 x 24 hours", "[policy]") {
    const CountRule rule = policy_1235().handling.enterprise_open;
    CHECK(last_instant("2026-11-02 09:00", rule) == "2026-11-10T00:00:00+08:00");
    CHECK(last_instant("2026-10-01 09:00", rule) == "2026-10-09T00:00:00+08:00");
    CHECK(last_instant("2026-11-02 09:00", limit(7 * 24, Unit::hour)) ==
          "2026-11-09T09:00:00+08:00");
}

TEST_CASE("a policy that lacks a row or leaves the bounds is refused", "[policy]") {
    const auto refused = [](void (*change)(DeadlinePolicy&)) {
        DeadlinePolicy policy = policy_1235();
        change(policy);
        const auto checked = check_policy(policy);
        return checked ? Errc{} : checked.error();
    };
    CHECK(refused([](DeadlinePolicy& policy) { policy.version.clear(); }) == Errc::malformed);
    CHECK(refused([](DeadlinePolicy& policy) { std::swap(policy.rows[0], policy.rows[1]); }) ==
          Errc::malformed);
    CHECK(refused([](DeadlinePolicy& policy) { policy.rows[3].citizen.amount = -1; }) ==
          Errc::out_of_bounds);
    CHECK(refused([](DeadlinePolicy& policy) { policy.rows[3].unit = CountRule{9'999}; }) ==
          Errc::out_of_bounds);
    CHECK(refused([](DeadlinePolicy& policy) { policy.rework = CountRule{-1}; }) ==
          Errc::out_of_bounds);
    CHECK(refused([](DeadlinePolicy& policy) { policy.clocks.same_day.late_after = 25h; }) ==
          Errc::out_of_bounds);
    CHECK(refused([](DeadlinePolicy& policy) { policy.steps.sign_for.amount = -1; }) ==
          Errc::out_of_bounds);
    CHECK(refused([](DeadlinePolicy& policy) { policy.handling.reopen_window_days = -1; }) ==
          Errc::out_of_bounds);
}
