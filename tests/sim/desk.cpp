#include "tests/sim/desk.hpp"

#include "sync/crypto/bytes.hpp"

#include <algorithm>
#include <array>

namespace jiuying::sim {
namespace {

using node::Committed;
using node::FieldValue;
using node::Replica;
using schema::EntityId;
using schema::RecordId;

constexpr const char* actor = "clerk";

void append_utf8(std::string& text, std::uint32_t han) {
    text.push_back(static_cast<char>(0xE0U | (han >> 12U)));
    text.push_back(static_cast<char>(0x80U | ((han >> 6U) & 0x3FU)));
    text.push_back(static_cast<char>(0x80U | (han & 0x3FU)));
}

std::string text_in(const std::vector<FieldValue>& values, schema::FieldId field) {
    const auto at = std::ranges::find(values, field, &FieldValue::field);
    const std::string* text = at == values.end() ? nullptr : schema::text_of(at->value);
    return text == nullptr ? std::string() : *text;
}

std::vector<Write> fresh_writes(const std::vector<FieldValue>& values, Ms now) {
    std::vector<Write> writes;
    for (const FieldValue& given : values) {
        if (!schema::empty(given.value)) writes.push_back({{}, given.field, given.value, {}, now});
    }
    return writes;
}

}  // namespace

std::string Desk::words(std::size_t characters) {
    std::string text = "第" + std::to_string(++serial_) + "号";
    constexpr std::uint32_t first_han = 0x4E00;
    for (std::size_t i = 0; i < characters; ++i) {
        append_utf8(text, first_han + static_cast<std::uint32_t>(world_.dice().below(8000)));
    }
    return text;
}

/// All that a failed save must leave as it was.
std::string Desk::fingerprint(SimNode& node) {
    std::string all = std::to_string(node->status().appeals);
    for (const auto& other : world_.nodes()) {
        const node::DigestFacts facts = node->digest(other->profile.scope);
        all += " " + sync::hex_encode(facts.digest);
        for (const auto& [author, seq] : facts.heads) all += "," + author + std::to_string(seq);
    }
    return all;
}

std::optional<Committed> Desk::save(SimNode& node, const Save& work) {
    if (!node.up()) return std::nullopt;
    const std::string before = fingerprint(node);
    std::optional<Result<Committed>> answer;
    const Outcome outcome =
        world_.attempt(node, [&](Replica& replica) { answer.emplace(work(replica)); });
    if (outcome == Outcome::died) world_.tally().count(Happening::killed_inside_save);
    if (outcome == Outcome::failed) {
        world_.tally().count(Happening::save_refused_by_disk);
        if (fingerprint(node) != before) {
            throw Violation("a save that failed at " + node.code + " left something in memory");
        }
    }
    if (outcome != Outcome::done || !*answer) return std::nullopt;
    return **answer;
}

void Desk::record_writes(SimNode& node, const Committed& committed, const RecordId& record,
                         std::vector<Write> writes) {
    KnownRecord& known = oracle_.records.at(record);
    for (Write& write : writes) {
        write.key = {node.code, committed.txn};
        known.writes.push_back(std::move(write));
    }
    oracle_.last_txn[node.code] = committed.txn;
}

std::optional<RecordId> Desk::register_appeal(SimNode& node, std::vector<FieldValue> values) {
    std::vector<Write> writes = fresh_writes(values, world_.now());
    const std::string title = text_in(values, schema::appeal::title);
    if (!node.up()) return std::nullopt;
    const auto committed =
        save(node, [&](Replica& replica) { return replica.register_appeal(actor, values); });
    if (!committed) {
        oracle_.limbo.push_back({node.code, title});
        return std::nullopt;
    }
    world_.tally().count(Happening::appeal_registered);
    const RecordId id = committed->records.front();
    oracle_.records[id] = {EntityId::appeal, node.code, committed->number, {}};
    writes.push_back({{}, schema::appeal::number, committed->number, {}, world_.now()});
    record_writes(node, *committed, id, std::move(writes));
    return id;
}

std::optional<RecordId> Desk::register_appeal(SimNode& node, const std::string& title,
                                              const std::string& phone) {
    std::vector<FieldValue> values{{schema::appeal::type, std::int64_t{3}},
                                   {schema::appeal::title, title}};
    if (!phone.empty()) values.push_back({schema::appeal::phone, phone});
    return register_appeal(node, std::move(values));
}

bool Desk::change(SimNode& node, const RecordId& record, const node::Draft& draft,
                  std::vector<Write> writes) {
    const auto committed = save(node, [&](Replica& replica) { return replica.commit(draft); });
    if (committed && committed->txn == 0) return false;  // Nothing was changed by it.
    if (committed) {
        record_writes(node, *committed, record, std::move(writes));
        return true;
    }
    // It may come to light after a crash, then under the number it would have had.
    for (Write& write : writes) {
        write.key = {node.code, 0};
        write.after_txn = oracle_.last_txn[node.code];
        oracle_.records.at(record).writes.push_back(std::move(write));
    }
    return false;
}

bool Desk::edit(SimNode& node, const RecordId& record, std::vector<FieldValue> values) {
    if (!node.up()) return false;
    const auto view = node->show(record, true);
    if (!view) return false;
    const EntityId entity = oracle_.records.at(record).entity;
    std::vector<Write> writes;
    for (const FieldValue& given : values) {
        const schema::Value* shown = view->find(given.field);
        const bool same = shown == nullptr ? schema::empty(given.value) : *shown == given.value;
        writes.push_back({{},
                          given.field,
                          given.value,
                          oracle_.known_at(node.code, *view, given.field),
                          world_.now(),
                          same});
    }
    const auto hubs = std::ranges::find(writes, schema::appeal::complexity, &Write::field);
    if (hubs != writes.end() && !node.is_hub() && entity == EntityId::appeal) {
        const bool sure = !hubs->may_be_none;
        for (Write& write : writes) {
            write.to_be_rejected = sure ? std::optional(true) : std::nullopt;
        }
    }
    node::Draft draft;
    draft.actor = actor;
    draft.edits.push_back({record, std::move(values)});
    const bool saved = change(node, record, draft, std::move(writes));
    const bool reference = oracle_.records.at(record).home.empty();
    if (saved) {
        world_.tally().count(reference ? Happening::reference_edited : Happening::field_edited);
    }
    return saved;
}

bool Desk::add_note(SimNode& node, const RecordId& appeal, const std::string& text) {
    const bool added =
        add_about(node, appeal, EntityId::note,
                  {{schema::note::order, std::string(appeal.bytes.begin(), appeal.bytes.end())},
                   {schema::note::text, text}});
    if (added) world_.tally().count(Happening::note_added);
    return added;
}

bool Desk::add_about(SimNode& node, const RecordId& appeal, EntityId entity,
                     const std::vector<FieldValue>& values) {
    if (!node.up()) return false;
    const auto view = node->show(appeal, false);
    if (!view) return false;
    node::Draft draft;
    draft.actor = actor;
    draft.scope = view->scope;
    draft.records.push_back({entity, values});
    const auto committed = save(node, [&](Replica& replica) { return replica.commit(draft); });
    if (!committed) return false;
    const RecordId id = committed->records.front();
    oracle_.records[id] = {entity, oracle_.records.at(appeal).home, "", {}};
    record_writes(node, *committed, id, fresh_writes(values, world_.now()));
    return true;
}

bool Desk::act(SimNode& node, const RecordId& order, const std::string& who,
               const schema::WorkOrderEvent& event) {
    std::optional<schema::GuardFailure> refused;
    const auto committed = save(node, [&](Replica& replica) -> Result<Committed> {
        const auto acted = replica.act(who, order, event);
        if (!acted) return acted.error();
        refused = acted->refused;
        Committed written;
        written.txn = acted->txn;
        written.records = {acted->event};
        return written;
    });
    if (!committed || refused) return false;
    world_.tally().count(Happening::order_step);
    const std::vector<FieldValue> values{
        {schema::work_order_event::order, std::string(order.bytes.begin(), order.bytes.end())},
        {schema::work_order_event::kind, static_cast<std::int64_t>(event.kind)}};
    const RecordId id = committed->records.front();
    oracle_.records[id] = {EntityId::work_order_event, oracle_.records.at(order).home, "", {}};
    record_writes(node, *committed, id, fresh_writes(values, world_.now()));
    return true;
}

std::optional<RecordId> Desk::add_record(SimNode& node, EntityId entity,
                                         std::vector<FieldValue> values) {
    node::Draft draft;
    draft.actor = actor;
    draft.records.push_back({entity, values});
    const auto committed = save(node, [&](Replica& replica) { return replica.commit(draft); });
    if (!committed) return std::nullopt;
    const schema::Entity* spec = schema::find_entity(node.registry, entity);
    const bool reference = spec->home == schema::Home::reference;
    const RecordId id = committed->records.front();
    oracle_.records[id] = {entity, reference ? "" : node.code, "", {}};
    record_writes(node, *committed, id, fresh_writes(values, world_.now()));
    if (reference) world_.tally().count(Happening::reference_edited);
    return id;
}

bool Desk::import(SimNode& node, std::size_t appeals, std::size_t characters) {
    if (!node.up()) return false;
    struct Row {
        std::vector<FieldValue> values;
        Committed committed;
    };
    std::vector<Row> rows;
    for (std::size_t i = 0; i < appeals; ++i) {
        rows.push_back({{{schema::appeal::type, std::int64_t{1}},
                         {schema::appeal::title, words()},
                         {schema::appeal::text, words(characters)}},
                        {}});
    }
    const auto committed = save(node, [&](Replica& replica) -> Result<Committed> {
        Replica::Batch batch(replica);
        for (Row& row : rows) {
            auto written = replica.register_appeal(actor, row.values);
            if (!written) return written.error();
            row.committed = std::move(*written);
        }
        batch.commit();
        return rows.back().committed;
    });
    for (Row& row : rows) {
        if (!committed) {
            oracle_.limbo.push_back({node.code, text_in(row.values, schema::appeal::title)});
            continue;
        }
        const RecordId id = row.committed.records.front();
        oracle_.records[id] = {EntityId::appeal, node.code, row.committed.number, {}};
        std::vector<Write> writes = fresh_writes(row.values, world_.now());
        writes.push_back({{}, schema::appeal::number, row.committed.number, {}, world_.now()});
        record_writes(node, row.committed, id, std::move(writes));
        world_.tally().count(Happening::appeal_registered);
    }
    if (committed) world_.tally().count(Happening::import_of_many);
    return committed.has_value();
}

std::vector<OpenedConflict> Desk::open_conflicts(SimNode& node) {
    std::vector<OpenedConflict> opened;
    if (!node.up()) return opened;
    for (node::ConflictView& conflict : node->conflicts()) {
        const auto view = node->show(conflict.record, true);
        opened.push_back({std::move(conflict), {}});
        opened.back().seen = oracle_.known_at(node.code, *view, opened.back().view.field->id);
    }
    return opened;
}

bool Desk::settle(SimNode& node, const OpenedConflict& conflict, const schema::Value& value) {
    if (!node.up() || !oracle_.records.contains(conflict.view.record)) return false;
    const auto now = node->conflict(conflict.view.id);
    node::Draft draft;
    draft.actor = actor;
    const schema::FieldId field = conflict.view.field->id;
    draft.edits.push_back({conflict.view.record, {{field, value, conflict.view.heads}}});
    Write write{{}, field, value, conflict.seen, world_.now()};
    write.to_be_rejected = !node.is_hub() && field == schema::appeal::complexity &&
                           conflict.view.entity == EntityId::appeal;
    const bool saved = change(node, conflict.view.record, draft, {std::move(write)});
    if (saved) {
        world_.tally().count(Happening::conflict_settled);
        if (!now) world_.tally().count(Happening::settled_out_of_date);
    }
    return saved;
}

}  // namespace jiuying::sim
