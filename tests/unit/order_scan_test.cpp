// The daily scan's rules, and the summaries that it looks at instead of folding every order again.
#include "schema/order_scan.hpp"
#include "node/replica/summary_codec.hpp"
#include "schema/ratio.hpp"
#include "schema/time_text.hpp"
#include "tests/support/forger.hpp"
#include "tests/support/order_people.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace jiuying;
using namespace jiuying::tests;
using schema::Bucket;
using schema::EventKind;
using schema::MainState;

namespace {

std::int64_t at(const char* text) { return *schema::parse_time(text); }

std::string buckets(const schema::OrderSummary& order, const char* as_of, bool repeated = false) {
    const schema::Buckets found = schema::buckets_of(order, {at(as_of), repeated, false});
    std::string all;
    for (std::size_t i = 0; i < schema::bucket_count; ++i) {
        const Bucket bucket{static_cast<std::uint8_t>(i)};
        if (found.has(bucket)) all += (all.empty() ? "" : " ") + std::string{name_of(bucket)};
    }
    return all;
}

schema::OrderSummary in_progress() {
    schema::OrderSummary order;
    order.main = MainState::in_progress;
    order.registered_at = at("2026-11-02 09:00");
    order.citizen_due = at("2026-11-06");  // 24:00 of the 5th.
    order.unit_due = at("2026-11-07");
    return order;
}

/// Every order as a scan sees it, by its number.
std::map<std::string, node::ScannedOrder> looked_at(TestNode& node, std::int64_t as_of) {
    std::map<std::string, node::ScannedOrder> all;
    node->each_order(as_of, [&](const node::ScannedOrder& order) { all[order.number] = order; });
    return all;
}

schema::WorkOrderEvent told_at(schema::WorkOrderEvent event, std::int64_t happened_at) {
    event.happened_at = happened_at;
    return event;
}

schema::WorkOrderEvent only(EventKind kind) {
    schema::WorkOrderEvent event;
    event.kind = kind;
    return event;
}

}  // namespace

TEST_CASE("a share shows two decimals, and less than all is never 100%", "[scan]") {
    CHECK(schema::percent(810, 810) == "100.00%");
    CHECK(schema::percent(794, 810) == "98.02%");
    CHECK(schema::percent(809, 810) == "99.88%");
    CHECK(schema::percent(99'999, 100'000) == "99.99%");
    CHECK(schema::percent(999'999'999, 1'000'000'000) == "99.99%");
    CHECK(schema::percent(0, 0) == "—");
    CHECK(schema::percent(0, 5) == "0.00%");
    CHECK(schema::percent(1, 800) == "0.13%");  // 0.125: half up.
    CHECK(schema::percent(UINT64_MAX - 1, UINT64_MAX) == "99.99%");
}

TEST_CASE("the ages of open orders have no gap between them", "[scan]") {
    const std::int64_t now = at("2026-11-05 00:30");
    CHECK(schema::age_names.at(schema::age_of(at("2026-11-05 00:10"), now)) == "0-1");
    CHECK(schema::age_names.at(schema::age_of(at("2026-11-04 23:59"), now)) == "0-1");
    CHECK(schema::age_names.at(schema::age_of(at("2026-11-03 23:59"), now)) == "2");
    CHECK(schema::age_names.at(schema::age_of(at("2026-10-06 00:00"), now)) == "16-30");
    CHECK(schema::age_names.at(schema::age_of(at("2026-10-05 23:59"), now)) == "30+");
    CHECK(schema::age_names.at(schema::age_of(INT64_MIN, now)) == "30+");
    CHECK(schema::age_names.at(schema::age_of(INT64_MAX, now)) == "0-1");
}

TEST_CASE("a due is today's until its last instant, and then past", "[scan]") {
    const schema::OrderSummary order = in_progress();
    CHECK(buckets(order, "2026-11-03 23:59") == "in_time");
    CHECK(buckets(order, "2026-11-04 00:00") == "due_tomorrow");
    CHECK(buckets(order, "2026-11-05 00:00") == "due_today due_tomorrow");
    CHECK(buckets(order, "2026-11-05 23:59") == "due_today due_tomorrow");
    // At 24:00 itself it is not past yet.
    CHECK(buckets(order, "2026-11-06 00:00") == "due_today");
    CHECK(buckets(order, "2026-11-06 00:01") == "due_today overdue");
    CHECK(buckets(order, "2026-11-07 00:01") == "overdue");
    CHECK(buckets(order, "2026-11-03 12:00", true) == "repeated");
}

TEST_CASE("an answered order is not overdue, a closed one in no bucket", "[scan]") {
    schema::OrderSummary order = in_progress();
    order.main = MainState::visit_pending;
    order.answered_at = at("2026-11-05 20:00");
    CHECK(buckets(order, "2026-12-01") == "visit_pending");
    CHECK(citizen_verdict(order, at("2026-12-01")) == schema::Verdict::on_time);
    order.answered_at = at("2026-11-06 00:01");
    CHECK(citizen_verdict(order, at("2026-12-01")) == schema::Verdict::late);
    order.main = MainState::closed;
    CHECK(buckets(order, "2026-12-01").empty());
    order.dissatisfied = true;
    CHECK(buckets(order, "2026-12-01") == "dissatisfied");
    CHECK(next_action(Bucket::dissatisfied, order).command == "appeal reopen");
}

TEST_CASE("a summary is read back as it was kept, and no other bytes are one", "[scan]") {
    schema::OrderSummary order = in_progress();
    order.holds_from = INT64_MAX;
    order.registered_at = INT64_MIN;
    order.round = 3;
    order.supervision = 2;
    order.category = "ZX01@2026";
    order.lead_unit = "SWJ";
    order.replied_at = order.answered_at = at("2026-11-05");
    order.unit_stands = order.dissatisfied = order.conflict_open = true;
    order.holders = {"PD1", "", "HD1", "HF1"};
    const std::string bytes = node::encode_summary(order);
    REQUIRE(node::decode_summary(bytes));
    CHECK(*node::decode_summary(bytes) == order);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_FALSE(node::decode_summary(bytes.substr(0, size)));
    }
    CHECK_FALSE(node::decode_summary(bytes + '\0'));
    CHECK_FALSE(node::decode_summary(std::string(1, '\x7F') + bytes.substr(1)));
}

TEST_CASE("a look at an earlier instant sees what was told to have happened by then", "[scan]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto id = add_appeal(town.hub, "路灯不亮", "村口路灯坏了");
    const std::int64_t start = town.hub.environment->now;
    constexpr std::int64_t hour = 3'600'000;
    town.hub.environment->now += 100 * hour;
    town.at_hub("PD1", id, told_at(triaged(), start + hour));
    town.at_hub("PD1", id, told_at(dispatched("JS"), start + 2 * hour));
    town.at_hub("J1", id, told_at(only(EventKind::signed_for), start + 5 * hour));
    const auto state_at = [&](std::int64_t as_of) -> std::string {
        const auto all = looked_at(town.hub, as_of);
        return all.empty() ? "" : std::string{name_of(all.begin()->second.summary.main)};
    };
    CHECK(state_at(start - 1).empty());
    CHECK(state_at(start) == "received");
    CHECK(state_at(start + hour) == "triage");
    CHECK(state_at(start + 5 * hour - 1) == "dispatched");
    CHECK(state_at(start + 5 * hour) == "in_progress");
    CHECK(state_at(start + 500 * hour) == "in_progress");
    SECTION("by what is kept beside it as by its events, at every instant since the last") {
        const auto kept = looked_at(town.hub, start + 20 * hour);
        schema::OrderSummary by_events;
        // Reference data of another version: nothing that is kept is asked.
        node::Draft draft{"admin", {}, {}};
        draft.records.push_back({schema::EntityId::unit, {{schema::unit::code, std::string("X")}}});
        REQUIRE(town.hub->commit(draft).has_value());
        const auto folded = looked_at(town.hub, start + 20 * hour);
        by_events = folded.begin()->second.summary;
        by_events.holds_from = kept.begin()->second.summary.holds_from;
        CHECK(by_events == kept.begin()->second.summary);
    }
    CHECK(problems_of(town.hub, folder).empty());
}

TEST_CASE("of two that hold a post the one named on the order is its owner", "[scan]") {
    const TempFolder folder;
    OrderTown town(folder);
    add_appeal(town.hub, "一", "二");
    const std::int64_t now = town.hub.environment->now;
    node::ScannedOrder order = looked_at(town.hub, now).begin()->second;
    CHECK(town.hub->owner_of(order, schema::OwnerRole::visitor, now).person == "HF1");
    order.summary.holders[3] = "W1";
    CHECK(town.hub->owner_of(order, schema::OwnerRole::visitor, now).person == "W1");
    CHECK(town.hub->owner_of(order, schema::OwnerRole::visitor, now).unit == "SHG01");
    order.summary.lead_unit = "JS";
    CHECK(town.hub->owner_of(order, schema::OwnerRole::lead_unit, now).person == "J1");
    SECTION("who has left is nobody's owner; then who is on duty is") {
        node::Draft draft{"admin", {}, {}};
        draft.edits.push_back({town.person("PD1"), {{schema::staff::active, std::int64_t{0}}}});
        draft.records.push_back({schema::EntityId::duty,
                                 {{schema::duty::code, std::string("D1")},
                                  {schema::duty::staff, std::string("J1")},
                                  {schema::duty::from, now - 1000},
                                  {schema::duty::to, now + 7'200'000}}});
        town.hub.environment->now += 1000;
        REQUIRE(town.hub->commit(draft).has_value());
        const auto owner =
            town.hub->owner_of(order, schema::OwnerRole::dispatcher, now + 3'600'000);
        CHECK(owner.person == "J1");
        CHECK(owner.on_duty);
        const auto nobody =
            town.hub->owner_of(order, schema::OwnerRole::dispatcher, now + 7'200'000);
        CHECK(nobody.person.empty());
        CHECK(nobody.unit == "QZX");
    }
}

TEST_CASE("orders that a person linked as one matter are found as repeated", "[scan]") {
    const TempFolder folder;
    OrderTown town(folder);
    const auto one = add_appeal(town.hub, "一", "二");
    const auto other = add_appeal(town.hub, "一", "三");
    add_appeal(town.hub, "别的", "四");
    const auto bytes = [](const schema::RecordId& id) {
        return std::string(id.bytes.begin(), id.bytes.end());
    };
    using namespace schema;
    node::Draft draft{"PD1", {}, {}};
    draft.records.push_back({EntityId::appeal_link,
                             {{appeal_link::order, bytes(other)},
                              {appeal_link::other, bytes(one)},
                              {appeal_link::kind, std::int64_t{2}},
                              {appeal_link::decision, std::int64_t{1}}}});
    REQUIRE(town.hub->commit(draft).has_value());
    std::size_t repeated = 0;
    for (const auto& [number, order] : looked_at(town.hub, town.hub.environment->now)) {
        repeated += order.repeated ? 1 : 0;
    }
    CHECK(repeated == 2);
}

TEST_CASE("a registration that the hub refused is counted with its reason", "[scan]") {
    const TempFolder folder;
    OrderTown town(folder);
    add_appeal(town.station, "一", "二");
    REQUIRE(exchange(town.station, town.hub));
    Forger forger(town.station, town.hub);
    sync::Transaction tx = forger.creation(schema::EntityId::appeal, record_id(1));
    Forger::set(tx, schema::appeal::number, std::string("SHG01-20261123-0003"));
    Forger::set(tx, schema::appeal::title, std::string("三"));
    // A field that only the hub may write makes the whole registration a rejected one.
    Forger::set(tx, schema::appeal::category, std::string("ZX01"));
    REQUIRE(forger.push({tx}));
    sync::Transaction good = forger.creation(schema::EntityId::appeal, record_id(2));
    Forger::set(good, schema::appeal::number, std::string("SHG01-20261123-0004"));
    Forger::set(good, schema::appeal::title, std::string("四"));
    REQUIRE(forger.push({good}));
    const auto ledger = town.hub->ledger();
    REQUIRE(ledger.size() == 1);
    const node::LedgerRow& row = ledger.front();
    CHECK(row.station == "SHG01");
    CHECK(row.intake == 3);
    CHECK(row.received == 2);
    CHECK(row.refused == 1);
    CHECK(row.reasons == std::vector<std::pair<std::int64_t, std::uint64_t>>{
                             {schema::rejection::field_of_other_side, 1}});
    // Number 3 is the refused one's; number 2 never came.
    CHECK(row.missing == std::vector<std::string>{"SHG01-20261123-0002"});
}
