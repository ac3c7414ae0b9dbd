#include "node/store/entity_rows.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::Kind;
using schema::Value;
using sqlite::Cell;

std::string column_list(const schema::Entity& entity) {
    std::string list;
    for (const schema::Field& field : entity.fields) list += ", " + sql_name(field.name);
    return list;
}

std::string insert_sql(const schema::Entity& entity) {
    std::string sql = "INSERT INTO " + sql_name(entity.name) + "(rid, id, scope, contested, state" +
                      column_list(entity) + ") VALUES(?, ?, ?, ?, ?";
    for (std::size_t i = 0; i < entity.fields.size(); ++i) sql += ", ?";
    return sql + ")";
}

std::string update_sql(const schema::Entity& entity, bool with_indexed) {
    std::string sql = "UPDATE " + sql_name(entity.name) + " SET contested = ?, state = ?";
    for (const schema::Field& field : entity.fields) {
        if (with_indexed || !field.indexed) sql += ", " + sql_name(field.name) + " = ?";
    }
    return sql + " WHERE rid = ?";
}

std::string_view bytes_of(sqlite3_stmt& row, int column) {
    return {static_cast<const char*>(sqlite3_column_blob(&row, column)),
            static_cast<std::size_t>(sqlite3_column_bytes(&row, column))};
}

/// Binds one parameter after the other and keeps the first failure.
class Binder {
public:
    explicit Binder(sqlite3_stmt& statement) : statement_(statement) {}
    template <class T>
    Binder& put(const T& value) {
        return keep(Cell<T>::store(statement_, ++position_, value));
    }
    Binder& put_value(Kind kind, const Value& value) {
        return keep(bind_value(statement_, ++position_, kind, value));
    }
    [[nodiscard]] int result() const { return result_; }

private:
    Binder& keep(int result) {
        if (result_ == SQLITE_OK) result_ = result;
        return *this;
    }
    sqlite3_stmt& statement_;
    int position_ = 0;
    int result_ = SQLITE_OK;
};

constexpr auto ignore_row = [](sqlite3_stmt&) {};

}  // namespace

Store::Rows::Rows(sqlite::Database& db, const schema::Entity& entity)
    : entity_(entity),
      load_(db.prepare("SELECT id, scope, contested, state" + column_list(entity) + " FROM " +
                       sql_name(entity.name) + " WHERE rid = ?")),
      find_(db.prepare("SELECT rid FROM " + sql_name(entity.name) + " WHERE id = ?")),
      insert_(db.prepare(insert_sql(entity))),
      update_all_(db.prepare(update_sql(entity, true))),
      update_plain_(db.prepare(update_sql(entity, false))) {}

bool Store::Rows::load(RecordKey key, LoadedRecord& record, std::string& state) {
    return load_.row([&](sqlite3_stmt& statement) { return Binder(statement).put(key).result(); },
                     [&](sqlite3_stmt& row) {
                         record.state.id = Cell<schema::RecordId>::load(row, 0);
                         record.scope = Cell<ScopeIx>::load(row, 1);
                         record.contested = Cell<std::uint32_t>::load(row, 2);
                         state = bytes_of(row, 3);
                         for (std::size_t i = 0; i < entity_.fields.size(); ++i) {
                             record.columns.set(i, column_value(row, 4 + static_cast<int>(i)));
                         }
                     });
}

std::optional<RecordKey> Store::Rows::find(const schema::RecordId& id) {
    return find_.maybe<RecordKey>(id);
}

void Store::Rows::insert(RecordKey key, const schema::RecordId& id, ScopeIx scope,
                         std::uint32_t contested, const std::string& state,
                         const Columns& columns) {
    const auto bind = [&](sqlite3_stmt& statement) {
        Binder binder(statement);
        binder.put(key).put(id).put(scope).put(contested).put(sqlite::as_blob(state));
        for (std::size_t i = 0; i < entity_.fields.size(); ++i) {
            binder.put_value(entity_.fields[i].kind, columns[i]);
        }
        return binder.result();
    };
    insert_.row(bind, ignore_row);
}

void Store::Rows::update(RecordKey key, std::uint32_t contested, const std::string& state,
                         const Columns& before, const Columns& columns) {
    bool indexed_changed = false;
    for (std::size_t i = 0; i < entity_.fields.size(); ++i) {
        indexed_changed |= entity_.fields[i].indexed && before[i] != columns[i];
    }
    const auto bind = [&](sqlite3_stmt& statement) {
        Binder binder(statement);
        binder.put(contested).put(sqlite::as_blob(state));
        for (std::size_t i = 0; i < entity_.fields.size(); ++i) {
            if (!indexed_changed && entity_.fields[i].indexed) continue;
            binder.put_value(entity_.fields[i].kind, columns[i]);
        }
        return binder.put(key).result();
    };
    (indexed_changed ? update_all_ : update_plain_).row(bind, ignore_row);
}

int bind_value(sqlite3_stmt& statement, int position, Kind kind, const Value& value) {
    if (const auto* number = schema::number_of(value)) {
        return sqlite3_bind_int64(&statement, position, *number);
    }
    const std::string* text = schema::text_of(value);
    if (text == nullptr) return sqlite3_bind_null(&statement, position);
    const bool is_text = kind == Kind::text || kind == Kind::set;
    return is_text ? Cell<std::string>::store(statement, position, *text)
                   : sqlite::detail::store_blob(statement, position, sqlite::as_blob(*text));
}

Value column_value(sqlite3_stmt& statement, int column) {
    switch (sqlite3_column_type(&statement, column)) {
        case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(&statement, column)};
        case SQLITE_NULL: return {};
        default: return std::string(bytes_of(statement, column));
    }
}

}  // namespace jiuying::node
