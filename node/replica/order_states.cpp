// What lists ask of orders, kept beside them: computed whenever an event, an appeal or the
// reference data change, and never truth.
#include "node/replica/replica_state.hpp"

#include "schema/assert.hpp"
#include "sync/merge/byte_text.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

constexpr std::string_view version_key = "order_facts";
using schema::RecordId;

}  // namespace

std::uint64_t Replica::State::version_of_facts() {
    if (!facts_version) {
        std::uint64_t version = 0;
        const auto kept = store.meta(version_key);
        for (std::size_t i = 0; kept && i < kept->size() && i < 8; ++i) {
            version |= std::uint64_t{(*kept)[i]} << (8U * i);
        }
        facts_version = version;
    }
    return *facts_version;
}

void Replica::State::finish() {
    refresh_orders();
    store.commit();
}

void Replica::State::refresh_orders() {
    store.flush();
    const Store::OrderChanges changes = store.take_order_changes();
    if (changes.reference) {
        order_facts.reset();
        facts_version = version_of_facts() + 1;
        std::string bytes;
        sync::put_fixed64(bytes, *facts_version);
        store.set_meta(version_key, sqlite::as_blob(bytes));
    }
    for (const RecordId& id : changes.orders) write_order_row(id);
    // The rest is done little by little: what reads computes for itself what is not done yet.
    constexpr std::size_t some = 50;
    refresh_stale_orders(some);
}

void Replica::State::refresh_stale_orders(std::size_t most) {
    for (const RecordId& id : stale_orders(most)) write_order_row(id);
}

std::vector<RecordId> Replica::State::stale_orders(std::size_t most) {
    std::vector<RecordId> stale;
    store.database()
        .statement(
            "SELECT appeal.id FROM order_state JOIN appeal ON appeal.rid = order_state.rid "
            "WHERE facts < ? OR facts > ? LIMIT ?")
        .each<RecordId>([&](const RecordId& id) { stale.push_back(id); }, version_of_facts(),
                        version_of_facts(), most);
    return stale;
}

void Replica::State::write_order_row(const RecordId& id) {
    // Most appeals that change have no events.
    const bool has_events = store.database()
                                .statement(
                                    "SELECT 1 FROM work_order_event WHERE \"order\" = ? "
                                    "LIMIT 1")
                                .maybe<int>(id)
                                .has_value();
    const auto order = has_events ? read_order(id) : std::optional<Order>{};
    // A rejected event leaves its order as if it had not been.
    if (!order || order->events.empty()) {
        const schema::Entity* kind = store.stored_entity(schema::EntityId::appeal);
        const auto name = kind == nullptr ? std::nullopt : store.find_name(id, *kind);
        if (name) {
            store.database()
                .statement("DELETE FROM order_state WHERE rid = ?")
                .run(record_key(*name));
        }
        return;
    }
    const OrderRow row = row_of(*order, order_clocks);
    store.database()
        .statement("INSERT OR REPLACE INTO order_state VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .run(order->key, version_of_facts(), row.main, row.lead_unit, row.co_units, row.citizen_due,
             row.unit_due, row.open_events, row.category, row.merged_into);
}

Replica::State::OrderRow Replica::State::row_of(const Order& order, const OrderClocks& clocks) {
    using schema::MainState;
    OrderRow row;
    row.main = order.state.main;
    // Whether the hub has it is asked when it is shown: a receipt changes no record.
    bool proof = false;
    for (std::size_t i = 0; i < order.events.size(); ++i) {
        proof = proof || (order.events[i].at_hub && !order.state.verdicts[i].refused);
    }
    if (row.main == MainState::received && !proof) row.main = MainState::registered;
    row.lead_unit = order.state.lead_unit;
    row.category = order.state.category;
    if (row.main == MainState::merged) row.merged_into = order.state.merged_into;
    for (const schema::CoTask& task : order.state.co_tasks) {
        if (task.open())
            row.co_units.append(row.co_units.empty() ? "," : "").append(task.unit + ",");
    }
    row.open_events = order.state.conflicts.size();
    if (const auto dues = clocks.of(order.state, order.events)) {
        row.citizen_due = in_ms(dues->present().citizen.counts.ends_at);
        if (dues->present().unit) row.unit_due = in_ms(dues->present().unit->counts.ends_at);
    }
    return row;
}

Replica::State::OrderRow Replica::State::row_without_events(const LoadedRecord& appeal) {
    Order order;
    order.state = schema::fold(intake_of(appeal), {}, facts().staff(), settings());
    OrderRow row = row_of(order, order_clocks);
    row.main = schema::MainState::registered;
    return row;
}

std::optional<Replica::State::OrderRow> Replica::State::stored_order_row(RecordKey key,
                                                                         bool& stale) {
    const auto found =
        store.database()
            .statement(
                "SELECT facts, main, lead_unit, co_units, citizen_due, unit_due, open_events, "
                "category, merged_into FROM order_state WHERE rid = ?")
            .maybe<std::uint64_t, schema::MainState, std::string, std::string,
                   std::optional<std::int64_t>, std::optional<std::int64_t>, std::uint64_t,
                   std::string, std::optional<RecordId>>(key);
    if (!found) return std::nullopt;
    OrderRow row;
    std::uint64_t facts_of_row = 0;
    std::tie(facts_of_row, row.main, row.lead_unit, row.co_units, row.citizen_due, row.unit_due,
             row.open_events, row.category, row.merged_into) = *found;
    stale = facts_of_row != version_of_facts();
    return row;
}

std::optional<Replica::State::OrderRow> Replica::State::order_row(RecordKey key) {
    bool stale = false;
    auto row = stored_order_row(key, stale);
    if (!row || !stale) return row;
    const LoadedRecord* appeal = store.find(record_name(key));
    const auto order = appeal == nullptr ? std::optional<Order>{} : read_order(appeal->state.id);
    if (!order) return row;
    return row_of(*order, order_clocks);
}

std::uint64_t Replica::State::open_event_conflicts() {
    std::uint64_t open =
        store.database()
            .statement(
                "SELECT coalesce(sum(open_events), 0) FROM order_state WHERE open_events > 0 "
                "AND facts = ?")
            .one<std::uint64_t>(version_of_facts());
    for (const RecordId& id : stale_orders(SIZE_MAX >> 1U)) {
        if (const auto order = read_order(id)) open += order->state.conflicts.size();
    }
    return open;
}

std::string Replica::State::category_of(const std::optional<OrderRow>& row,
                                        const std::string& appeal_category) {
    return row && !row->category.empty() ? row->category : appeal_category;
}

std::string_view Replica::State::state_name(const std::optional<OrderRow>& row, bool delivered) {
    using schema::MainState;
    if (row && row->main > MainState::registered && row->main <= MainState::last_of_list) {
        return schema::name_of(row->main);
    }
    return schema::name_of(delivered ? MainState::received : MainState::registered);
}

}  // namespace jiuying::node
