// The audit log: rows written with what they are about, read, and held against chain and logs.
#include "node/replica/audit_arrival.hpp"
#include "node/replica/audit_chain.hpp"
#include "schema/utf8.hpp"

#include <algorithm>
#include <limits>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::Value;
namespace fields = schema::audit;
using Blob = std::vector<std::uint8_t>;

/// Of `meta`: number and chain value of the own last row; at a hub with a node's id behind it, of
/// the last row that came from there.
constexpr std::string_view head_key = "audit_head";
std::string head_key_of(const schema::NodeId& node) {
    return std::string{head_key}.append("/").append(sync::hex_encode(node.bytes));
}
constexpr std::size_t faults_max = 100;
constexpr std::uint64_t all_txns = std::uint64_t{1} << 62U;
constexpr std::int64_t always = std::int64_t{1} << 62U;

struct Head {
    std::uint64_t number = 0;
    sync::Hash32 chain{};
};

std::optional<Head> read_head(Store& store, std::string_view key = head_key) {
    const auto kept = store.meta(key);
    Head head;
    if (!kept || kept->size() != 8 + head.chain.size()) return std::nullopt;
    for (std::size_t i = 0; i < 8; ++i) head.number |= std::uint64_t{(*kept)[i]} << (8U * i);
    std::copy(kept->begin() + 8, kept->end(), head.chain.begin());
    return head;
}

void write_head(Store& store, const Head& head, std::string_view key = head_key) {
    Blob bytes(8);
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<std::uint8_t>(head.number >> (8U * i));
    }
    bytes.insert(bytes.end(), head.chain.begin(), head.chain.end());
    store.set_meta(key, bytes);
}

/// What of \p text fits the field; nothing if it is no text.
std::string fitting(const std::string& text, schema::FieldId field, schema::Registry registry) {
    if (!schema::is_utf8(text)) return {};
    const auto* entity = schema::find_entity(registry, EntityId::audit);
    const std::size_t most = schema::find_field(*entity, field)->max;
    std::size_t at = 0;
    for (std::size_t count = 0; at < text.size() && count < most; ++count) {
        at += schema::first_code_point(std::string_view{text}.substr(at)).size;
    }
    return text.substr(0, at);
}

NewRecord record_of(const AuditRow& row) {
    return {EntityId::audit,
            {{fields::number, static_cast<std::int64_t>(row.number)},
             {fields::at, row.at_ms},
             {fields::actor, row.actor},
             {fields::action, row.action},
             {fields::target, row.target.empty() ? Value{} : Value{row.target}},
             {fields::result, row.result},
             {fields::detail, row.detail.empty() ? Value{} : Value{row.detail}},
             {fields::chain, row.chain}}};
}

/// What the log says of a row, by the field; other fields than those of this program are passed by.
void take_value(AuditRow& row, schema::FieldId field, const Value& value) {
    const std::string* text = schema::text_of(value);
    const std::int64_t* number = schema::number_of(value);
    const auto to = [&](std::string& member) {
        if (text != nullptr) member = *text;
    };
    switch (field) {
        case fields::number: row.number = number == nullptr ? 0 : std::uint64_t(*number); break;
        case fields::at: row.at_ms = number == nullptr ? 0 : *number; break;
        case fields::actor: to(row.actor); break;
        case fields::action: to(row.action); break;
        case fields::target: to(row.target); break;
        case fields::result: row.result = number == nullptr ? 0 : *number; break;
        case fields::detail: to(row.detail); break;
        case fields::chain: to(row.chain); break;
        default: break;
    }
}

/// Of a row that \p tx makes in that place.
AuditRow row_in(const sync::Transaction& tx, std::size_t place) {
    AuditRow row;
    for (const sync::Change& change : tx.changes) {
        if (change.record == place) take_value(row, change.field, change.value);
    }
    return row;
}

/// Whether \p row stands behind \p head, which goes on to it.
bool goes_on(Head& head, const AuditRow& row) {
    const bool follows =
        row.number == head.number + 1 && sync::as_text(audit_link(head.chain, row)) == row.chain;
    if (row.number > head.number && row.chain.size() == head.chain.size()) {
        head.number = row.number;
        std::copy(row.chain.begin(), row.chain.end(), head.chain.begin());
    }
    return follows;
}

bool says_the_same(const AuditRow& a, const AuditRow& b) {
    return a.number == b.number && a.at_ms == b.at_ms && a.actor == b.actor &&
           a.action == b.action && a.target == b.target && a.result == b.result &&
           a.detail == b.detail && a.chain == b.chain;
}

/// Row by row, whatever somebody may have put into the cells.
using Cells = std::tuple<schema::RecordId, ScopeIx, std::int64_t, std::int64_t, std::string,
                         std::string, std::string, std::int64_t, std::string, Blob>;

AuditRow row_of(const Cells& cells, schema::NodeId node, std::string station) {
    AuditRow row;
    std::int64_t number = 0;
    Blob chain;
    ScopeIx unused{};
    std::tie(row.id, unused, number, row.at_ms, row.actor, row.action, row.target, row.result,
             row.detail, chain) = cells;
    row.number = static_cast<std::uint64_t>(number);
    row.node = node;
    row.station = std::move(station);
    row.chain.assign(chain.begin(), chain.end());
    return row;
}

}  // namespace

void Replica::audit(const AuditEntry& entry) {
    State& state = *state_;
    if (state.store.stored_entity(EntityId::audit) == nullptr) throw AuditUnwritable{};
    state.writing([&] {
        state.store.flush();  // What fails from here on is the row.
        const Head before = read_head(state.store).value_or(Head{0, audit_start(state.node)});
        AuditRow row;
        row.node = state.node;
        row.number = before.number + 1;
        row.at_ms = state.environment.now_ms();
        row.actor = fitting(entry.actor, fields::actor, state.registry);
        row.action = fitting(entry.action, fields::action, state.registry);
        row.target = fitting(entry.target, fields::target, state.registry);
        row.result = entry.result;
        row.detail = fitting(entry.detail, fields::detail, state.registry);
        if (row.actor.empty()) row.actor = state.is_hub() ? "hub" : "station";
        const sync::Hash32 chain = audit_link(before.chain, row);
        row.chain = sync::as_text(chain);
        Draft draft;
        draft.actor = row.actor;
        draft.records.push_back(record_of(row));
        draft.scope = state.profile.scope;
        try {
            const Result<Committed> written = state.write(draft);
            if (!written) throw AuditUnwritable{};
            state.store.flush();
            write_head(state.store, {row.number, chain});
        } catch (const sqlite::Error& error) {
            // Of a full or failing disk people learn what it is.
            if (!error.is_constraint()) throw;
            throw AuditUnwritable{};
        }
    });
}

Result<Committed> Replica::commit(const Draft& draft) {
    if (!draft.audit) return state_->write(draft);
    return state_->writing([&] {
        Result<Committed> committed = state_->write(draft);
        // What changed nothing did nothing.
        if (!committed || committed->txn == 0) return committed;
        AuditEntry entry = *draft.audit;
        if (entry.actor.empty()) entry.actor = draft.actor;
        audit(entry);
        return committed;
    });
}

AuditPage Replica::audit_rows(const AuditFilter& filter) {
    State& state = *state_;
    std::optional<Store::Snapshot> snapshot;
    if (state.store.read_only()) snapshot.emplace(state.store);
    AuditPage page;
    std::optional<ScopeIx> scope;
    if (filter.scope) {
        scope = state.store.find_scope(*filter.scope);
        if (!scope) return page;
    }
    const std::int64_t since = filter.since_ms.value_or(-always);
    const std::int64_t until = filter.until_ms.value_or(always);
    const std::string below = filter.action + ".";
    // -1 is no scope's number.
    const std::int64_t in = scope ? static_cast<std::int64_t>(*scope) : -1;
    page.total =
        state.store.database()
            .statement(
                "SELECT count(*) FROM audit WHERE at >= ?1 AND at < ?2 AND (?3 = '' OR actor = ?3) "
                "AND (?4 = '' OR action = ?4 OR substr(action, 1, length(?5)) = ?5) AND (?6 < 0 OR "
                "scope = ?6)")
            .one<std::uint64_t>(since, until, filter.actor, filter.action, below, in);
    std::vector<std::pair<RecordKey, Cells>> found;
    state.store.database()
        .statement(
            "SELECT rid, id, scope, CAST(coalesce(number, 0) AS INTEGER), "
            "CAST(coalesce(at, 0) AS INTEGER), CAST(coalesce(actor, '') AS TEXT), "
            "CAST(coalesce(action, '') AS TEXT), CAST(coalesce(target, '') AS TEXT), "
            "CAST(coalesce(result, 0) AS INTEGER), CAST(coalesce(detail, '') AS TEXT), "
            "CAST(coalesce(chain, x'') AS BLOB) FROM audit WHERE at >= ?1 AND at < ?2 AND "
            "(?3 = '' OR actor = ?3) AND (?4 = '' OR action = ?4 OR "
            "substr(action, 1, length(?5)) = ?5) AND (?6 < 0 OR scope = ?6) "
            "ORDER BY at DESC, rid DESC LIMIT ?7")
        .each<RecordKey, schema::RecordId, ScopeIx, std::int64_t, std::int64_t, std::string,
              std::string, std::string, std::int64_t, std::string, Blob>(
            [&](RecordKey key, auto&&... cells) {
                found.emplace_back(key, Cells{std::forward<decltype(cells)>(cells)...});
            },
            since, until, filter.actor, filter.action, below, in,
            static_cast<std::int64_t>(filter.limit));
    for (const auto& [key, cells] : found) {
        const sync::AuthorIx author = record_name(key).creation.author;
        page.rows.push_back(row_of(cells, state.store.authors()[author].node,
                                   state.station_of(std::get<ScopeIx>(cells))));
    }
    return page;
}

/// The rows of all nodes that are here, checked. A class so that its steps have names.
class AuditVerification {
public:
    explicit AuditVerification(Replica::State& state) : state_(state) {}

    AuditCheck run(bool with_logs) {
        read_table();
        for (auto& [node, keys] : by_node_) check_chain(node, keys);
        check_head();
        if (with_logs) compare_with_logs();
        std::ranges::stable_sort(check_.faults, [](const AuditFault& a, const AuditFault& b) {
            return std::tie(a.node, a.number) < std::tie(b.node, b.number);
        });
        return std::move(check_);
    }

    /// What is wrong with one of those rows of that node, or with what stands before it.
    [[nodiscard]] bool has_fault(const schema::NodeId& node,
                                 const std::set<std::uint64_t>& numbers) {
        read_table();
        const auto keys = by_node_.find(node);
        if (keys == by_node_.end()) return true;  // They came, and are not here.
        std::vector<AuditRow> rows;
        for (const RecordKey key : keys->second) rows.push_back(row_at(key, node));
        std::ranges::stable_sort(rows, {}, &AuditRow::number);
        constexpr auto all = std::numeric_limits<std::size_t>::max();
        return std::ranges::any_of(audit_faults(rows, all), [&](const AuditFault& fault) {
            const bool gap = fault.kind == Kind::missing;
            return numbers.contains(gap ? fault.last + 1 : fault.number);
        });
    }

private:
    using Kind = AuditFault::Kind;

    void add(Kind kind, const AuditRow& row, std::uint64_t last) {
        if (check_.faults.size() >= faults_max) return;
        check_.faults.push_back({kind, row.node, row.station, row.number, last});
    }

    void read_table() {
        state_.store.database()
            .statement(
                "SELECT rid, id, scope, CAST(coalesce(number, 0) AS INTEGER), "
                "CAST(coalesce(at, 0) AS INTEGER), CAST(coalesce(actor, '') AS TEXT), "
                "CAST(coalesce(action, '') AS TEXT), CAST(coalesce(target, '') AS TEXT), "
                "CAST(coalesce(result, 0) AS INTEGER), CAST(coalesce(detail, '') AS TEXT), "
                "CAST(coalesce(chain, x'') AS BLOB) FROM audit ORDER BY rid")
            .each<RecordKey, schema::RecordId, ScopeIx, std::int64_t, std::int64_t, std::string,
                  std::string, std::string, std::int64_t, std::string, Blob>(
                [&](RecordKey key, auto&&... cells) {
                    table_.emplace(key, Cells{std::forward<decltype(cells)>(cells)...});
                });
        for (const auto& [key, cells] : table_) {
            const sync::Dot dot = record_name(key).creation;
            // What the hub refused counts for nothing.
            if ((state_.marks_of(dot) & sync::Version::rejected) != 0) continue;
            const schema::NodeId node = state_.store.authors()[dot.author].node;
            by_node_[node].push_back(key);
        }
        check_.rows = table_.size();
    }

    [[nodiscard]] AuditRow row_at(RecordKey key, const schema::NodeId& node) {
        const Cells& cells = table_.at(key);
        const ScopeIx scope = std::get<ScopeIx>(cells);
        auto station = stations_.find(scope);
        if (station == stations_.end()) {
            station = stations_.emplace(scope, state_.station_of(scope)).first;
        }
        return row_of(cells, node, station->second);
    }

    void check_chain(const schema::NodeId& node, const std::vector<RecordKey>& keys) {
        std::vector<AuditRow> rows;
        for (const RecordKey key : keys) rows.push_back(row_at(key, node));
        std::ranges::stable_sort(rows, {}, &AuditRow::number);
        AuditChain chain{node, rows.front().station, rows.size(), rows.back().number, 0};
        for (std::size_t i = 1; i < rows.size(); ++i) {
            if (rows[i].number == rows[i - 1].number) ++chain.doubled;
        }
        check_.chains.push_back(chain);
        for (const AuditFault& fault : audit_faults(rows, faults_max))
            check_.faults.push_back(fault);
    }

    /// The own last row is there: that nothing was cut off at the end, no chain can tell.
    void check_head() {
        const auto head = read_head(state_.store);
        if (!head || head->number == 0) return;
        AuditRow last;
        last.node = state_.node;
        last.station = state_.profile.station_code;
        last.number = head->number;
        for (const RecordKey key : by_node_[state_.node]) {
            const AuditRow row = row_at(key, state_.node);
            if (row.number == head->number && row.chain == sync::as_text(head->chain)) return;
        }
        add(Kind::missing, last, last.number);
    }

    void compare_with_logs() {
        std::set<RecordKey> told;
        for (const auto& log : state_.store.logs()) {
            const bool whole =
                state_.each_transaction(*log, 0, all_txns, [&](const sync::Transaction& tx) {
                    const sync::Dot dot = dot_of(tx, log->author);
                    const unsigned flags = state_.marks_of(dot) | Replica::State::flags_of(tx);
                    if ((flags & sync::Version::rejected) != 0) return;
                    for (std::size_t place = 0; place < tx.records.size(); ++place) {
                        const auto& touched = tx.records[place];
                        if (touched.created && touched.entity == EntityId::audit) {
                            compare(tx, place, told);
                        }
                    }
                });
            state_.store.forget_loaded();
            if (whole) continue;
            AuditRow place;
            place.node = log->id.author.node;
            place.station = state_.station_of(log->scope);
            add(Kind::log_damaged, place, 0);
        }
        // A log that was pruned, or that a snapshot stands for, no longer has all that was in it.
        if (has_base(state_.store)) return;
        for (const auto& [node, keys] : by_node_) {
            for (const RecordKey key : keys) {
                if (told.contains(key)) continue;
                const AuditRow row = row_at(key, node);
                add(Kind::not_in_log, row, row.number);
            }
        }
    }

    void compare(const sync::Transaction& tx, std::size_t place, std::set<RecordKey>& told) {
        const sync::RecordName& name = tx.records[place].name;
        const RecordKey key = record_key(name);
        AuditRow logged = row_in(tx, place);
        logged.node = state_.store.authors()[name.creation.author].node;
        if (!told.insert(key).second) return;
        if (!table_.contains(key)) {
            logged.station = logged.node == state_.node ? state_.profile.station_code
                                                        : station_of_node(logged.node);
            add(Kind::not_in_table, logged, logged.number);
            return;
        }
        const AuditRow row = row_at(key, logged.node);
        if (says_the_same(row, logged)) return;
        logged.station = row.station;
        add(Kind::unlike_log, logged, logged.number);
    }

    [[nodiscard]] std::string station_of_node(const schema::NodeId& node) {
        const auto keys = by_node_.find(node);
        return keys == by_node_.end() ? "" : row_at(keys->second.front(), node).station;
    }

    Replica::State& state_;
    AuditCheck check_;
    std::map<RecordKey, Cells> table_;
    std::map<schema::NodeId, std::vector<RecordKey>> by_node_;
    std::map<ScopeIx, std::string> stations_;
};

bool AuditLog::has_open_alarm(const schema::NodeId& node) {
    state_.store.flush();
    return state_.store.database()
        .statement("SELECT 1 FROM alarm WHERE kind = ? AND node = ? AND settled_at IS NULL LIMIT 1")
        .maybe<int>(schema::alarm::audit_broken, node)
        .has_value();
}

void AuditLog::hear(const std::vector<sync::Transaction>& fresh, const LogFacts& log,
                    const Replica::Peer& peer) {
    const schema::NodeId& of = log.id.author.node;
    const std::string key = head_key_of(of);
    std::optional<Head> head;
    std::set<std::uint64_t> doubtful;
    for (const sync::Transaction& tx : fresh) {
        const sync::Dot dot = dot_of(tx, log.author);
        if (((state_.marks_of(dot) | Replica::State::flags_of(tx)) & sync::Version::rejected) != 0)
            continue;
        for (std::size_t place = 0; place < tx.records.size(); ++place) {
            const auto& touched = tx.records[place];
            if (!touched.created || touched.entity != EntityId::audit) continue;
            if (!(touched.name.creation == dot)) continue;
            if (!head) head = read_head(state_.store, key).value_or(Head{0, audit_start(of)});
            const AuditRow row = row_in(tx, place);
            if (!goes_on(*head, row)) doubtful.insert(row.number);
        }
    }
    if (!head) return;
    write_head(state_.store, *head, key);
    if (doubtful.empty() || has_open_alarm(of)) return;
    // A machine that was put back goes on from an earlier row: all of them tell.
    if (AuditVerification{state_}.has_fault(of, doubtful)) {
        state_.raise_alarm(schema::alarm::audit_broken, of, peer.scope);
    }
}

AuditCheck Replica::check_audit(bool with_logs) {
    std::optional<Store::Snapshot> snapshot;
    if (state_->store.read_only()) snapshot.emplace(state_->store);
    return AuditVerification{*state_}.run(with_logs);
}

}  // namespace jiuying::node
