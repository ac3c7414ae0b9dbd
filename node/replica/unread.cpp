// Segments that ask for a newer program. They are kept as they came, receipted as stored, and not
// applied; what stands behind them in their log waits with them, and only that. After an upgrade
// they are taken as if they had just come.
#include "node/replica/replica_state.hpp"

#include "schema/planted.hpp"
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

bool Replica::State::waits_behind_unread(const LogFacts& log) {
    return unread_from(log).has_value() || goes_on_from_unread(log);
}

/// What is there was written by one who knew what waits.
bool Replica::State::goes_on_from_unread(const LogFacts& log) {
    const LogFacts* at = &log;
    for (std::size_t steps = 0; at->origin.previous && steps <= store.logs().size(); ++steps) {
        const LogFacts& previous = *store.logs()[*at->origin.previous];
        const auto unread = unread_from(previous);
        if (unread && *unread <= at->leaves_at()) return true;
        at = &previous;
    }
    return false;
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
    store.database()
        .statement("INSERT OR IGNORE INTO unread VALUES(?, ?)")
        .run(log.ix, header->first);
    if (is_hub() && log.id.author.node != node) store_own_receipt(log);
    return true;
}

void Replica::State::apply_unread() {
    for (bool again = true; again;) {
        again = false;
        std::vector<std::pair<std::uint32_t, std::uint64_t>> kept;
        store.database()
            .statement("SELECT log, first FROM unread ORDER BY log")
            .each<std::uint32_t, std::uint64_t>(
                [&](std::uint32_t log, std::uint64_t first) { kept.emplace_back(log, first); });
        for (const auto& [ix, first] : kept) {
            if (ix >= store.logs().size()) continue;
            LogFacts& log = *store.logs()[ix];
            if (!goes_on_from_unread(log)) again = apply_unread_segment(log, first) || again;
        }
    }
}

/// One segment, in a database transaction of its own. False if it still can't be read.
bool Replica::State::apply_unread_segment(LogFacts& log, std::uint64_t first) {
    const std::int64_t place = log_place(log.ix, first);
    const auto bytes =
        store.database().statement("SELECT bytes FROM segment WHERE place = ?").maybe<Blob>(place);
    if (!bytes) return false;
    const Peer peer{log.id.author.node, log.id.scope};
    const Result<sync::OpenedSegment> opened = open_received(*bytes, log);
    if (!opened || !follows(opened->transactions, log)) return false;
    Placement placement{Placement::Kind::next, &log};
    if (first == 1 && log.origin.previous) {
        placement.previous = store.logs()[*log.origin.previous].get();
    }
    writing([&] {
        if (!is_hub()) heed_chain_notices(opened->transactions);
        const std::uint64_t last = opened->header.last();
        store.database()
            .statement("UPDATE segment SET first_txn = ?, last_txn = ? WHERE place = ?")
            .run(opened->transactions.front().txn, opened->transactions.back().txn, place);
        if (last < log.position.seq && !planted::on(planted::Defect::unread_taken_in_part)) {
            store.database()
                .statement("UPDATE unread SET first = ? WHERE log = ?")
                .run(last + 1, log.ix);
        } else {
            store.database().statement("DELETE FROM unread WHERE log = ?").run(log.ix);
        }
        take_transactions(*opened, placement, log, peer);
    });
    return true;
}

}  // namespace jiuying::node
