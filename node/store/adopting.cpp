// A database that another version of the program wrote: columns for fields that are new, records of
// kinds that are new, and values of fields that are gone, which wait in the graph as unknown ones
// do.
#include "node/store/entity_rows.hpp"
#include "node/store/store.hpp"
#include "schema/assert.hpp"
#include "sync/merge/state_codec.hpp"

#include <algorithm>
#include <charconv>
#include <list>

namespace jiuying::node {
namespace {

constexpr std::string_view registry_key = "registry";
/// Rows of orders of no version: all are computed anew.
constexpr const char* stale_orders = "UPDATE order_state SET facts = 9223372036854775807";
constexpr std::size_t written_together = 1000;

/// The entities that a database was written with, read back from their description.
struct FormerRegistry {
    std::vector<schema::Entity> entities;
    std::list<std::string> names;
    std::list<std::vector<schema::Field>> fields;
};

class Words {
public:
    explicit Words(std::string_view text) : rest_(text) {}
    [[nodiscard]] bool empty() const { return rest_.empty(); }
    std::string_view next() {
        const std::size_t end = std::min(rest_.find_first_of(" \n"), rest_.size());
        const std::string_view word = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return word;
    }
    template <class Number>
    Number number() {
        const std::string_view word = next();
        unsigned value = 0;
        const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
        if (read.ec != std::errc{} || read.ptr != word.data() + word.size()) {
            throw sqlite::Error(SQLITE_CORRUPT, 0, "reading what the tables were made for");
        }
        return static_cast<Number>(value);
    }

private:
    std::string_view rest_;
};

FormerRegistry read_description(std::string_view text) {
    FormerRegistry former;
    for (Words words(text); !words.empty();) {
        const bool is_entity = words.next() == "entity";
        const auto id = words.number<std::uint16_t>();
        if (is_entity) {
            schema::Entity entity;
            entity.id = schema::EntityId{id};
            entity.name = former.names.emplace_back(words.next());
            former.fields.emplace_back();
            former.entities.push_back(entity);
            continue;
        }
        if (former.entities.empty()) {
            throw sqlite::Error(SQLITE_CORRUPT, 0, "reading what the tables were made for");
        }
        schema::Field field;
        field.id = id;
        field.kind = words.number<schema::Kind>();
        field.merge = words.number<schema::Merge>();
        field.name = former.names.emplace_back(words.next());
        former.fields.back().push_back(field);
    }
    auto fields = former.fields.begin();
    for (schema::Entity& entity : former.entities) entity.fields = *fields++;
    return former;
}

bool has_table(sqlite::Database& db, std::string_view name) {
    return db.statement("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
        .maybe<int>(name)
        .has_value();
}

std::set<std::string> columns_of(sqlite::Database& db, std::string_view table) {
    std::set<std::string> columns;
    db.statement("SELECT name FROM pragma_table_info(?)")
        .each<std::string>([&](std::string name) { columns.insert(std::move(name)); }, table);
    return columns;
}

}  // namespace

std::string describe(schema::Registry registry) {
    std::string text;
    for (const schema::Entity* entity : stored_entities(registry)) {
        text += "entity " + std::to_string(static_cast<unsigned>(entity->id)) + " ";
        text += std::string(entity->name) + "\n";
        for (const schema::Field& field : entity->fields) {
            text += "field " + std::to_string(field.id) + " ";
            text += std::to_string(static_cast<unsigned>(field.kind)) + " ";
            text += std::to_string(static_cast<unsigned>(field.merge)) + " ";
            text += std::string(field.name) + "\n";
        }
    }
    return text;
}

/// Begins the transaction in which the tables become those of this program, if they are not. Gives
/// the description of what they were.
std::optional<std::string> Store::begin_adoption() {
    const std::string now = describe(registry_);
    const auto kept = db_.statement("SELECT value FROM meta WHERE key = ?")
                          .maybe<std::vector<std::uint8_t>>(registry_key);
    const std::string former = kept ? std::string(kept->begin(), kept->end()) : std::string();
    if (former == now) return std::nullopt;
    db_.statement("BEGIN IMMEDIATE").run();
    in_transaction_ = true;
    for (const schema::Entity* entity : entities_) {
        if (!has_table(db_, entity->name)) {
            db_.execute(create_entity_sql(*entity).c_str());
            continue;
        }
        const std::set<std::string> there = columns_of(db_, entity->name);
        for (const schema::Field& field : entity->fields) {
            if (there.contains(std::string(field.name))) continue;
            db_.execute(add_column_sql(*entity, field).c_str());
            if (field.indexed) db_.execute(create_index_sql(*entity, field).c_str());
        }
    }
    db_.statement("INSERT OR REPLACE INTO meta VALUES(?, ?)")
        .run(registry_key, sqlite::as_blob(now));
    return former;
}

void Store::finish_adoption(const std::string& former_text) {
    const FormerRegistry former = read_description(former_text);
    for (const schema::Entity& entity : former.entities) {
        const schema::Entity* now = stored_entity(entity.id);
        if (now != nullptr && now->name == entity.name) bring_back_retired(entity, *now);
    }
    std::vector<RecordKey> keys;
    const auto note = [&](RecordKey key) { keys.push_back(key); };
    db_.statement("SELECT rid FROM waiting_values ORDER BY rid").each<RecordKey>(note);
    for (const schema::Entity* entity : entities_) {
        db_.statement("SELECT rid FROM unplaced WHERE entity = ?")
            .each<RecordKey>(note, entity->id);
    }
    // What still waits is noted anew as it is written.
    db_.statement("DELETE FROM waiting_values").run();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        LoadedRecord* record = load(record_name(keys[i]), nullptr);
        if (record == nullptr) continue;
        if (record->entity == nullptr) record->entity = stored_entity(record->state.entity);
        record->unknown = 0;
        record->dirty = true;
        if (i % written_together != 0) continue;
        flush();
        forget_loaded();
    }
    flush();
    // Values count otherwise once it is known how they merge.
    for (std::size_t i = 0; i < scopes(); ++i) {
        set_scope_digest(ScopeIx(i), count_digest(ScopeIx(i)));
    }
    db_.execute(stale_orders);
    commit();
}

/// Fields that \p former had and \p now has not: what their columns show goes back into the graph.
void Store::bring_back_retired(const schema::Entity& former, const schema::Entity& now) {
    std::vector<const schema::Field*> retired;
    for (const schema::Field& field : former.fields) {
        if (schema::find_field(now, field.id) == nullptr) retired.push_back(&field);
    }
    if (retired.empty()) return;
    std::vector<RecordKey> keys;
    db_.prepare("SELECT rid FROM " + sql_name(now.name) + " ORDER BY rid")
        .each<RecordKey>([&](RecordKey key) { keys.push_back(key); });
    {
        Rows before(db_, former);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            auto record = std::make_unique<LoadedRecord>();
            std::string blob;
            record->state.name = record_name(keys[i]);
            if (!before.load(keys[i], *record, blob)) continue;
            const auto shown = [&](schema::FieldId id) -> const schema::Value* {
                const auto at = std::ranges::lower_bound(former.fields, id, {}, &schema::Field::id);
                if (at == former.fields.end() || at->id != id) return nullptr;
                return &record->columns[static_cast<std::size_t>(at - former.fields.begin())];
            };
            record->state.entity = now.id;
            if (!sync::decode_state(blob, record->state, shown, authors_, actors_.size())) {
                throw sqlite::Error(SQLITE_CORRUPT, 0, "reading the graph of a record");
            }
            record->entity = &now;
            record->place = LoadedRecord::Place::placed;
            // None of them is taken for unchanged.
            record->columns.clear();
            record->dirty = true;
            loaded_[keys[i]] = std::move(record);
            if (i % written_together != 0) continue;
            flush();
            forget_loaded();
        }
        flush();
        forget_loaded();
    }
    for (const schema::Field* field : retired) {
        const std::string index = std::string(now.name) + "_by_" + std::string(field->name);
        db_.execute(("DROP INDEX IF EXISTS " + sql_name(index)).c_str());
        db_.execute(("ALTER TABLE " + sql_name(now.name) + " DROP COLUMN " + sql_name(field->name))
                        .c_str());
    }
}

}  // namespace jiuying::node
