// A node whose folder was put back to an old state, or copied: nothing is lost, nothing takes the
// place of something else, and it is said. docs/explanation/old-copies.md.
#include "tests/support/old_copies.hpp"
#include "node/net/session_runner.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/runners.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;
using sync::CloseReason;

namespace {

std::multiset<std::string> titles(TestNode& node) {
    std::multiset<std::string> all;
    for (const auto& row : node->list({}).rows) all.insert(row.title);
    return all;
}

std::size_t distinct_numbers(TestNode& node) {
    std::set<std::string> numbers;
    for (const auto& row : node->list({}).rows) numbers.insert(row.number);
    return numbers.size();
}

/// After at most three exchanges both sides show the same, everything has a receipt, and what is
/// shown is what the logs say. Before the first the hub may ask for its own words.
void agree(TestNode& station, TestNode& hub) {
    for (int round = 0; round < 3; ++round) {
        Met met = meet(station, hub);
        if (round == 0 && met.station == CloseReason::lacks_own_words) met = meet(station, hub);
        REQUIRE(met.station == CloseReason::done);
    }
    const schema::ScopeId scope = station->profile().scope;
    CHECK(station->digest(scope).digest == hub->digest(scope).digest);
    CHECK(station->exchange_status().unsent == 0);
    CHECK_FALSE(station->status().diverged);
    CHECK_FALSE(hub->status().diverged);
    for (TestNode* node : {&station, &hub}) {
        node->reopen();
        const auto report = (*node)->verify(node->path + ".verify");
        for (const auto& problem : report.problems) {
            UNSCOPED_INFO((*node)->profile().station_code + ": " + problem.text);
        }
        CHECK(report.problems.empty());
    }
    for (const auto& row : station->list({}).rows) {
        INFO(row.title);
        CHECK(row.delivered);
    }
}

std::int64_t alarms(TestNode& node) { return std::ssize(node->all(schema::EntityId::alarm, 100)); }

}  // namespace

TEST_CASE("a station that was put back to an old state gets again what it had sent") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "一", "");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    keep_copy(station, folder.file("copy.db"));
    (void)add_appeal(station, "二", "");
    edit(station, id, appeal::text, "后来补的");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    const bool noticed = GENERATE(false, true);
    put_back(station, folder.file("copy.db"), noticed);
    std::multiset<std::string> expected{"一", "二"};
    SECTION("before it wrote anything new") {}
    SECTION("after it wrote something else under the same number") {
        (void)add_appeal(station, "另一个二", "");
        edit(station, id, appeal::place, "桥头");
        expected.insert("另一个二");
    }
    SECTION("after it wrote more than the hub has, and built on it") {
        const auto other = add_appeal(station, "另一个二", "");
        (void)station->station_config();  // Seals it.
        (void)add_appeal(station, "三", "");
        edit(station, other, appeal::text, "改过");
        edit(station, other, appeal::text, "又改过");
        edit(station, id, appeal::text, "另外补的");
        expected.insert({"另一个二", "三"});
    }
    agree(station, hub);
    CHECK(titles(station) == expected);
    CHECK(titles(hub) == expected);
    CHECK(alarms(hub) == 0);
    // It goes on as if nothing had been.
    (void)add_appeal(station, "四", "");
    edit(station, id, appeal::title, "一改");
    agree(station, hub);
    CHECK(shown(hub, id, appeal::title) == "一改");
    CHECK(titles(hub).size() == expected.size() + 1);
}

TEST_CASE("what was in doubt when a station was put back is one conflict, with both values") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "一", "", "13800000001");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    keep_copy(station, folder.file("copy.db"));
    edit(station, id, appeal::phone, "13800000002");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    put_back(station, folder.file("copy.db"), GENERATE(false, true));
    edit(station, id, appeal::phone, "13800000003");
    agree(station, hub);
    REQUIRE(hub->conflicts().size() == 1);
    std::set<std::string> values;
    const auto conflict = hub->conflicts().front();
    for (const auto& version : conflict.values) {
        values.insert(schema::text_of(version.value) == nullptr ? ""
                                                                : *schema::text_of(version.value));
    }
    CHECK(values == std::set<std::string>{"13800000002", "13800000003"});
    CHECK(station->conflicts().front().id == hub->conflicts().front().id);
}

TEST_CASE("a station may be put back again and again") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "开始", "");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    keep_copy(station, folder.file("first.db"));
    std::size_t count = 1;
    for (int turn = 0; turn < 4; ++turn) {
        (void)add_appeal(station, "第" + std::to_string(turn), "");
        ++count;
        if (turn % 2 == 0) REQUIRE(meet(station, hub).station == CloseReason::done);
        if (turn == 1) agree(station, hub);
        if (turn == 1) keep_copy(station, folder.file("second.db"));
        if (turn == 3) agree(station, hub);
        put_back(station, folder.file(turn < 2 ? "first.db" : "second.db"));
    }
    agree(station, hub);
    CHECK(titles(station).size() == count);
    CHECK(titles(hub).size() == count);
}

TEST_CASE("numbers stay unique after a station was copied, and a printed one finds its appeal") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "一", "");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    keep_copy(station, folder.file("copy.db"));
    const auto lost = add_appeal(station, "二", "");
    const std::string slip = shown(station, lost, appeal::number);
    REQUIRE(meet(station, hub).station == CloseReason::done);
    const bool noticed = GENERATE(false, true);
    put_back(station, folder.file("copy.db"), noticed);
    (void)add_appeal(station, "丙", "");
    (void)add_appeal(station, "丁", "");
    if (noticed) CHECK(station->find_appeals(slip).empty());
    agree(station, hub);
    CHECK(distinct_numbers(hub) == 4);
    for (TestNode* node : {&station, &hub}) {
        const auto found = (*node)->find_appeals(slip);
        CHECK(std::ranges::find(found, lost) != found.end());
    }
}

TEST_CASE("two machines with one station's keys that both go on raise an alarm, and lose nothing") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "一", "");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    TestNode clone = clone_of(station, folder, 77, GENERATE(false, true));
    std::multiset<std::string> expected{"一"};
    for (int turn = 0; turn < 3; ++turn) {
        for (TestNode* node : {&station, &clone}) {
            node->environment->now += 60'000;
            const std::string title = (node == &clone ? "乙" : "甲") + std::to_string(turn);
            (void)add_appeal(*node, title, "");
            expected.insert(title);
            REQUIRE(static_cast<int>(*meet(*node, hub).station) == 1);
            hub.environment->now = node->environment->now;
        }
    }
    for (int turn = 0; turn < 3; ++turn) {
        REQUIRE(meet(station, hub).station == CloseReason::done);
        REQUIRE(meet(clone, hub).station == CloseReason::done);
    }
    CHECK(titles(hub) == expected);
    CHECK(alarms(hub) == 1);
    CHECK(alarms(station) == 1);
}

TEST_CASE("a hub that was put back gets its own words again from the stations") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    // Else the logs are made afterwards, and their keys are lost with them.
    const bool had_logs = GENERATE(false, true);
    if (had_logs) {
        edit(hub, id, appeal::place, "区里");
        REQUIRE(meet(station, hub).station == CloseReason::done);
    }
    keep_copy(hub, folder.file("copy.db"));
    edit(hub, id, appeal::title, "区里的标题");
    const auto second = add_appeal(station, "第二件", "");
    edit(station, id, appeal::text, "站里的内容");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    edit(hub, second, appeal::title, "区里的第二件");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    put_back(hub, folder.file("copy.db"), GENERATE(false, true));
    CHECK(titles(hub).size() == 1);
    SECTION("it meets the station first") {}
    SECTION("it writes before it meets the station") {
        hub->invite("admin", "SHG02", "另一站", "340207001", hub.environment->now + 86'400'000);
    }
    agree(station, hub);
    CHECK(titles(hub) == std::multiset<std::string>{"区里的标题", "区里的第二件"});
    CHECK(titles(station) == titles(hub));
    CHECK(shown(hub, id, appeal::text) == "站里的内容");
    edit(hub, id, appeal::title, "继续");
    agree(station, hub);
    CHECK(shown(station, id, appeal::title) == "继续");
    CHECK(alarms(hub) == 0);
}

TEST_CASE("nothing is delivered that a hub which was put back has lost") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "一", "");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    keep_copy(hub, folder.file("copy.db"));
    const auto lost = add_appeal(station, "二", "");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    REQUIRE(station->show(lost, false)->delivered);
    put_back(hub, folder.file("copy.db"));
    // The hub's HELLO is heard, and then the line breaks.
    for (std::size_t cut = 100; station->show(lost, false)->delivered && cut < 4000; cut += 20) {
        (void)meet(station, hub, cut);
        if (titles(hub).size() == 2) break;
    }
    CHECK((titles(hub).size() == 2 || station->exchange_status().unsent > 0));
    agree(station, hub);
}

TEST_CASE("a hub that was put back and says other things under the same numbers is two hubs") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    keep_copy(hub, folder.file("copy.db"));
    edit(hub, id, appeal::title, "区里的标题");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    put_back(hub, folder.file("copy.db"));
    for (const char* title : {"甲", "乙", "丙"}) edit(hub, id, appeal::title, title);
    const Met met = meet(station, hub);
    CHECK(met.station == CloseReason::hub_log_differs);
    CHECK(alarms(hub) == 1);
    CHECK(shown(station, id, appeal::title) == "区里的标题");
}

TEST_CASE("each start of a hub goes on under a name of its own") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    for (int start = 0; start < 4; ++start) {
        hub->begin_service();
        edit(hub, id, appeal::title, "第" + std::to_string(start));
        if (start % 2 == 0) agree(station, hub);
        hub.reopen();
    }
    agree(station, hub);
    CHECK(shown(station, id, appeal::title) == "第3");
}

TEST_CASE("a station that comes with ever new chains fills nothing at the hub") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "一", "");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    keep_copy(station, folder.file("copy.db"));
    const auto logs = [&] {
        return node::sqlite::Database::open(hub.path)
            .statement("SELECT count(*) FROM log")
            .one<int>();
    };
    for (int turn = 0; turn < 90; ++turn) {
        put_back(station, folder.file("copy.db"));
        (void)add_appeal(station, "另一个" + std::to_string(turn), "");
        (void)meet(station, hub);
    }
    const int many = logs();
    for (int turn = 0; turn < 20; ++turn) {
        put_back(station, folder.file("copy.db"));
        (void)add_appeal(station, "再一个" + std::to_string(turn), "");
        (void)meet(station, hub);
    }
    CHECK(logs() == many);
    CHECK(hub->verify(hub.path + ".verify").problems.empty());
}

TEST_CASE("a station that was put back to an earlier epoch does not send again what the hub has") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    test::Dice dice{7};
    for (int i = 0; i < 40; ++i) {
        std::string text;  // Of the kind that does not get shorter by being packed.
        while (text.size() < 400) text += static_cast<char>('a' + dice.below(26));
        (void)add_appeal(station, "标题", text);
    }
    const Met all = meet(station, hub);
    REQUIRE(all.station == CloseReason::done);
    keep_copy(station, folder.file("copy.db"));
    put_back(station, folder.file("copy.db"), true);
    (void)add_appeal(station, "在新的一段里", "");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    put_back(station, folder.file("copy.db"), true);
    const Met again = meet(station, hub);
    REQUIRE(again.station == CloseReason::done);
    CHECK(again.bytes < all.bytes / 3);
    agree(station, hub);
}
