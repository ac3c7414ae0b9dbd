// Taking a segment that came: where it belongs, what is in it, what it shows of its author. What
// only a newer program can read is kept: unread.cpp.
#include "node/replica/replica_state.hpp"

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
        const auto opened = open_received(bytes, *log, peer);
        if (!opened) return nullptr;
        const std::uint64_t first_seq = header.first + placement.skip;
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
        waits ? Result<sync::OpenedSegment>{Errc::unsupported} : open_received(bytes, *log, peer);
    if (!opened) {
        const bool keep = opened.error() == Errc::unsupported && placement.kind == Kind::next &&
                          placement.skip == 0 && keep_unread(bytes, *log, waits);
        if (!keep) return nullptr;
        forget_partial(header.log.stream, peer);
        return log;
    }
    std::vector<sync::Transaction>& transactions = opened->transactions;
    transactions.erase(transactions.begin(),
                       transactions.begin() + static_cast<std::ptrdiff_t>(placement.skip));
    if (!follows(transactions, *log)) return nullptr;
    // Before anything of it stands: what it says of our own log decides how the rest is read.
    if (!is_hub()) heed_chain_notices(transactions);
    log->position = header.after();
    store.database()
        .statement("INSERT OR REPLACE INTO segment VALUES(?, ?, ?, ?, ?)")
        .run(log_place(log->ix, header.first), header.last(), transactions.front().txn,
             transactions.back().txn, bytes);
    take_transactions(*opened, placement, *log, peer);
    forget_partial(header.log.stream, peer);
    return log;
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
        look_for_twins(log, transactions, peer);
    } else if (is_hub()) {
        judge_and_apply(transactions, log, peer);
        store_own_receipt(log);
        tell_of_chains(placement, log, transactions, peer);
    } else {
        take_inbox(transactions, opened.header, log);
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
    const std::size_t known = opened.header.count - opened.transactions.size();
    for (std::size_t i = 0; i < opened.transactions.size(); ++i) {
        const sync::Transaction& tx = opened.transactions[i];
        if (opened.is_redacted(known + i)) continue;
        if (!tx.origin) {
            apply(tx, log.author, log.scope, flags_of(tx));
        } else {
            take_back_forwarded(tx, log);
        }
    }
    store.flush();
}

void Replica::State::take_back_forwarded(const sync::Transaction& tx, const LogFacts& inbox) {
    const sync::Dot dot = tx.origin->dot;
    const sync::Author author = store.authors()[dot.author];
    std::optional<ScopeIx> scope;
    for (const auto& log : store.logs()) {
        if (log->id.stream != sync::Stream::station || log->id.author.node != author.node) continue;
        scope = log->scope;
        if (log->id.author == author && log->txn >= dot.txn) return;
    }
    if (!scope) return;           // Of a station that this hub doesn't know, nothing can be placed.
    sync::Transaction said = tx;  // As it stood in its author's log.
    said.txn = dot.txn;
    if (tx.origin->scope == store.scope_id(*scope)) said.origin.reset();
    apply(said, dot.author, *scope, flags_of(tx));
    note_forwarded(tx, inbox);
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
