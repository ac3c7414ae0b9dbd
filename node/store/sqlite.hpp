/// SQLite behind three owners: Database, Statement, Transaction.
///
/// All of it throws sqlite::Error when SQLite fails. A connection and everything made from it
/// belong to one thread at a time (connections are opened without SQLite's own mutex). SQL stays
/// in node/store; no text of an Error has a bound value in it.
#pragma once

#include "node/store/sqlite_cell.hpp"
#include "schema/assert.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace jiuying::node::sqlite {

/// A failing database. what() names the statement or step that was attempted and SQLite's reason.
class Error : public std::runtime_error {
public:
    /// \p extended is SQLite's extended result code, \p system the errno behind it or 0.
    Error(int extended, int system, const std::string& attempted, std::string_view detail = {});

    [[nodiscard]] int code() const { return extended_ & 0xFF; }
    [[nodiscard]] int extended_code() const { return extended_; }
    [[nodiscard]] bool is_full() const;     ///< No room on the disk; nothing of the step is kept.
    [[nodiscard]] bool is_corrupt() const;  ///< What was read is damaged.
    [[nodiscard]] bool is_notadb() const { return code() == SQLITE_NOTADB; }  ///< Or another key.
    [[nodiscard]] bool is_busy() const;  ///< Another connection held its lock for too long.
    [[nodiscard]] bool is_constraint() const { return code() == SQLITE_CONSTRAINT; }

private:
    int extended_;
    int system_;
};

/// The database was made by a newer program; nothing was changed.
class TooNew : public std::runtime_error {
public:
    TooNew(int found, int known);
    [[nodiscard]] int found() const { return found_; }
    [[nodiscard]] int known() const { return known_; }

private:
    int found_;
    int known_;
};

/// Removes the file of a database that nobody has open, and what SQLite keeps beside it. Does not
/// fail: what can't be removed now is in the way of its next user, who says so.
void remove_database(const std::string& path, const char* vfs = nullptr);

/// A prepared statement. Parameters go in by position in one call, columns come out typed:
///     due.each<RecordId, std::string>([](RecordId id, std::string title) { ... }, now);
/// May move, must not outlive its connection, and must not be run again by its own visitor.
class Statement {
public:
    /// One statement; what may be text built from the registry, never from input.
    /// \p persistent tells SQLite that it will be kept.
    Statement(sqlite3& db, std::string_view sql, bool persistent = false);

    /// Calls \p visit once per row with the columns; a visitor that returns bool stops the loop by
    /// false. However this ends, the statement is reset: a read transaction left open would keep
    /// the write-ahead log growing.
    template <class... Columns, class Visit, class... Parameters>
    void each(Visit&& visit, const Parameters&... parameters) {
        const Rewound rewound{begin(sizeof...(Columns), parameters...)};
        const auto show = [&]<int... I>(std::integer_sequence<int, I...>) {
            return std::invoke(visit, Cell<Columns>::load(*handle_, I)...);
        };
        constexpr auto columns = std::make_integer_sequence<int, sizeof...(Columns)>{};
        while (step()) {
            if constexpr (std::is_same_v<decltype(show(columns)), bool>) {
                if (!show(columns)) break;
            } else {
                show(columns);
            }
        }
    }

    /// The first row: the value of the one column, or a tuple of several. Views are refused, they
    /// would not outlive this call.
    template <class... Columns, class... Parameters>
    [[nodiscard]] auto maybe(const Parameters&... parameters) {
        static_assert(sizeof...(Columns) > 0, "name the columns");
        static_assert((!is_view<Columns> && ...), "load a value, not a view");
        const Rewound rewound{begin(sizeof...(Columns), parameters...)};
        using Row = std::conditional_t<sizeof...(Columns) == 1,
                                       std::tuple_element_t<0, std::tuple<Columns...>>,
                                       std::tuple<Columns...>>;
        // Braces load in the order of the columns.
        const auto take = [&]<int... I>(std::integer_sequence<int, I...>) {
            return Row{Cell<Columns>::load(*handle_, I)...};
        };
        if (!step()) return std::optional<Row>{};
        return std::optional<Row>{std::in_place,
                                  take(std::make_integer_sequence<int, sizeof...(Columns)>{})};
    }

    /// As maybe(), for a query that always has a row (count, pragma). Error if it has none.
    template <class... Columns, class... Parameters>
    [[nodiscard]] auto one(const Parameters&... parameters) {
        auto row = maybe<Columns...>(parameters...);
        if (!row) throw_no_row();
        return *std::move(row);
    }

    /// Runs to the end and returns how many rows an INSERT, UPDATE or DELETE touched (meaningless
    /// for other statements). Rows that the statement returns are skipped.
    template <class... Parameters>
    std::int64_t run(const Parameters&... parameters) {
        const Rewound rewound{begin(any_columns, parameters...)};
        while (step()) {
        }
        return sqlite3_changes64(sqlite3_db_handle(handle_.get()));
    }

    /// For rows whose columns the registry decides: \p bind binds every parameter itself and
    /// returns the worst result code; \p visit sees the first row. True if there was one.
    template <class Bind, class Visit>
    bool row(Bind&& bind, Visit&& visit) {
        JY_ASSERT(sqlite3_stmt_busy(handle_.get()) == 0);
        check(bind(*handle_));
        const Rewound rewound{handle_.get()};
        if (!step()) return false;
        visit(*handle_);
        return true;
    }

    [[nodiscard]] std::string_view sql() const { return sqlite3_sql(handle_.get()); }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
    };
    struct Reset {
        void operator()(sqlite3_stmt* handle) const { sqlite3_reset(handle); }
    };
    using Rewound = std::unique_ptr<sqlite3_stmt, Reset>;
    static constexpr std::size_t any_columns = static_cast<std::size_t>(-1);

    template <class T>
    static constexpr bool is_view =
        std::is_same_v<T, std::string_view> || std::is_same_v<T, std::span<const std::uint8_t>>;

    /// Binds and returns the handle for the guard. SQLite would take a missing parameter for NULL
    /// and a missing column for 0, so both counts are asserted.
    template <class... Parameters>
    sqlite3_stmt* begin(std::size_t columns, const Parameters&... parameters) {
        JY_ASSERT(sqlite3_stmt_busy(handle_.get()) == 0);
        JY_ASSERT(parameter_count_ == int{sizeof...(parameters)});
        JY_ASSERT(columns == any_columns || static_cast<int>(columns) == column_count_);
        int position = 0;
        (check(Cell<std::remove_cvref_t<Parameters>>::store(*handle_, ++position, parameters)),
         ...);
        return handle_.get();
    }
    void check(int result) const {
        if (result != SQLITE_OK) [[unlikely]]
            throw_error(result);
    }
    bool step() {
        const int result = sqlite3_step(handle_.get());
        if (result == SQLITE_ROW) return true;
        if (result == SQLITE_DONE) return false;
        throw_error(result);
    }
    [[noreturn]] void throw_error(int result) const;
    [[noreturn]] void throw_no_row() const;

    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
    int parameter_count_ = 0;
    int column_count_ = 0;
};

/// SQL that is a literal of the program: its address is its name in the statement cache, and no
/// input can have become part of it.
class Sql {
public:
    template <std::size_t N>
    consteval Sql(const char (&literal)[N]) : text_(literal) {}
    [[nodiscard]] constexpr const char* text() const { return text_; }

private:
    const char* text_;
};

struct OpenOptions {
    const char* vfs = nullptr;  ///< Name of a registered VFS; nullptr is the default one.
    bool create = true;         ///< Make the file if there is none.
    bool read_only = false;
    bool exclusive = false;  ///< One connection only and no shared memory file (-shm).
    /// 0: the caller checkpoints. Four times SQLite's own: a commit of ours touches the same few
    /// index pages as the one before, and each is moved into the file once per checkpoint.
    int wal_autocheckpoint_pages = 4000;
    int busy_timeout_ms = 5000;
    int cache_kib = 4096;
};

/// A connection, set up the one way that all of ours are:
/// - WAL with synchronous=FULL: a commit that returned survives a power cut.
/// - foreign keys on; temporary tables and sorts in memory, so that nothing leaks into /tmp.
/// - secure_delete=FAST: deleted content is zeroed where the page is written anyway. Full zeroing
///   would write whole free pages again; what must vanish is destroyed by key, and the file itself
///   is to be encrypted.
/// - a database file is input: trusted_schema off, DEFENSIVE on, cell_size_check on, no extension
///   loading, no ATTACH (VACUUM needs one and is refused too), no mmap.
class Database {
public:
    /// The one place that opens a database. \p file may be ":memory:".
    [[nodiscard]] static Database open(const std::filesystem::path& file,
                                       const OpenOptions& options = {});

    /// The statement of \p sql, prepared on first use and kept. The reference stays valid as long
    /// as the connection.
    [[nodiscard]] Statement& statement(Sql sql) {
        const auto found = cache_.find(sql.text());
        return found != cache_.end() ? found->second : prepare_and_keep(sql.text());
    }
    /// A statement that the caller keeps, for SQL built from the registry.
    [[nodiscard]] Statement prepare(std::string_view sql) { return {*handle_, sql, true}; }
    /// Runs statements without parameters, one after the other.
    void execute(const char* sql);

    [[nodiscard]] std::int64_t last_insert_rowid() const {
        return sqlite3_last_insert_rowid(handle_.get());
    }
    [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
    /// Moves the write-ahead log into the file and empties it. False when a reader was in the way;
    /// then a part of it stays, and nothing is lost.
    bool checkpoint();
    /// Makes what the write-ahead log holds durable. Needed once after opening: a process killed in
    /// a commit leaves it written but perhaps not synced, SQLite takes it for committed, and what
    /// is then read may be told to others. Needs no room on the disk.
    void sync_log();

    [[nodiscard]] sqlite3& handle() { return *handle_; }

private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    explicit Database(sqlite3* handle) : handle_(handle) {}
    Statement& prepare_and_keep(const char* sql);
    void set_up(const OpenOptions& options, bool in_memory);

    std::unique_ptr<sqlite3, Close> handle_;
    std::unordered_map<const char*, Statement> cache_;  ///< Ends before the connection.
};

/// All or nothing. Unless commit() succeeded, the destructor rolls back.
class Transaction {
public:
    enum class Kind : std::uint8_t {
        write,  ///< Takes the writer's place at once, so that it cannot lose it half-way.
        read,   ///< One unchanging view of the database over several queries.
    };
    explicit Transaction(Database& db, Kind kind = Kind::write);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// Returns after the disk has it. If it throws, the transaction is undone and counts as not
    /// saved; only a crash right then may leave it in the file after all, whole.
    void commit();

private:
    Database& db_;
    bool open_ = true;
};

/// One step from a version of the schema to the next.
struct Migration {
    int version;               ///< 1, 2, 3 ... without gaps.
    std::string_view name;     ///< For error texts.
    void (*apply)(Database&);  ///< Runs inside the transaction that also raises the version.
};

/// Brings \p db to the last version of \p all, each step in a transaction of its own. Returns how
/// many steps were made. Throws TooNew, before any change, if it is beyond that.
int migrate(Database& db, std::span<const Migration> all);

/// The number that migrate() keeps; 0 for a new file.
[[nodiscard]] int schema_version(Database& db);

enum class Depth : std::uint8_t {
    quick,  ///< Structure of the pages; reads the file once.
    full,   ///< And that every index agrees with its table.
};
/// Problems that SQLite finds in the file, at most twenty; empty if it is sound. Names tables and
/// pages, no content. A file that cannot be read far enough is a problem, not an exception.
[[nodiscard]] std::vector<std::string> check_integrity(Database& db, Depth depth = Depth::quick);

}  // namespace jiuying::node::sqlite
