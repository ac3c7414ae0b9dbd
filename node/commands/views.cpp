#include "node/commands/views.hpp"

#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "schema/time_text.hpp"

namespace jiuying::node {
namespace {

json::value plain_json(const schema::Value& value) {
    if (const auto* number = schema::number_of(value)) return *number;
    if (const auto* text = schema::text_of(value)) {
        return json::string(sync::hex_encode(sync::as_view(*text)));
    }
    return nullptr;
}

json::object who_json(const VersionView& version) {
    return {{"station", version.station},
            {"actor", version.actor},
            {"time", schema::format_time(version.time_ms)}};
}

}  // namespace

json::object fields_json(const RecordView& record) {
    json::object fields;
    for (const FieldShown& shown : record.fields) {
        if (shown.field != nullptr) {
            fields[shown.field->name] = to_json(*shown.field, shown.value);
        } else {
            fields["field_" + std::to_string(shown.id)] = plain_json(shown.value);
        }
    }
    return fields;
}

json::object version_json(const schema::Entity& entity, const VersionView& version) {
    const schema::Field* field = schema::find_field(entity, version.field);
    json::object shown;
    shown["field"] =
        field != nullptr ? std::string{field->name} : "field_" + std::to_string(version.field);
    shown["value"] =
        field != nullptr ? version_to_json(*field, version.value) : plain_json(version.value);
    for (auto& member : who_json(version)) shown[member.key()] = std::move(member.value());
    shown["current"] = version.current;
    // A version of a set adds and removes: none is lost to another.
    shown["lost"] = version.lost && (field == nullptr || field->kind != schema::Kind::set);
    shown["rejected"] = version.rejected;
    shown["suspect_clock"] = version.suspect_clock;
    return shown;
}

json::object conflict_json(const ConflictView& conflict) {
    json::array values;
    for (const VersionView& version : conflict.values) {
        json::object value{{"take", values.size() + 1},
                           {"value", to_json(*conflict.field, version.value)}};
        for (auto& member : who_json(version)) value[member.key()] = std::move(member.value());
        value["current"] = version.current;
        value["suspect_clock"] = version.suspect_clock;
        values.push_back(std::move(value));
    }
    return {{"id", sync::hex_encode(conflict.id.bytes)},
            {"record", to_text(conflict.record)},
            {"entity", entity_of(conflict.entity).name},
            {"number", conflict.number},
            {"kind", "field"},
            {"field", conflict.field->name},
            {"values", std::move(values)}};
}

}  // namespace jiuying::node
