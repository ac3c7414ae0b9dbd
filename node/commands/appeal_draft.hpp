/// From what a person or a file gives to what the store registers: one appeal, with the firm that
/// speaks and the meeting at which it was said.
#pragma once

#include "node/commands/command.hpp"
#include "node/commands/values.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace jiuying::node {

/// One appeal before it is registered.
struct AppealDraft {
    std::vector<FieldValue> values;
    std::vector<NewRecord> along;         ///< A firm that was not known yet.
    std::optional<Edit> enterprise_edit;  ///< A known firm that now has its code or class.
    std::string channel;
    std::string ext_no;
    std::string firm;  ///< As LinkMemory names it; empty without a firm.
    schema::RecordId firm_id;
};

/// Why a row is refused: what, and where.
struct RowFault {
    Error error{};
    std::string field;
    std::string limit;
    std::string hint;  ///< What was probably meant; a word of ours, never of the row.
};

/// The names that a file's columns may be mapped to: what is filled in on that side, and the links.
[[nodiscard]] std::vector<std::string_view> importable_fields(bool hub);

/// Reads \p given (field -> value). \p defaults fill what is absent or empty there. Checks each
/// field, that title and text are not both blank, and that the region is known; adds the channel.
/// Links (meeting, enterprise) are left to link().
[[nodiscard]] std::variant<AppealDraft, RowFault> read_appeal(CommandContext& context,
                                                              const json::object& given,
                                                              const json::object& defaults);

/// As above; the fault is thrown as a Failure.
[[nodiscard]] AppealDraft require_appeal_draft(CommandContext& context, const json::object& given,
                                               const json::object& defaults);

/// Firms made and meetings looked up in a batch that is not committed yet: the store finds only
/// what was.
struct LinkMemory {
    std::map<std::string, schema::RecordId> firms;  ///< By credit code, or by name without one.
    std::map<std::string, schema::RecordId> meetings;
};

/// Adds the links that \p given names: `meeting`, and `enterprise` with `uscc`,
/// `enterprise_class`, `industry` and `park`. A firm is found by its credit code, else by its name;
/// else it is made.
void link(CommandContext& context, const json::object& given, LinkMemory& memory,
          AppealDraft& draft);

/// A registered appeal.
struct Registered {
    schema::RecordId id;
    std::string number;
    std::string query_code;  ///< Empty where there is no phone number to ask for beside it.
};

/// Registers the draft, inside a batch of the caller's, and remembers its firm.
Registered register_draft(CommandContext& context, const std::string& actor, AppealDraft draft,
                          LinkMemory& memory);

}  // namespace jiuying::node
