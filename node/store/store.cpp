#include "node/store/store.hpp"

#include "node/storage/cipher_vfs.hpp"
#include "node/store/entity_rows.hpp"
#include "node/store/migrations.hpp"
#include "schema/assert.hpp"
#include "schema/planted.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace jiuying::node {
namespace {

sqlite::Database open_database(const std::string& path, const char* vfs, bool create,
                               bool read_only = false) {
    sqlite::OpenOptions options;
    options.read_only = read_only;
    options.vfs = vfs;
    options.create = create;
    options.exclusive = vfs != nullptr && !CipherVfs::on_system_disk(vfs);
    return sqlite::Database::open(path, options);
}

}  // namespace

Store::Store(const std::string& path, const char* vfs, schema::Registry registry, Access access)
    : access_(access),
      vfs_(vfs),
      db_(open_database(path, vfs, false, access == Access::read)),
      registry_(registry),
      entities_(stored_entities(registry)) {
    if (access == Access::write) {
        sqlite::migrate(db_, database_migrations());
        if (!planted::on(planted::Defect::recovery_without_sync)) db_.sync_log();
    }
    if (planted::on(planted::Defect::commit_without_sync)) db_.execute("PRAGMA synchronous=OFF");
    const auto former = access == Access::write ? begin_adoption() : std::nullopt;
    for (const schema::Entity* entity : entities_) {
        rows_.push_back(std::make_unique<Rows>(db_, *entity));
    }
    load_all();
    if (former) finish_adoption(*former);
}

Store::~Store() = default;

void Store::create(const std::string& path, const char* vfs, schema::Registry registry) {
    sqlite::Database db = open_database(path, vfs, true);
    if (sqlite::schema_version(db) != 0) {
        throw sqlite::Error(SQLITE_CANTOPEN, 0, "making a database where there is one already");
    }
    sqlite::Transaction transaction(db);
    db.execute(create_tables_sql(registry).c_str());
    db.statement("INSERT INTO meta VALUES('registry', ?)").run(sqlite::as_blob(describe(registry)));
    db.execute(("PRAGMA user_version = " + std::to_string(database_version)).c_str());
    transaction.commit();
}

Store::Rows& Store::rows(const schema::Entity& entity) {
    const auto at = std::ranges::find(entities_, &entity);
    JY_ASSERT(at != entities_.end());
    return *rows_[static_cast<std::size_t>(at - entities_.begin())];
}

namespace {

/// A number that the tables give must be the next one: everything else refers to it by place.
void require(bool sound, const char* what) {
    if (!sound) throw sqlite::Error(SQLITE_CORRUPT, 0, what);
}

}  // namespace

std::vector<std::uint64_t> epochs_in(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint64_t> epochs;
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t epoch = 0;
        for (unsigned i = 0; i < 8; ++i) epoch |= std::uint64_t{bytes[at + i]} << (8U * i);
        epochs.push_back(epoch);
    }
    return epochs;
}

std::vector<std::uint8_t> bytes_of_epochs(const std::vector<std::uint64_t>& epochs) {
    std::vector<std::uint8_t> bytes;
    for (const std::uint64_t epoch : epochs) {
        for (unsigned i = 0; i < 8; ++i)
            bytes.push_back(static_cast<std::uint8_t>(epoch >> (8 * i)));
    }
    return bytes;
}

sync::Authors Store::read_authors() {
    sync::Authors authors;
    db_.statement("SELECT ix, node, epoch FROM author ORDER BY ix")
        .each<sync::AuthorIx, schema::NodeId, std::uint64_t>(
            [&](sync::AuthorIx ix, schema::NodeId node, std::uint64_t epoch) {
                require(authors.intern({node, epoch}) == ix, "reading the authors");
            });
    return authors;
}

std::vector<Store::ScopeFacts> Store::read_scopes() {
    std::vector<ScopeFacts> scopes;
    db_.statement("SELECT ix, id, digest, records FROM scope ORDER BY ix")
        .each<std::uint32_t, schema::ScopeId, sync::Hash32, std::uint64_t>(
            [&](std::uint32_t ix, schema::ScopeId id, const sync::Hash32& sum,
                std::uint64_t records) {
                require(ix == scopes.size(), "reading the scopes");
                scopes.push_back({id, {sum, records}, false});
            });
    return scopes;
}

std::vector<std::unique_ptr<LogFacts>> Store::read_logs(const sync::Authors& authors,
                                                        const std::vector<ScopeFacts>& scopes) {
    std::vector<std::unique_ptr<LogFacts>> logs;
    db_.statement("SELECT ix, author, stream, scope, seq, chain, txn FROM log ORDER BY ix")
        .each<std::uint32_t, sync::AuthorIx, sync::Stream, ScopeIx, std::uint64_t, sync::Hash32,
              std::uint64_t>([&](std::uint32_t ix, sync::AuthorIx author, sync::Stream stream,
                                 ScopeIx scope, std::uint64_t seq, const sync::Hash32& chain,
                                 std::uint64_t txn) {
            const auto scope_at = static_cast<std::size_t>(scope);
            require(ix == logs.size() && static_cast<std::size_t>(author) < authors.size() &&
                        scope_at < scopes.size(),
                    "reading the logs");
            const sync::LogId id{authors[author], stream, scopes[scope_at].id};
            logs.push_back(
                std::make_unique<LogFacts>(LogFacts{ix, id, author, scope, {seq, chain}, txn}));
        });
    db_.statement(
           "SELECT log, previous, before_epoch, before_seq, before_chain, branch_epoch, "
           "branch_seq, branch_txn, known FROM log_origin ORDER BY log")
        .each<std::uint32_t, std::optional<std::uint32_t>, std::optional<std::uint64_t>,
              std::uint64_t, std::optional<sync::Hash32>, std::optional<std::uint64_t>,
              std::uint64_t, std::uint64_t,
              std::vector<std::uint8_t>>([&](std::uint32_t ix,
                                             std::optional<std::uint32_t> previous,
                                             std::optional<std::uint64_t> before_epoch,
                                             std::uint64_t before_seq,
                                             std::optional<sync::Hash32> before_chain,
                                             std::optional<std::uint64_t> branch_epoch,
                                             std::uint64_t branch_seq, std::uint64_t branch_txn,
                                             const std::vector<std::uint8_t>& known) {
            require(ix < logs.size() && (!previous || *previous < logs.size()),
                    "reading the origins of logs");
            LogOrigin& origin = logs[ix]->origin;
            origin.previous = previous;
            if (before_epoch && before_chain) {
                origin.predecessor = sync::Predecessor{*before_epoch, before_seq, *before_chain};
            }
            if (branch_epoch) origin.branch = LogBranch{*branch_epoch, branch_seq, branch_txn};
            origin.known_branches = epochs_in(known);
        });
    return logs;
}

void Store::load_all() {
    sync::Authors authors = read_authors();
    std::vector<std::string> actors;
    std::unordered_map<std::string, sync::ActorIx> actor_index;
    db_.statement("SELECT ix, code FROM actor ORDER BY ix")
        .each<std::uint32_t, std::string>([&](std::uint32_t ix, std::string code) {
            require(ix == actors.size(), "reading the actors");
            actor_index[code] = sync::ActorIx(ix);
            actors.push_back(std::move(code));
        });
    std::vector<ScopeFacts> scopes = read_scopes();
    auto logs = read_logs(authors, scopes);
    unplaced_ = db_.statement("SELECT count(*) FROM unplaced").one<std::uint64_t>();
    std::set<schema::RecordId> erased;
    db_.statement("SELECT target FROM erased").each<schema::RecordId>([&](const auto& target) {
        erased.insert(target);
    });
    // All was read: memory changes as a whole or, when a read fails, not at all.
    authors_ = std::move(authors);
    actors_ = std::move(actors);
    actor_index_ = std::move(actor_index);
    scopes_ = std::move(scopes);
    logs_ = std::move(logs);
    erased_ = std::move(erased);
    dirty_logs_.clear();
    written_authors_ = authors_.size();
    written_actors_ = actors_.size();
    written_scopes_ = scopes_.size();
    written_logs_ = logs_.size();
}

void Store::recover() {
    if (!undone_ || recovering_) return;
    recovering_ = true;
    try {
        // A failing disk may have ended the transaction already.
        if (db_.in_transaction()) db_.statement("ROLLBACK").run();
        load_all();
        if (owner_recovers_) owner_recovers_();
    } catch (...) {
        recovering_ = false;
        throw;
    }
    recovering_ = false;
    undone_ = false;
}

Store::Snapshot::Snapshot(Store& store) : store_(store) {
    JY_ASSERT(store.read_only());
    store.db_.statement("BEGIN").run();
    try {
        store.loaded_.clear();
        store.load_all();
        if (store.owner_recovers_) store.owner_recovers_();
    } catch (...) {
        store.db_.statement("ROLLBACK").run();
        throw;
    }
}

Store::Snapshot::~Snapshot() {
    try {
        if (store_.db_.in_transaction()) store_.db_.statement("ROLLBACK").run();
    } catch (const sqlite::Error&) {
        // Nothing was written; the next one says so if the disk still fails.
    }
}

void Store::refuse_undone() const {
    if (undone_ && !recovering_) throw sqlite::Error(SQLITE_IOERR, 0, "undoing what failed");
}

void Store::begin() {
    JY_ASSERT(!in_transaction_);
    recover();
    db_.statement("BEGIN IMMEDIATE").run();
    in_transaction_ = true;
}

void Store::write_interned() {
    for (; written_authors_ < authors_.size(); ++written_authors_) {
        const sync::Author& author = authors_[sync::AuthorIx(written_authors_)];
        db_.statement("INSERT INTO author VALUES(?, ?, ?)")
            .run(written_authors_, author.node, author.epoch);
    }
    for (; written_actors_ < actors_.size(); ++written_actors_) {
        db_.statement("INSERT INTO actor VALUES(?, ?)")
            .run(written_actors_, actors_[written_actors_]);
    }
    for (std::size_t ix = 0; ix < scopes_.size(); ++ix) {
        ScopeFacts& scope = scopes_[ix];
        if (ix < written_scopes_ && !scope.dirty) continue;
        db_.statement("INSERT OR REPLACE INTO scope VALUES(?, ?, ?, ?)")
            .run(ix, scope.id, scope.digest.sum, scope.digest.records);
        scope.dirty = false;
    }
    written_scopes_ = scopes_.size();
    for (; written_logs_ < logs_.size(); ++written_logs_) {
        dirty_logs_.push_back(static_cast<std::uint32_t>(written_logs_));
    }
    for (const std::uint32_t ix : dirty_logs_) {
        const LogFacts& log = *logs_[ix];
        db_.statement("INSERT OR REPLACE INTO log VALUES(?, ?, ?, ?, ?, ?, ?)")
            .run(log.ix, log.author, log.id.stream, log.scope, log.position.seq, log.position.chain,
                 log.txn);
    }
    dirty_logs_.clear();
}

void Store::commit() {
    JY_ASSERT(in_transaction_);
    flush();
    write_interned();
    db_.statement("COMMIT").run();
    in_transaction_ = false;
    order_changes_ = {};
    forget_loaded();
}

void Store::rollback() {
    undone_ = true;
    loaded_.clear();
    unwritten_.clear();
    order_changes_ = {};
    in_transaction_ = false;
    recover();
}

sync::ActorIx Store::actor(const std::string& code) {
    const auto [at, fresh] = actor_index_.try_emplace(code, sync::ActorIx(actors_.size()));
    if (fresh) actors_.push_back(code);
    return at->second;
}

const std::string& Store::actor_code(sync::ActorIx ix) const {
    return actors_.at(static_cast<std::size_t>(ix));
}

ScopeIx Store::scope(const schema::ScopeId& id) {
    if (const auto known = find_scope(id)) return *known;
    scopes_.push_back({id, {}, true});
    return ScopeIx(scopes_.size() - 1);
}

std::optional<ScopeIx> Store::find_scope(const schema::ScopeId& id) const {
    refuse_undone();
    const auto at = std::ranges::find(scopes_, id, &ScopeFacts::id);
    if (at == scopes_.end()) return std::nullopt;
    return ScopeIx(at - scopes_.begin());
}

const schema::ScopeId& Store::scope_id(ScopeIx ix) const {
    return scopes_.at(static_cast<std::size_t>(ix)).id;
}

const sync::ScopeDigest& Store::scope_digest(ScopeIx ix) const {
    return scopes_.at(static_cast<std::size_t>(ix)).digest;
}

LogFacts& Store::log(const sync::LogId& id, const sync::Hash32& start) {
    if (LogFacts* known = find_log(id); known != nullptr) return *known;
    logs_.push_back(std::make_unique<LogFacts>(LogFacts{static_cast<std::uint32_t>(logs_.size()),
                                                        id,
                                                        authors_.intern(id.author),
                                                        scope(id.scope),
                                                        {0, start},
                                                        0}));
    return *logs_.back();
}

LogFacts* Store::find_log(const sync::LogId& id) {
    recover();
    const auto at = std::ranges::find(logs_, id, [](const auto& log) { return log->id; });
    return at == logs_.end() ? nullptr : at->get();
}

void Store::save_origin(const LogFacts& log) {
    using Chain = std::optional<sync::Hash32>;
    using Number = std::optional<std::uint64_t>;
    const LogOrigin& origin = log.origin;
    const sync::Predecessor before = origin.predecessor.value_or(sync::Predecessor{});
    const LogBranch branch = origin.branch.value_or(LogBranch{});
    db_.statement("INSERT OR REPLACE INTO log_origin VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .run(log.ix, origin.previous, origin.predecessor ? Number(before.epoch) : Number(),
             before.seq, origin.predecessor ? Chain(before.chain) : Chain(),
             origin.branch ? Number(branch.epoch) : Number(), branch.first_seq, branch.first_txn,
             bytes_of_epochs(origin.known_branches));
}

void Store::clear_records() {
    JY_ASSERT(in_transaction_);
    flush();
    loaded_.clear();
    for (const schema::Entity* entity : entities_) {
        db_.execute(("DELETE FROM " + sql_name(entity->name)).c_str());
    }
    for (const char* table : {"unplaced", "conflict", "pending", "document", "unindexed",
                              "order_state", "waiting_values", "kept_version"}) {
        db_.execute((std::string("DELETE FROM ") + table).c_str());
    }
    db_.execute("INSERT INTO words(words) VALUES('delete-all')");
    for (ScopeFacts& scope : scopes_) {
        scope.digest = {};
        scope.dirty = true;
    }
    unplaced_ = 0;
}

void Store::touch_log(const LogFacts& log) {
    if (std::ranges::find(dirty_logs_, log.ix) == dirty_logs_.end()) dirty_logs_.push_back(log.ix);
}

std::optional<std::vector<std::uint8_t>> Store::meta(std::string_view key) {
    return database()
        .statement("SELECT value FROM meta WHERE key = ?")
        .maybe<std::vector<std::uint8_t>>(key);
}

void Store::set_meta(std::string_view key, std::span<const std::uint8_t> value) {
    db_.statement("INSERT OR REPLACE INTO meta VALUES(?, ?)").run(key, value);
}

}  // namespace jiuying::node
