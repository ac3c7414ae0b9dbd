// What the hub cannot accept of what a station sent. Design section 4.
#include "node/replica/replica_state.hpp"

#include "schema/assert.hpp"
#include "schema/planted.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::Writer;
using sync::Transaction;

/// As the registry numbers them: schema/entities.cpp, rejection_reasons and notice_reasons.
enum Rejection : std::int64_t {
    wrong_scope = 1,
    field_of_other_side = 2,
    forged_base = 3,
    record_taken = 5,
    unknown_record = 6,
};
enum Notice : std::int64_t {
    unknown_region = 1,
    duplicate_ext_no = 2,
    impossible_date = 3,
    out_of_bounds = 4,
};

bool station_may_write(const schema::Field& field, bool home_is_hub) {
    if (field.writer == Writer::hub) return false;
    return field.writer != Writer::home || !home_is_hub;
}

}  // namespace

std::optional<Replica::State::Fault> Replica::State::rights_fault(const Transaction& tx,
                                                                  sync::AuthorIx author,
                                                                  ScopeIx scope) {
    std::vector<const LoadedRecord*> records;
    std::vector<const schema::Entity*> entities;
    for (const sync::TouchedRecord& touched : tx.records) {
        if (touched.created) {
            const schema::Entity* entity = schema::find_entity(registry, touched.entity);
            if (entity != nullptr && entity->home != schema::Home::scope) {
                return Fault{wrong_scope, touched.id, 0};
            }
            // The transaction that makes a record names it: another name is another's record.
            if (!(touched.name.creation == sync::Dot{author, tx.txn})) {
                return Fault{wrong_scope, touched.id, 0};
            }
            // Ids that all know must not come to mean something else.
            const auto name =
                entity == nullptr ? std::nullopt : store.find_name(touched.id, *entity);
            const bool taken = (name && !(*name == touched.name)) || is_reference_id(touched.id);
            if (taken) return Fault{record_taken, touched.id, 0};
            records.push_back(nullptr);
            entities.push_back(entity);
            continue;
        }
        const LoadedRecord* record = store.find(touched.name);
        if (record == nullptr) return Fault{unknown_record, {}, 0};
        if (record->scope != scope) return Fault{wrong_scope, record->state.id, 0};
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
        if (field != nullptr && !station_may_write(*field, home_is_hub)) {
            return Fault{field_of_other_side, id, change.field};
        }
        for (const sync::Dot base : change.bases) {
            if (base.author != own) continue;
            // A version of the hub's present epoch that the hub never wrote there.
            const auto wrote = [&](const sync::Touches& touches) {
                if (planted::on(planted::Defect::base_check_of_newest))
                    return touches.author == own && touches.txns.back() == base.txn;
                return touches.author == own && std::ranges::binary_search(touches.txns, base.txn);
            };
            if (record == nullptr || std::ranges::none_of(record->state.touches, wrote)) {
                return Fault{forged_base, id, change.field};
            }
        }
    }
    return std::nullopt;
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

std::vector<Replica::State::Fault> Replica::State::content_faults(const Transaction& tx) {
    std::vector<Fault> faults;
    constexpr std::int64_t day_ms = 86'400'000;
    const LoadedRecord* record = nullptr;
    const sync::Change* before = nullptr;  // Changes of a record stand together.
    for (const sync::Change& change : tx.changes) {
        if (before == nullptr || before->record != change.record) {
            record = store.find(tx.records[change.record].name);
        }
        before = &change;
        if (record == nullptr || record->entity == nullptr) continue;
        const schema::Field* field = schema::find_field(*record->entity, change.field);
        if (field == nullptr) continue;
        const schema::RecordId& id = record->state.id;
        if (field->merge != schema::Merge::set && !schema::check_value(*field, change.value)) {
            faults.push_back({out_of_bounds, id, change.field});
            continue;
        }
        if (record->entity->id != EntityId::appeal || schema::empty(change.value)) continue;
        if (change.field == schema::appeal::region) {
            auto& db = store.database();
            const bool known = db.statement("SELECT 1 FROM region WHERE code = ?")
                                   .maybe<int>(*schema::text_of(change.value))
                                   .has_value();
            const auto any = [&] {
                return db.statement("SELECT 1 FROM region LIMIT 1").maybe<int>().has_value();
            };
            if (!known && any()) faults.push_back({unknown_region, id, change.field});
        } else if (change.field == schema::appeal::occurred_at) {
            const auto written = static_cast<std::int64_t>(sync::wall_ms(tx.hlc));
            if (*schema::number_of(change.value) > written + day_ms) {
                faults.push_back({impossible_date, id, change.field});
            }
        } else if (change.field == schema::appeal::ext_no) {
            const schema::Value* channel = nullptr;
            for (const sync::Change& other : tx.changes) {
                if (other.record == change.record && other.field == schema::appeal::channel) {
                    channel = &other.value;
                }
            }
            const std::string* name = channel == nullptr ? nullptr : schema::text_of(*channel);
            const bool twice =
                store.database()
                    .statement(
                        "SELECT 1 FROM appeal WHERE ext_no = ? AND channel IS ? "
                        "AND rid <> ? LIMIT 1")
                    .maybe<int>(*schema::text_of(change.value),
                                name == nullptr ? std::optional<std::string>() : *name,
                                record_key(record->state.name))
                    .has_value();
            if (twice) faults.push_back({duplicate_ext_no, id, change.field});
        }
    }
    return faults;
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
