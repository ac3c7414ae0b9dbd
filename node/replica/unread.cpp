// Segments that ask for a newer program. They are kept as they came, receipted as stored, and not
// applied; what stands behind them in their log waits with them, and only that. After an upgrade
// they are taken as if they had just come.
#include "node/replica/replica_state.hpp"

#include "sync/segment/segment.hpp"

namespace jiuying::node {
namespace {

using Blob = std::vector<std::uint8_t>;

}  // namespace

std::optional<std::uint64_t> Replica::State::unread_from(const LogFacts& log) {
    return store.database()
        .statement("SELECT first FROM unread WHERE log = ?")
        .maybe<std::uint64_t>(log.ix);
}

bool Replica::State::has_unread() {
    return store.database().statement("SELECT 1 FROM unread LIMIT 1").maybe<int>().has_value();
}

bool Replica::State::keep_unread(sync::View bytes, LogFacts& log, bool waits) {
    const auto author = verify_key(log.id.author.node);
    if (!author) return false;
    const auto header = waits ? sync::verify_sealed(bytes, *author, district())
                              : sync::verify_unread(bytes, *author, district(), understood);
    // Without its key it could not be read after an upgrade either.
    if (!header || !find_key(log, header->key)) return false;
    log.position = header->after();
    store.touch_log(log);
    // The numbers of its transactions are inside.
    store.database()
        .statement("INSERT INTO segment VALUES(?, ?, 0, 0, ?)")
        .run(log_place(log.ix, header->first), header->last(), bytes);
    if (!waits) {
        store.database().statement("INSERT INTO unread VALUES(?, ?)").run(log.ix, header->first);
    }
    if (is_hub()) store_own_receipt(log);
    return true;
}

void Replica::State::apply_unread() {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> waiting;
    store.database()
        .statement("SELECT log, first FROM unread ORDER BY log")
        .each<std::uint32_t, std::uint64_t>(
            [&](std::uint32_t log, std::uint64_t first) { waiting.emplace_back(log, first); });
    for (const auto& [ix, from] : waiting) {
        if (ix >= store.logs().size()) continue;
        LogFacts& log = *store.logs()[ix];
        std::uint64_t first = from;
        while (first <= log.position.seq && apply_unread_segment(log, first)) {
            const auto next = unread_from(log);
            if (!next) break;
            first = *next;
        }
    }
}

/// One segment, in a database transaction of its own. False if it still can't be read.
bool Replica::State::apply_unread_segment(LogFacts& log, std::uint64_t first) {
    const std::int64_t place = log_place(log.ix, first);
    const auto bytes =
        store.database().statement("SELECT bytes FROM segment WHERE place = ?").maybe<Blob>(place);
    if (!bytes) return false;
    const Result<sync::OpenedSegment> opened = open_received(*bytes, log);
    if (!opened || !follows(opened->transactions, log)) return false;
    writing([&] {
        const std::uint64_t last = opened->header.last();
        store.database()
            .statement("UPDATE segment SET first_txn = ?, last_txn = ? WHERE place = ?")
            .run(opened->transactions.front().txn, opened->transactions.back().txn, place);
        if (last < log.position.seq) {
            store.database()
                .statement("UPDATE unread SET first = ? WHERE log = ?")
                .run(last + 1, log.ix);
        } else {
            store.database().statement("DELETE FROM unread WHERE log = ?").run(log.ix);
        }
        take_transactions(opened->transactions, opened->header, log,
                          {log.id.author.node, log.id.scope});
    });
    return true;
}

}  // namespace jiuying::node
