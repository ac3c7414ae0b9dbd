// Meetings at which appeals are taken down, and the firms that speak there.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "node/commands/views.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;

constexpr std::int64_t list_max = 100'000;

std::size_t limit_in(const json::object& args) {
    const std::int64_t limit = number_in(args, "limit").value_or(list_max);
    if (limit < 0 || limit > list_max) throw Failure{Error::bad_value, Detail::option, "--limit"};
    return static_cast<std::size_t>(limit);
}

json::object record_json(const RecordView& record) {
    json::object shown{{"id", to_text(record.id)}};
    for (auto& member : fields_json(record)) shown[member.key()] = std::move(member.value());
    return shown;
}

}  // namespace

json::object meeting_add(CommandContext& context, const json::object& args) {
    const schema::Entity& entity = entity_of(EntityId::meeting);
    Draft draft;
    draft.actor = actor_of(context, args);
    NewRecord meeting{EntityId::meeting, {}};
    for (const schema::Field& field : entity.fields) {
        const json::value* given = args.if_contains(field.name);
        if (given == nullptr) continue;
        schema::Value value = require_value(field, *given);
        if (!schema::empty(value)) meeting.values.push_back({field.id, std::move(value)});
    }
    for (const schema::FieldId needed : {schema::meeting::kind, schema::meeting::title}) {
        const auto has = std::ranges::find(meeting.values, needed, &FieldValue::field);
        if (has == meeting.values.end()) {
            throw Failure{Error::missing_option, Detail::option,
                          "--" + std::string{field_of(EntityId::meeting, needed).name}};
        }
    }
    draft.records.push_back(std::move(meeting));
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(committed.records.front())}};
}

json::object meeting_list(CommandContext& context, const json::object& args) {
    json::array meetings;
    for (const RecordView& record : context.replica.all(EntityId::meeting, limit_in(args))) {
        json::object shown = record_json(record);
        AppealFilter filter;
        filter.meeting = record.id;
        filter.limit = 0;
        shown["appeals"] = context.replica.list(filter).total;
        shown["delivered"] = record.delivered;
        meetings.push_back(std::move(shown));
    }
    const auto total = meetings.size();
    return {{"total", total}, {"meetings", std::move(meetings)}};
}

json::object enterprise_list(CommandContext& context, const json::object& args) {
    json::array enterprises;
    for (const RecordView& record : context.replica.all(EntityId::enterprise, limit_in(args))) {
        enterprises.push_back(record_json(record));
    }
    const auto total = enterprises.size();
    return {{"total", total}, {"enterprises", std::move(enterprises)}};
}

}  // namespace jiuying::node::commands
