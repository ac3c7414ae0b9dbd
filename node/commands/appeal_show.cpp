// One appeal with everything that belongs to it.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/order_views.hpp"
#include "node/commands/repeat_links.hpp"
#include "node/commands/values.hpp"
#include "node/commands/views.hpp"
#include "node/replica/erasures.hpp"
#include "schema/time_text.hpp"

namespace jiuying::node::commands {
namespace {

using schema::EntityId;

/// Who wrote a record that is written once: the author of its first version.
void add_writer(CommandContext& context, const schema::RecordId& id, json::object& shown) {
    const auto record = context.replica.show(id, true);
    if (!record || record->history.empty()) return;
    const VersionView& first = record->history.front();
    shown["station"] = first.station;
    shown["actor"] = first.actor;
    shown["time"] = schema::format_time(first.time_ms);
}

json::array side_records(CommandContext& context, const std::vector<RecordView>& records) {
    json::array all;
    for (const RecordView& record : records) {
        json::object shown{{"id", to_text(record.id)}};
        for (auto& member : fields_json(record)) {
            if (member.key() != "order") shown[member.key()] = std::move(member.value());
        }
        add_writer(context, record.id, shown);
        all.push_back(std::move(shown));
    }
    return all;
}

/// A region with its name, those above it, and whether it is in the country.
std::optional<json::object> region_json(CommandContext& context, const std::string& code) {
    namespace fields = schema::region;
    if (code.empty()) return std::nullopt;
    json::object shown{{"code", code}, {"rural", nullptr}};
    std::string path;
    std::string at = code;
    constexpr int depth_max = 8;
    for (int depth = 0; depth < depth_max && !at.empty(); ++depth) {
        const auto id = context.replica.find_by_text(EntityId::region, fields::code, at);
        const auto region = id ? context.replica.show(*id, false) : std::nullopt;
        if (!region) break;
        const std::string name = text_of_field(*region, fields::name);
        if (at == code) {
            shown["title"] = name;
            const schema::Value* rural = region->find(fields::rural);
            const auto* number = rural == nullptr ? nullptr : schema::number_of(*rural);
            if (number != nullptr) shown["rural"] = *number != 0;
        }
        path = path.empty() ? name : name + " " + path;
        at = text_of_field(*region, fields::parent);
    }
    shown["path"] = path;
    return shown;
}

/// The titles behind the ids of meeting and enterprise, and the region's name.
json::object links(CommandContext& context, const RecordView& appeal) {
    json::object found;
    const auto add = [&](schema::FieldId field, schema::FieldId title, std::string_view key) {
        const schema::Value* value = appeal.find(field);
        schema::RecordId id;
        if (value == nullptr || !record_in(*value, id)) return;
        json::object target{{"id", to_text(id)}};
        if (const auto record = context.replica.show(id, false)) {
            target["title"] = text_of_field(*record, title);
        }
        found[key] = std::move(target);
    };
    add(schema::appeal::meeting, schema::meeting::title, "meeting");
    add(schema::appeal::enterprise, schema::enterprise::name, "enterprise");
    if (auto region = region_json(context, text_of_field(appeal, schema::appeal::region))) {
        found["region"] = *std::move(region);
    }
    return found;
}

json::array references_json(CommandContext& context, const schema::RecordId& id) {
    const schema::Field& level = field_of(EntityId::appeal, schema::appeal::ext_level);
    json::array all;
    for (const ReferenceView& reference : context.replica.references(id)) {
        const std::string_view graded = schema::choice_name(level, reference.level);
        all.push_back(
            json::object{{"channel", reference.channel},
                         {"ext_no", reference.ext_no},
                         {"level", graded.empty() ? json::value(nullptr) : json::value(graded)},
                         {"received_at", time_or_null(reference.received_at_ms)},
                         {"id", to_text(reference.order)},
                         {"number", reference.number},
                         {"added", reference.added}});
    }
    return all;
}

json::array conflicts_of(CommandContext& context, const RecordView& appeal) {
    json::array all;
    for (const FieldShown& shown : appeal.fields) {
        if (!shown.contested) continue;
        if (const auto conflict = context.replica.conflict_of(appeal.id, shown.id)) {
            all.push_back(conflict_json(*conflict));
        }
    }
    return all;
}

}  // namespace

json::object appeal_show(CommandContext& context, const json::object& args) {
    const json::value* asked = args.if_contains("history");
    const bool with_history = asked == nullptr || flag_in(args, "history");
    const schema::RecordId id = require_appeal(context, require_text(args, "id"));
    const auto record = context.replica.show(id, with_history);
    if (!record) throw Failure{Error::record_not_found};
    json::array history;
    for (const VersionView& version : record->history) {
        history.push_back(version_json(entity_of(EntityId::appeal), version));
    }
    const auto order = context.replica.order(id);
    const auto dues = order ? context.replica.dues(*order, context.environment.now_ms())
                            : std::optional<OrderDues>{};
    json::array events;
    if (order) {
        for (const OrderEventView& event : order->events) events.push_back(event_json(event));
    }
    return {{"id", to_text(id)},
            {"number", printed_number(*record)},
            {"state", record->state},
            {"delivered", record->delivered},
            {"erased_at", time_or_null(Erasures{context.replica}.erased_at(id).value_or(0))},
            {"appeal", fields_json(*record)},
            {"links", links(context, *record)},
            {"references", references_json(context, id)},
            {"repeats", repeats_json(context, id)},
            {"conflicts", conflicts_of(context, *record)},
            {"history", std::move(history)},
            {"history_elsewhere", record->elsewhere},
            {"order", order ? json::value(order_json(*order)) : json::value(nullptr)},
            {"deadlines", dues ? json::value(dues_json(*dues)) : json::value(nullptr)},
            {"events", std::move(events)},
            {"notes", side_records(context, record->notes)}};
}

}  // namespace jiuying::node::commands
