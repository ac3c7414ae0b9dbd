#include "node/store/migrations.hpp"

#include "node/store/tables.hpp"

#include <array>
#include <set>
#include <string>

namespace jiuying::node {
namespace {

void make_version_1(sqlite::Database& db) {
    db.execute(create_tables_sql(schema::registry()).c_str());
}

/// Fields that the registry has and the tables don't. Version 1 makes them too where a database
/// is made by steps, so it is asked which are there.
void add_missing_columns(sqlite::Database& db) {
    for (const schema::Entity* entity : stored_entities(schema::registry())) {
        std::set<std::string> there;
        db.prepare("SELECT name FROM pragma_table_info('" + std::string(entity->name) + "')")
            .each<std::string>([&](std::string name) { there.insert(std::move(name)); });
        if (there.empty()) continue;  // A table of a later version.
        for (const schema::Field& field : entity->fields) {
            if (there.contains(std::string(field.name))) continue;
            db.execute(add_column_sql(*entity, field).c_str());
        }
    }
}

bool has_table(sqlite::Database& db, std::string_view name) {
    return db.statement("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
        .maybe<int>(name)
        .has_value();
}

void add_tables_and_columns(sqlite::Database& db) {
    for (const schema::Entity* entity : stored_entities(schema::registry())) {
        if (!has_table(db, entity->name)) db.execute(create_entity_sql(*entity).c_str());
    }
    add_missing_columns(db);
}

void add_order_tables(sqlite::Database& db) {
    add_tables_and_columns(db);
    if (!has_table(db, "order_state")) db.execute(std::string(create_orders_sql()).c_str());
}

void add_arrivals(sqlite::Database& db) {
    if (!has_table(db, "arrival")) db.execute(std::string(create_arrivals_sql()).c_str());
}

/// Rows without it are computed anew before they are used: none is of that version of the facts.
void add_summaries(sqlite::Database& db) {
    const auto known = db.statement(
                             "SELECT count(*) FROM pragma_table_info('order_state') "
                             "WHERE name = 'summary'")
                           .one<int>();
    if (known != 0) return;
    db.execute("ALTER TABLE order_state ADD COLUMN summary BLOB");
    db.execute("UPDATE order_state SET facts = facts + (1 << 40)");
}

void add_share_tables(sqlite::Database& db) {
    add_tables_and_columns(db);
    if (!has_table(db, "held")) db.execute(std::string(create_shares_sql()).c_str());
}

void add_stick_tables(sqlite::Database& db) {
    if (!has_table(db, "waiting")) db.execute(std::string(create_sticks_sql()).c_str());
}

bool has_column(sqlite::Database& db, std::string_view table, std::string_view column) {
    return db.statement("SELECT 1 FROM pragma_table_info(?) WHERE name = ?")
        .maybe<int>(table, column)
        .has_value();
}

void add_intake_indexes(sqlite::Database& db) {
    add_missing_columns(db);
    db.execute(
        "CREATE INDEX IF NOT EXISTS appeal_by_query_code ON appeal(query_code) "
        "WHERE query_code IS NOT NULL");
    if (!has_column(db, "order_state", "merged_into")) {
        db.execute(std::string(add_order_columns_sql()).c_str());
    }
}

void add_version_tables(sqlite::Database& db) {
    if (has_table(db, "waiting_values")) return;
    db.execute(std::string(create_versions_sql()).c_str());
}

void add_log_origins(sqlite::Database& db) {
    add_tables_and_columns(db);
    if (!has_table(db, "log_origin")) db.execute(std::string(create_log_origins_sql()).c_str());
}

void add_snapshot_tables(sqlite::Database& db) {
    if (!has_table(db, "horizon")) db.execute(std::string(create_snapshots_sql()).c_str());
}

void add_roster_tables(sqlite::Database& db) {
    add_tables_and_columns(db);
    if (!has_table(db, "roster_member")) db.execute(std::string(create_roster_sql()).c_str());
}

void add_erasure_tables(sqlite::Database& db) {
    if (!has_table(db, "erased")) db.execute(std::string(create_erasures_sql()).c_str());
}

constexpr std::array migrations{
    sqlite::Migration{1, "all tables of the first release", make_version_1},
    sqlite::Migration{2, "fields 35 to 41 of appeals", add_missing_columns},
    sqlite::Migration{3, "work orders: their events' facts, delegations, the dispatch catalogue",
                      add_order_tables},
    sqlite::Migration{4, "reference data of deadlines and intake, external references, links",
                      add_tables_and_columns},
    sqlite::Migration{5, "when the hub received what, appeals about units", add_arrivals},
    sqlite::Migration{6, "summaries of orders, for scans", add_summaries},
    sqlite::Migration{7, "orders that are shared between stations", add_share_tables},
    sqlite::Migration{8, "appeals by query code, orders by category and by their master",
                      add_intake_indexes},
    sqlite::Migration{9, "notices of chains, alarms, where logs come from", add_log_origins},
    sqlite::Migration{10, "what came by stick and waits, where peers stand", add_stick_tables},
    sqlite::Migration{11, "snapshots, horizons, kept values", add_snapshot_tables},
    sqlite::Migration{12, "what waits for a newer program, records that differ at a peer",
                      add_version_tables},
    sqlite::Migration{13, "the roster, what revoked machines wrote later, checkpoints, audit",
                      add_roster_tables},
    sqlite::Migration{14, "personal data that are erased", add_erasure_tables},
};
static_assert(migrations.back().version == database_version);

}  // namespace

std::span<const sqlite::Migration> database_migrations() { return migrations; }

}  // namespace jiuying::node
