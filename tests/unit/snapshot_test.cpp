// Joining by a snapshot: a machine that has nothing gets what its scope adds up to, not its log.
#include "tests/support/agreement.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
namespace fields = jiuying::schema::appeal;

TEST_CASE("A second machine joins by a snapshot", "[snapshot]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode old_pc = make_station(folder, hub, "SHG01", "old");
    const auto lamp = add_appeal(old_pc, "路灯不亮", "三山路口路灯不亮");
    const auto noise = add_appeal(old_pc, "噪音扰民", "夜间施工");
    edit(old_pc, lamp, fields::place, "三山路");
    REQUIRE(exchange(old_pc, hub));
    edit(hub, noise, fields::place, "北京路");
    TestNode new_pc = make_station(folder, hub, "SHG01", "new");

    SECTION("it shows what the first one wrote, and all three agree") {
        REQUIRE(exchange(new_pc, hub));
        CHECK_FALSE(new_pc->status().filling);
        CHECK(shown(new_pc, lamp, fields::place) == "三山路");
        CHECK(shown(new_pc, noise, fields::place) == "北京路");
        REQUIRE(exchange(old_pc, hub));
        CHECK(agree(hub, {&old_pc, &new_pc}));
        CHECK(problems_of(new_pc).empty());
        CHECK(problems_of(old_pc).empty());
        CHECK(problems_of(hub).empty());
    }
    SECTION("what each writes afterwards reaches the other") {
        REQUIRE(exchange(new_pc, hub));
        edit(new_pc, lamp, fields::place, "三山路东口");
        const auto water = add_appeal(new_pc, "停水", "小区停水");
        edit(old_pc, noise, fields::address, "工地旁");
        REQUIRE(exchange(new_pc, hub));
        REQUIRE(exchange(old_pc, hub));
        REQUIRE(exchange(new_pc, hub));
        CHECK(shown(old_pc, lamp, fields::place) == "三山路东口");
        CHECK(shown(old_pc, water, fields::title) == "停水");
        CHECK(shown(new_pc, noise, fields::address) == "工地旁");
        CHECK(agree(hub, {&old_pc, &new_pc}));
        CHECK(problems_of(new_pc).empty());
        CHECK(problems_of(old_pc).empty());
        CHECK(problems_of(hub).empty());
        new_pc.reopen();
        CHECK(problems_of(new_pc).empty());
    }
    SECTION("what it wrote before it joined stands beside what it gets") {
        const auto early = add_appeal(new_pc, "井盖缺失", "路面井盖缺失");
        REQUIRE(exchange(new_pc, hub));
        CHECK(shown(new_pc, lamp, fields::title) == "路灯不亮");
        CHECK(shown(new_pc, early, fields::title) == "井盖缺失");
        REQUIRE(exchange(old_pc, hub));
        CHECK(shown(old_pc, early, fields::title) == "井盖缺失");
        CHECK(agree(hub, {&old_pc, &new_pc}));
    }
    SECTION("a hub that was started anew, before it and after, goes on from there") {
        hub->begin_service();
        edit(hub, noise, fields::place, "中山路");
        REQUIRE(exchange(old_pc, hub));
        hub->begin_service();
        edit(hub, noise, fields::address, "工地西门");
        REQUIRE(exchange(new_pc, hub));
        CHECK(shown(new_pc, noise, fields::place) == "中山路");
        hub->begin_service();
        edit(hub, noise, fields::place, "解放路");
        edit(old_pc, lamp, fields::address, "西口");
        REQUIRE(exchange(old_pc, hub));
        REQUIRE(exchange(new_pc, hub));
        REQUIRE(exchange(old_pc, hub));
        CHECK(shown(new_pc, noise, fields::place) == "解放路");
        CHECK(shown(new_pc, noise, fields::address) == "工地西门");
        CHECK(shown(new_pc, lamp, fields::address) == "西口");
        CHECK(agree(hub, {&old_pc, &new_pc}));
        new_pc.reopen();
        CHECK(problems_of(new_pc).empty());
        CHECK(problems_of(old_pc).empty());
        CHECK(problems_of(hub).empty());
    }
    SECTION("what waited on the old disk arrives when it turns up") {
        const auto late = add_appeal(old_pc, "没发出去的", "旧电脑里的");
        edit(old_pc, lamp, fields::place, "旧电脑改的");
        REQUIRE(exchange(new_pc, hub));
        edit(new_pc, lamp, fields::address, "新电脑改的");
        REQUIRE(exchange(new_pc, hub));
        REQUIRE(exchange(old_pc, hub));
        REQUIRE(exchange(new_pc, hub));
        CHECK(shown(new_pc, late, fields::title) == "没发出去的");
        CHECK(shown(new_pc, lamp, fields::place) == "旧电脑改的");
        CHECK(shown(old_pc, lamp, fields::address) == "新电脑改的");
        CHECK(agree(hub, {&old_pc, &new_pc}));
        CHECK(problems_of(new_pc).empty());
    }
}

namespace {

/// Conflicts and histories as a person sees them, in one text.
std::string seen_by_people(TestNode& node, const std::vector<schema::RecordId>& appeals) {
    std::string text;
    const auto value_of = [](const schema::Value& value) {
        const std::string* words = schema::text_of(value);
        return words != nullptr ? *words : std::string("?");
    };
    for (const auto& conflict : node->conflicts()) {
        text += "conflict " + schema::to_text(conflict.record);
        for (const auto& value : conflict.values) text += "|" + value_of(value.value);
        text += "\n";
    }
    for (const schema::RecordId& id : appeals) {
        const auto record = node->show(id, true);
        if (!record) continue;
        text += schema::to_text(id) + " ";
        std::vector<std::string> lost;
        for (const auto& version : record->history) {
            if (version.current) text += value_of(version.value) + ";";
            if (version.lost)
                lost.push_back(std::to_string(version.field) + value_of(version.value));
        }
        std::ranges::sort(lost);
        for (const std::string& one : lost) text += " lost " + one;
        text += "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("A snapshot of any history is what a replay of it gives", "[snapshot]") {
    const auto seed = GENERATE(range(1U, 13U));
    CAPTURE(seed);
    const TempFolder folder;
    TestNode hub = make_hub(folder, seed);
    TestNode one = make_station(folder, hub, "SHG01", "one");
    TestNode two = make_station(folder, hub, "SHG01", "two");
    const auto dice = [&](unsigned below) {
        std::array<std::uint8_t, 2> bytes{};
        hub.environment->random(bytes);
        return (bytes[0] * 256U + bytes[1]) % below;
    };
    std::vector<schema::RecordId> appeals;
    const std::array<schema::FieldId, 3> texts{fields::phone, fields::place, fields::contact};
    for (int step = 0; step < 80; ++step) {
        TestNode& who = *std::array{&one, &two, &hub}[dice(3)];
        switch (dice(6)) {
            case 0:
                if (&who != &hub) {
                    appeals.push_back(add_appeal(who, "第" + std::to_string(step) + "件", "内容"));
                }
                break;
            case 1: REQUIRE(exchange(one, hub)); break;
            case 2: REQUIRE(exchange(two, hub)); break;
            case 3: {
                const auto open = who->conflicts();
                if (open.empty()) break;
                node::Draft draft;
                draft.actor = "judge";
                const auto& conflict = open[dice(static_cast<unsigned>(open.size()))];
                draft.edits.push_back(
                    {conflict.record,
                     {{conflict.field->id, conflict.values.front().value, conflict.heads}}});
                (void)who->commit(draft);
                break;
            }
            default: {
                if (appeals.empty()) break;
                const auto& id = appeals[dice(static_cast<unsigned>(appeals.size()))];
                if (!who->show(id, false)) break;
                edit(who, id, texts[dice(3)], "改" + std::to_string(step));
            }
        }
        one.environment->now = two.environment->now = hub.environment->now =
            std::max({one.environment->now, two.environment->now, hub.environment->now});
    }
    for (int round = 0; round < 3; ++round) {
        REQUIRE(exchange(one, hub));
        REQUIRE(exchange(two, hub));
    }
    TestNode late = make_station(folder, hub, "SHG01", "late");
    late.environment->now = hub.environment->now;
    REQUIRE(exchange(late, hub));
    REQUIRE(exchange(one, hub));
    REQUIRE(exchange(two, hub));
    CHECK(agree(hub, {&one, &two, &late}));
    const std::string at_hub = seen_by_people(hub, appeals);
    CHECK(seen_by_people(one, appeals) == at_hub);
    CHECK(seen_by_people(late, appeals) == at_hub);
    CHECK(problems_of(late).empty());
    CHECK(problems_of(one).empty());
}

namespace {

/// What the hub gives of a snapshot to one who has nothing of it, as it is asked for more and more.
sync::Offer whole_snapshot(TestNode& hub, const node::Replica::Peer& peer) {
    sync::Offer all = hub->fetch({sync::Lane::snapshot, {}, 64U << 20U, {}}, peer);
    while (all.more) {
        const sync::Fetch next{sync::Lane::snapshot, all.segments.back().head, 64U << 20U, {}};
        sync::Offer offer = hub->fetch(next, peer);
        REQUIRE_FALSE(offer.segments.empty());
        std::ranges::move(offer.segments, std::back_inserter(all.segments));
        all.more = offer.more;
    }
    return all;
}

}  // namespace

TEST_CASE("A snapshot is applied chunk by chunk and resumes where it stopped", "[snapshot]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode old_pc = make_station(folder, hub, "SHG01", "old");
    const std::vector<schema::RecordId> appeals = add_long_appeals(old_pc, 1200);
    hub.environment->now = old_pc.environment->now;
    REQUIRE(exchange(old_pc, hub));
    TestNode new_pc = make_station(folder, hub, "SHG01", "new");
    new_pc.environment->now = hub.environment->now;
    const auto greet = [&](std::optional<node::Replica::Peer>& peer) {
        sync::Admit admit;
        admit.static_key = node::public_keys(new_pc.secrets).static_key;
        admit.hello = new_pc->station_config().hello;
        REQUIRE(std::holds_alternative<sync::Admitted>(hub->admit(admit, peer)));
        return admit.hello.have[3];
    };
    std::optional<node::Replica::Peer> peer;
    const sync::LaneHead nothing = greet(peer);
    REQUIRE(nothing == sync::LaneHead{});
    const sync::Offer offer = whole_snapshot(hub, *peer);
    REQUIRE(offer.segments.size() >= 4);
    REQUIRE(offer.key_wraps.size() == 1);
    const node::Replica::Peer from = new_pc->hub_peer();
    const auto take = [&](const sync::Bytes& bytes) {
        return std::holds_alternative<sync::Delivered>(
            new_pc->deliver({sync::Lane::snapshot, bytes}, from));
    };

    SECTION("without the key nothing is taken") { CHECK_FALSE(take(offer.segments[0].bytes)); }
    REQUIRE(new_pc->store_keys({sync::Lane::snapshot, offer.key_wraps.front()}, from).has_value());
    SECTION("in another order nothing is taken") {
        CHECK_FALSE(take(offer.segments[1].bytes));
        CHECK_FALSE(new_pc->status().filling);
        REQUIRE(take(offer.segments[0].bytes));
        CHECK_FALSE(take(offer.segments[2].bytes));
        CHECK_FALSE(take(offer.segments.back().bytes));
    }
    SECTION("damage and forgery leave nothing") {
        sync::Bytes damaged = offer.segments[0].bytes;
        damaged.back() ^= 1U;
        CHECK_FALSE(take(damaged));
        REQUIRE(take(offer.segments[0].bytes));
        damaged = offer.segments[1].bytes;
        damaged[damaged.size() / 2] ^= 1U;
        CHECK_FALSE(take(damaged));
        CHECK(new_pc->status().appeals == 0);
        CHECK(take(offer.segments[1].bytes));
    }
    SECTION("a snapshot of another station is refused") {
        TestNode elsewhere = make_station(folder, hub, "SHG02", "first");
        add_appeal(elsewhere, "别的站", "别的站的事");
        REQUIRE(exchange(elsewhere, hub));
        TestNode second = make_station(folder, hub, "SHG02", "second");
        std::optional<node::Replica::Peer> other;
        sync::Admit admit;
        admit.static_key = node::public_keys(second.secrets).static_key;
        admit.hello = second->station_config().hello;
        REQUIRE(std::holds_alternative<sync::Admitted>(hub->admit(admit, other)));
        const sync::Offer foreign = hub->fetch({sync::Lane::snapshot, {}, 64U << 20U, {}}, *other);
        REQUIRE_FALSE(foreign.segments.empty());
        CHECK_FALSE(new_pc->store_keys({sync::Lane::snapshot, foreign.key_wraps.front()}, from)
                        .has_value());
        CHECK_FALSE(take(foreign.segments[0].bytes));
    }
    SECTION("cut in the middle it goes on, through restarts, and tells so") {
        REQUIRE(take(offer.segments[0].bytes));
        REQUIRE(take(offer.segments[1].bytes));
        // Told twice, because the answer got lost: nothing changes.
        CHECK(take(offer.segments[1].bytes));
        const auto filling = new_pc->status().filling;
        REQUIRE(filling.has_value());
        CHECK(filling->records > 0);
        CHECK(filling->records < filling->of);
        // The latest open orders are there already, and may be worked on.
        CHECK(shown(new_pc, appeals.back(), fields::title) == "第1199件");
        edit(new_pc, appeals.back(), fields::place, "正在补全时改的");
        new_pc.reopen();
        hub.reopen();
        hub->end_session(peer, sync::CloseReason::hung_up);
        REQUIRE(exchange(new_pc, hub));
        CHECK_FALSE(new_pc->status().filling);
        CHECK(shown(new_pc, appeals.front(), fields::title) == "第0件");
        CHECK(shown(new_pc, appeals.back(), fields::place) == "正在补全时改的");
        REQUIRE(exchange(old_pc, hub));
        CHECK(shown(old_pc, appeals.back(), fields::place) == "正在补全时改的");
        CHECK(agree(hub, {&old_pc, &new_pc}));
        CHECK(problems_of(new_pc).empty());
    }
    SECTION("a hub that no longer has it writes another, and what came of the first is replaced") {
        REQUIRE(take(offer.segments[0].bytes));
        REQUIRE(take(offer.segments[1].bytes));
        const auto own = add_appeal(new_pc, "自己的", "补全时录入");
        edit(old_pc, appeals.back(), fields::place, "后来改的");
        REQUIRE(exchange(old_pc, hub));
        node::sqlite::OpenOptions options;
        options.create = false;
        hub.replica.reset();
        node::sqlite::Database::open(hub.path, options).execute("DELETE FROM snapshot");
        hub.reopen();
        REQUIRE(exchange(new_pc, hub));
        CHECK_FALSE(new_pc->status().filling);
        CHECK(shown(new_pc, appeals.back(), fields::place) == "后来改的");
        CHECK(shown(new_pc, own, fields::title) == "自己的");
        REQUIRE(exchange(old_pc, hub));
        CHECK(agree(hub, {&old_pc, &new_pc}));
        CHECK(problems_of(new_pc).empty());
    }
    SECTION("what is being filled can be verified") {
        REQUIRE(take(offer.segments[0].bytes));
        REQUIRE(take(offer.segments[1].bytes));
        CHECK(problems_of(new_pc).empty());
    }
}
