// Looking at all orders, one after the other: by the summaries that are kept beside them, and by
// their events where a summary does not tell.
#include "node/replica/replica_state.hpp"

#include "node/replica/shown.hpp"
#include "node/replica/summary_codec.hpp"
#include "schema/assert.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::OwnerRole;
using schema::Post;
using schema::RecordId;

constexpr std::int64_t rows_at_once = 500;

/// An appeal's columns, and what is kept of its order.
struct Row {
    RecordKey key = 0;
    std::optional<std::uint64_t> facts;
    std::vector<std::uint8_t> summary;
    ScopeIx scope{};
    ScannedOrder order;
};

/// The orders that a person said repeat others.
std::set<RecordId> repeated_orders(sqlite::Database& db) {
    constexpr int confirmed = 1;  // Of the choices of appeal_link's decision.
    std::set<RecordId> repeated;
    db.statement("SELECT \"order\", other FROM appeal_link WHERE decision = ?")
        .each<std::optional<RecordId>, std::optional<RecordId>>(
            [&](const std::optional<RecordId>& one, const std::optional<RecordId>& other) {
                if (one) repeated.insert(*one);
                if (other) repeated.insert(*other);
            },
            confirmed);
    return repeated;
}

std::vector<Row> rows_after(sqlite::Database& db, RecordKey last) {
    std::vector<Row> rows;
    rows.reserve(rows_at_once);
    db.statement(
          "SELECT a.rid, a.id, a.number, coalesce(a.number_suffix, ''), a.scope, a.contested <> 0, "
          "coalesce(a.region, ''), coalesce(a.channel, ''), "
          "a.requester_kind IS ? OR a.enterprise IS NOT NULL OR a.uscc IS NOT NULL, o.facts, "
          "coalesce(o.summary, x''), "
          "o.merged_into FROM appeal a LEFT JOIN order_state o ON o.rid = a.rid "
          "WHERE a.rid > ? AND a.number IS NOT NULL ORDER BY a.rid LIMIT ?")
        .each<RecordKey, RecordId, std::string, std::string, ScopeIx, bool, std::string,
              std::string, bool, std::optional<std::uint64_t>, std::vector<std::uint8_t>,
              std::optional<RecordId>>(
            [&](RecordKey key, const RecordId& id, const std::string& number,
                const std::string& suffix, ScopeIx scope, bool contested, std::string region,
                std::string channel, bool of_enterprise, std::optional<std::uint64_t> facts,
                std::vector<std::uint8_t> summary, const std::optional<RecordId>& merged_into) {
                Row row{key, facts, std::move(summary), scope, {}};
                row.order.id = id;
                row.order.number = with_suffix(number, suffix);
                row.order.region = std::move(region);
                row.order.channel = std::move(channel);
                row.order.enterprise = of_enterprise;
                row.order.contested = contested;
                row.order.merged_into = merged_into;
                rows.push_back(std::move(row));
            },
            enterprise_kind, last, rows_at_once);
    return rows;
}

std::string first_of(const std::vector<std::string>& persons) {
    return persons.empty() ? std::string{} : persons.front();
}

/// The unit that does the work of \p unit at \p at: itself, or who took over.
std::string working_unit(const schema::StaffBook& staff, std::string unit, std::int64_t at) {
    constexpr int takeovers_max = 8;
    for (int hop = 0; hop < takeovers_max && !staff.is_active(unit, at); ++hop) {
        const std::string_view next = staff.successor_of(unit);
        if (next.empty()) break;
        unit = next;
    }
    return unit;
}

Post post_of(OwnerRole role) {
    switch (role) {
        case OwnerRole::dispatcher: return Post::dispatcher;
        case OwnerRole::supervisor: return Post::supervisor;
        case OwnerRole::replier: return Post::replier;
        case OwnerRole::visitor: return Post::visitor;
        default: return Post::none;
    }
}

/// The posts that answer for \p role, the likeliest first: what waits for a dispatcher in the
/// enterprises' queue waits for their desk, where there is one. Nothing for a unit's people.
std::vector<Post> posts_for(OwnerRole role, bool of_enterprise) {
    const Post post = post_of(role);
    if (post == Post::none) return {};
    if (post == Post::dispatcher && of_enterprise) return {Post::enterprise_desk, post};
    return {post};
}

/// Who is on duty at \p at: for these posts before all others, of that unit if one is named.
std::string on_duty(sqlite::Database& db, const std::vector<Post>& posts, const std::string& unit,
                    std::int64_t at) {
    const auto nth = [&](std::size_t i) {
        return static_cast<int>(i < posts.size() ? posts[i] : Post::none);
    };
    return db
        .statement(
            "SELECT staff FROM duty WHERE staff IS NOT NULL AND \"from\" <= ? "
            "AND coalesce(\"to\", ?) > ? AND (? = '' OR unit = ?) "
            "ORDER BY coalesce(post, 0) <> ?, coalesce(post, 0) <> ?, coalesce(post, 0) <> 0, "
            "staff LIMIT 1")
        .maybe<std::string>(at, INT64_MAX, at, unit, unit, nth(0), nth(1))
        .value_or("");
}

}  // namespace

std::string Replica::State::station_of(ScopeIx scope) {
    const schema::ScopeId& id = store.scope_id(scope);
    if (id == profile.scope) return profile.station_code;
    std::string code = facts().station_of(id);
    return code.empty() ? std::string{hub_desk} : code;
}

void Replica::each_order(std::int64_t as_of,
                         const std::function<void(const ScannedOrder&)>& visit) {
    State& state = *state_;
    JY_ASSERT(!state.store.in_transaction());
    // Beside a writer: all orders as they were at one moment, and one lock for all the looks.
    std::optional<Store::Snapshot> snapshot;
    if (state.store.read_only()) snapshot.emplace(state.store);
    const std::set<RecordId> repeated = repeated_orders(state.store.database());
    const std::set<RecordKey> hidden = state.hidden_appeals();
    const schema::NodeId hub = state.profile.hub.node;
    const std::uint64_t version = state.version_of_facts();
    std::map<ScopeIx, std::string> stations;
    RecordKey last = -1;
    for (std::vector<Row> rows; !(rows = rows_after(state.store.database(), last)).empty();) {
        last = rows.back().key;
        for (Row& row : rows) {
            if (hidden.contains(row.key)) continue;
            ScannedOrder& order = row.order;
            auto kept = row.facts == version ? decode_summary(sync::as_text(row.summary))
                                             : std::optional<schema::OrderSummary>{};
            if (row.facts && (!kept || kept->is_outdated(as_of))) {
                const auto read = state.read_order(order.id);
                if (!read || read->state.registered_at() > as_of) continue;
                kept = state.summary_at(*read, as_of);
            }
            const LoadedRecord* record = nullptr;
            if (!kept || kept->main == schema::MainState::registered) {
                record = state.store.find(record_name(row.key));
                if (record == nullptr || record->entity == nullptr) continue;
                if (!kept) kept = state.row_without_events(*record).summary;
            }
            if (kept->registered_at > as_of) continue;
            if (record == nullptr || state.delivered(*record)) {
                const sync::Dot creation = record_name(row.key).creation;
                const bool own = state.store.authors()[creation.author].node == hub;
                const auto arrived = own ? std::nullopt : state.arrived_at(creation);
                const std::int64_t received = arrived.value_or(kept->registered_at);
                // What the hub got later was on its way then.
                if (received <= as_of) {
                    kept->received_at = received;
                    if (record != nullptr) kept->main = schema::MainState::received;
                }
            }
            order.summary = *std::move(kept);
            auto station = stations.find(row.scope);
            if (station == stations.end()) {
                station = stations.emplace(row.scope, state.station_of(row.scope)).first;
            }
            order.station = station->second;
            order.repeated = repeated.contains(order.id);
            visit(order);
        }
        state.store.forget_loaded();
    }
}

ScanOwner Replica::owner_of(const ScannedOrder& order, OwnerRole role, std::int64_t as_of) {
    State& state = *state_;
    const schema::StaffBook& staff = state.facts().staff();
    sqlite::Database& db = state.store.database();
    ScanOwner owner;
    if (role == OwnerRole::watch_owner && !order.summary.watch_owner.empty()) {
        owner.person = order.summary.watch_owner;
        owner.unit = staff.unit_of(owner.person, as_of);
        // Who left answers for nothing: the supervisors name another.
        if (!owner.unit.empty()) return owner;
        owner = {};
    }
    if (role == OwnerRole::watch_owner) role = OwnerRole::supervisor;
    const std::vector<Post> posts = posts_for(role, order.enterprise);
    if (posts.empty()) {
        const bool lead = role == OwnerRole::lead_unit && !order.summary.lead_unit.empty();
        owner.unit = working_unit(
            staff, lead ? order.summary.lead_unit : state.facts().unit_of_station(order.station),
            as_of);
        owner.person = first_of(staff.staff_of(owner.unit, as_of));
        if (owner.person.empty()) {
            owner.person = on_duty(db, posts, owner.unit, as_of);
            owner.on_duty = !owner.person.empty();
        }
        return owner;
    }
    // An order has no holder of the desk's own: the desk acts as its dispatcher.
    const std::string& named = order.summary.holders[static_cast<std::size_t>(post_of(role)) - 1];
    const bool holds =
        std::ranges::any_of(posts, [&](Post post) { return staff.holds(named, post, as_of); });
    if (holds && !staff.unit_of(named, as_of).empty()) owner.person = named;
    for (const Post post : posts) {
        if (owner.person.empty()) owner.person = first_of(staff.holders_of(post, as_of));
    }
    if (owner.person.empty()) {
        owner.person = on_duty(db, posts, "", as_of);
        owner.on_duty = !owner.person.empty();
    }
    owner.unit = staff.unit_of(owner.person, as_of);
    if (owner.unit.empty()) owner.unit = hub_desk;
    return owner;
}

std::optional<std::int64_t> Replica::step_due(schema::CountRule schema::StepLimits::*step,
                                              std::int64_t start) {
    return state_->facts().clocks().step_due(step, start);
}

}  // namespace jiuying::node
