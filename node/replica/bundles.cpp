#include "node/replica/bundles.hpp"

#include "node/replica/erasure_book.hpp"
#include "node/replica/late_segments.hpp"
#include "node/replica/late_words.hpp"
#include "node/replica/replica_state.hpp"
#include "node/replica/unit_arrivals.hpp"
#include "schema/planted.hpp"
#include "sync/segment/receipt.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::CloseReason;
using sync::Lane;
using sync::LaneHead;
using Blob = std::vector<std::uint8_t>;

constexpr std::array lanes{Lane::station, Lane::inbox, Lane::reference};

std::size_t index_of(Lane lane) { return static_cast<std::size_t>(lane) - 1; }

/// The lane of a log that a peer writes.
std::optional<Lane> lane_of(sync::Stream stream) {
    switch (stream) {
        case sync::Stream::station: return Lane::station;
        case sync::Stream::inbox: return Lane::inbox;
        case sync::Stream::reference: return Lane::reference;
        case sync::Stream::hub: break;
    }
    return std::nullopt;
}

Bundles::Refusal refusal_of(CloseReason reason) {
    switch (reason) {
        case CloseReason::refused_used: return Bundles::Refusal::used_invitation;
        case CloseReason::refused_expired: return Bundles::Refusal::expired_invitation;
        case CloseReason::refused_revoked: return Bundles::Refusal::retired;
        default: return Bundles::Refusal::unknown_sender;
    }
}

}  // namespace

std::string Bundles::station_of(const schema::NodeId& node) {
    Replica::State& state = *replica_.state_;
    if (node == state.profile.hub.node) return std::string{hub_desk};
    if (node == state.node) return state.profile.station_code;
    return state.store.database()
        .statement("SELECT code FROM peer WHERE node = ?")
        .maybe<std::string>(node)
        .value_or("");
}

std::optional<Replica::Peer> Bundles::peer_of(const schema::NodeId& node) {
    Replica::State& state = *replica_.state_;
    if (!state.is_hub()) {
        if (node == state.profile.hub.node) return replica_.hub_peer();
        return std::nullopt;
    }
    const auto scope = state.store.database()
                           .statement("SELECT scope FROM peer WHERE node = ? AND status = 'active'")
                           .maybe<schema::ScopeId>(node);
    if (!scope) return std::nullopt;
    return Replica::Peer{node, *scope};
}

// --- Making ---------------------------------------------------------------------------------

std::vector<Bundles::Outline> Bundles::outlines(const std::string& station, bool all) {
    Replica::State& state = *replica_.state_;
    std::vector<Outline> found;
    if (!state.is_hub()) {
        found.push_back(outline(replica_.hub_peer(), state.profile.station_code, all));
        return found;
    }
    std::vector<Replica::Peer> peers;
    state.store.database()
        .statement(
            "SELECT node, scope FROM peer WHERE code = ? AND status = 'active' "
            "ORDER BY node")
        .each<schema::NodeId, schema::ScopeId>(
            [&](schema::NodeId node, schema::ScopeId scope) {
                peers.push_back({node, scope});
            },
            station);
    for (const Replica::Peer& peer : peers) found.push_back(outline(peer, station, all));
    return found;
}

Bundles::Outline Bundles::outline(const Replica::Peer& peer, const std::string& station, bool all) {
    Replica::State& state = *replica_.state_;
    Outline made;
    made.peer = peer;
    made.station = station;
    // Sealed first: what is said of the heads and of the digest is then of the same moment.
    const auto told = state.places_of(peer.node);
    for (const Lane lane : lanes) {
        const bool writes = (lane == Lane::station) != state.is_hub();
        if (writes) state.seal_tail(state.lane_log(lane, peer));
        const LaneHead& place = told[index_of(lane)];
        // A lane that the other side writes is given back to it only where it said it needs it.
        if (writes || place != LaneHead{}) made.begins[index_of(lane)] = place;
    }
    if (state.is_hub()) {
        sync::Hello theirs;
        std::ranges::copy(told, theirs.have.begin());
        state.recount_if_due(peer);
        made.hello = state.hello_for(peer, &theirs);
        made.receipt = state.receipt_for(told[index_of(Lane::station)], peer);
        made.begins[index_of(Lane::station)].reset();
    } else {
        sync::StationSession::Config config = replica_.station_config();
        made.hello = std::move(config.hello);
        made.begins[index_of(Lane::station)] = config.receipted;
    }
    made.hello.partial.reset();
    if (all) {
        for (auto& begin : made.begins) {
            if (begin) begin = LaneHead{};
        }
    }
    made.previous = state.store.database()
                        .statement("SELECT made FROM stick WHERE node = ? AND made IS NOT NULL")
                        .maybe<sync::Hash16>(peer.node)
                        .value_or(sync::BundleId{});
    return made;
}

Result<sync::BundleStart> Bundles::seal(const Replica::Peer& peer, sync::BundleHeader header,
                                        sync::BundleManifest manifest, sync::Key32& bundle_key) {
    Replica::State& state = *replica_.state_;
    const auto their_key = state.is_hub() ? state.store.database()
                                                .statement(
                                                    "SELECT static_key FROM peer "
                                                    "WHERE node = ?")
                                                .maybe<sync::Hash32>(peer.node)
                                          : std::optional(state.profile.hub.static_key);
    if (!their_key) return Errc::not_found;
    header.sender = state.node;
    header.recipient = peer.node;
    header.district = sync::district_tag(state.profile.district_scope);
    sync::Secret<32> ephemeral;
    state.environment.random(ephemeral.bytes());
    state.environment.random(bundle_key.bytes());
    const sync::BundleSealing keys{sync::X25519KeyPair::from_private(state.static_secret.clone()),
                                   sync::X25519KeyPair::from_private(std::move(ephemeral)),
                                   sync::X25519Key(*their_key),
                                   bundle_key.clone(),
                                   state.signing,
                                   state.district()};
    const sync::BundleEnrolment enrolment{state.profile.invitation_secret,
                                          state.profile.hub.box_key};
    return sync::seal_bundle_start(header, std::move(manifest), keys,
                                   manifest.hello.enrol ? &enrolment : nullptr);
}

void Bundles::made(const Replica::Peer& peer, const sync::BundleId& id) {
    Replica::State& state = *replica_.state_;
    state.writing([&] {
        state.store.database()
            .statement(
                "INSERT INTO stick VALUES(?, ?, ?, NULL) ON CONFLICT(node) DO UPDATE SET "
                "made = excluded.made, made_at = excluded.made_at")
            .run(peer.node, id, state.environment.now_ms());
    });
}

// --- Taking ---------------------------------------------------------------------------------

std::optional<Bundles::Refusal> Bundles::misdirected(const sync::BundleHeader& header) const {
    const Replica::State& state = *replica_.state_;
    if (header.district != sync::district_tag(state.profile.district_scope)) {
        return Refusal::other_district;
    }
    if (header.sender == state.node) return Refusal::own;
    if (header.recipient != state.node) return Refusal::other_recipient;
    return std::nullopt;
}

std::variant<Bundles::Opened, Bundles::Refusal> Bundles::open(sync::View head_bytes,
                                                              sync::View manifest_bytes) {
    Replica::State& state = *replica_.state_;
    const auto header = sync::parse_bundle_header(head_bytes);
    if (!header) return Refusal::damaged;
    if (const auto elsewhere = misdirected(*header)) return *elsewhere;
    auto head = sync::open_bundle_head(
        head_bytes, sync::X25519KeyPair::from_private(state.static_secret.clone()));
    if (!head) return Refusal::damaged;
    auto manifest = sync::open_bundle_manifest(manifest_bytes, *head, state.district());
    if (!manifest) return Refusal::damaged;
    const auto from = sender(*head, *manifest);
    if (const auto* refused = std::get_if<Refusal>(&from)) return *refused;
    const auto& peer = std::get<Replica::Peer>(from);
    const bool revoked = state.is_hub() && state.store.database()
                                               .statement(
                                                   "SELECT 1 FROM peer WHERE node = ? AND "
                                                   "status = 'revoked'")
                                               .maybe<int>(peer.node);
    return Opened{std::move(*head), std::move(manifest->manifest), peer, revoked};
}

/// Whose static key sealed it and whose node key signed it must be one node's, and the header's.
std::variant<Replica::Peer, Bundles::Refusal> Bundles::sender(
    const sync::OpenedHead& head, const sync::OpenedManifest& manifest) {
    Replica::State& state = *replica_.state_;
    if (node_id(manifest.signer.bytes()) != head.header.sender) return Refusal::not_authentic;
    if (state.is_hub()) return admit(head, manifest);
    const HubFacts& hub = state.profile.hub;
    const bool by_hub = head.header.sender == hub.node && head.sender_static == hub.static_key &&
                        manifest.signer.bytes() == hub.sign_key;
    if (!by_hub || manifest.manifest.hello.enrol) return Refusal::not_authentic;
    return replica_.hub_peer();
}

std::variant<Replica::Peer, Bundles::Refusal> Bundles::admit(const sync::OpenedHead& head,
                                                             const sync::OpenedManifest& manifest) {
    Replica::State& state = *replica_.state_;
    const auto known =
        state.store.database()
            .statement("SELECT node, scope, status, sign_key FROM peer WHERE static_key = ?")
            .maybe<schema::NodeId, schema::ScopeId, std::string, sync::Hash32>(head.sender_static);
    if (known) {
        const auto& [node, scope, status, sign_key] = *known;
        if (node != head.header.sender || sign_key != manifest.signer.bytes()) {
            return Refusal::not_authentic;
        }
        if (status == "retired" && !take_retired_) return Refusal::retired;
        return Replica::Peer{node, scope};
    }
    const sync::Hello& hello = manifest.manifest.hello;
    if (!hello.enrol) return Refusal::unknown_sender;
    if (hello.enrol->sign_key != manifest.signer.bytes()) return Refusal::not_authentic;
    std::optional<Replica::Peer> peer;
    const CloseReason reason = state.redeem({head.sender_static, head.handshake_hash, hello}, peer);
    if (reason != CloseReason::done || !peer) return refusal_of(reason);
    return *peer;
}

std::optional<Bundles::Refusal> Bundles::greet(const Opened& bundle) {
    Replica::State& state = *replica_.state_;
    const sync::BundleManifest& manifest = bundle.manifest;
    const bool two_hubs = !bundle.revoked && state.writing([&] {
        if (!state.is_hub()) {
            // A stick may be old: only what the hub has beyond this copy shows that one was put
            // back.
            const LaneHead& held_there = manifest.hello.have[index_of(Lane::station)];
            const bool lies = state.lies_on(Lane::station, bundle.peer, held_there);
            if (!lies && held_there.epoch == state.own_author().epoch) state.open_epoch(true);
            return false;
        }
        // As in a session: what the hub says of itself must be sealed to be compared.
        state.seal_tail(state.lane_log(Lane::inbox, bundle.peer));
        state.seal_tail(state.lane_log(Lane::reference, bundle.peer));
        const bool later = manifest.hello.wall_ms > state.last_heard(bundle.peer.node);
        if (later) state.compare_places(manifest.hello.have[0], bundle.peer);
        return state.compare_with_lost(manifest.hello, bundle.peer).has_value();
    });
    if (two_hubs) return Refusal::two_hubs;
    for (const sync::BundleWrap& wrap : manifest.wraps) {
        // One that is refused opens no segment: those that need it are refused in turn.
        (void)replica_.store_keys({wrap.lane, wrap.wrap}, bundle.peer);
    }
    if (bundle.revoked) return std::nullopt;
    const auto receipt = sync::peek_receipt(manifest.receipt);
    if (!state.is_hub() && receipt) {
        const LogFacts* log = state.store.find_log(receipt->log);
        // Sticks come in any order: a receipt of before never replaces a later one. One that is
        // later and says less is of a hub that was put back.
        const auto known = log == nullptr
                               ? std::nullopt
                               : state.store.database()
                                     .statement("SELECT hub_time FROM receipt WHERE log = ?")
                                     .maybe<std::int64_t>(log->ix);
        const bool later = !known || receipt->hub_time_ms > *known;
        const bool any = planted::on(planted::Defect::old_receipt_wins);
        if (log != nullptr && (later || any || receipt->stored > state.receipted(*log))) {
            (void)replica_.store_receipt({manifest.receipt});
        }
    }
    state.writing([&] { state.note_places(manifest.hello, bundle.peer, false); });
    return std::nullopt;
}

Bundles::Answer Bundles::take(const Opened& bundle, std::uint32_t index, sync::View sealed) {
    Replica::State& state = *replica_.state_;
    if (index >= bundle.manifest.items.size()) return {Taken::refused, CloseReason::bad_segment};
    const sync::BundleItem& item = bundle.manifest.items[index];
    const auto segment = sync::open_bundle_item(sealed, bundle.head, index, item);
    if (!segment) return {Taken::damaged, {}};
    const auto header = sync::peek(*segment);
    const bool as_named = header && header->log == bundle.manifest.logs[item.log] &&
                          header->first == item.first && header->last() == item.last;
    if (!as_named) return {Taken::refused, CloseReason::bad_segment};
    if (const auto answer = put_aside(bundle, *segment, *header)) return *answer;
    const LogFacts* log = state.store.find_log(header->log);
    const bool early = log != nullptr && state.is_lane_of(log->id, item.lane, bundle.peer) &&
                       state.place_as_told(*segment, *header).kind == Placement::Kind::gap;
    if (early) {
        const auto kept = state.keep_waiting(*segment, *header, *log, bundle.peer);
        if (kept) return {Taken::waiting, {}};
        if (kept.error() == Errc::exhausted) return {Taken::too_much, {}};
        return {Taken::refused, CloseReason::bad_segment};
    }
    const auto held = [&] {
        std::uint64_t sum = 0;
        for (const auto& one : state.store.logs()) sum += one->position.seq;
        return sum;
    };
    const std::uint64_t before = held();
    const auto answer = replica_.deliver({item.lane, *segment}, bundle.peer);
    if (const auto* failed = std::get_if<sync::DeliveryFailed>(&answer)) {
        return {Taken::refused, failed->reason};
    }
    return {held() > before ? Taken::imported : Taken::known, {}};
}

std::optional<Bundles::Answer> Bundles::put_aside(const Opened& bundle, sync::View segment,
                                                  const sync::SegmentHeader& header) {
    if (!bundle.revoked) return std::nullopt;
    LateSegments late{replica_};
    if (!late.is_late(segment, header, bundle.peer)) return std::nullopt;
    switch (late.keep(segment, header, bundle.peer)) {
        case LateSegments::Kept::kept: return Answer{Taken::put_aside, {}};
        case LateSegments::Kept::known: return Answer{Taken::known, {}};
        case LateSegments::Kept::too_much: return Answer{Taken::too_much, {}};
        case LateSegments::Kept::unsound: break;
    }
    return Answer{Taken::refused, CloseReason::bad_segment};
}

std::vector<Bundles::Missing> Bundles::conclude(const Opened& bundle) {
    Replica::State& state = *replica_.state_;
    if (bundle.revoked) return {};
    const sync::BundleManifest& manifest = bundle.manifest;
    state.take_waiting(bundle.peer);
    if (!state.is_hub()) {
        state.writing([&] { Replica::State::LateWords(state).take_put_off(); });
    }
    // What the bundle names, log by log.
    std::vector<std::uint64_t> named(manifest.logs.size());
    for (const sync::BundleItem& item : manifest.items) {
        named[item.log] = std::max(named[item.log], item.last);
    }
    const std::string station = station_of(bundle.peer.node);
    std::vector<Missing> missing = facts(bundle.peer.node, station).missing;
    for (std::size_t i = 0; i < named.size(); ++i) {
        const auto lane = lane_of(manifest.logs[i].stream);
        if (!lane || !state.is_lane_of(manifest.logs[i], *lane, bundle.peer)) continue;
        for (const auto& gap : state.gaps_in(manifest.logs[i], named[i])) {
            const bool told = std::ranges::any_of(missing, [&](const Missing& one) {
                return one.log == manifest.logs[i] && one.first <= gap.first &&
                       one.last >= gap.last;
            });
            if (!told) missing.push_back({manifest.logs[i], station, gap.first, gap.last});
        }
    }
    const Agreement agreement = state.agreement_with(manifest.hello, bundle.peer);
    state.writing([&] {
        if (agreement != Agreement::unknown) {
            state.store.database()
                .statement(
                    "INSERT INTO contact VALUES(?, 0, 0, NULL, 0, ?) "
                    "ON CONFLICT(node) DO UPDATE SET diverged = excluded.diverged")
                .run(bundle.peer.node, agreement == Agreement::differs);
        }
        if (agreement == Agreement::same) state.agreed_with(bundle.peer);
        state.store.database()
            .statement(
                "INSERT INTO stick VALUES(?, NULL, NULL, ?) ON CONFLICT(node) DO UPDATE "
                "SET taken_at = excluded.taken_at")
            .run(bundle.peer.node, state.environment.now_ms());
    });
    if (!state.is_hub()) end_at_station(bundle, missing.empty());
    return missing;
}

/// What end_session does. The hub's word on our transactions is complete up to its receipt if all
/// of its logs came that it had written when it signed, and no later receipt is here.
void Bundles::end_at_station(const Opened& bundle, bool whole) {
    Replica::State& state = *replica_.state_;
    const auto receipt = sync::peek_receipt(bundle.manifest.receipt);
    const LogFacts* log = receipt ? state.store.find_log(receipt->log) : nullptr;
    const bool same_receipt = log != nullptr && state.kept_receipt(*log) == bundle.manifest.receipt;
    state.writing([&] {
        if (!whole || !same_receipt) return;
        state.raise_decided();
        state.end_catching_up();
        state.drop_unshared();
        Replica::State::ErasureBook(state).carry_out();
        Replica::State::UnitArrivals(state).note_put_off();
    });
    state.scrub();
    // The hub writes only to nodes that it admitted.
    if (state.profile.invitation != std::array<std::uint8_t, 16>{}) {
        state.profile.invitation = {};
        state.profile.invitation_secret = sync::Secret<32>{};
        state.save_profile();
    }
    state.update_decided();
}

Bundles::Facts Bundles::facts(const schema::NodeId& peer, const std::string& station) {
    Replica::State& state = *replica_.state_;
    Facts facts;
    const auto times = state.store.database()
                           .statement(
                               "SELECT coalesce(taken_at, 0), coalesce(made_at, 0) "
                               "FROM stick WHERE node = ?")
                           .maybe<std::int64_t, std::int64_t>(peer);
    if (times) std::tie(facts.taken_at, facts.made_at) = *times;
    const auto whose = peer_of(peer);
    if (!whose) return facts;
    const auto told = state.places_of(peer);
    for (const Lane lane : lanes) {
        const bool theirs = (lane == Lane::station) == state.is_hub();
        const LaneHead& head = told[index_of(lane)];
        if (!theirs || head.seq == 0) continue;
        sync::LogId id = state.lane_log(lane, *whose);
        id.author = {peer, head.epoch};
        if (lane == Lane::station) id.scope = whose->scope;
        for (const auto& gap : state.gaps_in(id, head.seq)) {
            facts.missing.push_back({id, station, gap.first, gap.last});
        }
    }
    return facts;
}

std::vector<Bundles::Missing> Bundles::still(const std::vector<Missing>& missing) {
    std::vector<Missing> left;
    for (const Missing& one : missing) {
        for (const auto& gap : replica_.state_->gaps_in(one.log, one.last)) {
            if (gap.last < one.first) continue;
            left.push_back({one.log, one.station, std::max(gap.first, one.first), gap.last});
        }
    }
    return left;
}

}  // namespace jiuying::node
