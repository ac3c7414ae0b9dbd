// Logs that do not begin at their beginning: what is kept of them, and how a station gives up what
// its hub has twice. docs/decisions/0019.
#include "node/replica/replica_state.hpp"

#include "node/store/meta_number.hpp"
#include "schema/planted.hpp"

#include <algorithm>
#include <set>

namespace jiuying::node {
namespace {

constexpr std::uint64_t seq_bits = 0xFFFF'FFFF'FFFFU;

/// A segment of the own log as prune looks at it.
struct Prunable {
    std::int64_t place = 0;
    std::uint64_t last = 0;
    std::uint64_t last_txn = 0;
    std::uint64_t bytes = 0;

    [[nodiscard]] std::uint64_t first() const {
        return static_cast<std::uint64_t>(place) & seq_bits;
    }
};

bool has_version(const LoadedRecord& record, schema::FieldId field, sync::Dot dot) {
    const sync::FieldGraph* graph = sync::find_graph(record.state, field);
    return graph != nullptr &&
           std::ranges::find(graph->versions, dot, &sync::Version::dot) != graph->versions.end();
}

}  // namespace

std::optional<Horizon> Replica::State::horizon_of(std::uint32_t log) {
    const auto row = store.database()
                         .statement("SELECT seq, chain, txn FROM horizon WHERE log = ?")
                         .maybe<std::uint64_t, sync::Hash32, std::uint64_t>(log);
    if (!row) return std::nullopt;
    return Horizon{{std::get<0>(*row), std::get<1>(*row)}, std::get<2>(*row)};
}

bool Replica::State::is_in_logs(sync::Dot dot, bool reference) {
    bool any = false;
    std::uint64_t missing = 0;
    std::uint64_t last = dot.author == own ? last_txn : 0;
    for (const auto& log : store.logs()) {
        if (log->author != dot.author) continue;
        if (reference != (log->id.stream == sync::Stream::reference)) continue;
        any = true;
        last = std::max(last, log->txn);
        // One counter names an author's transactions in all its logs, and a snapshot is of one
        // moment: what is not above the highest horizon is in none of those that it stands for.
        if (const auto horizon = horizon_of(log->ix)) missing = std::max(missing, horizon->txn);
    }
    // What an own log lost may have come back by the inbox.
    if (any && dot.txn <= last) return dot.txn > missing;
    return store.database()
        .statement("SELECT 1 FROM forwarded WHERE author = ? AND txn = ? LIMIT 1")
        .maybe<int>(dot.author, dot.txn)
        .has_value();
}

bool Replica::State::has_whole_log(const LoadedRecord& record,
                                   std::span<const sync::Renaming> renamings) {
    const bool reference =
        record.entity != nullptr && record.entity->home == schema::Home::reference;
    return std::ranges::all_of(record.state.touches, [&](const sync::Touches& touches) {
        return std::ranges::all_of(touches.txns, [&](std::uint64_t txn) {
            return is_in_logs(sync::renamed({touches.author, txn}, renamings), reference);
        });
    });
}

bool has_base(Store& store) {
    if (store.meta(filled_key)) return true;
    return store.database()
               .statement("SELECT (SELECT count(*) FROM horizon) + (SELECT count(*) FROM filling)")
               .one<int>() != 0;
}

void Replica::State::take_apart(std::span<const sync::Renaming> renamings) {
    store.flush();
    store.forget_loaded();
    std::vector<RecordKey> keys;
    const auto add = [&](RecordKey key) { keys.push_back(key); };
    for (const schema::Entity* entity : stored_entities(registry)) {
        store.database().prepare("SELECT rid FROM " + sql_name(entity->name)).each<RecordKey>(add);
    }
    store.database().statement("SELECT rid FROM unplaced").each<RecordKey>(add);
    std::size_t seen = 0;
    for (const RecordKey key : keys) {
        LoadedRecord* record = store.find(record_name(key));
        if (record == nullptr) continue;
        if (has_whole_log(*record, renamings)) {
            store.erase(record_name(key));
        } else if (!renamings.empty()) {
            LoadedRecord& kept = store.record(record->state.name, record->scope, record->entity);
            sync::rename(kept.state, renamings, store.authors(), registry);
            kept.dirty = true;
        }
        if (++seen % 256 != 0) continue;
        store.flush();
        store.forget_loaded();
    }
    store.flush();
    store.forget_loaded();
    for (const sync::Renaming& one : renamings) {
        store.database()
            .statement(
                "UPDATE OR REPLACE kept_version SET author = ? WHERE author = ? AND txn >= ?")
            .run(one.to, one.from, one.first_txn);
    }
}

/// History of transactions that are in no log here: what the graph and the kept values say.
void Replica::State::complete_history(const LoadedRecord& record, std::vector<VersionView>& history,
                                      const std::vector<sync::Dot>& missing,
                                      std::uint64_t& elsewhere) {
    // What one of them wrote over is not known any more, so each counts, shown in part or not.
    elsewhere = missing.size();
    if (missing.empty()) return;
    const std::vector<sync::KeptVersion> kept = store.kept_versions(record_key(record.state.name));
    for (const sync::Dot dot : missing) {
        const auto add = [&](schema::FieldId field, const sync::Version& version) {
            VersionView shown = version_view(version, field);
            shown.dot = dot;
            history.push_back(std::move(shown));
        };
        for (const sync::FieldGraph& graph : record.state.fields) {
            for (const sync::Version& version : graph.versions) {
                if (version.dot == dot) add(graph.id, version);
            }
        }
        for (const sync::KeptVersion& one : kept) {
            const bool told = has_version(record, one.field, one.version.dot);
            if (one.version.dot == dot && !told) add(one.field, one.version);
        }
    }
}

/// Keeps of the records that \p transactions touch what history calls lost. Most of it was kept
/// when a graph gave it up; not what turned out to be lost only afterwards.
void Replica::State::keep_lost(const std::vector<sync::Transaction>& transactions) {
    std::set<RecordKey> keys;
    for (const sync::Transaction& tx : transactions) {
        for (const sync::TouchedRecord& touched : tx.records) keys.insert(record_key(touched.name));
    }
    for (const RecordKey key : keys) {
        const LoadedRecord* record = store.find(record_name(key));
        // Only where two wrote can one lose.
        if (record == nullptr || record->state.touches.size() < 2) continue;
        std::uint64_t elsewhere = 0;
        for (const VersionView& version : history_of(*record, elsewhere)) {
            // What the graph still has is kept when it gives it up, if it is lost then, too.
            if (!version.lost || has_version(*record, version.field, version.dot)) continue;
            const auto tx = find_transaction(version.dot, &record->state.name);
            if (!tx) continue;
            const auto flags =
                static_cast<std::uint8_t>((flags_of(*tx) | marks_of(version.dot)) &
                                          (sync::Version::suspect | sync::Version::rejected));
            store.keep_version(
                key, {version.field,
                      sync::Version{
                          version.dot, tx->hlc, flags, store.actor(tx->actor), {}, version.value}});
        }
    }
}

PruneReport Replica::prune(bool dry_run) {
    State& state = *state_;
    sqlite::Database& db = state.store.database();
    PruneReport report;
    const LogFacts* log =
        state.store.find_log({state.own_author(), sync::Stream::station, state.profile.scope});
    if (state.is_hub() || log == nullptr) return report;
    report.last = state.own_log(log->id).last_seq;
    if (const auto horizon = state.horizon_of(log->ix)) report.up_to = horizon->position.seq;
    const auto receipt = db.statement("SELECT decided, safe FROM receipt WHERE log = ?")
                             .maybe<std::uint64_t, std::uint64_t>(log->ix);
    if (!receipt) return report;
    std::tie(report.decided, report.safe) = *receipt;
    // What the hub decided counts once all of it has arrived here.
    std::uint64_t limit = std::min({report.decided, report.safe, state.decided_here()});
    if (planted::on(planted::Defect::prunes_unsent)) limit = report.last;
    std::vector<Prunable> segments;
    db.statement(
          "SELECT place, last, last_txn, length(bytes) FROM segment WHERE place BETWEEN ? AND ? "
          "AND last <= ? ORDER BY place")
        .each<std::int64_t, std::uint64_t, std::uint64_t, std::uint64_t>(
            [&](std::int64_t place, std::uint64_t last, std::uint64_t last_txn,
                std::uint64_t bytes) {
                segments.push_back({place, last, last_txn, bytes});
            },
            log_place(log->ix, 0), log_place(log->ix + 1, 0) - 1, limit);
    for (const Prunable& segment : segments) {
        if (!dry_run) state.give_up(*log, segment.place);
        ++report.segments;
        report.transactions += segment.last - segment.first() + 1;
        report.bytes += segment.bytes;
        report.up_to = segment.last;
    }
    if (!dry_run) state.give_back_space();
    return report;
}

/// One segment at a time, each in one database transaction: whenever it ends, what is kept begins
/// where the horizon says.
void Replica::State::give_up(const LogFacts& log, std::int64_t place) {
    writing([&] {
        const auto bytes = store.database()
                               .statement("SELECT bytes FROM segment WHERE place = ?")
                               .one<std::vector<std::uint8_t>>(place);
        const auto header = sync::peek(bytes);
        const auto segment = segment_at(place, log);
        if (!header || segment == nullptr || segment->transactions.empty()) {
            throw sqlite::Error(SQLITE_CORRUPT, 0, "reading a segment that is to be given up");
        }
        const std::uint64_t last = segment->transactions.back().txn;
        keep_lost(std::vector<sync::Transaction>(segment->transactions));
        store.database().statement("DELETE FROM segment WHERE place = ?").run(place);
        const sync::Position after = header->after();
        store.database()
            .statement("INSERT OR REPLACE INTO horizon VALUES(?, ?, ?, ?)")
            .run(log.ix, after.seq, after.chain, last);
        std::erase_if(decoded, [&](const auto& one) { return one->place == place; });
        store.forget_loaded();
    });
}

/// Free pages at the end of the file go back to the system, a few at a time.
void Replica::State::give_back_space() {
    sqlite::Database& db = store.database();
    for (;;) {
        const auto before = db.statement("PRAGMA freelist_count").one<std::uint64_t>();
        if (before == 0) break;
        db.execute("PRAGMA incremental_vacuum(2000)");
        // A file that was made before it could shrink keeps them for what comes.
        if (db.statement("PRAGMA freelist_count").one<std::uint64_t>() >= before) break;
    }
    (void)db.checkpoint();
}

std::uint64_t Replica::State::decided_here() { return kept_number(store, "decided").value_or(0); }

}  // namespace jiuying::node
