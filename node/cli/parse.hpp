/// From argv to a command and its arguments, or a Failure that says what is wrong and what was
/// probably meant. CLI11 does the splitting; none of its texts or exit codes get out.
#pragma once

#include "node/cli/command_spec.hpp"

#include <string>
#include <vector>

namespace jiuying::node {

/// What the command line says before it is understood: how to print, even if the rest is wrong.
struct Manner {
    Lang lang = Lang::zh;
    bool json = false;
};
[[nodiscard]] Manner manner_of(const std::vector<std::string>& words);

struct Parsed {
    const CommandSpec* command = nullptr;  ///< Null: only help or version was asked for.
    Arguments arguments;
    bool help = false;
    bool version = false;
    std::string noun;  ///< With help and no command: of which commands; empty: of all.
};

/// \p words without the program's name. Failure unknown_command, unknown_option, missing_option,
/// bad_value.
[[nodiscard]] Parsed parse(const std::vector<CommandSpec>& commands,
                           const std::vector<std::string>& words, Lang lang);

}  // namespace jiuying::node
