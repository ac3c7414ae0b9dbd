// What comes back to the author of something that the hub could not accept, and when it is over.
#include "tests/support/forger.hpp"
#include "tests/support/runners.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;
using schema::EntityId;
using sync::CloseReason;

namespace {

std::vector<node::NoticeView> of_kind(TestNode& node, bool rejection) {
    auto all = node->notices();
    std::erase_if(all, [&](const node::NoticeView& one) { return one.rejection != rejection; });
    return all;
}

void settle(TestNode& station, TestNode& hub) {
    for (int i = 0; i < 2; ++i) REQUIRE(meet(station, hub).station == CloseReason::done);
}

}  // namespace

TEST_CASE("a fault of content names its order on both sides and goes with an ordinary edit") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    node::Draft regions;
    regions.actor = "admin";
    regions.records.push_back(
        {EntityId::region, {{schema::region::code, std::string("340207001")}}});
    REQUIRE(hub->commit(regions).has_value());
    const auto id = add_appeal(station, "路灯", "坏了");
    edit(station, id, appeal::region, "999999999");
    const auto behind = add_appeal(station, "井盖", "没了");
    settle(station, hub);
    CHECK(station->show(behind, false)->delivered);
    for (TestNode* node : {&station, &hub}) {
        const auto notices = of_kind(*node, false);
        REQUIRE(notices.size() == 1);
        const node::NoticeView& notice = notices.front();
        CHECK(notice.record == id);
        CHECK(notice.number == shown(station, id, appeal::number));
        CHECK(notice.reason == schema::notice::unknown_region);
        REQUIRE(notice.field != nullptr);
        CHECK(notice.field->id == appeal::region);
        CHECK(notice.station == "SHG01");
        CHECK((*node)->status().notices == 1);
        node->reopen();
        CHECK((*node)->status().notices == 1);
    }
    SECTION("by the station") { edit(station, id, appeal::region, "340207001"); }
    SECTION("by the hub") { edit(hub, id, appeal::region, "340207001"); }
    settle(station, hub);
    for (TestNode* node : {&station, &hub}) {
        CHECK(of_kind(*node, false).empty());
        CHECK((*node)->status().notices == 0);
    }
}

TEST_CASE("a refused transaction comes back as a whole and is over with one new transaction") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    sync::Transaction made = forger.creation(EntityId::appeal, record_id(1));
    Forger::set(made, appeal::number, std::string("SHG01-7"));
    Forger::set(made, appeal::title, std::string("路灯"));
    const auto change = [&](schema::FieldId field, const char* value) {
        sync::Transaction tx = forger.next();
        tx.records.push_back({made.records.front().name, false, {}, {}});
        tx.changes.push_back({0, field, {}, std::string(value)});
        return tx;
    };
    // One field that is not its to write takes the other with it.
    sync::Transaction refused = change(appeal::category, "A01@1");
    refused.changes.push_back({0, appeal::place, {}, std::string("村口")});
    REQUIRE(forger.push({made, refused, change(appeal::address, "桥头")}));
    // What was written on the record after it shows that its author went on; before, it waits.
    CHECK(of_kind(hub, true).empty());
    CHECK(shown(hub, record_id(1), appeal::place).empty());
    CHECK(shown(hub, record_id(1), appeal::category).empty());
    CHECK(shown(hub, record_id(1), appeal::address) == "桥头");
    REQUIRE(forger.push({change(appeal::lead_unit, "JS")}));
    const auto waits = of_kind(hub, true);
    REQUIRE(waits.size() == 1);
    CHECK(waits.front().number == "SHG01-7");
    CHECK(waits.front().reason == schema::rejection::field_of_other_side);
    CHECK(waits.front().station == "SHG01");
    CHECK(hub->status().rejected == 1);
    // This machine, which knows nothing of that program, gets its words back and hears of it.
    settle(station, hub);
    CHECK(of_kind(station, true).size() == 1);
    station.reopen();
    CHECK(of_kind(station, true).size() == 1);
    // Nothing behind it waits, here or in what the honest program writes.
    const auto other = add_appeal(station, "井盖", "没了");
    settle(station, hub);
    CHECK(hub->show(other, false));
    // Again wrong is not mended; right is.
    REQUIRE(forger.push({change(appeal::lead_unit, "JS")}));
    CHECK(of_kind(hub, true).size() == 2);
    REQUIRE(forger.push({change(appeal::place, "村口")}));
    CHECK(of_kind(hub, true).empty());
    CHECK(hub->status().rejected == 0);
    CHECK(shown(hub, record_id(1), appeal::place) == "村口");
    CHECK(problems_of(hub, folder).empty());
}
