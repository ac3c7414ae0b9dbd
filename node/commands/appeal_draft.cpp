#include "node/commands/appeal_draft.hpp"

#include "node/commands/arguments.hpp"
#include "node/commands/lookup.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::Field;
using schema::FieldId;
using schema::Value;

constexpr std::string_view default_channel = "window";

/// Members of the given object that link() reads.
bool is_link(std::string_view key) {
    return key == "meeting" || key == "enterprise" || key == "enterprise_class";
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
    if (field == nullptr) return RowFault{Error::unknown_field_name, std::string{key}, {}};
    const bool hub = context.replica.profile().role == Profile::Role::hub;
    const auto other = hub ? schema::Writer::station : schema::Writer::hub;
    // What was taken down on paper is written down later (补录), with the time it was taken.
    const bool told_late = field->id == schema::appeal::registered_at;
    const bool filled_in = is_filled_in(entity_of(EntityId::appeal), *field) || told_late;
    if (field->writer == other || !filled_in) {
        return RowFault{Error::write_not_allowed, std::string{field->name}, {}};
    }
    return std::nullopt;
}

std::optional<RowFault> add_member(const CommandContext& context, std::string_view key,
                                   const json::value& given, AppealDraft& draft) {
    const Field* field = named_field(entity_of(EntityId::appeal), key);
    if (auto fault = fault_of_name(context, key, field)) return fault;
    auto read = read_value(*field, given);
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
        return RowFault{refusal->error, std::string{field->name}, refusal->limit};
    }
    Value& value = std::get<Value>(read);
    if (schema::empty(value)) return std::nullopt;
    if (value_of(draft, field->id) != nullptr) {
        return RowFault{Error::options_exclude, std::string{field->name}, {}};
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

void link_enterprise(CommandContext& context, const json::object& given, const LinkMemory& memory,
                     AppealDraft& draft) {
    using namespace schema;
    const auto read = [&](std::string_view key, FieldId field) {
        const json::value* member = given.if_contains(key);
        const Field& spec = field_of(EntityId::enterprise, field);
        return member == nullptr ? Value{} : require_value(spec, *member);
    };
    const Value name = read("enterprise", enterprise::name);
    const Value kind = read("enterprise_class", enterprise::enterprise_class);
    const std::string uscc = text_of(draft, appeal::uscc);
    if (empty(name)) {
        if (!empty(kind)) throw Failure{Error::missing_option, Detail::option, "--enterprise"};
        return;
    }
    const std::string& called = *schema::text_of(name);
    const std::string remembered_as = uscc.empty() ? called : uscc;
    const auto remembered = memory.firms.find(remembered_as);
    RecordId id;
    if (remembered != memory.firms.end()) {
        id = remembered->second;
    } else if (const auto known = find_enterprise(context, called, uscc)) {
        id = known->id;
        Edit edit{id, {}};
        const bool has_code = known->find(enterprise::uscc) != nullptr;
        const bool has_class = known->find(enterprise::enterprise_class) != nullptr;
        if (!uscc.empty() && !has_code) edit.values.push_back({enterprise::uscc, uscc});
        if (!empty(kind) && !has_class) {
            edit.values.push_back({enterprise::enterprise_class, kind});
        }
        if (!edit.values.empty()) draft.enterprise_edit = std::move(edit);
    } else {
        id = make_record_id(context.environment.now_ms(), context.environment.random_bytes<10>());
        NewRecord firm{EntityId::enterprise, {{enterprise::name, name}}, id};
        if (!uscc.empty()) firm.values.push_back({enterprise::uscc, uscc});
        if (!empty(kind)) firm.values.push_back({enterprise::enterprise_class, kind});
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
    return failure;
}

}  // namespace

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
        return RowFault{Error::title_and_text_empty, "title", {}};
    }
    const Value told = given_in(registered_at);
    const std::int64_t* registered = schema::number_of(told);
    if (registered != nullptr && *registered > context.environment.now_ms()) {
        return RowFault{Error::value_out_of_bounds, "registered_at", {}};
    }
    const std::string code = text_of(draft, region);
    if (!code.empty() && !knows_region(context, code)) {
        return RowFault{Error::unknown_region, "region", {}};
    }
    if (value_of(draft, channel) == nullptr) {
        const bool met = given.contains("meeting");
        draft.values.push_back({channel, std::string{met ? "meeting" : default_channel}});
    }
    draft.channel = text_of(draft, channel);
    draft.ext_no = text_of(draft, ext_no);
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

Committed register_draft(CommandContext& context, const std::string& actor, AppealDraft draft,
                         LinkMemory& memory) {
    Committed committed = require(
        context.replica.register_appeal(actor, std::move(draft.values), std::move(draft.along)));
    if (draft.enterprise_edit) {
        Draft edit;
        edit.actor = actor;
        edit.edits.push_back(*std::move(draft.enterprise_edit));
        (void)require(context.replica.commit(edit));
    }
    if (!draft.firm.empty()) memory.firms.emplace(draft.firm, draft.firm_id);
    return committed;
}

}  // namespace jiuying::node
