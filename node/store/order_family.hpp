/// What belongs to an order: the appeal itself, its events, notes and external references. They are
/// shared together, have the home of their order, and leave a station together. Links between
/// appeals speak of two of them and stay where they were written.
#pragma once

#include "node/store/store.hpp"
#include "schema/registry.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace jiuying::node {

inline constexpr std::array order_side_entities{
    schema::EntityId::work_order_event, schema::EntityId::note, schema::EntityId::external_ref};

/// The field by which a record of that kind names the order that it belongs to.
[[nodiscard]] inline std::optional<schema::FieldId> order_field_of(schema::EntityId entity) {
    using schema::EntityId;
    switch (entity) {
        case EntityId::work_order_event: return schema::work_order_event::order;
        case EntityId::note: return schema::note::order;
        case EntityId::external_ref: return schema::external_ref::order;
        default: return std::nullopt;
    }
}

/// The field by which a record of that kind names what it goes with when that is erased: its order,
/// or the hard case that it tells progress of.
[[nodiscard]] inline std::optional<schema::FieldId> whole_field_of(schema::EntityId entity) {
    if (entity == schema::EntityId::case_progress) return schema::case_progress::hard_case;
    return order_field_of(entity);
}

/// The record that a value names; nothing if it names none.
[[nodiscard]] inline std::optional<schema::RecordId> record_in(const schema::Value& value) {
    const std::string* bytes = schema::text_of(value);
    schema::RecordId id;
    if (bytes == nullptr || bytes->size() != id.bytes.size()) return std::nullopt;
    std::ranges::copy(*bytes, id.bytes.begin());
    return id;
}

/// The order that a record is or belongs to.
[[nodiscard]] std::optional<schema::RecordId> order_of(const sync::RecordState& state);
[[nodiscard]] inline std::optional<schema::RecordId> order_of(const LoadedRecord& record) {
    return order_of(record.state);
}
/// The record that this one is a part of when that is erased.
[[nodiscard]] std::optional<schema::RecordId> whole_of(const sync::RecordState& state);
/// An order and what belongs to it, the appeal first. Everything must be flushed.
[[nodiscard]] std::vector<RecordKey> family_keys(Store& store, const schema::RecordId& order);

}  // namespace jiuying::node
