// What the hub cannot accept of what a station sent. Design section 4.
#include "node/replica/order_desk.hpp"
#include "node/replica/unit_arrivals.hpp"
#include "node/store/order_family.hpp"
#include "schema/assert.hpp"
#include "schema/planted.hpp"
#include "sync/merge/byte_text.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::Writer;
using sync::Transaction;

/// A stamp further off than this is wrong, not just imprecise: it never wins by being wrong.
constexpr std::int64_t offset_limit_ms = 10 * 60 * 1000;

std::string bytes_of(const schema::RecordId& id) { return {id.bytes.begin(), id.bytes.end()}; }
std::int64_t as_number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

std::string author_bytes(const sync::Author& author) {
    std::string bytes(author.node.bytes.begin(), author.node.bytes.end());
    sync::put_fixed64(bytes, author.epoch);
    return bytes;
}

/// \p at_home: whether the record is of the scope in whose log the station writes.
bool station_may_write(const schema::Field& field, bool home_is_hub, bool at_home) {
    if (!at_home) return field.writer == Writer::any;
    if (field.writer == Writer::hub) return false;
    return field.writer != Writer::home || !home_is_hub;
}

}  // namespace

void Replica::State::judge_and_apply(const std::vector<Transaction>& transactions,
                                     const LogFacts& log, const Peer& peer) {
    std::vector<NewRecord> judgements;
    const std::string author = author_bytes(log.id.author);
    for (const ClockRun& run : wrong_clocks(transactions, peer)) {
        add_mark(log.author, run.first, run.last, sync::Version::suspect);
        using namespace schema::clock_verdict;
        judgements.push_back({EntityId::clock_verdict,
                              {{schema::clock_verdict::author, author},
                               {first_txn, as_number(run.first)},
                               {schema::clock_verdict::last_txn, as_number(run.last)},
                               {offset_ms, run.offset_ms}}});
    }
    std::vector<bool> rejected(transactions.size());
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        const Transaction& tx = transactions[i];
        const auto fault = rights_fault(tx, log.author, log.scope);
        rejected[i] = fault.has_value();
        auto flags = flags_of(tx);
        if (fault) {
            flags = static_cast<std::uint8_t>(flags | rejected_for(fault->reason));
            using namespace schema::rejection;
            judgements.push_back({EntityId::rejection,
                                  {{schema::rejection::author, author},
                                   {txn, as_number(tx.txn)},
                                   {reason, fault->reason},
                                   {record, bytes_of(fault->record)}}});
        }
        apply(tx, log.author, log.scope, flags);
    }
    store.flush();
    const Arrivals arrivals(transactions, rejected);
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        if (rejected[i]) continue;
        if (planted::on(planted::Defect::notice_of_last_only) && i + 1 != transactions.size())
            continue;
        for (const Fault& fault : content_faults(transactions[i], arrivals, i)) {
            using namespace schema::notice;
            judgements.push_back({EntityId::notice,
                                  {{schema::notice::author, author},
                                   {txn, as_number(transactions[i].txn)},
                                   {record, bytes_of(fault.record)},
                                   {field, std::int64_t{fault.field}},
                                   {reason, fault.reason}}});
        }
    }
    write_in_scope(std::move(judgements), peer.scope);
    tell_numbers_apart(transactions, rejected, arrivals);
}

/// Each transaction is judged by its own stamp, wherever a segment was cut: one wrong stamp, or a
/// clock that is wrong now, says nothing of what was written before it broke. A clock that fell
/// back marks its own stamps, which then stand at its floor, and never wins by being wrong.
std::vector<ClockRun> Replica::State::wrong_clocks(const std::vector<Transaction>& transactions,
                                                   const Peer& peer) {
    const std::int64_t now = environment.now_ms();
    // Where the clock is known to run ahead, nothing after now is just imprecise.
    const bool runs_ahead = offset_of(peer.node).value_or(0) > offset_limit_ms;
    const std::int64_t latest = runs_ahead ? now : now + offset_limit_ms;
    std::vector<ClockRun> runs;
    bool running = false;
    for (const Transaction& tx : transactions) {
        const auto stamp = static_cast<std::int64_t>(sync::wall_ms(tx.hlc));
        const bool goes_on = running;
        running = stamp > latest;
        if (!running) continue;
        if (!goes_on) runs.push_back({tx.txn, tx.txn, 0});
        runs.back().last = tx.txn;
        runs.back().offset_ms = std::max(runs.back().offset_ms, stamp - now);
    }
    return runs;
}

std::optional<Fault> Replica::State::rights_fault(const Transaction& tx, sync::AuthorIx author,
                                                  ScopeIx scope) {
    std::vector<const LoadedRecord*> records;
    std::vector<const schema::Entity*> entities;
    const auto home = business_of(tx, scope);
    if (!home) {
        const bool named = !tx.records.empty() && tx.records.front().created;
        const auto* record = tx.records.empty() ? nullptr : store.find(tx.records.front().name);
        return Fault{schema::rejection::wrong_scope,
                     named               ? tx.records.front().id
                     : record != nullptr ? record->state.id
                                         : schema::RecordId{},
                     0};
    }
    for (const sync::TouchedRecord& touched : tx.records) {
        if (touched.created) {
            const schema::Entity* entity = schema::find_entity(registry, touched.entity);
            if (entity != nullptr && entity->home != schema::Home::scope) {
                return Fault{schema::rejection::wrong_scope, touched.id, 0};
            }
            // The transaction that makes a record names it: another name is another's record.
            if (!(touched.name.creation == sync::Dot{author, tx.txn})) {
                return Fault{schema::rejection::wrong_scope, touched.id, 0};
            }
            // Ids that all know must not come to mean something else.
            const auto name =
                entity == nullptr ? std::nullopt : store.find_name(touched.id, *entity);
            const bool taken = (name && !(*name == touched.name)) || is_reference_id(touched.id);
            if (taken) return Fault{schema::rejection::record_taken, touched.id, 0};
            records.push_back(nullptr);
            entities.push_back(entity);
            continue;
        }
        const LoadedRecord* record = store.find(touched.name);
        if (record == nullptr) return Fault{schema::rejection::unknown_record, {}, 0};
        if (record->scope != *home)
            return Fault{schema::rejection::wrong_scope, record->state.id, 0};
        if (OrderDesk(*this).is_archived(*record))
            return Fault{schema::rejection::read_only, record->state.id, 0};
        records.push_back(record);
        entities.push_back(record->entity);
    }
    for (const sync::Change& change : tx.changes) {
        const LoadedRecord* record = records[change.record];
        const sync::TouchedRecord& touched = tx.records[change.record];
        const schema::RecordId id = record == nullptr ? touched.id : record->state.id;
        const schema::Entity* entity = entities[change.record];
        const schema::Field* field =
            entity == nullptr ? nullptr : schema::find_field(*entity, change.field);
        const bool home_is_hub =
            store.authors()[touched.name.creation.author].node == profile.hub.node;
        if (field != nullptr && !station_may_write(*field, home_is_hub, *home == scope)) {
            return Fault{schema::rejection::field_of_other_side, id, change.field};
        }
        // Written once, with its record: nobody adds to it or puts another in its place.
        if (field != nullptr && field->merge == schema::Merge::append && record != nullptr) {
            return Fault{schema::rejection::written_once, id, change.field};
        }
        const auto forged = [&](sync::Dot base) {
            return is_forged(base, {author, tx.txn}, scope, record);
        };
        if (std::ranges::any_of(change.bases, forged)) {
            return Fault{schema::rejection::forged_base, id, change.field};
        }
    }
    return UnitArrivals(*this).fault(tx, scope);
}

/// Whether \p base can't be a version that the author of \p by saw on \p record (null: a record
/// that this very transaction makes). A base that never arrives would leave its field awaited for
/// ever, and a conflict there unasked.
bool Replica::State::is_forged(sync::Dot base, sync::Dot by, ScopeIx by_scope,
                               const LoadedRecord* record) {
    if (record == nullptr) return true;  // Nobody could have written on it before.
    if (base.author == by.author) return base.txn >= by.txn;
    const schema::NodeId& writer = store.authors()[base.author].node;
    const bool here = std::ranges::any_of(record->state.touches, [&](const sync::Touches& touches) {
        if (planted::on(planted::Defect::base_check_of_newest))
            return touches.author == base.author && touches.txns.back() == base.txn;
        return touches.author == base.author && std::ranges::binary_search(touches.txns, base.txn);
    });
    // What the hub wrote, in this epoch or a closed one, is all here, and what it forwarded, too;
    // but once it was put back to an older state, what it lost is yet to come back.
    if (here) return false;
    if (planted::on(planted::Defect::future_base_believed)) return false;
    // The hub writes a log for each scope.
    const bool by_hub = writer == profile.hub.node;
    const bool held = std::ranges::any_of(store.logs(), [&](const auto& log) {
        return log->author == base.author && base.txn <= log->txn &&
               (!by_hub || log->scope == record->scope);
    });
    if (by_hub) {
        return held || base.author == own || lost_epochs().empty();
    }
    // A node of the same station, in any of its epochs, may have versions that are still on their
    // way. Whatever else the station could see it has from here.
    const auto scope = store.database()
                           .statement("SELECT scope FROM peer WHERE node = ?")
                           .maybe<schema::ScopeId>(writer);
    if (scope && *scope == store.scope_id(by_scope)) return false;
    // But a hub that was put back may have lost what it passed on; its writer gives it again.
    return !scope || held || lost_epochs().empty();
}

/// In whose scope a station that writes in \p scope may do what \p tx does: its own, or the home
/// of an order that is shared to it, or was when it acted. Nothing: it has no business there.
std::optional<ScopeIx> Replica::State::business_of(const Transaction& tx, ScopeIx scope) {
    if (tx.origin) {
        const auto home = store.find_scope(tx.origin->scope);
        const auto order = home ? only_order_of(tx, *home) : std::nullopt;
        if (planted::on(planted::Defect::forged_origin_believed)) return home;
        if (!order || !was_shared(*order, scope)) return std::nullopt;
        return home;
    }
    // In its own scope it does not speak of orders of another home.
    for (const sync::Change& change : tx.changes) {
        const sync::TouchedRecord& touched = tx.records[change.record];
        const auto field = touched.created ? order_field_of(touched.entity) : std::nullopt;
        if (!field || change.field != *field) continue;
        const auto order = record_in(change.value);
        const LoadedRecord* appeal = order ? find_appeal(*order) : nullptr;
        if (appeal != nullptr && appeal->scope != scope) return std::nullopt;
    }
    return scope;
}

/// From memory: it is asked for every record that a station makes.
bool Replica::State::is_reference_id(const schema::RecordId& id) {
    if (!reference_ids) {
        reference_ids.emplace();
        store.flush();  // Also those of this very commit.
        for (const schema::Entity& entity : registry) {
            if (entity.home != schema::Home::reference) continue;
            store.database()
                .prepare("SELECT id FROM " + sql_name(entity.name))
                .each<schema::RecordId>(
                    [&](const schema::RecordId& known) { reference_ids->insert(known); });
        }
    }
    return reference_ids->contains(id);
}

void Replica::State::write_in_scope(std::vector<NewRecord> records, const schema::ScopeId& scope) {
    if (records.empty()) return;
    // One transaction a judgement keeps each well under the size limit.
    for (NewRecord& record : records) {
        Draft draft;
        draft.actor = "hub";
        draft.scope = scope;
        draft.records.push_back(std::move(record));
        const Result<Committed> written = write(draft);
        JY_ASSERT(written.has_value());
    }
}

}  // namespace jiuying::node
