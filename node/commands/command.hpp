/// The commands of a node, as functions from JSON to JSON over a replica.
///
/// The same code runs in a short-lived program, inside `serve` for callers on the local socket,
/// and behind the page's API. What a command answers is what `--json` prints; words for people are
/// made by the front (node/cli) from that answer. Commands run on the thread that owns the replica.
#pragma once

#include "node/base/clock.hpp"
#include "node/commands/sync_outcome.hpp"
#include "node/replica/replica.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace jiuying::node {

namespace json = boost::json;

/// What a command works with.
struct CommandContext {
    Replica& replica;
    std::string as;  ///< Code of the acting staff member; empty: the node's default.
    Environment& environment;
    /// Told while a long command runs; may be empty.
    std::function<void(const json::object&)> progress;
    /// Runs one exchange now and waits for its end. With an address: at that hub.
    std::function<SyncOutcome(const std::optional<std::string>& hub)> sync_now;
    bool serving = false;        ///< Inside `serve`.
    std::filesystem::path data;  ///< The node's folder, for scratch files.
};

/// Runs the command \p name. Two arguments are understood everywhere: `as` (overrides the
/// context's) and `role` ("station" or "hub": the caller's program, refused if it is not the
/// node's). Throws Failure; also what the store throws, see node/commands/boundary.hpp.
[[nodiscard]] json::object run_command(CommandContext& context, std::string_view name,
                                       const json::object& args);

/// Who reads what a command with these arguments answers: whoever acts. See Replica::Reading.
[[nodiscard]] std::string reader_of(const CommandContext& context, const json::object& args);

/// Whether there is such a command.
[[nodiscard]] bool is_command(std::string_view name);

}  // namespace jiuying::node
