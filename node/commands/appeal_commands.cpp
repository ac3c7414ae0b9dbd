// Recording, finding and changing appeals.
#include "node/commands/appeal_draft.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/category_tree.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/known_channels.hpp"
#include "node/commands/known_references.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/query_code.hpp"
#include "schema/workflow_state.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;
using schema::Field;

constexpr std::size_t items_max = 1000;
constexpr std::int64_t page_max = 10'000;

json::object added(const Registered& registered) {
    json::object answer{{"id", to_text(registered.id)}, {"number", registered.number}};
    if (!registered.query_code.empty()) {
        answer["query_code"] = grouped_query_code(registered.query_code);
    }
    return answer;
}

/// What stands for an appeal that is here already, by its channel's number.
json::object known_already(CommandContext& context, const schema::RecordId& id) {
    const auto shown = context.replica.show(id, false);
    return {{"id", to_text(id)},
            {"number", shown ? printed_number(*shown) : std::string{}},
            {"known", true}};
}

void check_known(std::string_view state) {
    if (!state.empty() && !schema::main_state(state)) {
        throw Failure{Error::bad_value, Detail::option, "--state"};
    }
}

std::size_t bounded(const json::object& args, std::string_view key, std::int64_t fallback,
                    std::int64_t most) {
    const std::int64_t number = number_in(args, key).value_or(fallback);
    if (number < 0 || number > most)
        throw Failure{Error::bad_value, Detail::option, std::string{key}};
    return static_cast<std::size_t>(number);
}

/// What the field will say after \p edit.
std::string text_after(const RecordView& record, const Edit& edit, schema::FieldId field) {
    const auto given = std::ranges::find(edit.values, field, &FieldValue::field);
    if (given == edit.values.end()) return text_of_field(record, field);
    const std::string* text = schema::text_of(given->value);
    return text == nullptr ? std::string{} : *text;
}

/// Failure value_out_of_bounds for a matter that is yet to happen, or a superior's limit that was
/// over when the appeal was registered; missing_option for a region that is taken away: once said,
/// an appeal has one.
void refuse_impossible(CommandContext& context, const RecordView& appeal, const Edit& edit) {
    using namespace schema::appeal;
    const schema::Value* registered = appeal.find(registered_at);
    const std::int64_t* since = registered == nullptr ? nullptr : schema::number_of(*registered);
    for (const FieldValue& value : edit.values) {
        const std::int64_t* at = schema::number_of(value.value);
        const bool ahead =
            value.field == occurred_at && at != nullptr && *at > context.environment.now_ms();
        const bool over =
            value.field == ext_due_at && at != nullptr && since != nullptr && *at < *since;
        if (ahead || over) {
            throw Failure{Error::value_out_of_bounds, Detail::field,
                          std::string{field_of(EntityId::appeal, value.field).name}};
        }
        const bool cleared = value.field == region && schema::empty(value.value) &&
                             !text_of_field(appeal, region).empty();
        if (cleared) throw Failure{Error::missing_option, Detail::option, "--set region=CODE"};
    }
}

/// Failure ext_no_taken if \p edit gives the appeal a channel's number that another order has.
void refuse_taken_number(CommandContext& context, const RecordView& appeal, const Edit& edit) {
    using namespace schema::appeal;
    const bool claims = std::ranges::any_of(edit.values, [](const FieldValue& value) {
        return value.field == ext_no || value.field == channel;
    });
    const std::string number_after = text_after(appeal, edit, ext_no);
    if (!claims || number_after.empty()) return;
    const auto holder = order_with_number(context, text_after(appeal, edit, channel), number_after);
    if (!holder || *holder == context.replica.master_of(appeal.id)) return;
    Failure failure{Error::ext_no_taken, Detail::field, "ext_no"};
    if (const auto other = context.replica.show(*holder, false)) {
        failure.with(Detail::id, printed_number(*other));
    }
    throw failure;
}

FieldValue edited_field(CommandContext& context, std::string_view name, const json::value& given) {
    const schema::Entity& entity = entity_of(EntityId::appeal);
    const Field* field = named_field(entity, name);
    if (field == nullptr) {
        throw Failure{Error::unknown_field_name, Detail::field, std::string{name}};
    }
    if (field->id == schema::appeal::meeting && given.is_string() && !given.get_string().empty()) {
        return {field->id, record_value(require_meeting(context, given.get_string()))};
    }
    const bool hub = context.replica.profile().role == Profile::Role::hub;
    const auto other = hub ? schema::Writer::station : schema::Writer::hub;
    const bool ours = is_filled_in(entity, *field) || field->kind == schema::Kind::record;
    if (!ours || field->writer == other) {
        throw Failure{Error::write_not_allowed, Detail::field, std::string{field->name}};
    }
    FieldValue change{field->id, require_value(*field, given)};
    const std::string* text = schema::text_of(change.value);
    if (text != nullptr && field->id == schema::appeal::region) check_region(context, *text);
    if (text != nullptr && field->id == schema::appeal::subject_unit) {
        auto code = unit_code(context, *text);
        if (!code) throw Failure{Error::unknown_unit, Detail::field, "subject_unit"};
        change.value = *std::move(code);
        return change;
    }
    if (text != nullptr && field->id == schema::appeal::category) {
        auto whole = whole_category(context, *text);
        if (!whole) throw Failure{Error::unknown_category, Detail::field, "category"};
        change.value = *std::move(whole);
    } else if (text != nullptr && field->id == schema::appeal::channel) {
        change.value = require_channel(context, *text).code;
    }
    return change;
}

}  // namespace

json::object appeal_add(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const json::object& given = require_object(args, "values");
    AppealDraft draft = require_appeal_draft(context, given, {});
    if (const auto known = KnownReferences{}.find(context, draft.channel, draft.ext_no)) {
        return known_already(context, *known);
    }
    LinkMemory memory;
    link(context, given, memory, draft);
    Replica::Batch batch{context.replica};
    const Registered registered = register_draft(context, actor, std::move(draft), memory);
    batch.commit();
    return added(registered);
}

json::object appeal_add_many(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const json::array& items = require_array(args, "items");
    if (items.size() > items_max) {
        throw Failure{Error::bad_json_input, Detail::limit, std::to_string(items_max)};
    }
    json::array appeals;
    std::size_t row = 0;
    LinkMemory memory;
    KnownReferences references;
    Replica::Batch batch{context.replica};
    for (const json::value& item : items) {
        ++row;
        try {
            if (!item.is_object()) throw Failure{Error::bad_json_input};
            AppealDraft draft = require_appeal_draft(context, item.get_object(), {});
            const std::pair number{draft.channel, draft.ext_no};
            if (const auto known = references.find(context, number.first, number.second)) {
                appeals.push_back(known_already(context, *known));
                continue;
            }
            link(context, item.get_object(), memory, draft);
            const Registered made = register_draft(context, actor, std::move(draft), memory);
            references.remember(number.first, number.second, made.id);
            appeals.push_back(added(made));
        } catch (Failure& failure) {
            throw failure.with(Detail::row, std::to_string(row));
        }
    }
    batch.commit();
    const auto count = appeals.size();
    return {{"added", count}, {"appeals", std::move(appeals)}};
}

json::object appeal_list(CommandContext& context, const json::object& args) {
    AppealFilter filter;
    filter.state = text_in(args, "state").value_or("");
    filter.search = text_in(args, "search").value_or("");
    filter.limit = bounded(args, "limit", 50, page_max);
    filter.offset = bounded(args, "offset", 0, std::int64_t{1} << 40);
    // Far down a list people have time, and a total that holds.
    constexpr std::size_t quick_rows = 1000;
    filter.quick = flag_in(args, "quick") && filter.offset < quick_rows;
    filter.unit = text_in(args, "unit").value_or("");
    if (const auto due = text_in(args, "due")) {
        const Result<std::int64_t> until = read_due(*due);
        if (!until) throw Failure{Error::bad_date, Detail::option, "--due"};
        // What ends with that day is due on it.
        const bool is_day = due->find(':') == due->npos;
        filter.due_before = is_day ? *until + 1 : *until;
    }
    if (const auto queue = text_in(args, "queue")) {
        const bool enterprise = *queue == "enterprise" || *queue == "企业";
        const bool citizen = *queue == "citizen" || *queue == "群众";
        if (!enterprise && !citizen) throw Failure{Error::bad_value, Detail::option, "--queue"};
        filter.queue = enterprise ? AppealFilter::Queue::enterprise : AppealFilter::Queue::citizen;
    }
    check_known(filter.state);
    if (const auto channel = text_in(args, "channel")) {
        filter.channel = require_channel(context, *channel).code;
    }
    if (const auto category = text_in(args, "category")) {
        filter.categories = CategoryTree{context}.below(*category);
        if (filter.categories.empty()) {
            throw Failure{Error::unknown_category, Detail::option, "--category"};
        }
    }
    if (const auto meeting = text_in(args, "meeting")) {
        filter.meeting = require_meeting(context, *meeting);
    }
    const AppealPage page = context.replica.list(filter);
    json::array rows;
    for (const AppealRow& row : page.rows) {
        rows.push_back(json::object{{"id", to_text(row.id)},
                                    {"number", row.number},
                                    {"title", row.title},
                                    {"state", row.state},
                                    {"delivered", row.delivered},
                                    {"registered_at", time_or_null(row.registered_at_ms)},
                                    {"contested", row.contested},
                                    {"queue", row.enterprise ? "enterprise" : "citizen"},
                                    {"lead_unit", row.lead_unit},
                                    {"citizen_due", time_or_null(row.citizen_due_ms.value_or(0))},
                                    {"unit_due", time_or_null(row.unit_due_ms.value_or(0))},
                                    {"category", row.category}});
    }
    json::object answer{{"total", page.total}, {"appeals", std::move(rows)}};
    if (page.at_least) answer["at_least"] = true;
    if (page.looked_at != 0) answer["looked_at"] = page.looked_at;
    // What is listed is not all there is while a new machine is being filled.
    if (context.replica.exchange_status().filling) answer["filling"] = true;
    return answer;
}

json::object appeal_edit(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const schema::RecordId id = require_appeal(context, require_text(args, "id"));
    Edit edit{id, {}};
    for (const auto& member : require_object(args, "set")) {
        edit.values.push_back(edited_field(context, member.key(), member.value()));
    }
    if (edit.values.empty()) throw Failure{Error::missing_option, Detail::option, "--set"};
    const auto shown = context.replica.show(id, false);
    if (!shown) throw Failure{Error::record_not_found};
    refuse_taken_number(context, *shown, edit);
    refuse_impossible(context, *shown, edit);
    AppealEdit change{std::move(edit.values), text_in(args, "reason").value_or(""),
                      text_in(args, "detail").value_or(""), 0};
    if (is_blank(change.reason)) change.reason.clear();
    Result<EditedAppeal> edited = context.replica.edit_appeal(actor, id, std::move(change));
    if (!edited) throw_refused(edited.error());
    if (edited->refused) {
        throw Failure{Error::event_not_allowed, Detail::guard,
                      std::string{schema::guard_text(*edited->refused).name}};
    }
    return {{"id", to_text(id)},
            {"number", printed_number(*shown)},
            {"changed", edited->txn != 0},
            {"step", edited->step}};
}

json::object appeal_note(CommandContext& context, const json::object& args) {
    using namespace schema;
    Draft draft;
    draft.actor = actor_of(context, args);
    const RecordId id = require_appeal(context, require_text(args, "id"));
    const auto shown = context.replica.show(id, false);
    if (!shown) throw Failure{Error::record_not_found};
    const auto order = context.replica.order(id);
    if (order && order->state.main == MainState::archived) {
        throw Failure{Error::event_not_allowed, Detail::guard,
                      std::string{guard_text(GuardFailure::read_only).name}};
    }
    draft.scope = shown->scope;
    NewRecord written{EntityId::note, {{note::order, record_value(id)}}};
    const Value words = require_value(field_of(EntityId::note, note::text),
                                      json::value(require_text(args, "text")));
    const std::string* text = text_of(words);
    if (text == nullptr || is_blank(*text)) {
        throw Failure{Error::missing_option, Detail::option, "--text"};
    }
    written.values.push_back({note::text, words});
    Value when{context.environment.now_ms()};
    if (const json::value* told = args.if_contains("happened_at")) {
        when = require_value(field_of(EntityId::note, note::happened_at), *told);
    }
    written.values.push_back({note::happened_at, when});
    draft.records.push_back(std::move(written));
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(committed.records.front())}, {"appeal", to_text(id)}};
}

}  // namespace jiuying::node::commands
