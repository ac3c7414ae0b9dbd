// Records that differ though the logs are equal: what the logs say of them, whose table is wrong,
// and what becomes of it. docs/decisions/0020-divergence-and-versions.md.
#include "node/replica/apply_in.hpp"
#include "node/replica/comparison.hpp"

#include "schema/planted.hpp"
#include "sync/session/messages.hpp"

namespace jiuying::node {
namespace {

using schema::RecordId;
using sync::FoundRecord;
using sync::Hash16;

/// What was mended is told so long.
constexpr std::int64_t told_ms = std::int64_t{30} * 24 * 3'600'000;
constexpr std::uint64_t all_txns = std::uint64_t{1} << 62U;

/// By Differing.
constexpr std::array<std::string_view, 6> differing_names{
    "", "mended_here", "mended_there", "wrong_here", "wrong_there", "asked_again"};

}  // namespace

namespace {

/// Some records, made anew from the logs, while the tables stay as they are.
class RecordSet {
public:
    RecordSet(const Store& store, const std::set<RecordKey>& wanted)
        : store_(store), wanted_(wanted) {}

    [[nodiscard]] bool takes(const sync::RecordName& name) const {
        return wanted_.contains(record_key(name));
    }
    LoadedRecord* find(const sync::RecordName& name) {
        const auto at = records.find(record_key(name));
        return at == records.end() ? nullptr : &at->second;
    }
    LoadedRecord& record(const sync::RecordName& name, ScopeIx scope, const schema::Entity*) {
        const auto [at, fresh] = records.try_emplace(record_key(name));
        if (fresh) {
            at->second.state.name = name;
            at->second.scope = scope;
        }
        return at->second;
    }
    void place(LoadedRecord& record, schema::EntityId entity, const RecordId& id,
               ScopeIx scope) const {
        if (record.entity != nullptr) return;
        record.state.entity = entity;
        record.state.id = id;
        record.scope = scope;
        record.entity = store_.stored_entity(entity);
    }

    std::map<RecordKey, LoadedRecord> records;

private:
    const Store& store_;
    const std::set<RecordKey>& wanted_;
};

}  // namespace

std::optional<std::map<RecordKey, LoadedRecord>> Replica::State::records_by_logs(
    const std::set<RecordKey>& wanted) {
    if (has_base(store)) return std::nullopt;  // What was pruned is in no log here.
    RecordSet set(store, wanted);
    const bool whole = replay(store, [&](const LogFacts& log, const sync::Transaction& tx) {
        const bool touches = std::ranges::any_of(
            tx.records, [&](const auto& touched) { return set.takes(touched.name); });
        if (!touches) return;
        const sync::Dot dot = dot_of(tx, log.author);
        const auto flags = static_cast<std::uint8_t>(flags_of(tx) | marks_of(dot));
        const Filed filed = file_of(store, tx, log.scope, is_hub(), flags);
        apply_in(set, store, tx, log.author, filed, flags);
    });
    if (!whole) return std::nullopt;
    for (auto& [key, record] : set.records) {
        (void)store.redact(record.state);
        sync::prune(record.state, record.entity, store.decided());
    }
    return std::move(set.records);
}

/// Under which names the tables or the logs have records of these ids.
std::set<RecordKey> Replica::State::keys_of(const std::set<RecordId>& ids) {
    std::set<RecordKey> keys;
    for (const auto& log : store.logs()) {
        (void)each_transaction(*log, 0, all_txns, [&](const sync::Transaction& tx) {
            for (const sync::TouchedRecord& touched : tx.records) {
                if (touched.created && ids.contains(touched.id)) {
                    keys.insert(record_key(touched.name));
                }
            }
        });
    }
    for (const RecordId& id : ids) {
        if (const auto name = store.find_name(id)) keys.insert(record_key(*name));
    }
    return keys;
}

namespace {

std::map<RecordId, sync::ScopeDigest> digests_of(const std::map<RecordKey, LoadedRecord>& replayed,
                                                 const sync::Authors& authors) {
    std::map<RecordId, sync::ScopeDigest> sums;
    for (const auto& [key, record] : replayed) {
        if (static_cast<std::uint16_t>(record.state.entity) == 0) continue;
        sums[record.state.id].add(sync::record_digest(record.state, record.entity, authors));
    }
    return sums;
}

}  // namespace

/// At a station: what its logs say of the records that differ. Its tables follow from its logs, so
/// they are mended without anybody's word; nothing is taken from them that the logs have.
std::vector<FoundRecord> Replica::State::judge_found(Comparison& comparison, const Peer& peer) {
    std::vector<FoundRecord> found;
    if (comparison.differ.empty()) return found;
    std::set<RecordId> ids;
    for (const auto& [id, there] : comparison.differ) {
        if (ids.size() < sync::found_max) ids.insert(id);
    }
    const auto replayed = records_by_logs(keys_of(ids));
    std::map<RecordId, sync::ScopeDigest> told;
    if (replayed) told = digests_of(*replayed, store.authors());
    std::set<RecordId> wrong;
    for (const RecordId& id : ids) {
        const auto at = told.find(id);
        const auto by_log = at == told.end() ? std::optional<Hash16>{} : half(at->second.sum);
        const auto& there = comparison.differ[id];
        auto verdict = FoundRecord::Verdict::sound;
        if (!replayed) {
            verdict = FoundRecord::Verdict::missing;
        } else if (by_log != comparison.find(id)) {
            wrong.insert(id);
            verdict =
                by_log == there ? FoundRecord::Verdict::mended : FoundRecord::Verdict::missing;
        }
        found.push_back({id, verdict});
    }
    writing([&] {
        store.flush();
        for (const RecordId& id : wrong) {
            // Rows that the logs know nothing of count for nobody else.
            const auto name = store.find_name(id);
            if (!told.contains(id) && name) store.remove_rows(*name);
        }
        if (replayed) {
            for (const auto& [key, record] : *replayed) {
                if (planted::on(planted::Defect::differing_not_mended)) continue;
                if (wrong.contains(record.state.id)) store.restore(record.state, record.scope);
            }
        }
        store.flush();
        for (const ScopeIx scope : compared_scopes(peer)) recount(scope);
        for (const FoundRecord& one : found) {
            const bool sound = one.verdict == FoundRecord::Verdict::sound;
            const bool mended = one.verdict == FoundRecord::Verdict::mended;
            note_differing(peer, one.id,
                           mended  ? Differing::mended_here
                           : sound ? Differing::wrong_there
                                   : Differing::asked_again);
        }
    });
    return found;
}

/// At the hub: a row that was accepted is not changed by anything but a person's word.
void Replica::note_found(const sync::NoteFound& note, const Peer& peer) {
    State& state = *state_;
    const Comparison& here = state.comparison_with(peer);
    std::set<RecordId> ids;
    for (const FoundRecord& one : note.found) {
        const bool doubtful = one.verdict != FoundRecord::Verdict::mended;
        if (doubtful) ids.insert(one.id);
    }
    std::map<RecordId, sync::ScopeDigest> told;
    bool readable = true;
    if (!ids.empty()) {
        const auto replayed = state.records_by_logs(state.keys_of(ids));
        readable = replayed.has_value();
        if (replayed) told = digests_of(*replayed, state.store.authors());
    }
    state.writing([&] {
        for (const FoundRecord& one : note.found) {
            auto what = Differing::mended_there;
            if (one.verdict != FoundRecord::Verdict::mended) {
                const auto at = told.find(one.id);
                const auto by_log =
                    at == told.end() ? std::optional<Hash16>{} : half(at->second.sum);
                const bool sound = readable && by_log == here.find(one.id);
                const bool asked = one.verdict == FoundRecord::Verdict::missing;
                what = !sound  ? Differing::wrong_here
                       : asked ? Differing::asked_again
                               : Differing::wrong_there;
            }
            if (what == Differing::asked_again) state.send_again(peer, one.id);
            state.note_differing(peer, one.id, what);
        }
    });
}

/// Once: what a station can't make use of it gets no better from the second time.
void Replica::State::send_again(const Peer& peer, const RecordId& id) {
    const bool before = store.database()
                            .statement(
                                "SELECT 1 FROM differing WHERE node = ? AND record = ? "
                                "AND what = ?")
                            .maybe<int>(peer.node, id, Differing::asked_again)
                            .has_value();
    const auto name = before ? std::nullopt : store.find_name(id);
    const LoadedRecord* record = name ? store.find(*name) : nullptr;
    const auto order = record == nullptr ? std::nullopt : order_of(*record);
    if (order) forward_all(*order, record->scope, store.scope(peer.scope));
}

void Replica::State::note_differing(const Peer& peer, const RecordId& record, Differing what) {
    store.database()
        .statement("INSERT OR REPLACE INTO differing VALUES(?, ?, ?, ?)")
        .run(peer.node, record, what, environment.now_ms());
}

void Replica::State::agreed_with(const Peer& peer) {
    store.database()
        .statement("DELETE FROM differing WHERE node = ? AND (what NOT IN (?, ?) OR at < ?)")
        .run(peer.node, Differing::mended_here, Differing::mended_there,
             environment.now_ms() - told_ms);
}

std::vector<DifferingView> Replica::differing() {
    State& state = *state_;
    std::vector<DifferingView> all;
    std::map<schema::NodeId, std::string> codes;
    for (const PeerFacts& peer : state.is_hub() ? peers() : std::vector<PeerFacts>{}) {
        codes[peer.node] = peer.station_code;
    }
    state.store.database()
        .statement("SELECT node, record, what, at FROM differing ORDER BY at, record")
        .each<schema::NodeId, RecordId, std::uint8_t, std::int64_t>(
            [&](const schema::NodeId& of_node, const RecordId& record, std::uint8_t what,
                std::int64_t at) {
                const bool known = what >= 1 && what < differing_names.size();
                DifferingView view;
                view.with = state.is_hub() ? codes[of_node] : std::string(hub_desk);
                view.record = record;
                view.what = known ? differing_names[what] : "";
                view.at_ms = at;
                all.push_back(std::move(view));
            });
    std::erase_if(all, [&](DifferingView& view) {
        try {
            const auto name = state.store.find_name(view.record);
            const LoadedRecord* record = name ? state.store.find(*name) : nullptr;
            if (record == nullptr) return false;
            NoticeView named;
            state.name_record(named, *record);
            view.number = named.number;
            return state.hides(*record);
        } catch (const sqlite::Error& error) {
            if (error.code() != SQLITE_CORRUPT) throw;  // That very record can't be read.
            return false;
        }
    });
    return all;
}

}  // namespace jiuying::node
