// What a station with good keys and a dishonest program can't do to its hub.
#include "node/store/sqlite.hpp"
#include "sync/segment/key_wrap.hpp"
#include "sync/segment/segment.hpp"
#include "sync/segment/transaction_codec.hpp"
#include "sync/session/enrol.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;
using schema::EntityId;

namespace {

/// A station with good keys that writes what no honest program writes.
class Forger {
public:
    Forger(TestNode& station, TestNode& hub)
        : hub_(hub),
          signing_(station.secrets.sign_seed),
          district_(hub->profile().district),
          peer_{node::public_keys(station.secrets).node, station->profile().scope},
          log_{{peer_.node, 7}, sync::Stream::station, peer_.scope},
          own_(authors.intern(log_.author)),
          at_(sync::log_start(log_, std::nullopt)) {
        content_key_.bytes()[0] = 1;
        (void)hand_over_key(log_);
    }

    [[nodiscard]] bool hand_over_key(const sync::LogId& log) {
        sync::KeyWrap named;
        named.log = log;
        named.reader = hub_->profile().hub.node;
        const auto wrap = sync::make_key_wrap(
            named, content_key_, sync::BoxKey(hub_->profile().hub.box_key),
            sync::Secret<32>(sync::Hash32{9}), signing_, sync::as_view(district_));
        return hub_->store_keys({sync::Lane::station, wrap.value()}, peer_).has_value();
    }

    /// The next transaction, empty.
    sync::Transaction next() {
        sync::Transaction tx;
        tx.txn = ++last_txn;
        tx.hlc = sync::make_hlc(static_cast<std::uint64_t>(hub_.environment->now), 0);
        tx.actor = "mallory";
        return tx;
    }
    /// A transaction that creates a record.
    sync::Transaction creation(EntityId entity, const schema::RecordId& id) {
        sync::Transaction tx = next();
        tx.records.push_back({{{own_, tx.txn}, 0}, true, entity, id});
        return tx;
    }
    static void set(sync::Transaction& tx, schema::FieldId field, schema::Value value) {
        tx.changes.push_back({0, field, {}, std::move(value)});
    }

    bool push(const std::vector<sync::Transaction>& transactions) {
        sync::SegmentBuilder builder(log_, authors, own_, at_, std::nullopt);
        for (const sync::Transaction& tx : transactions) REQUIRE(builder.add(tx));
        const sync::Key32 salt;
        const sync::Sealed sealed = std::move(builder).seal(
            {sync::key_id(content_key_), content_key_, signing_, sync::as_view(district_), salt},
            sync::Nonce24{});
        const auto answer = hub_->deliver({sync::Lane::station, sealed.bytes}, peer_);
        const bool taken = std::holds_alternative<sync::Delivered>(answer);
        if (taken) at_ = sealed.after;
        return taken;
    }

    [[nodiscard]] const node::Replica::Peer& peer() const { return peer_; }
    [[nodiscard]] const sync::LogId& log() const { return log_; }

    sync::Authors authors;
    std::uint64_t last_txn = 0;

private:
    TestNode& hub_;
    sync::SigningKey signing_;
    std::string district_;
    node::Replica::Peer peer_;
    sync::LogId log_;
    sync::AuthorIx own_;
    sync::Position at_;
    sync::Key32 content_key_;
};

schema::RecordId record_id(std::uint8_t byte) {
    schema::RecordId id;
    id.bytes.fill(byte);
    return id;
}

std::string problems_of(TestNode& node, const TempFolder& folder) {
    std::string all;
    for (const std::string& problem : node->verify(folder.file("scratch.db")).problems) {
        all += problem + "\n";
    }
    return all;
}

}  // namespace

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
    for (std::uint64_t ahead = 1; ahead < 20; ++ahead) {
        tx.records.push_back({{{hub_author, txn + ahead}, 0}, true, EntityId{999}, record_id(9)});
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
