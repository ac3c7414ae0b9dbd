/// Sticks and other media that are mounted on this PC, as the page offers them.
#pragma once

#include <boost/json.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// Where removable media stand, by the kernel's list of mounts (`/proc/self/mountinfo`). Those
/// count that are mounted where desktops mount what is plugged in (/media, /run/media, /mnt), or
/// whose device \p removable says so of, by `MAJOR:MINOR`. Pure.
[[nodiscard]] std::vector<std::filesystem::path> media_in(
    std::string_view mountinfo, const std::function<bool(std::string_view device)>& removable);

/// Those of this PC. May wait for a slow device.
[[nodiscard]] std::vector<std::filesystem::path> mounted_media();

/// {"path","free","writable","bundles","bundle_bytes","more"} of a folder. Failure
/// missing_file where it is none, no_permission, stick_gone.
[[nodiscard]] boost::json::object look_at_folder(const std::filesystem::path& folder);

}  // namespace jiuying::node
