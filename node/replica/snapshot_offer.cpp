// Which machine gets a snapshot, and how it goes on from there: the hub's side of joining.
// docs/decisions/0019.
#include "node/replica/replica_state.hpp"

#include "sync/segment/key_wrap.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::node {
namespace {

using sync::LaneHead;
using Blob = std::vector<std::uint8_t>;

/// Chunks that are written at once: few before the first ones leave, then more than are asked for.
constexpr std::uint64_t chunks_at_first = 1;
constexpr std::uint64_t chunks_at_once = 2;

/// From so many records on a machine without any is quicker with a snapshot than by a replay.
constexpr std::uint64_t records_worth_a_snapshot = 2000;

std::size_t index_of(sync::Lane lane) { return static_cast<std::size_t>(lane) - 1; }

}  // namespace

bool Replica::State::has_sisters(const schema::NodeId& writer, ScopeIx scope) {
    return store.database()
        .statement("SELECT 1 FROM peer WHERE scope = ? AND node <> ? AND status = 'active' LIMIT 1")
        .maybe<int>(store.scope_id(scope), writer)
        .has_value();
}

void Replica::State::note_machine(const schema::NodeId& newcomer, const schema::ScopeId& scope) {
    // From here on it gets what its sisters write. What they wrote before comes by snapshot.
    const bool late = std::ranges::any_of(store.logs(), [&](const auto& log) {
        return log->id.stream == sync::Stream::station && log->id.scope == scope &&
               log->id.author.node != newcomer && log->position.seq != 0;
    });
    store.database()
        .statement("INSERT OR IGNORE INTO machine VALUES(?, ?, NULL)")
        .run(newcomer, !late);
}

bool Replica::State::is_whole(const schema::NodeId& machine) {
    return store.database()
        .statement("SELECT 1 FROM machine WHERE node = ? AND whole = 1")
        .maybe<int>(machine)
        .has_value();
}

void Replica::State::note_joining(const sync::Hello& said, const Peer& peer) {
    joining.erase(peer.node);
    if ((said.features & sync::feature::snapshots) == 0) return;
    const bool filling = said.have[index_of(sync::Lane::snapshot)].seq != 0;
    const bool fresh = said.have[index_of(sync::Lane::inbox)].seq == 0 &&
                       said.have[index_of(sync::Lane::reference)].seq == 0;
    const auto row = store.database()
                         .statement("SELECT whole, snapshot FROM machine WHERE node = ?")
                         .maybe<bool, std::optional<std::uint64_t>>(peer.node);
    if (!row) return;
    const auto& [whole, given] = *row;
    if (!filling && !fresh) {
        if (!given) return;
        // It says the places of that snapshot now, so it has all of it.
        noting([&] {
            store.database()
                .statement("UPDATE machine SET whole = 1, snapshot = NULL WHERE node = ?")
                .run(peer.node);
        });
        return;
    }
    const bool many =
        store.scope_digest(store.scope(peer.scope)).records >= records_worth_a_snapshot;
    joining[peer.node].wanted = filling || given || !whole || many;
}

/// One that was written at the present places says all there is; else a fresh one is begun.
Result<std::uint64_t> Replica::State::usable_snapshot(ScopeIx scope) {
    if (unfit_for_snapshots.contains(scope)) return Errc::too_large;
    // Nothing was written since it was begun.
    if (snapshot_in_writing && snapshot_in_writing->scope() == scope) {
        return snapshot_in_writing->id();
    }
    settle_snapshot();
    const auto newest = store.database()
                            .statement(
                                "SELECT id, start FROM snapshot WHERE scope = ? AND chunks <> 0 "
                                "ORDER BY written_at DESC LIMIT 1")
                            .maybe<std::uint64_t, Blob>(store.scope_id(scope));
    if (newest) {
        const auto then = sync::decode_start(std::get<1>(*newest));
        const sync::SnapshotStart now = snapshot_start(scope);
        const bool same = then && then->places == now.places && then->stations == now.stations &&
                          then->digest == now.digest;
        if (same) return std::get<0>(*newest);
    }
    return noting([&]() -> Result<std::uint64_t> {
        const auto id = begin_snapshot(scope);
        if (!id) return id.error();
        const auto written = go_on_with_snapshot(chunks_at_first);
        if (!written) return written.error();
        return *id;
    });
}

/// Writes on while what there is of it is on its way.
void Replica::State::write_ahead(std::uint64_t id) {
    if (!snapshot_in_writing || snapshot_in_writing->id() != id) return;
    noting([&] { (void)go_on_with_snapshot(chunks_at_once); });
}

/// \p peer gets none after all: what it has of one it takes out when the logs come.
void Replica::State::give_no_snapshot(const Peer& peer) {
    joining[peer.node].snapshot = 0;
    noting([&] {
        store.database()
            .statement("UPDATE machine SET snapshot = NULL WHERE node = ?")
            .run(peer.node);
    });
}

sync::Offer Replica::State::offer_snapshot(const sync::Fetch& fetch, const Peer& peer) {
    sync::Offer offer;
    const auto at = joining.find(peer.node);
    if (at == joining.end()) return offer;
    const ScopeIx scope = store.scope(peer.scope);
    // Where it stands in one that is still here.
    const auto chain =
        store.database()
            .statement(
                "SELECT chain FROM snapshot_chunk JOIN snapshot ON snapshot.id = snapshot "
                "WHERE snapshot = ? AND chunk = ? AND scope = ? AND (chunks <> 0 OR snapshot = ?)")
            .maybe<sync::Hash32>(fetch.after.epoch, fetch.after.seq, peer.scope,
                                 snapshot_in_writing ? snapshot_in_writing->id() : 0);
    std::uint64_t after = 0;
    if (chain && half(*chain) == fetch.after.chain) {
        at->second.snapshot = fetch.after.epoch;
        after = fetch.after.seq;
    } else if (at->second.wanted) {
        const auto id = usable_snapshot(scope);
        if (!id) {  // A replay gives what it can.
            give_no_snapshot(peer);
            return offer;
        }
        if (std::exchange(at->second.snapshot, *id) != *id) at->second.told = false;
    } else {
        return offer;
    }
    const std::uint64_t id = at->second.snapshot;
    if (after != 0) write_ahead(id);
    offer.more = snapshot_in_writing && snapshot_in_writing->id() == id;
    const auto known = store.database()
                           .statement("SELECT key, chunks FROM snapshot WHERE id = ?")
                           .maybe<sync::Key32, std::uint64_t>(id);
    const auto box_key = store.database()
                             .statement("SELECT box_key FROM peer WHERE node = ?")
                             .maybe<sync::Hash32>(peer.node);
    if (!known || !box_key) return offer;
    const std::uint64_t chunks = std::get<1>(*known);
    if (!offer.more && chunks == 0) {
        give_no_snapshot(peer);
        return offer;
    }
    if (!offer.more && after >= chunks) return offer;
    noting([&] {
        store.database()
            .statement("UPDATE machine SET snapshot = ? WHERE node = ? AND snapshot IS NOT ?")
            .run(id, peer.node, id);
    });
    if (!at->second.told) {
        sync::Secret<32> seed;
        environment.random(seed.bytes());
        sync::KeyWrap wrap;
        wrap.log = sync::snapshot_name(node, id, peer.scope);
        wrap.reader = peer.node;
        auto bytes = sync::make_key_wrap(wrap, std::get<0>(*known), sync::BoxKey(*box_key), seed,
                                         signing, district());
        if (!bytes) return offer;
        offer.key_wraps.push_back(std::move(*bytes));
        at->second.told = true;
    }
    std::uint64_t size = 0;
    store.database()
        .statement(
            "SELECT chunk, chain, bytes FROM snapshot_chunk WHERE snapshot = ? AND chunk > ? "
            "ORDER BY chunk")
        .each<std::uint64_t, sync::Hash32, Blob>(
            [&](std::uint64_t chunk, const sync::Hash32& chain_there, Blob bytes) {
                if (!offer.segments.empty() && size + bytes.size() > fetch.bytes_max) {
                    offer.more = true;
                    return false;
                }
                size += bytes.size();
                offer.segments.push_back({sync::Lane::snapshot, chunk, chunk,
                                          LaneHead{id, chunk, half(chain_there)},
                                          std::move(bytes)});
                return true;
            },
            id, after);
    return offer;
}

LaneHead Replica::State::after_snapshot(const std::vector<Stretch>& way, const LaneHead& after,
                                        const Peer& peer) {
    const auto at = joining.find(peer.node);
    if (at == joining.end() || at->second.snapshot == 0 || after.seq != 0) return after;
    const auto bytes = store.database()
                           .statement("SELECT start FROM snapshot WHERE id = ?")
                           .maybe<Blob>(at->second.snapshot);
    const auto start = sync::decode_start(bytes.value_or(Blob()));
    if (!start) return after;
    LaneHead last = after;
    for (const Stretch& one : way) {
        const auto place = std::ranges::find(start->places, one.log->id, &sync::SnapshotPlace::log);
        if (place == start->places.end() || place->position.seq == 0) continue;
        last = {one.log->id.author.epoch, place->position.seq, half(place->position.chain)};
    }
    return last;
}

/// Older ones of \p scope, as far as no machine is being filled from them.
void Replica::State::drop_snapshots(ScopeIx scope, std::uint64_t but) {
    std::vector<std::uint64_t> old;
    store.database()
        .statement(
            "SELECT id FROM snapshot WHERE scope = ? AND id <> ? AND id NOT IN "
            "(SELECT snapshot FROM machine WHERE snapshot NOT NULL)")
        .each<std::uint64_t>([&](std::uint64_t id) { old.push_back(id); }, store.scope_id(scope),
                             but);
    for (const std::uint64_t id : old) {
        store.database().statement("DELETE FROM snapshot_chunk WHERE snapshot = ?").run(id);
        store.database().statement("DELETE FROM snapshot WHERE id = ?").run(id);
    }
}

}  // namespace jiuying::node
