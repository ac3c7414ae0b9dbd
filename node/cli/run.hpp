/// Both programs: from argv to an exit code. The one place that prints a Failure.
#pragma once

#include "node/cli/command_spec.hpp"

namespace jiuying::node {

[[nodiscard]] int run_program(Program program, int argc, char** argv);

}  // namespace jiuying::node
