// Where both sides of an exchange stand in their logs, and what doesn't fit together.
#include "node/replica/replica_state.hpp"

#include "sync/segment/segment.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::CloseReason;
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

/// The newest log of \p node with that stream and scope.
const LogFacts* Replica::State::newest_log(const schema::NodeId& of_node, sync::Stream stream,
                                           const schema::ScopeId& scope) const {
    const LogFacts* newest = nullptr;
    for (const auto& log : store.logs()) {
        const bool meant =
            log->id.author.node == of_node && log->id.stream == stream && log->id.scope == scope;
        if (meant) newest = log.get();
    }
    return newest;
}

LaneHead Replica::State::head_of_newest(const schema::NodeId& of_node, sync::Stream stream,
                                        const schema::ScopeId& scope) {
    const LogFacts* log = newest_log(of_node, stream, scope);
    return log == nullptr ? LaneHead{} : head_of(log->id);
}

sync::Hello Replica::State::hello_for(const Peer& peer) {
    sync::Hello hello;
    const schema::NodeId& writer = is_hub() ? node : profile.hub.node;
    const schema::NodeId& station = is_hub() ? peer.node : node;
    hello.have[index_of(Lane::station)] =
        head_of_newest(station, sync::Stream::station, peer.scope);
    hello.have[index_of(Lane::inbox)] = head_of_newest(writer, sync::Stream::inbox, peer.scope);
    hello.have[index_of(Lane::reference)] =
        head_of_newest(writer, sync::Stream::reference, profile.district_scope);
    hello.wall_ms = environment.now_ms();
    if (!is_hub()) hello.have[index_of(Lane::snapshot)] = filling_place();
    // What is not all there yet can't be compared.
    const bool filling = hello.have[index_of(Lane::snapshot)].seq != 0;
    if (!filling && (!is_hub() || is_whole(peer.node))) {
        hello.digest = half(digest_of(store.scope(peer.scope)).sum);
    }
    hello.partial = partial_of(peer.node);
    return hello;
}

bool Replica::State::lies_on(const LogId& id, const LaneHead& place) {
    if (place.seq == 0 || place.epoch != id.author.epoch) return true;
    const LogFacts* log = store.find_log(id);
    if (log == nullptr || place.seq > log->position.seq) return false;
    if (place.seq == log->position.seq) return place.chain == half(log->position.chain);
    if (const auto horizon = horizon_of(log->ix); horizon && place.seq == horizon->position.seq) {
        return place.chain == half(horizon->position.chain);
    }
    // Places are ends of segments.
    const auto sealed =
        store.database()
            .statement(
                "SELECT bytes FROM segment WHERE place BETWEEN ? AND ? "
                "AND last = ? ORDER BY place DESC LIMIT 1")
            .maybe<Blob>(log_place(log->ix, 0), log_place(log->ix, place.seq), place.seq);
    const auto header = sync::peek(sealed.value_or(Blob()));
    return header && half(header->chain_last) == place.chain;
}

std::optional<CloseReason> Replica::State::out_of_step(const sync::Hello& station,
                                                       const Peer& peer) {
    for (const Lane lane : {Lane::inbox, Lane::reference}) {
        if (!lies_on(lane_log(lane, peer), station.have[index_of(lane)])) {
            return CloseReason::hub_log_differs;
        }
    }
    const LaneHead held = head_of_newest(peer.node, sync::Stream::station, peer.scope);
    const LaneHead& told = station.have[index_of(Lane::station)];
    if (held.epoch != told.epoch || held.seq < told.seq || held == told) return std::nullopt;
    return CloseReason::station_log_differs;
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
    state.writing([&] {
        state.store.database()
            .statement("INSERT OR REPLACE INTO partial VALUES(?, ?, ?, ?, ?, ?)")
            .run(peer.node, partial.lane, partial.first, partial.size, partial.hash, partial.bytes);
    });
}

}  // namespace jiuying::node
