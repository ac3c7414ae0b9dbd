#include "node/store/order_family.hpp"

#include "node/store/tables.hpp"

namespace jiuying::node {

using schema::EntityId;
using schema::RecordId;

namespace {

std::optional<RecordId> named_by(const sync::RecordState& state,
                                 std::optional<schema::FieldId> field) {
    const sync::FieldGraph* graph = field ? sync::find_graph(state, *field) : nullptr;
    if (graph == nullptr) return std::nullopt;
    // As its creation said: what others add to it later moves it nowhere.
    const auto own = std::ranges::find(graph->versions, state.name.creation, &sync::Version::dot);
    if (own == graph->versions.end()) return std::nullopt;
    return record_in(own->value);
}

}  // namespace

std::optional<RecordId> order_of(const sync::RecordState& state) {
    if (state.entity == EntityId::appeal) return state.id;
    return named_by(state, order_field_of(state.entity));
}

std::optional<RecordId> whole_of(const sync::RecordState& state) {
    return named_by(state, whole_field_of(state.entity));
}

std::vector<RecordKey> family_keys(Store& store, const RecordId& order) {
    std::vector<RecordKey> keys;
    const schema::Entity* appeals = store.stored_entity(EntityId::appeal);
    const auto name = appeals == nullptr ? std::nullopt : store.find_name(order, *appeals);
    const LoadedRecord* appeal = name ? store.find(*name) : nullptr;
    if (appeal == nullptr) return keys;
    const ScopeIx home = appeal->scope;
    keys.push_back(record_key(*name));
    for (const EntityId kind : order_side_entities) {
        const schema::Entity* entity = store.stored_entity(kind);
        if (entity == nullptr) continue;
        store.database()
            .prepare("SELECT rid FROM " + sql_name(entity->name) +
                     " WHERE \"order\" = ? AND scope = ? ORDER BY rid")
            .each<RecordKey>([&](RecordKey key) { keys.push_back(key); }, order, home);
    }
    return keys;
}

}  // namespace jiuying::node
