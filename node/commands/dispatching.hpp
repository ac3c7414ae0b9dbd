/// What an act of the life cycle is checked for beside its guards, when a person writes it: the
/// lists that staff choose from. The guards don't ask for them: lists change, and what was accepted
/// must stay.
#pragma once

#include "node/commands/command.hpp"

namespace jiuying::node {

/// Fills in what the catalogue says and checks codes. Failure unknown_reason, off_catalogue,
/// missing_option, bad_value.
void check_choices(CommandContext& context, const schema::RecordId& order,
                   schema::WorkOrderEvent& event);

/// The unit that took over from the first unit of \p event that is out of use; empty if none did.
[[nodiscard]] std::string successor_for(CommandContext& context,
                                        const schema::WorkOrderEvent& event);

}  // namespace jiuying::node
