/// What many commands do first: who acts, which record is meant, whether a code is known.
#pragma once

#include "node/cli/errors.hpp"
#include "node/commands/command.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jiuying::node {

/// The registry's entry of an entity of ours.
[[nodiscard]] const schema::Entity& entity_of(schema::EntityId id);
/// The registry's field of an entity of ours.
[[nodiscard]] const schema::Field& field_of(schema::EntityId entity, schema::FieldId id);

/// Who acts: the argument `as`, the context's, the node's default, in this order. A code given for
/// this call must be in the staff list as soon as there is one. Failure unknown_staff, bad_value.
[[nodiscard]] std::string actor_of(CommandContext& context, const json::object& args);

/// The appeal of that UUID, printed number, or number of a channel, `12345:W20261123001`; the last
/// leads to the master order. Failure record_not_found, record_ambiguous.
[[nodiscard]] schema::RecordId require_appeal(CommandContext& context, std::string_view id);
/// Those of \p entity with that UUID, or with these first characters, 8 or more.
[[nodiscard]] std::vector<schema::RecordId> records_by_id(CommandContext& context,
                                                          schema::EntityId entity,
                                                          std::string_view id);
/// The one of these. Failure \p none, record_ambiguous.
[[nodiscard]] schema::RecordId require_record(CommandContext& context, schema::EntityId entity,
                                              std::string_view id,
                                              Error none = Error::no_such_record);
/// As require_record. Failure no_such_meeting, record_ambiguous.
[[nodiscard]] schema::RecordId require_meeting(CommandContext& context, std::string_view id);

/// Failure unknown_region if there is a list of regions here and \p code is not in it,
/// region_not_leaf if it has parts. A station that never met its hub has no list; then the hub
/// checks.
void check_region(CommandContext& context, std::string_view code);
[[nodiscard]] bool knows_region(CommandContext& context, std::string_view code);
/// Whether no other region lies in it.
[[nodiscard]] bool is_leaf_region(CommandContext& context, std::string_view code);

/// The code of the unit that is meant, by its code or its name, in use or not; as it is where no
/// unit is known here. Nothing if there is none.
[[nodiscard]] std::optional<std::string> unit_code(CommandContext& context, std::string_view unit);

/// `code@version` of a category that is named with or without its version. What a node without a
/// list of categories is given stands as it is. Nothing if the list has no such code in use.
[[nodiscard]] std::optional<std::string> whole_category(CommandContext& context,
                                                        std::string_view category);

/// A whole number that the district set, within bounds; \p otherwise where it did not.
[[nodiscard]] std::uint32_t setting_number(CommandContext& context, std::string_view code,
                                           std::uint32_t otherwise, std::uint32_t least,
                                           std::uint32_t most);

/// The value of a refused write, or the Failure that its reason stands for.
[[noreturn]] void throw_refused(Errc error);
[[nodiscard]] Committed require(Result<Committed> committed);

/// Text of a field; empty if it has none.
[[nodiscard]] std::string text_of_field(const RecordView& record, schema::FieldId field);

/// An appeal's number as people see it, with the hub's suffix if it needed one.
[[nodiscard]] std::string printed_number(const RecordView& appeal);

/// Null for an empty text.
[[nodiscard]] json::value text_or_null(const std::string& text);

/// RFC 3339, or null for a time that was never set.
[[nodiscard]] json::value time_or_null(std::int64_t ms);

}  // namespace jiuying::node
