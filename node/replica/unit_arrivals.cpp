#include "node/replica/unit_arrivals.hpp"

#include "node/store/order_family.hpp"
#include "schema/assert.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::EventKind;
using schema::RecordId;
namespace fields = schema::work_order_event;

constexpr std::string_view station_actor = "station";
constexpr std::string_view put_off_key = "arrivals_put_off";

const schema::Value* value_in(const sync::Transaction& tx, std::size_t record,
                              schema::FieldId field) {
    const auto at = std::ranges::find_if(tx.changes, [&](const sync::Change& change) {
        return change.record == record && change.field == field;
    });
    return at == tx.changes.end() ? nullptr : &at->value;
}

std::optional<RecordId> record_at(const sync::Transaction& tx, std::size_t record,
                                  schema::FieldId field) {
    const schema::Value* value = value_in(tx, record, field);
    return value == nullptr ? std::nullopt : record_in(*value);
}

bool is_arrival(const sync::Transaction& tx, std::size_t record) {
    const sync::TouchedRecord& touched = tx.records[record];
    if (!touched.created || touched.entity != EntityId::work_order_event) return false;
    const schema::Value* kind = value_in(tx, record, fields::kind);
    const std::int64_t* number = kind == nullptr ? nullptr : schema::number_of(*kind);
    return number != nullptr && *number == static_cast<std::int64_t>(EventKind::arrived);
}

}  // namespace

bool Replica::State::UnitArrivals::is_due(const Order& order) const {
    if (order.state.sendings.empty() || !order.state.is_open()) return false;
    const schema::Sending& sent = order.state.sendings.back();
    if (sent.arrived_at || sent.acted_at || sent.unit != order.state.lead_unit) return false;
    return state_.facts().scope_of_unit(sent.unit, state_.environment.now_ms()) ==
           state_.profile.scope;
}

/// Whether the hub has more of this node's log than is here or was given again.
bool Replica::State::UnitArrivals::lacks_own_words() const {
    const Peer hub{state_.profile.hub.node, state_.profile.scope};
    const sync::LaneHead told =
        state_.places_of(hub.node)[static_cast<std::size_t>(sync::Lane::station) - 1];
    if (told.seq == 0) return false;
    const sync::Author author{state_.node, told.epoch};
    // At a station's log txn and seq are the same number.
    if (state_.kept_of(author).value_or(0) >= told.seq) return false;
    return !state_.comes_in_turn({state_.store.authors().intern(author), told.seq});
}

void Replica::State::UnitArrivals::write(const Order& order) {
    const RecordId& id = order.state.intake.id;
    const RecordId& sent = order.state.sendings.back().event;
    const auto bytes_of = [](const RecordId& record) {
        return std::string(record.bytes.begin(), record.bytes.end());
    };
    NewRecord event{EntityId::work_order_event, {}};
    event.values.push_back({fields::order, bytes_of(id)});
    event.values.push_back({fields::kind, static_cast<std::int64_t>(EventKind::arrived)});
    event.values.push_back({fields::after, after_heads(order.heads)});
    event.values.push_back({fields::target, bytes_of(sent)});
    Draft draft{std::string(station_actor), {}, {}, state_.store.scope_id(order.scope)};
    draft.records.push_back(std::move(event));
    JY_ASSERT(state_.write(draft).has_value());
}

bool Replica::State::UnitArrivals::note(const Order& order) {
    if (!is_due(order)) return false;
    if (lacks_own_words()) {
        constexpr std::array<std::uint8_t, 1> some{1};
        state_.store.set_meta(put_off_key, some);
        return false;
    }
    write(order);
    return true;
}

/// Whether nothing is here that this node wrote.
bool Replica::State::UnitArrivals::has_no_words() const {
    return std::ranges::none_of(state_.store.logs(), [&](const auto& log) {
        return log->id.author.node == state_.node && log->id.stream == sync::Stream::station &&
               log->position.seq != 0;
    });
}

void Replica::State::UnitArrivals::note_put_off() {
    const auto put_off = state_.store.meta(put_off_key);
    if (!put_off || put_off->empty()) return;
    // To one that lost all of them the hub gives them when it hears something new of it.
    if (lacks_own_words() && !has_no_words()) return;
    state_.store.set_meta(put_off_key, {});
    std::vector<RecordId> open;
    state_.store.database()
        .statement(
            "SELECT appeal.id FROM order_state JOIN appeal ON appeal.rid = order_state.rid "
            "WHERE main >= ? AND main < ? ORDER BY appeal.id")
        .each<RecordId>([&](const RecordId& id) { open.push_back(id); },
                        schema::MainState::dispatched, schema::MainState::closed);
    for (const RecordId& id : open) {
        const auto order = state_.read_order(id);
        if (order && is_due(*order)) write(*order);
    }
}

std::optional<Fault> Replica::State::UnitArrivals::fault(const sync::Transaction& tx,
                                                         ScopeIx scope) {
    for (std::size_t i = 0; i < tx.records.size(); ++i) {
        if (!is_arrival(tx, i)) continue;
        const RecordId& event = tx.records[i].id;
        const auto named = record_at(tx, i, fields::order);
        const auto target = record_at(tx, i, fields::target);
        const auto order = named ? state_.read_order(*named) : std::nullopt;
        const schema::Sending* sent = nullptr;
        if (order && target) {
            const auto& all = order->state.sendings;
            const auto at = std::ranges::find(all, *target, &schema::Sending::event);
            if (at != all.end()) sent = &*at;
        }
        // A hub that was put back may have lost what it sent, or have decided otherwise since.
        if (sent == nullptr && state_.lost_epochs().empty()) {
            return Fault{schema::rejection::forged_base, event, fields::target};
        }
        const auto& at = state_.store.scope_id(scope);
        if (sent != nullptr && !state_.facts().has_been_at(sent->unit, at)) {
            return Fault{schema::rejection::wrong_scope, event, fields::target};
        }
    }
    return std::nullopt;
}

}  // namespace jiuying::node
