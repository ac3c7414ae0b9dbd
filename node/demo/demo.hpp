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
    bool clean = false;                           ///< Remove the folder at the end.
    /// Opens both pages at the end, prints where they are, and waits for Enter.
    bool pages = false;
    Lang lang = Lang::zh;
    std::filesystem::path station_program;  ///< `jiuying`, the running executable.
    std::filesystem::path hub_program;      ///< `jiuying-hub`, beside it.
};

/// Fewer than these make no story: both village stations and the salon have something to record.
inline constexpr std::size_t demo_appeals_min = 6;

/// Plays the story and prints it on stdout; ends with what to type to look around, unless the data
/// is removed. Returns the exit code.
int run_demo(const DemoOptions& options);

}  // namespace jiuying::node
