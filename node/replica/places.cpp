// Where both sides of an exchange stand in their logs, and what doesn't fit together.
#include "node/replica/roster_book.hpp"

#include "sync/segment/segment.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::Lane;
using sync::LaneHead;
using sync::LogId;
using Blob = std::vector<std::uint8_t>;

std::size_t index_of(Lane lane) { return static_cast<std::size_t>(lane) - 1; }

}  // namespace

std::array<std::uint8_t, 16> half(const sync::Hash32& hash) {
    std::array<std::uint8_t, 16> first{};
    std::copy_n(hash.begin(), first.size(), first.begin());
    return first;
}

LogId Replica::State::lane_log(Lane lane, const Peer& peer) const {
    switch (lane) {
        case Lane::station: return {own_author(), sync::Stream::station, profile.scope};
        case Lane::inbox: return {own_author(), sync::Stream::inbox, peer.scope};
        case Lane::snapshot:  // No log; its place is not looked for here.
        case Lane::reference: break;
    }
    return {own_author(), sync::Stream::reference, profile.district_scope};
}

LaneHead Replica::State::head_of(const LogId& id) {
    const LogFacts* log = store.find_log(id);
    if (log == nullptr || log->position.seq == 0) return {};
    return {id.author.epoch, log->position.seq, half(log->position.chain)};
}

std::vector<Stretch> Replica::State::lane_stretches(Lane lane, const Peer& peer) {
    const schema::NodeId& hub = is_hub() ? node : profile.hub.node;
    const schema::NodeId& station = is_hub() ? peer.node : node;
    switch (lane) {
        case Lane::station: return lineage_to(last_log(station, sync::Stream::station, peer.scope));
        case Lane::inbox: return lineage_to(last_log(hub, sync::Stream::inbox, peer.scope));
        case Lane::snapshot: return {};
        case Lane::reference: break;
    }
    return lineage_to(last_log(hub, sync::Stream::reference, profile.district_scope));
}

/// The end of what is here; but to one who has more of an epoch, or of another way, than is here:
/// the end of what both have of it, so that he gives the rest.
LaneHead Replica::State::head_for(Lane lane, const Peer& peer, const LaneHead& told) {
    const std::vector<Stretch> stretches = lane_stretches(lane, peer);
    const auto filled = [](const Stretch& one) { return one.last_seq >= one.first_seq; };
    if (told.seq != 0) {
        const auto same = std::ranges::find(
            stretches, told.epoch, [](const Stretch& one) { return one.log->id.author.epoch; });
        const bool behind = same != stretches.end() && filled(*same) &&
                            same->last_seq == same->log->position.seq && same->last_seq < told.seq;
        if (behind) return head_of(same->log->id);
        // Of the station's lane, the chain that it speaks of; the way may have gone on elsewhere.
        const bool off = same == stretches.end() || told.seq > same->last_seq;
        if (off && lane == Lane::station) {
            const LaneHead beside =
                head_of({{peer.node, told.epoch}, sync::Stream::station, peer.scope});
            if (beside.seq != 0) return beside;
        }
        // An epoch of the hub that it does not know any more: what it has of the one in which the
        // station stood when it was last heard of, or nothing. The station may have been put back
        // since, and not know that one either: hello_for says beside it what this is.
        if (same == stretches.end() && lane != Lane::station && is_hub()) {
            const LaneHead before = places_of(peer.node)[index_of(lane)];
            for (const Stretch& one : stretches) {
                if (one.log->id.author.epoch != before.epoch || !filled(one)) continue;
                const auto chain = chain_at(*one.log, one.last_seq);
                if (chain) return {before.epoch, one.last_seq, half(*chain)};
            }
            return {};
        }
    }
    for (auto one = stretches.rbegin(); one != stretches.rend(); ++one) {
        if (filled(*one)) return head_of(one->log->id);
    }
    return {};
}

sync::Hello Replica::State::hello_for(const Peer& peer, const sync::Hello* told) {
    sync::Hello hello;
    hello.features = sync::feature::compare | sync::feature::facts;
    for (const Lane lane : {Lane::station, Lane::inbox, Lane::reference}) {
        const LaneHead stands = told == nullptr ? LaneHead{} : told->have[index_of(lane)];
        hello.have[index_of(lane)] = head_for(lane, peer, stands);
    }
    const auto knows = [&](Lane lane) {
        LogId id = lane_log(lane, peer);
        id.author.epoch = told->have[index_of(lane)].epoch;
        return told->have[index_of(lane)].seq == 0 || store.find_log(id) != nullptr;
    };
    if (is_hub() && told != nullptr) {
        hello.features |= knows(Lane::inbox) ? 0U : sync::feature::lost_inbox;
        hello.features |= knows(Lane::reference) ? 0U : sync::feature::lost_reference;
        const LaneHead& ends = told->have[index_of(Lane::station)];
        const LaneHead held = head_of({{peer.node, ends.epoch}, sync::Stream::station, peer.scope});
        const bool has = ends.seq == 0 || held.seq != 0;
        hello.features |= has ? 0U : sync::feature::lost_station;
    }
    hello.wall_ms = environment.now_ms();
    hello.roster_version = RosterBook(*this).version();
    if (!is_hub()) hello.have[index_of(Lane::snapshot)] = filling_place();
    // What is not all there yet can't be compared; what this program can't read or doesn't know
    // may count otherwise at the other side.
    const bool filling = hello.have[index_of(Lane::snapshot)].seq != 0;
    const ScopeIx scope = store.scope(peer.scope);
    if (!filling && (!is_hub() || is_whole(peer.node)) && !has_unread() &&
        store.waiting_values(scope) == 0) {
        hello.digest = half(digest_of(scope).sum);
        // Nothing but zeros would say that it can't be told.
        if (hello.digest == decltype(hello.digest){}) hello.digest.fill(0xFF);
    }
    hello.partial = partial_of(peer.node);
    return hello;
}

bool Replica::State::lies_on(Lane lane, const Peer& peer, const LaneHead& place) {
    if (place.seq == 0) return true;
    for (const Stretch& one : lane_stretches(lane, peer)) {
        if (one.log->id.author.epoch != place.epoch) continue;
        if (place.seq > one.log->position.seq || place.seq > one.last_seq) return false;
        // Of what was pruned nothing is known but where it ends.
        const auto horizon = horizon_of(one.log->ix);
        if (horizon && place.seq < horizon->position.seq) return true;
        const auto chain = chain_at(*one.log, place.seq);
        return chain && half(*chain) == place.chain;
    }
    return true;
}

void Replica::State::forget_receipts_beyond(const LaneHead& place) {
    bool beyond = place.seq == 0;
    for (const Stretch& one : lane_stretches(Lane::station, {profile.hub.node, profile.scope})) {
        const bool here = !beyond && one.log->id.author.epoch == place.epoch;
        const bool less = here && receipted(*one.log) > place.seq;
        if (beyond || less) {
            store.database().statement("DELETE FROM receipt WHERE log = ?").run(one.log->ix);
        }
        beyond = beyond || here;
    }
}

std::optional<sync::PartialSegment> Replica::State::partial_of(const schema::NodeId& peer) {
    const auto row =
        store.database()
            .statement("SELECT lane, first, size, hash, bytes FROM partial WHERE node = ?")
            .maybe<Lane, std::uint64_t, std::uint32_t, sync::Hash16, Blob>(peer);
    if (!row) return std::nullopt;
    sync::PartialSegment partial;
    std::tie(partial.lane, partial.first, partial.size, partial.hash, partial.bytes) = *row;
    partial.length = static_cast<std::uint32_t>(partial.bytes.size());
    return partial;
}

void Replica::keep_partial(const sync::KeepPartial& action, const Peer& peer) {
    State& state = *state_;
    const sync::PartialSegment& partial = action.partial;
    // A session that made way for this one may tell late of the same segment.
    const auto kept = state.partial_of(peer.node);
    const bool known = kept && kept->lane == partial.lane && kept->first == partial.first &&
                       kept->hash == partial.hash && kept->length > partial.bytes.size();
    if (known) return;
    state.writing([&] {
        state.store.database()
            .statement("INSERT OR REPLACE INTO partial VALUES(?, ?, ?, ?, ?, ?)")
            .run(peer.node, partial.lane, partial.first, partial.size, partial.hash, partial.bytes);
    });
}

}  // namespace jiuying::node
