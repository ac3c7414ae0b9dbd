// Home and share at the hub: which stations work on an order that is not theirs, what is forwarded
// to whom, and what a station's digest has of it. docs/explanation/home-and-share.md.
#include "node/replica/order_desk.hpp"

#include "node/store/order_family.hpp"
#include "schema/assert.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>
#include <map>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::RecordId;
using sync::Transaction;
namespace fields = schema::share;

constexpr std::string_view hub_actor = "hub";

std::string bytes_of(const RecordId& id) { return {id.bytes.begin(), id.bytes.end()}; }

/// Whether stations get that field of \p record.
bool is_for_stations(const LoadedRecord& record, schema::FieldId id) {
    const schema::Field* field =
        record.entity == nullptr ? nullptr : schema::find_field(*record.entity, id);
    return field == nullptr || field->audience == schema::Audience::station;
}

void add_all(sync::ScopeDigest& total, const sync::ScopeDigest& part) {
    const std::uint64_t records = total.records + part.records;
    total.add(part.sum);
    total.records = records;
}

}  // namespace

sync::ScopeDigest family_digest(Store& store, const RecordId& order) {
    sync::ScopeDigest digest;
    for (const RecordKey key : family_keys(store, order)) {
        const LoadedRecord* record = store.find(record_name(key));
        if (record == nullptr) continue;
        digest.add(sync::record_digest(record->state, record->entity, store.authors()));
    }
    return digest;
}

sync::ScopeDigest Replica::State::digest_of(ScopeIx scope) {
    sync::ScopeDigest total = store.scope_digest(scope);
    if (is_hub()) {
        store.database()
            .statement("SELECT digest, records FROM held WHERE scope = ?")
            .each<sync::Hash32, std::uint64_t>(
                [&](const sync::Hash32& sum, std::uint64_t records) {
                    add_all(total, {sum, records});
                },
                scope);
        return total;
    }
    if (store.scope_id(scope) != profile.scope) return total;
    // Whatever else is here came from the hub because it is shared.
    for (std::size_t i = 0; i < store.scopes(); ++i) {
        const schema::ScopeId& other = store.scope_id(ScopeIx(i));
        if (other == profile.scope || other == profile.district_scope) continue;
        add_all(total, store.scope_digest(ScopeIx(i)));
    }
    return total;
}

std::optional<RecordId> Replica::State::only_order_of(const Transaction& tx, ScopeIx home) {
    std::optional<RecordId> order;
    for (std::size_t i = 0; i < tx.records.size(); ++i) {
        const sync::TouchedRecord& touched = tx.records[i];
        std::optional<RecordId> of;
        if (touched.created) {
            const auto field = order_field_of(touched.entity);
            for (const sync::Change& change : tx.changes) {
                if (field && change.record == i && change.field == *field) {
                    of = record_in(change.value);
                }
            }
        } else {
            const LoadedRecord* record = store.find(touched.name);
            if (record != nullptr && record->scope == home) of = order_of(*record);
        }
        if (!of || (order && *order != *of)) return std::nullopt;
        order = of;
    }
    const LoadedRecord* appeal = order ? find_appeal(*order) : nullptr;
    if (appeal == nullptr || appeal->scope != home) return std::nullopt;
    return order;
}

LoadedRecord* Replica::State::find_appeal(const RecordId& order) {
    const schema::Entity* kind = store.stored_entity(EntityId::appeal);
    const auto name = kind == nullptr ? std::nullopt : store.find_name(order, *kind);
    LoadedRecord* appeal = name ? store.find(*name) : nullptr;
    return appeal != nullptr && appeal->state.entity == EntityId::appeal ? appeal : nullptr;
}

bool Replica::State::was_shared(const RecordId& order, ScopeIx scope) {
    store.flush();
    return store.database()
        .statement("SELECT 1 FROM share WHERE \"order\" = ? AND scope = ? LIMIT 1")
        .maybe<int>(order, scope)
        .has_value();
}

bool Replica::State::is_held(const RecordId& order) {
    if (!held_orders) {
        held_orders.emplace();
        const auto keep = [&](const RecordId& id) { held_orders->insert(id); };
        if (is_hub()) {
            store.database().statement("SELECT \"order\" FROM held").each<RecordId>(keep);
        } else {
            store.flush();  // A share of this very commit counts.
            store.database()
                .statement(
                    "SELECT \"order\" FROM share WHERE dropped_at IS NULL AND \"order\" NOT NULL")
                .each<RecordId>(keep);
        }
    }
    return held_orders->contains(order);
}

/// The part of a transaction that its records at \p places are, as others get it. Nothing if there
/// is nothing in it for them.
std::optional<Transaction> Replica::State::part_of(const Transaction& tx, sync::Dot dot,
                                                   const std::vector<std::size_t>& places,
                                                   ScopeIx home, std::uint8_t flags) {
    constexpr std::uint8_t told = Transaction::clock_suspect | Transaction::was_rejected;
    static_assert(Transaction::clock_suspect == sync::Version::suspect);
    static_assert(Transaction::was_rejected == sync::Version::rejected);
    Transaction part;
    part.hlc = tx.hlc;
    part.flags = static_cast<std::uint8_t>((tx.flags & ~told) | (flags & told));
    part.actor = tx.actor;
    part.origin = sync::Origin{dot, store.scope_id(home)};
    for (const std::size_t place : places) {
        const sync::TouchedRecord& touched = tx.records[place];
        const LoadedRecord* record = store.find(touched.name);
        if (record == nullptr) continue;
        const auto as = static_cast<std::uint8_t>(part.records.size());
        bool any = touched.created;
        for (const sync::Change& change : tx.changes) {
            if (change.record != place || !is_for_stations(*record, change.field)) continue;
            part.changes.push_back(change);
            part.changes.back().record = as;
            any = true;
        }
        if (any) part.records.push_back(touched);
    }
    if (part.records.empty()) return std::nullopt;
    return part;
}

void Replica::State::queue_forwards(const Transaction& tx, sync::Dot dot, ScopeIx log_scope,
                                    std::uint8_t flags) {
    if ((flags & astray) != 0) return;  // It left no trace here either.
    if (store.authors()[dot.author].node != node) queue_echo(tx, dot, log_scope, flags);
    const bool refused = (flags & sync::Version::rejected) != 0;
    std::map<RecordId, std::vector<std::size_t>> parts;
    for (std::size_t i = 0; i < tx.records.size(); ++i) {
        const LoadedRecord* record = store.find(tx.records[i].name);
        // What a refused transaction made is nobody's; what it wrote on others may have been built
        // on.
        if (record == nullptr || (refused && tx.records[i].created)) continue;
        const auto order = order_of(*record);
        if (order && (tx.origin || is_held(*order))) parts[*order].push_back(i);
    }
    for (auto& [order, places] : parts) {
        const LoadedRecord* appeal = find_appeal(order);
        if (appeal == nullptr) continue;
        const ScopeIx home = appeal->scope;
        std::erase_if(places,
                      [&](std::size_t i) { return store.find(tx.records[i].name)->scope != home; });
        auto part = part_of(tx, dot, places, home, flags);
        if (part) forwards.push_back({*std::move(part), order, log_scope, home});
    }
}

/// The same for other machines of the station in whose log \p tx stands: all of it, what was
/// refused, too, for they show that as its author does.
void Replica::State::queue_echo(const Transaction& tx, sync::Dot dot, ScopeIx log_scope,
                                std::uint8_t flags) {
    const schema::NodeId& writer = store.authors()[dot.author].node;
    if (!has_sisters(writer, log_scope)) return;
    const ScopeIx home = file_of(store, tx, log_scope, true, flags).home;
    std::vector<std::size_t> places(tx.records.size());
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
    auto part = part_of(tx, dot, places, home, flags);
    if (part) forwards.push_back({*std::move(part), {}, log_scope, home, true});
}

void Replica::State::forward_queued() {
    for (Forward& one : std::exchange(forwards, {})) {
        if (one.echo) {
            write_forward(std::move(one.part), sync::Stream::inbox, one.from);
            continue;
        }
        std::set<ScopeIx> targets;
        store.database()
            .statement("SELECT scope FROM held WHERE \"order\" = ?")
            .each<ScopeIx>([&](ScopeIx scope) { targets.insert(scope); }, one.order);
        if (store.scope_id(one.home) != profile.scope) targets.insert(one.home);
        targets.erase(one.from);
        for (const ScopeIx target : targets) {
            write_forward(one.part, sync::Stream::inbox, target);
        }
    }
}

void Replica::State::write_forward(Transaction part, sync::Stream stream, ScopeIx target) {
    part.txn = last_txn + 1;
    // It grew by the names of its authors. What no longer fits, which only a program that fills
    // its transactions to the brim gets to see, can't be forwarded.
    if (!sync::check(part, store.authors(), own)) return;
    const sync::EncodedTransaction encoded = sync::encode(part, store.authors(), own);
    const OwnLog log = own_log({own_author(), stream, store.scope_id(target)});
    store.database()
        .statement("INSERT INTO tail VALUES(?, ?, ?, ?)")
        .run(log_place(log.facts->ix, log.last_seq + 1), part.txn, encoded.public_part,
             encoded.private_part);
    own_seqs[log.facts->ix] = log.last_seq + 1;
    last_txn = part.txn;
    keep_clock();  // The stamp in it is not ours and says nothing of our clock after a restart.
}

/// The whole history of \p order and what belongs to it, in each author's order.
void Replica::State::forward_all(const RecordId& order, ScopeIx home, ScopeIx target) {
    std::set<RecordKey> family;
    std::vector<std::pair<sync::AuthorIx, std::set<std::uint64_t>>> wrote;
    for (const RecordKey key : family_keys(store, order)) {
        // The appeal comes first and is made before anybody writes on it.
        if (family.empty()) wrote.push_back({record_name(key).creation.author, {}});
        family.insert(key);
        for (const sync::Touches& touches : store.find(record_name(key))->state.touches) {
            auto at =
                std::ranges::find(wrote, touches.author, [](const auto& one) { return one.first; });
            if (at == wrote.end()) at = wrote.insert(wrote.end(), {touches.author, {}});
            at->second.insert(touches.txns.begin(), touches.txns.end());
        }
    }
    for (const auto& [author, txns] : wrote) {
        for (const std::uint64_t txn : txns) {
            const sync::Dot dot{author, txn};
            const auto tx = find_transaction(dot);
            if (!tx) continue;
            const auto flags = static_cast<std::uint8_t>(flags_of(*tx) | marks_of(dot));
            const bool refused = (flags & sync::Version::rejected) != 0;
            std::vector<std::size_t> places;
            for (std::size_t i = 0; i < tx->records.size(); ++i) {
                const bool meant = family.contains(record_key(tx->records[i].name)) &&
                                   !(refused && tx->records[i].created);
                if (meant) places.push_back(i);
            }
            auto part = part_of(*tx, dot, places, home, flags);
            if (part) write_forward(*std::move(part), sync::Stream::inbox, target);
        }
    }
}

/// The stations whose units have an open part in \p order: the lead unit, and co-units whose task
/// is open.
std::set<ScopeIx> Replica::State::stations_at_work(const Order& order) {
    std::set<ScopeIx> stations;
    const std::int64_t now = environment.now_ms();
    const auto add = [&](const std::string& unit) {
        const auto scope = facts().scope_of_unit(unit, now);
        // Nor where people of the unit complained about would have it on their machine (A29).
        if (scope && !OrderDesk(*this).is_beside_subject(order, unit))
            stations.insert(store.scope(*scope));
    };
    add(order.state.lead_unit);
    for (const schema::CoTask& task : order.state.co_tasks) {
        if (task.open()) add(task.unit);
    }
    stations.erase(order.scope);
    stations.erase(store.scope(profile.scope));
    return stations;
}

void Replica::State::update_shares(const RecordId& id, const std::optional<Order>& order) {
    std::set<ScopeIx> wanted = order ? stations_at_work(*order) : std::set<ScopeIx>{};
    struct Share {
        RecordId id;
        ScopeIx scope{};
        std::int64_t standing = 0;
    };
    std::vector<Share> shares;  // Whose station still holds its copy.
    store.database()
        .statement(
            "SELECT id, scope, coalesce(standing, 0) FROM share WHERE \"order\" = ? "
            "AND dropped_at IS NULL")
        .each<RecordId, ScopeIx, std::int64_t>(
            [&](const RecordId& share, ScopeIx scope, std::int64_t standing) {
                shares.push_back({share, scope, standing});
            },
            id);
    if (wanted.empty() && shares.empty() && !is_held(id)) return;
    std::set<ScopeIx> holding;
    for (const Share& share : shares) {
        holding.insert(share.scope);
        const std::int64_t standing =
            wanted.contains(share.scope) ? fields::shared : fields::unshared;
        if (standing == share.standing) continue;
        Draft draft;
        draft.actor = hub_actor;
        draft.edits.push_back({share.id, {{fields::standing, standing}}});
        JY_ASSERT(write(draft).has_value());
    }
    std::vector<ScopeIx> dropped;
    store.database()
        .statement("SELECT scope FROM held WHERE \"order\" = ?")
        .each<ScopeIx>(
            [&](ScopeIx scope) {
                if (!holding.contains(scope)) dropped.push_back(scope);
            },
            id);
    for (const ScopeIx scope : dropped) {
        store.database()
            .statement("DELETE FROM held WHERE \"order\" = ? AND scope = ?")
            .run(id, scope);
    }
    for (const ScopeIx scope : wanted) {
        if (!holding.contains(scope)) share_with(id, order->scope, scope);
    }
    store.flush();
    held_orders.reset();
    refresh_held(id);
}

void Replica::State::share_with(const RecordId& order, ScopeIx home, ScopeIx target) {
    Draft draft;
    draft.actor = hub_actor;
    draft.scope = store.scope_id(target);
    draft.records.push_back(
        {EntityId::share,
         {{fields::order, bytes_of(order)}, {fields::standing, std::int64_t{fields::shared}}}});
    JY_ASSERT(write(draft).has_value());
    store.database()
        .statement("INSERT INTO held VALUES(?, ?, ?, 0)")
        .run(order, target, sync::Hash32{});
    forward_all(order, home, target);
}

void Replica::State::refresh_held(const RecordId& order) {
    if (!is_held(order)) return;
    const sync::ScopeDigest digest = family_digest(store, order);
    store.database()
        .statement("UPDATE held SET digest = ?, records = ? WHERE \"order\" = ?")
        .run(digest.sum, digest.records, order);
}

}  // namespace jiuying::node
