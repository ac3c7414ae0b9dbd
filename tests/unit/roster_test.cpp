// The roster: what an entry says and who believes it; what a hub does with it.
#include "sync/trust/roster.hpp"

#include "node/keys/root_key.hpp"
#include "node/replica/rosters.hpp"
#include "node/store/sqlite.hpp"
#include "tests/support/keyrings.hpp"
#include "tests/support/nodes.hpp"
#include "tests/support/old_copies.hpp"
#include "tests/support/runners.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;

namespace {

const sync::View district = sync::as_view("340207");

sync::Secret<32> secret(std::uint8_t byte) {
    sync::Array<32> bytes{};
    bytes.fill(byte);
    return sync::Secret<32>{bytes};
}

sync::RosterEntry sample() {
    sync::RosterEntry entry;
    entry.version = 300;
    entry.standing = sync::Standing::revoked;
    entry.sign_key.fill(1);
    entry.static_key.fill(2);
    entry.box_key.fill(3);
    entry.epoch = 0xFEDCBA9876543210U;
    entry.scope.bytes.fill(4);
    entry.station = "SHG01";
    entry.said_at_ms = 1'795'400'000'000;
    entry.cut = sync::RosterCut{0x0123456789ABCDEFU, 1'048'576, {}};
    entry.cut->chain.fill(5);
    return entry;
}

schema::NodeId id_of(TestNode& node) { return node::public_keys(node.secrets).node; }

std::string status_of(TestNode& hub, const schema::NodeId& node) {
    auto db = node::sqlite::Database::open(hub.path);
    return db.statement("SELECT status FROM peer WHERE node = ?")
        .maybe<std::string>(node)
        .value_or("");
}

}  // namespace

TEST_CASE("an entry says what the hub signed", "[roster]") {
    const sync::SigningKey hub{secret(1)};
    for (const bool revoked : {true, false}) {
        sync::RosterEntry entry = sample();
        if (!revoked) {
            entry.standing = sync::Standing::active;
            entry.cut.reset();
        }
        const sync::Bytes bytes = sync::sign_roster_entry(entry, hub, district);
        CHECK(bytes.size() <= 300);
        const auto read = sync::verify_roster_entry(bytes, hub.verify_key(), district);
        REQUIRE(read.has_value());
        CHECK(*read == entry);
        CHECK(sync::sign_roster_entry(*read, hub, district) == bytes);
    }
}

TEST_CASE("an entry by another hub, for another district, cut or changed anywhere is refused",
          "[roster]") {
    const sync::SigningKey hub{secret(1)};
    const sync::Bytes bytes = sync::sign_roster_entry(sample(), hub, district);
    CHECK(sync::verify_roster_entry(bytes, sync::SigningKey{secret(2)}.verify_key(), district)
              .error() == Errc::not_authentic);
    CHECK(sync::verify_roster_entry(bytes, hub.verify_key(), sync::as_view("340208")).error() ==
          Errc::not_authentic);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        sync::Bytes damaged = bytes;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        CHECK_FALSE(sync::verify_roster_entry(damaged, hub.verify_key(), district).has_value());
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_FALSE(
            sync::verify_roster_entry(sync::View{bytes}.first(size), hub.verify_key(), district)
                .has_value());
    }
    CHECK(sync::verify_roster_entry(sync::Bytes(600), hub.verify_key(), district).error() ==
          Errc::too_large);
}

TEST_CASE("a hub's certificate verifies by the root key that it names, and by nothing else",
          "[roster]") {
    const sync::SigningKey root{secret(7)};
    const sync::HubCertificate said{root.verify_key().bytes(), sync::Hash32{9}, 2, 1000};
    const sync::Bytes bytes = sync::sign_certificate(said, root, district);
    const auto read = sync::verify_certificate(bytes, district);
    REQUIRE(read.has_value());
    CHECK(*read == said);
    CHECK_FALSE(sync::verify_certificate(bytes, sync::as_view("340208")).has_value());
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        sync::Bytes damaged = bytes;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        CHECK_FALSE(sync::verify_certificate(damaged, district).has_value());
    }
}

TEST_CASE("a root key opens by its passphrase, and signs what a hub asks for", "[roster]") {
    node::SystemEnvironment environment;
    const node::Passphrase passphrase{"correct horse battery"};
    const auto made = node::make_root_key(passphrase, environment, test::quick_cost);
    REQUIRE(made.has_value());
    CHECK(node::open_root_key(made->text, node::Passphrase{"another one, too"}).error() ==
          Errc::wrong_key);
    const auto key = node::open_root_key(made->text, passphrase);
    REQUIRE(key.has_value());
    CHECK(key->verify_key().bytes() == made->public_key.bytes());
    std::string damaged = made->text;
    damaged[40] = damaged[40] == 'a' ? 'b' : 'a';
    CHECK(node::open_root_key(damaged, passphrase).error() == Errc::malformed);

    const node::HubRequest request{"340207", sync::Hash32{3}, 4};
    const auto read = node::read_hub_request(node::write_hub_request(request));
    REQUIRE(read.has_value());
    CHECK((read->district == "340207" && read->hub == request.hub && read->generation == 4));
    CHECK(node::read_hub_request(made->text).error() == Errc::malformed);
    CHECK(node::read_certificate_file(node::write_certificate_file(sync::Bytes{1, 2})).value() ==
          sync::Bytes{1, 2});
}

TEST_CASE("who joins stands in the roster, at the hub and at every station", "[roster]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode one = make_station(folder, hub, "SHG01");
    TestNode two = make_station(folder, hub, "SHG02");
    REQUIRE(exchange(one, hub));
    REQUIRE(exchange(two, hub));
    REQUIRE(exchange(one, hub));
    for (TestNode* node : {&hub, &one, &two}) {
        node::Rosters rosters{**node};
        CHECK(rosters.version() == 2);
        const auto entries = rosters.entries();
        REQUIRE(entries.size() == 2);
        CHECK(entries[0].station == "SHG01");
        CHECK(entries[1].station == "SHG02");
        CHECK(entries[1].standing == sync::Standing::active);
    }
    CHECK(one->station_config().hello.roster_version == 2);
}

TEST_CASE("a machine that was withdrawn is refused, and gets no key of what is written later",
          "[roster]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    TestNode other = make_station(folder, hub, "SHG02");
    (void)add_appeal(station, "标题", "内容");
    REQUIRE(exchange(station, hub));
    REQUIRE(exchange(other, hub));
    const auto keys_before = [&] {
        auto db = node::sqlite::Database::open(hub.path);
        return db.statement("SELECT count(*) FROM content_key").one<int>();
    };
    const int before = keys_before();
    node::Rosters rosters{*hub};
    const auto standing = GENERATE(sync::Standing::retired, sync::Standing::revoked);
    const auto entry = rosters.set_standing("admin", id_of(station), standing);
    REQUIRE(entry.has_value());
    CHECK(entry->version == 3);
    CHECK(keys_before() > before);
    if (standing == sync::Standing::revoked) {
        REQUIRE(entry->cut.has_value());
        CHECK(entry->cut->seq == 1);
    }
    CHECK_FALSE(exchange(station, hub));
    // Others go on, and know.
    REQUIRE(exchange(other, hub));
    const auto known = node::Rosters{*other}.entries();
    REQUIRE(known.size() == 2);
    CHECK(known.back().standing == standing);
    CHECK(known.back().station == "SHG01");

    SECTION("there is no way back, only forward") {
        CHECK(rosters.set_standing("admin", id_of(station), sync::Standing::active).error() ==
              Errc::wrong_state);
        CHECK(rosters.set_standing("admin", id_of(station), standing).error() == Errc::wrong_state);
        CHECK(rosters.set_standing("admin", schema::NodeId{}, sync::Standing::revoked).error() ==
              Errc::not_found);
    }
    SECTION("it holds after a restart") {
        hub.reopen();
        CHECK_FALSE(exchange(station, hub));
        CHECK(exchange(other, hub));
    }
}

TEST_CASE("a hub that was put back learns again whom it let in and whom not any more", "[roster]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode witness = make_station(folder, hub, "SHG01");
    TestNode gone = make_station(folder, hub, "SHG02");
    REQUIRE(exchange(witness, hub));
    REQUIRE(exchange(gone, hub));
    keep_copy(hub, folder.file("old.db"));
    TestNode late = make_station(folder, hub, "SHG03");
    REQUIRE(exchange(late, hub));
    REQUIRE(node::Rosters{*hub}
                .set_standing("admin", id_of(gone), sync::Standing::revoked)
                .has_value());
    REQUIRE(exchange(witness, hub));

    put_back(hub, folder.file("old.db"));
    CHECK(status_of(hub, id_of(gone)) == "active");
    CHECK(status_of(hub, id_of(late)).empty());
    // Nobody but the witness has what it said since.
    for (int i = 0; i < 3; ++i) (void)meet(witness, hub);
    CHECK(status_of(hub, id_of(gone)) == "revoked");
    CHECK(status_of(hub, id_of(late)) == "active");
    CHECK_FALSE(exchange(gone, hub));
    for (int i = 0; i < 2; ++i) (void)meet(late, hub);
    CHECK(meet(late, hub).station == sync::CloseReason::done);
    CHECK(node::Rosters{*hub}.version() == 4);
}

TEST_CASE("a hub gives out no version that a station has heard of", "[roster]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    sync::Admit admit;
    admit.static_key = node::public_keys(station.secrets).static_key;
    admit.hello = station->station_config().hello;
    admit.hello.roster_version = 50;
    std::optional<node::Replica::Peer> peer;
    REQUIRE(std::holds_alternative<sync::Admitted>(hub->admit(admit, peer)));
    const auto entry =
        node::Rosters{*hub}.set_standing("admin", id_of(station), sync::Standing::retired);
    REQUIRE(entry.has_value());
    CHECK(entry->version == 51);
}

TEST_CASE("machines of before there was a roster get their entries when the hub begins to serve",
          "[roster]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    hub.replica.reset();
    node::sqlite::Database::open(hub.path).execute("DELETE FROM roster_member");
    hub.reopen();
    CHECK(node::Rosters{*hub}.entries().empty());
    hub->begin_service();
    REQUIRE(node::Rosters{*hub}.entries().size() == 1);
    CHECK(node::Rosters{*hub}.entries().front().station == "SHG01");
    REQUIRE(meet(station, hub).station == sync::CloseReason::done);
    CHECK(node::Rosters{*station}.entries().size() == 1);
}

TEST_CASE("entries that the hub did not sign change nothing", "[roster]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    REQUIRE(exchange(station, hub));
    sync::RosterEntry forged = node::Rosters{*hub}.entries().front();
    forged.version = 1000;
    forged.standing = sync::Standing::revoked;
    const sync::Bytes bytes =
        sync::sign_roster_entry(forged, sync::SigningKey{secret(9)}, district);
    node::Draft draft{"admin", {}, {}};
    draft.records.push_back({schema::EntityId::roster,
                             {{schema::roster::code, std::string("x")},
                              {schema::roster::content, std::string(bytes.begin(), bytes.end())}}});
    REQUIRE(hub->commit(draft).has_value());
    CHECK(node::Rosters{*hub}.version() == 1);
    CHECK(exchange(station, hub));
    CHECK(node::Rosters{*station}.version() == 1);
    CHECK(node::Rosters{*station}.entries().front().standing == sync::Standing::active);
}

TEST_CASE("a certificate in the reference log counts only as the root that is known signed it",
          "[roster]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const sync::SigningKey root{secret(7)}, other{secret(8)};
    const auto signed_by = [&](const sync::SigningKey& key, std::uint64_t generation) {
        const sync::HubCertificate said{key.verify_key().bytes(), hub->profile().hub.sign_key,
                                        generation, 1000};
        return sync::sign_certificate(said, key, district);
    };
    const auto tell = [&](const sync::Bytes& content) {
        node::Draft draft;
        draft.actor = "hub";
        draft.records.push_back(
            {schema::EntityId::roster,
             {{schema::roster::code, std::string("hub")},
              {schema::roster::version, std::int64_t{1}},
              {schema::roster::content, std::string(content.begin(), content.end())}}});
        REQUIRE(hub->commit(draft).has_value());
        REQUIRE(exchange(station, hub));
    };
    const auto known = [&] {
        const auto certificate = node::Rosters{*station.replica}.certificate();
        return certificate ? certificate->generation : 0;
    };
    const sync::Bytes good = signed_by(root, 1);
    for (const std::size_t at : {std::size_t{0}, good.size() / 2, good.size() - 1}) {
        sync::Bytes damaged = good;
        damaged[at] ^= 1U;
        tell(damaged);
        CHECK(known() == 0);
    }
    tell(good);
    CHECK(known() == 1);
    // By another root it counts for nothing, however new it says it is.
    tell(signed_by(other, 9));
    CHECK(known() == 1);
    sync::Bytes damaged = signed_by(root, 2);
    damaged[damaged.size() / 2] ^= 1U;
    tell(damaged);
    CHECK(known() == 1);
    tell(signed_by(root, 3));
    CHECK(known() == 3);
    // Whoever joins is still in the roster that stands beside them.
    TestNode later = make_station(folder, hub, "SHG02");
    REQUIRE(exchange(later, hub));
    REQUIRE(exchange(station, hub));
    CHECK(node::Rosters{*station.replica}.version() == node::Rosters{*hub.replica}.version());
}
