#include "node/store/tables.hpp"

namespace jiuying::node {
namespace {

std::string_view column_type(schema::Kind kind) {
    switch (kind) {
        case schema::Kind::text:
        case schema::Kind::set: return "TEXT";
        case schema::Kind::record:
        case schema::Kind::bytes: return "BLOB";
        default: return "INTEGER";
    }
}

std::string column_sql(const schema::Field& field) {
    return sql_name(field.name) + " " + std::string(column_type(field.kind));
}

std::string entity_sql(const schema::Entity& entity) {
    const std::string name = sql_name(entity.name);
    std::string sql = "CREATE TABLE " + name +
                      "(rid INTEGER PRIMARY KEY, id BLOB NOT NULL, scope INTEGER NOT NULL, "
                      "contested INTEGER NOT NULL, state BLOB NOT NULL";
    std::string indexes =
        "CREATE INDEX " + sql_name(std::string(entity.name) + "_by_id") + " ON " + name + "(id);\n";
    for (const schema::Field& field : entity.fields) {
        sql += ", " + column_sql(field);
        if (!field.indexed) continue;
        indexes += create_index_sql(entity, field);
    }
    return sql + ") STRICT;\n" + indexes;
}

/// What is not an entity. Keys that name a log's place are log_place(); blobs of keys stand here
/// in clear only until the database itself is encrypted.
constexpr std::string_view fixed_tables = R"sql(
-- Single facts: profile, own author, horizons.
CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB) STRICT, WITHOUT ROWID;
-- Local numbers of authors and actors, as state blobs use them.
CREATE TABLE author(ix INTEGER PRIMARY KEY, node BLOB NOT NULL, epoch INTEGER NOT NULL) STRICT;
CREATE TABLE actor(ix INTEGER PRIMARY KEY, code TEXT NOT NULL) STRICT;
-- Scopes with their digest (sum of record digests) and number of records.
CREATE TABLE scope(ix INTEGER PRIMARY KEY, id BLOB NOT NULL, digest BLOB NOT NULL,
                   records INTEGER NOT NULL) STRICT;
-- Logs held here, own and received: seq and chain of the last sealed transaction, its txn.
CREATE TABLE log(ix INTEGER PRIMARY KEY, author INTEGER NOT NULL, stream INTEGER NOT NULL,
                 scope INTEGER NOT NULL, seq INTEGER NOT NULL, chain BLOB NOT NULL,
                 txn INTEGER NOT NULL) STRICT;
-- Own transactions that are not sealed yet, in their canonical encoding.
CREATE TABLE tail(place INTEGER PRIMARY KEY, txn INTEGER NOT NULL, public BLOB NOT NULL,
                  private BLOB NOT NULL) STRICT;
-- Sealed segments, own and received, as they travel. The place is that of the first transaction.
CREATE TABLE segment(place INTEGER PRIMARY KEY, last INTEGER NOT NULL, first_txn INTEGER NOT NULL,
                     last_txn INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
-- Content keys of logs, with the first sequence number they are used for.
CREATE TABLE content_key(log INTEGER NOT NULL, key_id BLOB NOT NULL, first INTEGER NOT NULL,
                         key BLOB NOT NULL, PRIMARY KEY(log, key_id)) STRICT, WITHOUT ROWID;
-- The hub's signed receipt for a log; the latest replaces the former.
CREATE TABLE receipt(log INTEGER PRIMARY KEY, bytes BLOB NOT NULL, stored INTEGER NOT NULL,
                     decided INTEGER NOT NULL, safe INTEGER NOT NULL,
                     hub_time INTEGER NOT NULL) STRICT;
-- Rejections and clock verdicts: ranges of an author's transactions and the flag they get.
CREATE TABLE mark(author INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
                  flag INTEGER NOT NULL, PRIMARY KEY(author, first, last, flag))
                  STRICT, WITHOUT ROWID;
-- Conflicts, derived from the heads of their record.
CREATE TABLE conflict(id BLOB PRIMARY KEY, rid INTEGER NOT NULL, field INTEGER NOT NULL,
                      scope INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX conflict_by_record ON conflict(rid);
-- Records whose creation, or whose kind, is not known here yet.
CREATE TABLE unplaced(rid INTEGER PRIMARY KEY, id BLOB NOT NULL, scope INTEGER NOT NULL,
                      entity INTEGER NOT NULL, state BLOB NOT NULL) STRICT;
-- Search: what waits to be indexed, and which record a document of the index was made from.
-- Documents are never taken out: a hit counts only if the record still has the words.
CREATE TABLE pending(rid INTEGER PRIMARY KEY) STRICT;
CREATE TABLE document(docid INTEGER PRIMARY KEY, rid INTEGER NOT NULL) STRICT;
CREATE INDEX document_by_record ON document(rid);
CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0, tokenize='unicode61');
-- Hub: invitations (the secret is zeros once it was used) and the nodes that came with
-- them.
CREATE TABLE invitation(id BLOB PRIMARY KEY, secret BLOB NOT NULL, code TEXT NOT NULL,
                        name TEXT NOT NULL, region TEXT NOT NULL, scope BLOB NOT NULL,
                        expires_at INTEGER NOT NULL, used_by BLOB) STRICT, WITHOUT ROWID;
CREATE TABLE peer(node BLOB PRIMARY KEY, static_key BLOB NOT NULL, sign_key BLOB NOT NULL,
                  box_key BLOB NOT NULL, epoch INTEGER NOT NULL, code TEXT NOT NULL,
                  scope BLOB NOT NULL, status TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- The last contact with each peer.
CREATE TABLE contact(node BLOB PRIMARY KEY, success_at INTEGER NOT NULL, try_at INTEGER NOT NULL,
                     offset_ms INTEGER, reason INTEGER NOT NULL, diverged INTEGER NOT NULL)
                     STRICT, WITHOUT ROWID;
-- The part of a segment that arrived before a cut.
CREATE TABLE partial(node BLOB PRIMARY KEY, lane INTEGER NOT NULL, first INTEGER NOT NULL,
                     size INTEGER NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL)
                     STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view order_tables = R"sql(
-- What lists ask of orders that have events: computed from these with the reference data of that
-- version, never truth. A row of another version is computed anew before it is used.
CREATE TABLE order_state(rid INTEGER PRIMARY KEY, facts INTEGER NOT NULL, main INTEGER NOT NULL,
                         lead_unit TEXT NOT NULL, co_units TEXT NOT NULL, citizen_due INTEGER,
                         unit_due INTEGER, open_events INTEGER NOT NULL, summary BLOB,
                         category TEXT NOT NULL DEFAULT '', merged_into BLOB) STRICT;
CREATE INDEX order_state_by_facts ON order_state(facts);
CREATE INDEX order_state_contested ON order_state(rid) WHERE open_events > 0;
CREATE INDEX order_state_by_master ON order_state(merged_into) WHERE merged_into IS NOT NULL;
)sql";

/// All rows are computed anew, as of a version that there never is.
constexpr std::string_view more_order_columns = R"sql(
ALTER TABLE order_state ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE order_state ADD COLUMN merged_into BLOB;
UPDATE order_state SET facts = 9223372036854775807;
CREATE INDEX order_state_by_master ON order_state(merged_into) WHERE merged_into IS NOT NULL;
)sql";

constexpr std::string_view arrival_tables = R"sql(
-- When the hub had a station's log up to that sequence number, by its own clock: at the hub as it
-- stored, at the station as receipts say. Null for what came before this was noted. An observation:
-- nothing that replicas agree on follows from it.
CREATE TABLE arrival(log INTEGER NOT NULL, last INTEGER NOT NULL, at INTEGER,
                     PRIMARY KEY(log, last)) STRICT, WITHOUT ROWID;
INSERT INTO arrival SELECT log, stored, NULL FROM receipt;
CREATE INDEX appeal_about_unit ON appeal(subject_unit) WHERE subject_unit IS NOT NULL;
)sql";

constexpr std::string_view share_tables = R"sql(
-- Hub: which station holds which order of another home, with the sum of its records' digests.
CREATE TABLE held("order" BLOB NOT NULL, scope INTEGER NOT NULL, digest BLOB NOT NULL,
                  records INTEGER NOT NULL, PRIMARY KEY("order", scope)) STRICT, WITHOUT ROWID;
CREATE INDEX held_by_scope ON held(scope);
-- Under which number of the inbox a transaction of somebody else was forwarded. At the hub: those
-- that it lost and took back.
CREATE TABLE forwarded(author INTEGER NOT NULL, txn INTEGER NOT NULL, log INTEGER NOT NULL,
                       as_txn INTEGER NOT NULL, PRIMARY KEY(author, txn, log, as_txn))
                       STRICT, WITHOUT ROWID;
-- Station: appeals that are shared to it. A search reads them; an index would keep their words.
CREATE TABLE unindexed(rid INTEGER PRIMARY KEY) STRICT;
-- Station: blocks of salts of received logs in which something was erased.
CREATE TABLE erased_block(log INTEGER NOT NULL, block INTEGER NOT NULL, PRIMARY KEY(log, block))
                          STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view snapshot_tables = R"sql(
-- Where what is kept of a log begins, if that is not its beginning: it was pruned, or the node
-- joined by a snapshot that stands for what is before. Sequence number, chain and number there.
CREATE TABLE horizon(log INTEGER PRIMARY KEY, seq INTEGER NOT NULL, chain BLOB NOT NULL,
                     txn INTEGER NOT NULL) STRICT;
-- Values that lost and that a record's graph gave up: history shows them where the log can't.
CREATE TABLE kept_version(rid INTEGER NOT NULL, field INTEGER NOT NULL, author INTEGER NOT NULL,
                          txn INTEGER NOT NULL, hlc INTEGER NOT NULL, flags INTEGER NOT NULL,
                          actor INTEGER NOT NULL, value BLOB NOT NULL,
                          PRIMARY KEY(rid, field, author, txn)) STRICT, WITHOUT ROWID;
-- Hub: snapshots of scopes with their content key, and their sealed chunks.
CREATE TABLE snapshot(id INTEGER PRIMARY KEY, scope BLOB NOT NULL, written_at INTEGER NOT NULL,
                      chunks INTEGER NOT NULL, records INTEGER NOT NULL, bytes INTEGER NOT NULL,
                      key BLOB NOT NULL, start BLOB NOT NULL) STRICT;
CREATE INDEX snapshot_by_scope ON snapshot(scope);
CREATE TABLE snapshot_chunk(snapshot INTEGER NOT NULL, chunk INTEGER NOT NULL, chain BLOB NOT NULL,
                            bytes BLOB NOT NULL, PRIMARY KEY(snapshot, chunk)) STRICT;
-- Hub: machines of stations: whether each gets all that its scope holds, and the snapshot from
-- which it is being filled.
CREATE TABLE machine(node BLOB PRIMARY KEY, whole INTEGER NOT NULL, snapshot INTEGER)
                     STRICT, WITHOUT ROWID;
INSERT INTO machine
    SELECT node, (SELECT count(*) FROM peer other WHERE other.scope = peer.scope) = 1, NULL
    FROM peer;
-- Station: the snapshot from which it is being filled, how far, and the keys of snapshots.
CREATE TABLE filling(one INTEGER PRIMARY KEY CHECK(one = 1), id INTEGER NOT NULL,
                     chunk INTEGER NOT NULL, chain BLOB NOT NULL, start BLOB NOT NULL,
                     records INTEGER NOT NULL) STRICT;
CREATE TABLE snapshot_key(id INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT;
)sql";

constexpr std::string_view log_origin_tables = R"sql(
-- Logs that go on from another, and second chains of an author: LogOrigin in store.hpp.
CREATE TABLE log_origin(log INTEGER PRIMARY KEY, previous INTEGER, before_epoch INTEGER,
                        before_seq INTEGER NOT NULL, before_chain BLOB, branch_epoch INTEGER,
                        branch_seq INTEGER NOT NULL, branch_txn INTEGER NOT NULL,
                        known BLOB NOT NULL) STRICT;
)sql";

constexpr std::string_view stick_tables = R"sql(
-- Segments that came, by stick, before what they follow: taken when that has come.
CREATE TABLE waiting(place INTEGER PRIMARY KEY, last INTEGER NOT NULL, node BLOB NOT NULL,
                     bytes BLOB NOT NULL) STRICT;
CREATE INDEX waiting_by_node ON waiting(node);
-- Where a peer last said it stands in each lane, over the network or by stick, and when by its own
-- clock. Of a log that it writes: how far that went, whatever has come of it.
CREATE TABLE place(node BLOB NOT NULL, lane INTEGER NOT NULL, epoch INTEGER NOT NULL,
                   seq INTEGER NOT NULL, chain BLOB NOT NULL, told_at INTEGER NOT NULL,
                   PRIMARY KEY(node, lane)) STRICT, WITHOUT ROWID;
-- By peer: the last bundle that was made for it, and when one of its own was last taken.
CREATE TABLE stick(node BLOB PRIMARY KEY, made BLOB, made_at INTEGER, taken_at INTEGER)
                   STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view version_tables = R"sql(
-- Records with fields that this program does not know, and how many.
CREATE TABLE waiting_values(rid INTEGER PRIMARY KEY, scope INTEGER NOT NULL,
                            fields INTEGER NOT NULL) STRICT;
-- Logs of which segments are kept that this program cannot read, from that sequence number on:
-- nothing of them is applied, whatever stands behind the first one.
CREATE TABLE unread(log INTEGER PRIMARY KEY, first INTEGER NOT NULL) STRICT;
-- Records that a peer had otherwise though all logs were equal, and what came of it.
CREATE TABLE differing(node BLOB NOT NULL, record BLOB NOT NULL, what INTEGER NOT NULL,
                       at INTEGER NOT NULL, PRIMARY KEY(node, record)) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view roster_tables = R"sql(
-- The roster: of each machine the entry that counts, as the hub signed it.
CREATE TABLE roster_member(node BLOB PRIMARY KEY, version INTEGER NOT NULL,
                           standing INTEGER NOT NULL, content BLOB NOT NULL) STRICT, WITHOUT ROWID;
-- Hub: what a revoked machine wrote beyond the cut, sealed as it came. Ruling: late_segments.hpp.
CREATE TABLE late_segment(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, node BLOB NOT NULL,
                          log INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
                          arrived_at INTEGER NOT NULL, ruling INTEGER NOT NULL,
                          ruled_at INTEGER NOT NULL, ruled_by TEXT NOT NULL, reason TEXT NOT NULL,
                          bytes BLOB NOT NULL) STRICT;
)sql";

constexpr std::string_view erasure_tables = R"sql(
-- Records whose personal data are to be gone. Done: from all kept segments, too.
CREATE TABLE erased(target BLOB PRIMARY KEY, done INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

std::string sql_name(std::string_view name) { return '"' + std::string(name) + '"'; }

std::vector<const schema::Entity*> stored_entities(schema::Registry registry) {
    std::vector<const schema::Entity*> entities;
    for (const schema::Entity& entity : registry) {
        if (entity.home == schema::Home::derived) continue;
        // Appeals are by far the most, so they are looked for first.
        const auto at = entity.id == schema::EntityId::appeal ? entities.begin() : entities.end();
        entities.insert(at, &entity);
    }
    return entities;
}

std::string create_tables_sql(schema::Registry registry) {
    std::string sql{fixed_tables};
    sql += order_tables;
    sql += share_tables;
    sql += snapshot_tables;
    sql += version_tables;
    for (const schema::Entity* entity : stored_entities(registry)) sql += entity_sql(*entity);
    sql += arrival_tables;
    sql += log_origin_tables;
    sql += stick_tables;
    sql += roster_tables;
    sql += erasure_tables;
    return sql;
}

std::string create_index_sql(const schema::Entity& entity, const schema::Field& field) {
    const std::string column = sql_name(field.name);
    return "CREATE INDEX " + sql_name(std::string(entity.name) + "_by_" + std::string(field.name)) +
           " ON " + sql_name(entity.name) + "(" + column + ") WHERE " + column + " IS NOT NULL;\n";
}

std::string create_entity_sql(const schema::Entity& entity) { return entity_sql(entity); }

std::string_view create_orders_sql() { return order_tables; }

std::string_view create_arrivals_sql() { return arrival_tables; }

std::string_view create_log_origins_sql() { return log_origin_tables; }

std::string_view create_sticks_sql() { return stick_tables; }

std::string_view create_shares_sql() { return share_tables; }

std::string_view create_snapshots_sql() { return snapshot_tables; }

std::string_view create_versions_sql() { return version_tables; }

std::string_view create_roster_sql() { return roster_tables; }

std::string_view create_erasures_sql() { return erasure_tables; }

std::string_view add_order_columns_sql() { return more_order_columns; }

std::string add_column_sql(const schema::Entity& entity, const schema::Field& field) {
    return "ALTER TABLE " + sql_name(entity.name) + " ADD COLUMN " + column_sql(field);
}

}  // namespace jiuying::node
