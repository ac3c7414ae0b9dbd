// Pruning: old parts of a station's log go, what is shown stays.
#include "tests/support/old_copies.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
namespace fields = jiuying::schema::appeal;

namespace {

std::vector<std::string> problems_of(TestNode& node) {
    std::vector<std::string> texts;
    for (const auto& problem : node->verify(node.path + "-scratch").problems) {
        texts.push_back(problem.text);
    }
    return texts;
}

sync::Bytes copy_of(TestNode& hub, const schema::ScopeId& scope) {
    const auto written = hub->write_snapshot(scope);
    REQUIRE(written.has_value());
    sync::Bytes copy;
    REQUIRE(hub->copy_snapshot(written->id, [&](sync::View bytes) {
        copy.insert(copy.end(), bytes.begin(), bytes.end());
    }));
    return copy;
}

bool confirm(TestNode& hub, const sync::Bytes& copy) {
    std::size_t at = 0;
    const auto confirmed = hub->confirm_copy([&](std::span<std::uint8_t> into) {
        if (into.size() > copy.size() - at) return false;
        std::copy_n(copy.begin() + static_cast<std::ptrdiff_t>(at), into.size(), into.begin());
        at += into.size();
        return true;
    });
    return confirmed.has_value();
}

/// The hub holds twice what it has of this station, and the station knows.
void make_safe(TestNode& station, TestNode& hub) {
    REQUIRE(exchange(station, hub));
    REQUIRE(confirm(hub, copy_of(hub, station->profile().scope)));
    add_appeal(station, "随后一件", "让回执再来一次");
    REQUIRE(exchange(station, hub));
}

std::vector<std::string> shown_history(TestNode& node, const schema::RecordId& id) {
    const auto record = node->show(id, true);
    REQUIRE(record);
    std::vector<std::string> lines;
    for (const auto& version : record->history) {
        if (!version.current && !version.lost) continue;
        const std::string* text = schema::text_of(version.value);
        lines.push_back(std::to_string(version.field) + (version.lost ? " lost " : " current ") +
                        (text == nullptr ? "" : *text) + " " + version.actor + " " +
                        version.station);
    }
    std::ranges::sort(lines);
    return lines;
}

}  // namespace

TEST_CASE("A station gives up what its hub holds twice", "[prune]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto lamp = add_appeal(station, "路灯不亮", "三山路口", "13800000001");
    edit(station, lamp, fields::place, "三山路");
    REQUIRE(exchange(station, hub));
    // Two phones at once, settled by a person: the other one stays in history.
    edit(station, lamp, fields::phone, "13800000002");
    edit(hub, lamp, fields::phone, "13800000003");
    REQUIRE(exchange(station, hub));
    const auto conflicts = station->conflicts();
    REQUIRE(conflicts.size() == 1);
    node::Draft draft;
    draft.actor = "judge";
    draft.edits.push_back(
        {lamp, {{fields::phone, std::string("13800000003"), conflicts.front().heads}}});
    REQUIRE(station->commit(draft).has_value());
    REQUIRE(exchange(station, hub));
    edit(station, lamp, fields::phone, "13800000004");
    // One more that nobody has settled.
    const auto open = add_appeal(station, "待定", "两边不一样", "13900000001");
    REQUIRE(exchange(station, hub));
    edit(station, open, fields::phone, "13900000002");
    edit(hub, open, fields::phone, "13900000003");
    REQUIRE(exchange(station, hub));
    const auto before = shown_history(station, lamp);
    const auto digest_before = station->digest(station->profile().scope).digest;

    SECTION("nothing before the hub said so") {
        const node::PruneReport report = station->prune(false);
        CHECK(report.segments == 0);
        CHECK(report.safe == 0);
        CHECK(report.decided > 0);
    }
    SECTION("a dry run takes nothing") {
        make_safe(station, hub);
        const node::PruneReport report = station->prune(true);
        CHECK(report.segments > 0);
        CHECK(station->status().pruned == 0);
        CHECK(station->prune(true).segments == report.segments);
    }
    SECTION("what is shown stays, and verify says that all is well") {
        make_safe(station, hub);
        const node::PruneReport report = station->prune(false);
        REQUIRE(report.segments > 0);
        CHECK(report.up_to <= report.safe);
        CHECK(station->status().pruned == report.up_to);
        for (int restart = 0; restart < 2; ++restart) {
            CHECK(shown_history(station, lamp) == before);
            CHECK(station->conflicts().size() == 1);
            CHECK(station->conflicts().front().values.size() == 2);
            CHECK(station->show(lamp, true)->elsewhere > 0);
            CHECK(problems_of(station).empty());
            station.reopen();
        }
        CHECK(station->prune(false).segments == 0);
        SECTION("and the station goes on as before") {
            edit(station, lamp, fields::address, "清理以后");
            edit(hub, lamp, fields::contact, "区里改的");
            REQUIRE(exchange(station, hub));
            REQUIRE(exchange(station, hub));
            CHECK(shown(station, lamp, fields::contact) == "区里改的");
            CHECK(shown(hub, lamp, fields::address) == "清理以后");
            CHECK(station->digest(station->profile().scope).digest ==
                  hub->digest(station->profile().scope).digest);
            CHECK(problems_of(station).empty());
            CHECK(problems_of(hub).empty());
        }
        SECTION("a value that somebody changed in the file is found") {
            node::sqlite::OpenOptions options;
            options.create = false;
            station.replica.reset();
            node::sqlite::Database::open(station.path, options)
                .execute("UPDATE appeal SET place = 'elsewhere' WHERE place = '三山路'");
            station.reopen();
            CHECK_FALSE(problems_of(station).empty());
        }
    }
    SECTION("only up to what the copy has") {
        make_safe(station, hub);
        add_appeal(station, "后来的", "副本里没有");
        REQUIRE(exchange(station, hub));
        const node::PruneReport report = station->prune(false);
        CHECK(report.up_to == report.safe);
        CHECK(report.up_to < report.last);
    }
    CHECK(station->digest(station->profile().scope).records > 0);
    (void)digest_before;
}

TEST_CASE("A copy counts only if it reads back whole", "[prune]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    for (int i = 0; i < 5; ++i) add_appeal(station, "第" + std::to_string(i) + "件", "内容");
    REQUIRE(exchange(station, hub));
    const sync::Bytes copy = copy_of(hub, station->profile().scope);
    const auto safe = [&] {
        add_appeal(station, "又一件", "带回执");
        REQUIRE(exchange(station, hub));
        return station->prune(true).safe;
    };

    SECTION("whole") {
        REQUIRE(confirm(hub, copy));
        CHECK(safe() == 5);
        CHECK(problems_of(hub).empty());
    }
    SECTION("changed in any byte, or cut") {
        for (std::size_t at = 0; at < copy.size(); at += 7) {
            sync::Bytes changed = copy;
            changed[at] ^= 0x20U;
            CAPTURE(at);
            CHECK_FALSE(confirm(hub, changed));
        }
        for (std::size_t size = 0; size < copy.size(); size += 11) {
            CHECK_FALSE(confirm(
                hub, sync::Bytes(copy.begin(), copy.begin() + static_cast<std::ptrdiff_t>(size))));
        }
        CHECK(safe() == 0);
    }
    SECTION("of another hub") {
        const TempFolder elsewhere;
        TestNode other = make_hub(elsewhere, 99);
        CHECK_FALSE(confirm(other, copy));
    }
}

TEST_CASE("A pruned station that was put back keeps what only the pruned part said", "[prune]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto lamp = add_appeal(station, "路灯不亮", "三山路口", "13800000001");
    edit(station, lamp, fields::place, "三山路");
    make_safe(station, hub);
    REQUIRE(station->prune(false).segments > 0);
    keep_copy(station, folder.file("copy.db"));
    edit(station, lamp, fields::address, "写过又丢的");
    REQUIRE(exchange(station, hub));
    put_back(station, folder.file("copy.db"), GENERATE(false, true));
    edit(station, lamp, fields::contact, "后来写的");
    const auto water = add_appeal(station, "停水", "小区停水");
    for (int round = 0; round < 3; ++round) REQUIRE(exchange(station, hub));
    for (TestNode* node : {&station, &hub}) {
        CHECK(shown(*node, lamp, fields::place) == "三山路");
        CHECK(shown(*node, lamp, fields::phone) == "13800000001");
        CHECK(shown(*node, lamp, fields::address) == "写过又丢的");
        CHECK(shown(*node, lamp, fields::contact) == "后来写的");
        CHECK(shown(*node, water, fields::title) == "停水");
        node->reopen();
        CHECK(problems_of(*node).empty());
    }
    const schema::ScopeId scope = station->profile().scope;
    CHECK(station->digest(scope).digest == hub->digest(scope).digest);
}
