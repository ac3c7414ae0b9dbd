// Reading logs back: for history, for judgements that come late, for verify.
#include "node/replica/replica_state.hpp"

#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::Transaction;
using Blob = std::vector<std::uint8_t>;

}  // namespace

std::optional<Transaction> Replica::State::find_transaction(sync::Dot dot) {
    sqlite::Database& db = store.database();
    for (const auto& log : store.logs()) {
        if (log->author != dot.author) continue;
        const std::int64_t begin = log_place(log->ix, 0);
        const std::int64_t end = log_place(log->ix + 1, 0) - 1;
        const auto row = db.statement(
                               "SELECT public, private FROM tail WHERE place BETWEEN ? "
                               "AND ? AND txn = ?")
                             .maybe<Blob, Blob>(begin, end, dot.txn);
        if (row) {
            auto tx =
                sync::decode(std::get<0>(*row), std::get<1>(*row), store.authors(), dot.author);
            if (tx) return std::move(*tx);
        }
        const auto place = db.statement(
                                 "SELECT place FROM segment WHERE place BETWEEN ? AND ? "
                                 "AND first_txn <= ? AND last_txn >= ? LIMIT 1")
                               .maybe<std::int64_t>(begin, end, dot.txn, dot.txn);
        if (!place) continue;
        const std::vector<Transaction>* transactions = segment_at(*place, *log);
        if (transactions == nullptr) continue;
        const auto at = std::ranges::lower_bound(*transactions, dot.txn, {}, &Transaction::txn);
        if (at != transactions->end() && at->txn == dot.txn) return *at;
    }
    return std::nullopt;
}

const std::vector<Transaction>* Replica::State::segment_at(std::int64_t place,
                                                           const LogFacts& log) {
    constexpr std::size_t decoded_max = 4;
    for (auto at = decoded.begin(); at != decoded.end(); ++at) {
        if (at->place != place) continue;
        decoded.splice(decoded.begin(), decoded, at);
        return &decoded.front().transactions;
    }
    const auto bytes =
        store.database().statement("SELECT bytes FROM segment WHERE place = ?").maybe<Blob>(place);
    if (!bytes) return nullptr;
    Result<sync::OpenedSegment> opened = open_segment(*bytes, log);
    if (!opened) return nullptr;
    decoded.push_front({place, std::move(opened->transactions)});
    if (decoded.size() > decoded_max) decoded.pop_back();
    return &decoded.front().transactions;
}

void Replica::State::each_transaction(const LogFacts& log, std::uint64_t first, std::uint64_t last,
                                      const std::function<void(const Transaction&)>& visit) {
    const std::int64_t begin = log_place(log.ix, 0);
    const std::int64_t end = log_place(log.ix + 1, 0) - 1;
    std::vector<std::int64_t> places;
    store.database()
        .statement(
            "SELECT place FROM segment WHERE place BETWEEN ? AND ? AND last_txn >= ? "
            "AND first_txn <= ? ORDER BY place")
        .each<std::int64_t>([&](std::int64_t place) { places.push_back(place); }, begin, end, first,
                            last);
    for (const std::int64_t place : places) {
        const std::vector<Transaction>* transactions = segment_at(place, log);
        if (transactions == nullptr) continue;
        for (const Transaction& tx : *transactions) {
            if (tx.txn >= first && tx.txn <= last) visit(tx);
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
        if (tx) visit(*tx);
    }
}

}  // namespace jiuying::node
