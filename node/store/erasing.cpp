// Personal data that are to be gone: no table keeps them, whatever comes.
#include "node/store/order_family.hpp"
#include "node/store/store.hpp"

#include "schema/assert.hpp"

namespace jiuying::node {

bool Store::redact(sync::RecordState& state) const {
    if (erased_.empty()) return false;
    const auto whole = whole_of(state);
    if (!erased_.contains(state.id) && (!whole || !erased_.contains(*whole))) return false;
    const schema::Entity* entity = schema::find_entity(registry_, state.entity);
    bool any = false;
    for (sync::FieldGraph& graph : state.fields) {
        if (schema::is_open(entity, graph.id)) continue;
        for (sync::Version& version : graph.versions) {
            any |= !schema::empty(version.value);
            version.value = {};
        }
    }
    return any;
}

std::vector<RecordKey> Store::keys_of_erased(const schema::RecordId& target) {
    std::vector<RecordKey> keys;
    if (const auto name = find_name(target)) keys.push_back(record_key(*name));
    for (const schema::Entity* entity : entities_) {
        const auto whole = whole_field_of(entity->id);
        const schema::Field* field = whole ? schema::find_field(*entity, *whole) : nullptr;
        if (field == nullptr) continue;
        // As family_keys, but those that were refused are personal, too.
        db_.prepare("SELECT rid FROM " + sql_name(entity->name) + " WHERE " +
                    sql_name(field->name) + " = ? ORDER BY rid")
            .each<RecordKey>([&](RecordKey key) { keys.push_back(key); }, target);
    }
    return keys;
}

/// Documents can't be taken out of the index one by one. It is made again little by little, and
/// whoever searches meanwhile reads the texts themselves.
void Store::forget_words() {
    if (!db_.statement("SELECT 1 FROM document LIMIT 1").maybe<int>()) return;
    db_.execute("INSERT INTO words(words) VALUES('delete-all')");
    db_.execute(
        "INSERT OR IGNORE INTO pending SELECT DISTINCT rid FROM document WHERE rid IN "
        "(SELECT rid FROM appeal)");
    db_.execute("DELETE FROM document");
}

void Store::add_erased(const schema::RecordId& target) {
    JY_ASSERT(in_transaction_);
    if (!erased_.insert(target).second) return;
    db_.statement("INSERT OR IGNORE INTO erased VALUES(?, 0)").run(target);
    forget_words();
    for (const RecordKey key : keys_of_erased(target)) {
        LoadedRecord* record = find(record_name(key));
        before_change(*record);
        record->dirty = true;
        // Its open ones stay: history shows them.
        std::set<schema::FieldId> fields;
        db_.statement("SELECT DISTINCT field FROM kept_version WHERE rid = ?")
            .each<schema::FieldId>([&](schema::FieldId field) { fields.insert(field); }, key);
        for (const schema::FieldId field : fields) {
            if (!schema::is_open(record->entity, field)) forget_kept(key, field);
        }
    }
}

}  // namespace jiuying::node
