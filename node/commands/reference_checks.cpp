#include "node/commands/reference_checks.hpp"

#include "node/commands/lookup.hpp"
#include "node/folder/invitation_file.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::FieldId;

constexpr FieldId code_field = 1;  // In all reference data.

/// A field that names a record of a list by its code.
struct Naming {
    EntityId entity{};
    FieldId field = 0;
    EntityId of{};
    Error error{};
};
constexpr std::array namings{
    Naming{EntityId::region, schema::region::parent, EntityId::region, Error::unknown_region},
    Naming{EntityId::region, schema::region::successor, EntityId::region, Error::unknown_region},
    Naming{EntityId::unit, schema::unit::parent, EntityId::unit, Error::unknown_unit},
    Naming{EntityId::unit, schema::unit::successor, EntityId::unit, Error::unknown_unit},
    Naming{EntityId::staff, schema::staff::unit, EntityId::unit, Error::unknown_unit},
    Naming{EntityId::category, schema::category::parent, EntityId::category,
           Error::unknown_category},
    Naming{EntityId::delegation, schema::delegation::unit, EntityId::unit, Error::unknown_unit},
    Naming{EntityId::delegation, schema::delegation::category, EntityId::category,
           Error::unknown_category},
    Naming{EntityId::dispatch_rule, schema::dispatch_rule::category, EntityId::category,
           Error::unknown_category},
    Naming{EntityId::dispatch_rule, schema::dispatch_rule::region, EntityId::region,
           Error::unknown_region},
    Naming{EntityId::dispatch_rule, schema::dispatch_rule::unit, EntityId::unit,
           Error::unknown_unit},
};

/// A pair of fields that begins and ends the time in which a record counts.
struct Span {
    EntityId entity{};
    FieldId from = 0;
    FieldId to = 0;
};
constexpr std::array spans{
    Span{EntityId::region, schema::region::valid_from, schema::region::valid_to},
    Span{EntityId::unit, schema::unit::valid_from, schema::unit::valid_to},
    Span{EntityId::staff, schema::staff::valid_from, schema::staff::valid_to},
    Span{EntityId::delegation, schema::delegation::valid_from, schema::delegation::valid_to},
    Span{EntityId::dispatch_rule, schema::dispatch_rule::valid_from,
         schema::dispatch_rule::valid_to},
    Span{EntityId::reason, schema::reason::valid_from, schema::reason::valid_to},
};

std::string text_in(const std::vector<FieldValue>& values, FieldId field) {
    const auto given = std::ranges::find(values, field, &FieldValue::field);
    const std::string* text = given == values.end() ? nullptr : schema::text_of(given->value);
    return text == nullptr ? std::string{} : *text;
}

}  // namespace

void ReferenceChecks::note(const std::string& code, const std::vector<FieldValue>& values) {
    auto& known = told_[code];
    for (const FieldValue& value : values) {
        const std::string* text = schema::text_of(value.value);
        known[value.field] = text == nullptr ? std::string{} : *text;
    }
}

bool ReferenceChecks::is_known(EntityId entity, const std::string& code) {
    if (entity == entity_.id && told_.contains(code)) return true;
    if (entity == EntityId::unit && code == hub_desk_code) return true;
    const std::string plain = entity == EntityId::category ? code.substr(0, code.find('@')) : code;
    if (context_.replica.find_by_text(entity, code_field, plain)) return true;
    // Lists are loaded one after the other; by one that is not there yet nothing is judged.
    return entity != entity_.id && context_.replica.all(entity, 1).empty();
}

std::string ReferenceChecks::text_after(const std::string& code, FieldId field) {
    if (const auto row = told_.find(code); row != told_.end()) {
        if (const auto said = row->second.find(field); said != row->second.end()) {
            return said->second;
        }
    }
    const auto id = context_.replica.find_by_text(entity_.id, code_field, code);
    const auto record = id ? context_.replica.show(*id, false) : std::nullopt;
    return record ? text_of_field(*record, field) : std::string{};
}

bool ReferenceChecks::leads_back(const std::string& code, FieldId field) {
    constexpr int hops_max = 64;
    std::string at = text_after(code, field);
    for (int hop = 0; hop < hops_max && !at.empty(); ++hop) {
        if (at == code) return true;
        at = text_after(at, field);
    }
    return false;
}

bool ReferenceChecks::ends_too_early(const std::string& code,
                                     const std::vector<FieldValue>& values) {
    const auto span = std::ranges::find(spans, entity_.id, &Span::entity);
    if (span == spans.end()) return false;
    const auto id = context_.replica.find_by_text(entity_.id, code_field, code);
    const auto record = id ? context_.replica.show(*id, false) : std::nullopt;
    const auto after = [&](FieldId field) -> const std::int64_t* {
        const auto given = std::ranges::find(values, field, &FieldValue::field);
        if (given != values.end()) return schema::number_of(given->value);
        const schema::Value* kept = record ? record->find(field) : nullptr;
        return kept == nullptr ? nullptr : schema::number_of(*kept);
    };
    const std::int64_t* from = after(span->from);
    const std::int64_t* to = after(span->to);
    return from != nullptr && to != nullptr && *to <= *from;
}

std::optional<ReferenceFault> ReferenceChecks::fault(const std::string& code,
                                                     const std::vector<FieldValue>& values) {
    for (const Naming& naming : namings) {
        if (naming.entity != entity_.id) continue;
        const std::string named = text_in(values, naming.field);
        if (named.empty()) continue;
        const std::string field{schema::find_field(entity_, naming.field)->name};
        if (!is_known(naming.of, named)) return ReferenceFault{naming.error, field, {}};
        if (naming.of == entity_.id && leads_back(code, naming.field)) {
            return ReferenceFault{Error::value_out_of_bounds, field, "circle"};
        }
    }
    if (ends_too_early(code, values)) {
        return ReferenceFault{Error::value_out_of_bounds, "valid_to", "> valid_from"};
    }
    return std::nullopt;
}

}  // namespace jiuying::node
