#include "node/commands/lookup.hpp"

#include "node/commands/arguments.hpp"
#include "node/commands/known_channels.hpp"
#include "node/commands/known_references.hpp"
#include "node/commands/values.hpp"
#include "node/replica/shown.hpp"
#include "schema/assert.hpp"
#include "schema/time_text.hpp"
#include "schema/utf8.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace jiuying::node {
namespace {

using schema::EntityId;

constexpr std::size_t records_max = 100'000;
constexpr std::size_t prefix_min = 8;

/// What people type where a number belongs may be a name or a telephone. It is repeated only if it
/// can be a number of ours: those have letters and digits, and a dash or a colon between.
Failure unknown_record(Error why, std::string_view typed) {
    const bool ours = typed.find_first_of("-:") != std::string_view::npos &&
                      std::ranges::all_of(typed, [](char character) {
                          const auto byte = static_cast<unsigned char>(character);
                          return byte < 0x80 && (std::isalnum(byte) != 0 || byte == '-' ||
                                                 byte == ':' || byte == '_');
                      });
    return ours ? Failure{why, Detail::id, std::string{typed}} : Failure{why};
}

bool any_of_kind(CommandContext& context, EntityId entity) {
    return !context.replica.all(entity, 1).empty();
}

std::string given_actor(CommandContext& context, std::string code) {
    const bool printable = std::ranges::none_of(
        code, [](char c) { return static_cast<unsigned char>(c) < 0x21 || c == 0x7F; });
    if (code.empty() || code.size() > schema::staff_code_bytes_max || !printable ||
        !schema::is_utf8(code)) {
        throw Failure{Error::bad_value, Detail::option, "--as"};
    }
    const bool known =
        context.replica.find_by_text(EntityId::staff, schema::staff::code, code).has_value();
    if (!known && any_of_kind(context, EntityId::staff)) {
        throw Failure{Error::unknown_staff, Detail::option, "--as"};
    }
    return code;
}

/// The order behind `CHANNEL:NUMBER`; nothing if it is not written so, or not known.
std::optional<schema::RecordId> order_of_channel(CommandContext& context, std::string_view id) {
    for (const std::string_view colon : {":", "："}) {
        const std::size_t at = id.find(colon);
        if (at == id.npos) continue;
        const auto channel = find_channel(context, id.substr(0, at));
        if (!channel) return std::nullopt;
        return order_with_number(context, channel->code,
                                 std::string{schema::trimmed(id.substr(at + colon.size()))});
    }
    return std::nullopt;
}

}  // namespace

const schema::Entity& entity_of(EntityId id) {
    const schema::Entity* entity = schema::find_entity(schema::registry(), id);
    JY_ASSERT(entity != nullptr);
    return *entity;
}

const schema::Field& field_of(EntityId entity, schema::FieldId id) {
    const schema::Field* field = schema::find_field(entity_of(entity), id);
    JY_ASSERT(field != nullptr);
    return *field;
}

std::string actor_of(CommandContext& context, const json::object& args) {
    if (auto code = text_in(args, "as")) return given_actor(context, *std::move(code));
    if (!context.as.empty()) return given_actor(context, context.as);
    return context.replica.profile().default_actor;
}

schema::RecordId require_appeal(CommandContext& context, std::string_view id) {
    const auto by_channel = order_of_channel(context, id);
    const auto found = context.replica.find_appeals(by_channel ? to_text(*by_channel) : id);
    if (found.empty()) throw unknown_record(Error::record_not_found, id);
    if (found.size() > 1) {
        Failure failure{Error::record_ambiguous};
        for (const schema::RecordId& one : found) failure.with(Detail::id, to_text(one));
        throw failure;
    }
    return found.front();
}

std::vector<schema::RecordId> records_by_id(CommandContext& context, EntityId entity,
                                            std::string_view id) {
    std::vector<schema::RecordId> matches;
    schema::RecordId whole;
    if (schema::parse_uuid(id, whole.bytes)) {
        const auto shown = context.replica.show(whole, false);
        if (shown && shown->entity == entity) matches.push_back(whole);
        return matches;
    }
    const bool hex = id.find_first_not_of("0123456789abcdefABCDEF-") == id.npos;
    if (id.size() < prefix_min || !hex) return matches;
    for (const RecordView& record : context.replica.all(entity, records_max)) {
        if (to_text(record.id).starts_with(id)) matches.push_back(record.id);
    }
    return matches;
}

schema::RecordId require_record(CommandContext& context, EntityId entity, std::string_view id,
                                Error none) {
    const std::vector<schema::RecordId> found = records_by_id(context, entity, id);
    if (found.empty()) throw unknown_record(none, id);
    if (found.size() > 1) throw unknown_record(Error::record_ambiguous, id);
    return found.front();
}

schema::RecordId require_meeting(CommandContext& context, std::string_view id) {
    return require_record(context, EntityId::meeting, id, Error::no_such_meeting);
}

bool knows_region(CommandContext& context, std::string_view code) {
    return context.replica.find_by_text(EntityId::region, schema::region::code, code) ||
           !any_of_kind(context, EntityId::region);
}

void check_region(CommandContext& context, std::string_view code) {
    if (!knows_region(context, code)) throw Failure{Error::unknown_region, Detail::field, "region"};
    if (!is_leaf_region(context, code)) {
        throw Failure{Error::region_not_leaf, Detail::field, "region"};
    }
}

bool is_leaf_region(CommandContext& context, std::string_view code) {
    return !context.replica.find_by_text(EntityId::region, schema::region::parent, code);
}

std::optional<std::string> unit_code(CommandContext& context, std::string_view unit) {
    namespace fields = schema::unit;
    if (unit.empty() || !any_of_kind(context, EntityId::unit)) return std::string{unit};
    if (context.replica.find_by_text(EntityId::unit, fields::code, unit)) return std::string{unit};
    const auto id = context.replica.find_by_text(EntityId::unit, fields::name, unit);
    const auto record = id ? context.replica.show(*id, false) : std::nullopt;
    if (!record) return std::nullopt;
    return text_of_field(*record, fields::code);
}

std::optional<std::string> whole_category(CommandContext& context, std::string_view category) {
    if (!any_of_kind(context, EntityId::category)) return std::string{category};
    namespace fields = schema::category;
    const std::string_view code = category.substr(0, category.find('@'));
    const auto id = context.replica.find_by_text(EntityId::category, fields::code, code);
    const auto record = id ? context.replica.show(*id, false) : std::nullopt;
    if (!record) return std::nullopt;
    if (code.size() != category.size()) return std::string{category};
    const schema::Value* active = record->find(fields::active);
    const std::int64_t* used = active == nullptr ? nullptr : schema::number_of(*active);
    if (used != nullptr && *used == 0) return std::nullopt;
    const std::string version = text_of_field(*record, fields::version);
    return version.empty() ? std::string{code} : std::string{code} + "@" + version;
}

std::uint32_t setting_number(CommandContext& context, std::string_view code,
                             std::uint32_t otherwise, std::uint32_t least, std::uint32_t most) {
    const auto id = context.replica.find_by_text(EntityId::setting, schema::setting::code, code);
    const auto record = id ? context.replica.show(*id, false) : std::nullopt;
    if (!record) return otherwise;
    const std::string text = text_of_field(*record, schema::setting::value);
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && number >= least && number <= most ? number : otherwise;
}

void throw_refused(Errc error) {
    switch (error) {
        case Errc::out_of_bounds: throw Failure{Error::value_out_of_bounds};
        case Errc::not_utf8:
        case Errc::malformed: throw Failure{Error::not_utf8};
        case Errc::unknown_field: throw Failure{Error::unknown_field_name};
        case Errc::not_found: throw Failure{Error::record_not_found};
        case Errc::wrong_scope: throw Failure{Error::write_not_allowed};
        case Errc::says_nothing: throw Failure{Error::title_and_text_empty};
        case Errc::too_large: throw Failure{Error::record_too_large};
        case Errc::erased: throw Failure{Error::personal_data_erased};
        default: throw Failure{Error::unexpected};
    }
}

Committed require(Result<Committed> committed) {
    if (!committed) throw_refused(committed.error());
    return *std::move(committed);
}

std::string text_of_field(const RecordView& record, schema::FieldId field) {
    const schema::Value* value = record.find(field);
    const std::string* text = value == nullptr ? nullptr : schema::text_of(*value);
    return text == nullptr ? std::string{} : *text;
}

std::string printed_number(const RecordView& appeal) {
    return with_suffix(text_of_field(appeal, schema::appeal::number),
                       text_of_field(appeal, schema::appeal::number_suffix));
}

json::value text_or_null(const std::string& text) {
    if (text.empty()) return nullptr;
    return json::string(text);
}

json::value time_or_null(std::int64_t ms) {
    if (ms == 0) return nullptr;
    return json::string(schema::format_time(ms));
}

}  // namespace jiuying::node
