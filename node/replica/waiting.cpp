// What comes out of order by stick: segments that wait for those before them, and what is missing.
#include "node/replica/replica_state.hpp"

#include "schema/planted.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::Lane;
using sync::LaneHead;
using Blob = std::vector<std::uint8_t>;

/// What may wait of one peer. More is refused, and named as missing until it comes again.
constexpr std::uint64_t waiting_bytes_max = std::uint64_t{64} << 20U;

}  // namespace

Result<void> Replica::State::keep_waiting(sync::View bytes, const sync::SegmentHeader& header,
                                          const LogFacts& log, const Peer& peer) {
    const std::int64_t place = log_place(log.ix, header.first);
    const auto known =
        store.database().statement("SELECT 1 FROM waiting WHERE place = ?").maybe<int>(place);
    if (known) return {};
    const Result<sync::OpenedSegment> opened = open_received(bytes, log);
    if (!opened) {
        // What only a newer program can read waits as well.
        const auto author = verify_key(log.id.author.node);
        const bool later = opened.error() == Errc::unsupported && author &&
                           find_key(log, header.key).has_value() &&
                           sync::verify_unread(bytes, *author, district(), understood);
        if (!later) return opened.error();
    }
    const auto held = store.database()
                          .statement(
                              "SELECT coalesce(sum(length(bytes)), 0) FROM waiting "
                              "WHERE node = ?")
                          .one<std::uint64_t>(peer.node);
    if (held + bytes.size() > waiting_bytes_max) return Errc::exhausted;
    writing([&] {
        store.database()
            .statement("INSERT INTO waiting VALUES(?, ?, ?, ?)")
            .run(place, header.last(), peer.node, bytes);
    });
    return {};
}

void Replica::State::take_waiting(const Peer& peer) {
    for (bool again = true; again;) {
        again = false;
        std::vector<std::pair<std::int64_t, Blob>> waiting;
        store.database()
            .statement("SELECT place, bytes FROM waiting WHERE node = ? ORDER BY place")
            .each<std::int64_t, Blob>(
                [&](std::int64_t place, Blob bytes) {
                    waiting.emplace_back(place, std::move(bytes));
                },
                peer.node);
        for (const auto& [place, bytes] : waiting) {
            const auto header = sync::peek(bytes);
            const Placement where = header ? place_as_told(bytes, *header) : Placement{};
            if (where.kind == Placement::Kind::gap) continue;
            writing([&] {
                // One that does not fit what came in between is let go, and missing again.
                const bool lost = planted::on(planted::Defect::early_segment_let_go);
                if (header && !lost) (void)take_segment(bytes, *header, where, peer);
                store.database().statement("DELETE FROM waiting WHERE place = ?").run(place);
            });
            again = true;
        }
    }
}

std::int64_t Replica::State::last_heard(const schema::NodeId& peer) {
    return store.database()
        .statement("SELECT coalesce(max(told_at), 0) FROM place WHERE node = ?")
        .one<std::int64_t>(peer);
}

/// Clocks are not to be trusted, but a log that went on in its epoch is newer by any clock.
void Replica::State::note_places(const sync::Hello& hello, const Peer& peer, bool live) {
    for (std::size_t i = 0; i < log_lane_count; ++i) {
        const LaneHead& head = hello.have[i];
        store.database()
            .statement(
                "INSERT INTO place VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(node, lane) "
                "DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, "
                "chain = excluded.chain, told_at = excluded.told_at "
                "WHERE ? OR excluded.told_at >= told_at "
                "OR (excluded.epoch = epoch AND excluded.seq > seq)")
            .run(peer.node, i + 1, head.epoch, head.seq, head.chain, hello.wall_ms, live);
    }
}

std::array<LaneHead, log_lane_count> Replica::State::places_of(const schema::NodeId& peer) {
    std::array<LaneHead, log_lane_count> places;
    store.database()
        .statement("SELECT lane, epoch, seq, chain FROM place WHERE node = ?")
        .each<std::size_t, std::uint64_t, std::uint64_t, sync::Hash16>(
            [&](std::size_t lane, std::uint64_t epoch, std::uint64_t seq, sync::Hash16 chain) {
                if (lane >= 1 && lane <= places.size()) places[lane - 1] = {epoch, seq, chain};
            },
            peer);
    return places;
}

std::vector<Gap> Replica::State::gaps_in(const sync::LogId& id, std::uint64_t last) {
    std::vector<Gap> gaps;
    const LogFacts* log = store.find_log(id);
    std::uint64_t reached = log == nullptr ? 0 : log->position.seq;
    const auto add_up_to = [&](std::uint64_t end) {
        if (end > reached) gaps.push_back({reached + 1, end});
    };
    if (log != nullptr) {
        store.database()
            .statement("SELECT place, last FROM waiting WHERE place BETWEEN ? AND ? ORDER BY place")
            .each<std::int64_t, std::uint64_t>(
                [&](std::int64_t place, std::uint64_t end) {
                    const auto first = static_cast<std::uint64_t>(place) & 0xFFFF'FFFF'FFFFU;
                    add_up_to(std::min(first - 1, last));
                    reached = std::max(reached, end);
                },
                log_place(log->ix, 0), log_place(log->ix + 1, 0) - 1);
    }
    add_up_to(last);
    return gaps;
}

}  // namespace jiuying::node
