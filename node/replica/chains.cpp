// Where a segment that came belongs among the logs of its author: behind one of them, known
// already, or in a second chain that leaves one. Design section 5, docs/explanation/old-copies.md.
#include "node/replica/replica_state.hpp"

#include "schema/assert.hpp"
#include "schema/planted.hpp"
#include "sync/merge/byte_text.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using sync::Hash32;
using sync::Transaction;
using Blob = std::vector<std::uint8_t>;

constexpr std::string_view lost_key = "lost_epochs";
constexpr std::size_t lost_epochs_max = 256;

std::string author_bytes(const sync::Author& author) {
    std::string bytes(author.node.bytes.begin(), author.node.bytes.end());
    sync::put_fixed64(bytes, author.epoch);
    return bytes;
}

std::string epoch_bytes(std::uint64_t epoch) {
    std::string bytes;
    sync::put_fixed64(bytes, epoch);
    return bytes;
}

std::int64_t as_number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

std::vector<LogFacts*> Replica::State::chains_of(const sync::LogId& sealed) {
    std::vector<LogFacts*> chains;
    for (const auto& log : store.logs()) {
        if (log->sealed_id() == sealed) chains.push_back(log.get());
    }
    return chains;
}

/// The log whose end, or some place of which, is where \p predecessor says.
LogFacts* Replica::State::find_place(const sync::LogId& beside,
                                     const sync::Predecessor& predecessor) {
    for (const auto& log : store.logs()) {
        const bool meant = log->id.author.node == beside.author.node &&
                           log->id.stream == beside.stream && log->id.scope == beside.scope &&
                           (log->id.author.epoch == predecessor.epoch ||
                            log->sealed_id().author.epoch == predecessor.epoch);
        if (!meant || predecessor.seq < log->first_seq()) continue;
        // Inside of what a snapshot stands for, its author's word counts.
        const auto horizon = horizon_of(log->ix);
        if (horizon && predecessor.seq < horizon->position.seq) return log.get();
        if (chain_at(*log, predecessor.seq) == predecessor.chain) return log.get();
    }
    return nullptr;
}

/// Whether the very bytes are kept, or what they were before something in them was erased.
bool Replica::State::is_kept(const LogFacts& log, sync::View bytes,
                             const sync::SegmentHeader& header) {
    const auto kept = store.database()
                          .statement("SELECT bytes FROM segment WHERE place = ?")
                          .maybe<Blob>(log_place(log.ix, header.first));
    if (!kept) return false;
    if (std::ranges::equal(*kept, bytes)) return true;
    // Something was erased since, here or there: the header that its author signed tells.
    const auto here = sync::peek(*kept);
    if (!here || (!here->restated && !header.restated)) return false;
    const auto begins_with = [](sync::View whole, const sync::Bytes& head) {
        return whole.size() >= head.size() && std::ranges::equal(whole.first(head.size()), head);
    };
    if (!header.restated) return begins_with(bytes, here->restated->header);
    if (!here->restated) return begins_with(*kept, header.restated->header);
    return here->restated->header == header.restated->header;
}

std::vector<Hash32> Replica::State::chain_values(const LogFacts& log, std::uint64_t first,
                                                 std::uint64_t last) {
    std::vector<Hash32> values;
    std::vector<Blob> covering;
    store.database()
        .statement(
            "SELECT bytes FROM segment WHERE place BETWEEN ? AND ? AND last >= ? ORDER BY place")
        .each<Blob>([&](Blob bytes) { covering.push_back(std::move(bytes)); }, log_place(log.ix, 0),
                    log_place(log.ix, last), first);
    std::uint64_t next = first;
    // A branch begins inside the log that it left.
    for (; next < log.first_seq() && next <= last; ++next) {
        const auto value = chain_at(log, next);
        if (!value) return values;
        values.push_back(*value);
    }
    const std::uint64_t end = std::min(last, log.position.seq);
    for (const Blob& bytes : covering) {
        const auto header = sync::peek(bytes);
        const auto links = header ? links_of(bytes, log) : std::nullopt;
        if (!links || header->first > next) return values;
        for (; next <= std::min(end, header->last()); ++next) {
            values.push_back((*links)[next - header->first]);
        }
    }
    return values;
}

Placement Replica::State::place_segment(sync::View bytes, const sync::SegmentHeader& header) {
    const std::vector<LogFacts*> chains = chains_of(header.log);
    if (chains.empty()) return {};
    LogFacts& root = *store.find_log(header.log);
    if (header.first == 1 && root.position.seq == 0) {
        // Of a log that goes on from another: from which is part of what its chain says.
        LogFacts* previous = nullptr;
        if (header.predecessor) {
            previous = find_place(header.log, *header.predecessor);
            if (previous == nullptr) return {Placement::Kind::gap};
        }
        return {Placement::Kind::next, &root, 0, previous};
    }
    for (LogFacts* log : chains) {
        // It was pruned here, or a snapshot stands for it.
        const auto horizon = horizon_of(log->ix);
        if (horizon && header.last() <= horizon->position.seq) return {Placement::Kind::known, log};
    }
    for (LogFacts* log : chains) {
        if (is_kept(*log, bytes, header)) return {Placement::Kind::known, log};
    }
    for (LogFacts* log : chains) {
        if (log->position == header.before()) return {Placement::Kind::next, log};
    }
    const bool behind = std::ranges::all_of(
        chains, [&](const LogFacts* log) { return log->position.seq + 1 < header.first; });
    if (behind) return {Placement::Kind::gap};
    // Link by link: how far it agrees with what is here.
    const auto links = links_of(bytes, root);
    if (!links) return {};
    LogFacts* closest = nullptr;
    std::uint64_t agreed = 0;
    for (LogFacts* log : chains) {
        if (chain_at(*log, header.first - 1) != header.chain_before) continue;
        const auto values = chain_values(*log, header.first, header.last());
        const auto parting = std::ranges::mismatch(values, *links).in1;
        // Of what this program can't read only the ends are known.
        const auto unread = unread_from(*log);
        const std::uint64_t next = header.first + values.size();
        const std::uint64_t common = std::min(header.last(), log->position.seq);
        if (parting == values.end() && unread && next >= *unread && next <= common) return {};
        const std::uint64_t seq =
            header.first - 1 + static_cast<std::uint64_t>(parting - values.begin());
        if (closest != nullptr && seq <= agreed) continue;
        closest = log;
        agreed = seq;
    }
    if (closest == nullptr) return {Placement::Kind::gap};
    if (agreed == header.last()) return {Placement::Kind::known, closest};
    const auto skip = static_cast<std::size_t>(agreed + 1 - header.first);
    if (agreed == closest->position.seq) return {Placement::Kind::next, closest, skip};
    return {Placement::Kind::branch, closest, skip, nullptr,
            sync::branch_epoch(header.log.author.epoch, (*links)[skip])};
}

Placement Replica::State::place_as_told(sync::View bytes, const sync::SegmentHeader& header) {
    return as_told(place_segment(bytes, header), bytes, header);
}

/// A hub that was put back and told of a second chain before may get that one first: it keeps the
/// name that was told, and what both chains have in common goes to the log that it left. And it may
/// have of a log only what it had forwarded of it: where what comes says other things in the same
/// places, it is of a second chain, too.
Placement Replica::State::as_told(const Placement& placement, sync::View bytes,
                                  const sync::SegmentHeader& header) {
    if (!is_hub() || placement.kind != Placement::Kind::next || placement.previous != nullptr) {
        return placement;
    }
    LogFacts& log = *placement.log;
    store.flush();
    std::vector<std::pair<std::uint64_t, std::uint64_t>> told;
    store.database()
        .statement(
            "SELECT first_seq, epoch FROM chain_notice WHERE author = ? AND epoch IS NOT NULL AND "
            "first_seq BETWEEN ? AND ? ORDER BY first_seq")
        .each<std::uint64_t, std::string>(
            [&](std::uint64_t first_seq, const std::string& epoch) {
                if (epoch.size() != 8) return;
                told.emplace_back(first_seq, epochs_in(sqlite::as_blob(epoch)).front());
            },
            sqlite::as_blob(author_bytes(log.id.author)), header.first + placement.skip,
            header.last());
    const bool forwarded = store.database()
                               .statement("SELECT 1 FROM forwarded WHERE author = ? AND txn > ?")
                               .maybe<int>(log.author, log.txn)
                               .has_value();
    if (told.empty() && !forwarded) return placement;
    sync::Authors authors = store.authors();
    std::vector<Hash32> links;
    const auto opened = open_sealed(bytes, log, authors, &links);
    if (!opened) return placement;
    const auto branch_at = [&](std::size_t skip) {
        return Placement{Placement::Kind::branch, &log, skip, nullptr,
                         sync::branch_epoch(header.log.author.epoch, links[skip])};
    };
    for (const auto& [first_seq, epoch] : told) {
        const Placement branch = branch_at(static_cast<std::size_t>(first_seq - header.first));
        if (branch.epoch == epoch) return branch;
    }
    for (std::size_t i = placement.skip; forwarded && i < opened->transactions.size(); ++i) {
        const Transaction& tx = opened->transactions[i];
        const auto there = find_transaction({log.author, tx.txn});
        const bool other =
            there && (there->hlc != tx.hlc || there->changes.size() != tx.changes.size());
        if (other) return branch_at(i);
    }
    return placement;
}

// --- The hub tells a station -------------------------------------------------------------------

/// A machine that stands at \p seq of \p log has what lies on the way there. All else that its node
/// wrote, before it was put back or on another machine, it gets from the inbox.
void Replica::State::give_what_lacks(LogFacts& log, std::uint64_t seq, const Peer& peer) {
    if (planted::on(planted::Defect::put_back_unnoticed)) return;
    std::vector<Stretch> way = lineage_to(&log);
    way.back().last_seq = std::min(way.back().last_seq, seq);
    std::vector<std::pair<const LogFacts*, std::uint64_t>> lacking;
    for (const auto& other : store.logs()) {
        const bool of_node = other->id.author.node == log.id.author.node &&
                             other->id.stream == log.id.stream && other->id.scope == log.id.scope;
        if (!of_node) continue;
        const auto on_way = std::ranges::find(way, other.get(), &Stretch::log);
        const std::uint64_t has = on_way == way.end() ? other->first_seq() - 1 : on_way->last_seq;
        if (has < other->position.seq) lacking.emplace_back(other.get(), has + 1);
    }
    for (const auto& [other, first] : lacking) note_chain(*other, first, std::nullopt, peer);
}

/// With \p branch: that \p log was continued from before \p first_seq in a second chain. Without:
/// that what stands there from \p first_seq on follows, for whoever wrote it and lost it.
void Replica::State::note_chain(const LogFacts& log, std::uint64_t first_seq,
                                const std::optional<LogBranch>& branch, const Peer& peer) {
    store.flush();
    const std::string author = author_bytes(log.id.author);
    const std::uint64_t epoch = branch ? branch->epoch : 0;
    const auto told = store.database()
                          .statement(
                              "SELECT 1 FROM chain_notice WHERE author = ? AND first_seq <= ? AND "
                              "held_seq >= ? AND coalesce(epoch, x'') = ? LIMIT 1")
                          .maybe<int>(sqlite::as_blob(author), first_seq, log.position.seq,
                                      sqlite::as_blob(branch ? epoch_bytes(epoch) : std::string()));
    if (told) return;
    using namespace schema::chain_notice;
    NewRecord notice{EntityId::chain_notice,
                     {{schema::chain_notice::author, author},
                      {schema::chain_notice::first_seq, as_number(first_seq)},
                      {held_seq, as_number(log.position.seq)}}};
    // Where the log begins: a copy from before that can tell whether it gets all of it.
    notice.values.push_back({first_txn, as_number(branch ? branch->first_txn : log.first_seq())});
    if (branch) notice.values.push_back({schema::chain_notice::epoch, epoch_bytes(epoch)});
    std::vector<NewRecord> notices;
    notices.push_back(std::move(notice));
    write_in_scope(std::move(notices), peer.scope);
    if (!branch) give_again(log, first_seq, peer);
}

void Replica::State::give_again(const LogFacts& log, std::uint64_t first_seq, const Peer& peer) {
    const ScopeIx target = store.scope(peer.scope);
    each_transaction(log, first_seq, log.txn, [&](const Transaction& tx) {
        const sync::Dot dot = dot_of(tx, log.author);
        const auto flags = static_cast<std::uint8_t>(flags_of(tx) | marks_of(dot));
        if ((flags & astray) != 0) return;  // It left no trace here.
        constexpr std::uint8_t told = Transaction::clock_suspect | Transaction::was_rejected;
        Transaction again = tx;
        again.flags = static_cast<std::uint8_t>((tx.flags & ~told) | (flags & told));
        again.origin = sync::Origin{dot, tx.origin ? tx.origin->scope : store.scope_id(log.scope)};
        write_forward(std::move(again), sync::Stream::inbox, target);
    });
}

/// What the places of a station show: \p told is the end of its log as it knows it.
void Replica::State::compare_places(const sync::LaneHead& told, const Peer& peer) {
    LogFacts* log = store.find_log({{peer.node, told.epoch}, sync::Stream::station, peer.scope});
    if (told.seq == 0) {
        // From before its first word: all that it ever said.
        for (const auto& first : store.logs()) {
            const bool begins = first->id.author.node == peer.node && !first->origin.previous &&
                                first->id.stream == sync::Stream::station &&
                                first->id.scope == peer.scope && first->position.seq != 0;
            if (begins) return give_what_lacks(*first, 0, peer);
        }
        return;
    }
    if (log == nullptr || told.seq < log->first_seq()) return;
    // What it has beyond our end it will send; where it left our chain, its segments tell.
    if (told.seq <= log->position.seq && lies_on_log(*log, told)) {
        give_what_lacks(*log, told.seq, peer);
    }
}

std::vector<std::uint64_t> Replica::State::lost_epochs() {
    const auto kept = store.meta(lost_key);
    return kept ? epochs_in(*kept) : std::vector<std::uint64_t>();
}

std::optional<sync::CloseReason> Replica::State::compare_with_lost(const sync::Hello& station,
                                                                   const Peer& peer) {
    std::vector<std::uint64_t> lost = lost_epochs();
    const std::size_t before = lost.size();
    for (const sync::Lane lane : {sync::Lane::inbox, sync::Lane::reference}) {
        const sync::LaneHead& told = station.have[static_cast<std::size_t>(lane) - 1];
        if (told.seq == 0) continue;
        sync::LogId id = lane_log(lane, peer);
        id.author.epoch = told.epoch;
        const LogFacts* log = store.find_log(id);
        if (log != nullptr && told.seq <= log->position.seq) {
            if (lies_on_log(*log, told)) continue;
            raise_alarm(schema::alarm::two_hubs, node, peer.scope);
            return sync::CloseReason::hub_log_differs;
        }
        if (std::ranges::find(lost, told.epoch) == lost.end()) lost.push_back(told.epoch);
    }
    if (lost.size() == before) return std::nullopt;
    // A place is only somebody's word; the hub does not lose so much.
    if (lost.size() > lost_epochs_max) return sync::CloseReason::hub_log_differs;
    store.set_meta(lost_key, bytes_of_epochs(lost));
    // What comes next must not take the name of what was lost.
    if (std::ranges::find(lost, own_author().epoch) != lost.end()) open_epoch(true);
    return std::nullopt;
}

bool Replica::State::lies_on_log(const LogFacts& log, const sync::LaneHead& place) {
    const auto chain = chain_at(log, place.seq);
    return chain && half(*chain) == place.chain;
}

/// After a segment of a station was taken: what it shows of the station having been put back or
/// copied.
void Replica::State::tell_of_chains(const Placement& placement, LogFacts& log,
                                    const std::vector<Transaction>& fresh, const Peer& peer) {
    if (placement.kind == Placement::Kind::branch) {
        LogBranch named = *log.origin.branch;
        named.epoch = log.id.author.epoch;
        note_chain(*placement.log, named.first_seq, named, peer);
    }
    if (placement.kind == Placement::Kind::branch || placement.previous != nullptr) {
        give_what_lacks(log, log.position.seq, peer);
    }
    look_for_twins(log, fresh, peer);
}

void Replica::State::raise_alarm(std::int64_t kind, const schema::NodeId& of_node,
                                 const schema::ScopeId& scope) {
    store.flush();
    const auto raised = store.database()
                            .statement(
                                "SELECT 1 FROM alarm WHERE kind = ? AND node = ? AND "
                                "settled_at IS NULL LIMIT 1")
                            .maybe<int>(kind, of_node);
    if (raised) return;
    using namespace schema::alarm;
    std::vector<NewRecord> alarms;
    alarms.push_back(
        {EntityId::alarm,
         {{schema::alarm::kind, kind},
          {schema::alarm::node, std::string(of_node.bytes.begin(), of_node.bytes.end())},
          {raised_at, environment.now_ms()}}});
    write_in_scope(std::move(alarms), scope);
}

/// A chain that grew after another had taken over from it is written by a second machine.
void Replica::State::look_for_twins(const LogFacts& log, const std::vector<Transaction>& fresh,
                                    const Peer& peer) {
    for (const auto& next : store.logs()) {
        if (next->origin.previous != log.ix || next->position.seq < next->first_seq()) continue;
        const auto first =
            find_in_log(*next, next->origin.branch ? next->origin.branch->first_txn : 1);
        if (!first) continue;
        const bool later = std::ranges::any_of(
            fresh, [&](const Transaction& tx) { return !tx.origin && tx.hlc > first->hlc; });
        if (!later) continue;
        const bool hubs = log.id.author.node == profile.hub.node;
        raise_alarm(hubs ? schema::alarm::two_hubs : schema::alarm::two_machines,
                    log.id.author.node, peer.scope);
        return;
    }
}

}  // namespace jiuying::node
