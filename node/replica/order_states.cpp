// What lists ask of orders, kept beside them: computed whenever an event, an appeal or the
// reference data change, and never truth.
#include "node/replica/erasure_book.hpp"
#include "node/replica/roster_book.hpp"
#include "node/replica/rule_desk.hpp"

#include "node/replica/summary_codec.hpp"
#include "node/replica/unit_arrivals.hpp"
#include "node/store/meta_number.hpp"
#include "schema/assert.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

constexpr std::string_view version_key = "order_facts";
using schema::MainState;
using schema::RecordId;

/// Whether the hub has it is asked when it is shown: a receipt changes no record. Without a
/// decision of the hub among its events an order is no more than registered.
MainState settled(const schema::OrderState& state,
                  const std::vector<schema::WorkOrderEvent>& events) {
    if (state.main != MainState::received) return state.main;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (events[i].at_hub && !state.verdicts[i].refused) return state.main;
    }
    return MainState::registered;
}

bool corrects_time(const schema::WorkOrderEvent& event) {
    return event.kind == schema::EventKind::time_corrected;
}

/// From when on all of it has happened. When an order was registered is as we know it now.
std::int64_t last_told(const std::vector<schema::WorkOrderEvent>& events, std::int64_t from) {
    for (const schema::WorkOrderEvent& event : events) {
        if (!corrects_time(event)) from = std::max(from, event.happened_at);
    }
    return from;
}

/// What \p order comes to, for lists. Without events there is nothing to say of it.
template <class State, class Order>
void write_row(State& state, const RecordId& id, const std::optional<Order>& order) {
    // A rejected event leaves its order as if it had not been.
    if (!order || order->events.empty()) {
        const schema::Entity* kind = state.store.stored_entity(schema::EntityId::appeal);
        const auto name = kind == nullptr ? std::nullopt : state.store.find_name(id, *kind);
        if (name) {
            state.store.database()
                .statement("DELETE FROM order_state WHERE rid = ?")
                .run(record_key(*name));
        }
        return;
    }
    const OrderRow row = State::row_of(*order, state.facts().clocks());
    state.store.database()
        .statement(
            "INSERT OR REPLACE INTO order_state(rid, facts, main, lead_unit, co_units, "
            "citizen_due, "
            "unit_due, open_events, summary, category, merged_into) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .run(order->key, state.version_of_facts(), row.main, row.lead_unit, row.co_units,
             row.citizen_due, row.unit_due, row.open_events,
             sqlite::as_blob(encode_summary(row.summary)), row.category, row.merged_into);
}

}  // namespace

std::uint64_t StateFacts::version_of_facts() {
    if (!facts_version) {
        facts_version = kept_number(store, version_key).value_or(0);
    }
    return *facts_version;
}

void StateFacts::reference_changed() {
    order_facts.reset();
    facts_version = version_of_facts() + 1;
    keep_number(store, version_key, *facts_version);
}

void Replica::State::finish() {
    refresh_orders();
    store.commit();
}

void Replica::State::refresh_orders() {
    store.flush();
    // First, for it takes values out of what others look at.
    if (store.order_changes().trust) ErasureBook(*this).heed();
    const Store::OrderChanges changes = store.take_order_changes();
    if (changes.reference) reference_changed();
    if (changes.trust) RosterBook(*this).heed();
    if (is_hub()) forward_queued();
    ErasureBook(*this).heed_late(changes.redacted);
    if (changes.trust || !changes.redacted.empty()) ErasureBook(*this).carry_out();
    for (const RecordId& id : changes.orders) write_order_row(id);
    // The rest is done little by little: what reads computes for itself what is not done yet.
    constexpr std::size_t some = 50;
    refresh_stale_orders(some);
    if (is_hub()) {
        for (const RecordId& id : changes.linked) write_order_row(id);
        // What rules found by now, maybe on orders that had their turn before.
        store.flush();
        const Store::OrderChanges found = store.take_order_changes();
        for (const RecordId& id : found.orders) {
            write_order_row(id);
            refresh_held(id);
        }
        forward_queued();
        // What a station let go of may be wanted there again by now.
        for (const RecordId& id : changes.shares) update_shares(id, read_order(id));
        for (const RecordId& id : changes.families) refresh_held(id);
    }
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
    auto order = has_events ? read_order(id) : std::optional<Order>{};
    // First the row: that an order was merged makes one matter of two, and rules ask rows for that.
    write_row(*this, id, order);
    const bool more =
        is_hub() ? RuleDesk(*this).heed(id, order) != 0 : order && UnitArrivals(*this).note(*order);
    if (more) {
        order = read_order(id);
        write_row(*this, id, order);
    }
    if (is_hub()) update_shares(id, order);
}

OrderRow Replica::State::row_of(const Order& order, const OrderClocks& clocks) {
    OrderRow row;
    row.main = settled(order.state, order.events);
    row.lead_unit = order.state.lead_unit;
    row.category = order.state.category;
    if (row.main == MainState::merged) row.merged_into = order.state.merged_into;
    for (const schema::CoTask& task : order.state.co_tasks) {
        if (task.open())
            row.co_units.append(row.co_units.empty() ? "," : "").append(task.unit + ",");
    }
    row.open_events = order.state.open_questions();
    const auto dues = clocks.of(order.state, order.events);
    row.summary =
        schema::summary_of(order.state, dues, last_told(order.events, order.state.registered_at()));
    row.summary.main = row.main;
    row.citizen_due = row.summary.citizen_due;
    row.unit_due = row.summary.unit_due;
    return row;
}

schema::OrderSummary Replica::State::summary_at(const Order& order, std::int64_t as_of) {
    std::vector<schema::WorkOrderEvent> told;
    std::set<RecordId> open;     // Conflicts that were open then.
    std::set<RecordId> decided;  // Events that a person had ruled on by then.
    for (std::size_t i = 0; i < order.events.size(); ++i) {
        const schema::WorkOrderEvent& event = order.events[i];
        if (event.happened_at > as_of && !corrects_time(event)) continue;
        if (order.state.verdicts[i].refused) {
            open.insert(event.id);
            continue;
        }
        if (event.kind == schema::EventKind::event_ruling && event.target) {
            decided.insert(*event.target);
        }
        told.push_back(event);
    }
    const schema::OrderState state =
        schema::fold(order.state.intake, told, facts().staff(), facts().settings());
    auto summary = schema::summary_of(state, facts().clocks().of(state, told, as_of), as_of);
    summary.main = settled(state, told);
    summary.conflict_open =
        !state.visits_to_decide().empty() ||
        std::ranges::any_of(open, [&](const RecordId& id) { return !decided.contains(id); });
    return summary;
}

OrderRow Replica::State::row_without_events(const LoadedRecord& appeal) {
    Order order;
    order.state = schema::fold(intake_of(appeal), {}, facts().staff(), facts().settings());
    OrderRow row = row_of(order, facts().clocks());
    row.main = MainState::registered;
    row.summary.main = MainState::registered;
    return row;
}

std::optional<OrderRow> Replica::State::stored_order_row(RecordKey key, bool& stale) {
    const auto found =
        store.database()
            .statement(
                "SELECT facts, main, lead_unit, co_units, citizen_due, unit_due, open_events, "
                "coalesce(summary, x''), category, merged_into FROM order_state WHERE rid = ?")
            .maybe<std::uint64_t, MainState, std::string, std::string, std::optional<std::int64_t>,
                   std::optional<std::int64_t>, std::uint64_t, std::vector<std::uint8_t>,
                   std::string, std::optional<RecordId>>(key);
    if (!found) return std::nullopt;
    OrderRow row;
    std::uint64_t facts_of_row = 0;
    std::vector<std::uint8_t> summary;
    std::tie(facts_of_row, row.main, row.lead_unit, row.co_units, row.citizen_due, row.unit_due,
             row.open_events, summary, row.category, row.merged_into) = *found;
    auto kept = decode_summary(sync::as_text(summary));
    stale = facts_of_row != version_of_facts() || !kept;
    if (kept) row.summary = *std::move(kept);
    return row;
}

/// Without the summary, which lists don't show and of which they need only that it is there.
std::optional<OrderRow> Replica::State::order_row(RecordKey key) {
    const auto found =
        store.database()
            .statement(
                "SELECT facts = ? AND coalesce(substr(summary, 1, 1) = ?, 0), main, lead_unit, "
                "co_units, citizen_due, unit_due, open_events, category, merged_into "
                "FROM order_state WHERE rid = ?")
            .maybe<bool, MainState, std::string, std::string, std::optional<std::int64_t>,
                   std::optional<std::int64_t>, std::uint64_t, std::string,
                   std::optional<RecordId>>(version_of_facts(), summary_form, key);
    if (!found) return std::nullopt;
    OrderRow row;
    bool current = false;
    std::tie(current, row.main, row.lead_unit, row.co_units, row.citizen_due, row.unit_due,
             row.open_events, row.category, row.merged_into) = *found;
    if (current) return row;
    const LoadedRecord* appeal = store.find(record_name(key));
    const auto order = appeal == nullptr ? std::optional<Order>{} : read_order(appeal->state.id);
    if (!order) return row;
    return row_of(*order, facts().clocks());
}

std::map<RecordId, OpenDues> Replica::open_dues() {
    State& state = *state_;
    std::vector<RecordKey> keys;
    state.store.database()
        .statement("SELECT rid FROM appeal WHERE number IS NOT NULL")
        .each<RecordKey>([&](RecordKey key) { keys.push_back(key); });
    std::map<RecordId, OpenDues> open;
    std::size_t loaded = 0;
    for (const RecordKey key : keys) {
        auto row = state.order_row(key);
        if (row && row->main >= schema::MainState::closed) continue;
        const LoadedRecord* record = state.store.find(record_name(key));
        if (record == nullptr || record->entity == nullptr) continue;
        if (!row) row = state.row_without_events(*record);
        open[record->state.id] = {row->citizen_due, row->unit_due};
        if (++loaded % 256 == 0) state.store.forget_loaded();
    }
    state.store.forget_loaded();
    return open;
}

std::uint64_t Replica::State::open_event_conflicts() {
    std::uint64_t open =
        store.database()
            .statement(
                "SELECT coalesce(sum(open_events), 0) FROM order_state WHERE open_events > 0 "
                "AND facts = ?")
            .one<std::uint64_t>(version_of_facts());
    for (const RecordId& id : stale_orders(SIZE_MAX >> 1U)) {
        if (const auto order = read_order(id)) open += order->state.open_questions();
    }
    return open;
}

std::string Replica::State::category_of(const std::optional<OrderRow>& row,
                                        const std::string& appeal_category) {
    return row && !row->category.empty() ? row->category : appeal_category;
}

std::string_view Replica::State::state_name(const std::optional<OrderRow>& row, bool delivered) {
    if (row && row->main > MainState::registered && row->main <= MainState::last_of_list) {
        return schema::name_of(row->main);
    }
    return schema::name_of(delivered ? MainState::received : MainState::registered);
}

}  // namespace jiuying::node
