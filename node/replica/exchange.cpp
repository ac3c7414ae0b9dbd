// What a session asks of the replica: heads, segments to send, segments to take, receipts.
#include "node/replica/erasure_book.hpp"
#include "node/replica/giving_back.hpp"
#include "node/replica/late_words.hpp"
#include "node/replica/machine_facts.hpp"
#include "node/replica/replica_state.hpp"
#include "node/replica/roster_book.hpp"
#include "node/replica/unit_arrivals.hpp"
#include "node/store/meta_number.hpp"
#include "schema/assert.hpp"
#include "schema/planted.hpp"
#include "sync/merge/byte_text.hpp"
#include "sync/segment/key_wrap.hpp"
#include "sync/segment/receipt.hpp"
#include "sync/session/enrol.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::CloseReason;
using sync::Lane;
using sync::LaneHead;
using sync::LogId;
using Blob = std::vector<std::uint8_t>;

std::size_t index_of(Lane lane) { return static_cast<std::size_t>(lane) - 1; }

/// Where \p way was left to get to \p place, which is of a log beside it.
std::optional<LaneHead> left_way(Store& store, const std::vector<Stretch>& way, LogId id,
                                 const LaneHead& place) {
    id.author.epoch = place.epoch;
    const LogFacts* log = store.find_log(id);
    std::uint64_t seq = place.seq;
    for (std::size_t steps = 0; log != nullptr && steps <= store.logs().size(); ++steps) {
        const auto on_way = std::ranges::find(
            way, log, [](const Stretch& one) { return static_cast<const LogFacts*>(one.log); });
        if (on_way != way.end()) {
            return LaneHead{log->id.author.epoch, std::min(seq, on_way->last_seq), {}};
        }
        if (!log->origin.previous) return LaneHead{};  // Both began from nothing.
        seq = log->leaves_at();
        log = store.logs()[*log->origin.previous].get();
    }
    return std::nullopt;
}

}  // namespace

std::int64_t offset_between(std::int64_t theirs, std::int64_t ours) {
    constexpr std::int64_t end = std::int64_t{1} << 60U;
    return std::clamp(theirs, -end, end) - std::clamp(ours, -end, end);
}

Replica::Peer Replica::hub_peer() const {
    return {state_->profile.hub.node, state_->profile.scope};
}

sync::SessionKeys Replica::State::session_keys() {
    sync::SessionKeys keys;
    keys.static_secret = static_secret.clone();
    keys.static_public = static_public;
    environment.random(keys.ephemeral_secret.bytes());
    return keys;
}

sync::StationSession::Config Replica::station_config() {
    State& state = *state_;
    const Peer peer = hub_peer();
    state.writing([&] {
        state.settle_file();
        (void)state.seal_next(state.lane_log(Lane::station, peer));
    });
    state.recount_if_due(peer);
    sync::StationSession::Config config;
    config.keys = state.session_keys();
    config.hub_static_public = state.profile.hub.static_key;
    config.hub_box_public = state.profile.hub.box_key;
    config.hub_node = state.profile.hub.node.bytes;
    config.hello = state.hello_for(peer, nullptr);
    const auto reason = state.store.database()
                            .statement("SELECT reason FROM contact WHERE node = ?")
                            .maybe<CloseReason>(state.profile.hub.node);
    // What it could not make anything of may stand on what it has lost: then from the beginning.
    state.hub_lacks = reason == CloseReason::bad_segment;
    config.hello.features |= sync::feature::snapshots;
    config.receipted = state.receipted_place();
    config.hello.unsent = state.unsent();
    config.facts = own_facts(state.path);
    // It covers more than the heads beside it.
    if (state.has_tail(state.lane_log(Lane::station, peer))) config.hello.digest = {};
    if (state.profile.invitation != std::array<std::uint8_t, 16>{}) {
        sync::Enrol enrol;
        enrol.invitation = state.profile.invitation;
        enrol.sign_key = state.signing.verify_key().bytes();
        enrol.box_key = state.box.public_key().bytes();
        enrol.epoch = state.own_author().epoch;
        config.hello.enrol = enrol;
        config.enrol_secret = state.profile.invitation_secret.clone();
    }
    // After a cut of any kind the hub may have a part: it is asked first where to go on.
    config.send_early = !reason || *reason == CloseReason::done;
    return config;
}

sync::HubSession::Config Replica::hub_config() {
    sync::HubSession::Config config;
    config.keys = state_->session_keys();
    config.hub_node = state_->node.bytes;
    return config;
}

/// The furthest place of the own lane that the hub has given a receipt for.
LaneHead Replica::State::receipted_place() {
    LaneHead place;
    if (hub_lacks) return place;
    for (const Stretch& one : lane_stretches(Lane::station, {profile.hub.node, profile.scope})) {
        const std::uint64_t seq = std::min(receipted(*one.log), one.last_seq);
        if (seq < one.first_seq) continue;
        const auto chain = chain_at(*one.log, seq);
        if (chain) place = {one.log->id.author.epoch, seq, half(*chain)};
    }
    return place;
}

sync::Offer Replica::fetch(const sync::Fetch& fetch, const Peer& peer) {
    State& state = *state_;
    if (fetch.lane == Lane::snapshot) return state.offer_snapshot(fetch, peer);
    if (!state.is_hub() && fetch.lane != Lane::station) {
        return State::GivingBack(state).offer(fetch, peer);
    }
    const LogId own = state.lane_log(fetch.lane, peer);
    std::vector<Stretch> way = state.lane_stretches(fetch.lane, peer);
    const auto place_of = [&](const LaneHead& head) {
        return std::ranges::find(way, head.epoch,
                                 [](const Stretch& one) { return one.log->id.author.epoch; });
    };
    LaneHead after = state.after_snapshot(way, fetch.after, peer);
    auto at = after.seq == 0 ? way.begin() : place_of(after);
    const bool on_way = after.seq == 0 || (at != way.end() && state.lies_on_log(*at->log, after));
    if (!on_way && !state.is_hub()) {
        // The hub has another chain of ours. Both agree on what has a receipt.
        after = state.receipted_place();
        at = after.seq == 0 ? way.begin() : place_of(after);
    } else if (!on_way && at == way.end()) {
        // The way does not lead there any more.
        const auto left = left_way(state.store, way, own, after);
        if (!left) return {};
        after = *left;
        at = after.seq == 0 ? way.begin() : place_of(after);
    }
    sync::Offer offer;
    std::uint64_t size = 0;
    std::uint64_t from = after.seq;
    for (; at != way.end() && !offer.more; ++at, from = 0) {
        from = std::max(from, at->first_seq - 1);
        if (at->log->id == own && from >= at->log->position.seq && offer.segments.empty() &&
            state.seal_next(own)) {
            at->last_seq = at->log->position.seq;
        }
        if (from >= at->last_seq) continue;
        for (Blob& wrap : state.wraps_for(*at->log, peer, from)) {
            offer.key_wraps.push_back(std::move(wrap));
        }
        state.offer_from(*at, from, fetch, size, offer);
    }
    offer.more = offer.more || state.has_tail(own);
    return offer;
}

void Replica::State::offer_from(const Stretch& stretch, std::uint64_t after,
                                const sync::Fetch& fetch, std::uint64_t& size, sync::Offer& offer) {
    const LogFacts& log = *stretch.log;
    store.database()
        .statement(
            "SELECT place, last, bytes FROM segment WHERE place BETWEEN ? AND ? "
            "AND last > ? ORDER BY place")
        .each<std::int64_t, std::uint64_t, Blob>(
            [&](std::int64_t place, std::uint64_t last, Blob bytes) {
                if (!offer.segments.empty() && size + bytes.size() > fetch.bytes_max) {
                    offer.more = true;
                    return false;
                }
                size += bytes.size();
                const auto header = sync::peek(bytes);
                if (!header) throw sqlite::Error(SQLITE_CORRUPT, 0, "reading a kept segment");
                const sync::Position after_it = header->after();
                offer.segments.push_back(
                    {fetch.lane, static_cast<std::uint64_t>(place) & 0xFFFF'FFFF'FFFFU, last,
                     LaneHead{log.id.author.epoch, after_it.seq, half(after_it.chain)},
                     std::move(bytes)});
                return true;
            },
            log_place(log.ix, 0), log_place(log.ix, stretch.last_seq), after);
}

std::variant<sync::Delivered, sync::DeliveryFailed> Replica::deliver(const sync::Deliver& deliver,
                                                                     const Peer& peer) {
    State& state = *state_;
    if (deliver.lane == Lane::snapshot) return state.take_chunk(deliver.segment, peer);
    const auto header = sync::peek(deliver.segment);
    if (!header) return sync::DeliveryFailed{CloseReason::bad_segment};
    const LogId& id = header->log;
    // A log begins with its key. What comes without could not be read, and leaves nothing.
    const bool may = state.store.find_log(id) != nullptr &&
                     state.is_lane_of(id, deliver.lane, peer) && id.author != state.own_author();
    if (!may) return sync::DeliveryFailed{CloseReason::bad_segment};
    const Placement placement = state.place_as_told(deliver.segment, *header);
    const bool own_words = id.author.node == state.node;
    if (placement.kind == Placement::Kind::branch && (own_words || !state.is_hub())) {
        if (own_words) {
            state.writing(
                [&] { state.raise_alarm(schema::alarm::two_hubs, state.node, peer.scope); });
        }
        return sync::DeliveryFailed{CloseReason::hub_log_differs};
    }
    LogFacts* log = nullptr;
    const bool ignored = own_words && planted::on(planted::Defect::lost_hub_log_ignored);
    if (placement.kind == Placement::Kind::known || ignored) {
        log = placement.log;
    } else {
        // A station's own are worth more than what the hub has for it: it goes on to send them.
        if (state.is_hub()) state.require_room();
        if (!own_words && state.unreturned.contains(peer.node) &&
            state.stands_on_lost(deliver.segment, placement)) {
            return sync::DeliveryFailed{CloseReason::lacks_own_words};
        }
        state.writing([&] {
            if (!state.is_hub()) state.leave_filling(*header);
            log = state.take_segment(deliver.segment, *header, placement, peer);
        });
    }
    if (log == nullptr) return sync::DeliveryFailed{CloseReason::bad_segment};
    state.take_waiting(peer);
    sync::Delivered delivered;
    delivered.head = state.head_of(log->id);
    if (state.is_hub() && !own_words) {
        // One that was put back can make nothing of a receipt for what it lost.
        const sync::Position end = header->after();
        const bool known = placement.kind == Placement::Kind::known;
        delivered.receipt =
            known ? state.receipt_for({log->id.author.epoch, end.seq, half(end.chain)}, peer)
                  : state.kept_receipt(*log);
    }
    return delivered;
}

bool Replica::State::is_lane_of(const LogId& id, Lane lane, const Peer& peer) const {
    const schema::NodeId& hub = is_hub() ? node : profile.hub.node;
    switch (lane) {
        case Lane::station:
            return is_hub() && id.author.node == peer.node && id.stream == sync::Stream::station &&
                   id.scope == peer.scope;
        case Lane::inbox:
            return id.author.node == hub && id.stream == sync::Stream::inbox &&
                   id.scope == peer.scope;
        case Lane::snapshot: return false;  // Chunks are no segments.
        case Lane::reference: break;
    }
    return id.author.node == hub && id.stream == sync::Stream::reference &&
           id.scope == profile.district_scope;
}

sync::Receipt Replica::State::receipt_at(const LogFacts& log, const sync::Position& place) {
    sync::Receipt receipt;
    receipt.hub = node;
    receipt.hub_epoch = own_author().epoch;
    receipt.log = log.id;
    receipt.seq = place.seq;
    receipt.chain = place.chain;
    receipt.stored = place.seq;
    // Judged in the same database transaction, but for what waits for a newer program.
    const auto unread = unread_from(log);
    receipt.decided = unread ? std::min(place.seq, *unread - 1) : place.seq;
    receipt.safe = std::min(safe_of(log), place.seq);  // Rises with verified copies.
    receipt.roster_version = RosterBook(*this).version();
    receipt.hub_time_ms = environment.now_ms();
    return receipt;
}

void Replica::State::store_own_receipt(const LogFacts& log) {
    const sync::Receipt receipt = receipt_at(log, log.position);
    const sync::Bytes bytes = sync::sign_receipt(receipt, signing, district());
    store.database()
        .statement("INSERT OR REPLACE INTO receipt VALUES(?, ?, ?, ?, ?, ?)")
        .run(log.ix, bytes, receipt.stored, receipt.decided, receipt.safe, receipt.hub_time_ms);
    note_arrival(log.ix, receipt.stored, receipt.hub_time_ms);
}

void Replica::State::note_arrival(std::uint32_t log, std::uint64_t last, std::int64_t at) {
    // The first word of it counts: a receipt that comes again says no other time.
    store.database().statement("INSERT OR IGNORE INTO arrival VALUES(?, ?, ?)").run(log, last, at);
}

sync::Bytes Replica::State::kept_receipt(const LogFacts& log) {
    return store.database()
        .statement("SELECT bytes FROM receipt WHERE log = ?")
        .maybe<Blob>(log.ix)
        .value_or(Blob());
}

sync::Bytes Replica::State::receipt_for(const LaneHead& told, const Peer& peer) {
    const LogFacts* log =
        store.find_log({{peer.node, told.epoch}, sync::Stream::station, peer.scope});
    if (log == nullptr) log = last_log(peer.node, sync::Stream::station, peer.scope);
    if (log == nullptr) return {};
    // A hub that was put back says anew how far it has the log: by its date that receipt replaces
    // one that says more.
    if (told.epoch == log->id.author.epoch && told.seq > log->position.seq) {
        return sync::sign_receipt(receipt_at(*log, log->position), signing, district());
    }
    // One that was put back can't make anything of a receipt for what it lost.
    const bool less = told.epoch == log->id.author.epoch && told.seq >= log->first_seq() &&
                      told.seq < log->position.seq;
    const auto chain = less ? chain_at(*log, told.seq) : std::nullopt;
    if (!chain || half(*chain) != told.chain) return kept_receipt(*log);
    return sync::sign_receipt(receipt_at(*log, {told.seq, *chain}), signing, district());
}

Result<void> Replica::store_receipt(const sync::StoreReceipt& action) {
    State& state = *state_;
    const auto receipt = sync::verify_receipt(
        action.receipt, sync::VerifyKey(state.profile.hub.sign_key), state.district());
    if (!receipt) return receipt.error();
    const bool from_hub = receipt->hub == state.profile.hub.node;
    if (!from_hub || receipt->log.author.node != state.node) return Errc::wrong_scope;
    const LogFacts* log = state.store.find_log(receipt->log);
    // Of a chain that this copy does not have it says nothing; what to do, the hub tells apart.
    const auto here = log == nullptr ? std::nullopt : state.chain_at(*log, receipt->seq);
    if (!here || *here != receipt->chain) return {};
    state.writing([&] {
        state.store.database()
            .statement("INSERT OR REPLACE INTO receipt VALUES(?, ?, ?, ?, ?, ?)")
            .run(log->ix, action.receipt, receipt->stored, receipt->decided, receipt->safe,
                 receipt->hub_time_ms);
        state.note_arrival(log->ix, receipt->stored, receipt->hub_time_ms);
    });
    return {};
}

std::optional<CloseReason> Replica::note_peer(const sync::NotePeer& note, const Peer& peer) {
    State& state = *state_;
    if (!state.is_hub()) {
        state.writing([&] {
            state.compare_with_hub(note.hello);
            State::RosterBook(state).heard_of_hub(note.hello.roster_version);
        });
    }
    const std::int64_t now = state.environment.now_ms();
    // The hub measured when it heard the HELLO; what it notes at the end is that HELLO grown old.
    if (note.hello.wall_ms != 0 && !state.is_hub()) {
        state.offsets[peer.node] = offset_between(note.hello.wall_ms, now);
        state.last_contact = Contact{now, state.environment.since_boot()};
    }
    const Agreement agreement = state.agreement_with(note.hello, peer);
    state.noting([&] {
        state.note_places(note.hello, peer, true);
        state.store.database()
            .statement(
                "INSERT INTO contact VALUES(?, 0, ?, ?, 0, ?) ON CONFLICT(node) DO UPDATE "
                "SET try_at = excluded.try_at, offset_ms = excluded.offset_ms, "
                "diverged = CASE WHEN ? THEN excluded.diverged ELSE diverged END")
            .run(peer.node, now, state.offset_of(peer.node), agreement == Agreement::differs,
                 agreement != Agreement::unknown);
        if (agreement == Agreement::same) state.agreed_with(peer);
        if (state.is_hub()) note_machine_facts(state.store, peer.node, {note.facts, 0});
    });
    return std::nullopt;
}

/// Station: what the hub's places show of either side having been put back.
void Replica::State::compare_with_hub(const sync::Hello& hub) {
    const Peer peer{profile.hub.node, profile.scope};
    const LaneHead& held_there = hub.have[index_of(Lane::station)];
    // Our lane ends in the epoch that it was told. Had it any of that, it would not name an earlier
    // one of our way; one that is not on our way may well come after it.
    const LaneHead told = head_for(Lane::station, peer, {});
    const bool on_way = std::ranges::any_of(
        lane_stretches(Lane::station, peer),
        [&](const Stretch& one) { return one.log->id.author.epoch == held_there.epoch; });
    const bool lacks_it = held_there.epoch != told.epoch && on_way;
    // It gave a receipt for the epoch in which our lane ends and has nothing of that any more: of
    // the way that led there it may have as little.
    const LogFacts* last =
        store.find_log({{node, told.epoch}, sync::Stream::station, profile.scope});
    const bool lost_it = !on_way && (hub.features & sync::feature::lost_station) != 0 &&
                         last != nullptr && receipted(*last) != 0;
    if (lost_it) {
        forget_receipts_beyond({});
    } else if (lacks_it || lies_on(Lane::station, peer, held_there)) {
        forget_receipts_beyond(held_there);
    } else if (held_there.epoch == own_author().epoch) {
        // It has what this copy never wrote: whatever comes next must not take the same name.
        open_epoch(true);
    }
}

/// Equal logs must show equal state; otherwise someone's tables are wrong.
Agreement Replica::State::agreement_with(const sync::Hello& theirs, const Peer& peer) {
    const sync::Hello mine = hello_for(peer, &theirs);
    const LogId own_log = lane_log(is_hub() ? Lane::inbox : Lane::station, peer);
    if (mine.have != theirs.have || has_tail(own_log)) return Agreement::unknown;
    constexpr std::array<std::uint8_t, 16> untold{};
    if ((is_hub() ? theirs : mine).digest == untold) return Agreement::unknown;
    // A hub that tells none can't compare; whatever was claimed before is taken back.
    if ((is_hub() ? mine : theirs).digest == untold) return Agreement::untold;
    return mine.digest == theirs.digest ? Agreement::same : Agreement::differs;
}

bool Replica::State::has_tail(const LogId& id) {
    const LogFacts* log = store.find_log(id);
    return log != nullptr && own_log(id).last_seq != log->position.seq;
}

std::optional<std::int64_t> Replica::State::offset_of(const schema::NodeId& peer) const {
    const auto at = offsets.find(peer);
    if (at == offsets.end()) return std::nullopt;
    return at->second;
}

void Replica::end_session(const std::optional<Peer>& peer, CloseReason reason) {
    if (!peer) return;
    State& state = *state_;
    state.comparisons.erase(peer->node);
    state.joining.erase(peer->node);
    state.unreturned.erase(peer->node);
    const bool done = reason == CloseReason::done;
    const std::int64_t now = state.environment.now_ms();
    const auto note_contact = [&] {
        state.store.database()
            .statement(
                "INSERT INTO contact VALUES(?, ?, ?, ?, ?, 0) ON CONFLICT(node) DO UPDATE "
                "SET success_at = max(success_at, excluded.success_at), "
                "try_at = excluded.try_at, reason = excluded.reason")
            .run(peer->node, done ? now : std::int64_t{0}, now, state.offset_of(peer->node),
                 reason);
    };
    if (state.is_hub()) {
        state.noting(note_contact);
        state.scrub();
        return;
    }
    state.writing([&] {
        note_contact();
        if (done) {
            state.raise_decided();
            state.end_catching_up();
            state.drop_unshared();
            State::ErasureBook(state).carry_out();
            State::LateWords(state).take_put_off();
            State::UnitArrivals(state).note_put_off();
        }
    });
    state.scrub();
    if (done && state.profile.invitation != std::array<std::uint8_t, 16>{}) {
        state.profile.invitation = {};
        state.profile.invitation_secret = sync::Secret<32>{};
        state.save_profile();
    }
    state.update_decided();
}

void Replica::State::raise_decided() {
    // Everything the hub said of these transactions has arrived: the session ended well, so the
    // inbox is complete up to what the hub had when it signed.
    const LogFacts* log = store.find_log({own_author(), sync::Stream::station, profile.scope});
    if (log == nullptr) return;
    const auto decided = store.database()
                             .statement("SELECT decided FROM receipt WHERE log = ?")
                             .maybe<std::uint64_t>(log->ix);
    if (!decided) return;
    keep_number(store, "decided", *decided);
}

}  // namespace jiuying::node
