#include "node/replica/order_desk.hpp"

#include "node/store/order_family.hpp"
#include "schema/appeal_rules.hpp"

#include <algorithm>

namespace jiuying::node {

using schema::EntityId;
using sync::Transaction;
namespace fields = schema::work_order_event;

void Replica::State::OrderDesk::sign(schema::WorkOrderEvent& event, const std::string& actor) {
    event.actor = actor;
    event.at_hub = state_.is_hub();
    event.recorded_at = std::max(state_.environment.now_ms(),
                                 static_cast<std::int64_t>(sync::wall_ms(state_.clock.last())));
    if (event.happened_at == 0) event.happened_at = event.recorded_at;
}

Result<Acted> Replica::State::OrderDesk::write(const Order& order, const schema::RecordId& order_id,
                                               const schema::WorkOrderEvent& event,
                                               std::vector<Edit> edits) {
    Result<std::vector<schema::EventField>> told = schema::fields_of(event);
    if (!told) return told.error();
    NewRecord record{EntityId::work_order_event, {}};
    record.values.push_back(
        {fields::order, std::string(order_id.bytes.begin(), order_id.bytes.end())});
    record.values.push_back({fields::after, after_heads(order.heads)});
    for (schema::EventField& one : *told) {
        record.values.push_back({one.field, std::move(one.value)});
    }
    Draft draft{
        event.actor, {std::move(record)}, std::move(edits), state_.store.scope_id(order.scope)};
    Result<Committed> committed = state_.write(draft);
    if (!committed) return committed.error();
    Acted acted;
    acted.event = committed->records.front();
    acted.txn = committed->txn;
    acted.main = order.state.main;
    if (const auto after = state_.read_order(order_id)) acted.main = after->state.main;
    return acted;
}

bool Replica::State::OrderDesk::is_archived(const LoadedRecord& record) {
    if (record.state.entity != EntityId::appeal) return false;
    return state_.store.database()
        .statement("SELECT 1 FROM order_state WHERE rid = ? AND main = ?")
        .maybe<int>(record_key(record.state.name), schema::MainState::archived)
        .has_value();
}

void Replica::State::OrderDesk::add_late_edits(const Transaction& tx, std::size_t position,
                                               const LoadedRecord& record,
                                               std::vector<Fault>& faults) {
    // Of a station at which the order is not at home the programs take no facts at all.
    if (tx.origin || tx.records[position].created) return;
    const auto is_fact = [&](const sync::Change& change) {
        return change.record == position &&
               schema::role_of(change.field) == schema::FieldRole::fact;
    };
    if (std::ranges::none_of(tx.changes, is_fact)) return;
    // Whoever knew of the dispatch wrote a step of the order with it.
    const bool is_step = std::ranges::any_of(tx.records, [](const sync::TouchedRecord& touched) {
        return touched.created && touched.entity == EntityId::work_order_event;
    });
    if (is_step) return;
    // A dispatch is the hub's own and in an earlier commit, so its order has a row.
    const bool has_row = state_.store.database()
                             .statement("SELECT 1 FROM order_state WHERE rid = ?")
                             .maybe<int>(record_key(record.state.name))
                             .has_value();
    if (!has_row) return;
    const auto order = state_.read_order(record.state.id);
    if (!order || !order->state.dates.dispatched_at) return;
    for (const sync::Change& change : tx.changes) {
        if (is_fact(change))
            faults.push_back({schema::notice::after_dispatch, record.state.id, change.field});
    }
}

bool Replica::State::OrderDesk::has_reached_hub(sync::Dot creation) {
    if (state_.store.authors()[creation.author].node != state_.node) return true;
    for (const auto& log : state_.store.logs()) {
        if (log->author != creation.author || log->id.stream != sync::Stream::station) continue;
        // At a station txn and seq are the same number. What lies beyond a former epoch's log is
        // known from the hub.
        const bool from_hub = creation.author != state_.own && creation.txn > log->position.seq;
        return from_hub || creation.txn <= state_.receipted(*log);
    }
    return creation.author != state_.own;
}

bool Replica::State::OrderDesk::all_delivered(const LoadedRecord& appeal) {
    if (!state_.delivered(appeal)) return false;
    if (state_.is_hub() || state_.unsent() == 0) return true;
    return std::ranges::all_of(family_keys(state_.store, appeal.state.id), [&](RecordKey key) {
        return has_reached_hub(record_name(key).creation);
    });
}

}  // namespace jiuying::node
