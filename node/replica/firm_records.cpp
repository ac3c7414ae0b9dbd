// What enterprises and meetings are made of: records that name them.
#include "node/replica/rule_desk.hpp"

#include "node/replica/shown.hpp"
#include "node/replica/summary_codec.hpp"

#include <algorithm>

namespace jiuying::node {

using schema::EntityId;
using schema::RecordId;

std::vector<RecordId> Replica::naming(EntityId entity, schema::FieldId field,
                                      const RecordId& record) {
    State& state = *state_;
    std::vector<RecordId> all;
    const schema::Entity* kind = state.store.stored_entity(entity);
    const schema::Field* column = kind == nullptr ? nullptr : schema::find_field(*kind, field);
    if (column == nullptr) return all;
    state.store.database()
        .prepare("SELECT id FROM " + sql_name(kind->name) + " WHERE " + sql_name(column->name) +
                 " = ? ORDER BY id")
        .each<RecordId>([&](const RecordId& id) { all.push_back(id); }, record);
    return all;
}

std::vector<RecordId> Replica::all_with_text(EntityId entity, schema::FieldId field,
                                             std::string_view value) {
    State& state = *state_;
    std::vector<RecordId> all;
    const schema::Entity* kind = state.store.stored_entity(entity);
    const schema::Field* column = kind == nullptr ? nullptr : schema::find_field(*kind, field);
    if (column == nullptr || value.empty()) return all;
    state.store.database()
        .prepare("SELECT id FROM " + sql_name(kind->name) + " WHERE " + sql_name(column->name) +
                 " = ? ORDER BY id")
        .each<RecordId>([&](const RecordId& id) { all.push_back(id); }, value);
    return all;
}

Replica::Matches Replica::matching(EntityId entity, std::span<const schema::FieldId> fields,
                                   std::string_view text, schema::FieldId without,
                                   std::size_t limit) {
    State& state = *state_;
    Matches matches;
    const schema::Entity* kind = state.store.stored_entity(entity);
    const schema::Field* other = kind == nullptr ? nullptr : schema::find_field(*kind, without);
    if (other == nullptr) return matches;
    // Only the rows that are shown are decoded.
    std::string sql = "SELECT rid FROM " + sql_name(kind->name) + " WHERE " +
                      sql_name(other->name) + " IS NULL AND (?1 = ''";
    for (const schema::FieldId field : fields) {
        const schema::Field* column = schema::find_field(*kind, field);
        if (column == nullptr) continue;
        sql += " OR instr(replace(replace(" + sql_name(column->name) +
               ", ' ', ''), char(9), ''), ?1) > 0";
    }
    std::vector<RecordKey> keys;
    state.store.database()
        .prepare(sql + ") ORDER BY id")
        .each<RecordKey>(
            [&](RecordKey key) {
                if (matches.total++ < limit) keys.push_back(key);
            },
            text);
    for (const RecordKey key : keys) {
        const LoadedRecord* record = state.store.find(record_name(key));
        if (record != nullptr) matches.records.push_back(state.plain_view(*record));
    }
    state.store.forget_loaded();
    return matches;
}

std::vector<RecordId> Replica::appeals_with_code(const std::string& uscc) {
    auto all = all_with_text(EntityId::appeal, schema::appeal::uscc, uscc);
    std::erase_if(all, [&](const RecordId& id) { return state_->hidden(id); });
    return all;
}

std::vector<MeetingOrder> Replica::meeting_orders(const RecordId& meeting) {
    State& state = *state_;
    const std::set<RecordKey> hidden = state.hidden_appeals();
    struct Row {
        RecordKey key = 0;
        MeetingOrder order;
        bool known = false;
    };
    std::vector<Row> rows;
    const std::uint64_t version = state.version_of_facts();
    state.store.database()
        .statement(
            "SELECT a.rid, a.id, coalesce(a.number, ''), coalesce(a.number_suffix, ''), o.facts, "
            "coalesce(o.summary, x'') FROM appeal a LEFT JOIN order_state o ON o.rid = a.rid "
            "WHERE a.meeting = ? ORDER BY a.id")
        .each<RecordKey, RecordId, std::string, std::string, std::optional<std::uint64_t>,
              std::vector<std::uint8_t>>(
            [&](RecordKey key, const RecordId& id, const std::string& number,
                const std::string& suffix, const std::optional<std::uint64_t>& facts,
                const std::vector<std::uint8_t>& summary) {
                Row row;
                row.key = key;
                row.order.id = id;
                row.order.hidden = hidden.contains(key);
                if (!row.order.hidden) row.order.number = with_suffix(number, suffix);
                row.order.main = schema::MainState::registered;
                row.known = !facts.has_value();  // Without events it is waited for.
                const auto kept = facts == version ? decode_summary(sync::as_text(summary))
                                                   : std::optional<schema::OrderSummary>{};
                if (kept) {
                    row.known = true;
                    row.order.main = kept->main;
                    row.order.settled = kept->settled;
                }
                rows.push_back(std::move(row));
            },
            meeting);
    std::vector<MeetingOrder> orders;
    orders.reserve(rows.size());
    for (Row& row : rows) {
        if (!row.known) {
            if (const auto order = state.read_order(row.order.id)) {
                row.order.main = order->state.main;
                row.order.settled = order->state.is_visited();
            }
        }
        orders.push_back(std::move(row.order));
    }
    if (!state.store.in_transaction()) state.store.forget_loaded();
    return orders;
}

void Replica::heed_rules(const std::vector<RecordId>& orders) {
    State& state = *state_;
    if (!state.is_hub()) return;
    state.writing([&] {
        for (const RecordId& id : orders) {
            if (const auto order = state.read_order(id)) {
                (void)State::RuleDesk(state).heed(id, order);
            }
        }
    });
}

}  // namespace jiuying::node
