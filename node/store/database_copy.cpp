#include "node/store/database_copy.hpp"

#include <set>
#include <string>
#include <vector>

namespace jiuying::node::sqlite {
namespace {

/// A row of the schema that says how to make something.
struct Object {
    std::string name;
    std::string sql;
    bool table;          ///< With rows of its own.
    bool virtual_table;  ///< Makes its tables itself.
};

/// Virtual tables first: what they make for themselves is there then. An index follows its table.
std::vector<Object> objects(Database& db) {
    std::vector<Object> all;
    db.statement(
          "SELECT name, sql, type = 'table' AND rootpage <> 0, type = 'table' AND rootpage = 0 "
          "FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
          "ORDER BY type = 'table' AND rootpage = 0 DESC, rowid")
        .each<std::string, std::string, bool, bool>(
            [&](std::string name, std::string sql, bool table, bool is_virtual) {
                all.push_back({std::move(name), std::move(sql), table, is_virtual});
            });
    return all;
}

std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char character : name) text.append(character == '"' ? 2 : 1, character);
    return text + '"';
}

void configure(Database& db, int option, int on) {
    const int result = sqlite3_db_config(&db.handle(), option, on, nullptr);
    if (result != SQLITE_OK) throw Error{result, 0, "configuring"};
}

/// Every value as it is, whatever its type.
void copy_table(Database& from, Database& to, const std::string& table) {
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    using Handle = std::unique_ptr<sqlite3_stmt, Finalize>;
    const auto prepare = [&](Database& db, const std::string& sql) {
        sqlite3_stmt* made = nullptr;
        const int result = sqlite3_prepare_v2(&db.handle(), sql.c_str(), -1, &made, nullptr);
        if (result != SQLITE_OK) throw Error{result, 0, "copying table " + table};
        return Handle{made};
    };
    const Handle select = prepare(from, "SELECT * FROM " + quoted(table));
    const int columns = sqlite3_column_count(select.get());
    std::string places = "?";
    for (int i = 1; i < columns; ++i) places += ", ?";
    const Handle insert = prepare(to, "INSERT INTO " + quoted(table) + " VALUES(" + places + ")");
    const auto check = [&](int result, Database& db) {
        if (result == SQLITE_OK || result == SQLITE_DONE) return;
        throw Error{result, sqlite3_system_errno(&db.handle()), "copying table " + table};
    };
    int stepped = sqlite3_step(select.get());
    for (; stepped == SQLITE_ROW; stepped = sqlite3_step(select.get())) {
        for (int i = 0; i < columns; ++i) {
            check(sqlite3_bind_value(insert.get(), i + 1, sqlite3_column_value(select.get(), i)),
                  to);
        }
        check(sqlite3_step(insert.get()), to);
        check(sqlite3_reset(insert.get()), to);
    }
    check(stepped, from);
}

}  // namespace

void copy_pages(Database& from, Database& to) {
    sqlite3* const target = &to.handle();
    sqlite3_backup* const backup = sqlite3_backup_init(target, "main", &from.handle(), "main");
    if (backup == nullptr) throw Error{sqlite3_extended_errcode(target), 0, "copying a database"};
    (void)sqlite3_backup_step(backup, -1);  // What went wrong comes again at the end.
    const int result = sqlite3_backup_finish(backup);
    if (result != SQLITE_OK) {
        throw Error{result, sqlite3_system_errno(target), "copying a database"};
    }
    if (!to.checkpoint()) throw Error{SQLITE_BUSY, 0, "copying a database"};
}

void copy_rows(Database& from, Database& to) {
    const Transaction unchanging{from, Transaction::Kind::read};
    configure(to, SQLITE_DBCONFIG_DEFENSIVE,
              0);  // Tables of a search index are written like others.
    configure(to, SQLITE_DBCONFIG_ENABLE_FKEY, 0);
    Transaction transaction{to};
    std::set<std::string> made;  // By a virtual table, for itself.
    std::vector<std::string> tables;
    for (const Object& object : objects(from)) {
        if (object.virtual_table) {
            to.execute(object.sql.c_str());
            for (const Object& now : objects(to)) made.insert(now.name);
            continue;
        }
        if (object.table) tables.push_back(object.name);
        if (!made.contains(object.name)) to.execute(object.sql.c_str());
    }
    for (const std::string& table : tables) {
        if (made.contains(table)) to.execute(("DELETE FROM " + quoted(table)).c_str());
        copy_table(from, to, table);
    }
    for (const char* fact : {"user_version", "application_id"}) {
        const auto value = from.prepare(std::string{"PRAGMA "} + fact).one<std::int64_t>();
        to.execute(("PRAGMA " + std::string{fact} + "=" + std::to_string(value)).c_str());
    }
    transaction.commit();
    configure(to, SQLITE_DBCONFIG_ENABLE_FKEY, 1);
    configure(to, SQLITE_DBCONFIG_DEFENSIVE, 1);
    if (!to.checkpoint()) throw Error{SQLITE_BUSY, 0, "copying a database"};
}

void succeed_file(Database& db, const std::array<std::uint8_t, 16>& former,
                  const std::array<std::uint8_t, 16>& now) {
    db.statement("UPDATE meta SET value = ? WHERE key = 'file' AND value = ?")
        .run(std::span<const std::uint8_t>{now}, std::span<const std::uint8_t>{former});
}

}  // namespace jiuying::node::sqlite
