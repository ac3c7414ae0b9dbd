/// The tables of a node's database, derived from the registry.
///
/// One table per entity: `rid` (see record_key.hpp), the record's UUID, its scope, how many of its
/// fields are contested, its graph as one blob, and a plain typed column per field. The rest is
/// named in tables.cpp. All entity tables can be rebuilt from the log.
#pragma once

#include "schema/registry.hpp"
#include "sync/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// The number of the newest migration that this program knows.
inline constexpr int database_version = 14;

/// Statements that make all tables, as they are after the last migration.
[[nodiscard]] std::string create_tables_sql(schema::Registry registry);

/// The statement that gives a database of before that field its column.
[[nodiscard]] std::string add_column_sql(const schema::Entity& entity, const schema::Field& field);

/// The index that an indexed field has, where its column came later.
[[nodiscard]] std::string create_index_sql(const schema::Entity& entity,
                                           const schema::Field& field);
/// What the tables are made for, to compare with: entities and fields, a line each.
[[nodiscard]] std::string describe(schema::Registry registry);

/// Those that a database of before version 3 lacks, of the kinds that it has no table for.
[[nodiscard]] std::string create_entity_sql(const schema::Entity& entity);
[[nodiscard]] std::string_view create_orders_sql();
/// What version 5 brought; needs the entity tables.
[[nodiscard]] std::string_view create_arrivals_sql();
/// Those that a database of before version 7 lacks.
[[nodiscard]] std::string_view create_shares_sql();
/// Those that a database of before version 9 lacks.
[[nodiscard]] std::string_view create_log_origins_sql();
/// Those that a database of before version 11 lacks.
[[nodiscard]] std::string_view create_snapshots_sql();
/// Those that a database of before version 12 lacks.
[[nodiscard]] std::string_view create_versions_sql();
/// The roster, and what revoked machines wrote later.
[[nodiscard]] std::string_view create_roster_sql();
/// What version 14 brought.
[[nodiscard]] std::string_view create_erasures_sql();
/// What a database of before version 8 lacks of the table that the former makes.
[[nodiscard]] std::string_view add_order_columns_sql();

/// Those that a database of before version 10 lacks.
[[nodiscard]] std::string_view create_sticks_sql();

/// `"name"`, safe for SQL words such as order.
[[nodiscard]] std::string sql_name(std::string_view name);

/// The entity tables in the order in which a record of unknown kind is looked for.
[[nodiscard]] std::vector<const schema::Entity*> stored_entities(schema::Registry registry);

/// A record's local key: author (15 bits), transaction (40 bits) and ordinal (8 bits) of its
/// creation. So a record is found by its creation dot without an index of its own, and the keys of
/// one author grow.
using RecordKey = std::int64_t;
/// The largest transaction number that a key has room for.
inline constexpr std::uint64_t txn_max = 0xFF'FFFF'FFFFU;
[[nodiscard]] constexpr RecordKey record_key(const sync::RecordName& name) {
    return static_cast<RecordKey>(static_cast<std::uint64_t>(name.creation.author) << 48U |
                                  (name.creation.txn & txn_max) << 8U | name.ordinal);
}
[[nodiscard]] constexpr sync::RecordName record_name(RecordKey key) {
    const auto bits = static_cast<std::uint64_t>(key);
    return {{static_cast<sync::AuthorIx>(bits >> 48U), (bits >> 8U) & txn_max},
            static_cast<std::uint8_t>(bits)};
}

/// A place in a log as one number: log (15 bits) and sequence number (48 bits).
[[nodiscard]] constexpr std::int64_t log_place(std::uint32_t log, std::uint64_t seq) {
    return static_cast<std::int64_t>(std::uint64_t{log} << 48U | seq);
}

}  // namespace jiuying::node
