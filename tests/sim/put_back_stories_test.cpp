// Stories of nodes that were put back or copied, by name. docs/explanation/old-copies.md.
#include "tests/sim/order_work.hpp"
#include "tests/sim/town.hpp"

using namespace jiuying;
using namespace jiuying::sim;
namespace appeal = schema::appeal;

TEST_CASE("two live clones of a station that only sticks come from lose nothing and are noticed") {
    Town town;
    SimNode& station = town.station();
    (void)town.write(station, "开始");
    town.carry_both_ways(station);
    SimNode& clone = town.world.clone(station, GENERATE(false, true));
    std::multiset<std::string> expected{"开始"};
    for (int turn = 0; turn < 4; ++turn) {
        for (SimNode* node : {&station, &clone}) {
            const std::string title = (node == &clone ? "乙" : "甲") + std::to_string(turn);
            (void)town.write(*node, title);
            expected.insert(title);
        }
        // Both sticks are written before either is read.
        const Stick first = town.stick(station, station);
        const Stick second = town.stick(clone, station);
        REQUIRE(read_stick(*town.hub().replica, turn % 2 == 0 ? first : second));
        REQUIRE(read_stick(*town.hub().replica, turn % 2 == 0 ? second : first));
        REQUIRE(read_stick(*station.replica, town.stick(town.hub(), station)));
        REQUIRE(read_stick(*clone.replica, town.stick(town.hub(), station)));
    }
    for (int turn = 0; turn < 3; ++turn) {
        town.carry_both_ways(station);
        town.carry_both_ways(clone);
    }
    CHECK(town.titles(town.hub()) == expected);
    CHECK(town.alarms(town.hub()) == 1);
    CHECK(town.alarms(station) == 1);
    std::set<std::string> numbers;
    for (const auto& row : town.hub()->list({}).rows) numbers.insert(row.number);
    CHECK(numbers.size() == expected.size());
    CHECK(town.hub()->verify("scratch.db").problems.empty());
}

TEST_CASE("a receipt above the hub's head means nothing until the hub has it again") {
    Town town;
    SimNode& station = town.station();
    const auto first = town.write(station, "之前");
    REQUIRE(town.sync(station));
    const auto copy = town.copy_of(town.hub());
    std::vector<schema::RecordId> lost;
    for (int i = 0; i < 5; ++i) {
        lost.push_back(town.write(station, "其后" + std::to_string(i)));
        REQUIRE(town.sync(station));
    }
    const bool by_stick = GENERATE(false, true);
    const auto receipt = station->status().receipt_seq;
    REQUIRE(receipt == 6U);
    town.put_back(town.hub(), *copy, GENERATE(false, true));
    CHECK(town.titles(town.hub()).size() == 1);
    if (by_stick) {
        // A stick says how far the station is, the return stick how far the hub is, and the next
        // one brings the rest.
        town.carry_both_ways(station);
        CHECK_FALSE(station->show(lost.back(), false)->delivered);
        CHECK(station->show(first, false)->delivered);
        CHECK(station->status().unsent == 5);
        town.carry_both_ways(station);
        CHECK(station->show(lost.back(), false)->delivered);
    }
    town.agree();
    CHECK(town.titles(town.hub()).size() == 6);
    CHECK(station->show(lost.back(), false)->delivered);
    CHECK(town.alarms(town.hub()) == 0);
}

TEST_CASE("a version written on a base of a lost epoch waits for it and is not refused") {
    Town town(2);
    SimNode& station = town.station(0);
    const auto id = town.write(station, "标题");
    REQUIRE(town.sync(station));
    const auto copy = town.copy_of(town.hub());
    // An epoch of the hub that its copy knows nothing of.
    town.world.bury(town.hub(), World::Death::process);
    town.world.open(town.hub());
    town.edit(town.hub(), id, appeal::phone, "区里记的");
    REQUIRE(town.sync(station));
    town.put_back(town.hub(), *copy, GENERATE(false, true));
    town.edit(station, id, appeal::phone, "站里改的");
    SECTION("over the network") {}
    SECTION("by stick") {
        REQUIRE(read_stick(*town.hub().replica, town.stick(station, station)));
        CHECK(town.hub()->conflicts().empty());
    }
    SECTION("on a line that breaks at every place") {
        for (std::size_t cut = 200; cut < 2600; cut += 60) {
            Weather weather;
            weather.cut_after = cut;
            (void)town.sync(station, weather);
        }
    }
    town.agree();
    CHECK(town.rejections() == 0);
    CHECK(town.shown(town.hub(), id, appeal::phone) == "站里改的");
    CHECK(town.hub()->conflicts().empty());
    const auto view = town.hub()->show(id, true);
    const bool kept = std::ranges::any_of(view->history, [](const node::VersionView& version) {
        return version.value == schema::Value(std::string("区里记的"));
    });
    CHECK(kept);
}

TEST_CASE("a version whose base is still on another stick is taken when that one comes") {
    Town town;
    SimNode& station = town.station();
    const auto id = town.write(station, "标题");
    town.edit(station, id, appeal::phone, "甲");
    const Stick first = town.stick(station, station);
    town.edit(station, id, appeal::phone, "乙");
    const Stick second = town.stick(station, station);
    // Of the second stick only what is new: its base is in the future of the hub.
    REQUIRE(second.items.size() == first.items.size() + 1);
    Stick late = second;
    for (std::size_t i = 0; i + 1 < late.items.size(); ++i) late.items[i][0] ^= 1U;
    REQUIRE(read_stick(*town.hub().replica, late));
    CHECK(town.titles(town.hub()).empty());
    REQUIRE(read_stick(*town.hub().replica, first));
    CHECK(town.shown(town.hub(), id, appeal::phone) == "乙");
    CHECK(town.rejections() == 0);
    town.agree();
}

TEST_CASE("a hub restored while it wrote to several stations gets its words from each of them") {
    Town town(3);
    std::vector<schema::RecordId> ids;
    for (std::size_t i = 0; i < 3; ++i) {
        ids.push_back(town.write(town.station(i), "标题" + std::to_string(i)));
        REQUIRE(town.sync(town.station(i)));
    }
    const auto copy = town.copy_of(town.hub());
    for (std::size_t i = 0; i < 3; ++i) {
        town.edit(town.hub(), ids[i], appeal::place, "区里" + std::to_string(i));
        (void)town.write(town.station(i), "后来" + std::to_string(i));
        // The last of them is cut off before it hears of it.
        if (i != 2) REQUIRE(town.sync(town.station(i)));
    }
    town.put_back(town.hub(), *copy, GENERATE(false, true));
    // It goes on writing before it has met any of those who heard it.
    town.edit(town.hub(), ids[2], appeal::contact, "接着写");
    REQUIRE(town.sync(town.station(2)));
    town.agree();
    CHECK(town.shown(town.hub(), ids[0], appeal::place) == "区里0");
    CHECK(town.shown(town.hub(), ids[1], appeal::place) == "区里1");
    // Nobody but the hub had this.
    CHECK(town.shown(town.hub(), ids[2], appeal::place).empty());
    CHECK(town.shown(town.station(2), ids[2], appeal::contact) == "接着写");
    CHECK(town.titles(town.hub()).size() == 6);
    CHECK(town.alarms(town.hub()) == 0);
}

TEST_CASE("what a station did on another's order stands though the hub lost what it built on") {
    Town town(2);
    Oracle oracle;
    Desk desk(town.world, oracle);
    enter_staff(town.world, desk);
    SimNode& home = town.station(0);
    SimNode& helper = town.station(1);
    const auto id = town.write(home, "路灯不亮");
    REQUIRE(town.sync(home));
    const auto at_hub = [&](schema::EventKind kind) {
        schema::WorkOrderEvent event;
        event.kind = kind;
        event.reason = "sim";
        event.words = "模拟";
        event.type = schema::AppealType::complaint;
        event.complexity = schema::Complexity::simple;
        if (kind == schema::EventKind::dispatched) event.unit = helper.code;
        const auto acted = town.hub()->act("PD1", id, event);
        REQUIRE(acted.has_value());
        REQUIRE_FALSE(acted->refused);
    };
    at_hub(schema::EventKind::triaged);
    at_hub(schema::EventKind::dispatched);
    REQUIRE(town.sync(helper));
    REQUIRE(helper->show(id, false));
    const auto copy = town.copy_of(town.hub());
    town.edit(home, id, appeal::phone, "登记站的");
    REQUIRE(town.sync(home));
    REQUIRE(town.sync(helper));
    REQUIRE(town.shown(helper, id, appeal::phone) == "登记站的");
    town.edit(helper, id, appeal::phone, "承办站的");
    town.put_back(town.hub(), *copy, GENERATE(false, true));
    // A hub that lost a log as a whole lacks its key in a session that begins with more of it.
    SECTION("the helper comes first") { (void)town.sync(helper); }
    SECTION("the home comes first") { REQUIRE(town.sync(home)); }
    SECTION("the helper comes first, by stick") {
        REQUIRE(read_stick(*town.hub().replica, town.stick(helper, helper)));
    }
    town.agree();
    CHECK(town.rejections() == 0);
    for (SimNode* node : {&town.hub(), &home, &helper}) {
        CHECK(town.shown(*node, id, appeal::phone) == "承办站的");
    }
}

namespace {

bool has_version(SimNode& node, const schema::RecordId& id, const std::string& value) {
    const auto view = node->show(id, true);
    return view && std::ranges::any_of(view->history, [&](const node::VersionView& version) {
               return version.value == schema::Value(value);
           });
}

}  // namespace

TEST_CASE("both sides are put back: the end of a log comes back before its beginning") {
    Town town;
    SimNode& station = town.station();
    const auto hub_before = town.copy_of(town.hub());
    const auto id = town.write(station, "标题");
    const auto with_title = town.copy_of(station);
    town.edit(station, id, appeal::phone, "一");
    town.edit(station, id, appeal::phone, "二");
    REQUIRE(town.sync(station));
    // The station gets its own edits again, in its inbox; the title stays in its own log only.
    town.put_back(station, *with_title, true);
    REQUIRE(town.sync(station));
    REQUIRE(town.shown(station, id, appeal::phone) == "二");
    town.put_back(town.hub(), *hub_before, GENERATE(false, true));
    SECTION("nobody goes on") {}
    SECTION("the station writes on it before it has met the hub") {
        town.edit(station, id, appeal::phone, "三");
    }
    town.agree();
    CHECK(town.rejections() == 0);
    CHECK(town.titles(town.hub()) == std::multiset<std::string>{"标题"});
    for (const std::string value : {"标题", "一", "二"}) CHECK(has_version(town.hub(), id, value));
}

TEST_CASE("what a station got back stands though the hub loses it and the station writes on it") {
    Town town;
    SimNode& station = town.station();
    const auto hub_before = town.copy_of(town.hub());
    const auto station_before = town.copy_of(station);
    const auto id = town.write(station, "标题");
    REQUIRE(town.sync(station));
    town.put_back(station, *station_before, true);
    REQUIRE(town.sync(station));
    REQUIRE(town.sync(station));
    REQUIRE(station->show(id, false));
    town.put_back(town.hub(), *hub_before, GENERATE(false, true));
    // The last session ended well: the station begins with its own words, which stand on a record
    // that it has from its inbox only.
    town.edit(station, id, appeal::phone, "接着写");
    town.agree();
    CHECK(town.rejections() == 0);
    CHECK(town.shown(town.hub(), id, appeal::phone) == "接着写");
}

TEST_CASE("a hub that was put back and goes on at once still gets what it had said before") {
    Town town;
    SimNode& station = town.station();
    const auto id = town.write(station, "标题");
    REQUIRE(town.sync(station));
    const auto copy = town.copy_of(town.hub());
    town.edit(town.hub(), id, appeal::phone, "先前的话");
    REQUIRE(town.sync(station));
    town.put_back(town.hub(), *copy, GENERATE(false, true));
    town.edit(town.hub(), id, appeal::place, "后来的话");
    SECTION("in a session that begins with the station's own words") {
        town.edit(station, id, appeal::contact, "站里的话");
    }
    SECTION("on a line that breaks at every place") {
        for (std::size_t cut = 200; cut < 2600; cut += 60) {
            Weather weather;
            weather.cut_after = cut;
            (void)town.sync(station, weather);
        }
    }
    SECTION("and is put back once more before it has heard of it") {
        REQUIRE(read_stick(*station.replica, town.stick(town.hub(), station)));
        town.put_back(town.hub(), *copy, true);
        town.edit(town.hub(), id, appeal::contact, "又写");
    }
    town.agree();
    CHECK(town.rejections() == 0);
    CHECK(has_version(town.hub(), id, "先前的话"));
    CHECK(has_version(station, id, "先前的话"));
}

TEST_CASE("a copy of the hub from before its first word of a day goes on under another name") {
    Town town;
    SimNode& station = town.station();
    const auto id = town.write(station, "标题");
    REQUIRE(town.sync(station));
    town.world.bury(town.hub(), World::Death::process);
    town.world.open(town.hub());
    const auto copy = town.copy_of(town.hub());
    town.edit(town.hub(), id, appeal::phone, "第一次");
    REQUIRE(town.sync(station));
    town.put_back(town.hub(), *copy, false);
    town.edit(town.hub(), id, appeal::place, "第二次");
    town.agree();
    CHECK(town.alarms(town.hub()) == 0);
    CHECK(has_version(town.hub(), id, "第一次"));
    CHECK(has_version(station, id, "第二次"));
}

TEST_CASE("a hub that lost a chain meets another that took its names meanwhile") {
    Town town;
    SimNode& station = town.station();
    const auto hub_before = town.copy_of(town.hub());
    const auto id = town.write(station, "标题");
    const auto station_before = town.copy_of(station);
    town.edit(station, id, appeal::phone, "第一次");
    REQUIRE(town.sync(station));
    // The station gets it again in its inbox, and the hub loses all but what it has from there.
    town.put_back(station, *station_before, true);
    REQUIRE(town.sync(station));
    REQUIRE(town.sync(station));
    town.put_back(town.hub(), *hub_before, true);
    (void)town.sync(station);  // The first may find that the hub lost the whole log, and ends.
    REQUIRE(town.sync(station));
    town.put_back_to_its_place(station, *station_before);
    town.edit(station, id, appeal::phone, "第二次");
    town.agree();
    CHECK(town.second_chains() == 1);
    for (SimNode* node : {&town.hub(), &station}) {
        CHECK(has_version(*node, id, "第一次"));
        CHECK(has_version(*node, id, "第二次"));
    }
}

TEST_CASE("a station's receipts for an epoch that the hub lost count for nothing") {
    Town town;
    SimNode& station = town.station();
    const auto id = town.write(station, "标题");
    REQUIRE(town.sync(station));
    const auto station_before = town.copy_of(station);
    town.edit(station, id, appeal::phone, "甲");
    REQUIRE(town.sync(station));
    const auto hub_before = town.copy_of(town.hub());
    // An old copy of the station goes on beside that: a second chain, and an epoch of its own.
    town.put_back(station, *station_before, false);
    town.edit(station, id, appeal::phone, "乙");
    REQUIRE(town.sync(station));
    REQUIRE(town.sync(station));
    town.edit(station, id, appeal::phone, "丙");
    REQUIRE(town.sync(station));
    town.put_back(town.hub(), *hub_before, GENERATE(false, true));
    town.agree();
    for (const std::string value : {"甲", "乙", "丙"}) {
        CHECK(has_version(town.hub(), id, value));
        CHECK(has_version(station, id, value));
    }
}

TEST_CASE("words on an epoch of the hub before the one that it hears it lost are no forgery") {
    Town town;
    SimNode& station = town.station();
    const auto id = town.write(station, "标题");
    REQUIRE(town.sync(station));
    town.edit(town.hub(), id, appeal::phone, "一");
    REQUIRE(town.sync(station));
    const auto hub_before = town.copy_of(town.hub());
    town.edit(town.hub(), id, appeal::phone, "二");
    REQUIRE(town.sync(station));
    // It serves again, under a fresh epoch: the last that the station hears of.
    town.world.bury(town.hub(), World::Death::process);
    town.world.open(town.hub());
    town.edit(town.hub(), id, appeal::title, "改");
    REQUIRE(town.sync(station));
    town.edit(station, id, appeal::phone, "三");
    town.put_back(town.hub(), *hub_before, GENERATE(false, true));
    town.agree();
    CHECK(town.rejections() == 0);
    for (SimNode* node : {&town.hub(), &station}) {
        CHECK(town.shown(*node, id, appeal::phone) == "三");
        CHECK(has_version(*node, id, "二"));
    }
}

TEST_CASE("a station whose lane begins anew sends again what the hub lost of it") {
    Town town;
    SimNode& station = town.station();
    const auto station_before = town.copy_of(station);
    (void)town.write(station, "第一条");
    REQUIRE(town.sync(station));
    // From before its first word: what it wrote then is in its inbox only, in no log of its own.
    town.put_back(station, *station_before, true);
    REQUIRE(town.sync(station));
    const auto hub_before = town.copy_of(town.hub());
    (void)town.write(station, "第二条");
    REQUIRE(town.sync(station));
    REQUIRE(station->status().unsent == 0);
    town.put_back(town.hub(), *hub_before, GENERATE(false, true));
    town.agree();
    for (SimNode* node : {&town.hub(), &station}) {
        CHECK(town.titles(*node) == std::multiset<std::string>{"第一条", "第二条"});
    }
}
