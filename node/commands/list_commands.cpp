// Work lists (A33) and hard cases (A24): named people, dates, and an end that must be earned.
#include "node/commands/arguments.hpp"
#include "node/commands/firm_lookup.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/values.hpp"
#include "node/replica/order_facts.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;
using schema::RecordId;
namespace list = schema::work_list;
namespace hard = schema::hard_case;

constexpr std::size_t list_max = 100'000;

/// A set's texts, one a line.
std::vector<std::string> lines_of(const RecordView& record, schema::FieldId field) {
    std::vector<std::string> lines;
    const std::string text = text_of_field(record, field);
    std::string_view rest{text};
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        lines.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return lines;
}

/// The orders that codes name, as an edit of a set: "+UUID" a line.
std::string orders_edit(CommandContext& context, std::string_view numbers, char sign) {
    std::string lines;
    for (const std::string& number : codes_in(numbers)) {
        lines.append(lines.empty() ? "" : "\n").append(1, sign);
        lines.append(to_text(require_appeal(context, number)));
    }
    return lines;
}

struct Items {
    json::array shown;
    std::size_t open = 0;
};

Items items_of(CommandContext& context, const RecordView& record, schema::FieldId field) {
    Items items;
    for (const std::string& text : lines_of(record, field)) {
        RecordId id;
        if (!schema::parse_uuid(text, id.bytes)) continue;
        const auto order = context.replica.order(id);
        // What nobody here can see is not known to be done.
        const bool open = !order || order->state.is_open();
        if (open) ++items.open;
        json::object shown{{"id", text}, {"number", nullptr}, {"state", nullptr}, {"open", open}};
        if (order) {
            shown["number"] = order->number;
            shown["state"] = schema::name_of(order->state.main);
        }
        items.shown.push_back(std::move(shown));
    }
    return items;
}

json::object list_json(CommandContext& context, const RecordView& record) {
    Items items = items_of(context, record, list::items);
    json::object shown = record_json(record);
    const std::string owner = text_of_field(record, list::owner);
    const std::int64_t now = context.environment.now_ms();
    const std::int64_t due = number_of_field(record, list::due_at);
    const bool closed = number_of_field(record, list::closed_at) != 0;
    const bool known = !context.replica.all(EntityId::staff, 1).empty();
    shown["owner_left"] =
        !closed && known && context.replica.facts().staff().unit_of(owner, now).empty();
    shown["open"] = items.open;
    shown["overdue"] = !closed && due != 0 && due < now;
    shown["state"] = closed ? "closed" : "open";
    shown["items"] = std::move(items.shown);
    return shown;
}

RecordView open_list(CommandContext& context, const json::object& args) {
    const RecordId id = require_record(context, EntityId::work_list, require_text(args, "id"));
    RecordView record = require_shown(context, id);
    if (number_of_field(record, list::closed_at) != 0) throw Failure{Error::list_closed};
    return record;
}

json::object commit_edit(CommandContext& context, const json::object& args, Edit edit) {
    const RecordId id = edit.record;
    Draft draft;
    draft.actor = actor_of(context, args);
    draft.edits.push_back(std::move(edit));
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(id)}, {"changed", committed.txn != 0}};
}

/// A value of that field, read as people write it.
FieldValue read_field(EntityId entity, schema::FieldId field, const json::value& given) {
    return {field, require_value(field_of(entity, field), given)};
}

json::object case_json(CommandContext& context, const RecordView& record) {
    Items items = items_of(context, record, hard::orders);
    json::object shown = record_json(record);
    const bool struck = number_of_field(record, hard::struck_at) != 0;
    const bool proposed = !text_of_field(record, hard::proposed_by).empty();
    const std::int64_t target = number_of_field(record, hard::target_date);
    shown["state"] = struck ? "struck_off" : proposed ? "proposed" : "open";
    shown["overdue"] = !struck && target != 0 && target < context.environment.now_ms();
    shown["orders"] = std::move(items.shown);
    return shown;
}

RecordView open_case(CommandContext& context, const json::object& args) {
    const RecordId id = require_record(context, EntityId::hard_case, require_text(args, "id"));
    RecordView record = require_shown(context, id);
    if (number_of_field(record, hard::struck_at) != 0) throw Failure{Error::case_step};
    return record;
}

}  // namespace

json::object worklist_add(CommandContext& context, const json::object& args) {
    Draft draft;
    draft.actor = actor_of(context, args);
    NewRecord made{EntityId::work_list, {}};
    const std::string owner{schema::trimmed(require_text(args, "owner"))};
    check_in_service(context, owner);
    made.values.push_back(
        read_field(EntityId::work_list, list::title, json::value(require_text(args, "title"))));
    if (schema::empty(made.values.front().value)) {
        throw Failure{Error::missing_option, Detail::option, "--title"};
    }
    made.values.push_back(read_field(EntityId::work_list, list::owner, json::value(owner)));
    if (const json::value* due = args.if_contains("due")) {
        made.values.push_back(read_field(EntityId::work_list, list::due_at, *due));
    }
    const std::string items = orders_edit(context, text_in(args, "items").value_or(""), '+');
    if (!items.empty()) made.values.push_back({list::items, items});
    draft.records.push_back(std::move(made));
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(committed.records.front())}};
}

json::object worklist_list(CommandContext& context, const json::object&) {
    json::array lists;
    for (const RecordView& record : context.replica.all(EntityId::work_list, list_max)) {
        lists.push_back(list_json(context, record));
    }
    const auto total = lists.size();
    return {{"total", total}, {"lists", std::move(lists)}};
}

json::object worklist_show(CommandContext& context, const json::object& args) {
    const RecordId id = require_record(context, EntityId::work_list, require_text(args, "id"));
    return {{"list", list_json(context, require_shown(context, id))}};
}

json::object worklist_item(CommandContext& context, const json::object& args) {
    const RecordView record = open_list(context, args);
    std::string lines = orders_edit(context, text_in(args, "add").value_or(""), '+');
    const std::string less = orders_edit(context, text_in(args, "remove").value_or(""), '-');
    if (!less.empty()) lines.append(lines.empty() ? "" : "\n").append(less);
    if (lines.empty()) throw Failure{Error::missing_option, Detail::option, "--add"};
    return commit_edit(context, args, {record.id, {{list::items, lines}}});
}

json::object worklist_owner(CommandContext& context, const json::object& args) {
    const RecordView record = open_list(context, args);
    const std::string owner{schema::trimmed(require_text(args, "owner"))};
    check_in_service(context, owner);
    return commit_edit(context, args, {record.id, {{list::owner, owner}}});
}

json::object worklist_close(CommandContext& context, const json::object& args) {
    const RecordView record = open_list(context, args);
    const Items items = items_of(context, record, list::items);
    if (items.open != 0) {
        Failure failure{Error::list_open};
        for (const json::value& item : items.shown) {
            const json::object& one = item.as_object();
            const bool named = one.at("open").as_bool() && one.at("number").is_string();
            if (named) failure.with(Detail::id, std::string{one.at("number").as_string()});
        }
        throw failure;
    }
    return commit_edit(context, args,
                       {record.id,
                        {{list::closed_at, context.environment.now_ms()},
                         {list::closed_by, actor_of(context, args)}}});
}

json::object case_add(CommandContext& context, const json::object& args) {
    Draft draft;
    draft.actor = actor_of(context, args);
    NewRecord made{EntityId::hard_case, {}};
    for (const auto& [key, field] : {std::pair{"title", hard::title}, {"cause", hard::cause}}) {
        made.values.push_back(
            read_field(EntityId::hard_case, field, json::value(require_text(args, key))));
        if (schema::empty(made.values.back().value)) {
            throw Failure{Error::missing_option, Detail::option, std::string{"--"} + key};
        }
    }
    const auto lead = unit_code(context, require_text(args, "lead"));
    const std::int64_t now = context.environment.now_ms();
    if (!lead) throw Failure{Error::unknown_unit, Detail::option, "--lead"};
    if (!context.replica.facts().staff().is_active(*lead, now)) {
        throw Failure{Error::unknown_unit, Detail::option, "--lead"}.with(
            Detail::unit, std::string{context.replica.facts().staff().successor_of(*lead)});
    }
    made.values.push_back({hard::lead, *lead});
    made.values.push_back(read_field(EntityId::hard_case, hard::target_date,
                                     json::value(require_text(args, "target"))));
    const std::string orders = orders_edit(context, text_in(args, "orders").value_or(""), '+');
    if (!orders.empty()) made.values.push_back({hard::orders, orders});
    if (const auto firm = text_in(args, "enterprise")) {
        made.values.push_back({hard::enterprise, record_value(require_firm(context, *firm))});
    }
    made.values.push_back({hard::opened_at, now});
    draft.records.push_back(std::move(made));
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(committed.records.front())}};
}

json::object case_list(CommandContext& context, const json::object&) {
    json::array cases;
    std::size_t open = 0;
    for (const RecordView& record : context.replica.all(EntityId::hard_case, list_max)) {
        if (number_of_field(record, hard::struck_at) == 0) ++open;
        cases.push_back(case_json(context, record));
    }
    const auto total = cases.size();
    return {{"total", total}, {"open", open}, {"cases", std::move(cases)}};
}

json::object case_show(CommandContext& context, const json::object& args) {
    const RecordId id = require_record(context, EntityId::hard_case, require_text(args, "id"));
    json::array progress;
    for (const RecordId& one :
         context.replica.naming(EntityId::case_progress, schema::case_progress::hard_case, id)) {
        const auto shown = context.replica.show(one, false);
        if (shown) progress.push_back(record_json(*shown));
    }
    return {{"case", case_json(context, require_shown(context, id))},
            {"progress", std::move(progress)}};
}

json::object case_progress(CommandContext& context, const json::object& args) {
    using namespace schema::case_progress;
    const RecordView record = open_case(context, args);
    NewRecord made{EntityId::case_progress,
                   {{schema::case_progress::hard_case, record_value(record.id)},
                    read_field(EntityId::case_progress, schema::case_progress::text,
                               json::value(require_text(args, "text")))}};
    const std::string* words = schema::text_of(made.values.back().value);
    if (words == nullptr || is_blank(*words)) {
        throw Failure{Error::missing_option, Detail::option, "--text"};
    }
    const json::value* at = args.if_contains("happened_at");
    made.values.push_back(at == nullptr ? FieldValue{happened_at, context.environment.now_ms()}
                                        : read_field(EntityId::case_progress, happened_at, *at));
    Draft draft;
    draft.actor = actor_of(context, args);
    draft.records.push_back(std::move(made));
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(committed.records.front())}, {"case", to_text(record.id)}};
}

json::object case_link(CommandContext& context, const json::object& args) {
    const RecordView record = open_case(context, args);
    const std::string orders = orders_edit(context, require_text(args, "order"), '+');
    return commit_edit(context, args, {record.id, {{hard::orders, orders}}});
}

json::object case_propose(CommandContext& context, const json::object& args) {
    const RecordView record = open_case(context, args);
    const FieldValue evidence = read_field(EntityId::hard_case, hard::evidence,
                                           json::value(require_text(args, "evidence")));
    const std::string* words = schema::text_of(evidence.value);
    if (words == nullptr || is_blank(*words)) {
        throw Failure{Error::missing_option, Detail::option, "--evidence"};
    }
    return commit_edit(context, args,
                       {record.id, {evidence, {hard::proposed_by, actor_of(context, args)}}});
}

json::object case_strike(CommandContext& context, const json::object& args) {
    const RecordView record = open_case(context, args);
    const std::string actor = actor_of(context, args);
    const std::string proposer = text_of_field(record, hard::proposed_by);
    const std::int64_t now = context.environment.now_ms();
    const bool leads = context.replica.facts().staff().holds(actor, schema::Post::leader, now);
    // Evidence and approval, by two persons (A24).
    if (proposer.empty() || proposer == actor || !leads) throw Failure{Error::case_step};
    return commit_edit(context, args,
                       {record.id, {{hard::struck_by, actor}, {hard::struck_at, now}}});
}

}  // namespace jiuying::node::commands
