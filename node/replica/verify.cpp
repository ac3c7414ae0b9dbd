// Whether what is shown is what was written: every segment verified, every table rebuilt from the
// log into a new database and compared cell by cell.
#include "node/replica/checkpoints.hpp"
#include "node/replica/replica_state.hpp"

#include "node/replica/verify_scratch.hpp"
#include "node/store/entity_rows.hpp"
#include "sync/merge/state_codec.hpp"
#include "sync/segment/receipt.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::Value;
using sync::Transaction;
using Blob = std::vector<std::uint8_t>;

constexpr std::uint64_t all_txns = std::uint64_t{1} << 62U;
constexpr std::size_t problems_max = 100;

/// One row of an entity's table as it stands.
struct Row {
    schema::RecordId id;
    ScopeIx scope{};
    std::uint32_t contested = 0;
    std::string state;
    std::vector<Value> columns;
};

std::optional<Row> read_row(sqlite::Statement& select, RecordKey key, std::size_t columns) {
    Row row;
    const bool found =
        select.row([&](sqlite3_stmt& statement) { return sqlite3_bind_int64(&statement, 1, key); },
                   [&](sqlite3_stmt& statement) {
                       row.id = sqlite::Cell<schema::RecordId>::load(statement, 0);
                       row.scope = sqlite::Cell<ScopeIx>::load(statement, 1);
                       row.contested = sqlite::Cell<std::uint32_t>::load(statement, 2);
                       row.state = sqlite::Cell<std::string>::load(statement, 3);
                       for (std::size_t i = 0; i < columns; ++i) {
                           row.columns.push_back(column_value(statement, static_cast<int>(4 + i)));
                       }
                   });
    if (!found) return std::nullopt;
    return row;
}

std::string select_sql(const schema::Entity& entity) {
    std::string sql = "SELECT id, scope, contested, state";
    for (const schema::Field& field : entity.fields) sql += ", " + sql_name(field.name);
    return sql + " FROM " + sql_name(entity.name) + " WHERE rid = ?";
}

std::vector<RecordKey> keys_of(sqlite::Database& db, const schema::Entity& entity) {
    std::vector<RecordKey> keys;
    sqlite::Statement all =
        db.prepare("SELECT rid FROM " + sql_name(entity.name) + " ORDER BY rid");
    all.each<RecordKey>([&](RecordKey key) { keys.push_back(key); });
    return keys;
}

}  // namespace

/// Checks a replica against its own log. Problems name places, never values.
class Verification {
public:
    Verification(Replica::State& state, std::string scratch)
        : state_(state), scratch_(std::move(scratch)) {}

    VerifyReport run() {
        for (std::string& problem : sqlite::check_integrity(state_.store.database())) {
            add(Kind::file, "数据库文件 database file: " + std::move(problem));
        }
        for (const auto& log : state_.store.logs()) check_log(*log);
        check_receipts();
        rebuild();
        return std::move(report_);
    }

private:
    using Kind = VerifyProblem::Kind;

    void add(Kind kind, std::string problem) {
        if (report_.problems.size() >= problems_max) return;
        report_.problems.push_back({kind, std::move(problem)});
    }

    void check_log(const LogFacts& log) {
        sync::Position at{log.first_seq() - 1, {}};
        if (const auto horizon = state_.horizon_of(log.ix)) at = horizon->position;
        at.chain = state_.chain_at(log, at.seq).value_or(sync::Hash32{});
        const std::string name = "日志 log " + std::to_string(log.ix);
        std::vector<std::int64_t> places;
        state_.store.database()
            .statement("SELECT place FROM segment WHERE place BETWEEN ? AND ? ORDER BY place")
            .each<std::int64_t>([&](std::int64_t place) { places.push_back(place); },
                                log_place(log.ix, 0), log_place(log.ix + 1, 0) - 1);
        const auto unread = state_.unread_from(log);
        for (const std::int64_t place : places) {
            if (unread && place >= log_place(log.ix, *unread)) {
                if (!check_unread(log, place, at)) return;
                continue;
            }
            const Blob bytes = state_.store.database()
                                   .statement("SELECT bytes FROM segment WHERE place = ?")
                                   .one<Blob>(place);
            ++report_.segments;
            const auto opened = state_.open_kept(bytes, log);
            if (!opened) {
                add(Kind::log, name + ": 第 " + std::to_string(at.seq + 1) +
                                   " 条起的数据段未通过校验 (segment does not verify)");
                return;
            }
            report_.transactions += opened->transactions.size();
            if (!goes_on_from(at, bytes, opened->header, log)) {
                add(Kind::log,
                    name + ": 第 " + std::to_string(at.seq + 1) + " 条处断链 (chain is broken)");
                return;
            }
            at = opened->header.after();
        }
        // Where a second chain was told apart, the last segment also has the beginning of that.
        if (at.seq > log.position.seq) {
            at.seq = log.position.seq;
            at.chain = state_.chain_values(log, at.seq, at.seq).empty()
                           ? sync::Hash32{}
                           : state_.chain_values(log, at.seq, at.seq).front();
        }
        if (!(at == log.position)) {
            add(Kind::log, name + ": 末尾与记载不符 (the end is not where the log table says)");
        }
    }

    /// What this program can't read is signed, and goes on where the former ends.
    bool check_unread(const LogFacts& log, std::int64_t place, sync::Position& at) {
        const Blob bytes = state_.store.database()
                               .statement("SELECT bytes FROM segment WHERE place = ?")
                               .one<Blob>(place);
        ++report_.segments;
        const auto author = state_.verify_key(log.id.author.node);
        const auto header = author ? sync::verify_sealed(bytes, *author, state_.district())
                                   : Result<sync::SegmentHeader>{Errc::wrong_key};
        if (header && header->before() == at) {
            at = header->after();
            return true;
        }
        add(Kind::log, "日志 log " + std::to_string(log.ix) + ": 第 " + std::to_string(at.seq + 1) +
                           " 条起的数据段未通过校验 (segment does not verify)");
        return false;
    }

    /// A segment begins where the one before ended, or, sealed anew, inside that.
    [[nodiscard]] bool goes_on_from(const sync::Position& at, sync::View bytes,
                                    const sync::SegmentHeader& header, const LogFacts& log) {
        if (header.before() == at) return true;
        if (header.first > at.seq + 1 || header.last() < at.seq) return false;
        const auto links = state_.links_of(bytes, log);
        if (at.seq == header.first - 1) return false;
        return links && (*links)[at.seq - header.first] == at.chain;
    }

    void check_receipts() {
        const auto& logs = state_.store.logs();
        state_.store.database()
            .statement("SELECT log, bytes, stored, decided, safe FROM receipt")
            .each<std::uint32_t, Blob, std::uint64_t, std::uint64_t, std::uint64_t>(
                [&](std::uint32_t log, const Blob& bytes, std::uint64_t stored,
                    std::uint64_t decided, std::uint64_t safe) {
                    const auto receipt = sync::verify_receipt(
                        bytes, sync::VerifyKey(state_.profile.hub.sign_key), state_.district());
                    const bool sound =
                        receipt && log < logs.size() && receipt->log == logs[log]->id &&
                        receipt->seq <= logs[log]->position.seq && receipt->stored == stored &&
                        receipt->decided == decided && receipt->safe == safe;
                    if (sound) return;
                    add(Kind::log, "日志 log " + std::to_string(log) +
                                       ": 回执未通过校验 (receipt does not verify)");
                });
    }

    [[nodiscard]] std::uint8_t marks_of(const sync::Author& author, std::uint64_t txn) const {
        unsigned flags = 0;
        for (const Mark& mark : marks_) {
            const bool meant = mark.author == author && mark.first <= txn && txn <= mark.last;
            if (meant) flags |= mark.flag;
        }
        return static_cast<std::uint8_t>(flags);
    }

    /// Plays all logs into an empty database, then compares.
    void rebuild() {
        const VerifyScratch file(scratch_, state_.store.vfs(), state_.environment);
        Store::create(file.path, file.vfs, state_.registry);
        Store fresh(file.path, file.vfs, state_.registry);
        fresh.database().execute("PRAGMA synchronous = OFF");
        const Store& live = state_.store;
        // The same local numbers, so that graphs compare byte by byte.
        for (std::size_t i = 0; i < live.authors().size(); ++i) {
            fresh.authors().intern(live.authors()[sync::AuthorIx(i)]);
        }
        for (std::size_t i = 0; i < live.actors(); ++i) {
            (void)fresh.actor(live.actor_code(sync::ActorIx(i)));
        }
        for (std::size_t i = 0; i < live.scopes(); ++i)
            (void)fresh.scope(live.scope_id(ScopeIx(i)));
        fresh.set_decided(state_.store.decided());
        for (const auto& log : live.logs()) {
            if (log->id.author.node != state_.profile.hub.node) continue;
            state_.each_transaction(*log, 0, all_txns, [&](const Transaction& tx) {
                for (const Mark& mark : marks_in(tx)) marks_.push_back(mark);
            });
        }
        fresh.begin();
        for (const schema::RecordId& target : live.erased()) fresh.add_erased(target);
        seed(fresh);
        std::size_t applied = 0;
        state_.replay(live, [&](const LogFacts& log, const Transaction& tx) {
            const sync::Dot dot = dot_of(tx, log.author);
            const auto flags = static_cast<std::uint8_t>(
                Replica::State::flags_of(tx) | marks_of(live.authors()[dot.author], dot.txn));
            const Filed filed = file_of(fresh, tx, log.scope, state_.is_hub(), flags);
            apply_transaction(fresh, tx, log.author, filed, flags);
            if (tx.origin && log.id.stream == sync::Stream::inbox) check_forwarded(log, tx);
            if (++applied % 2000 != 0) return;
            fresh.commit();
            fresh.begin();
        });
        fresh.commit();
        for (const schema::Entity* entity : stored_entities(state_.registry)) {
            compare(*entity, fresh);
        }
        compare_conflicts(fresh);
        compare_orders();
        compare_held(fresh);
        for (std::size_t i = 0; i < live.scopes(); ++i) {
            if (live.scope_digest(ScopeIx(i)) == fresh.scope_digest(ScopeIx(i))) continue;
            add(Kind::table, "范围 scope " + std::to_string(i) +
                                 ": 摘要与日志不符 (digest differs from the log)");
        }
    }

    /// Records of which the log is not whole here, because it was pruned or this machine joined by
    /// a snapshot, begin as they stand. Their columns, conflicts and digests are computed from
    /// their graphs all the same, and the sum of the digests is compared: docs/decisions/0019.
    void seed(Store& fresh) {
        sqlite::Database& db = state_.store.database();
        if (!has_base(state_.store)) return;
        std::size_t seeded = 0;
        for (const schema::Entity* entity : stored_entities(state_.registry)) {
            for (const RecordKey key : keys_of(db, *entity)) {
                const LoadedRecord* live = state_.store.find(record_name(key));
                if (live == nullptr || state_.has_whole_log(*live)) continue;
                LoadedRecord& record = fresh.record(live->state.name, live->scope, entity);
                record.state = live->state;
                fresh.place(record, entity->id, live->state.id, live->scope);
                record.dirty = true;
                for (const Mark& mark : state_.marks_told_by(*live)) marks_.push_back(mark);
                if (++seeded % 2000 != 0) continue;
                fresh.commit();
                fresh.begin();
                state_.store.forget_loaded();
            }
        }
        fresh.flush();
        state_.store.forget_loaded();
    }

    /// The list of conflicts hangs on the graphs and must agree with them.
    void compare_conflicts(Store& fresh) {
        const auto listed = [](sqlite::Database& db) {
            std::vector<std::tuple<sync::ConflictId, RecordKey, schema::FieldId>> all;
            db.statement("SELECT id, rid, field FROM conflict ORDER BY id, rid, field")
                .each<sync::ConflictId, RecordKey, schema::FieldId>(
                    [&](const sync::ConflictId& id, RecordKey key, schema::FieldId field) {
                        all.emplace_back(id, key, field);
                    });
            return all;
        };
        const auto live = listed(state_.store.database());
        const auto expected = listed(fresh.database());
        report_.cells += expected.size();
        decltype(listed(fresh.database())) wrong;
        std::ranges::set_symmetric_difference(live, expected, std::back_inserter(wrong));
        for (const auto& conflict : wrong) {
            add(Kind::table, "冲突清单 conflict " + sync::hex_encode(std::get<0>(conflict).bytes) +
                                 ": 与日志不符 (differs from the log)");
        }
    }

    /// Where a forwarded transaction stands is how its history is found.
    void check_forwarded(const LogFacts& log, const Transaction& tx) {
        if (state_.is_hub()) return;
        ++report_.cells;
        if (state_.is_forwarded(log, tx)) return;
        add(Kind::table, "日志 log " + std::to_string(log.ix) + ": 转发的第 " +
                             std::to_string(tx.txn) +
                             " 条没有登记 (a forwarded transaction is not listed)");
    }

    /// Hub: which stations hold which orders, and what their digests have of these.
    void compare_held(Store& fresh) {
        if (!state_.is_hub()) return;
        using Held = std::tuple<schema::RecordId, ScopeIx, sync::Hash32, std::uint64_t>;
        std::vector<Held> live;
        state_.store.database()
            .statement("SELECT \"order\", scope, digest, records FROM held ORDER BY 1, 2")
            .each<schema::RecordId, ScopeIx, sync::Hash32, std::uint64_t>(
                [&](const schema::RecordId& order, ScopeIx scope, const sync::Hash32& digest,
                    std::uint64_t records) { live.emplace_back(order, scope, digest, records); });
        std::vector<Held> expected;
        fresh.database()
            .statement(
                "SELECT DISTINCT \"order\", scope FROM share WHERE dropped_at IS NULL "
                "AND \"order\" NOT NULL ORDER BY 1, 2")
            .each<schema::RecordId, ScopeIx>([&](const schema::RecordId& order, ScopeIx scope) {
                expected.emplace_back(order, scope, sync::Hash32{}, 0);
            });
        for (auto& [order, scope, digest, records] : expected) {
            const sync::ScopeDigest family = family_digest(fresh, order);
            digest = family.sum;
            records = family.records;
        }
        report_.cells += expected.size();
        if (live == expected) return;
        add(Kind::table,
            "协同 share: 清单与日志不符 (the list of shared orders differs from the log)");
    }

    /// What lists say of orders must be what their events say.
    void compare_orders() {
        std::vector<schema::RecordId> orders;
        state_.store.database()
            .statement(
                "SELECT appeal.id FROM appeal WHERE rid IN (SELECT rid FROM order_state) OR id IN "
                "(SELECT \"order\" FROM work_order_event)")
            .each<schema::RecordId>([&](const schema::RecordId& id) { orders.push_back(id); });
        for (const schema::RecordId& id : orders) {
            const auto order = state_.read_order(id);
            state_.store.forget_loaded();
            if (!order) continue;
            bool stale = false;
            const auto listed = state_.stored_order_row(order->key, stale);
            if (stale) continue;  // Computed anew before it is used.
            ++report_.cells;
            const bool right =
                order->events.empty()
                    ? !listed
                    : listed == Replica::State::row_of(*order, state_.facts().clocks());
            if (right) continue;
            add(Kind::table, "工单 order " + order->number +
                                 ": 清单与办理经过不符 (the list differs from its events)");
        }
    }

    void compare(const schema::Entity& entity, Store& fresh) {
        sqlite::Database& live_db = state_.store.database();
        const std::vector<RecordKey> live_keys = keys_of(live_db, entity);
        const std::vector<RecordKey> fresh_keys = keys_of(fresh.database(), entity);
        std::vector<RecordKey> all;
        std::ranges::set_union(live_keys, fresh_keys, std::back_inserter(all));
        sqlite::Statement live_select = live_db.prepare(select_sql(entity));
        sqlite::Statement fresh_select = fresh.database().prepare(select_sql(entity));
        for (const RecordKey key : all) {
            const auto live = read_row(live_select, key, entity.fields.size());
            const auto expected = read_row(fresh_select, key, entity.fields.size());
            ++report_.records;
            if (!live && !expected) {
                // Listed by the table and not found in it: its pages contradict each other.
                add(Kind::table, "表 table " + std::string(entity.name) +
                                     ": 页面自相矛盾 (its pages contradict each other)");
                continue;
            }
            const std::string name = name_of(entity, live ? *live : *expected);
            if (!live) {
                add(Kind::table, name + ": 日志中有而表中没有 (in the log, not in the table)");
            } else if (!expected) {
                add(Kind::table, name + ": 表中有而日志中没有 (in the table, not in the log)");
            } else {
                compare_row(entity, key, *live, *expected, name);
            }
        }
    }

    void compare_row(const schema::Entity& entity, RecordKey key, const Row& live,
                     const Row& expected, const std::string& name) {
        bool columns_equal = true;
        for (std::size_t i = 0; i < entity.fields.size(); ++i) {
            ++report_.cells;
            if (live.columns[i] == expected.columns[i]) continue;
            columns_equal = false;
            differs(name, entity.fields[i].name);
        }
        report_.cells += 4;
        if (live.id != expected.id) differs(name, "id");
        if (live.scope != expected.scope) differs(name, "scope");
        if (live.contested != expected.contested) differs(name, "contested");
        // A wrong column makes the graph's elided values wrong too: one cell, one problem.
        if (columns_equal && live.state != expected.state &&
            !is_same_graph(entity, key, live, expected)) {
            differs(name, "state");
        }
    }

    void differs(const std::string& name, std::string_view column) {
        add(Kind::table,
            name + ": 字段 " + std::string(column) + " 与日志不符 (differs from the log)");
    }

    /// Both sides drop at other moments what may be dropped. What the hub had decided before it was
    /// put back may be gone here and be undecided now: then the rest must be there, and alike.
    bool is_same_graph(const schema::Entity& entity, RecordKey key, const Row& live,
                       const Row& expected) {
        const auto held = graph_of(entity, key, live);
        const auto told = graph_of(entity, key, expected);
        if (!held || !told) return !held && !told;
        if (pruned(*held, entity, live, state_.store.decided()) ==
            pruned(*told, entity, expected, state_.store.decided())) {
            return true;
        }
        const auto all = [](sync::Dot) { return true; };
        const auto is_told = [&](const sync::Version& version, schema::FieldId field) {
            const sync::FieldGraph* graph = sync::find_graph(*told, field);
            return graph != nullptr && std::ranges::any_of(graph->versions, [&](const auto& one) {
                       return one.dot == version.dot && one.hlc == version.hlc &&
                              one.flags == version.flags && one.bases == version.bases &&
                              one.value == version.value;
                   });
        };
        const bool nothing_more = std::ranges::all_of(held->fields, [&](const auto& graph) {
            return std::ranges::all_of(
                graph.versions, [&](const auto& version) { return is_told(version, graph.id); });
        });
        return nothing_more &&
               pruned(*held, entity, live, all) == pruned(*told, entity, expected, all);
    }

    static const Value* shown_in(const schema::Entity& entity, const Row& row, schema::FieldId id) {
        const auto at = std::ranges::lower_bound(entity.fields, id, {}, &schema::Field::id);
        const bool known = at != entity.fields.end() && at->id == id;
        if (!known || at->merge == schema::Merge::set) return nullptr;
        const Value& value = row.columns[static_cast<std::size_t>(at - entity.fields.begin())];
        return schema::empty(value) ? nullptr : &value;
    }

    /// Nothing if it is damaged.
    std::optional<sync::RecordState> graph_of(const schema::Entity& entity, RecordKey key,
                                              const Row& row) {
        sync::RecordState record;
        record.name = record_name(key);
        record.entity = entity.id;
        record.id = row.id;
        const auto shown = [&](schema::FieldId id) { return shown_in(entity, row, id); };
        if (!sync::decode_state(row.state, record, shown, state_.store.authors(),
                                state_.store.actors())) {
            return std::nullopt;
        }
        return record;
    }

    std::string pruned(sync::RecordState record, const schema::Entity& entity, const Row& row,
                       const std::function<bool(sync::Dot)>& decided) {
        const auto shown = [&](schema::FieldId id) { return shown_in(entity, row, id); };
        sync::prune(record, &entity, decided);
        return sync::encode_state(record, shown, state_.store.authors());
    }

    static std::string name_of(const schema::Entity& entity, const Row& row) {
        std::string name = std::string(entity.zh) + " " + std::string(entity.name) + " ";
        const bool numbered = entity.id == schema::EntityId::appeal && !row.columns.empty();
        const std::string* number = numbered ? schema::text_of(row.columns.front()) : nullptr;
        return name + (number != nullptr ? *number : schema::to_text(row.id));
    }

    Replica::State& state_;
    std::string scratch_;
    std::vector<Mark> marks_;
    VerifyReport report_;
};

VerifyReport Replica::verify(const std::string& scratch_path) {
    std::optional<Store::Snapshot> snapshot;
    if (state_->store.read_only()) snapshot.emplace(state_->store);
    VerifyReport report = Verification(*state_, scratch_path).run();
    Checkpoints{*this}.check(report);
    return report;
}

}  // namespace jiuying::node
