// Reading logs back: for history, for judgements that come late, for verify.
#include "node/replica/replica_state.hpp"

#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::Transaction;
using Blob = std::vector<std::uint8_t>;

}  // namespace

std::optional<Transaction> Replica::State::find_transaction(sync::Dot dot,
                                                            const sync::RecordName* about) {
    for (const auto& log : store.logs()) {
        if (log->author != dot.author) continue;
        auto tx = find_in_log(*log, dot.txn);
        if (tx && dot_of(*tx, log->author) == dot) return tx;
    }
    // Of what was forwarded each order has its own part. At the hub: of what it lost and took back.
    std::vector<std::pair<std::uint32_t, std::uint64_t>> places;
    store.database()
        .statement("SELECT log, as_txn FROM forwarded WHERE author = ? AND txn = ?")
        .each<std::uint32_t, std::uint64_t>(
            [&](std::uint32_t log, std::uint64_t as_txn) { places.emplace_back(log, as_txn); },
            dot.author, dot.txn);
    for (const auto& [ix, as_txn] : places) {
        if (ix >= store.logs().size()) continue;
        auto tx = find_in_log(*store.logs()[ix], as_txn);
        const bool meant =
            tx && (about == nullptr || std::ranges::any_of(tx->records, [&](const auto& touched) {
                       return touched.name == *about;
                   }));
        if (meant) return tx;
    }
    return std::nullopt;
}

/// By the number that it has in that log.
std::optional<Transaction> Replica::State::find_in_log(const LogFacts& log, std::uint64_t txn) {
    sqlite::Database& db = store.database();
    const std::int64_t begin = log_place(log.ix, 0);
    const std::int64_t end = log_place(log.ix + 1, 0) - 1;
    const auto row = db.statement(
                           "SELECT public, private FROM tail WHERE place BETWEEN ? "
                           "AND ? AND txn = ?")
                         .maybe<Blob, Blob>(begin, end, txn);
    if (row) {
        auto tx = sync::decode(std::get<0>(*row), std::get<1>(*row), store.authors(), log.author);
        if (tx) return std::move(*tx);
    }
    const auto place = db.statement(
                             "SELECT place FROM segment WHERE place BETWEEN ? AND ? "
                             "AND first_txn <= ? AND last_txn >= ? LIMIT 1")
                           .maybe<std::int64_t>(begin, end, txn, txn);
    const auto segment = place ? segment_at(*place, log) : nullptr;
    if (segment == nullptr) return std::nullopt;
    const auto& all = segment->transactions;
    const auto at = std::ranges::lower_bound(all, txn, {}, &Transaction::txn);
    if (at == all.end() || at->txn != txn) return std::nullopt;
    if (segment->erased[static_cast<std::size_t>(at - all.begin())]) return std::nullopt;
    return *at;
}

std::shared_ptr<const Decoded> Replica::State::segment_at(std::int64_t place, const LogFacts& log) {
    constexpr std::size_t decoded_max = 4;
    for (auto at = decoded.begin(); at != decoded.end(); ++at) {
        if ((*at)->place != place) continue;
        decoded.splice(decoded.begin(), decoded, at);
        return decoded.front();
    }
    const auto bytes =
        store.database().statement("SELECT bytes FROM segment WHERE place = ?").maybe<Blob>(place);
    if (!bytes) return nullptr;
    Result<sync::OpenedSegment> opened = open_kept(*bytes, log);
    if (!opened) return nullptr;
    std::vector<bool> erased(opened->transactions.size());
    for (std::size_t i = 0; i < erased.size(); ++i) {
        const std::uint64_t seq = opened->header.first + i;
        const bool others = seq < log.first_seq() || seq > log.position.seq;
        erased[i] = others || opened->is_redacted(i);
    }
    decoded.push_front(std::make_shared<const Decoded>(
        Decoded{place, std::move(opened->transactions), std::move(erased)}));
    if (decoded.size() > decoded_max) decoded.pop_back();
    return decoded.front();
}

bool Replica::State::each_transaction(const LogFacts& log, std::uint64_t first, std::uint64_t last,
                                      const std::function<void(const Transaction&)>& visit) {
    const std::int64_t begin = log_place(log.ix, 0);
    const std::int64_t end = log_place(log.ix + 1, 0) - 1;
    std::vector<std::int64_t> places;
    // What waits for a newer program has no numbers yet, and is not applied.
    store.database()
        .statement(
            "SELECT place FROM segment WHERE place BETWEEN ? AND ? AND last_txn >= ? "
            "AND first_txn <= ? AND last_txn > 0 ORDER BY place")
        .each<std::int64_t>([&](std::int64_t place) { places.push_back(place); }, begin, end, first,
                            last);
    bool whole = true;
    std::uint64_t seen = 0;  // Where a segment was sealed anew, it may overlap the one before.
    for (const std::int64_t place : places) {
        const auto segment = segment_at(place, log);
        if (segment == nullptr) {
            whole = false;
            continue;
        }
        for (std::size_t i = 0; i < segment->transactions.size(); ++i) {
            const Transaction& tx = segment->transactions[i];
            const bool meant = tx.txn >= first && tx.txn <= last && tx.txn > seen;
            if (!meant || segment->erased[i]) continue;
            seen = tx.txn;
            visit(tx);
        }
    }
    std::vector<std::pair<Blob, Blob>> rows;
    store.database()
        .statement(
            "SELECT public, private FROM tail WHERE place BETWEEN ? AND ? "
            "AND txn BETWEEN ? AND ? ORDER BY place")
        .each<Blob, Blob>(
            [&](Blob open_part, Blob private_part) {
                rows.emplace_back(std::move(open_part), std::move(private_part));
            },
            begin, end, first, last);
    for (const auto& [open_part, private_part] : rows) {
        const auto tx = sync::decode(open_part, private_part, store.authors(), log.author);
        if (tx) {
            visit(*tx);
        } else {
            whole = false;
        }
    }
    return whole;
}

}  // namespace jiuying::node
