// The numbers by which channels know an order, and the order that they lead to.
#include "node/replica/replica_state.hpp"

#include "node/replica/shown.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::RecordId;

constexpr std::size_t merges_max = 16;  ///< In a row; people merge into masters, not in chains.

std::int64_t number_in(const LoadedRecord& record, schema::FieldId field) {
    const std::int64_t* number = schema::number_of(shown_in(record, field));
    return number == nullptr ? 0 : *number;
}

std::optional<RecordId> order_named_by(const LoadedRecord& reference) {
    const std::string* bytes = schema::text_of(shown_in(reference, schema::external_ref::order));
    RecordId id;
    if (bytes == nullptr || bytes->size() != id.bytes.size()) return std::nullopt;
    std::copy_n(bytes->begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

}  // namespace

/// The oldest order first, by its id.
std::vector<Claim> Replica::State::claims_of(std::string_view channel, std::string_view ext_no) {
    std::vector<Claim> claims;
    const auto keep = [&](const RecordId& order, RecordKey by) { claims.push_back({order, by}); };
    const auto wanted = channel.empty() ? std::optional<std::string_view>() : channel;
    store.database()
        .statement("SELECT id, rid FROM appeal WHERE ext_no = ? AND channel IS ?")
        .each<RecordId, RecordKey>(keep, ext_no, wanted);
    store.database()
        .statement(
            "SELECT \"order\", rid FROM external_ref WHERE ext_no = ? AND channel IS ? "
            "AND \"order\" IS NOT NULL")
        .each<RecordId, RecordKey>(keep, ext_no, wanted);
    std::ranges::stable_sort(claims, {}, &Claim::order);
    return claims;
}

RecordId Replica::State::master_of(const RecordId& id) {
    RecordId master = id;
    const schema::Entity* kind = store.stored_entity(EntityId::appeal);
    for (std::size_t i = 0; i < merges_max && kind != nullptr; ++i) {
        const auto name = store.find_name(master, *kind);
        const auto row = name ? order_row(record_key(*name)) : std::optional<OrderRow>{};
        if (!row || !row->merged_into) return master;
        if (!store.find_name(*row->merged_into, *kind)) return master;  // Not held here.
        master = *row->merged_into;
    }
    return id;  // Merged in a circle by people who did not know of each other.
}

/// Where the other claim is not seen from here, it counts as standing.
bool Replica::State::is_rivalled(const LoadedRecord& record) {
    const bool reference = record.entity->id == EntityId::external_ref;
    const auto order = reference ? order_named_by(record) : std::optional{record.state.id};
    if (!order) return true;
    const schema::FieldId field = reference ? schema::external_ref::ext_no : schema::appeal::ext_no;
    const schema::FieldId channel =
        reference ? schema::external_ref::channel : schema::appeal::channel;
    const schema::Entity* kind = store.stored_entity(EntityId::appeal);
    const auto name = kind == nullptr ? std::nullopt : store.find_name(*order, *kind);
    const auto row = name ? order_row(record_key(*name)) : std::optional<OrderRow>{};
    if (row && row->merged_into) return false;
    const RecordId master = master_of(*order);
    bool seen = false;
    for (const Claim& claim : claims_of(text_in(record, channel), text_in(record, field))) {
        if (claim.order == *order) continue;
        seen = true;
        if (master_of(claim.order) != master) return true;
    }
    return !seen;
}

void Replica::State::reference_faults(const LoadedRecord& record, const Arrivals& arrivals,
                                      std::size_t at, std::size_t position,
                                      std::vector<Fault>& faults) {
    namespace ref = schema::external_ref;
    const auto order = order_named_by(record);
    const std::string number = text_in(record, ref::ext_no);
    if (!order || number.empty()) return;
    for (const Claim& claim : claims_of(text_in(record, ref::channel), number)) {
        if (master_of(claim.order) == master_of(*order)) continue;
        if (!arrivals.came_before(claim.by, at, position)) continue;
        faults.push_back({schema::notice::duplicate_ext_no, record.state.id, ref::ext_no});
        return;
    }
}

std::optional<RecordId> Replica::find_by_ext(std::string_view channel, std::string_view ext_no) {
    const auto claims = state_->claims_of(channel, ext_no);
    if (claims.empty()) return std::nullopt;
    return claims.front().order;
}

RecordId Replica::master_of(const RecordId& id) { return state_->master_of(id); }

std::vector<ReferenceView> Replica::references(const RecordId& id) {
    State& state = *state_;
    sqlite::Database& db = state.store.database();
    std::vector<RecordId> orders{id};
    constexpr std::size_t orders_max = 1000;
    for (std::size_t i = 0; i < orders.size() && orders.size() < orders_max; ++i) {
        db.statement(
              "SELECT appeal.id FROM order_state JOIN appeal ON appeal.rid = order_state.rid "
              "WHERE merged_into = ? ORDER BY appeal.id")
            .each<RecordId>(
                [&](const RecordId& merged) {
                    if (std::ranges::find(orders, merged) == orders.end()) orders.push_back(merged);
                },
                orders[i]);
    }
    std::vector<ReferenceView> all;
    for (const RecordId& order : orders) {
        const auto name = state.store.find_name(order);
        const LoadedRecord* appeal = name ? state.store.find(*name) : nullptr;
        if (appeal == nullptr) continue;
        const std::string number = printed_number(*appeal);
        using namespace schema::appeal;
        if (!text_in(*appeal, ext_no).empty()) {
            all.push_back({order, number, text_in(*appeal, channel), text_in(*appeal, ext_no),
                           number_in(*appeal, ext_level), number_in(*appeal, ext_received_at),
                           false});
        }
        db.statement("SELECT rid FROM external_ref WHERE \"order\" = ? ORDER BY id")
            .each<RecordKey>(
                [&](RecordKey key) {
                    const LoadedRecord* record = state.store.find(record_name(key));
                    if (record == nullptr) return;
                    namespace ref = schema::external_ref;
                    all.push_back({order, number, text_in(*record, ref::channel),
                                   text_in(*record, ref::ext_no), number_in(*record, ref::level),
                                   number_in(*record, ref::received_at), true});
                },
                order);
    }
    state.store.forget_loaded();
    return all;
}

std::optional<QueryTarget> Replica::find_query(std::string_view code) {
    const auto found =
        state_->store.database()
            .statement("SELECT id, coalesce(phone, '') FROM appeal WHERE query_code = ? LIMIT 1")
            .maybe<RecordId, std::string>(code);
    if (!found) return std::nullopt;
    return QueryTarget{std::get<0>(*found), std::get<1>(*found)};
}

std::map<std::string, std::uint64_t> Replica::count_categories() {
    State& state = *state_;
    std::map<std::string, std::uint64_t> counts;
    std::vector<RecordKey> stale;
    const std::uint64_t version = state.version_of_facts();
    state.store.database()
        .statement(
            "SELECT appeal.rid, coalesce(appeal.category, ''), coalesce(o.category, ''), "
            "coalesce(o.facts, ?) FROM appeal LEFT JOIN order_state o ON o.rid = appeal.rid "
            "WHERE appeal.number IS NOT NULL")
        .each<RecordKey, std::string, std::string, std::uint64_t>(
            [&](RecordKey key, const std::string& own, const std::string& of_order,
                std::uint64_t facts) {
                if (facts != version) {
                    stale.push_back(key);
                } else {
                    ++counts[of_order.empty() ? own : of_order];
                }
            },
            version);
    for (const RecordKey key : stale) {
        const LoadedRecord* record = state.store.find(record_name(key));
        const std::string own =
            record == nullptr ? std::string() : text_in(*record, schema::appeal::category);
        ++counts[State::category_of(state.order_row(key), own)];
    }
    state.store.forget_loaded();
    return counts;
}

}  // namespace jiuying::node
