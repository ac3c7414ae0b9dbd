/// docs/reference/deadlines.md says what the code does.
#include "node/base/files.hpp"
#include "schema/order_deadlines.hpp"
#include "schema/repeats.hpp"
#include "schema/workflow_settings.hpp"
#include "tests/support/limits.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

namespace {

std::string page() {
    const std::filesystem::path path =
        std::filesystem::path{JIUYING_SOURCE_DIR} / "docs/reference/deadlines.md";
    return std::string{sync::as_text(node::read_file(path, 1U << 20U))};
}

/// The cells of all table rows, in order.
std::vector<std::vector<std::string>> rows_of(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!line.starts_with("| ")) continue;
        line.remove_prefix(2);
        std::vector<std::string> cells;
        for (std::size_t end = line.find(" |"); end != line.npos; end = line.find(" |")) {
            cells.emplace_back(line.substr(0, end));
            line.remove_prefix(std::min(end + 3, line.size()));
        }
        rows.push_back(std::move(cells));
    }
    return rows;
}

}  // namespace

TEST_CASE("every worked example of the reference is what the code counts", "[deadline][docs]") {
    int seen = 0;
    for (const auto& cells : rows_of(page())) {
        if (cells.size() != 6 || !cells[0].starts_with("20")) continue;
        INFO(cells[0] << " + " << cells[1] << " " << cells[2]);
        const auto unit = parse_unit(cells[2]);
        REQUIRE(unit.has_value());
        CHECK(last_day(cells[0], limit(std::stoi(cells[1]), *unit, cells[3] == "yes")) == cells[4]);
        ++seen;
    }
    CHECK(seen == 15);
}

TEST_CASE("the policy of the reference is the one that is built in", "[policy][docs]") {
    const DeadlinePolicy policy = policy_1235();
    std::size_t seen = 0;
    for (const auto& cells : rows_of(page())) {
        const auto type = cells.size() == 3 ? parse_appeal_type(cells[0]) : std::nullopt;
        if (!type) continue;
        INFO(cells[0]);
        CHECK(policy.row(*type, Complexity::simple).citizen ==
              limit(std::stoi(cells[1]), Unit::calendar_roll));
        CHECK(policy.row(*type, Complexity::complex).citizen ==
              limit(std::stoi(cells[2]), Unit::calendar_roll));
        ++seen;
    }
    CHECK(seen == appeal_type_count);
    const std::string text = page();
    CHECK(text.find("`" + policy.version + "`") != text.npos);
    CHECK(text.find("`" + shipped_calendar().version() + "`") != text.npos);
}

TEST_CASE("the settings of the reference have the defaults it names", "[policy][docs]") {
    const DeadlinePolicy policy = policy_1235();
    const StepLimits& steps = policy.steps;
    const WorkSettings settings;
    const auto working = [](int days) { return limit(days, Unit::working_day); };
    const std::vector<std::pair<std::string, bool>> rows{
        {"| sign for (签收), from dispatch | 1 working day |", steps.sign_for == working(1)},
        {"| 2 working days, 3 times at most; 2 upheld fix the lead unit |",
         settings.return_within_working_days == 2 && settings.returns_max == 3 &&
             settings.returns_fixing_lead == 2},
        {"| decide on a return | 1 working day |", steps.rule_on_return == working(1)},
        {"| first contact, from signing | 24 hours |",
         steps.first_contact == limit(24, Unit::hour)},
        {"| review, visit | 1 working day each |",
         steps.review == working(1) && steps.return_visit == working(1)},
        {"| reminder after asking the person for more | 1 working day |",
         steps.info_reminder == working(1)},
        {"| extensions | once on one order, twice with a leader; 10 working days together |",
         settings.extensions_max == 1 && settings.extensions_max_with_leader == 2 &&
             settings.extension_cap_working_days == 10},
        {"| 90 days ahead at most |", settings.suspension_stage_days_max == 90},
        {"| reopening window | 30 days |", settings.reopen_within_days == 30},
        {"| repeats are looked for within | 90 days |", RepeatRules{}.days == 90},
        {"| 3 attempts on 2 different days |",
         settings.failed_visits == 3 && settings.failed_visit_days == 2},
        {"| recorded over 24 hours after it happened |",
         settings.late_entry_after_ms == 86'400'000},
    };
    const std::string text = page();
    for (const auto& [row, holds] : rows) {
        INFO(row);
        CHECK(text.find(row) != text.npos);
        CHECK(holds);
    }
}

TEST_CASE("the story of the reference comes out as told", "[order][docs]") {
    DeadlineInput input;
    input.type = AppealType::complaint;
    input.registered_at = at("2026-11-02 09:00");
    input.received_at = at("2026-11-03 08:00");
    input.rounds.resize(1);
    input.rounds[0].dispatched_at = at("2026-11-03 10:00");
    input.rounds[0].replied_at = at("2026-11-06 15:00");
    const auto order =
        deadlines_of(input, policy_1235(), shipped_calendar(), at("2026-11-10")).value();
    CHECK(format_date(order.present().citizen.counts.date) == "2026-11-05");
    CHECK(format_date(order.present().unit->counts.date) == "2026-11-06");
    CHECK(order.present().citizen.verdict == Verdict::late);
    CHECK(order.present().unit->verdict == Verdict::on_time);
    CHECK(order.transit_to_hub == std::chrono::hours{23});
}
