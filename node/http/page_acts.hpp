/// What a person may do with an order as it stands.
#pragma once

#include "node/commands/command.hpp"
#include "node/http/role.hpp"
#include "schema/workflow_guards.hpp"
#include "schema/workflow_table.hpp"

namespace jiuying::node {

/// {"id","acts":[kind],"why":GUARD|null}: `why` says what keeps the person from some of those that
/// the roles allow. Failure record_not_found.
[[nodiscard]] json::object acts_of(CommandContext& context, const json::object& args,
                                   const std::string& person, Roles roles);

/// What keeps \p person from that act on the order as it stands, whatever facts were still to come.
[[nodiscard]] std::optional<schema::GuardFailure> kept_from(CommandContext& context,
                                                            const OrderView& order,
                                                            const std::string& person,
                                                            schema::EventKind kind);

}  // namespace jiuying::node
