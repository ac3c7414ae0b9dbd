// What a hub and a new station learn of each other's keys, and what they keep of the invitation.
#include "node/store/sqlite.hpp"
#include "sync/segment/key_wrap.hpp"
#include "sync/session/enrol.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;

namespace {

/// Who comes with \p invitation and keys made of \p seed, and proves it as the protocol has it.
sync::Admit newcomer(TestNode& hub, const node::Invitation& invitation, std::uint8_t seed) {
    sync::Admit admit;
    admit.static_key.fill(seed);
    sync::Enrol enrol;
    enrol.invitation = invitation.id;
    enrol.sign_key = sync::SigningKey(sync::Secret<32>{sync::Hash32{seed}}).verify_key().bytes();
    enrol.box_key.fill(static_cast<std::uint8_t>(seed + 1));
    const node::HubFacts& facts = hub->profile().hub;
    enrol.mac = sync::enrol_mac(invitation.secret, admit.handshake_hash,
                                {admit.static_key, facts.static_key, facts.box_key}, enrol);
    admit.hello.enrol = enrol;
    return admit;
}

sync::CloseReason answer_to(TestNode& hub, const sync::Admit& admit) {
    std::optional<node::Replica::Peer> peer;
    const auto answer = hub->admit(admit, peer);
    const auto* refused = std::get_if<sync::Refused>(&answer);
    return refused == nullptr ? sync::CloseReason::done : refused->reason;
}

node::Invitation invited(TestNode& hub) {
    return hub->invite("admin", "SHG02", "乙", "340207001", hub.environment->now + 86'400'000);
}

}  // namespace

TEST_CASE("content keys are sealed to a key that does nothing else") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "标题", "内容");
    (void)station->station_config();
    const node::NodePublic of_hub = node::public_keys(hub.secrets);
    CHECK(of_hub.box_key != of_hub.static_key);
    CHECK(hub->profile().hub.box_key == of_hub.box_key);
    const auto offer =
        station->fetch({sync::Lane::station, {}, 1U << 20U, {}}, station->hub_peer());
    REQUIRE(offer.key_wraps.size() == 1);
    const sync::VerifyKey author{node::public_keys(station.secrets).sign_key};
    const auto opens_with = [&](const sync::Secret<32>& secret) {
        const auto pair = sync::BoxKeyPair::from_private(secret.clone());
        return sync::open_key_wrap(offer.key_wraps[0], author, pair, sync::as_view("340207"))
            .has_value();
    };
    CHECK(opens_with(hub.secrets.box_secret));
    CHECK_FALSE(opens_with(hub.secrets.static_secret));
    // And the other way round, with the key that the station told when it enrolled.
    REQUIRE(exchange(station, hub));
    auto db = node::sqlite::Database::open(hub.path);
    CHECK(db.statement("SELECT box_key FROM peer").one<sync::Hash32>() ==
          node::public_keys(station.secrets).box_key);
}

TEST_CASE("a key that was swapped on the way makes the proof of the invitation worthless") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    const node::Invitation invitation = invited(hub);
    sync::Admit swapped = newcomer(hub, invitation, 5);
    swapped.hello.enrol->box_key[0] ^= 1U;
    CHECK(answer_to(hub, swapped) == sync::CloseReason::refused_unknown);
    CHECK(answer_to(hub, newcomer(hub, invitation, 5)) == sync::CloseReason::done);
}

TEST_CASE("the hub forgets the secret of an invitation that was used") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    node::Invitation invitation = invited(hub);
    const sync::Admit first = newcomer(hub, invitation, 5);
    REQUIRE(answer_to(hub, first) == sync::CloseReason::done);
    auto db = node::sqlite::Database::open(hub.path);
    CHECK(db.statement("SELECT secret FROM invitation").one<sync::Hash32>() == sync::Hash32{});
    // Its machine is let in by its key; nobody else is, not even with the secret that is there now.
    CHECK(answer_to(hub, first) == sync::CloseReason::done);
    CHECK(answer_to(hub, newcomer(hub, invitation, 9)) == sync::CloseReason::refused_used);
    invitation.secret = sync::Secret<32>{};
    CHECK(answer_to(hub, newcomer(hub, invitation, 9)) == sync::CloseReason::refused_used);
}
