#include "node/replica/late_segments.hpp"

#include "node/replica/roster_book.hpp"
#include "node/replica/shown.hpp"
#include "sync/crypto/hash.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using Blob = std::vector<std::uint8_t>;

/// Of one machine. More stays on its stick, which names it as missing.
constexpr std::uint64_t late_bytes_max = std::uint64_t{64} << 20U;

/// The text that \p tx gives to a field of its record \p at; empty if none.
std::string text_of(const sync::Transaction& tx, std::size_t at, schema::FieldId field) {
    for (const sync::Change& change : tx.changes) {
        if (change.record != at || change.field != field) continue;
        const std::string* text = schema::text_of(change.value);
        return text == nullptr ? std::string{} : *text;
    }
    return {};
}

}  // namespace

bool LateSegments::is_late(sync::View bytes, const sync::SegmentHeader& header,
                           const Replica::Peer& peer) {
    Replica::State& state = *replica_.state_;
    if (header.log.author.node != peer.node) return false;
    const LogFacts* log = state.store.find_log(header.log);
    if (log != nullptr && state.is_kept(*log, bytes, header)) return false;
    const auto entry = Replica::State::RosterBook(state).entry_of(peer.node);
    const sync::RosterCut cut = entry && entry->cut ? *entry->cut : sync::RosterCut{};
    if (header.log.author.epoch != cut.epoch || header.last() > cut.seq) return true;
    // A hub that was put back takes again what it had, but no second chain: a thief can put the
    // machine back to an old state, too, and number anew what he writes.
    if (header.last() == cut.seq && header.after().chain != cut.chain) return true;
    return state.place_as_told(bytes, header).kind == Placement::Kind::branch;
}

LateSegments::Kept LateSegments::keep(sync::View bytes, const sync::SegmentHeader& header,
                                      const Replica::Peer& peer) {
    Replica::State& state = *replica_.state_;
    sqlite::Database& db = state.store.database();
    const LogFacts* log = state.store.find_log(header.log);
    const bool ours = log != nullptr && state.is_lane_of(log->id, sync::Lane::station, peer);
    if (!ours) return Kept::unsound;
    const auto hash = sync::blake2b_128({bytes});
    if (db.statement("SELECT 1 FROM late_segment WHERE hash = ?").maybe<int>(hash)) {
        return Kept::known;
    }
    if (!state.open_received(bytes, *log)) return Kept::unsound;
    const auto held = db.statement(
                            "SELECT coalesce(sum(length(bytes)), 0) FROM late_segment "
                            "WHERE node = ?")
                          .one<std::uint64_t>(peer.node);
    if (held + bytes.size() > late_bytes_max) return Kept::too_much;
    state.writing([&] {
        db.statement("INSERT INTO late_segment VALUES(NULL, ?, ?, ?, ?, ?, ?, 0, 0, '', '', ?)")
            .run(hash, peer.node, log->ix, header.first, header.last(), state.environment.now_ms(),
                 bytes);
        state.raise_alarm(schema::alarm::late_words, peer.node, peer.scope);
    });
    return Kept::kept;
}

std::vector<LateSegment> LateSegments::list() {
    std::vector<LateSegment> all;
    replica_.state_->store.database()
        .statement(
            "SELECT s.id, s.node, coalesce(p.code, ''), s.first, s.last, s.arrived_at, s.ruling, "
            "s.ruled_at, s.ruled_by, s.reason FROM late_segment s LEFT JOIN peer p ON p.node = "
            "s.node ORDER BY s.ruling <> 0, s.node, s.log, s.first, s.id")
        .each<std::uint64_t, schema::NodeId, std::string, std::uint64_t, std::uint64_t,
              std::int64_t, std::uint8_t, std::int64_t, std::string, std::string>(
            [&](std::uint64_t id, schema::NodeId node, std::string station, std::uint64_t first,
                std::uint64_t last, std::int64_t arrived, std::uint8_t ruling,
                std::int64_t ruled_at, std::string by, std::string reason) {
                all.push_back({id, node, std::move(station), first, last, arrived,
                               LateRuling{ruling}, ruled_at, std::move(by), std::move(reason)});
            });
    return all;
}

Result<std::vector<LateRecord>> LateSegments::contents(std::uint64_t id) {
    Replica::State& state = *replica_.state_;
    const auto row = state.store.database()
                         .statement("SELECT node, bytes FROM late_segment WHERE id = ?")
                         .maybe<schema::NodeId, Blob>(id);
    if (!row) return Errc::not_found;
    const auto& [node, bytes] = *row;
    const auto header = sync::peek(bytes);
    if (!header) return header.error();
    const LogFacts* log = state.store.find_log(header->log);
    if (log == nullptr) return Errc::not_found;
    const auto opened = state.open_received(bytes, *log);
    if (!opened) return opened.error();
    std::vector<LateRecord> records;
    for (const sync::Transaction& tx : opened->transactions) {
        for (std::size_t i = 0; i < tx.records.size(); ++i) {
            const sync::TouchedRecord& touched = tx.records[i];
            LateRecord record;
            const LoadedRecord* known = touched.created ? nullptr : state.store.find(touched.name);
            const schema::EntityId kind = known != nullptr ? known->state.entity : touched.entity;
            const schema::Entity* entity = schema::find_entity(state.registry, kind);
            record.entity = entity == nullptr ? "" : std::string{entity->name};
            record.created = touched.created;
            record.id = known != nullptr ? known->state.id : touched.id;
            record.written_at = static_cast<std::int64_t>(sync::wall_ms(tx.hlc));
            if (kind == schema::EntityId::appeal) {
                record.number = known != nullptr ? printed_number(*known)
                                                 : text_of(tx, i, schema::appeal::number);
                record.title = text_of(tx, i, schema::appeal::title);
            }
            records.push_back(std::move(record));
        }
    }
    state.store.forget_loaded();
    return records;
}

Result<std::size_t> LateSegments::take(std::uint64_t id, const std::string& actor,
                                       const std::string& reason) {
    Replica::State& state = *replica_.state_;
    sqlite::Database& db = state.store.database();
    const auto wanted = db.statement(
                              "SELECT node, log, first, ruling FROM late_segment "
                              "WHERE id = ?")
                            .maybe<schema::NodeId, std::uint32_t, std::uint64_t, std::uint8_t>(id);
    if (!wanted) return Errc::not_found;
    const auto& [node, log, upto, ruling] = *wanted;
    if (LateRuling{ruling} == LateRuling::taken) return Errc::wrong_state;
    std::vector<std::pair<std::uint64_t, Blob>> segments;
    db.statement(
          "SELECT id, bytes FROM late_segment WHERE node = ? AND log = ? AND first <= ? AND "
          "(ruling = 0 OR id = ?) ORDER BY first, id")
        .each<std::uint64_t, Blob>(
            [&](std::uint64_t one, Blob bytes) { segments.emplace_back(one, std::move(bytes)); },
            node, log, upto, id);
    std::size_t taken = 0;
    for (const auto& [one, bytes] : segments) {
        const auto header = sync::peek(bytes);
        if (!header) return Errc::malformed;
        const auto answer =
            replica_.deliver({sync::Lane::station, bytes}, {node, header->log.scope});
        if (std::holds_alternative<sync::DeliveryFailed>(answer)) return Errc::out_of_order;
        state.writing([&, number = one] { rule(number, LateRuling::taken, actor, reason); });
        ++taken;
    }
    return taken;
}

Result<void> LateSegments::leave(std::uint64_t id, const std::string& actor,
                                 const std::string& reason) {
    Replica::State& state = *replica_.state_;
    const auto ruling = state.store.database()
                            .statement("SELECT ruling FROM late_segment WHERE id = ?")
                            .maybe<std::uint8_t>(id);
    if (!ruling) return Errc::not_found;
    if (LateRuling{*ruling} == LateRuling::taken) return Errc::wrong_state;
    state.writing([&] { rule(id, LateRuling::left, actor, reason); });
    return {};
}

void LateSegments::rule(std::uint64_t id, LateRuling ruling, const std::string& actor,
                        const std::string& reason) {
    Replica::State& state = *replica_.state_;
    replica_.audit({actor, ruling == LateRuling::taken ? "quarantine.take" : "quarantine.leave",
                    std::to_string(id), schema::audit::done, reason});
    state.store.database()
        .statement(
            "UPDATE late_segment SET ruling = ?, ruled_at = ?, ruled_by = ?, reason = ? "
            "WHERE id = ?")
        .run(static_cast<int>(ruling), state.environment.now_ms(), actor, reason, id);
}

}  // namespace jiuying::node
