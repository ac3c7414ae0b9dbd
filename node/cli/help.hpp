/// The help pages, made from the tables of commands. Pure.
#pragma once

#include "node/cli/command_spec.hpp"

#include <string>

namespace jiuying::node {

/// All commands of a program, or those that begin with \p noun.
[[nodiscard]] std::string overview(Program program, Lang lang, const std::string& noun = {});
/// One command with its options.
[[nodiscard]] std::string usage(Program program, const CommandSpec& command, Lang lang);
/// All commands of a program with their options, as a chapter of Markdown.
[[nodiscard]] std::string commands_page(Program program, Lang lang);
/// The table of exit codes.
[[nodiscard]] std::string exit_codes_page(Lang lang);

}  // namespace jiuying::node
