// Programs of different versions side by side: what one doesn't know it keeps, passes on and
// counts, and shows once it was upgraded. docs/explanation/versions.md.
#include "node/store/sqlite.hpp"
#include "tests/support/forger.hpp"
#include "tests/support/old_copies.hpp"
#include "tests/support/order_people.hpp"
#include "tests/support/registries.hpp"
#include "tests/support/runners.hpp"
#include "tests/support/session_pair.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;
using schema::EntityId;
using sync::CloseReason;

namespace {

constexpr const char* version_names[]{"before", "this", "after"};

schema::Registry registry_of(std::size_t version) {
    if (version == 0) return registry_before();
    return version == 1 ? schema::registry() : registry_after();
}

/// Fields that the versions have and the registries of others have not.
std::vector<node::FieldValue> all_values(const std::string& by) {
    std::array<std::uint8_t, 16> matter{};
    matter.fill(7);
    return {{added_in_this, by + "在桥头"},
            {next_version::retired, std::string(matter.begin(), matter.end())},
            {next_version::weather, by + "大雨"},
            {next_version::labels, "+" + by},
            {next_version::severity, static_cast<std::int64_t>(by.size())}};
}

/// What of these the node's program may write.
std::vector<node::FieldValue> known_values(const TestNode& node, const std::string& by) {
    std::vector<node::FieldValue> values = all_values(by);
    const schema::Entity& entity = *schema::find_entity(node.registry, EntityId::appeal);
    std::erase_if(values, [&](const node::FieldValue& value) {
        return schema::find_field(entity, value.field) == nullptr;
    });
    return values;
}

schema::RecordId add_with_all(TestNode& node, const std::string& title) {
    std::vector<node::FieldValue> values = known_values(node, title);
    values.push_back({appeal::type, std::int64_t{3}});
    values.push_back({appeal::title, title});
    const auto committed = node->register_appeal("clerk", std::move(values));
    REQUIRE(committed.has_value());
    return committed->records.front();
}

void edit_all(TestNode& node, const schema::RecordId& id, const std::string& by) {
    node.environment->now += 1000;
    node::Draft draft;
    draft.actor = "editor";
    draft.edits.push_back({id, known_values(node, by)});
    const auto edited = node->commit(draft);
    REQUIRE(edited.has_value());
}

/// A record of each kind that not all versions have.
void add_others(TestNode& node) {
    node::Draft draft;
    draft.actor = "clerk";
    if (schema::find_entity(node.registry, EntityId::enterprise) != nullptr) {
        draft.records.push_back(
            {EntityId::enterprise, {{schema::enterprise::name, std::string("江岸机械")}}});
    }
    if (schema::find_entity(node.registry, next_version::inspection) != nullptr) {
        draft.records.push_back({next_version::inspection,
                                 {{next_version::inspection_place, std::string("泵站")},
                                  {next_version::inspection_found, std::string("渗水")}}});
    }
    if (draft.records.empty()) return;
    const auto committed = node->commit(draft);
    REQUIRE(committed.has_value());
}

void upgrade(TestNode& node, std::size_t version) {
    node.registry = registry_of(version);
    node.reopen();
}

schema::Value value_of(TestNode& node, const schema::RecordId& id, schema::FieldId field) {
    const auto view = node->show(id, false);
    REQUIRE(view);
    const schema::Value* value = view->find(field);
    return value == nullptr ? schema::Value{} : *value;
}

void expect_same(TestNode& station, TestNode& hub, const TempFolder& folder) {
    const auto here = station->digest(station->profile().scope);
    const auto there = hub->digest(station->profile().scope);
    CHECK(here.heads == there.heads);
    CHECK(here.records == there.records);
    CHECK_FALSE(station->status().diverged);
    CHECK_FALSE(hub->status().diverged);
    CHECK(problems_of(station, folder).empty());
    CHECK(problems_of(hub, folder).empty());
}

}  // namespace

TEST_CASE("a station and a hub of any two neighbouring versions sync, and nothing is lost by it") {
    const std::size_t station_version = GENERATE(0, 1, 2);
    const std::size_t hub_version = GENERATE(0, 1, 2);
    CAPTURE(version_names[station_version], version_names[hub_version]);
    const TempFolder folder;
    TestNode hub = make_hub(folder, 1, registry_of(hub_version));
    TestNode station =
        make_station(folder, hub, "SHG01", "", nullptr, registry_of(station_version));
    const auto id = add_with_all(station, "站");
    const auto other = add_with_all(station, "另");
    add_others(station);
    REQUIRE(meet(station, hub).station == CloseReason::done);
    hub.environment->now = station.environment->now + 1000;
    edit_all(hub, id, "区里");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    station.environment->now = hub.environment->now + 1000;
    edit_all(station, other, "站上");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    REQUIRE(meet(station, hub).hub == CloseReason::done);
    expect_same(station, hub, folder);
    CHECK(station->status().unsent == 0);
    CHECK((station->status().waiting_values != 0) ==
          (hub_version > station_version || (station_version == 2 && hub_version < 2)));
    CHECK((hub->status().waiting_values != 0) ==
          (station_version > hub_version || (hub_version == 2 && station_version < 2)));
    // What one of them doesn't know survives an edit by it.
    edit(station, id, appeal::place, "桥头");
    edit(hub, other, appeal::place, "桥尾");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    const std::size_t newest = std::max(station_version, hub_version);
    upgrade(station, newest);
    upgrade(hub, newest);
    expect_same(station, hub, folder);
    CHECK(station->digest(station->profile().scope).digest ==
          hub->digest(station->profile().scope).digest);
    for (TestNode* node : {&station, &hub}) {
        CHECK(shown(*node, id, appeal::place) == "桥头");
        CHECK(shown(*node, other, appeal::place) == "桥尾");
        const bool hub_knew_point = hub_version >= 1;
        const bool station_knew_point = station_version >= 1;
        if (hub_knew_point) CHECK(shown(*node, id, added_in_this) == "区里在桥头");
        if (!hub_knew_point && station_knew_point) {
            CHECK(shown(*node, id, added_in_this) == "站在桥头");
        }
        if (station_knew_point) CHECK(shown(*node, other, added_in_this) == "站上在桥头");
        if (newest < 2) continue;
        if (hub_version == 2) {
            CHECK(shown(*node, id, next_version::weather) == "区里大雨");
            CHECK(value_of(*node, id, next_version::severity) == schema::Value{std::int64_t{6}});
        }
        if (station_version == 2) {
            CHECK(shown(*node, other, next_version::weather) == "站上大雨");
            CHECK(node->replica->all(next_version::inspection, 9).size() == 1);
            const std::string labels = shown(*node, id, next_version::labels);
            CHECK(labels == (hub_version == 2 ? "区里\n站" : "站"));
        }
        // What the newer program no longer knows is kept as what it never knew.
        const bool retired_written = station_version < 2 || hub_version < 2;
        CHECK((node->replica->status().waiting_values != 0) == retired_written);
    }
    // And they go on together.
    edit_all(station, id, "以后");
    REQUIRE(meet(station, hub).station == CloseReason::done);
    REQUIRE(meet(station, hub).station == CloseReason::done);
    expect_same(station, hub, folder);
}

TEST_CASE("values of a field that a program doesn't know reach a third station through a share") {
    const TempFolder folder;
    OrderTown town(folder);
    TestNode other = make_station(folder, town.hub, "SXZ01", "", nullptr, registry_before());
    node::Draft draft;
    draft.actor = "admin";
    draft.records.push_back({EntityId::unit,
                             {{schema::unit::code, std::string("SXZ01")},
                              {schema::unit::station, std::string("SXZ01")}}});
    REQUIRE(town.hub->commit(draft).has_value());
    upgrade(town.station, 2);
    const auto id = add_with_all(town.station, "站");
    const auto settle = [&] {
        for (int round = 0; round < 3; ++round) {
            REQUIRE(meet(town.station, town.hub).station == CloseReason::done);
            REQUIRE(meet(other, town.hub).station == CloseReason::done);
        }
    };
    settle();
    CHECK(town.hub->status().waiting_values == 3);
    town.at_hub("PD1", id, triaged());
    town.at_hub("PD1", id, dispatched("SXZ01"));
    settle();
    CHECK(shown(other, id, appeal::title) == "站");
    CHECK(other->status().waiting_values == 4);
    upgrade(other, 2);
    CHECK(other->status().waiting_values == 0);
    CHECK(shown(other, id, next_version::weather) == "站大雨");
    CHECK(shown(other, id, next_version::labels) == "站");
    CHECK(shown(other, id, added_in_this) == "站在桥头");
    CHECK(problems_of(other, folder).empty());
    upgrade(town.hub, 2);
    CHECK(town.hub->status().waiting_values == 0);
    settle();
    CHECK_FALSE(other->status().diverged);
    CHECK_FALSE(town.hub->status().diverged);
    CHECK(problems_of(town.hub, folder).empty());
}

namespace {

/// SHG01's order is shared to SXZ01, whose segments have transactions with an origin.
struct Shared : OrderTown {
    explicit Shared(const TempFolder& folder)
        : OrderTown(folder), other(make_station(folder, hub, "SXZ01")) {
        node::Draft draft;
        draft.actor = "admin";
        draft.records.push_back({EntityId::unit,
                                 {{schema::unit::code, std::string("SXZ01")},
                                  {schema::unit::station, std::string("SXZ01")}}});
        draft.records.push_back({EntityId::staff,
                                 {{schema::staff::code, std::string("SX1")},
                                  {schema::staff::unit, std::string("SXZ01")}}});
        REQUIRE(hub->commit(draft).has_value());
        other.environment->now = hub.environment->now;
        id = add_appeal(station, "路灯不亮", "坏了");
        settle();
    }
    void dispatch() {
        at_hub("PD1", id, triaged());
        at_hub("PD1", id, dispatched("SXZ01"));
    }
    void settle() {
        for (int round = 0; round < 3; ++round) {
            REQUIRE(meet(station, hub).station == CloseReason::done);
            REQUIRE(meet(other, hub).station == CloseReason::done);
        }
    }
    static void know(TestNode& node, std::uint32_t bits) {
        node.understood = bits;
        node.reopen();
    }
    TestNode other;
    schema::RecordId id;
};

}  // namespace

TEST_CASE("a station keeps what only a newer program can read, and all else goes on") {
    const TempFolder folder;
    Shared town(folder);
    Shared::know(town.other, sync::must_restated);
    town.dispatch();
    town.settle();
    CHECK_FALSE(town.other->show(town.id, false));
    const auto waiting = town.other->status().waiting_segments;
    CHECK(waiting >= 1);
    CHECK(problems_of(town.other, folder).empty());
    // Its own log, and that of reference data.
    const auto own = add_appeal(town.other, "井盖", "没了");
    node::Draft draft;
    draft.actor = "admin";
    draft.records.push_back({EntityId::unit, {{schema::unit::code, std::string("NEU")}}});
    REQUIRE(town.hub->commit(draft).has_value());
    town.settle();
    CHECK(town.other->show(own, false)->delivered);
    CHECK(town.other->find_by_text(EntityId::unit, schema::unit::code, "NEU"));
    // Behind it in the same log everything waits, though it could be read.
    edit(town.hub, own, appeal::place, "区里看过");
    town.settle();
    CHECK(shown(town.other, own, appeal::place).empty());
    CHECK(town.other->status().waiting_segments > waiting);
    CHECK_FALSE(town.other->status().diverged);
    CHECK_FALSE(town.hub->status().diverged);
    SECTION("a restart of the same program changes nothing") {
        town.other.reopen();
        CHECK_FALSE(town.other->show(town.id, false));
    }
    Shared::know(town.other, sync::must_known);
    CHECK(town.other->status().waiting_segments == 0);
    CHECK(shown(town.other, town.id, appeal::title) == "路灯不亮");
    CHECK(shown(town.other, own, appeal::place) == "区里看过");
    CHECK(problems_of(town.other, folder) == "");
    town.settle();
    CHECK_FALSE(town.other->status().diverged);
    CHECK(town.other->digest(town.other->profile().scope).digest ==
          town.hub->digest(town.other->profile().scope).digest);
}

TEST_CASE("a hub receipts as stored, not as decided, what only a newer program can read") {
    const TempFolder folder;
    Shared town(folder);
    town.dispatch();
    Shared::know(town.hub, sync::must_restated);
    town.settle();
    // That the dispatch arrived waits already.
    const auto arrived = town.hub->status().waiting_segments;
    CHECK(arrived >= 1);
    town.other.environment->now += 1000;
    schema::WorkOrderEvent sign;
    sign.kind = schema::EventKind::signed_for;
    const auto signed_for = town.other->act("SX1", town.id, sign);
    REQUIRE(signed_for.has_value());
    REQUIRE_FALSE(signed_for->refused);
    REQUIRE(meet(town.other, town.hub).station == CloseReason::done);
    const auto behind = add_appeal(town.other, "井盖", "没了");
    REQUIRE(meet(town.other, town.hub).station == CloseReason::done);
    CHECK(town.other->status().unsent == 0);
    CHECK(town.hub->status().waiting_segments == arrived + 2);
    CHECK_FALSE(town.hub->show(behind, false));
    const auto numbers = [&] {
        auto db = node::sqlite::Database::open(town.hub.path);
        return db
            .statement(
                "SELECT stored, decided FROM receipt JOIN log ON receipt.log = log.ix JOIN author "
                "ON "
                "author.ix = log.author WHERE node = ?")
            .one<std::uint64_t, std::uint64_t>(node::public_keys(town.other.secrets).node);
    };
    CHECK(std::get<0>(numbers()) == std::get<1>(numbers()) + arrived + 2);
    CHECK(problems_of(town.hub, folder) == "");
    // The other station is served as ever.
    const auto elsewhere = add_appeal(town.station, "噪声", "夜里");
    REQUIRE(meet(town.station, town.hub).station == CloseReason::done);
    CHECK(town.hub->show(elsewhere, false));
    Shared::know(town.hub, sync::must_known);
    CHECK(town.hub->status().waiting_segments == 0);
    CHECK(std::get<0>(numbers()) == std::get<1>(numbers()));
    CHECK(town.hub->show(behind, false));
    const std::size_t events = town.other->order(town.id)->events.size();
    CHECK(town.hub->order(town.id)->events.size() == events);
    town.settle();
    CHECK(town.station->order(town.id)->events.size() == events);
    CHECK(problems_of(town.hub, folder).empty());
    CHECK_FALSE(town.hub->status().diverged);
}

TEST_CASE("what a station writes under a fresh name waits for what it wrote before") {
    const TempFolder folder;
    Shared town(folder);
    town.dispatch();
    Shared::know(town.hub, sync::must_restated);
    town.settle();
    const auto arrived = town.hub->status().waiting_segments;
    town.other.environment->now += 1000;
    schema::WorkOrderEvent sign;
    sign.kind = schema::EventKind::signed_for;
    REQUIRE(town.other->act("SX1", town.id, sign).has_value());
    REQUIRE(meet(town.other, town.hub).station == CloseReason::done);
    REQUIRE(town.hub->status().waiting_segments == arrived + 1);
    keep_copy(town.other, folder.file("copy.db"));
    put_back(town.other, folder.file("copy.db"), true);
    const auto behind = add_appeal(town.other, "井盖", "没了");
    REQUIRE(meet(town.other, town.hub).station == CloseReason::done);
    CHECK(town.hub->status().waiting_segments == arrived + 2);
    CHECK_FALSE(town.hub->show(behind, false));
    CHECK(problems_of(town.hub, folder) == "");
    Shared::know(town.hub, sync::must_known);
    CHECK(town.hub->status().waiting_segments == 0);
    CHECK(town.hub->show(behind, false));
    town.settle();
    const std::size_t events = town.other->order(town.id)->events.size();
    CHECK(town.hub->order(town.id)->events.size() == events);
    CHECK(town.other->show(behind, false)->delivered);
    CHECK(problems_of(town.hub, folder).empty());
    CHECK_FALSE(town.hub->status().diverged);
}

TEST_CASE("what nobody signed is not kept because it asks for a newer program") {
    const TempFolder folder;
    Shared town(folder);
    Shared::know(town.other, sync::must_restated);
    town.dispatch();
    const auto peer = town.other->hub_peer();
    const node::Replica::Peer of_other{node::public_keys(town.other.secrets).node,
                                       town.other->profile().scope};
    const auto hello = town.other->station_config().hello;
    sync::Offer offer =
        town.hub->fetch({sync::Lane::inbox, hello.have[1], 1U << 20U, {}}, of_other);
    REQUIRE_FALSE(offer.segments.empty());
    sync::Bytes bytes = offer.segments.front().bytes;
    SECTION("the body") { bytes.back() ^= 1U; }
    SECTION("the header") { bytes[20] ^= 1U; }
    const auto answer = town.other->deliver({sync::Lane::inbox, bytes}, peer);
    CHECK(std::holds_alternative<sync::DeliveryFailed>(answer));
    CHECK(town.other->status().waiting_segments == 0);
}

TEST_CASE("a station that speaks more versions of the protocol than its hub speaks the hub's") {
    test::FakeNode station{false};
    test::FakeNode hub{true};
    station.write(sync::Lane::station, 700, 4);
    test::Wire wire;
    wire.station_version = 9;
    CHECK(test::exchange(station, hub, wire).station == CloseReason::version_mismatch);
    wire.station_version_lowest = 1;
    CHECK(test::exchange(station, hub, wire).done());
    CHECK(test::in_sync(station, hub));
}
