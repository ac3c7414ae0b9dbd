// A snapshot on its way while the hub still writes it, and what changes meanwhile.
#include "tests/support/agreement.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
namespace fields = jiuying::schema::appeal;

TEST_CASE("A snapshot leaves while it is still written", "[snapshot]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode old_pc = make_station(folder, hub, "SHG01", "old");
    const std::vector<schema::RecordId> appeals = add_long_appeals(old_pc, 1200);
    hub.environment->now = old_pc.environment->now;
    REQUIRE(exchange(old_pc, hub));
    edit(hub, appeals[2], fields::place, "先改的");
    TestNode new_pc = make_station(folder, hub, "SHG01", "new");
    new_pc.environment->now = hub.environment->now;
    const auto greet = [&] {
        std::optional<node::Replica::Peer> peer;
        sync::Admit admit;
        admit.static_key = node::public_keys(new_pc.secrets).static_key;
        admit.hello = new_pc->station_config().hello;
        REQUIRE(std::holds_alternative<sync::Admitted>(hub->admit(admit, peer)));
        return *peer;
    };
    const node::Replica::Peer peer = greet();
    const node::Replica::Peer from = new_pc->hub_peer();
    const auto take = [&](const sync::Offer& offer) {
        for (const sync::Bytes& wrap : offer.key_wraps) {
            REQUIRE(new_pc->store_keys({sync::Lane::snapshot, wrap}, from).has_value());
        }
        for (const sync::OutgoingSegment& chunk : offer.segments) {
            REQUIRE(std::holds_alternative<sync::Delivered>(
                new_pc->deliver({sync::Lane::snapshot, chunk.bytes}, from)));
        }
        return offer.segments.back().head;
    };
    const sync::Offer first = hub->fetch({sync::Lane::snapshot, {}, 64U << 20U, {}}, peer);
    REQUIRE(first.more);
    REQUIRE(first.segments.size() == 2);
    const auto finish = [&] {
        new_pc.reopen();
        hub->end_session(peer, sync::CloseReason::hung_up);
        REQUIRE(exchange(new_pc, hub));
        CHECK_FALSE(new_pc->status().filling);
        REQUIRE(exchange(old_pc, hub));
        REQUIRE(exchange(new_pc, hub));
        CHECK(shown(new_pc, appeals.front(), fields::title) == "第0件");
        CHECK(agree(hub, {&old_pc, &new_pc}));
        CHECK(problems_of(new_pc).empty());
        CHECK(problems_of(hub).empty());
        return hub->snapshots();
    };

    SECTION("the latest open order is there with the first part") {
        take(first);
        CHECK(shown(new_pc, appeals.back(), fields::title) == "第1199件");
        CHECK(hub->snapshots().empty());
        CHECK(finish().size() == 1);
    }
    SECTION("what changes meanwhile is not in it and comes behind it") {
        sync::LaneHead at = take(first);
        edit(hub, appeals.front(), fields::place, "中途改的");
        edit(old_pc, appeals[1], fields::place, "老电脑中途改的");
        const auto fresh = add_appeal(old_pc, "中途新增", "中途新增");
        REQUIRE(exchange(old_pc, hub));
        REQUIRE(hub->snapshots().size() == 1);
        for (bool more = true; more;) {
            const sync::Offer next = hub->fetch({sync::Lane::snapshot, at, 64U << 20U, {}}, peer);
            at = take(next);
            more = next.more;
        }
        CHECK(at.epoch == hub->snapshots().front().id);
        CHECK(shown(new_pc, appeals.front(), fields::place).empty());
        CHECK(shown(new_pc, appeals[1], fields::place).empty());
        CHECK(finish().front().id == at.epoch);
        CHECK(shown(new_pc, appeals.front(), fields::place) == "中途改的");
        CHECK(shown(new_pc, appeals[1], fields::place) == "老电脑中途改的");
        CHECK(shown(new_pc, fresh, fields::title) == "中途新增");
    }
    SECTION("another machine of the station gets the same one") {
        const sync::LaneHead at = take(first);
        TestNode third = make_station(folder, hub, "SHG01", "third");
        third.environment->now = hub.environment->now;
        REQUIRE(exchange(third, hub));
        CHECK(third->status().appeals == appeals.size());
        const auto known = finish();
        REQUIRE(known.size() == 1);
        CHECK(known.front().id == at.epoch);
    }
    SECTION("a hub that ended over it writes another, and nothing is left of the first") {
        const sync::LaneHead at = take(first);
        hub.reopen();
        const auto known = finish();
        REQUIRE(known.size() == 1);
        CHECK(known.front().id != at.epoch);
        node::sqlite::OpenOptions options;
        options.create = false;
        hub.replica.reset();
        CHECK(node::sqlite::Database::open(hub.path, options)
                  .statement("SELECT count(*) FROM snapshot_chunk WHERE snapshot = ?")
                  .one<int>(at.epoch) == 0);
    }
    SECTION("a cut is no reason to begin anew") {
        const sync::LaneHead at = take(first);
        CHECK(finish().front().id == at.epoch);
    }
}

TEST_CASE("Where a record fits no snapshot the logs come instead", "[snapshot]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode old_pc = make_station(folder, hub, "SHG01", "old");
    // The oldest, so that the snapshot is under way before it turns out.
    const auto long_story = add_appeal(old_pc, "来回改的", "来回改的");
    (void)add_long_appeals(old_pc, 2100);
    hub.environment->now = old_pc.environment->now;
    REQUIRE(exchange(old_pc, hub));
    // What each wrote without knowing of the other is kept in a snapshot, as history shows it.
    std::string long_text;
    for (int i = 0; i < 19'000; ++i) long_text += "字";
    for (int round = 0; round < 45; ++round) {
        hub.environment->now = ++old_pc.environment->now;
        edit(hub, long_story, fields::text, std::to_string(round) + long_text);
        edit(old_pc, long_story, fields::text, std::to_string(round) + long_text + "。");
        REQUIRE(exchange(old_pc, hub));
    }
    TestNode new_pc = make_station(folder, hub, "SHG01", "new");
    new_pc.environment->now = hub.environment->now;
    REQUIRE(exchange(new_pc, hub));
    CHECK(hub->snapshots().empty());
    CHECK_FALSE(new_pc->status().filling);
    REQUIRE(exchange(new_pc, hub));
    const auto later = add_appeal(old_pc, "后来的", "后来的");
    REQUIRE(exchange(old_pc, hub));
    REQUIRE(exchange(new_pc, hub));
    CHECK(shown(new_pc, later, fields::title) == "后来的");
    CHECK(problems_of(new_pc).empty());
}

TEST_CASE("What a writer replaced knowingly is not lost because a snapshot was written before",
          "[snapshot]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode one = make_station(folder, hub, "SHG01", "one");
    const auto lamp = add_appeal(one, "路灯", "路灯不亮");
    REQUIRE(exchange(one, hub));
    TestNode two = make_station(folder, hub, "SHG01", "two");
    REQUIRE(exchange(two, hub));
    edit(one, lamp, fields::title, "路灯不亮");
    REQUIRE(exchange(one, hub));
    two.environment->now = hub.environment->now = ++one.environment->now;
    edit(two, lamp, fields::title, "路灯坏了");
    REQUIRE(exchange(two, hub));
    // Now one of the two loses, and both stand in the snapshot.
    REQUIRE(hub->write_snapshot(one->profile().scope).has_value());
    two.environment->now = hub.environment->now = ++one.environment->now;
    edit(one, lamp, fields::title, "路灯全不亮");
    REQUIRE(exchange(one, hub));
    std::vector<std::string> lost;
    const auto record = hub->show(lamp, true);
    for (const auto& version : record->history) {
        if (version.lost) lost.push_back(*schema::text_of(version.value));
    }
    CHECK(lost == std::vector<std::string>{"路灯坏了"});
}
