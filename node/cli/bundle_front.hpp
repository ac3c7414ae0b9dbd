/// What the fronts of bundles share.
#pragma once

#include "node/cli/desk.hpp"

#include <filesystem>
#include <functional>

namespace jiuying::node {

/// A failing file of a stick as a person should hear of it: stick_full, stick_gone, no_permission,
/// missing_file.
[[noreturn]] void rethrow_of_stick(const std::filesystem::filesystem_error& error);

/// Runs \p work; what a stick does leaves as a Failure that says so.
template <class Work>
decltype(auto) at_stick(const Work& work) {
    try {
        return work();
    } catch (const std::filesystem::filesystem_error& error) {
        rethrow_of_stick(error);
    }
}

[[nodiscard]] CommandSpec bundle_export_command(Program program);
[[nodiscard]] CommandSpec bundle_import_command(Program program);

/// Lines such as `SHG01 station 3-17`.
[[nodiscard]] std::string missing_prose(const Desk& desk, const json::array& missing);

/// Portions in which files travel to and from the node.
inline constexpr std::size_t piece_bytes = std::size_t{2} << 20U;

}  // namespace jiuying::node
