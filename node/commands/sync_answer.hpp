/// `sync now` in two halves, for `serve`: it must not wait on the thread that owns the replica
/// while the session needs that thread. run_command("sync.now") is both halves around a blocking
/// session.
#pragma once

#include "node/cli/errors.hpp"
#include "node/commands/command.hpp"

#include <optional>
#include <string>

namespace jiuying::node {

/// Checks and remembers the address in \p args. Returns the one to meet at. Failure bad_address,
/// hub_address_missing, wrong_role.
[[nodiscard]] std::string prepare_sync(CommandContext& context, const json::object& args);

/// The answer of `sync now`. A session that failed becomes its sync_failure.
[[nodiscard]] json::object sync_answer(CommandContext& context, const SyncOutcome& outcome);

/// What a session that failed means for a person: hub_unreachable, invitation_used ...
[[nodiscard]] Failure sync_failure(const SyncOutcome& outcome);

/// The identifier of a reason in JSON and logs: "done", "hung_up" ...
[[nodiscard]] std::string_view name_of(sync::CloseReason reason);

}  // namespace jiuying::node
