// Taking a segment that came: where it belongs, what is in it, what it shows of its author. What
// only a newer program can read is kept: unread.cpp.
#include "node/replica/audit_arrival.hpp"
#include "node/replica/late_words.hpp"
#include "node/replica/replica_state.hpp"

#include "schema/assert.hpp"
#include "schema/planted.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

/// Whether every name in it fits a record's key.
bool fits_keys(const sync::Transaction& tx) {
    return tx.txn <= txn_max && std::ranges::all_of(tx.records, [](const auto& touched) {
               return touched.name.creation.txn <= txn_max;
           });
}

/// Whether orders are judged by nothing that is new in them.
bool only_of_trust(const std::vector<sync::Transaction>& transactions) {
    return std::ranges::all_of(transactions, [](const sync::Transaction& tx) {
        return std::ranges::all_of(tx.records, [](const sync::TouchedRecord& touched) {
            return touched.created && schema::is_of_trust(touched.entity);
        });
    });
}

/// Without those of which a station had let go before the hub lost them: what others give back of
/// them counts.
std::vector<sync::Transaction> with_values(const sync::OpenedSegment& opened) {
    std::vector<sync::Transaction> there;
    const std::size_t known = opened.header.count - opened.transactions.size();
    for (std::size_t i = 0; i < opened.transactions.size(); ++i) {
        if (!opened.is_redacted(known + i)) there.push_back(opened.transactions[i]);
    }
    return there;
}

sync::Lane lane_of(sync::Stream stream) {
    switch (stream) {
        case sync::Stream::inbox: return sync::Lane::inbox;
        case sync::Stream::reference: return sync::Lane::reference;
        default: return sync::Lane::station;
    }
}

}  // namespace

LogFacts* Replica::State::take_segment(sync::View bytes, const sync::SegmentHeader& header,
                                       const Placement& placement, const Peer& peer) {
    using Kind = Placement::Kind;
    if (placement.kind != Kind::next && placement.kind != Kind::branch) return nullptr;
    LogFacts* log = placement.log;
    if (placement.kind == Kind::branch) {
        const auto opened = open_received(bytes, *log);
        if (!opened) return nullptr;
        const std::uint64_t first_seq = header.first + placement.skip;
        if (log->position.seq + 1 < first_seq &&
            !take_common(bytes, *opened, placement.skip, *log, peer)) {
            return nullptr;
        }
        log = &make_branch(*log, first_seq, opened->transactions[placement.skip].txn,
                           placement.epoch);
    } else if (header.first == 1 && placement.skip == 0) {
        log->origin.predecessor = header.predecessor;
        log->origin.known_branches = epochs_in(header.extension);
        if (placement.previous != nullptr) log->origin.previous = placement.previous->ix;
        if (placement.previous != nullptr || !log->origin.known_branches.empty()) {
            store.save_origin(*log);
        }
    }
    const bool waits = waits_behind_unread(*log);
    Result<sync::OpenedSegment> opened =
        waits ? Result<sync::OpenedSegment>{Errc::unsupported} : open_received(bytes, *log);
    if (!opened) {
        const bool keep = opened.error() == Errc::unsupported && placement.kind == Kind::next &&
                          placement.skip == 0 && keep_unread(bytes, *log, waits);
        if (!keep) return nullptr;
        forget_partial(header.log.stream, peer);
        return log;
    }
    std::vector<sync::Transaction>& transactions = opened->transactions;
    const std::uint64_t first_txn = transactions.front().txn;
    transactions.erase(transactions.begin(),
                       transactions.begin() + static_cast<std::ptrdiff_t>(placement.skip));
    if (!follows(transactions, *log)) return nullptr;
    // Before anything of it stands: what it says of our own log decides how the rest is read.
    if (!is_hub()) heed_chain_notices(transactions);
    log->position = header.after();
    store.database()
        .statement("INSERT OR REPLACE INTO segment VALUES(?, ?, ?, ?, ?)")
        .run(log_place(log->ix, header.first), header.last(), first_txn, transactions.back().txn,
             bytes);
    // What was there before, of which this is more, may have been read lately.
    std::erase_if(decoded,
                  [&](const auto& one) { return one->place == log_place(log->ix, header.first); });
    take_transactions(*opened, placement, *log, peer);
    forget_partial(header.log.stream, peer);
    return log;
}

/// What stands in \p opened before \p until belongs to \p log, which the rest leaves.
bool Replica::State::take_common(sync::View bytes, const sync::OpenedSegment& opened,
                                 std::size_t until, LogFacts& log, const Peer& peer) {
    const auto links = links_of(bytes, log);
    const std::uint64_t first = opened.header.first;
    JY_ASSERT(links && until > 0 && log.position.seq + 1 >= first);
    sync::OpenedSegment common = opened;
    common.transactions.resize(until);
    common.transactions.erase(
        common.transactions.begin(),
        common.transactions.begin() + static_cast<std::ptrdiff_t>(log.position.seq + 1 - first));
    if (!follows(common.transactions, log)) return false;
    log.position = {first + until - 1, (*links)[until - 1]};
    store.database()
        .statement("INSERT OR REPLACE INTO segment VALUES(?, ?, ?, ?, ?)")
        .run(log_place(log.ix, first), opened.header.last(), opened.transactions.front().txn,
             opened.transactions.back().txn, bytes);
    std::erase_if(decoded, [&](const auto& one) { return one->place == log_place(log.ix, first); });
    take_transactions(common, {Placement::Kind::next, &log}, log, peer);
    return true;
}

/// Hub: whether a station's words are about a record that is not here. Only asked where that may be
/// among what the station has yet to give back.
bool Replica::State::stands_on_lost(sync::View bytes, const Placement& placement) {
    if (placement.log == nullptr) return false;
    sync::Authors authors = store.authors();
    const auto opened = open_segment(bytes, *placement.log, authors);
    if (!opened) return false;
    std::set<RecordKey> made;
    for (const sync::Transaction& tx : opened->transactions) {
        if (!fits_keys(tx)) return false;
        for (const sync::TouchedRecord& touched : tx.records) {
            if (touched.created) {
                made.insert(record_key(touched.name));
            } else if (!made.contains(record_key(touched.name)) &&
                       store.find(touched.name) == nullptr) {
                return true;
            }
        }
    }
    return false;
}

bool Replica::State::follows(const std::vector<sync::Transaction>& transactions,
                             const LogFacts& log) {
    return !transactions.empty() && transactions.front().txn > log.txn &&
           std::ranges::all_of(transactions, fits_keys);
}

void Replica::State::take_transactions(const sync::OpenedSegment& opened,
                                       const Placement& placement, LogFacts& log,
                                       const Peer& peer) {
    const std::vector<sync::Transaction>& transactions = opened.transactions;
    store.relieve();
    log.txn = transactions.back().txn;
    store.touch_log(log);
    const std::int64_t now = environment.now_ms();
    if (!planted::on(planted::Defect::clock_follows_nobody))
        for (const sync::Transaction& tx : transactions) {
            const bool doubtful = tx.origin && (tx.flags & sync::Transaction::clock_suspect) != 0;
            if (!doubtful) clock.follow(tx.hlc, now);
        }
    if (log.id.author.node == node) {
        take_back(opened, log);
        LateWords(*this).take_in(transactions, log.author);
        look_for_twins(log, transactions, peer);
    } else if (is_hub()) {
        const bool anew = opened.header.restated.has_value();
        const auto left = anew ? with_values(opened) : std::vector<sync::Transaction>{};
        judge_and_apply(anew ? left : transactions, log, peer);
        LateWords(*this).take_in(transactions, log.author);
        store_own_receipt(log);
        tell_of_chains(placement, log, transactions, peer);
        AuditLog(*this).hear(anew ? left : transactions, log, peer);
    } else {
        take_inbox(transactions, opened.header, log);
        // Their history counts, and a snapshot may have brought what they end with.
        if (log.id.stream == sync::Stream::reference && !only_of_trust(transactions)) {
            reference_changed();
        }
    }
    keep_clock();
}

void Replica::State::forget_partial(sync::Stream stream, const Peer& peer) {
    store.database()
        .statement("DELETE FROM partial WHERE node = ? AND lane = ?")
        .run(peer.node, lane_of(stream));
}

/// What the hub had written and lost comes back from a station. What it had forwarded counts as if
/// it came in its author's log, up to where that is held: its author may have lost it as well.
void Replica::State::take_back(const sync::OpenedSegment& opened, const LogFacts& log) {
    const std::vector<Stretch> way = lineage_to(last_log(node, log.id.stream, log.id.scope));
    const auto on_way = std::ranges::find(way, &log, &Stretch::log);
    const bool goes_on = on_way != way.end() && on_way->last_seq >= opened.header.last();
    const std::size_t known = opened.header.count - opened.transactions.size();
    for (std::size_t i = 0; i < opened.transactions.size(); ++i) {
        const sync::Transaction& tx = opened.transactions[i];
        if (opened.is_redacted(known + i)) continue;
        if (tx.origin) {
            take_back_forwarded(tx, log);
        } else {
            apply(tx, log.author, log.scope, flags_of(tx));
        }
        if (!goes_on) say_again(tx, log);
    }
    store.flush();
}

void Replica::State::take_back_forwarded(const sync::Transaction& tx, const LogFacts& inbox) {
    const sync::Dot dot = tx.origin->dot;
    const sync::Author author = store.authors()[dot.author];
    const bool by_hub = author.node == node;
    for (const auto& log : store.logs()) {
        // The hub writes a log for each scope.
        if (by_hub && log->id.scope != tx.origin->scope) continue;
        if (log->id.author == author && log->txn >= dot.txn) return;
    }
    const auto of_peer = store.database()
                             .statement("SELECT scope FROM peer WHERE node = ?")
                             .maybe<schema::ScopeId>(author.node);
    // Of a station that this hub doesn't know, nothing can be placed.
    if (!by_hub && !of_peer) return;
    const schema::ScopeId scope = by_hub ? tx.origin->scope : *of_peer;
    sync::Transaction said = tx;  // As it stood in its author's log.
    said.txn = dot.txn;
    if (tx.origin->scope == scope) said.origin.reset();
    apply(said, dot.author, store.scope(scope), flags_of(tx));
    // First, for what came before its turn is read again from where it is said to stand.
    note_forwarded(tx, inbox);
    LateWords(*this).take_in({said}, dot.author);
}

/// This hub's log went on before what came back: the way that stations follow does not lead there.
/// Said again where it leads, no copy of whatever age, of this hub or of a station, misses it.
void Replica::State::say_again(const sync::Transaction& tx, const LogFacts& log) {
    sync::Transaction again = tx;
    if (!again.origin) again.origin = {{log.author, tx.txn}, log.id.scope};
    write_forward(std::move(again), log.id.stream, log.scope);
}

/// Where a forwarded transaction stands is how its history is found.
void Replica::State::note_forwarded(const sync::Transaction& tx, const LogFacts& inbox) {
    store.database()
        .statement("INSERT OR IGNORE INTO forwarded VALUES(?, ?, ?, ?)")
        .run(tx.origin->dot.author, tx.origin->dot.txn, inbox.ix, tx.txn);
}

bool Replica::State::is_forwarded(const LogFacts& inbox, const sync::Transaction& tx) {
    return store.database()
        .statement(
            "SELECT 1 FROM forwarded WHERE author = ? AND txn = ? AND log = ? AND as_txn = ?")
        .maybe<int>(tx.origin->dot.author, tx.origin->dot.txn, inbox.ix, tx.txn)
        .has_value();
}

std::uint8_t Replica::State::flags_of(const sync::Transaction& tx) {
    const bool unsure = (tx.flags & sync::Transaction::clock_suspect) != 0;
    const bool refused = tx.origin && (tx.flags & sync::Transaction::was_rejected) != 0;
    return static_cast<std::uint8_t>((unsure ? sync::Version::suspect : 0) |
                                     (refused ? sync::Version::rejected : 0));
}

}  // namespace jiuying::node
