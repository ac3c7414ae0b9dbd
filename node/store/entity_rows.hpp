/// The prepared statements of one entity's table, built from the registry.
#pragma once

#include "node/store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

struct Store::Rows {
    Rows(sqlite::Database& db, const schema::Entity& entity);

    /// Fills id, scope, contested and columns of \p record and gives the graph's blob.
    bool load(RecordKey key, LoadedRecord& record, std::string& state);
    std::optional<RecordKey> find(const schema::RecordId& id);
    void insert(RecordKey key, const schema::RecordId& id, ScopeIx scope, std::uint32_t contested,
                const std::string& state, const Columns& columns);
    /// Leaves the columns that have an index alone when they did not change.
    void update(RecordKey key, std::uint32_t contested, const std::string& state,
                const Columns& before, const Columns& columns);

private:
    const schema::Entity& entity_;
    sqlite::Statement load_;
    sqlite::Statement find_;
    sqlite::Statement insert_;
    sqlite::Statement update_all_;
    sqlite::Statement update_plain_;
};

/// Binds \p value as the column of a field of \p kind wants it; it must outlive the step.
[[nodiscard]] int bind_value(sqlite3_stmt& statement, int position, schema::Kind kind,
                             const schema::Value& value);
[[nodiscard]] schema::Value column_value(sqlite3_stmt& statement, int column);

}  // namespace jiuying::node
