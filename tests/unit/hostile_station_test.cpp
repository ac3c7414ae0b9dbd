// What a station with good keys and a dishonest program can't do to its hub.
#include "node/store/sqlite.hpp"
#include "sync/segment/transaction_codec.hpp"
#include "sync/session/enrol.hpp"
#include "tests/support/forger.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;
using schema::EntityId;

TEST_CASE("a transaction number that no author reaches is refused and harms nobody") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    forger.last_txn = (std::uint64_t{1} << 63U) + 5;
    sync::Transaction tx = forger.creation(EntityId::appeal, record_id(1));
    Forger::set(tx, appeal::number, std::string("SHG01-1"));
    Forger::set(tx, appeal::category, std::string("A"));  // The hub's: would be judged.
    CHECK_FALSE(forger.push({tx}));
    CHECK(hub->list({}).total == 0);
}

TEST_CASE("a station that claims to create a record of the hub changes nothing of it") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(hub, "区里的标题", "内容", "19900000001");
    const auto name = hub->show(id, true)->history.front().dot;
    Forger forger(station, hub);
    const std::string heads = hub->digest(hub->profile().scope).heads.begin()->first;
    const std::uint64_t epoch = std::stoull(heads.substr(37, 16), nullptr, 16);
    const auto hub_author = forger.authors.intern({hub->profile().hub.node, epoch});
    sync::Transaction tx = forger.next();
    tx.records.push_back({{{hub_author, name.txn}, 0}, true, EntityId::appeal, record_id(9)});
    Forger::set(tx, appeal::phone, std::string("19900009999"));
    const auto before = hub->digest(hub->profile().scope).digest;
    CHECK(forger.push({tx}));
    CHECK(hub->status().rejected == 1);
    CHECK(shown(hub, id, appeal::phone) == "19900000001");
    CHECK(hub->show(id, true)->history.size() == hub->show(id, false)->fields.size());
    CHECK(hub->digest(hub->profile().scope).digest == before);
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("a station can't take the place of a record that the hub is going to make") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto first = add_appeal(hub, "一", "");
    const std::uint64_t txn = hub->show(first, true)->history.front().dot.txn;
    Forger forger(station, hub);
    const std::string heads = hub->digest(hub->profile().scope).heads.begin()->first;
    const std::uint64_t epoch = std::stoull(heads.substr(37, 16), nullptr, 16);
    const auto hub_author = forger.authors.intern({hub->profile().hub.node, epoch});
    sync::Transaction tx = forger.next();
    for (std::uint8_t ahead = 1; ahead < 20; ++ahead) {
        tx.records.push_back(
            {{{hub_author, txn + ahead}, 0}, true, EntityId{999}, record_id(ahead)});
    }
    CHECK(forger.push({tx}));
    const auto second = add_appeal(hub, "二", "");
    CHECK(shown(hub, second, appeal::title) == "二");
    CHECK(hub->digest(forger.peer().scope).records == 1);  // The rejection.
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("a station can't reach the hub's fields by calling an appeal a note") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    sync::Transaction made = forger.creation(EntityId::appeal, record_id(1));
    Forger::set(made, appeal::number, std::string("SHG01-1"));
    sync::Transaction again = forger.next();
    again.records.push_back({made.records.front().name, true, EntityId::note, record_id(2)});
    Forger::set(again, appeal::category, std::string("A01@1"));
    CHECK(forger.push({made, again}));
    CHECK(shown(hub, record_id(1), appeal::category).empty());
    CHECK(hub->status().rejected == 1);
}

TEST_CASE("a station can't hide reference data behind a record of the same id") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    node::Draft draft;
    draft.actor = "admin";
    draft.records.push_back(
        {EntityId::region, {{schema::region::code, "340207001"}, {schema::region::name, "甲"}}});
    const auto region = hub->commit(draft)->records.front();
    Forger forger(station, hub);
    sync::Transaction tx = forger.creation(EntityId::appeal, region);
    Forger::set(tx, appeal::number, std::string("SHG01-1"));
    CHECK(forger.push({tx}));
    CHECK(hub->status().rejected == 1);
    CHECK(hub->list({}).total == 0);
    // What the hub is asked to change is the region still.
    edit(hub, region, schema::region::name, "乙");
    CHECK(shown(hub, region, schema::region::name) == "乙");
}

TEST_CASE("values of another kind than the field's are kept, noticed, and break no disk") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    sync::Transaction tx = forger.creation(EntityId::appeal, record_id(1));
    Forger::set(tx, appeal::number, std::string("SHG01-1"));
    Forger::set(tx, appeal::type, std::string("complaint"));     // A text for a number.
    Forger::set(tx, appeal::title, std::int64_t{5});             // A number for a text.
    Forger::set(tx, appeal::occurred_at, std::string("12345"));  // Looks like one.
    Forger::set(tx, appeal::meeting, std::int64_t{7});           // A number for an id.
    REQUIRE(forger.push({tx}));
    CHECK(hub->status().notices == 4);
    hub.reopen();
    const auto view = hub->show(record_id(1), true);
    REQUIRE(view);
    CHECK(*view->find(appeal::type) == schema::Value(std::string("complaint")));
    CHECK(*view->find(appeal::title) == schema::Value(std::int64_t{5}));
    CHECK(*view->find(appeal::occurred_at) == schema::Value(std::string("12345")));
    CHECK(problems_of(hub, folder).empty());
    // And mended like any other value.
    edit(hub, record_id(1), appeal::title, "标题");
    CHECK(shown(hub, record_id(1), appeal::title) == "标题");
    CHECK(hub->status().notices == 3);
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("a station that names authors whom its hub never met is refused") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    sync::Transaction tx = forger.creation(EntityId::appeal, record_id(1));
    Forger::set(tx, appeal::number, std::string("SHG01-1"));
    for (std::uint8_t i = 0; i < 200; ++i) {
        schema::NodeId stranger;
        stranger.bytes.fill(i);
        tx.changes.back().bases.push_back({forger.authors.intern({stranger, i}), 1});
    }
    sync::canonicalize(tx, forger.authors);
    CHECK_FALSE(forger.push({tx}));
    hub.reopen();
    auto db = node::sqlite::Database::open(hub.path);
    CHECK(db.statement("SELECT count(*) FROM author").one<int>() < 5);
}

TEST_CASE("segments and keys of logs that nobody writes leave nothing behind at the hub") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    sync::LogId strange = forger.log();
    strange.stream = sync::Stream::inbox;
    CHECK_FALSE(forger.hand_over_key(strange));
    strange = forger.log();
    strange.scope.bytes.fill(3);
    CHECK_FALSE(forger.hand_over_key(strange));
    strange = forger.log();
    std::size_t accepted = 0;
    for (strange.author.epoch = 100; strange.author.epoch < 400; ++strange.author.epoch) {
        if (forger.hand_over_key(strange)) ++accepted;
    }
    CHECK(accepted < 100);
    auto db = node::sqlite::Database::open(hub.path);
    CHECK(db.statement("SELECT count(*) FROM log").one<int>() < 100);
}

TEST_CASE("a clock at the end of time is a wrong clock and nothing worse") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    sync::Admit admit;
    admit.static_key = node::public_keys(station.secrets).static_key;
    admit.hello = station->station_config().hello;
    for (const std::int64_t wall :
         {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
        admit.hello.wall_ms = wall;
        std::optional<node::Replica::Peer> peer;
        CHECK(std::holds_alternative<sync::Admitted>(hub->admit(admit, peer)));
        hub->note_peer({admit.hello}, *peer);
        const auto offset = hub->peers().front().clock_offset_ms;
        REQUIRE(offset);
        CHECK((*offset < 0) == (wall < 0));
    }
}

TEST_CASE("a printed number that a station invents does not move the hub's own counter") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(hub, "一", "");
    Forger forger(station, hub);
    sync::Transaction tx = forger.creation(EntityId::appeal, record_id(1));
    Forger::set(tx, appeal::number, std::string("QZX-20261123-4294967295"));
    REQUIRE(forger.push({tx}));
    hub.reopen();
    CHECK(shown(hub, add_appeal(hub, "二", ""), appeal::number) == "QZX-20261123-0002");
}

TEST_CASE("an invitation does not let one machine take the place of another") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode victim = make_station(folder, hub, "SHG01");
    const auto invitation =
        hub->invite("admin", "SHG02", "乙", "340207001", hub.environment->now + 86'400'000);
    sync::Admit admit;
    admit.static_key = sync::Hash32{77};
    sync::Enrol enrol;
    enrol.invitation = invitation.id;
    enrol.sign_key = node::public_keys(victim.secrets).sign_key;  // Not its own.
    enrol.mac = sync::Hash32{};
    admit.hello.enrol = enrol;
    const node::HubFacts& facts = hub->profile().hub;
    admit.hello.enrol->mac =
        sync::enrol_mac(invitation.secret, admit.handshake_hash,
                        {admit.static_key, facts.static_key, facts.box_key}, enrol);
    std::optional<node::Replica::Peer> peer;
    CHECK(std::holds_alternative<sync::Refused>(hub->admit(admit, peer)));
    (void)add_appeal(victim, "标题", "");
    CHECK(exchange(victim, hub));
}

TEST_CASE("a notice is open only while the version of its own author stands") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    sync::Transaction tx = forger.creation(EntityId::appeal, record_id(1));
    Forger::set(tx, appeal::number, std::string("SHG01-1"));
    Forger::set(tx, appeal::title, std::string("标题"));
    Forger::set(tx, appeal::type, std::int64_t{99});
    // The hub's mending gets the same number as the station's transaction.
    const auto hub_txn = [&] {
        const auto id = add_appeal(hub, "占位", "");
        return hub->show(id, true)->history.front().dot.txn;
    }();
    tx.txn = hub_txn + 2;
    tx.records.front().name.creation.txn = tx.txn;
    REQUIRE(forger.push({tx}));
    REQUIRE(hub->status().notices == 1);
    node::Draft draft;
    draft.actor = "editor";
    draft.edits.push_back({record_id(1), {{appeal::type, std::int64_t{2}}}});
    const auto committed = hub->commit(draft);
    REQUIRE(committed.has_value());
    REQUIRE(committed->txn == tx.txn);
    CHECK(hub->status().notices == 0);
}
