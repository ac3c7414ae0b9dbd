#include "node/commands/firm_lookup.hpp"

#include "node/commands/values.hpp"
#include "node/replica/order_facts.hpp"
#include "schema/industry.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::RecordId;

constexpr std::size_t records_max = 100'000;
constexpr int merges_max = 16;  // A circle, which no command makes, must not hold us up.

}  // namespace

RecordId firm_master(CommandContext& context, RecordId id) {
    for (int hop = 0; hop < merges_max; ++hop) {
        const auto shown = context.replica.show(id, false);
        const auto next =
            shown ? record_of_field(*shown, schema::enterprise::merged_into) : std::nullopt;
        // The master may be of another station, whose records are not here.
        if (!next || !context.replica.show(*next, false)) break;
        id = *next;
    }
    return id;
}

std::vector<RecordId> firm_family(CommandContext& context, const RecordId& id) {
    std::vector<RecordId> family{id};
    const auto add = [&](const std::vector<RecordId>& records) {
        for (const RecordId& one : records) {
            if (std::ranges::find(family, one) == family.end()) family.push_back(one);
        }
    };
    for (std::size_t at = 0; at < family.size() && family.size() < records_max; ++at) {
        add(context.replica.naming(EntityId::enterprise, schema::enterprise::merged_into,
                                   family[at]));
        // Each station has a record of its own of a firm that it met: one code is one firm.
        const auto shown = context.replica.show(family[at], false);
        if (!shown) continue;
        add(context.replica.all_with_text(EntityId::enterprise, schema::enterprise::uscc,
                                          text_of_field(*shown, schema::enterprise::uscc)));
    }
    return family;
}

RecordId require_firm(CommandContext& context, std::string_view id, bool to_master) {
    std::vector<RecordId> found = records_by_id(context, EntityId::enterprise, id);
    for (const schema::FieldId field : {schema::enterprise::uscc, schema::enterprise::name}) {
        if (found.empty()) {
            found = context.replica.all_with_text(EntityId::enterprise, field, schema::trimmed(id));
        }
    }
    if (found.empty()) throw Failure{Error::no_such_firm};
    if (to_master) {
        for (RecordId& one : found) one = firm_master(context, one);
    }
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    // The records that stations made of a firm by its code are one firm: the first stands for it.
    const RecordId first = found.front();
    const std::vector<RecordId> family = firm_family(context, first);
    std::erase_if(found, [&](const RecordId& one) {
        return one != first && std::ranges::find(family, one) != family.end();
    });
    if (found.size() > 1) {
        Failure failure{Error::firm_ambiguous};
        for (const RecordId& one : found) failure.with(Detail::id, to_text(one));
        throw failure;
    }
    return found.front();
}

RecordView require_shown(CommandContext& context, const RecordId& id) {
    auto shown = context.replica.show(id, false);
    if (!shown) throw Failure{Error::no_such_record};
    return *std::move(shown);
}

std::int64_t number_of_field(const RecordView& record, schema::FieldId field) {
    const schema::Value* value = record.find(field);
    const std::int64_t* number = value == nullptr ? nullptr : schema::number_of(*value);
    return number == nullptr ? 0 : *number;
}

std::optional<RecordId> record_of_field(const RecordView& record, schema::FieldId field) {
    const schema::Value* value = record.find(field);
    RecordId id;
    if (value == nullptr || !record_in(*value, id)) return std::nullopt;
    return id;
}

json::object record_json(const RecordView& record) {
    json::object shown{{"id", to_text(record.id)}};
    for (auto& member : fields_json(record)) shown[member.key()] = std::move(member.value());
    return shown;
}

void check_in_service(CommandContext& context, const std::string& person) {
    const std::int64_t now = context.environment.now_ms();
    const bool in_service =
        !person.empty() && !context.replica.facts().staff().unit_of(person, now).empty();
    // Before the list of staff has come nobody can be looked up.
    const bool list = !context.replica.all(EntityId::staff, 1).empty();
    if (person.empty() || (list && !in_service)) throw Failure{Error::no_owner};
}

std::vector<FieldValue> values_of(EntityId entity, const json::object& given,
                                  std::initializer_list<schema::FieldId> locked) {
    std::vector<FieldValue> values;
    const schema::Entity& spec = entity_of(entity);
    for (const auto& member : given) {
        const schema::Field* field = named_field(spec, member.key());
        if (field == nullptr || !is_filled_in(spec, *field)) {
            throw Failure{Error::unknown_field_name, Detail::field, std::string{member.key()}};
        }
        if (std::ranges::find(locked, field->id) != locked.end()) {
            throw Failure{Error::write_not_allowed, Detail::field, std::string{field->name}};
        }
        schema::Value value = require_value(*field, member.value());
        const std::string* text = schema::text_of(value);
        const bool industry =
            entity == EntityId::enterprise && field->id == schema::enterprise::industry;
        if (industry && text != nullptr && !schema::check_industry(*text)) {
            throw Failure{Error::bad_industry_code, Detail::field, "industry"};
        }
        values.push_back({field->id, std::move(value)});
    }
    return values;
}

std::vector<std::string> codes_in(std::string_view text) {
    std::string plain{text};
    for (const std::string_view gap : {"，", "、", "；", ";", " "}) {
        for (std::size_t at = plain.find(gap); at != plain.npos; at = plain.find(gap)) {
            plain.replace(at, gap.size(), ",");
        }
    }
    std::vector<std::string> codes;
    std::string_view rest{plain};
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        if (comma != 0) codes.emplace_back(rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return codes;
}

}  // namespace jiuying::node
