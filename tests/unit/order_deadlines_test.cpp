#include "schema/order_deadlines.hpp"
#include "schema/order_story.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/limits.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;
using namespace std::chrono_literals;

namespace {

/// A complaint of Monday 2026-11-02, dispatched a day later: promised for Thursday 11-05, due at
/// the unit on Friday 11-06. November 2026 has plain weeks.
DeadlineInput complaint() {
    DeadlineInput input;
    input.type = AppealType::complaint;
    input.registered_at = at("2026-11-02 09:00");
    input.received_at = at("2026-11-03 08:00");
    input.rounds.resize(1);
    input.rounds[0].dispatched_at = at("2026-11-03 10:00");
    return input;
}

OrderDeadlines reckon(const DeadlineInput& input, std::string_view as_of,
                      const DeadlinePolicy& policy = policy_1235()) {
    return deadlines_of(input, policy, shipped_calendar(), at(as_of)).value();
}

std::string day_of(const Clock& clock) { return format_date(clock.counts.date); }
std::string verdict_of(const Clock& clock) { return std::string{name_of(clock.verdict)}; }

DeadlinePolicy with(void (*change)(DeadlinePolicy&)) {
    DeadlinePolicy policy = policy_1235();
    change(policy);
    return policy;
}

}  // namespace

TEST_CASE("the promise runs from registration, the unit's limit from dispatch", "[order]") {
    const OrderDeadlines order = reckon(complaint(), "2026-11-03 12:00");
    CHECK(day_of(order.present().citizen) == "2026-11-05");
    CHECK(day_of(*order.present().unit) == "2026-11-06");
    CHECK(order.policy_version == "1235@1");
    CHECK(order.calendar_version == shipped_calendar().version());
    CHECK_FALSE(reckon(complaint(), "2026-11-03 09:59").present().unit);  // Not dispatched yet.
    CHECK_FALSE(reckon({}, "1970-01-02").present().unit);
}

TEST_CASE("time in transit is a figure of its own and not charged to the unit", "[order]") {
    DeadlineInput input = complaint();
    input.rounds[0].arrived_at = at("2026-11-04 10:30");
    const OrderDeadlines order = reckon(input, "2026-11-05");
    CHECK(order.transit_to_hub == 23h);
    CHECK(order.present().transit == 24h + 30min);
    CHECK(order.present().arrived_at == at("2026-11-04 10:30"));
    CHECK(day_of(*order.present().unit) == "2026-11-06");
    CHECK_FALSE(reckon(input, "2026-11-02 12:00").transit_to_hub);  // Not received yet.
    const auto at_arrival =
        with([](DeadlinePolicy& policy) { policy.clocks.unit_clock_starts_at_arrival = true; });
    CHECK(day_of(*reckon(input, "2026-11-05", at_arrival).present().unit) == "2026-11-09");
    // Before it arrived nobody knew when it would.
    const OrderDeadlines before = reckon(input, "2026-11-04 10:29", at_arrival);
    CHECK(day_of(*before.present().unit) == "2026-11-06");
    CHECK_FALSE(before.present().transit);
    input.received_at = at("2026-11-01");  // The station's clock ran ahead.
    CHECK(reckon(input, "2026-11-05").transit_to_hub == 0ms);
}

TEST_CASE("a transfer resets the unit's limit and leaves the promise alone", "[order]") {
    DeadlineInput input = complaint();
    input.rounds[0].dispatched_at = at("2026-11-09 10:00");  // To the third unit.
    const OrderDeadlines order = reckon(input, "2026-11-09 12:00");
    CHECK(day_of(order.present().citizen) == "2026-11-05");
    CHECK(verdict_of(order.present().citizen) == "overdue");
    CHECK(day_of(*order.present().unit) == "2026-11-12");
    CHECK(verdict_of(*order.present().unit) == "running");
}

TEST_CASE("the unit's limit may follow a rule of its own", "[order]") {
    const auto policy = with([](DeadlinePolicy& changed) {
        for (PolicyRow& row : changed.rows) row.unit = CountRule{2, Unit::working_day, true};
    });
    const OrderDeadlines order = reckon(complaint(), "2026-11-03 12:00", policy);
    CHECK(day_of(order.present().citizen) == "2026-11-05");
    CHECK(day_of(*order.present().unit) == "2026-11-04");
}

TEST_CASE("an answer is judged by its own time, not by when it was reviewed", "[order]") {
    DeadlineInput input = complaint();
    input.rounds[0].replied_at = at("2026-11-06 23:59");
    const OrderDeadlines order = reckon(input, "2026-11-20");
    CHECK(verdict_of(order.present().citizen) == "late");
    CHECK(verdict_of(*order.present().unit) == "on_time");
    input.rounds[0].replied_at = at("2026-11-06 00:00");  // 24:00 of the 5th, the last instant.
    CHECK(verdict_of(reckon(input, "2026-11-20").present().citizen) == "on_time");
    input.rounds[0].replied_at = at("2026-11-06 00:00:00.001");
    CHECK(verdict_of(reckon(input, "2026-11-20").present().citizen) == "late");
}

TEST_CASE("an open order is in time up to its last instant and overdue after it", "[order]") {
    CHECK(verdict_of(reckon(complaint(), "2026-11-06 00:00").present().citizen) == "running");
    CHECK(verdict_of(reckon(complaint(), "2026-11-06 00:01").present().citizen) == "overdue");
    // What happened after the instant of looking is not known then.
    DeadlineInput input = complaint();
    input.rounds[0].replied_at = at("2026-11-08");
    CHECK(verdict_of(reckon(input, "2026-11-07").present().citizen) == "overdue");
    CHECK(verdict_of(reckon(input, "2026-11-05").present().citizen) == "running");
}

TEST_CASE("an answer that waits for review holds the clock if it came in time", "[order]") {
    DeadlineInput input = complaint();
    input.rounds[0].in_review_at = at("2026-11-06 09:00");
    const OrderDeadlines order = reckon(input, "2026-11-20");
    CHECK(verdict_of(order.present().citizen) == "overdue");
    CHECK(verdict_of(*order.present().unit) == "in_review");
    CHECK(is_open(order.present().unit->verdict));
}

TEST_CASE("an approved extension moves both dues and the verdict without it is kept", "[order]") {
    DeadlineInput input = complaint();
    input.rounds[0].extended_until = end_of(day("2026-11-16"));
    input.rounds[0].replied_at = at("2026-11-12 10:00");
    const OrderDeadlines order = reckon(input, "2026-11-20");
    CHECK(day_of(order.present().citizen) == "2026-11-16");
    CHECK(day_of(*order.present().unit) == "2026-11-16");
    CHECK(verdict_of(*order.present().unit) == "on_time");
    CHECK(order.present().unit->verdict_without_extension == Verdict::late);
    CHECK(order.present().unit->source == Clock::Source::extension);
    CHECK(format_date(order.present().unit->by_rule.date) == "2026-11-06");
    const auto promise_stays =
        with([](DeadlinePolicy& policy) { policy.clocks.extension_moves_citizen_due = false; });
    CHECK(day_of(reckon(input, "2026-11-20", promise_stays).present().citizen) == "2026-11-05");
    input.rounds[0].extended_until = end_of(day("2026-11-04"));  // Shortens nothing.
    CHECK(day_of(*reckon(input, "2026-11-20").present().unit) == "2026-11-06");
}

TEST_CASE("extensions are capped, counted from the last day of the limit", "[order]") {
    const OrderDeadlines order = reckon(complaint(), "2026-11-03 12:00");
    const Due& due = order.present().unit->by_pauses;
    CHECK(extension_limit(due, policy_1235(), shipped_calendar())->date == day("2026-11-20"));
    const auto hours = with([](DeadlinePolicy& policy) {
        policy.handling.extension_cap = {24, Unit::hour};
    });
    CHECK(extension_limit(due, hours, shipped_calendar())->ends_at == at("2026-11-08"));
}

TEST_CASE("a superior's limit counts when it is earlier, and both are shown", "[order]") {
    DeadlineInput input = complaint();
    input.ext_due_at = at("2026-11-04 12:00");
    OrderDeadlines order = reckon(input, "2026-11-04 13:00");
    CHECK(order.present().unit->counts.ends_at == at("2026-11-04 12:00"));
    CHECK(order.present().unit->source == Clock::Source::external);
    CHECK(format_date(order.present().unit->by_rule.date) == "2026-11-06");
    CHECK(verdict_of(order.present().citizen) == "overdue");
    CHECK(order.ext_due_at == at("2026-11-04 12:00"));
    // We can't extend what a superior has set.
    input.rounds[0].extended_until = end_of(day("2026-11-16"));
    CHECK(reckon(input, "2026-11-04").present().unit->counts.ends_at == at("2026-11-04 12:00"));
    input.ext_due_at = at("2026-11-10");
    order = reckon(input, "2026-11-04");
    CHECK(order.present().unit->counts.ends_at == at("2026-11-10"));
    CHECK(order.present().unit->source == Clock::Source::external);
    input.ext_due_at = at("2026-12-10");
    CHECK(reckon(input, "2026-11-04").present().unit->source == Clock::Source::extension);
}

TEST_CASE("a setting lets a superior's limit count alone, or not at all", "[order]") {
    DeadlineInput input = complaint();
    input.ext_due_at = at("2026-12-01 12:00");
    const auto alone =
        with([](DeadlinePolicy& policy) { policy.clocks.external_due = ExternalDue::replaces; });
    CHECK(reckon(input, "2026-11-04", alone).present().citizen.counts.ends_at ==
          at("2026-12-01 12:00"));
    const auto shown =
        with([](DeadlinePolicy& policy) { policy.clocks.external_due = ExternalDue::shown_only; });
    input.ext_due_at = at("2026-11-03");
    CHECK(day_of(reckon(input, "2026-11-04", shown).present().citizen) == "2026-11-05");
    CHECK(reckon(input, "2026-11-04", shown).ext_due_at == at("2026-11-03"));
}

TEST_CASE("a suspension stops both clocks and stays open", "[order]") {
    DeadlineInput input = complaint();
    input.pauses.push_back({Pause::Kind::suspended, at("2026-11-04 10:00"), {}});
    const OrderDeadlines stopped = reckon(input, "2026-12-15");
    CHECK(verdict_of(stopped.present().citizen) == "stopped");
    CHECK(verdict_of(*stopped.present().unit) == "stopped");
    CHECK(is_open(stopped.present().citizen.verdict));
    input.pauses[0].until = at("2026-11-11 09:00");  // Seven midnights.
    const OrderDeadlines resumed = reckon(input, "2026-11-12");
    CHECK(day_of(resumed.present().citizen) == "2026-11-12");
    CHECK(day_of(*resumed.present().unit) == "2026-11-13");
    CHECK(resumed.present().unit->stood_still == 6 * 24h + 23h);
    CHECK(format_date(resumed.present().unit->by_rule.date) == "2026-11-06");
    // Seen from before it, it has not happened yet.
    CHECK(verdict_of(reckon(input, "2026-11-04 09:00").present().citizen) == "running");
    const auto runs_on =
        with([](DeadlinePolicy& policy) { policy.clocks.suspension_stops_clock = false; });
    CHECK(day_of(reckon(input, "2026-11-12", runs_on).present().citizen) == "2026-11-05");
}

TEST_CASE("a suspension after the due rescues nothing", "[order]") {
    DeadlineInput input = complaint();
    input.pauses.push_back({Pause::Kind::suspended, at("2026-11-10"), {}});
    const OrderDeadlines order = reckon(input, "2026-11-20");
    CHECK(verdict_of(order.present().citizen) == "overdue");
    CHECK(verdict_of(*order.present().unit) == "overdue");
}

TEST_CASE("pauses that overlap are counted once, in whatever order they are given", "[order]") {
    DeadlineInput input = complaint();
    input.pauses = {{Pause::Kind::suspended, at("2026-11-04 10:00"), at("2026-11-06 10:00")},
                    {Pause::Kind::suspended, at("2026-11-03 12:00"), at("2026-11-05 12:00")}};
    const OrderDeadlines order = reckon(input, "2026-11-20");
    CHECK(order.present().citizen.stood_still == 2 * 24h + 22h);
    CHECK(day_of(order.present().citizen) == "2026-11-09");  // 3 + 3 days are a Sunday.
}

TEST_CASE("asking the person for more stops the promise only if the policy says so", "[order]") {
    DeadlineInput input = complaint();
    input.pauses.push_back(
        {Pause::Kind::need_info, at("2026-11-02 10:00"), at("2026-11-03 09:00")});
    CHECK(day_of(reckon(input, "2026-11-04").present().citizen) == "2026-11-05");
    const auto stops =
        with([](DeadlinePolicy& policy) { policy.clocks.need_info_stops_clock = true; });
    CHECK(day_of(reckon(input, "2026-11-04", stops).present().citizen) == "2026-11-06");
    CHECK(day_of(*reckon(input, "2026-11-04", stops).present().unit) == "2026-11-06");
    // It is of the promise only, even where it lasted beyond the dispatch.
    input.pauses[0].until = at("2026-11-05 09:00");
    CHECK(day_of(reckon(input, "2026-11-06", stops).present().citizen) == "2026-11-09");
    CHECK(day_of(*reckon(input, "2026-11-06", stops).present().unit) == "2026-11-06");
}

TEST_CASE("a rework round has a due of its own and leaves the first verdict alone", "[order]") {
    DeadlineInput input = complaint();
    input.ext_due_at = at("2026-11-05");
    input.rounds[0].replied_at = at("2026-11-04 10:00");
    RoundTimes rework;
    rework.opened_at = at("2026-11-10 15:00");
    input.rounds.push_back(rework);
    OrderDeadlines order = reckon(input, "2026-11-20");
    REQUIRE(order.rounds.size() == 2);
    CHECK(verdict_of(order.rounds[0].citizen) == "on_time");
    CHECK(verdict_of(*order.rounds[0].unit) == "on_time");
    // The superior's limit was for the first answer.
    CHECK(day_of(order.present().citizen) == "2026-11-13");
    CHECK(day_of(*order.present().unit) == "2026-11-13");
    CHECK(verdict_of(*order.present().unit) == "overdue");
    CHECK(reckon(input, "2026-11-08").rounds.size() == 1);  // Not reworked yet.
    const auto one_day = with([](DeadlinePolicy& policy) {
        policy.rework = CountRule{1, Unit::working_day};
    });
    CHECK(day_of(reckon(input, "2026-11-20", one_day).present().citizen) == "2026-11-11");
    CHECK(reckon(input, "2026-11-20", one_day).rounds[0].citizen.by_rule.date == day("2026-11-05"));
    input.rounds[1].dispatched_at = at("2026-11-11 09:00");  // Reassigned in the rework.
    CHECK(day_of(*reckon(input, "2026-11-20").present().unit) == "2026-11-16");
}

TEST_CASE("an order that ended without an answer has nothing due", "[order]") {
    DeadlineInput input = complaint();
    input.ended_at = at("2026-11-04");
    CHECK(verdict_of(reckon(input, "2026-11-20").present().citizen) == "ended");
    CHECK_FALSE(is_open(Verdict::ended));
    CHECK(verdict_of(reckon(input, "2026-11-03 12:00").present().citizen) == "running");
}

TEST_CASE("a decided exception replaces the row of the policy", "[order]") {
    DeadlineInput input = complaint();
    input.exception = CountRule{15, Unit::working_day};
    CHECK(day_of(reckon(input, "2026-11-04").present().citizen) == "2026-11-23");
    input.exception = CountRule{-1, Unit::working_day};
    CHECK_FALSE(
        deadlines_of(input, policy_1235(), shipped_calendar(), at("2026-11-04")).has_value());
}

TEST_CASE("a call at three in the morning of a holiday gets its due", "[order]") {
    DeadlineInput input;
    input.type = AppealType::inquiry;
    input.registered_at = at("2026-10-01 03:00");
    CHECK(day_of(reckon(input, "2026-10-01 04:00").present().citizen) == "2026-10-01");
    input.type = AppealType::help_request;
    CHECK(day_of(reckon(input, "2026-10-01 04:00").present().citizen) == "2026-10-08");
}

TEST_CASE("the story of an order shows every time that was corrected, given or moved", "[story]") {
    DeadlineInput input = complaint();
    input.registered_as_told = at("2020-01-01 00:10");
    input.ext_due_at = at("2026-12-01 12:00");
    input.rounds[0].extended_until = end_of(day("2026-11-16"));
    input.rounds[0].replied_at = at("2026-11-12 10:00");
    input.pauses.push_back(
        {Pause::Kind::suspended, at("2026-11-04 10:00"), at("2026-11-05 09:00")});
    RoundTimes rework;
    rework.opened_at = at("2026-11-13 15:00");
    input.rounds.push_back(rework);
    const OrderDeadlines order = reckon(input, "2026-11-20");
    std::string zh;
    std::string en;
    for (const Sentence& line : story_of(order, input, policy_1235(), shipped_calendar())) {
        CHECK(line.zh.find('{') == std::string::npos);
        CHECK(line.en.find('{') == std::string::npos);
        zh += line.zh + "\n";
        en += line.en + "\n";
    }
    INFO(zh << en);
    for (const char* part :
         {"1235@1", "2024-2026.", "2020-01-01 00:10", "2026-11-02 09:00", "2026-12-01 12:00",
          "2026-11-16（星期一）24:00", "停表", "延期", "按时", "不算延期的话：超期回复", "第 2 轮",
          "已逾期", "23 小时", "在途"}) {
        INFO(part);
        CHECK(zh.find(part) != std::string::npos);
    }
    CHECK(en.find("Mon 2026-11-16 24:00") != std::string::npos);
    CHECK(en.find("Round 2") != std::string::npos);
}

TEST_CASE("clocks of any order are sound, whatever its events say", "[order][property]") {
    Dice dice{1'235};
    const WallTime base = at("2025-01-01");
    const auto moment = [&] { return base + std::chrono::minutes{dice.between(0, 900'000)}; };
    const auto maybe = [&]() -> std::optional<WallTime> {
        return dice.chance(50) ? std::optional{moment()} : std::nullopt;
    };
    for (int number = 0; number < 2'000; ++number) {
        DeadlineInput input;
        input.type = static_cast<AppealType>(1 + dice.below(appeal_type_count));
        if (dice.chance(50)) input.complexity = Complexity::complex;
        input.registered_at = moment();
        input.received_at = maybe();
        input.ext_due_at = maybe();
        if (dice.chance(10)) input.ended_at = moment();
        for (std::size_t round = dice.below(4); round > 0; --round) {
            input.rounds.push_back({moment(), maybe(), maybe(), maybe(), maybe(), maybe()});
        }
        for (std::size_t pause = dice.below(4); pause > 0; --pause) {
            input.pauses.push_back(
                {dice.chance(50) ? Pause::Kind::suspended : Pause::Kind::need_info, moment(),
                 maybe()});
        }
        DeadlinePolicy policy = policy_1235();
        policy.clocks.need_info_stops_clock = dice.chance(50);
        const WallTime as_of = moment();
        const auto order = deadlines_of(input, policy, shipped_calendar(), as_of);
        REQUIRE(order.has_value());
        REQUIRE_FALSE(order->rounds.empty());
        for (const RoundDeadlines& round : order->rounds) {
            CHECK(round.citizen.by_pauses.ends_at >= round.citizen.by_rule.ends_at);
            CHECK(round.citizen.stood_still >= 0ms);
            if (round.citizen.verdict == Verdict::overdue) {
                CHECK(round.citizen.counts.ends_at < as_of);
            }
            if (round.citizen.source == Clock::Source::rule) {
                CHECK(round.citizen.counts == round.citizen.by_pauses);
            }
        }
        // The order in which pauses are given is of no account.
        std::ranges::reverse(input.pauses);
        const auto again = deadlines_of(input, policy, shipped_calendar(), as_of);
        CHECK(again->present().citizen.counts == order->present().citizen.counts);
        CHECK_FALSE(story_of(*order, input, policy, shipped_calendar()).empty());
    }
}
