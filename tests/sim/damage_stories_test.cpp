// Stories of sticks in other hands and of disks that turn bits, fill up or fail, by name.
#include "tests/sim/backup.hpp"
#include "tests/sim/town.hpp"

#include "node/store/sqlite.hpp"

using namespace jiuying;
using namespace jiuying::sim;
namespace appeal = schema::appeal;

namespace {

std::string digest_of(SimNode& node) {
    const auto facts = node->digest(node.profile.scope);
    return sync::hex_encode(facts.digest) + std::to_string(facts.records);
}

/// Turns bits on the disk of a node that is down.
void change_on_disk(SimNode& node, const std::string& sql) {
    REQUIRE_FALSE(node.up());
    node::sqlite::OpenOptions options;
    options.vfs = node.vfs.name();
    options.create = false;
    options.exclusive = true;
    auto db = node::sqlite::Database::open("node.db", options);
    db.execute(sql.c_str());
    (void)db.checkpoint();
}

std::size_t problems(SimNode& node) { return node->verify("scratch.db").problems.size(); }

}  // namespace

TEST_CASE("a stick that another station carries is closed to it, and it can't forge or hide any") {
    Town town(2);
    SimNode& station = town.station(0);
    SimNode& carrier = town.station(1);
    for (int i = 0; i < 3; ++i) (void)town.write(station, "第" + std::to_string(i));
    const Stick there = town.stick(station, station);
    const std::string before = digest_of(carrier);
    // Put into the carrier's own program it is refused, and leaves nothing.
    CHECK_FALSE(read_stick(*carrier.replica, there));
    CHECK(digest_of(carrier) == before);
    CHECK(town.titles(carrier).empty());
    // Nor can the carrier pass it off as its own: it is still the other station's.
    for (std::size_t at = 0; at < there.items.front().size(); at += 97) {
        Stick forged = there;
        forged.items.front()[at] ^= 4U;
        REQUIRE(read_stick(*town.hub().replica, forged));
        CHECK(town.titles(town.hub()).empty());
    }
    for (std::size_t at = 0; at < there.manifest.size(); at += 41) {
        Stick forged = there;
        forged.manifest[at] ^= 4U;
        CHECK_FALSE(read_stick(*town.hub().replica, forged));
    }
    // What it withholds is named as missing: the head is attested.
    Stick withheld = there;
    withheld.items.clear();
    REQUIRE(read_stick(*town.hub().replica, withheld));
    const auto peers = town.hub()->peers();
    const auto peer = std::ranges::find(peers, station.code, &node::PeerFacts::station_code);
    const auto missing = node::Bundles{*town.hub().replica}.facts(peer->node, station.code).missing;
    REQUIRE(missing.size() == 1);
    CHECK(missing.front().last == 3);
    REQUIRE(read_stick(*town.hub().replica, there));
    CHECK(town.titles(town.hub()).size() == 3);
    const Stick back = town.stick(town.hub(), station);
    CHECK_FALSE(read_stick(*carrier.replica, back));
    REQUIRE(read_stick(*station.replica, back));
    CHECK(station->status().unsent == 0);
    town.agree();
}

TEST_CASE("a bit that turns in a kept segment is noticed, spreads to nobody and takes nothing") {
    Town town(2);
    SimNode& station = town.station(0);
    for (int i = 0; i < 4; ++i) {
        (void)town.write(station, "第" + std::to_string(i));
        REQUIRE(town.sync(station));
    }
    const bool at_hub = GENERATE(false, true);
    SimNode& victim = at_hub ? town.hub() : station;
    town.world.bury(victim, World::Death::process);
    const int byte = GENERATE(20, 120, 260);
    change_on_disk(victim, "UPDATE segment SET bytes = CAST(substr(bytes, 1, " +
                               std::to_string(byte) + ") || x'5A' || substr(bytes, " +
                               std::to_string(byte + 2) +
                               ") AS BLOB) WHERE place = (SELECT max(place) FROM segment)");
    town.world.open(victim);
    REQUIRE(victim.up());
    CHECK(problems(victim) > 0);
    // The others go on, and so does this one.
    SimNode& other = town.station(1);
    (void)town.write(other, "别站的");
    (void)town.write(station, "照旧");
    for (int round = 0; round < 3; ++round) {
        (void)town.sync(station);
        REQUIRE(town.sync(other));
    }
    CHECK(problems(at_hub ? station : town.hub()) == 0);
    CHECK(problems(other) == 0);
    CHECK(town.titles(town.hub()).count("别站的") == 1);
    CHECK(town.titles(town.hub()).count("照旧") == 1);
    CHECK(town.titles(station).size() == 5);
}

TEST_CASE("a value that turns in a station's table is found at the next contact and mended") {
    Town town;
    SimNode& station = town.station();
    const auto id = town.write(station, "路灯不亮");
    REQUIRE(town.sync(station));
    town.world.bury(station, World::Death::power);
    change_on_disk(station, "UPDATE appeal SET title = '路灯亮了'");
    town.world.open(station);
    REQUIRE(town.shown(station, id, appeal::title) == "路灯亮了");
    REQUIRE(town.sync(station));
    CHECK(town.shown(station, id, appeal::title) == "路灯不亮");
    CHECK(town.shown(town.hub(), id, appeal::title) == "路灯不亮");
    town.agree();
}

namespace {

/// Runs \p work again and again on a disk that fails at every place in turn; each time the node
/// must come back with what it had. The last time nothing fails.
void break_everywhere(Town& town, SimNode& node, const std::function<void(node::Replica&)>& work) {
    const auto before = town.titles(node);
    for (int kind = 0; kind < 4; ++kind) {
        for (std::uint64_t place = 1; place <= 24; place += 1 + place / 8) {
            INFO("fault " << kind << " at " << place);
            switch (kind) {
                case 0: node.disk.fail_write(place); break;
                case 1: node.disk.fail_sync(1 + place / 4); break;
                case 2: node.disk.limit_room((place - 1) * 512); break;
                default: node.disk.kill_at(place);
            }
            (void)town.world.attempt(node, work);
            node.disk.mend();
            if (!node.up()) town.world.open(node);
            REQUIRE(node.up());
            for (const std::string& title : before) CHECK(town.titles(node).count(title) == 1);
        }
        town.world.bury(node, World::Death::power);
        town.world.open(node);
        REQUIRE(node.up());
        CHECK(problems(node) == 0);
    }
    CHECK(town.world.attempt(node, work) == Outcome::done);
    CHECK(problems(node) == 0);
}

}  // namespace

TEST_CASE("a disk that fails anywhere while a stick is written or read costs nothing") {
    Town town;
    SimNode& station = town.station();
    for (int i = 0; i < 6; ++i) {
        (void)town.write(station, "第" + std::to_string(i));
        (void)station->station_config();  // A segment each.
    }
    break_everywhere(town, station, [&](node::Replica& replica) {
        (void)write_stick(replica, station.environment, station.code);
    });
    const Stick there = town.stick(station, station);
    break_everywhere(town, town.hub(),
                     [&](node::Replica& replica) { (void)read_stick(replica, there); });
    CHECK(town.titles(town.hub()).size() == 6);
    break_everywhere(town, town.hub(), [&](node::Replica& replica) {
        (void)write_stick(replica, town.hub().environment, station.code);
    });
    const Stick back = town.stick(town.hub(), station);
    break_everywhere(town, station,
                     [&](node::Replica& replica) { (void)read_stick(replica, back); });
    CHECK(station->status().unsent == 0);
    town.agree();
}

TEST_CASE("a disk that fails anywhere in a snapshot, its copy or a prune costs nothing") {
    Town town;
    SimNode& station = town.station();
    const auto id = town.write(station, "路灯");
    for (int i = 0; i < 8; ++i) {
        town.edit(station, id, appeal::place, "第" + std::to_string(i));
        REQUIRE(town.sync(station));
    }
    break_everywhere(town, town.hub(),
                     [&](node::Replica& replica) { back_up(replica, station.profile.scope); });
    town.edit(station, id, appeal::place, "最后");
    REQUIRE(town.sync(station));
    REQUIRE(town.sync(station));
    break_everywhere(town, station, [&](node::Replica& replica) { (void)replica.prune(false); });
    CHECK(station->status().pruned > 0);
    CHECK(town.shown(station, id, appeal::place) == "最后");
    town.agree();
    // Another machine joins by a snapshot on such a disk.
    SimNode& machine = town.world.add_machine(station, "SIM01B");
    for (std::uint64_t place = 1; place < 120; place += 7) {
        machine.disk.kill_at(place);
        (void)town.sync(machine);
        machine.disk.mend();
        town.world.open(machine);
        REQUIRE(machine.up());
    }
    for (int round = 0; round < 3; ++round) REQUIRE(town.sync(machine));
    CHECK_FALSE(machine->status().filling);
    CHECK(digest_of(machine) == digest_of(station));
    CHECK(problems(machine) == 0);
    town.agree();
}
