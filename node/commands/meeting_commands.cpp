// Meetings: salons, joint meetings, leaders answering. Planned, taken down, followed up, closed.
#include "node/commands/appeal_draft.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/firm_lookup.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/values.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;
using schema::RecordId;
namespace fields = schema::meeting;

constexpr std::int64_t list_max = 100'000;
constexpr std::size_t rows_max = 1000;
constexpr std::int64_t leader_answering = 3;  // Of the choices of `kind`.

std::size_t limit_in(const json::object& args, std::int64_t fallback) {
    const std::int64_t limit = number_in(args, "limit").value_or(fallback);
    if (limit < 0 || limit > list_max) throw Failure{Error::bad_value, Detail::option, "--limit"};
    return static_cast<std::size_t>(limit);
}

/// Where a meeting stands, told from its date, its orders and whether it was closed.
struct Standing {
    std::size_t orders = 0;
    std::size_t settled = 0;
    std::string_view name;
};

Standing standing_of(CommandContext& context, const RecordView& meeting,
                     const std::vector<MeetingOrder>& orders) {
    Standing standing;
    standing.orders = orders.size();
    standing.settled =
        static_cast<std::size_t>(std::ranges::count(orders, true, &MeetingOrder::settled));
    const std::int64_t date = number_of_field(meeting, fields::date);
    if (number_of_field(meeting, fields::closed_at) != 0) {
        // What was reopened or came late after the closing is seen.
        standing.name = standing.settled == standing.orders ? "closed" : "reopened";
    } else if (date > context.environment.now_ms() && orders.empty()) {
        standing.name = "planned";
    } else {
        standing.name = "following";
    }
    return standing;
}

json::object meeting_json(CommandContext& context, const RecordView& meeting,
                          const std::vector<MeetingOrder>& orders) {
    json::object shown = record_json(meeting);
    const Standing standing = standing_of(context, meeting, orders);
    shown["appeals"] = standing.orders;
    shown["visited"] = standing.settled;
    shown["open"] = standing.orders - standing.settled;
    shown["standing"] = standing.name;
    shown["delivered"] = meeting.delivered;
    return shown;
}

void check_leader(CommandContext& context, const std::vector<FieldValue>& values) {
    const auto leader = std::ranges::find(values, fields::leader, &FieldValue::field);
    if (leader == values.end() || schema::empty(leader->value)) return;
    check_in_service(context, *schema::text_of(leader->value));
}

/// The times of a meeting in their order.
void check_times(const std::vector<FieldValue>& values, std::int64_t date, std::int64_t ends_at) {
    for (const FieldValue& value : values) {
        const std::int64_t* at = schema::number_of(value.value);
        if (value.field == fields::date) date = at == nullptr ? 0 : *at;
        if (value.field == fields::ends_at) ends_at = at == nullptr ? 0 : *at;
    }
    if (date != 0 && ends_at != 0 && ends_at <= date) {
        throw Failure{Error::value_out_of_bounds, Detail::field, "ends_at"};
    }
}

}  // namespace

json::object meeting_add(CommandContext& context, const json::object& args) {
    const schema::Entity& entity = entity_of(EntityId::meeting);
    Draft draft;
    draft.actor = actor_of(context, args);
    NewRecord meeting{EntityId::meeting, {}};
    for (const schema::Field& field : entity.fields) {
        const json::value* given = args.if_contains(field.name);
        const bool closing = field.id == fields::closed_at || field.id == fields::closed_by;
        if (given == nullptr || closing) continue;
        schema::Value value = require_value(field, *given);
        if (!schema::empty(value)) meeting.values.push_back({field.id, std::move(value)});
    }
    for (const schema::FieldId needed : {fields::kind, fields::title}) {
        const auto has = std::ranges::find(meeting.values, needed, &FieldValue::field);
        if (has == meeting.values.end()) {
            throw Failure{Error::missing_option, Detail::option,
                          "--" + std::string{field_of(EntityId::meeting, needed).name}};
        }
    }
    check_leader(context, meeting.values);
    check_times(meeting.values, 0, 0);
    const auto kind = std::ranges::find(meeting.values, fields::kind, &FieldValue::field);
    const auto leader = std::ranges::find(meeting.values, fields::leader, &FieldValue::field);
    // Orders are taken down under the leader's name (A31).
    const bool nameless = *schema::number_of(kind->value) == leader_answering &&
                          leader == meeting.values.end() &&
                          !context.replica.all(EntityId::staff, 1).empty();
    if (nameless) throw Failure{Error::missing_option, Detail::option, "--leader"};
    draft.records.push_back(std::move(meeting));
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(committed.records.front())}};
}

json::object meeting_edit(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const RecordId id = require_meeting(context, require_text(args, "id"));
    const RecordView meeting = require_shown(context, id);
    std::vector<FieldValue> values =
        values_of(EntityId::meeting, require_object(args, "set"),
                  {fields::kind, fields::closed_at, fields::closed_by});
    if (values.empty()) throw Failure{Error::missing_option, Detail::option, "--set"};
    check_leader(context, values);
    check_times(values, number_of_field(meeting, fields::date),
                number_of_field(meeting, fields::ends_at));
    Draft draft;
    draft.actor = actor;
    draft.edits.push_back({id, std::move(values)});
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(id)}, {"changed", committed.txn != 0}};
}

json::object meeting_list(CommandContext& context, const json::object& args) {
    json::array meetings;
    for (const RecordView& record :
         context.replica.all(EntityId::meeting, limit_in(args, list_max))) {
        meetings.push_back(
            meeting_json(context, record, context.replica.meeting_orders(record.id)));
    }
    const auto total = meetings.size();
    return {{"total", total}, {"meetings", std::move(meetings)}};
}

json::object meeting_show(CommandContext& context, const json::object& args) {
    constexpr std::int64_t listed = 200;
    const RecordId id = require_meeting(context, require_text(args, "id"));
    const RecordView meeting = require_shown(context, id);
    const std::size_t limit = limit_in(args, listed);
    const auto orders = context.replica.meeting_orders(id);
    json::object answer{{"meeting", meeting_json(context, meeting, orders)}};
    json::array shown;
    std::size_t hidden = 0;
    for (const MeetingOrder& order : orders) {
        if (order.hidden) {
            ++hidden;
            continue;
        }
        if (shown.size() == limit) continue;
        const auto appeal = context.replica.show(order.id, false);
        if (!appeal) continue;
        json::object row{{"id", to_text(order.id)},
                         {"number", order.number},
                         {"state", schema::name_of(order.main)},
                         {"visited", order.settled},
                         {"title", text_or_null(text_of_field(*appeal, schema::appeal::title))},
                         {"enterprise", nullptr}};
        if (const auto firm = record_of_field(*appeal, schema::appeal::enterprise)) {
            const auto known = context.replica.show(firm_master(context, *firm), false);
            if (known) row["enterprise"] = text_of_field(*known, schema::enterprise::name);
        }
        shown.push_back(std::move(row));
    }
    answer["orders"] = std::move(shown);
    answer["hidden"] = hidden;
    return answer;
}

json::object meeting_note(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const RecordId id = require_meeting(context, require_text(args, "id"));
    const RecordView meeting = require_shown(context, id);
    if (number_of_field(meeting, fields::closed_at) != 0) throw Failure{Error::meeting_closed};
    const json::array& rows = require_array(args, "rows");
    if (rows.size() > rows_max) throw Failure{Error::bad_value, Detail::option, "rows"};
    json::object defaults{{"channel", "meeting"}};
    if (const std::string leader = text_of_field(meeting, fields::leader); !leader.empty()) {
        defaults["leader_source"] = leader;
    }
    if (const std::string place = text_of_field(meeting, fields::place); !place.empty()) {
        defaults["place"] = place;
    }
    json::array saved;
    json::array refused;
    LinkMemory memory;
    memory.meetings.emplace(to_text(id), id);
    for (const json::value& item : rows) {
        const json::object* row = item.if_object();
        const json::value* values = row == nullptr ? nullptr : row->if_contains("values");
        if (values == nullptr || !row->contains("row")) {
            throw Failure{Error::bad_value, Detail::option, "rows"};
        }
        const auto refuse = [&](Error error, const std::string& field, const std::string& limit) {
            json::object why{
                {"row", row->at("row")}, {"code", entry_of(error).code}, {"field", field}};
            if (!limit.empty()) why["limit"] = limit;
            refused.push_back(std::move(why));
        };
        try {
            if (!values->is_object()) throw Failure{Error::bad_json_input};
            json::object given = values->get_object();
            given["meeting"] = to_text(id);
            auto read = read_appeal(context, given, defaults);
            if (const auto* fault = std::get_if<RowFault>(&read)) {
                refuse(fault->error, fault->field, fault->limit);
                continue;
            }
            AppealDraft draft = std::get<AppealDraft>(std::move(read));
            // Each is durable by itself: what was taken down stays, whatever comes after it.
            Replica::Batch batch{context.replica};
            link(context, given, memory, draft);
            const Registered made = register_draft(context, actor, std::move(draft), memory);
            batch.commit();
            json::object told{
                {"row", row->at("row")}, {"id", to_text(made.id)}, {"number", made.number}};
            if (!made.query_code.empty()) told["query_code"] = made.query_code;
            saved.push_back(std::move(told));
        } catch (const Failure& failure) {
            std::string field;
            for (const auto& [kind, text] : failure.details()) {
                if (kind == Detail::field) field = text;
            }
            refuse(failure.error(), field, {});
        }
    }
    return {{"id", to_text(id)}, {"saved", std::move(saved)}, {"refused", std::move(refused)}};
}

json::object meeting_close(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const RecordId id = require_meeting(context, require_text(args, "id"));
    const RecordView meeting = require_shown(context, id);
    const bool closed = number_of_field(meeting, fields::closed_at) != 0;
    const bool undo = flag_in(args, "undo");
    Edit edit{id, {}};
    if (undo) {
        if (!closed) return {{"id", to_text(id)}, {"changed", false}};
        edit.values = {{fields::closed_at, schema::Value{}}, {fields::closed_by, schema::Value{}}};
    } else {
        if (closed) throw Failure{Error::meeting_closed};
        const auto orders = context.replica.meeting_orders(id);
        const Standing standing = standing_of(context, meeting, orders);
        if (standing.settled != standing.orders) {
            Failure failure{Error::meeting_open};
            constexpr std::size_t named_max = 10;
            std::size_t named = 0;
            for (const MeetingOrder& order : orders) {
                if (order.settled || order.hidden || named++ >= named_max) continue;
                failure.with(Detail::id, order.number);
            }
            throw failure;
        }
        edit.values = {{fields::closed_at, context.environment.now_ms()},
                       {fields::closed_by, actor}};
    }
    Draft draft;
    draft.actor = actor;
    draft.edits.push_back(std::move(edit));
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(id)}, {"changed", committed.txn != 0}};
}

}  // namespace jiuying::node::commands
