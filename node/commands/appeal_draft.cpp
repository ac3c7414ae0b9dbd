#include "node/commands/appeal_draft.hpp"

#include "node/commands/arguments.hpp"
#include "node/commands/known_channels.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/query_code.hpp"
#include "node/replica/shown.hpp"
#include "schema/industry.hpp"

#include <algorithm>
#include <iterator>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::Field;
using schema::FieldId;
using schema::Value;

constexpr std::string_view default_channel = "window";

/// Members of the given object that link() reads.
bool is_link(std::string_view key) {
    return key == "meeting" || key == "enterprise" || key == "enterprise_class" ||
           key == "industry" || key == "park";
}

Value* value_in(AppealDraft& draft, FieldId field) {
    const auto found = std::ranges::find(draft.values, field, &FieldValue::field);
    return found == draft.values.end() ? nullptr : &found->value;
}

const Value* value_of(const AppealDraft& draft, FieldId field) {
    const auto found = std::ranges::find(draft.values, field, &FieldValue::field);
    return found == draft.values.end() ? nullptr : &found->value;
}

std::string text_of(const AppealDraft& draft, FieldId field) {
    const Value* value = value_of(draft, field);
    const std::string* text = value == nullptr ? nullptr : schema::text_of(*value);
    return text == nullptr ? std::string{} : *text;
}

/// The fault of a member that no person may fill in here.
std::optional<RowFault> fault_of_name(const CommandContext& context, std::string_view key,
                                      const Field* field) {
    if (field == nullptr) return RowFault{Error::unknown_field_name, std::string{key}, {}, {}};
    const bool hub = context.replica.profile().role == Profile::Role::hub;
    const auto other = hub ? schema::Writer::station : schema::Writer::hub;
    // What was taken down on paper is written down later (补录), with the time it was taken.
    const bool told_late = field->id == schema::appeal::registered_at;
    const bool filled_in = is_filled_in(entity_of(EntityId::appeal), *field) || told_late;
    if (field->writer == other || !filled_in) {
        return RowFault{Error::write_not_allowed, std::string{field->name}, {}, {}};
    }
    return std::nullopt;
}

std::optional<RowFault> add_member(const CommandContext& context, std::string_view key,
                                   const json::value& given, AppealDraft& draft) {
    const Field* field = named_field(entity_of(EntityId::appeal), key);
    if (auto fault = fault_of_name(context, key, field)) return fault;
    auto read = read_value(*field, given);
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
        return RowFault{refusal->error, std::string{field->name}, refusal->limit, {}};
    }
    Value& value = std::get<Value>(read);
    if (schema::empty(value)) return std::nullopt;
    if (value_of(draft, field->id) != nullptr) {
        return RowFault{Error::options_exclude, std::string{field->name}, {}, {}};
    }
    draft.values.push_back({field->id, std::move(value)});
    return std::nullopt;
}

std::optional<RowFault> add_defaults(const CommandContext& context, const json::object& defaults,
                                     AppealDraft& draft) {
    for (const auto& member : defaults) {
        const Field* field = named_field(entity_of(EntityId::appeal), member.key());
        if (field != nullptr && value_of(draft, field->id) != nullptr) continue;
        if (auto fault = add_member(context, member.key(), member.value(), draft)) return fault;
    }
    return std::nullopt;
}

/// A station's appeals are its region's where nothing else is said; every region is a leaf.
std::optional<RowFault> settle_region(CommandContext& context, AppealDraft& draft) {
    using namespace schema::appeal;
    const std::string code = text_of(draft, region);
    const Profile& profile = context.replica.profile();
    if (code.empty()) {
        const bool own = profile.role == Profile::Role::station && !profile.region.empty() &&
                         knows_region(context, profile.region) &&
                         is_leaf_region(context, profile.region);
        if (own) draft.values.push_back({region, profile.region});
        return std::nullopt;
    }
    if (!knows_region(context, code)) return RowFault{Error::unknown_region, "region", {}, {}};
    if (!is_leaf_region(context, code)) return RowFault{Error::region_not_leaf, "region", {}, {}};
    return std::nullopt;
}

/// Writes the channel by its code, and at which level it is where a number of its own came with the
/// appeal.
std::optional<RowFault> settle_channel(CommandContext& context, AppealDraft& draft) {
    using namespace schema::appeal;
    const auto known = find_channel(context, text_of(draft, channel));
    if (!known) {
        const std::string hint = near_channel(context, text_of(draft, channel));
        return RowFault{Error::unknown_channel, "channel", {}, hint};
    }
    draft.channel = known->code;
    *value_in(draft, channel) = known->code;
    const bool graded = draft.ext_no.empty() || value_of(draft, ext_level) != nullptr;
    if (!graded && !known->level.empty()) {
        const Field& field = field_of(EntityId::appeal, ext_level);
        draft.values.push_back({ext_level, choice_number(field, known->level)});
    }
    return std::nullopt;
}

/// The firm of that credit code, else of that name unless it has another code. Only a record of
/// this node's own: a hub sees the firms of all stations, but a transaction belongs to one log.
std::optional<RecordView> find_enterprise(CommandContext& context, const std::string& name,
                                          const std::string& uscc) {
    using namespace schema;
    const auto own = [&](FieldId field, const std::string& value) -> std::optional<RecordView> {
        if (value.empty()) return std::nullopt;
        const auto id = context.replica.find_by_text(EntityId::enterprise, field, value);
        auto shown = id ? context.replica.show(*id, false) : std::nullopt;
        if (!shown || shown->scope != context.replica.profile().scope) return std::nullopt;
        return shown;
    };
    if (auto by_code = own(enterprise::uscc, uscc)) return by_code;
    auto by_name = own(enterprise::name, name);
    if (!by_name || uscc.empty()) return by_name;
    if (!text_of_field(*by_name, enterprise::uscc).empty()) return std::nullopt;
    return by_name;
}

/// What is told of a firm beside its name and code.
std::vector<FieldValue> firm_facts(CommandContext& context, const json::object& given) {
    using namespace schema;
    std::vector<FieldValue> facts;
    constexpr std::pair<std::string_view, FieldId> members[] = {
        {"enterprise_class", enterprise::enterprise_class},
        {"industry", enterprise::industry},
        {"park", enterprise::park}};
    for (const auto& [key, field] : members) {
        const json::value* member = given.if_contains(key);
        if (member == nullptr) continue;
        Value value = require_value(field_of(EntityId::enterprise, field), *member);
        if (empty(value)) continue;
        const std::string* text = schema::text_of(value);
        if (field == enterprise::industry && !check_industry(*text)) {
            throw Failure{Error::bad_industry_code, Detail::field, "industry"};
        }
        if (field == enterprise::park && !knows_region(context, *text)) {
            throw Failure{Error::unknown_region, Detail::field, "park"};
        }
        facts.push_back({field, std::move(value)});
    }
    return facts;
}

void link_enterprise(CommandContext& context, const json::object& given, const LinkMemory& memory,
                     AppealDraft& draft) {
    using namespace schema;
    const json::value* named = given.if_contains("enterprise");
    const Field& name_field = field_of(EntityId::enterprise, enterprise::name);
    const Value name = named == nullptr ? Value{} : require_value(name_field, *named);
    std::vector<FieldValue> facts = firm_facts(context, given);
    const std::string uscc = text_of(draft, appeal::uscc);
    if (empty(name)) {
        if (!facts.empty()) throw Failure{Error::missing_option, Detail::option, "--enterprise"};
        return;
    }
    if (!uscc.empty()) facts.push_back({enterprise::uscc, uscc});
    const std::string& called = *schema::text_of(name);
    const std::string remembered_as = uscc.empty() ? called : uscc;
    const auto remembered = memory.firms.find(remembered_as);
    RecordId id;
    if (remembered != memory.firms.end()) {
        id = remembered->second;
    } else if (const auto known = find_enterprise(context, called, uscc)) {
        id = known->id;
        Edit edit{id, {}};
        // Known by its code under another name: the firm has both from now on.
        const std::string aliases = "\n" + text_of_field(*known, enterprise::aliases) + "\n";
        const bool another = called != text_of_field(*known, enterprise::name) &&
                             aliases.find("\n" + called + "\n") == aliases.npos;
        if (another) edit.values.push_back({enterprise::aliases, "+" + called});
        for (FieldValue& fact : facts) {
            if (known->find(fact.field) == nullptr) edit.values.push_back(std::move(fact));
        }
        if (!edit.values.empty()) draft.enterprise_edit = std::move(edit);
    } else {
        id = make_record_id(context.environment.now_ms(), context.environment.random_bytes<10>());
        NewRecord firm{EntityId::enterprise, {{enterprise::name, name}}, id};
        std::ranges::move(facts, std::back_inserter(firm.values));
        draft.along.push_back(std::move(firm));
    }
    draft.firm = remembered_as;
    draft.firm_id = id;
    draft.values.push_back({appeal::enterprise, record_value(id)});
    const Field& who = *named_field(entity_of(EntityId::appeal), "requester_kind");
    if (value_of(draft, who.id) == nullptr) {
        draft.values.push_back({who.id, choice_number(who, "enterprise")});
    }
}

Failure failure_of(const RowFault& fault) {
    Failure failure{fault.error, Detail::field, fault.field};
    if (!fault.limit.empty()) failure.with(Detail::limit, fault.limit);
    if (!fault.hint.empty()) failure.with(Detail::reason, fault.hint + "?");
    return failure;
}

}  // namespace

std::vector<std::string_view> importable_fields(bool hub) {
    std::vector<std::string_view> names;
    const schema::Entity& entity = entity_of(EntityId::appeal);
    const auto other = hub ? schema::Writer::station : schema::Writer::hub;
    for (const Field& field : entity.fields) {
        if (is_filled_in(entity, field) && field.writer != other) names.push_back(field.name);
    }
    // The first: of what was taken down elsewhere before.
    names.insert(names.end(), {"registered_at", "meeting", "enterprise", "enterprise_class",
                               "industry", "park"});
    return names;
}

std::variant<AppealDraft, RowFault> read_appeal(CommandContext& context, const json::object& given,
                                                const json::object& defaults) {
    using namespace schema::appeal;
    AppealDraft draft;
    for (const auto& member : given) {
        if (is_link(member.key())) continue;
        if (auto fault = add_member(context, member.key(), member.value(), draft)) return *fault;
    }
    if (auto fault = add_defaults(context, defaults, draft)) return *fault;
    const auto given_in = [&](FieldId field) {
        const Value* value = value_of(draft, field);
        return value == nullptr ? Value{} : *value;
    };
    if (schema::says_nothing(given_in(title), given_in(text))) {
        return RowFault{Error::title_and_text_empty, "title", {}, {}};
    }
    const Value told = given_in(registered_at);
    const std::int64_t* registered = schema::number_of(told);
    if (registered != nullptr && *registered > context.environment.now_ms()) {
        return RowFault{Error::value_out_of_bounds, "registered_at", {}, {}};
    }
    const std::int64_t now = context.environment.now_ms();
    const Value happened = given_in(occurred_at);
    const std::int64_t* occurred = schema::number_of(happened);
    if (occurred != nullptr && *occurred > now) {
        return RowFault{Error::value_out_of_bounds, "occurred_at", {}, {}};
    }
    const Value limit = given_in(ext_due_at);
    const std::int64_t* due = schema::number_of(limit);
    if (due != nullptr && *due < (registered == nullptr ? now : *registered)) {
        return RowFault{Error::value_out_of_bounds, "ext_due_at", {}, {}};
    }
    if (auto fault = settle_region(context, draft)) return *fault;
    if (Value* about = value_in(draft, subject_unit)) {
        auto code = unit_code(context, *schema::text_of(*about));
        if (!code) return RowFault{Error::unknown_unit, "subject_unit", {}, {}};
        *about = *std::move(code);
    }
    if (Value* chosen = value_in(draft, category)) {
        auto whole = whole_category(context, *schema::text_of(*chosen));
        if (!whole) return RowFault{Error::unknown_category, "category", {}, {}};
        *chosen = *std::move(whole);
    }
    if (value_of(draft, channel) == nullptr) {
        const bool met = given.contains("meeting");
        draft.values.push_back({channel, std::string{met ? "meeting" : default_channel}});
    }
    draft.ext_no = text_of(draft, ext_no);
    if (auto fault = settle_channel(context, draft)) return *fault;
    const bool of_firms =
        draft.channel == "enterprise_desk" || draft.channel == "business_env_line";
    // Whose line it is, unless somebody says otherwise.
    if (of_firms && value_of(draft, requester_kind) == nullptr) {
        draft.values.push_back({requester_kind, enterprise_kind});
    }
    return draft;
}

AppealDraft require_appeal_draft(CommandContext& context, const json::object& given,
                                 const json::object& defaults) {
    auto read = read_appeal(context, given, defaults);
    if (const auto* fault = std::get_if<RowFault>(&read)) throw failure_of(*fault);
    return std::get<AppealDraft>(std::move(read));
}

void link(CommandContext& context, const json::object& given, LinkMemory& memory,
          AppealDraft& draft) {
    const auto meeting = text_in(given, "meeting");
    if (meeting && !meeting->empty()) {
        auto at = memory.meetings.find(*meeting);
        if (at == memory.meetings.end()) {
            at = memory.meetings.emplace(*meeting, require_meeting(context, *meeting)).first;
        }
        draft.values.push_back({schema::appeal::meeting, record_value(at->second)});
    }
    link_enterprise(context, given, memory, draft);
}

Registered register_draft(CommandContext& context, const std::string& actor, AppealDraft draft,
                          LinkMemory& memory) {
    Registered registered;
    if (!last_four(text_of(draft, schema::appeal::phone)).empty()) {
        registered.query_code = make_query_code(context.environment);
        draft.values.push_back({schema::appeal::query_code, registered.query_code});
    }
    Committed committed = require(
        context.replica.register_appeal(actor, std::move(draft.values), std::move(draft.along)));
    if (draft.enterprise_edit) {
        Draft edit;
        edit.actor = actor;
        edit.edits.push_back(*std::move(draft.enterprise_edit));
        (void)require(context.replica.commit(edit));
    }
    if (!draft.firm.empty()) memory.firms.emplace(draft.firm, draft.firm_id);
    registered.id = committed.records.front();
    registered.number = std::move(committed.number);
    return registered;
}

}  // namespace jiuying::node
