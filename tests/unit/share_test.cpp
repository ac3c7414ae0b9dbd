// Home and share over replicas: what the hub forwards, what a station may do on an order of another
// home, and what is left of it once it is taken back.
#include "node/store/sqlite.hpp"
#include "tests/support/neighbours.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace jiuying;
using namespace jiuying::tests;
using schema::EventKind;

namespace {

/// Whether the node's database file or its log has these bytes.
bool has_bytes(const TestNode& node, const std::string& text) {
    for (const char* suffix : {"", "-wal"}) {
        std::ifstream file(node.path + suffix, std::ios::binary);
        const std::string all{std::istreambuf_iterator<char>(file), {}};
        if (all.find(text) != std::string::npos) return true;
    }
    return false;
}

std::uint64_t rejected(TestNode& node) { return node->status().rejected; }

}  // namespace

TEST_CASE("an order is forwarded to the station of its unit, and the results go home", "[share]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = town.shared_order();
    town.check_equal();
    REQUIRE(town.other->show(id, true));
    CHECK(town.other->show(id, true)->scope == town.station->profile().scope);
    CHECK(town.other->show(id, true)->history.size() ==
          town.station->show(id, true)->history.size());
    CHECK_FALSE(town.third->show(id, false));
    town.sign(id);
    edit(town.station, id, schema::appeal::contact_wish, "上午");
    edit(town.hub, id, schema::appeal::place, "村东");
    town.settle();
    town.check_equal();
    for (TestNode* node : {&town.hub, &town.station, &town.other}) {
        CHECK((*node)->order(id)->state.main == schema::MainState::in_progress);
        CHECK(shown(*node, id, schema::appeal::contact_wish) == "上午");
        CHECK(shown(*node, id, schema::appeal::place) == "村东");
    }
    CHECK(town.station->order(id)->events.back().station == "SXZ01");
    town.check_sound(folder);
}

TEST_CASE("equal logs show equal state, whatever is under way when it is taken back", "[share]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = town.shared_order();
    town.sign(id);
    REQUIRE(exchange(town.other, town.hub));
    town.at_hub("PD1", id, given_to("JS"));
    edit(town.station, id, schema::appeal::place, "村西");
    REQUIRE(exchange(town.station, town.hub));
    // It lets go; what the hub writes before it hears of that still comes.
    REQUIRE(exchange(town.other, town.hub));
    CHECK_FALSE(town.other->show(id, false));
    town.hub.environment->now += 1000;
    edit(town.hub, id, schema::appeal::place, "村南");
    edit(town.station, id, schema::appeal::contact_wish, "下午");
    REQUIRE(exchange(town.station, town.hub));
    SECTION("and stays away") {
        town.settle();
        CHECK_FALSE(town.other->show(id, false));
    }
    SECTION("and is given back before the hub knows") {
        town.at_hub("PD1", id, given_to("SXZ01"));
        town.settle();
        REQUIRE(town.other->show(id, false));
        CHECK(shown(town.other, id, schema::appeal::place) == "村南");
        CHECK(shown(town.other, id, schema::appeal::contact_wish) == "下午");
        CHECK(town.other->order(id)->events.size() == 7);
        town.sign(id);
        town.settle();
        CHECK(town.station->order(id)->state.main == schema::MainState::in_progress);
    }
    town.check_equal();
    town.check_sound(folder);
    for (TestNode* node : town.all()) node->reopen();
    town.hub.reopen();
    town.check_equal();
}

TEST_CASE("what is taken back leaves no byte in the file, and nothing to read in the log",
          "[share]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto own = add_appeal(town.other, "自己的", "本站的诉求");
    const auto id = town.shared_order();
    town.sign(id);
    node::Draft note;
    note.actor = "SX1";
    note.records.push_back(
        {schema::EntityId::note,
         {{schema::note::order, bytes_of(id)}, {schema::note::text, std::string("住户白天在家")}}});
    REQUIRE(town.other->commit(note).has_value());
    while (town.other->index_pending(10)) {
    }
    town.settle();
    CHECK(has_bytes(town.other, "村口路灯坏了"));
    town.at_hub("PD1", id, given_to("JS"));
    town.settle();
    CHECK_FALSE(town.other->show(id, false));
    for (const char* text : {"村口路灯坏了", "路灯不亮", "19900000001", "住户白天在家"}) {
        INFO(text);
        CHECK_FALSE(has_bytes(town.other, text));
        CHECK(has_bytes(town.station, text));
    }
    CHECK(town.other->show(own, true)->history.size() > 1);
    CHECK(town.other->status().unsent == 0);
    town.check_equal();
    town.check_sound(folder);
}

TEST_CASE("a late act keeps the copy until a person has ruled on it", "[share]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = town.shared_order();
    town.sign(id);
    town.at_hub("PD1", id, given_to("JS"));
    town.settle();
    REQUIRE(town.other->event_conflicts().size() == 1);
    town.check_equal();
    schema::WorkOrderEvent ruling = only(EventKind::event_ruling);
    ruling.target = town.hub->event_conflicts()[0].event.event.id;
    ruling.ruling = schema::Ruling::history;
    town.at_hub("PD1", id, ruling);
    town.settle();
    CHECK_FALSE(town.other->show(id, false));
    CHECK(town.station->event_conflicts().empty());
    town.check_equal();
    town.check_sound(folder);
}

TEST_CASE("a station that an order is not shared to can write nothing on it", "[share]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = town.shared_order();
    Forger forger(town.third, town.hub);
    using namespace schema::work_order_event;
    const auto event_on = [&](const std::optional<schema::ScopeId>& home) {
        sync::Transaction tx =
            forger.creation(schema::EntityId::work_order_event,
                            record_id(static_cast<std::uint8_t>(0x40 + forger.last_txn)));
        Forger::set(tx, order, bytes_of(id));
        Forger::set(tx, kind, static_cast<std::int64_t>(EventKind::signed_for));
        if (home) tx.origin = sync::Origin{dot_of(tx, tx.records[0].name.creation.author), *home};
        return tx;
    };
    const std::size_t before = town.hub->order(id)->events.size();
    const auto at_hub = [&] { return rejected(town.hub); };
    SECTION("in its own scope") {
        REQUIRE(forger.push({event_on(std::nullopt)}));
        CHECK(at_hub() == 1);
    }
    SECTION("in the scope of the order's home") {
        REQUIRE(forger.push({event_on(town.station->profile().scope)}));
        CHECK(at_hub() == 1);
    }
    SECTION("in a scope that nobody has") {
        schema::ScopeId nowhere;
        nowhere.bytes.fill(3);
        REQUIRE(forger.push({event_on(nowhere)}));
        CHECK(at_hub() == 1);
    }
    SECTION("a record of its own kind under the order's home") {
        sync::Transaction tx = forger.creation(schema::EntityId::appeal, record_id(0x77));
        Forger::set(tx, schema::appeal::title, std::string("混入"));
        tx.origin = sync::Origin{dot_of(tx, tx.records[0].name.creation.author),
                                 town.station->profile().scope};
        REQUIRE(forger.push({tx}));
        CHECK(at_hub() == 1);
    }
    CHECK(town.hub->order(id)->events.size() == before);
    town.settle();
    CHECK(town.station->order(id)->events.size() == before);
    CHECK(problems_of(town.hub, folder).empty());
    CHECK(problems_of(town.station, folder).empty());
}

TEST_CASE("a station forwards nothing and never names its own scope twice", "[share]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = town.shared_order();
    Forger forger(town.other, town.hub);
    sync::Transaction tx = forger.creation(schema::EntityId::work_order_event, record_id(0x51));
    Forger::set(tx, schema::work_order_event::order, bytes_of(id));
    const sync::Dot self = dot_of(tx, tx.records[0].name.creation.author);
    SECTION("under another's name") {
        const auto somebody = forger.authors.intern({town.hub->profile().hub.node, 1});
        tx.records[0].name.creation = {somebody, 9};
        tx.origin = sync::Origin{{somebody, 9}, town.station->profile().scope};
    }
    SECTION("of its own scope") { tx.origin = sync::Origin{self, town.other->profile().scope}; }
    CHECK_FALSE(forger.push({tx}));
}

TEST_CASE("of an order of another station only what anyone may say is said there", "[share]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = town.shared_order();
    const auto says = [&](schema::FieldId field, schema::Value value) {
        node::Draft draft;
        draft.actor = "SX1";
        draft.edits.push_back({id, {{field, std::move(value)}}});
        return town.other->commit(draft).has_value();
    };
    CHECK_FALSE(says(schema::appeal::channel, std::string("12345")));
    CHECK_FALSE(says(schema::appeal::lead_unit, std::string("SXZ01")));
    CHECK(says(schema::appeal::place, std::string("村东")));
    SECTION("two orders at once are refused: each leaves on its own") {
        const auto second = town.shared_order();
        node::Draft draft;
        draft.actor = "SX1";
        for (const auto& order : {id, second}) {
            draft.edits.push_back({order, {{schema::appeal::place, std::string("同时")}}});
        }
        const auto committed = town.other->commit(draft);
        CHECK(committed.error() == Errc::wrong_scope);
    }
    town.settle();
    CHECK(shown(town.station, id, schema::appeal::place) == "村东");
    CHECK(rejected(town.other) == 0);
}
