// Databases of earlier programs, and what a node keeps of its own earlier epochs.
#include "node/store/sqlite.hpp"
#include "node/store/tables.hpp"
#include "sync/merge/state_codec.hpp"
#include "tests/support/forger.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;

TEST_CASE("a database made before some fields were known opens and takes them", "[migration]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    const auto before = add_appeal(hub, "以前登记的", "内容", "19900000001");
    hub.replica.reset();
    {
        auto db = node::sqlite::Database::open(hub.path);
        db.execute("DROP INDEX appeal_by_query_code");
        for (const char* column : {"hub_order_no", "query_code", "matter_id", "point", "related",
                                   "policy", "lead_unit"}) {
            db.execute((std::string("ALTER TABLE appeal DROP COLUMN ") + column).c_str());
        }
        db.execute("PRAGMA user_version = 1");
    }
    hub.reopen();
    CHECK(shown(hub, before, appeal::title) == "以前登记的");
    edit(hub, before, appeal::lead_unit, "340207-JS");
    edit(hub, before, appeal::related, "+QZX-20261101-0007");
    const auto after = add_appeal(hub, "后来登记的", "");
    edit(hub, after, appeal::point, "31.334500,118.376200");
    hub.reopen();
    CHECK(shown(hub, before, appeal::lead_unit) == "340207-JS");
    CHECK(shown(hub, before, appeal::related) == "QZX-20261101-0007");
    CHECK(shown(hub, after, appeal::point) == "31.334500,118.376200");
    CHECK(problems_of(hub, folder).empty());
    hub.replica.reset();
    auto db = node::sqlite::Database::open(hub.path);
    CHECK(node::sqlite::schema_version(db) == node::database_version);
}

TEST_CASE("a database made before work orders lived opens and takes their events", "[migration]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    const auto before = add_appeal(hub, "以前登记的", "内容");
    hub.replica.reset();
    {
        auto db = node::sqlite::Database::open(hub.path);
        for (const char* table : {"delegation", "dispatch_rule", "order_state"}) {
            db.execute((std::string("DROP TABLE ") + table).c_str());
        }
        for (const char* column : {"station", "successor", "valid_from", "valid_to"}) {
            db.execute((std::string("ALTER TABLE unit DROP COLUMN ") + column).c_str());
        }
        for (const char* column : {"unit", "reason", "answer", "grade", "ruling", "policy"}) {
            db.execute((std::string("ALTER TABLE work_order_event DROP COLUMN ") + column).c_str());
        }
        db.execute("PRAGMA user_version = 2");
    }
    hub.reopen();
    node::Draft staff{"admin", {}, {}};
    staff.records.push_back({schema::EntityId::staff,
                             {{schema::staff::code, std::string("PD1")},
                              {schema::staff::unit, std::string("QZX")},
                              {schema::staff::posts, std::string("派单岗")}}});
    REQUIRE(hub->commit(staff).has_value());
    schema::WorkOrderEvent taken;
    taken.kind = schema::EventKind::withdrawn;
    taken.reason = "by_person";
    const auto acted = hub->act("PD1", before, taken);
    REQUIRE(acted.has_value());
    CHECK_FALSE(acted->refused);
    CHECK(hub->show(before, false)->state == "withdrawn");
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("of what came before arrivals were noted no arrival is told", "[migration]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto before = add_appeal(station, "以前登记的", "内容");
    REQUIRE(exchange(station, hub));
    CHECK(hub->order(before)->received_at.has_value());
    for (TestNode* node : {&hub, &station}) {
        node->replica.reset();
        auto db = node::sqlite::Database::open(node->path);
        db.execute("DROP TABLE arrival; DROP INDEX appeal_about_unit; PRAGMA user_version = 4");
    }
    hub.reopen();
    station.reopen();
    station.environment->now = hub.environment->now += 60'000;
    const auto after = add_appeal(station, "后来登记的", "内容");
    hub.environment->now += 5000;
    REQUIRE(exchange(station, hub));
    for (TestNode* node : {&hub, &station}) {
        CHECK_FALSE((*node)->order(before)->received_at.has_value());
        CHECK((*node)->order(after)->received_at == hub.environment->now);
        CHECK(problems_of(*node, folder).empty());
    }
}

TEST_CASE("orders of before version 8 keep their state and learn their master", "[migration]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    const auto master = add_appeal(hub, "先来的", "内容");
    const auto later = add_appeal(hub, "后来的", "内容");
    node::Draft staff{"admin", {}, {}};
    staff.records.push_back({schema::EntityId::staff,
                             {{schema::staff::code, std::string("PD1")},
                              {schema::staff::unit, std::string("QZX")},
                              {schema::staff::posts, std::string("派单岗")}}});
    REQUIRE(hub->commit(staff).has_value());
    schema::WorkOrderEvent merging;
    merging.kind = schema::EventKind::merged;
    merging.target = master;
    merging.reason = "repeat";
    const auto acted = hub->act("PD1", later, merging);
    REQUIRE((acted.has_value() && !acted->refused));
    hub.replica.reset();
    {
        auto db = node::sqlite::Database::open(hub.path);
        db.execute("DROP INDEX order_state_by_master");
        db.execute("ALTER TABLE order_state DROP COLUMN merged_into");
        db.execute("ALTER TABLE order_state DROP COLUMN category");
        db.execute("DROP INDEX appeal_by_query_code");
        db.execute("PRAGMA user_version = 4");
    }
    hub.reopen();
    CHECK(hub->show(later, false)->state == "merged");
    CHECK(hub->master_of(later) == master);
    CHECK(hub->master_of(master) == master);
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("what a node wrote in a former epoch is not taken for judged", "[migration]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "一", "");
    edit(station, id, appeal::title, "二");
    REQUIRE(exchange(station, hub));
    edit(hub, id, appeal::title, "三");
    station.replica.reset();
    {
        auto db = node::sqlite::Database::open(station.path);
        db.statement("UPDATE meta SET value = ? WHERE key = 'epoch'")
            .run(std::vector<std::uint8_t>{9, 9, 9, 9, 9, 9, 9, 9});
    }
    station.reopen();
    REQUIRE(exchange(station, hub));
    const auto view = station->show(id, false);
    REQUIRE(*view->find(appeal::title) == schema::Value("三"));
    station.replica.reset();
    auto db = node::sqlite::Database::open(station.path);
    const auto row =
        db.statement("SELECT rid, state FROM appeal").maybe<node::RecordKey, std::string>();
    REQUIRE(row);
    sync::Authors authors;
    db.statement("SELECT node, epoch FROM author ORDER BY ix")
        .each<schema::NodeId, std::uint64_t>(
            [&](const schema::NodeId& writer, std::uint64_t epoch) {
                (void)authors.intern({writer, epoch});
            });
    const auto actors = db.statement("SELECT count(*) FROM actor").one<std::uint64_t>();
    sync::RecordState record;
    record.name = node::record_name(std::get<0>(*row));
    REQUIRE(sync::decode_state(
        std::get<1>(*row), record, [&](schema::FieldId field) { return view->find(field); },
        authors, actors));
    const sync::FieldGraph* graph = sync::find_graph(record, appeal::title);
    REQUIRE(graph != nullptr);
    // A rejection of it may still come, and then what it stood on counts again.
    CHECK(std::ranges::count(graph->versions, schema::Value("二"), &sync::Version::value) == 1);
}
