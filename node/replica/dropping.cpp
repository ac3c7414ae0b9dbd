// What is shared to a station, at the station: what it takes of the inbox, and how a copy that was
// taken back leaves it without a trace. docs/explanation/home-and-share.md.
#include "node/replica/erasure_book.hpp"
#include "node/replica/late_words.hpp"
#include "node/replica/replica_state.hpp"

#include "node/store/order_family.hpp"
#include "schema/assert.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::RecordId;
using sync::Transaction;
using Blob = std::vector<std::uint8_t>;

}  // namespace

bool Replica::State::concerns_us(const Transaction& tx) {
    const bool of_all = !tx.origin || tx.origin->scope == profile.district_scope;
    if (of_all || tx.origin->scope == profile.scope) return true;
    for (std::size_t i = 0; i < tx.records.size(); ++i) {
        const sync::TouchedRecord& touched = tx.records[i];
        if (touched.created && touched.entity == schema::EntityId::appeal) {
            return is_held(touched.id);
        }
        if (!touched.created) {
            const LoadedRecord* record = store.find(touched.name);
            const auto order = record == nullptr ? std::nullopt : order_of(*record);
            return order && is_held(*order);
        }
        const auto field = order_field_of(touched.entity);
        for (const sync::Change& change : tx.changes) {
            if (!field || change.record != i || change.field != *field) continue;
            const auto order = record_in(change.value);
            return order && is_held(*order);
        }
    }
    return false;
}

void Replica::State::take_inbox(const std::vector<Transaction>& transactions,
                                const sync::SegmentHeader& header, LogFacts& log) {
    std::vector<sync::Cut> not_for_us;
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        const Transaction& tx = transactions[i];
        store.relieve();
        if (!concerns_us(tx)) {
            // On its way when this station let go of the order.
            not_for_us.push_back({i});
            continue;
        }
        if (tx.origin && !comes_in_turn(tx.origin->dot)) {
            LateWords(*this).put_off(tx, log);
            continue;
        }
        apply(tx, log.author, log.scope, flags_of(tx));
        if (tx.origin) note_forwarded(tx, log);
    }
    const std::int64_t place = log_place(log.ix, header.first);
    if (!not_for_us.empty()) {
        erase_in_segments(log, {{place, std::move(not_for_us)}});
    } else if (has_erased_block(log, header.first, header.last())) {
        restate_kept(log, place, {});
    }
}

bool Replica::State::has_erased_block(const LogFacts& log, std::uint64_t first,
                                      std::uint64_t last) {
    return store.database()
        .statement("SELECT 1 FROM erased_block WHERE log = ? AND block BETWEEN ? AND ? LIMIT 1")
        .maybe<int>(log.ix, sync::salt_block(first), sync::salt_block(last))
        .has_value();
}

/// Writes a segment anew that is kept here, without the values that \p cuts name.
void Replica::State::restate_kept(const LogFacts& log, std::int64_t place,
                                  const std::vector<sync::Cut>& cuts) {
    const Blob bytes =
        store.database().statement("SELECT bytes FROM segment WHERE place = ?").one<Blob>(place);
    const auto opened = open_kept(bytes, log, true);
    const auto key = opened ? find_key(log, opened->header.key) : std::nullopt;
    if (!opened || !key) throw sqlite::Error(SQLITE_CORRUPT, 0, "reading a kept segment");
    sync::Nonce24 nonce{};
    environment.random(nonce);
    const sync::Key32 unused;
    constexpr int level = 6;
    const sync::Bytes restated =
        sync::restate(bytes, *opened, cuts, store.authors(),
                      {opened->header.key, *key, signing, district(), unused}, nonce, level);
    store.database().statement("UPDATE segment SET bytes = ? WHERE place = ?").run(restated, place);
    std::erase_if(decoded, [&](const auto& one) { return one->place == place; });
}

/// Of a received log, segments without anything erased are written anew too where they share a
/// block of salts: its seed gives the salts of all. Of the own log the seeds can be made again by
/// whoever has the node's keys, so nothing would be gained.
void Replica::State::erase_in_segments(
    const LogFacts& log, const std::map<std::int64_t, std::vector<sync::Cut>>& erased) {
    for (const auto& [place, cuts] : erased) restate_kept(log, place, cuts);
    if (log.id.author.node == node) return;
    constexpr std::uint64_t seq_bits = 0xFFFF'FFFF'FFFFU;
    for (const auto& [place, cuts] : erased) {
        for (const sync::Cut& cut : cuts) {
            const std::uint64_t seq = (static_cast<std::uint64_t>(place) & seq_bits) + cut.index;
            store.database()
                .statement("INSERT OR IGNORE INTO erased_block VALUES(?, ?)")
                .run(log.ix, sync::salt_block(seq));
        }
    }
    std::vector<std::int64_t> beside;
    store.database()
        .statement("SELECT place, last FROM segment WHERE place BETWEEN ? AND ? ORDER BY place")
        .each<std::int64_t, std::uint64_t>(
            [&](std::int64_t place, std::uint64_t last) {
                const std::uint64_t first = static_cast<std::uint64_t>(place) & seq_bits;
                const bool shares = has_erased_block(log, first, last);
                if (shares && !erased.contains(place)) beside.push_back(place);
            },
            log_place(log.ix, 0), log_place(log.ix + 1, 0) - 1);
    for (const std::int64_t place : beside) {
        const auto header = sync::peek(store.database()
                                           .statement("SELECT bytes FROM segment WHERE place = ?")
                                           .one<Blob>(place));
        if (header && !header->restated) restate_kept(log, place, {});
    }
}

/// Whether the hub has all that this machine wrote on \p order, and nothing that its station wrote
/// waits for a person: then nobody here needs the copy any more.
bool Replica::State::may_drop(const RecordId& id) {
    const auto order = read_order(id);
    if (!order) return true;
    const auto ours = [&](const LoadedRecord& record) {
        const sync::Author& author = store.authors()[record.state.name.creation.author];
        return place_of(author) == profile.station_code;
    };
    for (const RecordKey key : family_keys(store, id)) {
        const LoadedRecord* record = store.find(record_name(key));
        if (record != nullptr && !delivered(*record)) return false;
    }
    // Once another machine of the station let go, the hub counts the order as gone from all.
    if (!is_held(id)) return true;
    for (std::size_t i = 0; i < order->events.size(); ++i) {
        if (!order->state.conflicts.contains(order->events[i].id)) continue;
        const LoadedRecord* event = store.find(record_name(order->keys[i]));
        if (event != nullptr && ours(*event)) return false;
    }
    return true;
}

void Replica::State::drop_unshared() {
    struct Share {
        RecordId id;
        RecordId order;
        bool ended = false;
    };
    std::vector<Share> shares;
    store.flush();
    // Those taken back; and those of which another machine of the station let go, as long as the
    // copy is here and no other share keeps it.
    store.database()
        .statement(
            "SELECT id, \"order\", dropped_at NOT NULL FROM share WHERE \"order\" NOT NULL AND "
            "((dropped_at IS NULL AND standing = ?) OR (dropped_at NOT NULL AND EXISTS (SELECT 1 "
            "FROM appeal WHERE appeal.id = share.\"order\" AND appeal.scope <> ?) AND NOT EXISTS "
            "(SELECT 1 FROM share other WHERE other.\"order\" = share.\"order\" AND "
            "other.dropped_at IS NULL))) ORDER BY id")
        .each<RecordId, RecordId, bool>(
            [&](const RecordId& id, const RecordId& order, bool ended) {
                shares.push_back({id, order, ended});
            },
            std::int64_t{schema::share::unshared}, store.scope(profile.scope));
    for (const Share& share : shares) {
        if (!may_drop(share.order)) continue;
        drop_order(share.order);
        if (!share.ended) {
            Draft draft;
            draft.actor = "station";
            draft.edits.push_back({share.id, {{schema::share::dropped_at, environment.now_ms()}}});
            JY_ASSERT(write(draft).has_value());
        }
        store.flush();
        want_scrub(store);
    }
}

/// Takes \p order and all that belongs to it out of tables and kept segments.
void Replica::State::drop_order(const RecordId& order) {
    std::map<std::uint32_t, std::set<std::uint64_t>> gone;  // By log: numbers of transactions.
    const std::vector<RecordKey> keys = family_keys(store, order);
    for (const RecordKey key : keys) {
        for (const sync::Touches& touches : store.find(record_name(key))->state.touches) {
            for (const std::uint64_t txn : touches.txns) {
                store.database()
                    .statement("SELECT log, as_txn FROM forwarded WHERE author = ? AND txn = ?")
                    .each<std::uint32_t, std::uint64_t>(
                        [&](std::uint32_t log, std::uint64_t as_txn) { gone[log].insert(as_txn); },
                        touches.author, txn);
                if (store.authors()[touches.author].node != node) continue;
                for (const auto& log : store.logs()) {
                    if (log->author == touches.author) gone[log->ix].insert(txn);
                }
            }
        }
    }
    const std::set<RecordKey> family(keys.begin(), keys.end());
    keep_mended(family);
    for (const auto& [ix, txns] : gone) {
        const LogFacts& log = *store.logs()[ix];
        std::map<std::int64_t, std::vector<sync::Cut>> erased;
        for (const std::uint64_t txn : txns) {
            const auto at = find_in_segments(log, txn, family);
            if (!at) continue;
            erased[at->first].push_back({at->second});
            store.database()
                .statement("DELETE FROM forwarded WHERE log = ? AND as_txn = ?")
                .run(ix, txn);
        }
        erase_in_segments(log, erased);
    }
    for (const RecordKey key : keys) store.erase(record_name(key));
}

/// The place of a segment and in it the index of transaction \p txn of \p log, if that is about
/// \p family: of one that wrote on several orders each has its own part.
std::optional<std::pair<std::int64_t, std::size_t>> Replica::State::find_in_segments(
    const LogFacts& log, std::uint64_t txn, const std::set<RecordKey>& family) {
    const auto place =
        store.database()
            .statement(
                "SELECT place FROM segment WHERE place BETWEEN ? AND ? "
                "AND first_txn <= ? AND last_txn >= ? LIMIT 1")
            .maybe<std::int64_t>(log_place(log.ix, 0), log_place(log.ix + 1, 0) - 1, txn, txn);
    const auto segment = place ? segment_at(*place, log) : nullptr;
    if (segment == nullptr) return std::nullopt;
    const auto& all = segment->transactions;
    const auto at = std::ranges::lower_bound(all, txn, {}, &Transaction::txn);
    if (at == all.end() || at->txn != txn) return std::nullopt;
    const bool meant = std::ranges::any_of(at->records, [&](const sync::TouchedRecord& touched) {
        return family.contains(record_key(touched.name));
    });
    if (!meant) return std::nullopt;
    return std::pair{*place, static_cast<std::size_t>(at - all.begin())};
}

void Replica::State::scrub() {
    if (store.read_only() || store.in_transaction()) return;
    try {
        const auto wanted = store.meta(scrub_key);
        if (!wanted || wanted->empty() || !store.database().checkpoint()) return;
        writing([&] { store.set_meta(scrub_key, {}); });
    } catch (const sqlite::Error&) {
        // Tried again after the next batch and at the next start.
    }
}

}  // namespace jiuying::node
