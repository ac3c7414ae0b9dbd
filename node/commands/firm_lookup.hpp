/// Which enterprise, meeting or list is meant, and texts of their records.
#pragma once

#include "node/commands/command.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/views.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// The record in which the firm \p id goes on, if it was merged; else itself.
[[nodiscard]] schema::RecordId firm_master(CommandContext& context, schema::RecordId id);
/// All records of the firm of master \p id, itself first: those that were merged into it, too.
[[nodiscard]] std::vector<schema::RecordId> firm_family(CommandContext& context,
                                                        const schema::RecordId& id);
/// The firm's record by UUID (or its first characters), credit code, or name. What was merged leads
/// to its master. Failure no_such_firm, firm_ambiguous.
[[nodiscard]] schema::RecordId require_firm(CommandContext& context, std::string_view id,
                                            bool to_master = true);
[[nodiscard]] RecordView require_shown(CommandContext& context, const schema::RecordId& id);

/// 0 where there is none.
[[nodiscard]] std::int64_t number_of_field(const RecordView& record, schema::FieldId field);
/// The record that a field names.
[[nodiscard]] std::optional<schema::RecordId> record_of_field(const RecordView& record,
                                                              schema::FieldId field);
/// {"id", field: value ...}
[[nodiscard]] json::object record_json(const RecordView& record);
/// Failure no_owner unless \p person is in service.
void check_in_service(CommandContext& context, const std::string& person);

/// The fields that \p given names, as values of \p entity; those of \p locked are refused.
[[nodiscard]] std::vector<FieldValue> values_of(schema::EntityId entity, const json::object& given,
                                                std::initializer_list<schema::FieldId> locked = {});
/// Splits at commas, 、 and blanks.
[[nodiscard]] std::vector<std::string> codes_in(std::string_view text);

}  // namespace jiuying::node
