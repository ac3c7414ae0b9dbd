// What a session asks of the replica: heads, segments to send, segments to take, receipts.
#include "node/replica/replica_state.hpp"

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

/// Whether every name in it fits a record's key.
bool fits_keys(const sync::Transaction& tx) {
    return tx.txn <= txn_max && std::ranges::all_of(tx.records, [](const auto& touched) {
               return touched.name.creation.txn <= txn_max;
           });
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
    const LogId own_log = state.lane_log(Lane::station, peer);
    (void)state.seal_next(own_log);
    sync::StationSession::Config config;
    config.keys = state.session_keys();
    config.hub_static_public = state.profile.hub.static_key;
    config.hub_box_public = state.profile.hub.box_key;
    config.hub_node = state.profile.hub.node.bytes;
    config.hello = state.hello_for(peer);
    config.hello.features = sync::takes_snapshots;
    const LogFacts* log = state.store.find_log(own_log);
    if (log != nullptr) {
        const auto receipt = state.store.database()
                                 .statement("SELECT bytes FROM receipt WHERE log = ?")
                                 .maybe<Blob>(log->ix);
        if (receipt) {
            const auto known = sync::peek_receipt(*receipt);
            if (known) {
                config.receipted = LaneHead{own_log.author.epoch, known->seq, half(known->chain)};
            }
        }
        const std::uint64_t last = state.own_log(own_log).last_seq;
        config.hello.unsent = last - std::min(last, config.receipted.seq);
        // It covers more than the heads beside it.
        if (state.has_tail(own_log)) config.hello.digest = {};
    }
    if (state.profile.invitation != std::array<std::uint8_t, 16>{}) {
        sync::Enrol enrol;
        enrol.invitation = state.profile.invitation;
        enrol.sign_key = state.signing.verify_key().bytes();
        enrol.box_key = state.box.public_key().bytes();
        enrol.epoch = own_log.author.epoch;
        config.hello.enrol = enrol;
        config.enrol_secret = state.profile.invitation_secret.clone();
    }
    const auto reason = state.store.database()
                            .statement("SELECT reason FROM contact WHERE node = ?")
                            .maybe<CloseReason>(state.profile.hub.node);
    const bool was_cut =
        reason && (*reason == CloseReason::hung_up || *reason == CloseReason::timed_out ||
                   *reason == CloseReason::refused_busy);
    config.send_early = !was_cut;
    return config;
}

sync::HubSession::Config Replica::hub_config() {
    sync::HubSession::Config config;
    config.keys = state_->session_keys();
    config.hub_node = state_->node.bytes;
    return config;
}

sync::Offer Replica::fetch(const sync::Fetch& fetch, const Peer& peer) {
    State& state = *state_;
    if (fetch.lane == Lane::snapshot) return state.offer_snapshot(fetch, peer);
    const LogId id = state.lane_log(fetch.lane, peer);
    const LaneHead asked = state.after_snapshot(id, fetch.after, peer);
    sync::Offer offer;
    const LogFacts* log = state.store.find_log(id);
    if (log == nullptr) return offer;
    const bool same_epoch = asked.epoch == id.author.epoch;
    const std::uint64_t after = same_epoch ? asked.seq : 0;
    if (after >= log->position.seq && !state.seal_next(id)) return offer;
    if (after >= log->position.seq) return offer;
    offer.key_wraps = state.wraps_for(*log, peer, after);
    std::uint64_t size = 0;
    state.store.database()
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
                     LaneHead{id.author.epoch, after_it.seq, half(after_it.chain)},
                     std::move(bytes)});
                return true;
            },
            log_place(log->ix, 0), log_place(log->ix + 1, 0) - 1, after);
    offer.more = offer.more || state.has_tail(id);
    return offer;
}

std::variant<sync::Delivered, sync::DeliveryFailed> Replica::deliver(const sync::Deliver& deliver,
                                                                     const Peer& peer) {
    State& state = *state_;
    if (deliver.lane == Lane::snapshot) return state.take_chunk(deliver.segment, peer);
    const auto header = sync::peek(deliver.segment);
    if (!header) return sync::DeliveryFailed{CloseReason::bad_segment};
    const LogId& id = header->log;
    // A log begins with its key. What comes without could not be read, and leaves nothing.
    LogFacts* log = state.store.find_log(id);
    const bool may = log != nullptr && state.is_lane_of(id, deliver.lane, peer);
    if (!may) return sync::DeliveryFailed{CloseReason::bad_segment};
    if (state.leaves_chain(deliver.segment, *header, *log)) {
        return sync::DeliveryFailed{state.is_hub() ? CloseReason::station_log_differs
                                                   : CloseReason::hub_log_differs};
    }
    bool taken = false;
    state.writing([&] { taken = state.take_segment(deliver.segment, *header, *log, peer); });
    if (!taken) return sync::DeliveryFailed{CloseReason::bad_segment};
    sync::Delivered delivered;
    delivered.head = state.head_of(id);
    if (state.is_hub()) delivered.receipt = state.receipt_for(*state.store.find_log(id));
    return delivered;
}

bool Replica::State::is_lane_of(const LogId& id, Lane lane, const Peer& peer) const {
    const bool from_station = lane == Lane::station;
    const sync::Stream stream = from_station          ? sync::Stream::station
                                : lane == Lane::inbox ? sync::Stream::inbox
                                                      : sync::Stream::reference;
    const schema::ScopeId& scope = lane == Lane::reference ? profile.district_scope : peer.scope;
    return id.stream == stream && id.scope == scope && id.author.node == peer.node &&
           from_station == is_hub();
}

bool Replica::State::leaves_chain(sync::View bytes, const sync::SegmentHeader& header,
                                  const LogFacts& log) {
    if (header.last() > log.position.seq) {
        return header.first == log.position.seq + 1 && !(header.before() == log.position);
    }
    // Known already: the same bytes are fine, others are a fork.
    const auto kept = store.database()
                          .statement("SELECT bytes FROM segment WHERE place = ?")
                          .maybe<Blob>(log_place(log.ix, header.first));
    if (!kept) return true;
    const auto here = sync::peek(*kept);
    if (!here || !here->restated) return !std::ranges::equal(*kept, bytes);
    // Something was erased here since: the header that its author signed tells.
    const sync::Bytes& signed_there = here->restated->header;
    return bytes.size() < signed_there.size() ||
           !std::ranges::equal(signed_there, bytes.first(signed_there.size()));
}

bool Replica::State::take_segment(sync::View bytes, const sync::SegmentHeader& header,
                                  LogFacts& log, const Peer& peer) {
    if (header.last() <= log.position.seq) return true;
    if (!(header.before() == log.position)) return false;
    const Result<sync::OpenedSegment> opened = open_received(bytes, log);
    if (!opened) return false;
    const std::vector<sync::Transaction>& transactions = opened->transactions;
    if (transactions.front().txn <= log.txn) return false;
    if (!std::ranges::all_of(transactions, fits_keys)) return false;
    log.position = header.after();
    log.txn = transactions.back().txn;
    store.touch_log(log);
    store.database()
        .statement("INSERT INTO segment VALUES(?, ?, ?, ?, ?)")
        .run(log_place(log.ix, header.first), header.last(), transactions.front().txn,
             transactions.back().txn, bytes);
    const std::int64_t now = environment.now_ms();
    if (!planted::on(planted::Defect::clock_follows_nobody))
        for (const sync::Transaction& tx : transactions) {
            const bool doubtful = tx.origin && (tx.flags & sync::Transaction::clock_suspect) != 0;
            if (!doubtful) clock.follow(tx.hlc, now);
        }
    if (is_hub()) {
        judge_and_apply(transactions, log, peer);
        store_own_receipt(log);
    } else {
        take_inbox(transactions, opened->header, log);
    }
    store.database().statement("DELETE FROM partial WHERE node = ?").run(peer.node);
    keep_clock();
    return true;
}

std::uint8_t Replica::State::flags_of(const sync::Transaction& tx) {
    const bool unsure = (tx.flags & sync::Transaction::clock_suspect) != 0;
    const bool refused = tx.origin && (tx.flags & sync::Transaction::was_rejected) != 0;
    return static_cast<std::uint8_t>((unsure ? sync::Version::suspect : 0) |
                                     (refused ? sync::Version::rejected : 0));
}

void Replica::State::store_own_receipt(const LogFacts& log) {
    sync::Receipt receipt;
    receipt.hub = node;
    receipt.hub_epoch = own_author().epoch;
    receipt.log = log.id;
    receipt.seq = log.position.seq;
    receipt.chain = log.position.chain;
    receipt.stored = log.position.seq;
    receipt.decided = log.position.seq;  // Judged in the same database transaction.
    receipt.safe = safe_of(log);         // Rises with verified copies.
    receipt.hub_time_ms = environment.now_ms();
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

sync::Bytes Replica::State::receipt_for(const LogFacts& log) {
    return store.database()
        .statement("SELECT bytes FROM receipt WHERE log = ?")
        .maybe<Blob>(log.ix)
        .value_or(Blob());
}

Result<void> Replica::store_receipt(const sync::StoreReceipt& action) {
    State& state = *state_;
    const auto receipt = sync::verify_receipt(
        action.receipt, sync::VerifyKey(state.profile.hub.sign_key), state.district());
    if (!receipt) return receipt.error();
    const bool from_hub = receipt->hub == state.profile.hub.node;
    LogFacts* log = state.store.find_log(receipt->log);
    if (!from_hub || log == nullptr || log->author != state.own) return Errc::wrong_scope;
    // A receipt for what was never sealed here is a fork, not a delivery.
    if (receipt->seq > log->position.seq) return Errc::fork;
    // Whole segments are receipted: one of ours ends there, or ended there once, on that very
    // chain.
    const auto horizon = state.horizon_of(log->ix);
    if (horizon && receipt->seq == horizon->position.seq) {
        if (receipt->chain != horizon->position.chain) return Errc::fork;
        return state.take_receipt(action.receipt, *receipt, *log);
    }
    const auto sealed =
        state.store.database()
            .statement(
                "SELECT bytes FROM segment WHERE place BETWEEN ? AND ? "
                "AND last = ? ORDER BY place DESC LIMIT 1")
            .maybe<Blob>(log_place(log->ix, 0), log_place(log->ix, receipt->seq), receipt->seq);
    const auto header = sync::peek(sealed.value_or(Blob()));
    if (!header || header->chain_last != receipt->chain) return Errc::fork;
    return state.take_receipt(action.receipt, *receipt, *log);
}

Result<void> Replica::State::take_receipt(const sync::Bytes& bytes, const sync::Receipt& receipt,
                                          const LogFacts& log) {
    writing([&] {
        store.database()
            .statement("INSERT OR REPLACE INTO receipt VALUES(?, ?, ?, ?, ?, ?)")
            .run(log.ix, bytes, receipt.stored, receipt.decided, receipt.safe, receipt.hub_time_ms);
        note_arrival(log.ix, receipt.stored, receipt.hub_time_ms);
    });
    return {};
}

std::optional<CloseReason> Replica::note_peer(const sync::NotePeer& note, const Peer& peer) {
    State& state = *state_;
    const LaneHead& held_there = note.hello.have[index_of(Lane::station)];
    if (!state.is_hub() && !state.lies_on(state.lane_log(Lane::station, peer), held_there)) {
        return CloseReason::station_log_differs;
    }
    const std::int64_t now = state.environment.now_ms();
    // The hub measured when it heard the HELLO; what it notes at the end is that HELLO grown old.
    if (note.hello.wall_ms != 0 && !state.is_hub()) {
        state.offsets[peer.node] = offset_between(note.hello.wall_ms, now);
        state.last_contact = State::Contact{now, state.environment.since_boot()};
    }
    // Equal logs must show equal state; otherwise someone's tables are wrong.
    const sync::Hello mine = state.hello_for(peer);
    const LogId own_log = state.lane_log(state.is_hub() ? Lane::inbox : Lane::station, peer);
    const bool same_logs = mine.have == note.hello.have && !state.has_tail(own_log);
    constexpr std::array<std::uint8_t, 16> untold{};
    const bool pending = (state.is_hub() ? note.hello : mine).digest == untold;
    // A hub that tells none can't compare; whatever was claimed before is taken back.
    const bool comparable = (state.is_hub() ? mine : note.hello).digest != untold;
    const bool diverged = same_logs && !pending && comparable && mine.digest != note.hello.digest;
    state.writing([&] {
        state.store.database()
            .statement(
                "INSERT INTO contact VALUES(?, 0, ?, ?, 0, ?) ON CONFLICT(node) DO UPDATE "
                "SET try_at = excluded.try_at, offset_ms = excluded.offset_ms, "
                "diverged = CASE WHEN ? THEN excluded.diverged ELSE diverged END")
            .run(peer.node, now, state.offset_of(peer.node), diverged, same_logs && !pending);
    });
    return std::nullopt;
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
    state.joining.erase(peer->node);
    const bool done = reason == CloseReason::done;
    const std::int64_t now = state.environment.now_ms();
    state.writing([&] {
        state.store.database()
            .statement(
                "INSERT INTO contact VALUES(?, ?, ?, ?, ?, 0) ON CONFLICT(node) DO UPDATE "
                "SET success_at = max(success_at, excluded.success_at), "
                "try_at = excluded.try_at, reason = excluded.reason")
            .run(peer->node, done ? now : std::int64_t{0}, now, state.offset_of(peer->node),
                 reason);
        if (!state.is_hub() && done) {
            state.raise_decided();
            state.drop_unshared();
        }
    });
    state.scrub();
    if (state.is_hub()) return;
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
    std::string bytes;
    sync::put_fixed64(bytes, *decided);
    store.set_meta("decided", sqlite::as_blob(bytes));
}

}  // namespace jiuying::node
