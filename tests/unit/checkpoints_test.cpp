// Checkpoints: what the hub signed of its logs, and what contradicts it.
#include "node/replica/checkpoints.hpp"

#include "node/store/sqlite.hpp"
#include "tests/support/nodes.hpp"
#include "tests/support/old_copies.hpp"
#include "tests/support/runners.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
using node::Checkpoints;
using Kind = node::Checkpoints::Fault::Kind;

namespace {

const sync::View district = sync::as_view("340207");

sync::SigningKey key(std::uint8_t byte) {
    sync::Array<32> bytes{};
    bytes.fill(byte);
    return sync::SigningKey{sync::Secret<32>{bytes}};
}

sync::Checkpoint sample() {
    sync::Checkpoint checkpoint;
    checkpoint.number = 7;
    checkpoint.epoch = 0xFEDCBA9876543210U;
    checkpoint.previous.fill(1);
    checkpoint.said_at_ms = 1'795'400'000'000;
    for (std::uint8_t i = 0; i < 3; ++i) {
        sync::CheckpointHead head;
        head.log.author.node.bytes.fill(i);
        head.log.author.epoch = i;
        head.log.stream = sync::Stream::station;
        head.log.scope.bytes.fill(i);
        head.seq = 1000U * i;
        head.chain.fill(i);
        checkpoint.heads.push_back(head);
    }
    return checkpoint;
}

bool names(const std::vector<node::VerifyProblem>& problems, const std::string& words) {
    return std::ranges::any_of(
        problems, [&](const auto& one) { return one.text.find(words) != std::string::npos; });
}

void tamper(TestNode& hub, const std::string& sql) {
    hub.replica.reset();
    {
        auto db = node::sqlite::Database::open(hub.path);
        db.execute(sql.c_str());
    }
    hub.reopen();
}

}  // namespace

TEST_CASE("a checkpoint says what the hub signed, and nothing else verifies", "[checkpoint]") {
    const sync::SigningKey hub = key(1);
    const sync::Bytes bytes = sync::sign_checkpoint(sample(), hub, district);
    const auto read = sync::verify_checkpoint(bytes, hub.verify_key(), district);
    REQUIRE(read.has_value());
    CHECK(*read == sample());
    CHECK_FALSE(sync::verify_checkpoint(bytes, key(2).verify_key(), district).has_value());
    CHECK_FALSE(
        sync::verify_checkpoint(bytes, hub.verify_key(), sync::as_view("340208")).has_value());
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        sync::Bytes damaged = bytes;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        CHECK_FALSE(sync::verify_checkpoint(damaged, hub.verify_key(), district).has_value());
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_FALSE(
            sync::verify_checkpoint(sync::View{bytes}.first(size), hub.verify_key(), district)
                .has_value());
    }
}

TEST_CASE("a hub signs what moved, once a day, and stations have it", "[checkpoint]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "一", "");
    REQUIRE(exchange(station, hub));
    Checkpoints{*hub}.make_if_due();
    CHECK(Checkpoints{*hub}.list().empty());
    hub.environment->now += 25LL * 3'600'000;
    station.environment->now += 25LL * 3'600'000;
    for (int i = 0; i < 2; ++i) Checkpoints{*hub}.make_if_due();
    CHECK(Checkpoints{*hub}.list().size() == 1);
    REQUIRE(exchange(station, hub));
    CHECK(Checkpoints{*station}.list().size() == 1);
    hub.environment->now += 25LL * 3'600'000;
    station.environment->now += 25LL * 3'600'000;
    (void)add_appeal(station, "二", "");
    REQUIRE(exchange(station, hub));
    Checkpoints{*hub}.make_if_due();
    const auto listed = Checkpoints{*hub}.list();
    REQUIRE(listed.size() == 2);
    CHECK(listed[1].number == 2);
    CHECK(Checkpoints{*hub}.compare().empty());
    REQUIRE(exchange(station, hub));
    CHECK(Checkpoints{*station}.compare().empty());
    CHECK(station->verify(folder.file("verify.db")).problems.empty());
    // Nothing new, nothing signed.
    CHECK(Checkpoints{*hub}.make("admin") <= 1);
    CHECK(Checkpoints{*hub}.make("admin") == 0);
}

TEST_CASE("what the hub signs makes nobody count the orders anew", "[checkpoint]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "一", "");
    REQUIRE(exchange(station, hub));
    const auto facts = [](TestNode& node) {
        auto db = node::sqlite::Database::open(node.path);
        return db.statement("SELECT hex(value) FROM meta WHERE key = 'order_facts'")
            .maybe<std::string>()
            .value_or("");
    };
    const std::string at_hub = facts(hub);
    const std::string at_station = facts(station);
    REQUIRE_FALSE(at_hub.empty());
    CHECK(Checkpoints{*hub}.make("admin") == 1);
    REQUIRE(exchange(station, hub));
    CHECK(Checkpoints{*station}.list().size() == 1);
    CHECK(facts(hub) == at_hub);
    CHECK(facts(station) == at_station);
}

TEST_CASE("T10: history that was rewritten at the hub contradicts what it signed", "[checkpoint]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "一", "");
    (void)add_appeal(station, "二", "");
    REQUIRE(exchange(station, hub));
    CHECK(Checkpoints{*hub}.make("admin") == 1);
    REQUIRE(Checkpoints{*hub}.compare().empty());
    SECTION("a station's log was taken away") {
        tamper(hub, "UPDATE log SET seq = 0 WHERE ix = (SELECT log FROM receipt LIMIT 1)");
        const auto faults = Checkpoints{*hub}.compare();
        REQUIRE_FALSE(faults.empty());
        CHECK(faults.front().kind == Kind::missing);
        CHECK(faults.front().number == 1);
        // The next one raises an alarm; once somebody has settled it, that much is known.
        (void)Checkpoints{*hub}.make("admin");
        const auto alarms = hub->all(schema::EntityId::alarm, 10);
        REQUIRE(alarms.size() == 1);
        ++hub.environment->now;
        node::Draft draft{"admin", {}, {}};
        draft.edits.push_back(
            {alarms.front().id, {{schema::alarm::settled_at, hub.environment->now}}});
        REQUIRE(hub->commit(draft).has_value());
        CHECK(Checkpoints{*hub}.compare().empty());
    }
    SECTION("a station's log was replaced by another") {
        tamper(hub,
               "UPDATE log SET chain = zeroblob(32) WHERE ix = (SELECT log FROM receipt LIMIT 1)");
        const auto faults = Checkpoints{*hub}.compare();
        REQUIRE(faults.size() == 1);
        CHECK(faults.front().kind == Kind::differs);
        CHECK(faults.front().seq == 2);
    }
    SECTION("a checkpoint was replaced by another") {
        tamper(hub, "UPDATE checkpoint SET content = zeroblob(200)");
        CHECK(Checkpoints{*hub}.compare().front().kind == Kind::not_signed);
        CHECK(names(hub->verify(folder.file("verify.db")).problems, "not signed by the hub"));
    }
    SECTION("a checkpoint was taken out") {
        hub.environment->now += 25LL * 3'600'000;
        (void)add_appeal(station, "三", "");
        REQUIRE(exchange(station, hub));
        CHECK(Checkpoints{*hub}.make("admin") == 1);
        REQUIRE(Checkpoints{*hub}.list().size() == 2);
        tamper(hub, "DELETE FROM checkpoint WHERE number = 1");
        CHECK(Checkpoints{*hub}.compare().front().kind == Kind::chain);
    }
}
