// Writing: from a draft to a durable transaction.
#include "node/replica/replica_state.hpp"

#include "node/replica/shown.hpp"
#include "node/store/order_family.hpp"
#include "schema/appeal_rules.hpp"
#include "schema/assert.hpp"
#include "schema/planted.hpp"
#include "sync/merge/set_value.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::Field;
using schema::Merge;
using schema::Value;
using sync::Transaction;

/// The lines "+text" and "-text" of an edit of a set, as the change that does it.
std::string set_change(const std::string& lines, const LoadedRecord* record, const Field& field,
                       const sync::Authors& authors) {
    std::vector<sync::SetElement> live;
    if (record != nullptr) {
        const sync::FieldGraph* graph = sync::find_graph(record->state, field.id);
        if (graph != nullptr) live = sync::live_elements(record->state, *graph, authors);
    }
    sync::SetChange change;
    std::size_t at = 0;
    while (at < lines.size()) {
        const std::size_t end = std::min(lines.find('\n', at), lines.size());
        const std::string line = lines.substr(at, end - at);
        at = end + 1;
        if (line.size() < 2) continue;
        const std::string text = line.substr(1);
        // A text with line feeds in it, which no program of ours writes, is shown as its lines and
        // goes with any of them.
        const auto is_it = [&](const sync::SetElement& element) {
            return ('\n' + element.text + '\n').find('\n' + text + '\n') != std::string::npos;
        };
        if (line.front() == '-') {
            std::ranges::copy_if(live, std::back_inserter(change.removes), is_it);
        } else if (std::ranges::none_of(live, is_it)) {
            change.adds.push_back(text);
        }
    }
    const bool changes = !change.adds.empty() || !change.removes.empty();
    return changes ? sync::encode_set_change(change) : std::string();
}

/// Whether \p tx says anything personal on what was erased.
bool speaks_of_erased(Store& store, schema::Registry registry, const Transaction& tx) {
    if (store.erased().empty()) return false;
    const auto is_erased = [&](const std::optional<schema::RecordId>& id) {
        return id && store.erased().contains(*id);
    };
    for (std::size_t i = 0; i < tx.records.size(); ++i) {
        const sync::TouchedRecord& touched = tx.records[i];
        LoadedRecord* record = touched.created ? nullptr : store.find(touched.name);
        const schema::Entity* entity =
            record != nullptr ? record->entity : schema::find_entity(registry, touched.entity);
        bool erased = record != nullptr &&
                      (is_erased(record->state.id) || is_erased(whole_of(record->state)));
        const auto field = whole_field_of(touched.entity);
        for (const sync::Change& change : tx.changes) {
            const bool names = touched.created && change.record == i && field == change.field;
            erased = erased || (names && is_erased(record_in(change.value)));
        }
        if (!erased) continue;
        for (const sync::Change& change : tx.changes) {
            const bool meant = change.record == i && !schema::empty(change.value);
            if (meant && !schema::is_open(entity, change.field)) return true;
        }
    }
    return false;
}

/// Whether \p values leave an appeal, now \p record if it is one already, with nothing to read.
bool leaves_nothing(const std::vector<FieldValue>& values, const LoadedRecord* record,
                    const sync::Authors& authors) {
    using namespace schema::appeal;
    bool says = record == nullptr;
    const auto after = [&](schema::FieldId field) {
        const auto given = std::ranges::find(values, field, &FieldValue::field);
        if (given == values.end()) {
            return record == nullptr ? Value{} : shown_now(*record, field, authors);
        }
        says = true;
        return given->value;
    };
    const Value title_after = after(title);
    const Value text_after = after(schema::appeal::text);
    return says && schema::says_nothing(title_after, text_after);
}

}  // namespace

sync::LogId Replica::State::log_for(EntityId entity, ScopeIx scope) const {
    const sync::Author author = own_author();
    if (!is_hub()) return {author, sync::Stream::station, profile.scope};
    const schema::Entity* spec = schema::find_entity(registry, entity);
    if (spec != nullptr && spec->home == schema::Home::reference) {
        return {author, sync::Stream::reference, profile.district_scope};
    }
    const schema::ScopeId& id = store.scope_id(scope);
    if (id == profile.scope) return {author, sync::Stream::hub, id};
    return {author, sync::Stream::inbox, id};
}

/// A log of the present epoch. What its node wrote before in the same place comes before it.
LogFacts& Replica::State::start_log(const sync::LogId& id) {
    LogFacts* before = last_log(node, id.stream, id.scope);
    LogOrigin origin;
    if (before != nullptr && before->position.seq != 0) {
        origin.previous = before->ix;
        origin.predecessor = sync::Predecessor{before->id.author.epoch, before->position.seq,
                                               before->position.chain};
    }
    for (const auto& log : store.logs()) {
        const bool branch = log->origin.branch && log->id.author.node == node &&
                            log->id.stream == id.stream && log->id.scope == id.scope;
        if (branch) origin.known_branches.push_back(log->id.author.epoch);
    }
    LogFacts& log = store.log(id, sync::log_start(id, origin.predecessor).chain);
    log.origin = std::move(origin);
    if (log.origin.previous || !log.origin.known_branches.empty()) store.save_origin(log);
    return log;
}

OwnLog Replica::State::own_log(const sync::LogId& id) {
    OwnLog own_log;
    own_log.facts = store.find_log(id);
    if (own_log.facts == nullptr) own_log.facts = &start_log(id);
    if (const auto known = own_seqs.find(own_log.facts->ix); known != own_seqs.end()) {
        own_log.last_seq = known->second;
        return own_log;
    }
    const auto tail_last = store.database()
                               .statement(
                                   "SELECT place FROM tail WHERE place BETWEEN ? AND ? "
                                   "ORDER BY place DESC LIMIT 1")
                               .maybe<std::int64_t>(log_place(own_log.facts->ix, 0),
                                                    log_place(own_log.facts->ix + 1, 0) - 1);
    own_log.last_seq = tail_last ? static_cast<std::uint64_t>(*tail_last) & 0xFFFF'FFFF'FFFFU
                                 : own_log.facts->position.seq;
    own_seqs[own_log.facts->ix] = own_log.last_seq;
    return own_log;
}

std::uint8_t Replica::State::stamp(Transaction& tx) {
    clock.learn(clock_facts());
    const auto stamp = clock.issue(environment.now_ms());
    tx.hlc = stamp.hlc;
    tx.flags = stamp.suspect ? Transaction::clock_suspect : std::uint8_t{0};
    return stamp.suspect ? sync::Version::suspect : std::uint8_t{0};
}

Result<void> Replica::State::compose_new(const NewRecord& record, Transaction& tx,
                                         Committed& committed) {
    const schema::Entity* entity = schema::find_entity(registry, record.entity);
    if (entity == nullptr || entity->home == schema::Home::derived) return Errc::unknown_field;
    if (entity->home == schema::Home::reference && !is_hub()) return Errc::wrong_scope;
    if (tx.records.size() >= Transaction::records_max) return Errc::too_large;
    const bool silent = record.entity == EntityId::appeal &&
                        leaves_nothing(record.values, nullptr, store.authors());
    if (silent) return Errc::says_nothing;
    schema::RecordId id;
    if (record.id) {
        id = *record.id;
    } else {
        std::array<std::uint8_t, 10> random{};
        environment.random(random);
        id = schema::make_record_id(environment.now_ms(), random);
    }
    const auto place = static_cast<std::uint8_t>(tx.records.size());
    std::uint8_t ordinal = 0;
    for (const auto& touched : tx.records) {
        if (touched.created) ordinal = static_cast<std::uint8_t>(ordinal + 1);
    }
    tx.records.push_back({{{own, tx.txn}, ordinal}, true, record.entity, id});
    committed.records.push_back(id);
    for (const FieldValue& given : record.values) {
        const Field* field = schema::find_field(*entity, given.field);
        if (field == nullptr) return Errc::unknown_field;
        const bool ours =
            field->writer != (is_hub() ? schema::Writer::station : schema::Writer::hub);
        if (!ours) return Errc::wrong_scope;
        if (schema::empty(given.value)) continue;
        Value value = given.value;
        if (field->merge == Merge::set) {
            const std::string* lines = schema::text_of(value);
            if (lines == nullptr) return Errc::malformed;
            const std::string change = set_change(*lines, nullptr, *field, store.authors());
            if (change.empty()) continue;
            if (const Result<void> fits = sync::check_set_change(change, field->max); !fits)
                return fits.error();
            value = change;
        } else if (const Result<void> fits = schema::check_value(*field, value); !fits) {
            return fits.error();
        }
        tx.changes.push_back({place, given.field, {}, std::move(value)});
    }
    return {};
}

Result<void> Replica::State::compose_edit(const Edit& edit, Transaction& tx,
                                          std::optional<ScopeIx>& scope, EntityId& entity_id) {
    const auto name = store.find_name(edit.record);
    LoadedRecord* record = name ? store.find(*name) : nullptr;
    if (record == nullptr || record->entity == nullptr) return Errc::not_found;
    if (record->entity->home == schema::Home::reference && !is_hub()) return Errc::wrong_scope;
    if (scope && *scope != record->scope) return Errc::wrong_scope;
    const bool at_home = store.scope_id(record->scope) == profile.scope ||
                         record->entity->home == schema::Home::reference;
    std::vector<sync::Change> changes;
    const auto place = static_cast<std::uint8_t>(tx.records.size());
    for (const FieldValue& given : edit.values) {
        const Field* field = schema::find_field(*record->entity, given.field);
        if (field == nullptr) return Errc::unknown_field;
        const auto other = is_hub() ? schema::Writer::station : schema::Writer::hub;
        if (field->writer == other || (field->writer == schema::Writer::home && !at_home)) {
            return Errc::wrong_scope;
        }
        // Of an order of another station only what anyone may say.
        if (!is_hub() && !at_home && field->writer != schema::Writer::any) return Errc::wrong_scope;
        if (field->merge == Merge::append) return Errc::wrong_scope;  // Written once.
        if (field->merge == Merge::set) {
            const std::string* lines = schema::text_of(given.value);
            const std::string change =
                lines == nullptr ? "" : set_change(*lines, record, *field, store.authors());
            if (change.empty()) continue;
            if (const Result<void> fits = sync::check_set_change(change, field->max); !fits)
                return fits.error();
            changes.push_back({place, given.field, {}, change});
            continue;
        }
        if (const Result<void> fits = schema::check_value(*field, given.value); !fits) {
            return fits.error();
        }
        const sync::FieldGraph* graph = sync::find_graph(record->state, given.field);
        sync::Bases bases =
            given.bases && !planted::on(planted::Defect::bases_of_now)
                ? *given.bases
                : sync::bases_for(record->state, given.field, field->merge, store.authors());
        if (!given.bases) {
            // The same value again is no edit, unless it settles between several heads.
            const bool same = graph == nullptr
                                  ? schema::empty(given.value)
                                  : bases.size() == 1 && sync::view(record->state, *graph,
                                                                    field->merge, store.authors())
                                                                 .shown->value == given.value;
            if (same) continue;
        }
        changes.push_back({place, given.field, std::move(bases), given.value});
    }
    if (changes.empty()) return {};
    const bool silent = record->state.entity == EntityId::appeal &&
                        leaves_nothing(edit.values, record, store.authors());
    if (silent) return Errc::says_nothing;
    if (tx.records.size() >= Transaction::records_max) return Errc::too_large;
    tx.records.push_back({record->state.name, false, {}, {}});
    tx.changes.insert(tx.changes.end(), changes.begin(), changes.end());
    scope = record->scope;
    entity_id = record->state.entity;
    return {};
}

/// Notes and such have the home of the order that they name; the rest is the own desk's.
ScopeIx Replica::State::home_of_new(const std::vector<NewRecord>& records) {
    for (const NewRecord& record : records) {
        const auto field = order_field_of(record.entity);
        for (const FieldValue& given : record.values) {
            const auto order = field && given.field == *field ? record_in(given.value)
                                                              : std::optional<schema::RecordId>{};
            const LoadedRecord* appeal = order ? find_appeal(*order) : nullptr;
            if (appeal != nullptr) return appeal->scope;
        }
    }
    return store.scope(profile.scope);
}

/// Says of a station's transaction on an order of another home whose it is. One order at a time:
/// when the station lets go of it, the whole transaction goes.
Result<void> Replica::State::file(Transaction& tx, EntityId entity, ScopeIx scope) {
    if (is_hub() || store.scope_id(scope) == profile.scope) return {};
    const schema::Entity* spec = schema::find_entity(registry, entity);
    if (spec != nullptr && spec->home == schema::Home::reference) return {};
    if (!only_order_of(tx, scope)) return Errc::wrong_scope;
    tx.origin = sync::Origin{{own, tx.txn}, store.scope_id(scope)};
    return {};
}

void Replica::State::require_room() {
    if (environment.has_room(path)) return;
    throw sqlite::Error(SQLITE_FULL, 0, "room for records");
}

Result<Committed> Replica::State::write(const Draft& draft) {
    // An audit row is part of reading, too.
    const bool audit =
        draft.edits.empty() && std::ranges::all_of(draft.records, [](const NewRecord& record) {
            return record.entity == EntityId::audit;
        });
    if (!audit) require_room();
    return writing([&]() -> Result<Committed> {
        settle_file();
        Committed committed;
        Transaction tx;
        tx.txn = last_txn + 1;
        tx.actor = draft.actor;
        std::optional<ScopeIx> scope;
        EntityId entity{};
        for (const Edit& edit : draft.edits) {
            const Result<void> composed = compose_edit(edit, tx, scope, entity);
            if (!composed) return composed.error();
        }
        for (const NewRecord& record : draft.records) {
            const Result<void> composed = compose_new(record, tx, committed);
            if (!composed) return composed.error();
            entity = record.entity;
        }
        if (tx.records.empty()) return committed;
        if (speaks_of_erased(store, registry, tx)) return Errc::erased;
        if (!scope) {
            const schema::Entity* spec = schema::find_entity(registry, entity);
            scope = spec->home == schema::Home::reference ? store.scope(profile.district_scope)
                    : draft.scope                         ? store.scope(*draft.scope)
                                                          : home_of_new(draft.records);
        }
        if (const Result<void> filed = file(tx, entity, *scope); !filed) return filed.error();
        const std::uint8_t flags = stamp(tx);
        sync::canonicalize(tx, store.authors());
        if (const Result<void> fits = sync::check(tx, store.authors(), own); !fits) {
            return fits.error();
        }
        const sync::EncodedTransaction encoded = sync::encode(tx, store.authors(), own);
        const OwnLog log = own_log(log_for(entity, *scope));
        store.database()
            .statement("INSERT INTO tail VALUES(?, ?, ?, ?)")
            .run(log_place(log.facts->ix, log.last_seq + 1), tx.txn, encoded.public_part,
                 encoded.private_part);
        own_seqs[log.facts->ix] = log.last_seq + 1;
        apply(tx, own, *scope, flags);
        last_txn = tx.txn;
        committed.txn = tx.txn;
        return committed;
    });
}

Replica::Batch::Batch(Replica& replica) : replica_(replica) {
    replica_.state_->may_have_changed = false;
    replica_.state_->store.begin();
}

Replica::Batch::~Batch() {
    Store& store = replica_.state_->store;
    if (!open_ || !store.in_transaction()) return;
    replica_.state_->snapshot_in_writing.reset();
    try {
        store.rollback();
    } catch (const sqlite::Error&) {
        // The disk fails; the next call tries again, and says so if it still does.
    }
}

void Replica::Batch::commit() {
    State& state = *replica_.state_;
    JY_ASSERT(open_);
    open_ = false;
    try {
        if (state.may_have_changed) {
            state.finish();
        } else {
            state.store.commit();
        }
    } catch (...) {
        state.snapshot_in_writing.reset();  // It may count what was not kept.
        state.store.rollback();
        throw;
    }
    // A session ends inside of its last one.
    state.scrub();
}

}  // namespace jiuying::node
