/// The demonstration: a hub and three stations on loopback, driven through the two programs only.
#pragma once

#include "node/cli/lang.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>

namespace jiuying::node {

struct DemoOptions {
    std::size_t appeals = 300;  ///< Recorded in all, the salon's requests included.
    std::optional<std::filesystem::path> folder;  ///< Where the nodes live; none: a temporary one.
    bool keep = false;                            ///< Leave the folder in place at the end.
    Lang lang = Lang::zh;
    std::filesystem::path station_program;  ///< `jiuying`, the running executable.
    std::filesystem::path hub_program;      ///< `jiuying-hub`, beside it.
};

/// Plays the story and prints it on stdout. Returns the exit code.
int run_demo(const DemoOptions& options);

}  // namespace jiuying::node
