// Saved import mappings: written by the hub, known to all stations.
#include "node/commands/appeal_draft.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/choice_words.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/known_channels.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "node/import/mapping.hpp"

namespace jiuying::node::commands {
namespace {

using schema::EntityId;
namespace fields = schema::import_mapping;

constexpr std::size_t mappings_max = 10'000;

Failure bad_mapping(const std::string& name) {
    return Failure{Error::bad_mapping, Detail::field, name};
}

ImportMapping read_document(const json::object& document, bool hub) {
    auto read = mapping_from_json(document, importable_fields(hub));
    if (const auto* fault = std::get_if<MappingError>(&read)) throw bad_mapping(fault->name);
    return std::get<ImportMapping>(std::move(read));
}

/// A value that stands in the mapping itself is wrong now or never.
void check_word(CommandContext& context, const std::string& name, const std::string& word) {
    const schema::Entity& entity = entity_of(EntityId::appeal);
    const schema::Field* field = named_field(entity, name);
    // The links are columns of rows, no constants.
    if (field == nullptr || !is_filled_in(entity, *field)) throw bad_mapping(name);
    const schema::Value value = require_value(*field, json::value(word));
    const std::string* text = schema::text_of(value);
    if (text != nullptr && field->id == schema::appeal::region) check_region(context, *text);
    if (field->id == schema::appeal::channel) (void)require_channel(context, word);
}

void check(CommandContext& context, ImportMapping& mapping) {
    if (is_blank(mapping.name)) throw Failure{Error::missing_option, Detail::option, "NAME"};
    if (built_in_mapping(mapping.name) != nullptr) throw bad_mapping(mapping.name);
    const schema::Field& format = field_of(EntityId::import_mapping, fields::format);
    if (mapping.format.empty() || choice_of(format, mapping.format) == 0) {
        throw Failure{Error::bad_value, Detail::option, "--format"};
    }
    mapping.channel = require_channel(context, mapping.channel).code;
    for (const MappedField& constant : mapping.constants) {
        check_word(context, constant.field, constant.column);
    }
    for (const ValueWord& word : mapping.values) check_word(context, word.field, word.ours);
}

std::vector<FieldValue> values_of(const ImportMapping& mapping) {
    json::object document = to_json(mapping);
    json::object options;
    for (const char* key : {"values", "constants", "sheet", "header_row"}) {
        options[key] = document.at(key);
    }
    const auto value = [](schema::FieldId field, const json::value& given) {
        return FieldValue{field, require_value(field_of(EntityId::import_mapping, field), given)};
    };
    return {value(fields::code, json::value(mapping.name)),
            value(fields::format, json::value(mapping.format)),
            value(fields::channel, json::value(mapping.channel)),
            value(fields::columns, json::value(json::serialize(document.at("columns")))),
            value(fields::options, json::value(json::serialize(options))),
            value(fields::active, json::value(true))};
}

json::object parsed(const std::string& text) {
    json::error_code error;
    const json::value value = json::parse(text, error);
    return !error && value.is_object() ? value.get_object() : json::object{};
}

bool is_active(const RecordView& record) {
    const schema::Value* active = record.find(fields::active);
    const std::int64_t* number = active == nullptr ? nullptr : schema::number_of(*active);
    return number == nullptr || *number != 0;
}

json::object document_of(const RecordView& record) {
    json::object document = parsed(text_of_field(record, fields::options));
    document["name"] = text_of_field(record, fields::code);
    document["channel"] = text_of_field(record, fields::channel);
    document["columns"] = parsed(text_of_field(record, fields::columns));
    const schema::Value* format = record.find(fields::format);
    const std::int64_t* number = format == nullptr ? nullptr : schema::number_of(*format);
    document["format"] = schema::choice_name(field_of(EntityId::import_mapping, fields::format),
                                             number == nullptr ? 0 : *number);
    return document;
}

std::optional<RecordView> saved(CommandContext& context, const std::string& name) {
    const auto id = context.replica.find_by_text(EntityId::import_mapping, fields::code, name);
    return id ? context.replica.show(*id, false) : std::nullopt;
}

json::object shown(json::object document, bool active, bool built_in) {
    document["active"] = active;
    document["built_in"] = built_in;
    return document;
}

}  // namespace

json::object mapping_save(CommandContext& context, const json::object& args) {
    ImportMapping mapping = read_document(require_object(args, "mapping"), true);
    check(context, mapping);
    Draft draft;
    draft.actor = actor_of(context, args);
    const auto known =
        context.replica.find_by_text(EntityId::import_mapping, fields::code, mapping.name);
    if (known) {
        draft.edits.push_back({*known, values_of(mapping)});
    } else {
        draft.records.push_back({EntityId::import_mapping, values_of(mapping)});
    }
    draft.audit = AuditEntry{draft.actor, "mapping.save", mapping.name};
    const Committed committed = require(context.replica.commit(draft));
    return {{"name", mapping.name}, {"changed", committed.txn != 0}};
}

json::object mapping_list(CommandContext& context, const json::object&) {
    json::array all;
    for (const ImportMapping& mapping : built_in_mappings()) {
        all.push_back(shown(to_json(mapping), true, true));
    }
    for (const RecordView& record : context.replica.all(EntityId::import_mapping, mappings_max)) {
        all.push_back(shown(document_of(record), is_active(record), false));
    }
    const auto total = all.size();
    return {{"total", total}, {"mappings", std::move(all)}};
}

json::object mapping_show(CommandContext& context, const json::object& args) {
    const std::string name = require_text(args, "name");
    if (const ImportMapping* known = built_in_mapping(name)) {
        return shown(to_json(*known), true, true);
    }
    const auto record = saved(context, name);
    if (!record) throw Failure{Error::unknown_mapping};
    return shown(document_of(*record), is_active(*record), false);
}

json::object mapping_retire(CommandContext& context, const json::object& args) {
    const std::string name = require_text(args, "name");
    const auto record = saved(context, name);
    if (!record) throw Failure{Error::unknown_mapping};
    Draft draft;
    draft.actor = actor_of(context, args);
    draft.edits.push_back({record->id, {{fields::active, std::int64_t{0}}}});
    draft.audit = AuditEntry{draft.actor, "mapping.retire", name};
    const Committed committed = require(context.replica.commit(draft));
    return {{"name", name}, {"changed", committed.txn != 0}};
}

}  // namespace jiuying::node::commands
