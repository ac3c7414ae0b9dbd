/// A node's database as records, logs and facts, without any rule of merging or exchange.
///
/// Records are loaded, changed in memory and written back together by `flush`, each once, however
/// many transactions of a segment touched them. Not thread-safe; belongs to one thread. Throws
/// sqlite::Error; the caller then rolls back.
#pragma once

#include "node/store/columns.hpp"
#include "node/store/sqlite.hpp"
#include "node/store/tables.hpp"
#include "sync/merge/digest.hpp"
#include "sync/merge/record_state.hpp"
#include "sync/segment/chain.hpp"
#include "sync/snapshot/contents.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace jiuying::node {

/// A scope by its local number.
enum class ScopeIx : std::uint32_t {};

/// A record in memory, with what it takes to write it back.
struct LoadedRecord {
    enum class Place : std::uint8_t {
        nowhere,   ///< Not in the database yet.
        unplaced,  ///< Its creation or kind is unknown; in the table `unplaced`.
        placed,    ///< In its entity's table.
    };
    sync::RecordState state;
    ScopeIx scope{};
    const schema::Entity* entity = nullptr;  ///< Null: kind not known here.
    Place place = Place::nowhere;
    Columns columns;              ///< As stored.
    std::uint32_t contested = 0;  ///< Number of contested fields as stored.
    std::uint32_t unknown = 0;    ///< Fields that this program doesn't know, as stored.
    /// As it counts in the scope's digest. For a record that was only read: not yet known.
    std::optional<sync::Hash32> digest;
    bool dirty = false;
};

/// A second chain of an author, known as the log of another epoch: it left the first with this
/// transaction.
struct LogBranch {
    std::uint64_t epoch = 0;  ///< Under which its segments were sealed.
    std::uint64_t first_seq = 0;
    std::uint64_t first_txn = 0;
};

/// Where a log stands among those of its author's node. docs/explanation/old-copies.md.
struct LogOrigin {
    /// Number of the log that its author goes on from.
    std::optional<std::uint32_t> previous;
    /// Where it leaves that log, as its own first segment says.
    std::optional<sync::Predecessor> predecessor;
    std::optional<LogBranch> branch;
    /// Branches whose names its author knew from its first transaction on.
    std::vector<std::uint64_t> known_branches;
};

/// A log held here, own or received. Where the log is a branch, or branches left it, a segment at
/// its ends may also hold transactions of others: only those from first_seq() to position count.
struct LogFacts {
    std::uint32_t ix = 0;
    sync::LogId id;
    sync::AuthorIx author{};
    ScopeIx scope{};
    sync::Position position;  ///< Of the last sealed transaction.
    std::uint64_t txn = 0;    ///< Its number.
    LogOrigin origin = {};

    [[nodiscard]] std::uint64_t first_seq() const {
        return origin.branch ? origin.branch->first_seq : 1;
    }
    /// As its segments name it.
    [[nodiscard]] sync::LogId sealed_id() const {
        sync::LogId sealed = id;
        if (origin.branch) sealed.author.epoch = origin.branch->epoch;
        return sealed;
    }
    /// Up to where the log before it counts on the way to this one.
    [[nodiscard]] std::uint64_t leaves_at() const {
        if (origin.branch) return origin.branch->first_seq - 1;
        return origin.predecessor ? origin.predecessor->seq : 0;
    }
};

/// Epochs one after the other, eight bytes each, least significant first.
[[nodiscard]] std::vector<std::uint64_t> epochs_in(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::vector<std::uint8_t> bytes_of_epochs(const std::vector<std::uint64_t>& epochs);

class Store {
public:
    enum class Access : std::uint8_t {
        write,  ///< The one that writes.
        read,   ///< Beside it, on another thread: looks at one moment at a time (Snapshot).
    };
    Store(const std::string& path, const char* vfs, schema::Registry registry,
          Access access = Access::write);
    ~Store();
    /// Makes the file and its tables. Throws if there is one already.
    static void create(const std::string& path, const char* vfs, schema::Registry registry);

    [[nodiscard]] sqlite::Database& database() {
        recover();
        return db_;
    }
    [[nodiscard]] bool read_only() const { return access_ == Access::read; }
    /// Where its file is kept; null: the system's.
    [[nodiscard]] const char* vfs() const { return vfs_; }
    [[nodiscard]] const sync::Authors& authors() const { return authors_; }
    /// For decoders that meet new authors; they are written with the next commit.
    [[nodiscard]] sync::Authors& authors() { return authors_; }
    [[nodiscard]] schema::Registry registry() const { return registry_; }

    /// While one lives, a store that only reads shows what was committed when it was made, and
    /// memory, the owner's included, is as of that moment too.
    class Snapshot {
    public:
        explicit Snapshot(Store& store);
        ~Snapshot();
        Snapshot(const Snapshot&) = delete;
        Snapshot& operator=(const Snapshot&) = delete;

    private:
        Store& store_;
    };

    // --- Writing: one transaction at a time -------------------------------------------------
    void begin();
    /// Flushes, writes what is dirty, and makes everything since begin durable.
    void commit();
    /// Undoes everything since begin, in memory too, the owner's included. If the disk fails in
    /// the middle of that, nothing is read or written until `recover` has succeeded: memory must
    /// not show what was undone, nor leave numbers behind that were given out before.
    void rollback();
    /// Tries the rest of a rollback that failed. Whatever is asked of the store does so by itself,
    /// but what only looks at memory: that refuses.
    void recover();
    /// What the owner does to put its own memory right, once the store's is.
    void on_recovery(std::function<void()> owner_recovers) {
        owner_recovers_ = std::move(owner_recovers);
    }
    [[nodiscard]] bool in_transaction() const { return in_transaction_; }

    [[nodiscard]] sync::ActorIx actor(const std::string& code);
    [[nodiscard]] const std::string& actor_code(sync::ActorIx ix) const;
    [[nodiscard]] std::size_t actors() const { return actors_.size(); }
    [[nodiscard]] ScopeIx scope(const schema::ScopeId& id);
    [[nodiscard]] std::size_t scopes() const { return scopes_.size(); }
    [[nodiscard]] std::optional<ScopeIx> find_scope(const schema::ScopeId& id) const;
    [[nodiscard]] const schema::ScopeId& scope_id(ScopeIx ix) const;
    [[nodiscard]] const sync::ScopeDigest& scope_digest(ScopeIx ix) const;

    // --- Records ----------------------------------------------------------------------------
    /// The record of that name; a fresh unplaced one of \p scope if it is not known. The
    /// reference holds until the next flush. \p kind: if it can only be in that entity's table.
    LoadedRecord& record(const sync::RecordName& name, ScopeIx scope,
                         const schema::Entity* kind = nullptr);
    [[nodiscard]] static bool takes(const sync::RecordName&) { return true; }
    /// The entity of that id if it has a table here.
    [[nodiscard]] const schema::Entity* stored_entity(schema::EntityId id) const;
    /// Says that a record that find() gave is about to be changed.
    void before_change(LoadedRecord& record) const;
    /// To read a record; null if it is not known.
    LoadedRecord* find(const sync::RecordName& name);
    [[nodiscard]] std::optional<sync::RecordName> find_name(const schema::RecordId& id);
    /// As find_name, among the records of one kind.
    [[nodiscard]] std::optional<sync::RecordName> find_name(const schema::RecordId& id,
                                                            const schema::Entity& entity);
    /// Places a record whose creation is now known.
    void place(LoadedRecord& record, schema::EntityId entity, const schema::RecordId& id,
               ScopeIx scope);
    /// Writes all dirty records: columns, graph, conflicts, digest, search queue.
    void flush();
    /// What the flushes since the last call, or since begin, wrote that orders depend on.
    struct OrderChanges {
        std::set<schema::RecordId> orders;    ///< Appeals, and those that changed events name.
        std::set<schema::RecordId> families;  ///< As orders, and those that notes and such name.
        std::set<schema::RecordId> linked;    ///< Those that changed links name.
        std::set<schema::RecordId> shares;    ///< Those that changed shares name.
        bool reference = false;               ///< Reference data that orders are judged by.
        std::set<schema::RecordId> redacted;  ///< Whose personal data came although erased.
        bool trust = false;                   ///< Who may join, what was sealed or erased.
    };
    [[nodiscard]] const OrderChanges& order_changes() const { return order_changes_; }
    [[nodiscard]] OrderChanges take_order_changes() { return std::exchange(order_changes_, {}); }
    /// Takes a clean record out of the tables and out of its scope's digest, as if it had never
    /// come.
    void erase(const sync::RecordName& name);
    /// Takes whatever the tables have of that record out of them, be it readable or not. The digest
    /// of its scope is the caller's to put right.
    void remove_rows(const sync::RecordName& name);
    /// As remove_rows, then writes \p state in place of them.
    void restore(sync::RecordState state, ScopeIx scope);
    /// The digest of a scope counted from its records, of which \p visit is told; one that can't
    /// be read counts as nothing. Everything must be flushed.
    [[nodiscard]] sync::ScopeDigest count_digest(
        ScopeIx scope, const std::function<void(RecordKey, const schema::RecordId&,
                                                const std::optional<sync::Hash32>&)>& visit = {});
    void set_scope_digest(ScopeIx ix, const sync::ScopeDigest& digest);
    /// Values and records of \p scope that wait for a program that knows them.
    [[nodiscard]] std::uint64_t waiting_values(ScopeIx scope);
    /// Values that lost and that the graph gave up, by field, author and number.
    [[nodiscard]] std::vector<sync::KeptVersion> kept_versions(RecordKey key);
    void keep_version(RecordKey key, const sync::KeptVersion& kept);
    void forget_kept(RecordKey key, schema::FieldId field);  ///< Their values.
    /// Orders and other records whose personal data are to be gone: whatever comes, no value of a
    /// field that is not Privacy::open stands in the tables. docs/decisions/0030.
    [[nodiscard]] const std::set<schema::RecordId>& erased() const { return erased_; }
    /// One more. Within a transaction, everything flushed; what is here is redacted with the next.
    void add_erased(const schema::RecordId& target);
    /// All that is here of \p target, in whatever scope. Everything must be flushed.
    [[nodiscard]] std::vector<RecordKey> keys_of_erased(const schema::RecordId& target);
    /// Takes the values out of \p record if it is of one of these. True if there were any.
    bool redact(sync::RecordState& state) const;
    /// Appeals of other scopes than this one are kept out of the search index.
    void set_indexed_scope(ScopeIx scope) { indexed_scope_ = scope; }
    /// Forgets loaded records that are clean. Call between commits of long work.
    void forget_loaded();
    /// Writes and forgets loaded records where they have become many. Between transactions of one
    /// commit, when nobody refers to a record: a log of any length is then taken in little memory.
    void relieve();
    /// How far the hub has judged; decides what prune may drop.
    void set_decided(std::function<bool(sync::Dot)> decided) { decided_ = std::move(decided); }
    [[nodiscard]] const std::function<bool(sync::Dot)>& decided() const { return decided_; }

    // --- Logs -------------------------------------------------------------------------------
    /// The log of that id; made, empty, with chain start \p start, if it is not there.
    LogFacts& log(const sync::LogId& id, const sync::Hash32& start);
    [[nodiscard]] LogFacts* find_log(const sync::LogId& id);
    [[nodiscard]] const std::vector<std::unique_ptr<LogFacts>>& logs() const {
        refuse_undone();
        return logs_;
    }
    /// Writes position and txn of \p log with the next commit.
    void touch_log(const LogFacts& log);
    /// Writes the origin of \p log.
    void save_origin(const LogFacts& log);
    /// Takes all records out of the tables, with what was derived from them, as if none had ever
    /// come: they are about to be made again from the logs.
    void clear_records();

    // --- Facts ------------------------------------------------------------------------------
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> meta(std::string_view key);
    void set_meta(std::string_view key, std::span<const std::uint8_t> value);

private:
    struct ScopeFacts {
        schema::ScopeId id;
        sync::ScopeDigest digest;
        bool dirty = false;
    };
    struct Rows;  ///< Prepared statements of one entity's table.
    Rows& rows(const schema::Entity& entity);
    void load_all();
    [[nodiscard]] sync::Authors read_authors();
    [[nodiscard]] std::vector<ScopeFacts> read_scopes();
    [[nodiscard]] std::vector<std::unique_ptr<LogFacts>> read_logs(
        const sync::Authors& authors, const std::vector<ScopeFacts>& scopes);
    void refuse_undone() const;
    void forget_words();  ///< Of the search index.
    void write_interned();
    void write_record(LoadedRecord& record);
    /// Drops versions that nothing can bring back, and keeps of these what history promises.
    void prune_graph(LoadedRecord& record);
    void note_order_change(const LoadedRecord& record, const Columns& columns);
    void note_linked(const LoadedRecord& record, const Columns& columns);
    void write_conflicts(const LoadedRecord& record,
                         const std::vector<std::pair<sync::ConflictId, schema::FieldId>>& now);
    // adopting.cpp
    [[nodiscard]] std::optional<std::string> begin_adoption();
    void finish_adoption(const std::string& former);
    void bring_back_retired(const schema::Entity& former, const schema::Entity& now);
    void note_unknown(LoadedRecord& record);
    LoadedRecord* load(const sync::RecordName& name, const schema::Entity* kind);
    bool load_placed(LoadedRecord& record, RecordKey key, const schema::Entity& entity);
    bool load_unplaced(LoadedRecord& record, RecordKey key);

    Access access_;
    const char* vfs_;
    sqlite::Database db_;
    schema::Registry registry_;
    std::vector<const schema::Entity*> entities_;
    std::vector<std::unique_ptr<Rows>> rows_;  ///< Parallel to entities_.

    sync::Authors authors_;
    std::vector<std::string> actors_;
    std::unordered_map<std::string, sync::ActorIx> actor_index_;
    std::vector<ScopeFacts> scopes_;
    std::vector<std::unique_ptr<LogFacts>> logs_;
    std::vector<std::uint32_t> dirty_logs_;
    std::size_t written_authors_ = 0;
    std::size_t written_actors_ = 0;
    std::size_t written_scopes_ = 0;
    std::size_t written_logs_ = 0;

    std::unordered_map<RecordKey, std::unique_ptr<LoadedRecord>> loaded_;
    std::map<schema::RecordId, RecordKey> unwritten_;  ///< Placed since the last flush.
    std::set<schema::RecordId> erased_;
    std::uint64_t unplaced_ = 0;  ///< Rows of that table: nearly always none.
    std::function<bool(sync::Dot)> decided_ = [](sync::Dot) { return false; };
    OrderChanges order_changes_;
    std::optional<ScopeIx> indexed_scope_;
    bool in_transaction_ = false;
    bool undone_ = false;  ///< A rollback is not over.
    bool recovering_ = false;
    std::function<void()> owner_recovers_;
};

}  // namespace jiuying::node
