// Bundles at the replica: who may send one, what is taken from it and when, and what is missing.
#include "node/replica/bundles.hpp"
#include "node/store/sqlite.hpp"
#include "sync/segment/chain.hpp"
#include "sync/segment/segment.hpp"
#include "tests/support/nodes.hpp"
#include "tests/support/old_copies.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
using node::Bundles;
using sync::Lane;

namespace {

/// A bundle in memory, as the programs write it to a file.
struct Packed {
    sync::Bytes head;
    sync::Bytes manifest;
    std::vector<sync::Bytes> items;
};

/// Everything that \p from has for its peer, as one file; or a part of its segments.
Packed pack(TestNode& from, const Bundles::Outline& outline, std::size_t skip = 0,
            std::size_t most = SIZE_MAX) {
    sync::BundleManifest manifest;
    manifest.previous = outline.previous;
    manifest.hello = outline.hello;
    manifest.receipt = outline.receipt;
    std::vector<sync::Bytes> segments;
    for (std::size_t i = 0; i < outline.begins.size(); ++i) {
        if (!outline.begins[i]) continue;
        sync::LaneHead after = *outline.begins[i];
        for (bool more = true; more;) {
            sync::Offer offer =
                from->fetch({static_cast<Lane>(i + 1), after, 1U << 20U, {}}, outline.peer);
            for (sync::Bytes& wrap : offer.key_wraps) {
                manifest.wraps.push_back({static_cast<Lane>(i + 1), std::move(wrap)});
            }
            for (sync::OutgoingSegment& segment : offer.segments) {
                after = segment.head;
                if (skip != 0) {
                    --skip;
                    continue;
                }
                if (segments.size() == most) continue;
                const auto header = sync::peek(segment.bytes);
                REQUIRE(header.has_value());
                const auto at = std::ranges::find(manifest.logs, header->log);
                const auto log = static_cast<std::uint32_t>(at - manifest.logs.begin());
                if (at == manifest.logs.end()) manifest.logs.push_back(header->log);
                manifest.items.push_back({segment.lane, log, segment.first, segment.last,
                                          static_cast<std::uint32_t>(segment.bytes.size()),
                                          sync::blake2b_128({segment.bytes})});
                segments.push_back(std::move(segment.bytes));
            }
            more = offer.more && !offer.segments.empty();
        }
    }
    sync::BundleHeader header;
    from.environment->random(header.id);
    sync::Key32 key;
    const auto start = Bundles{*from}.seal(outline.peer, header, std::move(manifest), key);
    REQUIRE(start.has_value());
    Packed packed{start->head, start->manifest, {}};
    for (std::size_t i = 0; i < segments.size(); ++i) {
        packed.items.push_back(
            sync::seal_bundle_item(key, sync::View{packed.head}.first(sync::bundle_header_size),
                                   static_cast<std::uint32_t>(i), segments[i]));
    }
    return packed;
}

Packed pack_station(TestNode& station, bool all = false) {
    return pack(station, Bundles{*station}.outlines("", all).front());
}

Packed pack_hub(TestNode& hub, const std::string& station) {
    return pack(hub, Bundles{*hub}.outlines(station, false).front());
}

struct Imported {
    std::optional<Bundles::Refusal> refused;
    std::size_t imported = 0;
    std::size_t known = 0;
    std::size_t waiting = 0;
    std::size_t bad = 0;
    std::size_t too_much = 0;
    std::vector<Bundles::Missing> missing;
};

Imported import(TestNode& into, const Packed& packed) {
    Bundles bundles{*into};
    Imported done;
    auto opened = bundles.open(packed.head, packed.manifest);
    if (const auto* refused = std::get_if<Bundles::Refusal>(&opened)) {
        done.refused = *refused;
        return done;
    }
    const auto& bundle = std::get<Bundles::Opened>(opened);
    done.refused = bundles.greet(bundle);
    if (done.refused) return done;
    for (std::size_t i = 0; i < packed.items.size(); ++i) {
        switch (bundles.take(bundle, static_cast<std::uint32_t>(i), packed.items[i]).taken) {
            case Bundles::Taken::imported: ++done.imported; break;
            case Bundles::Taken::known: ++done.known; break;
            case Bundles::Taken::waiting: ++done.waiting; break;
            case Bundles::Taken::too_much: ++done.too_much; break;
            case Bundles::Taken::put_aside:
            case Bundles::Taken::damaged:
            case Bundles::Taken::refused: ++done.bad; break;
        }
    }
    done.missing = bundles.conclude(bundle);
    return done;
}

/// A bundle without segments: sealed by one, signed by another, in the name of a third.
Packed forged(TestNode& hub, TestNode& sealer, TestNode& signer, TestNode& named,
              bool enrols = false) {
    sync::StationSession::Config config = sealer->station_config();
    sync::BundleManifest manifest;
    manifest.hello = config.hello;
    manifest.hello.partial.reset();
    if (!enrols) manifest.hello.enrol.reset();
    sync::BundleHeader header;
    header.id.fill(1);
    header.sender = node::public_keys(named.secrets).node;
    header.recipient = node::public_keys(hub.secrets).node;
    header.district = sync::district_tag(hub->profile().district_scope);
    const sync::SigningKey signing{signer.secrets.sign_seed};
    sync::Secret<32> ephemeral;
    sealer.environment->random(ephemeral.bytes());
    const node::HubFacts& facts = hub->profile().hub;
    const sync::BundleSealing keys{
        sync::X25519KeyPair::from_private(sealer.secrets.static_secret.clone()),
        sync::X25519KeyPair::from_private(std::move(ephemeral)),
        sync::X25519Key(facts.static_key),
        sync::Key32{},
        signing,
        sync::as_view("340207")};
    const sync::Secret<32> no_secret;
    const sync::BundleEnrolment enrolment{config.enrol_secret ? *config.enrol_secret : no_secret,
                                          facts.box_key};
    const auto start =
        sync::seal_bundle_start(header, manifest, keys, enrols ? &enrolment : nullptr);
    REQUIRE(start.has_value());
    return {start->head, start->manifest, {}};
}

/// So many segments of one appeal each, sealed apart.
void record(TestNode& station, std::size_t segments) {
    for (std::size_t i = 0; i < segments; ++i) {
        (void)add_appeal(station, "标题" + std::to_string(i), "内容");
        (void)station->station_config();
    }
}

bool same_digest(TestNode& station, TestNode& hub) {
    const auto scope = station->profile().scope;
    return station->digest(scope).digest == hub->digest(scope).digest;
}

}  // namespace

TEST_CASE("what a station wrote and what the hub answers goes both ways by stick", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    record(station, 3);
    const Imported up = import(hub, pack_station(station));
    CHECK(up.imported == 3);
    CHECK(up.missing.empty());
    CHECK(station->status().unsent == 3);
    CHECK_FALSE(station->status().enrolled);
    const Imported down = import(station, pack_hub(hub, "SHG01"));
    CHECK(down.imported >= 1);
    CHECK(station->status().unsent == 0);
    CHECK(station->status().enrolled);
    CHECK(same_digest(station, hub));
    SECTION("and the same again brings nothing") {
        const Imported again = import(hub, pack_station(station, true));
        CHECK(again.imported == 0);
        CHECK(again.known == 3);
        CHECK(import(station, pack_hub(hub, "SHG01")).imported == 0);
    }
    SECTION("and an exchange over the network goes on from there") {
        record(station, 1);
        REQUIRE(exchange(station, hub));
        CHECK(same_digest(station, hub));
    }
    SECTION("and after the next bundle begins where the receipt ends") {
        record(station, 2);
        const Packed next = pack_station(station);
        CHECK(next.items.size() == 2);
        CHECK(import(hub, next).imported == 2);
    }
}

TEST_CASE("a segment that comes early is kept, and taken when the gap is closed", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    record(station, 5);
    const auto outline = Bundles{*station}.outlines("", false).front();
    const Packed late = pack(station, outline, 3);
    const Packed early = pack(station, outline, 0, 3);
    const Imported first = import(hub, late);
    CHECK(first.imported == 0);
    CHECK(first.waiting == 2);
    REQUIRE(first.missing.size() == 1);
    CHECK(first.missing[0].first == 1);
    CHECK(first.missing[0].last == 3);
    const auto peer = hub->peers().front();
    CHECK(Bundles{*hub}.facts(peer.node, "SHG01").missing.size() == 1);
    // It waits through a restart.
    hub.reopen();
    SECTION("by another stick") {
        const Imported second = import(hub, early);
        CHECK(second.imported == 3);
        CHECK(second.missing.empty());
    }
    SECTION("by the network") {
        REQUIRE(exchange(station, hub));
        CHECK(Bundles{*hub}.facts(peer.node, "SHG01").missing.empty());
    }
    CHECK(hub->status().appeals == 5);
    auto db = node::sqlite::Database::open(hub.path);
    CHECK(db.statement("SELECT count(*) FROM waiting").one<int>() == 0);
    import(station, pack_hub(hub, "SHG01"));
    CHECK(same_digest(station, hub));
}

TEST_CASE("what comes early and only a newer program can read waits for both", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "一", "");
    REQUIRE(import(hub, pack_station(station)).imported == 1);
    import(station, pack_hub(hub, "SHG01"));
    keep_copy(station, folder.file("copy.db"));
    (void)add_appeal(station, "二", "");
    station.environment->now += 1000;
    REQUIRE(import(hub, pack_station(station)).imported == 1);
    put_back(station, folder.file("copy.db"));
    edit(hub, id, schema::appeal::place, "桥头");
    (void)pack_hub(hub, "SHG01");  // The next one is a segment of its own.
    station.environment->now += 1000;
    import(hub, pack_station(station));
    station.understood = sync::must_restated;
    station.reopen();
    const auto outline = Bundles{*hub}.outlines("SHG01", false).front();
    const Imported first = import(station, pack(hub, outline, 1));
    CHECK(first.waiting == 1);
    CHECK(first.bad == 0);
    CHECK(station->status().waiting_segments == 0);
    import(station, pack(hub, outline, 0, 1));
    CHECK(shown(station, id, schema::appeal::place) == "桥头");
    CHECK(station->status().waiting_segments == 1);
    CHECK(station->status().appeals == 1);
    station.understood = sync::must_known;
    station.reopen();
    CHECK(station->status().waiting_segments == 0);
    CHECK(station->status().appeals == 2);
}

TEST_CASE("what waits of one station has a bound, and what is refused comes again", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    record(station, 4);
    const auto outline = Bundles{*station}.outlines("", false).front();
    REQUIRE(import(hub, pack(station, outline, 3)).waiting == 1);
    {
        auto db = node::sqlite::Database::open(hub.path);
        // As if it were nearly 64 MiB that wait.
        db.execute("UPDATE waiting SET bytes = zeroblob(67108800)");
    }
    hub.reopen();
    const Imported more = import(hub, pack(station, outline, 2, 1));
    CHECK(more.too_much == 1);
    CHECK(more.waiting == 0);
    // What was damaged while it waited is let go; all comes again.
    const Imported whole = import(hub, pack_station(station));
    CHECK(whole.missing.empty());
    CHECK(hub->status().appeals == 4);
}

TEST_CASE("a head that was attested and is not there shows as missing", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    record(station, 4);
    const auto outline = Bundles{*station}.outlines("", false).front();
    // A carrier who brings the first part only can not hide that there is more.
    const Imported part = import(hub, pack(station, outline, 0, 2));
    CHECK(part.imported == 2);
    REQUIRE(part.missing.size() == 1);
    CHECK(part.missing[0].first == 3);
    CHECK(part.missing[0].last == 4);
    CHECK(part.missing[0].station == "SHG01");
    import(hub, pack_station(station));
    CHECK(Bundles{*hub}.facts(hub->peers().front().node, "SHG01").missing.empty());
}

TEST_CASE("nobody sends in the name of another", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    TestNode other = make_station(folder, hub, "SXZ01");
    record(station, 1);
    record(other, 1);
    SECTION("a station signs what another one sealed") {
        const Packed as_other = forged(hub, other, station, other);
        CHECK(import(hub, as_other).refused == Bundles::Refusal::not_authentic);
        const Packed as_itself = forged(hub, other, station, station);
        CHECK(import(hub, as_itself).refused == Bundles::Refusal::not_authentic);
    }
    SECTION("a newcomer signs with the key of his invitation, in the name of another") {
        TestNode stranger = make_station(folder, hub, "SHG09");
        {
            auto db = node::sqlite::Database::open(hub.path);
            db.statement("DELETE FROM peer WHERE code = 'SHG09'").run();
        }
        const Packed packed = forged(hub, stranger, stranger, station, true);
        CHECK(import(hub, packed).refused == Bundles::Refusal::not_authentic);
        // In his own, he is asked for his invitation, which was used.
        const Packed own = forged(hub, stranger, stranger, stranger, true);
        CHECK(import(hub, own).refused == Bundles::Refusal::used_invitation);
    }
    SECTION("a station plays the hub") {
        // Its own bundle for the hub is not for the other station, whatever the header says.
        const Packed packed = pack_station(station);
        CHECK(import(other, packed).refused == Bundles::Refusal::other_recipient);
        CHECK(import(station, packed).refused == Bundles::Refusal::own);
    }
    SECTION("one that was retired") {
        const Packed packed = pack_station(station);
        node::sqlite::Database::open(hub.path).execute("UPDATE peer SET status = 'retired'");
        CHECK(import(hub, packed).refused == Bundles::Refusal::retired);
    }
    CHECK(hub->status().appeals == 0);
}

TEST_CASE("a return stick of before takes nothing back", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    record(station, 1);
    import(hub, pack_station(station));
    const Packed old = pack_hub(hub, "SHG01");
    record(station, 2);
    import(hub, pack_station(station));
    import(station, pack_hub(hub, "SHG01"));
    const auto receipt = station->status().receipt_seq;
    CHECK(receipt == 3);
    CHECK(import(station, old).imported == 0);
    CHECK(station->status().receipt_seq == receipt);
    CHECK(station->status().unsent == 0);
    // And an old stick of the station leaves the hub where it is.
    CHECK_FALSE(hub->status().diverged);
    CHECK(same_digest(station, hub));
}

namespace {

/// Sticks both ways until both sides have heard of what the other made of the last one.
void carry(TestNode& station, TestNode& hub) {
    for (int round = 0; round < 3; ++round) {
        hub.environment->now += 60'000;
        station.environment->now = hub.environment->now;
        REQUIRE_FALSE(import(hub, pack_station(station)).refused);
        REQUIRE_FALSE(import(station, pack_hub(hub, "SHG01")).refused);
    }
}

std::size_t appeals(TestNode& node) { return node->list({}).rows.size(); }

}  // namespace

TEST_CASE("a station that was put back gets what it lost by stick alone", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    record(station, 1);
    carry(station, hub);
    keep_copy(station, folder.file("old.db"));
    record(station, 2);
    carry(station, hub);
    const bool noticed = GENERATE(false, true);
    const bool wrote = GENERATE(false, true);
    put_back(station, folder.file("old.db"), noticed);
    if (wrote) record(station, 3);
    carry(station, hub);
    CHECK(appeals(station) == (wrote ? 6 : 3));
    CHECK(appeals(hub) == appeals(station));
    CHECK(station->status().unsent == 0);
    CHECK(same_digest(station, hub));
    CHECK(hub->all(schema::EntityId::alarm, 10).empty());
}

TEST_CASE("two live copies of a station, by stick only, lose nothing and raise an alarm",
          "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    record(station, 1);
    carry(station, hub);
    TestNode clone = clone_of(station, folder, 31, GENERATE(false, true));
    for (int turn = 0; turn < 2; ++turn) {
        for (TestNode* node : {&station, &clone}) {
            node->environment->now = hub.environment->now;
            record(*node, 1);
            carry(*node, hub);
        }
    }
    carry(station, hub);
    carry(clone, hub);
    CHECK(appeals(hub) == 5);
    CHECK(appeals(station) == 5);
    CHECK(appeals(clone) == 5);
    CHECK(hub->all(schema::EntityId::alarm, 10).size() == 1);
}

TEST_CASE("a stick made from what a second hub says is refused, and an alarm is raised",
          "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容");
    carry(station, hub);
    keep_copy(hub, folder.file("old.db"));
    edit(hub, id, schema::appeal::title, "区里的标题");
    carry(station, hub);
    put_back(hub, folder.file("old.db"));
    for (const char* title : {"甲", "乙", "丙"}) edit(hub, id, schema::appeal::title, title);
    CHECK(import(hub, pack_station(station)).refused == Bundles::Refusal::two_hubs);
    CHECK(hub->all(schema::EntityId::alarm, 10).size() == 1);
    CHECK(shown(hub, id, schema::appeal::title) == "丙");
}

TEST_CASE("a hub that was put back gets its own words again by stick", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容");
    carry(station, hub);
    edit(hub, id, schema::appeal::place, "区里");
    carry(station, hub);
    keep_copy(hub, folder.file("old.db"));
    edit(hub, id, schema::appeal::title, "区里的标题");
    record(station, 2);
    carry(station, hub);
    put_back(hub, folder.file("old.db"), GENERATE(false, true));
    REQUIRE(appeals(hub) == 1);
    carry(station, hub);
    CHECK(appeals(hub) == 3);
    CHECK(shown(hub, id, schema::appeal::title) == "区里的标题");
    CHECK(station->status().unsent == 0);
    CHECK(same_digest(station, hub));
}

TEST_CASE("days on the way are not taken for a wrong clock", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    record(station, 1);
    const Packed packed = pack_station(station);
    hub.environment->now += std::int64_t{30} * 86'400'000;
    CHECK(import(hub, packed).imported == 1);
    CHECK_FALSE(hub->peers().front().clock_offset_ms.has_value());
    const Packed back = pack_hub(hub, "SHG01");
    station.environment->now += std::int64_t{60} * 86'400'000;
    CHECK(import(station, back).missing.empty());
    CHECK_FALSE(station->status().clock_offset_ms.has_value());
}

TEST_CASE("a station whose clock was set back still attests how far its log goes", "[bundle]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    station.environment->now += std::int64_t{400} * 86'400'000;
    record(station, 1);
    REQUIRE(import(hub, pack_station(station)).imported == 1);
    station.environment->now -= std::int64_t{400} * 86'400'000;
    record(station, 3);
    const auto outline = Bundles{*station}.outlines("", false).front();
    const Imported part = import(hub, pack(station, outline, 1, 1));
    REQUIRE(part.missing.size() == 1);
    CHECK(part.missing[0].last == 4);
    // A stick of before does not take that back.
    const Imported none = import(hub, pack(station, outline, 0, 0));
    CHECK(none.missing.size() == 1);
}
