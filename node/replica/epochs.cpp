// Epochs of a node: how its logs follow each other, and how it goes on when its file is a copy or
// the hub has more of its log than itself. Design section 5, docs/explanation/old-copies.md.
#include "node/replica/roster_book.hpp"

#include "schema/assert.hpp"
#include "schema/planted.hpp"
#include "sync/merge/byte_text.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

/// The epochs that this copy wrote in, one after the other.
constexpr std::string_view own_epochs_key = "own_epochs";

using sync::Hash32;
using sync::LogId;
using Blob = std::vector<std::uint8_t>;

constexpr std::string_view file_key = "file";

/// Blocks of numbers below are counted by invitations; an epoch opened for suspicion takes one at
/// random above, where nobody counts.
constexpr std::uint32_t suspected_block_min = 1000;

/// Transactions of \p log, an own one, behind \p after up to \p last that are rows of the audit
/// log.
std::uint64_t audit_rows_in(sqlite::Database& db, const LogFacts& log, std::uint64_t after,
                            std::uint64_t last) {
    // All that an author of a station writes is in one log: numbers and places go side by side.
    const auto tail =
        db.statement(
              "SELECT place, txn FROM tail WHERE place BETWEEN ? AND ? "
              "ORDER BY place LIMIT 1")
            .maybe<std::int64_t, std::uint64_t>(log_place(log.ix, 0), log_place(log.ix + 1, 0) - 1);
    std::uint64_t ahead = log.txn - log.position.seq;
    if (tail) {
        const auto seq = static_cast<std::uint64_t>(std::get<0>(*tail)) & 0xFFFF'FFFF'FFFFU;
        ahead = std::get<1>(*tail) - seq;
    }
    const std::uint64_t rows =
        db.statement("SELECT count(*) FROM audit WHERE rid BETWEEN ? AND ?")
            .one<std::uint64_t>(record_key({{log.author, after + ahead + 1}, 0}),
                                record_key({{log.author, last + ahead}, 255}));
    return std::min(rows, last - after);
}

}  // namespace

// --- Which file this is ------------------------------------------------------------------------

void Replica::State::look_at_file() {
    file_now.reset();
    file_is_copy = false;
    if (store.read_only()) return;
    const auto now = environment.file_identity(path);
    if (now == std::array<std::uint8_t, 16>{}) return;
    const auto kept = store.meta(file_key);
    const bool same = kept && std::ranges::equal(*kept, now);
    if (same) return;
    file_now = now;
    file_is_copy = kept.has_value();
}

/// Called inside every write: the first one makes sure that this file writes under a name of its
/// own.
void Replica::State::settle_file() {
    if (!file_now) return;
    const auto now = *std::exchange(file_now, std::nullopt);
    store.set_meta(file_key, now);
    if (std::exchange(file_is_copy, false)) open_epoch(true);
}

void Replica::State::open_epoch(bool suspected) {
    JY_ASSERT(store.in_transaction());
    // Where the former one ends is part of the new one.
    std::vector<LogId> ending;
    for (const auto& log : store.logs()) {
        if (log->author == own) ending.push_back(log->id);
    }
    for (const LogId& id : ending) seal_tail(id);
    std::array<std::uint8_t, 8> bytes{};
    environment.random(bytes);
    const std::uint64_t epoch = epochs_in(bytes).front();
    store.set_meta("epoch", bytes);
    const auto kept = store.meta(own_epochs_key);
    std::vector<std::uint64_t> epochs = kept ? epochs_in(*kept) : std::vector{own_id.epoch};
    // One in which nothing was said leaves no trace.
    const bool wrote = std::ranges::any_of(store.logs(), [&](const auto& log) {
        return log->author == own && log->position.seq != 0;
    });
    if (wrote) {
        epochs.push_back(epoch);
    } else {
        epochs.back() = epoch;
    }
    store.set_meta(own_epochs_key, bytes_of_epochs(epochs));
    own_id = {node, epoch};
    own = store.authors().intern(own_id);
    last_txn = 0;
    own_seqs.clear();
    store.set_meta("decided", {});
    update_decided();
    if (!suspected) return;
    std::array<std::uint8_t, 4> chance{};
    environment.random(chance);
    const std::uint32_t number =
        chance[0] | (std::uint32_t{chance[1]} << 8U) | (std::uint32_t{chance[2]} << 16U);
    profile.number_block = suspected_block_min + number % (number_blocks_max - suspected_block_min);
    counters.clear();
    save_profile();
    std::string at;
    sync::put_fixed64(at, static_cast<std::uint64_t>(environment.now_ms()));
    store.set_meta("put_back", sqlite::as_blob(at));
}

/// Also where the present one says nothing yet: of a copy of this file that is put back, another
/// may have gone on under that name.
void Replica::begin_service() {
    State& state = *state_;
    state.writing([&] {
        state.settle_file();
        if (!state.is_hub()) return;
        state.open_epoch(false);
        State::RosterBook(state).complete();
    });
}

// --- How logs follow each other ----------------------------------------------------------------

LogFacts* Replica::State::last_log(const schema::NodeId& writer, sync::Stream stream,
                                   const schema::ScopeId& scope) {
    LogFacts* last = nullptr;
    const auto& logs = store.logs();
    // A hub goes on from what this very copy wrote last, whatever else of its own came back.
    const auto kept = writer == node && is_hub() ? store.meta(own_epochs_key) : std::nullopt;
    const auto epochs = kept ? epochs_in(*kept) : std::vector<std::uint64_t>();
    auto latest = epochs.begin();
    for (const auto& log : logs) {
        const bool meant =
            log->id.author.node == writer && log->id.stream == stream && log->id.scope == scope;
        if (!meant) continue;
        if (log->author == own) return log.get();
        if (!epochs.empty()) {
            const auto at = std::find(latest, epochs.end(), log->id.author.epoch);
            if (at == epochs.end() || log->position.seq == 0) continue;
            latest = at;
            last = log.get();
            continue;
        }
        const bool goes_on = std::ranges::any_of(logs, [&](const auto& other) {
            return other->origin.previous == log->ix && other->position.seq != 0;
        });
        const bool better = last == nullptr || last->position.seq == 0 || log->position.seq != 0;
        if (!goes_on && better) last = log.get();
    }
    return last;
}

std::vector<Stretch> Replica::State::lineage_to(LogFacts* last) {
    std::vector<Stretch> stretches;
    std::uint64_t end = last == nullptr ? 0 : last->position.seq;
    while (last != nullptr) {
        stretches.push_back({last, last->first_seq(), std::min(end, last->position.seq)});
        if (!last->origin.previous || stretches.size() > store.logs().size()) break;
        end = last->leaves_at();
        last = store.logs()[*last->origin.previous].get();
    }
    std::ranges::reverse(stretches);
    return stretches;
}

const LogFacts& Replica::State::root_of(const LogFacts& log) {
    const LogFacts* root = log.origin.branch ? store.find_log(log.sealed_id()) : &log;
    return root == nullptr ? log : *root;
}

std::vector<sync::Renaming> Replica::State::renamings_of(const LogFacts& log,
                                                         sync::Authors& authors) {
    std::vector<sync::Renaming> renamings;
    if (planted::on(planted::Defect::branch_keeps_its_name)) return renamings;
    const auto& known = log.origin.known_branches;
    const LogFacts* at = &log;
    for (std::size_t steps = 0; steps <= store.logs().size(); ++steps) {
        const bool named =
            std::ranges::find(known, at->id.author.epoch) != known.end() && at != &log;
        if (at->origin.branch && !named) {
            const LogBranch& branch = *at->origin.branch;
            renamings.push_back({authors.intern({at->id.author.node, branch.epoch}),
                                 branch.first_txn, authors.intern(at->id.author)});
        }
        if (!at->origin.previous) break;
        at = store.logs()[*at->origin.previous].get();
    }
    return renamings;
}

std::optional<Hash32> Replica::State::chain_at(const LogFacts& log, std::uint64_t seq) {
    if (seq == log.position.seq) return log.position.chain;
    if (seq > log.position.seq) return std::nullopt;
    if (const auto horizon = horizon_of(log.ix); horizon && seq <= horizon->position.seq) {
        if (seq != horizon->position.seq) return std::nullopt;
        return horizon->position.chain;
    }
    if (seq < log.first_seq()) {
        if (!log.origin.branch) return sync::log_start(log.id, log.origin.predecessor).chain;
        return chain_at(*store.logs()[*log.origin.previous], seq);
    }
    const auto bytes = store.database()
                           .statement(
                               "SELECT bytes FROM segment WHERE place BETWEEN ? AND ? AND "
                               "last >= ? ORDER BY place DESC LIMIT 1")
                           .maybe<Blob>(log_place(log.ix, 0), log_place(log.ix, seq), seq);
    const auto header = sync::peek(bytes.value_or(Blob()));
    if (!header) return std::nullopt;
    if (header->last() == seq) return header->chain_last;
    const auto links = links_of(*bytes, log);
    if (!links || seq < header->first) return std::nullopt;
    return (*links)[seq - header->first];
}

std::optional<std::vector<Hash32>> Replica::State::links_of(sync::View bytes, const LogFacts& log) {
    sync::Authors authors = store.authors();
    std::vector<Hash32> links;
    const auto opened = open_sealed(bytes, log, authors, &links);
    if (!opened) return std::nullopt;
    return links;
}

/// Whatever its author goes on from is held where what follows it is: so the hub takes it.
std::uint64_t Replica::State::receipted(const LogFacts& log) {
    std::uint64_t stored = store.database()
                               .statement("SELECT stored FROM receipt WHERE log = ?")
                               .maybe<std::uint64_t>(log.ix)
                               .value_or(0);
    // A log of which all went to a branch has nothing of its own to show.
    const auto goes_on = [&](const auto& self, const LogFacts& from, const LogFacts& next) -> bool {
        if (next.origin.previous != from.ix || next.ix == from.ix) return false;
        if (receipted(next) >= next.first_seq()) return true;
        return std::ranges::any_of(store.logs(),
                                   [&](const auto& one) { return self(self, next, *one); });
    };
    for (const auto& next : store.logs()) {
        if (goes_on(goes_on, log, *next)) stored = std::max(stored, next->leaves_at());
    }
    return stored;
}

/// People ask what of their work is not at the hub yet: rows of the audit log, which go with the
/// next session as well, are none of it.
std::uint64_t Replica::State::unsent() {
    const bool stored_audit = schema::find_entity(registry, schema::EntityId::audit) != nullptr;
    std::uint64_t count = 0;
    for (const auto& log : store.logs()) {
        if (log->id.author.node != node || log->id.stream != sync::Stream::station) continue;
        const std::uint64_t last =
            log->author == own ? own_log(log->id).last_seq : log->position.seq;
        const std::uint64_t held = std::min(last, std::max(receipted(*log), log->first_seq() - 1));
        if (held == last) continue;
        count += last - held;
        if (stored_audit) count -= audit_rows_in(store.database(), *log, held, last);
    }
    return count;
}

// --- When the hub has another chain of this node -----------------------------------------------

void Replica::State::heed_chain_notices(const std::vector<sync::Transaction>& transactions) {
    for (const sync::Transaction& tx : transactions) {
        for (const ChainNotice& notice : chain_notices_in(tx)) {
            if (notice.author.node == node) heed(notice);
        }
    }
}

void Replica::State::heed(const ChainNotice& notice) {
    LogFacts* log = store.find_log({notice.author, sync::Stream::station, profile.scope});
    if (log == nullptr) {
        // This copy is from before its epoch's first word.
        if (notice.author == own_id) open_epoch(true);
        return;
    }
    if (log->author == own) seal_tail(log->id);
    const bool ours =
        notice.epoch != 0 && log->position.seq >= notice.first_seq &&
        store.find_log({{node, notice.epoch}, log->id.stream, log->id.scope}) == nullptr;
    // What was pruned the hub has on its chain: no other leaves it there.
    const bool here = ours && chain_at(*log, notice.first_seq - 1).has_value();
    const auto there = here ? chain_at(*log, notice.first_seq) : std::nullopt;
    // Of a log that was put back once more, this copy may have the very chain that keeps the name.
    if (there && sync::branch_epoch(log->sealed_id().author.epoch, *there) == notice.epoch) {
        const sync::AuthorIx once = log->author;
        split_log(*log, notice.first_seq, notice.first_txn, notice.epoch);
        open_epoch(true);
        const sync::Renaming to_branch{once, notice.first_txn,
                                       store.authors().intern({node, notice.epoch})};
        rebuild_records({&to_branch, 1});
    } else if (log->author == own && log->position.seq < notice.held_seq) {
        open_epoch(true);
    }
}

void GivenAgain::note(const ChainNotice& notice, std::optional<std::uint64_t> kept) {
    if (notice.epoch != 0) return;  // Nothing follows it.
    const std::uint64_t begins = std::max<std::uint64_t>(notice.first_txn, 1) - 1;
    std::uint64_t& reached =
        reached_.try_emplace(notice.author, kept.value_or(begins)).first->second;
    if (notice.first_seq <= reached + 1) reached = std::max(reached, notice.held_seq);
}

bool GivenAgain::reaches(const sync::Author& author, std::uint64_t txn,
                         std::optional<std::uint64_t> kept) const {
    if (kept && txn <= *kept) return true;  // An order that was let go of is shared again.
    const auto at = reached_.find(author);
    return at != reached_.end() && txn <= at->second;
}

std::optional<std::uint64_t> Replica::State::kept_of(const sync::Author& author) {
    const LogFacts* log = store.find_log({author, sync::Stream::station, profile.scope});
    if (log == nullptr) return std::nullopt;
    return log->position.seq;
}

bool Replica::State::comes_in_turn(sync::Dot dot) {
    const sync::Author author = store.authors()[dot.author];
    if (author.node != node) return true;
    const auto kept = kept_of(author);
    if (kept && dot.txn <= *kept) return true;
    store.flush();  // Its notice may be of this very commit.
    std::string name(author.node.bytes.begin(), author.node.bytes.end());
    sync::put_fixed64(name, author.epoch);
    GivenAgain given;
    store.database()
        .statement(
            "SELECT first_seq, first_txn, held_seq FROM chain_notice WHERE author = ? AND "
            "epoch IS NULL ORDER BY rid")
        .each<std::uint64_t, std::optional<std::uint64_t>, std::uint64_t>(
            [&](std::uint64_t first_seq, std::optional<std::uint64_t> first_txn,
                std::uint64_t held_seq) {
                given.note({author, first_seq, first_txn.value_or(0), 0, held_seq}, kept);
            },
            sqlite::as_blob(name));
    return given.reaches(author, dot.txn, kept);
}

LogFacts& Replica::State::make_branch(const LogFacts& from, std::uint64_t first_seq,
                                      std::uint64_t first_txn, std::uint64_t epoch) {
    LogId id = from.id;
    id.author.epoch = epoch;
    const std::uint64_t sealed_epoch = from.sealed_id().author.epoch;
    const auto before = chain_at(from, first_seq - 1);
    JY_ASSERT(before.has_value());
    LogFacts& branch = store.log(id, *before);
    branch.origin = {from.ix, std::nullopt, LogBranch{sealed_epoch, first_seq, first_txn},
                     from.origin.known_branches};
    branch.position = {first_seq - 1, *before};
    branch.txn = first_txn - 1;
    store.save_origin(branch);
    store.touch_log(branch);
    return branch;
}

/// What stands in \p log from \p first_seq on is a second chain: from now on it is that of \p
/// epoch.
void Replica::State::split_log(LogFacts& log, std::uint64_t first_seq, std::uint64_t first_txn,
                               std::uint64_t epoch) {
    const sync::Position end = log.position;
    const std::uint64_t last_txn_there = log.txn;
    LogFacts& branch = make_branch(log, first_seq, first_txn, epoch);
    store.database()
        .statement(
            "INSERT OR REPLACE INTO segment SELECT place + ?, last, first_txn, last_txn, bytes "
            "FROM segment WHERE place BETWEEN ? AND ? AND last >= ?")
        .run(log_place(branch.ix, 0) - log_place(log.ix, 0), log_place(log.ix, 0),
             log_place(log.ix + 1, 0) - 1, first_seq);
    store.database()
        .statement("DELETE FROM segment WHERE place BETWEEN ? AND ?")
        .run(log_place(log.ix, first_seq), log_place(log.ix + 1, 0) - 1);
    log.position = branch.position;
    log.txn = branch.txn;
    branch.position = end;
    branch.txn = last_txn_there;
    store.touch_log(log);
    store.touch_log(branch);
    for (const auto& other : store.logs()) {
        const bool follows = other->ix != branch.ix && other->origin.previous == log.ix &&
                             other->leaves_at() >= first_seq;
        if (!follows) continue;
        other->origin.previous = branch.ix;
        store.save_origin(*other);
    }
    own_seqs.clear();
    decoded.clear();
}

/// Makes all records again, inside the running transaction: from the logs, and from what stands
/// for logs that are not kept.
void Replica::State::rebuild_records(std::span<const sync::Renaming> renamings) {
    if (has_base(store)) {
        take_apart(renamings);
    } else {
        store.clear_records();
    }
    held_orders.reset();
    order_facts.reset();
    facts_version.reset();
    reference_ids.reset();
    std::size_t applied = 0;
    replay(store, [&](const LogFacts& log, const sync::Transaction& tx) {
        const sync::Dot dot = dot_of(tx, log.author);
        const auto flags = static_cast<std::uint8_t>(flags_of(tx) | marks_of(dot));
        apply_transaction(store, tx, log.author, file_of(store, tx, log.scope, is_hub(), flags),
                          flags);
        if (++applied % 2000 != 0) return;
        store.flush();
        store.forget_loaded();
    });
    store.flush();
    store.forget_loaded();
}

bool Replica::State::replay(
    const Store& from,
    const std::function<void(const LogFacts&, const sync::Transaction&)>& visit) {
    constexpr std::uint64_t all_txns = std::uint64_t{1} << 62U;
    // The hub's first: what it created must be there before others are judged by it.
    std::vector<const LogFacts*> logs;
    for (const auto& log : from.logs()) logs.push_back(log.get());
    std::ranges::stable_partition(
        logs, [&](const LogFacts* log) { return log->id.author.node == profile.hub.node; });
    std::vector<std::uint64_t> next(from.logs().size(), 0);
    GivenAgain given;
    const bool took_back =
        store.database().prepare("SELECT 1 FROM forwarded LIMIT 1").maybe<int>().has_value();
    bool whole = true;
    std::vector<std::pair<const LogFacts*, sync::Transaction>> out_of_turn;
    const auto show = [&](const LogFacts& log, std::uint64_t last, const auto& with) {
        whole &= each_transaction(log, next[log.ix], last, [&](const sync::Transaction& tx) {
            next[log.ix] = tx.txn + 1;
            with(log, tx);
        });
    };
    for (const LogFacts* log : logs) {
        const bool own_node = log->id.author.node == node;
        show(*log, all_txns, [&](const LogFacts& its, const sync::Transaction& tx) {
            // The hub forwards what it has in another log, or had before it was put back.
            if (is_hub() && own_node && tx.origin) {
                if (took_back && is_forwarded(its, tx)) out_of_turn.emplace_back(&its, tx);
                return;
            }
            // Each author's in their order: what a station lost and got again comes after what of
            // that log it kept. What came for its sisters stands in its own log as well.
            const bool again = !is_hub() && tx.origin && tx.origin->dot.author != its.author &&
                               from.authors()[tx.origin->dot.author].node == node;
            if (!is_hub()) {
                for (const ChainNotice& notice : chain_notices_in(tx)) {
                    given.note(notice, kept_of(notice.author));
                }
            }
            const sync::Author& author =
                again ? from.authors()[tx.origin->dot.author] : its.id.author;
            if (again && !given.reaches(author, tx.origin->dot.txn, kept_of(author))) {
                if (is_forwarded(its, tx)) out_of_turn.emplace_back(&its, tx);
                return;
            }
            for (const LogFacts* kept : logs) {
                if (!again || kept->author != tx.origin->dot.author || kept == &its) continue;
                show(*kept, tx.origin->dot.txn, visit);
            }
            visit(its, tx);
        });
    }
    // Each author's behind what of their logs is kept.
    std::ranges::stable_sort(out_of_turn, {},
                             [](const auto& one) { return one.second.origin->dot.txn; });
    for (const auto& [log, tx] : out_of_turn) visit(*log, tx);
    return whole;
}

}  // namespace jiuying::node
