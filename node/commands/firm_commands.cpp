// Enterprises: one record of a firm, whatever it is called, and everything about it on one
// timeline.
#include "node/commands/arguments.hpp"
#include "node/commands/firm_lookup.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/values.hpp"
#include "schema/time_text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace jiuying::node::commands {
namespace {

using schema::EntityId;
using schema::RecordId;
namespace fields = schema::enterprise;

constexpr std::size_t list_max = 100'000;

std::size_t limit_in(const json::object& args, std::size_t fallback) {
    const auto limit = number_in(args, "limit");
    if (!limit) return fallback;
    if (*limit < 0 || static_cast<std::size_t>(*limit) > list_max) {
        throw Failure{Error::bad_value, Detail::option, "--limit"};
    }
    return static_cast<std::size_t>(*limit);
}

void check_park(CommandContext& context, const std::vector<FieldValue>& values) {
    const auto park = std::ranges::find(values, fields::park, &FieldValue::field);
    if (park == values.end() || schema::empty(park->value)) return;
    if (!knows_region(context, *schema::text_of(park->value))) {
        throw Failure{Error::unknown_region, Detail::field, "park"};
    }
}

/// What happened, in the order of its time.
struct Moment {
    std::int64_t at = 0;
    json::object what;
};

void add_moment(std::vector<Moment>& line, std::int64_t at, std::string_view kind,
                json::object what) {
    // A meeting may have no date yet.
    what["time"] = time_or_null(at);
    what["kind"] = kind;
    line.push_back({at, std::move(what)});
}

/// An appeal of the firm and all that was done with it.
void add_appeal(CommandContext& context, const RecordId& id, std::vector<Moment>& line,
                std::set<RecordId>& meetings) {
    const auto appeal = context.replica.show(id, false);
    const auto order = appeal ? context.replica.order(id) : std::nullopt;
    if (!order) return;  // Hidden from the reader, too.
    add_moment(line, order->state.registered_at(), "registered",
               {{"number", order->number},
                {"id", to_text(id)},
                {"title", text_or_null(text_of_field(*appeal, schema::appeal::title))},
                {"state", schema::name_of(order->state.main)},
                {"actor", order->state.intake.recorder}});
    for (const OrderEventView& shown : order->events) {
        if (shown.event.kind == schema::EventKind::arrived) continue;
        json::object what{{"number", order->number},
                          {"actor", shown.event.actor},
                          {"station", shown.station},
                          {"accepted", !shown.verdict.refused.has_value()}};
        if (!shown.event.unit.empty()) what["unit"] = shown.event.unit;
        if (shown.event.level != 0) what["level"] = shown.event.level;
        if (shown.event.grade != schema::Grade::none) {
            const auto& field =
                field_of(EntityId::work_order_event, schema::work_order_event::grade);
            what["grade"] =
                schema::choice_name(field, static_cast<std::int64_t>(shown.event.grade));
        }
        add_moment(line, shown.event.happened_at, schema::name_of(shown.event.kind),
                   std::move(what));
    }
    for (const RecordView& note : appeal->notes) {
        const std::int64_t at = number_of_field(note, schema::note::happened_at);
        add_moment(line, at, "note",
                   {{"number", order->number}, {"text", text_of_field(note, schema::note::text)}});
    }
    if (const auto meeting = record_of_field(*appeal, schema::appeal::meeting)) {
        meetings.insert(*meeting);
    }
}

void add_contacts(CommandContext& context, const RecordId& firm, std::vector<Moment>& line) {
    using namespace schema::contact_log;
    for (const RecordId& id :
         context.replica.naming(EntityId::contact_log, schema::contact_log::enterprise, firm)) {
        const auto entry = context.replica.show(id, false);
        if (!entry) continue;
        json::object what = record_json(*entry);
        what.erase("enterprise");
        what.erase("happened_at");
        what["id"] = to_text(id);
        add_moment(line, number_of_field(*entry, happened_at), "contact", std::move(what));
    }
}

std::vector<RecordId> appeals_of(CommandContext& context, const std::vector<RecordId>& family) {
    std::set<RecordId> appeals;
    std::set<std::string> codes;
    for (const RecordId& id : family) {
        for (const RecordId& appeal :
             context.replica.naming(EntityId::appeal, schema::appeal::enterprise, id)) {
            appeals.insert(appeal);
        }
        const auto shown = context.replica.show(id, false);
        if (shown) codes.insert(text_of_field(*shown, fields::uscc));
    }
    for (const std::string& code : codes) {
        for (const RecordId& appeal : context.replica.appeals_with_code(code)) {
            appeals.insert(appeal);
        }
    }
    return {appeals.begin(), appeals.end()};
}

/// By what two records of one firm are recognised: code, name, other names.
std::string without_spaces(std::string_view name) {
    std::string plain;
    for (const char c : schema::trimmed(name)) {
        if (c != ' ' && c != '\t') plain.push_back(c);
    }
    return plain;
}

std::vector<std::string> names_of(const RecordView& firm) {
    std::vector<std::string> names;
    const auto keep = [&](std::string_view name) {
        std::string plain = without_spaces(name);
        if (!plain.empty()) names.push_back(std::move(plain));
    };
    keep(text_of_field(firm, fields::uscc));
    keep(text_of_field(firm, fields::name));
    std::string aliases = text_of_field(firm, fields::aliases);
    std::string_view rest{aliases};
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        keep(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return names;
}

/// What a merge would make of the two records: nothing is written.
json::object merge_preview(CommandContext& context, const RecordView& merged,
                           const RecordView& master, const Edit& edit) {
    json::object gains;
    json::array aliases;
    for (const FieldValue& value : edit.values) {
        const schema::Field& field = field_of(EntityId::enterprise, value.field);
        if (value.field != fields::aliases) {
            gains[field.name] = to_json(field, value.value);
            continue;
        }
        std::string_view rest{*schema::text_of(value.value)};
        while (!rest.empty()) {  // "+name" a line.
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            aliases.push_back(json::string(rest.substr(1, end - 1)));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    const std::vector<RecordId> family = firm_family(context, merged.id);
    std::size_t contacts = 0;
    for (const RecordId& one : family) {
        using schema::contact_log::enterprise;
        contacts += context.replica.naming(EntityId::contact_log, enterprise, one).size();
    }
    return {{"id", to_text(merged.id)},
            {"into", to_text(master.id)},
            {"dry_run", true},
            {"from", record_json(merged)},
            {"to", record_json(master)},
            {"gains", std::move(gains)},
            {"aliases", std::move(aliases)},
            {"appeals", appeals_of(context, family).size()},
            {"contacts", contacts}};
}

}  // namespace

json::object enterprise_list(CommandContext& context, const json::object& args) {
    const std::size_t limit = limit_in(args, list_max);
    const std::string search = text_in(args, "search").value_or("");
    constexpr std::array named{fields::uscc, fields::name, fields::aliases};
    const Replica::Matches found = context.replica.matching(
        EntityId::enterprise, named, without_spaces(search), fields::merged_into, limit);
    json::array enterprises;
    for (const RecordView& record : found.records) enterprises.push_back(record_json(record));
    return {{"total", found.total}, {"enterprises", std::move(enterprises)}};
}

json::object enterprise_add(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    std::vector<FieldValue> values =
        values_of(EntityId::enterprise, require_object(args, "values"), {fields::aliases});
    std::erase_if(values, [](const FieldValue& value) { return schema::empty(value.value); });
    const auto text = [&](schema::FieldId field) {
        const auto value = std::ranges::find(values, field, &FieldValue::field);
        return value == values.end() ? std::string{} : *schema::text_of(value->value);
    };
    if (is_blank(text(fields::name))) {
        throw Failure{Error::missing_option, Detail::option, "--name"};
    }
    check_park(context, values);
    // The same code is the same firm: nobody makes it twice.
    if (const std::string code = text(fields::uscc); !code.empty()) {
        const auto known = context.replica.all_with_text(EntityId::enterprise, fields::uscc, code);
        if (!known.empty()) {
            return {{"id", to_text(firm_master(context, known.front()))}, {"known", true}};
        }
    }
    Draft draft;
    draft.actor = actor;
    draft.records.push_back({EntityId::enterprise, std::move(values)});
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(committed.records.front())}, {"known", false}};
}

json::object enterprise_edit(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const RecordId id = require_firm(context, require_text(args, "id"));
    Draft draft;
    draft.actor = actor;
    draft.edits.push_back({id, values_of(EntityId::enterprise, require_object(args, "set"))});
    if (draft.edits.front().values.empty()) {
        throw Failure{Error::missing_option, Detail::option, "--set"};
    }
    check_park(context, draft.edits.front().values);
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(id)}, {"changed", committed.txn != 0}};
}

json::object enterprise_contact(CommandContext& context, const json::object& args) {
    using namespace schema::contact_log;
    const std::string actor = actor_of(context, args);
    const RecordId id = require_firm(context, require_text(args, "id"));
    NewRecord entry{EntityId::contact_log, {{schema::contact_log::enterprise, record_value(id)}}};
    const auto put = [&](std::string_view key, schema::FieldId field) {
        const json::value* given = args.if_contains(key);
        if (given == nullptr) return;
        schema::Value value = require_value(field_of(EntityId::contact_log, field), *given);
        if (!schema::empty(value)) entry.values.push_back({field, std::move(value)});
    };
    put("text", schema::contact_log::text);
    const bool says =
        entry.values.size() == 2 && !is_blank(*schema::text_of(entry.values[1].value));
    if (!says) throw Failure{Error::missing_option, Detail::option, "--text"};
    put("method", method);
    put("contact", contact);
    put("happened_at", happened_at);
    const std::int64_t now = context.environment.now_ms();
    const auto told = std::ranges::find(entry.values, happened_at, &FieldValue::field);
    if (told == entry.values.end()) {
        entry.values.push_back({happened_at, now});
    } else if (*schema::number_of(told->value) > now) {
        throw Failure{Error::value_out_of_bounds, Detail::field, "happened_at"};
    }
    Draft draft;
    draft.actor = actor;
    draft.records.push_back(std::move(entry));
    // Beside the firm, wherever that is at home: a station's firm goes on at that station.
    if (context.replica.profile().role == Profile::Role::hub) {
        draft.scope = require_shown(context, id).scope;
    }
    const Committed committed = require(context.replica.commit(draft));
    return {{"id", to_text(committed.records.front())}, {"enterprise", to_text(id)}};
}

json::object enterprise_show(CommandContext& context, const json::object& args) {
    constexpr std::size_t shown_moments = 500;
    const std::size_t limit = limit_in(args, shown_moments);
    const RecordId id = require_firm(context, require_text(args, "id"));
    const RecordView firm = require_shown(context, id);
    const std::vector<RecordId> family = firm_family(context, id);
    json::array records;
    std::vector<Moment> line;
    for (const RecordId& one : family) {
        if (const auto shown = context.replica.show(one, false)) {
            records.push_back(record_json(*shown));
        }
        add_contacts(context, one, line);
    }
    std::set<RecordId> meetings;
    const std::vector<RecordId> appeals = appeals_of(context, family);
    json::array numbers;
    for (const RecordId& appeal : appeals) {
        const std::size_t before = line.size();
        add_appeal(context, appeal, line, meetings);
        if (line.size() != before) numbers.push_back(line[before].what.at("number"));
    }
    for (const RecordId& meeting : meetings) {
        const auto shown = context.replica.show(meeting, false);
        if (!shown) continue;
        add_moment(
            line, number_of_field(*shown, schema::meeting::date), "meeting",
            {{"id", to_text(meeting)}, {"title", text_of_field(*shown, schema::meeting::title)}});
    }
    for (const RecordId& one :
         context.replica.naming(EntityId::hard_case, schema::hard_case::enterprise, id)) {
        const auto shown = context.replica.show(one, false);
        if (!shown) continue;
        add_moment(
            line, number_of_field(*shown, schema::hard_case::opened_at), "hard_case",
            {{"id", to_text(one)}, {"title", text_of_field(*shown, schema::hard_case::title)}});
    }
    std::ranges::stable_sort(line, {}, &Moment::at);
    const std::size_t total = line.size();
    if (line.size() > limit) line.erase(line.begin(), line.end() - std::ptrdiff_t(limit));
    json::array timeline;
    for (Moment& moment : line) timeline.push_back(std::move(moment.what));
    return {{"enterprise", record_json(firm)},
            {"records", std::move(records)},
            {"appeals", std::move(numbers)},
            {"total", total},
            {"timeline", std::move(timeline)}};
}

json::object enterprise_merge(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const RecordId id = require_firm(context, require_text(args, "id"), false);
    const RecordView merged = require_shown(context, id);
    Replica::Batch batch{context.replica};
    Draft draft;
    draft.actor = actor;
    if (flag_in(args, "undo")) {
        if (!record_of_field(merged, fields::merged_into)) {
            throw Failure{Error::firm_already_merged};
        }
        draft.edits.push_back({id, {{fields::merged_into, schema::Value{}}}});
        (void)require(context.replica.commit(draft));
        context.replica.audit({actor, "enterprise.unmerge", to_text(id), schema::audit::done, {}});
        batch.commit();
        return {{"id", to_text(id)}, {"into", nullptr}};
    }
    const RecordId into = require_firm(context, require_text(args, "into"));
    const RecordView master = require_shown(context, into);
    const std::string code = text_of_field(merged, fields::uscc);
    const std::string other = text_of_field(master, fields::uscc);
    const bool same = firm_master(context, id) == into;
    const bool two_firms = !code.empty() && !other.empty() && code != other;
    if (same || two_firms || record_of_field(merged, fields::merged_into)) {
        throw Failure{Error::firm_already_merged};
    }
    // What only the other record said is said of the firm from now on; its own words stay on it.
    Draft keeps;
    keeps.actor = actor;
    Edit edit{into, {}};
    for (const schema::FieldId field :
         {fields::uscc, fields::enterprise_class, fields::industry, fields::park}) {
        const schema::Value* value = merged.find(field);
        if (value != nullptr && master.find(field) == nullptr) {
            edit.values.push_back({field, *value});
        }
    }
    std::string aliases;
    for (const std::string& name : names_of(merged)) {
        const bool known = name == code || name == text_of_field(master, fields::name);
        if (!known) aliases.append(aliases.empty() ? "+" : "\n+").append(name);
    }
    if (!aliases.empty()) edit.values.push_back({fields::aliases, aliases});
    if (flag_in(args, "dry_run")) return merge_preview(context, merged, master, edit);
    draft.edits.push_back({id, {{fields::merged_into, record_value(into)}}});
    (void)require(context.replica.commit(draft));
    keeps.edits.push_back(std::move(edit));
    if (!keeps.edits.front().values.empty()) (void)require(context.replica.commit(keeps));
    context.replica.audit(
        {actor, "enterprise.merge", to_text(id), schema::audit::done, "into " + to_text(into)});
    // Two matters of two firms may be two of one by now.
    context.replica.heed_rules(appeals_of(context, firm_family(context, into)));
    batch.commit();
    return {{"id", to_text(id)}, {"into", to_text(into)}};
}

json::object enterprise_duplicates(CommandContext& context, const json::object& args) {
    const std::size_t limit = limit_in(args, 100);
    std::map<std::string, std::vector<RecordView>> by_name;
    for (RecordView& record : context.replica.all(EntityId::enterprise, list_max)) {
        if (record_of_field(record, fields::merged_into)) continue;
        for (const std::string& name : names_of(record)) by_name[name].push_back(record);
    }
    json::array groups;
    std::set<std::set<RecordId>> told;
    std::uint64_t total = 0;
    for (const auto& [name, records] : by_name) {
        std::set<RecordId> ids;
        std::set<std::string> codes;
        for (const RecordView& record : records) {
            ids.insert(record.id);
            if (auto code = text_of_field(record, fields::uscc); !code.empty()) codes.insert(code);
        }
        // Two codes are two firms, whatever they are called.
        if (ids.size() < 2 || codes.size() > 1 || !told.insert(ids).second) continue;
        if (total++ >= limit) continue;
        json::array firms;
        for (const RecordView& record : records) firms.push_back(record_json(record));
        groups.push_back(json::object{{"firms", std::move(firms)}});
    }
    return {{"total", total}, {"groups", std::move(groups)}};
}

}  // namespace jiuying::node::commands
