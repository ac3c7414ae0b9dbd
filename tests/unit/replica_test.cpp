#include "tests/support/nodes.hpp"

#include "node/store/sqlite.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;

namespace {

bool same_digest(TestNode& station, TestNode& hub) {
    const schema::ScopeId scope = station->profile().scope;
    const auto a = station->digest(scope);
    const auto b = hub->digest(scope);
    return a.digest == b.digest && a.heads == b.heads && a.records == b.records;
}

std::string problems_of(TestNode& node, const TempFolder& folder) {
    std::string all;
    for (const node::VerifyProblem& problem : node->verify(folder.file("scratch.db")).problems) {
        all += problem.text + "\n";
    }
    return all;
}

}  // namespace

TEST_CASE("an appeal registered at a station is there after a restart and found by its words") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "路灯不亮", "三组村口的路灯坏了半个月", "19900001234");
    station.reopen();
    CHECK(shown(station, id, appeal::title) == "路灯不亮");
    CHECK(shown(station, id, appeal::number) == "SHG01-20261123-0001");
    CHECK(station->find_appeals("SHG01-20261123-0001") == std::vector{id});
    node::AppealFilter filter;
    filter.search = "村口";
    CHECK(station->list(filter).total == 1);
    CHECK_FALSE(station->index_pending(100));
    CHECK(station->list(filter).total == 1);
    filter.search = "水管";
    CHECK(station->list(filter).total == 0);
    CHECK(station->status().unsent == 1);
    CHECK(station->list({}).rows.front().delivered == false);
}

TEST_CASE("printed numbers never repeat, though the clock goes back or the node restarts") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "一", "");
    station.environment->now += 86'400'000;
    (void)add_appeal(station, "二", "");
    station.environment->now -= 86'400'000;
    station.reopen();
    const auto third = add_appeal(station, "三", "");
    CHECK(shown(station, third, appeal::number) == "SHG01-20261123-0002");
}

TEST_CASE("what a station recorded is at the hub after an exchange, with a receipt") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "水管漏水", "自来水公司没有来修");
    REQUIRE(exchange(station, hub));
    CHECK(shown(hub, id, appeal::title) == "水管漏水");
    CHECK(station->status().unsent == 0);
    CHECK(station->list({}).rows.front().delivered);
    CHECK(station->list({}).rows.front().state == "received");
    CHECK(same_digest(station, hub));
    CHECK(problems_of(station, folder).empty());
    CHECK(problems_of(hub, folder).empty());
    SECTION("and a second exchange changes nothing") {
        const auto before = hub->digest(station->profile().scope).digest;
        REQUIRE(exchange(station, hub));
        CHECK(hub->digest(station->profile().scope).digest == before);
    }
}

TEST_CASE("of two phone numbers written apart both stay, and both sides list the same conflict") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "噪音", "夜间施工", "19900000001");
    REQUIRE(exchange(station, hub));
    edit(station, id, appeal::phone, "19900000002");
    edit(hub, id, appeal::phone, "19900000003");
    REQUIRE(exchange(station, hub));
    const auto at_station = station->conflicts();
    const auto at_hub = hub->conflicts();
    REQUIRE(at_station.size() == 1);
    REQUIRE(at_hub.size() == 1);
    CHECK(at_station[0].id == at_hub[0].id);
    CHECK(at_station[0].values.size() == 2);
    CHECK(same_digest(station, hub));
    CHECK(problems_of(station, folder).empty());
    CHECK(problems_of(hub, folder).empty());
    SECTION("a decision on one side settles it on both") {
        node::Draft draft;
        draft.actor = "leader";
        draft.edits.push_back({id, {{appeal::phone, at_hub[0].values[0].value, at_hub[0].heads}}});
        REQUIRE(hub->commit(draft).has_value());
        CHECK(hub->conflicts().empty());
        REQUIRE(exchange(station, hub));
        CHECK(station->conflicts().empty());
        CHECK(same_digest(station, hub));
        CHECK(problems_of(station, folder).empty());
        const auto history = station->show(id, true)->history;
        CHECK(std::ranges::count_if(history, [](const auto& v) { return v.lost; }) == 1);
    }
}

TEST_CASE("a title written apart follows the later one and the other stays visible") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "旧标题", "内容");
    REQUIRE(exchange(station, hub));
    edit(station, id, appeal::title, "站点的标题");
    hub.environment->now += 10'000;
    edit(hub, id, appeal::title, "区里的标题");
    REQUIRE(exchange(station, hub));
    for (TestNode* node : {&station, &hub}) {
        CHECK(shown(*node, id, appeal::title) == "区里的标题");
        CHECK((*node)->conflicts().empty());
        bool kept = false;
        const auto view = (*node)->show(id, true);
        for (const auto& version : view->history) {
            kept |= version.lost && version.value == schema::Value("站点的标题");
        }
        CHECK(kept);
    }
}

TEST_CASE("a cell changed behind the program's back is named by verify") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "真标题", "内容");
    station.replica.reset();
    {
        auto db = node::sqlite::Database::open(station.path);
        db.execute("UPDATE appeal SET title = '假标题'");
    }
    station.reopen();
    const std::string problems = problems_of(station, folder);
    CHECK_THAT(problems, Catch::Contains("SHG01-20261123-0001"));
    CHECK_THAT(problems, Catch::Contains("title"));
}

TEST_CASE("content that the hub cannot use is held with a notice until an edit mends it") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    node::Draft region;
    region.actor = "admin";
    region.records.push_back(
        {schema::EntityId::region,
         {{schema::region::code, "340207001"}, {schema::region::name, "四褐山街道"}}});
    REQUIRE(hub->commit(region).has_value());
    const auto id = add_appeal(station, "标题", "内容");
    edit(station, id, appeal::region, "999999999");
    REQUIRE(exchange(station, hub));
    CHECK(hub->status().notices == 1);
    CHECK(station->status().notices == 1);
    CHECK(station->status().rejected == 0);
    CHECK(same_digest(station, hub));
    edit(station, id, appeal::region, "340207001");
    REQUIRE(exchange(station, hub));
    CHECK(hub->status().notices == 0);
    CHECK(station->status().notices == 0);
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("a station may not write the hub's fields, nor the hub the station's") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容");
    REQUIRE(exchange(station, hub));
    node::Draft draft;
    draft.actor = "x";
    draft.edits.push_back({id, {{appeal::category, "A01@1"}}});
    CHECK(station->commit(draft).error() == Errc::wrong_scope);
    CHECK(hub->commit(draft).has_value());
    draft.edits[0].values = {{appeal::ext_no, "12345"}};
    CHECK(hub->commit(draft).error() == Errc::wrong_scope);
    CHECK(station->commit(draft).has_value());
}

TEST_CASE("tags added and removed apart are merged as a set") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容");
    edit(station, id, appeal::tags, "+三农\n+灌溉");
    REQUIRE(exchange(station, hub));
    edit(station, id, appeal::tags, "-三农");
    edit(hub, id, appeal::tags, "+征地");
    REQUIRE(exchange(station, hub));
    CHECK(shown(station, id, appeal::tags) == shown(hub, id, appeal::tags));
    CHECK(shown(hub, id, appeal::tags) == "征地\n灌溉");
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("a batch is durable as one, or not at all") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    {
        node::Replica::Batch batch(*station);
        (void)add_appeal(station, "一", "");
        (void)add_appeal(station, "二", "");
    }
    CHECK(station->list({}).total == 0);
    {
        node::Replica::Batch batch(*station);
        (void)add_appeal(station, "一", "");
        (void)add_appeal(station, "二", "");
        batch.commit();
    }
    station.reopen();
    CHECK(station->list({}).total == 2);
    CHECK(station->status().unsent == 2);
    CHECK(station->find_appeals("SHG01-20261123-0001").size() == 1);
}

TEST_CASE("a clock that is far off loses its word but not its records") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容");
    REQUIRE(exchange(station, hub));
    station.environment->now += std::int64_t{3} * 365 * 86'400'000;
    edit(station, id, appeal::title, "来自未来");
    edit(hub, id, appeal::title, "来自现在");
    REQUIRE(exchange(station, hub));
    REQUIRE(exchange(station, hub));
    for (TestNode* node : {&station, &hub}) {
        CHECK(shown(*node, id, appeal::title) == "来自现在");
        CHECK((*node)->conflicts().size() == 1);
    }
    CHECK(station->conflicts()[0].id == hub->conflicts()[0].id);
    CHECK(same_digest(station, hub));
    CHECK(problems_of(station, folder).empty());
    CHECK(problems_of(hub, folder).empty());
}
