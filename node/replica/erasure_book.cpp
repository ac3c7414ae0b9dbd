#include "node/replica/erasure_book.hpp"

#include "node/replica/draft_erasure.hpp"
#include "schema/assert.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::RecordId;

std::vector<RecordId> targets_in(sqlite::Statement& select) {
    std::vector<RecordId> targets;
    select.each<RecordId>([&](const RecordId& target) { targets.push_back(target); });
    return targets;
}

}  // namespace

void want_scrub(Store& store) {
    constexpr std::array<std::uint8_t, 1> wanted{1};
    store.set_meta(scrub_key, wanted);
}

void Replica::State::ErasureBook::heed() {
    // Only the hub writes reference data; an old copy of it may know less than a station.
    const std::vector<RecordId> targets = targets_in(state_.store.database().statement(
        "SELECT DISTINCT target FROM erasure WHERE target NOT NULL AND target NOT IN "
        "(SELECT target FROM erased) ORDER BY 1"));
    for (const RecordId& target : targets) {
        forget_drafts_of(state_.store, target);
        state_.store.add_erased(target);
    }
    if (!targets.empty()) state_.store.flush();
}

void Replica::State::ErasureBook::heed_late(const std::set<RecordId>& targets) {
    for (const RecordId& target : targets) {
        state_.store.database()
            .statement("UPDATE erased SET done = 0 WHERE target = ?")
            .run(target);
    }
}

void Replica::State::ErasureBook::carry_out() {
    if (state_.store.erased().empty()) return;
    const std::vector<RecordId> targets =
        targets_in(state_.store.database().statement("SELECT target FROM erased WHERE done = 0"));
    for (const RecordId& target : targets) {
        if (!carry_out(target)) continue;
        state_.store.database()
            .statement("UPDATE erased SET done = 1 WHERE target = ?")
            .run(target);
        tell(target);
    }
    if (!targets.empty()) want_scrub(state_.store);
}

bool Replica::State::ErasureBook::carry_out(const RecordId& target) {
    Kinds family;
    for (const RecordKey key : state_.store.keys_of_erased(target)) {
        family[key] = state_.store.find(record_name(key))->entity;
    }
    if (family.empty()) return true;
    // Of its own words a hub keeps no clear ones, forwarded ones included.
    if (state_.is_hub()) {
        std::vector<sync::LogId> own;
        for (const auto& log : state_.store.logs()) {
            if (log->author == state_.own) own.push_back(log->id);
        }
        for (const sync::LogId& id : own) state_.seal_tail(id);
    }
    Places places;
    const bool whole = find_places(family, places);
    if (state_.is_hub()) add_forwards(target, family, places);
    for (const auto& [ix, there] : places) {
        const LogFacts& log = *state_.store.logs()[ix];
        std::map<std::int64_t, std::vector<sync::Cut>> erased;
        for (const std::int64_t place : there) {
            std::vector<sync::Cut> cuts = cuts_in(log, place, family);
            if (!cuts.empty()) erased[place] = std::move(cuts);
        }
        if (!erased.empty()) state_.erase_in_segments(log, erased);
    }
    if (state_.is_hub()) drop_snapshots_of(target, family);
    return whole;
}

/// Where the transactions that touched \p family stand, under any of their names.
bool Replica::State::ErasureBook::find_places(const Kinds& family, Places& places) {
    sqlite::Database& db = state_.store.database();
    std::map<std::uint32_t, std::set<std::uint64_t>> txns;
    for (const auto& [key, entity] : family) {
        for (const sync::Touches& touches : state_.store.find(record_name(key))->state.touches) {
            for (const auto& log : state_.store.logs()) {
                if (log->author != touches.author) continue;
                txns[log->ix].insert(touches.txns.begin(), touches.txns.end());
            }
            for (const std::uint64_t txn : touches.txns) {
                db.statement("SELECT log, as_txn FROM forwarded WHERE author = ? AND txn = ?")
                    .each<std::uint32_t, std::uint64_t>(
                        [&](std::uint32_t log, std::uint64_t as_txn) { txns[log].insert(as_txn); },
                        touches.author, txn);
            }
        }
    }
    bool whole = true;
    for (const auto& [ix, numbers] : txns) {
        const LogFacts& log = *state_.store.logs()[ix];
        // Before the hub has them nobody else does: they go out as they are, and come here again.
        const bool ours = !state_.is_hub() && log.id.author.node == state_.node;
        const std::uint64_t receipted = ours ? state_.receipted(log) : ~std::uint64_t{0};
        for (const std::uint64_t txn : numbers) {
            const std::int64_t begin = log_place(ix, 0);
            const std::int64_t end = log_place(ix + 1, 0) - 1;
            // More than one where something was sealed anew.
            db.statement(
                  "SELECT place, last FROM segment WHERE place BETWEEN ? AND ? AND "
                  "first_txn <= ? AND last_txn >= ?")
                .each<std::int64_t, std::uint64_t>(
                    [&](std::int64_t place, std::uint64_t last) {
                        if (last <= receipted) places[ix].insert(place);
                        whole = whole && last <= receipted;
                    },
                    begin, end, txn, txn);
            const bool unsealed =
                ours && db.statement("SELECT 1 FROM tail WHERE place BETWEEN ? AND ? AND txn = ?")
                            .maybe<int>(begin, end, txn)
                            .has_value();
            whole = whole && !unsealed;
        }
    }
    return whole;
}

/// Hub: the copies for other stations and machines, which have numbers of their own. Nothing lists
/// them, so all is read that those got who may have one.
void Replica::State::ErasureBook::add_forwards(const RecordId& target, const Kinds& family,
                                               Places& places) {
    std::set<ScopeIx> scopes;
    for (const auto& [key, entity] : family) {
        scopes.insert(state_.store.find(record_name(key))->scope);
    }
    state_.store.database()
        .statement("SELECT DISTINCT scope FROM share WHERE \"order\" = ?")
        .each<ScopeIx>([&](ScopeIx scope) { scopes.insert(scope); }, target);
    for (const auto& log : state_.store.logs()) {
        const bool inbox = log->id.author.node == state_.node &&
                           log->id.stream == sync::Stream::inbox && scopes.contains(log->scope);
        if (!inbox) continue;
        state_.store.database()
            .statement("SELECT place FROM segment WHERE place BETWEEN ? AND ? AND last_txn > 0")
            .each<std::int64_t>([&](std::int64_t place) { places[log->ix].insert(place); },
                                log_place(log->ix, 0), log_place(log->ix + 1, 0) - 1);
    }
}

std::vector<sync::Cut> Replica::State::ErasureBook::cuts_in(const LogFacts& log, std::int64_t place,
                                                            const Kinds& family) {
    using Blob = std::vector<std::uint8_t>;
    const Blob bytes = state_.store.database()
                           .statement("SELECT bytes FROM segment WHERE place = ?")
                           .one<Blob>(place);
    const auto opened = state_.open_kept(bytes, log, true);
    if (!opened) throw sqlite::Error(SQLITE_CORRUPT, 0, "reading a kept segment");
    const auto renamings = state_.renamings_of(log, state_.store.authors());
    std::vector<sync::Cut> cuts;
    for (std::size_t i = 0; i < opened->transactions.size(); ++i) {
        const sync::Transaction& tx = opened->transactions[i];
        sync::Cut cut{i};
        for (std::size_t c = 0; c < tx.changes.size(); ++c) {
            if (schema::empty(tx.changes[c].value)) continue;
            sync::RecordName name = tx.records[tx.changes[c].record].name;
            name.creation = sync::renamed(name.creation, renamings);
            const auto kind = family.find(record_key(name));
            const bool personal =
                kind != family.end() && !schema::is_open(kind->second, tx.changes[c].field);
            if (personal) cut.changes.push_back(c);
        }
        if (!cut.changes.empty()) cuts.push_back(std::move(cut));
    }
    return cuts;
}

/// A machine that is being filled from one begins again with the next.
void Replica::State::ErasureBook::drop_snapshots_of(const RecordId& target, const Kinds& family) {
    std::set<schema::ScopeId> scopes;
    for (const auto& [key, entity] : family) {
        scopes.insert(state_.store.scope_id(state_.store.find(record_name(key))->scope));
    }
    sqlite::Database& db = state_.store.database();
    db.statement("SELECT DISTINCT scope FROM share WHERE \"order\" = ?")
        .each<ScopeIx>([&](ScopeIx scope) { scopes.insert(state_.store.scope_id(scope)); }, target);
    state_.snapshot_in_writing.reset();  // It may have begun in this very transaction.
    for (const schema::ScopeId& scope : scopes) {
        db.statement(
              "UPDATE machine SET snapshot = NULL WHERE snapshot IN "
              "(SELECT id FROM snapshot WHERE scope = ?)")
            .run(scope);
        db.statement(
              "DELETE FROM snapshot_chunk WHERE snapshot IN "
              "(SELECT id FROM snapshot WHERE scope = ?)")
            .run(scope);
        db.statement("DELETE FROM snapshot WHERE scope = ?").run(scope);
    }
}

/// Every station says it once for each of its machines, whether it had anything or not: what a
/// machine can't know of is not told by its silence.
void Replica::State::ErasureBook::tell(const RecordId& target) {
    if (state_.is_hub()) return;
    const auto erasure = state_.store.database()
                             .statement("SELECT id FROM erasure WHERE target = ? ORDER BY id")
                             .maybe<RecordId>(target);
    if (!erasure) return;
    namespace fields = schema::erasure_done;
    bool said = false;
    state_.store.database()
        .statement("SELECT rid FROM erasure_done WHERE erasure = ?")
        .each<RecordKey>(
            [&](RecordKey key) {
                const sync::AuthorIx author = record_name(key).creation.author;
                said = said || state_.store.authors()[author].node == state_.node;
            },
            *erasure);
    if (said) return;
    Draft draft;
    draft.actor = "station";
    draft.records.push_back(
        {schema::EntityId::erasure_done,
         {{fields::erasure, std::string(erasure->bytes.begin(), erasure->bytes.end())},
          {fields::at, state_.environment.now_ms()}}});
    JY_ASSERT(state_.write(draft).has_value());
}

}  // namespace jiuying::node
