#include "node/http/sticks.hpp"

#include "node/base/files.hpp"
#include "node/bundle/stick_reader.hpp"
#include "node/cli/bundle_front.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::array homes{"/media/", "/run/media/", "/mnt/"};
constexpr std::size_t media_max = 32;
/// What is no place for files, wherever it is mounted.
constexpr std::array no_files{"proc", "sysfs", "tmpfs", "devtmpfs", "cgroup2", "autofs", "overlay"};

/// The kernel writes blanks in paths as \040.
std::string unescaped(std::string_view text) {
    constexpr std::size_t digits = 3;
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view octal = text.substr(at + 1, digits);
        const bool escape = text[at] == '\\' && octal.size() == digits &&
                            octal.find_first_not_of("01234567") == octal.npos;
        if (!escape) {
            plain += text[at];
            continue;
        }
        plain += static_cast<char>((octal[0] - '0') * 64 + (octal[1] - '0') * 8 + (octal[2] - '0'));
        at += digits;
    }
    return plain;
}

/// By what the kernel says of the device, or of the disk that it is a part of.
bool is_removable(std::string_view device) {
    std::error_code failed;
    const fs::path node = fs::canonical(fs::path{"/sys/dev/block"} / device, failed);
    if (failed) return false;
    if (node.string().find("/usb") != std::string::npos) return true;
    for (const fs::path& place : {node / "removable", node.parent_path() / "removable"}) {
        std::ifstream file{place};
        char said = '0';
        if (file >> said && said == '1') return true;
    }
    return false;
}

}  // namespace

std::vector<fs::path> media_in(std::string_view mountinfo,
                               const std::function<bool(std::string_view device)>& removable) {
    std::vector<fs::path> media;
    std::istringstream lines{std::string{mountinfo}};
    for (std::string line; std::getline(lines, line) && media.size() < media_max;) {
        // 36 35 8:17 / /media/u/STICK rw,nosuid shared:1 - vfat /dev/sdb1 rw
        std::istringstream words{line};
        std::string skipped;
        std::string device;
        std::string root;
        std::string point;
        if (!(words >> skipped >> skipped >> device >> root >> point)) continue;
        std::string type;
        for (std::string word; words >> word;) {
            if (word != "-") continue;
            words >> type;
            break;
        }
        const std::string place = unescaped(point);
        const bool home = std::ranges::any_of(
            homes, [&](const char* prefix) { return place.starts_with(prefix); });
        if (type.empty() || std::ranges::find(no_files, type) != no_files.end()) continue;
        if ((home || removable(device)) && place != "/" && !place.starts_with("/boot")) {
            media.emplace_back(place);
        }
    }
    std::ranges::sort(media);
    media.erase(std::unique(media.begin(), media.end()), media.end());
    return media;
}

std::vector<fs::path> mounted_media() {
    std::ifstream file{"/proc/self/mountinfo"};
    std::ostringstream all;
    all << file.rdbuf();
    return media_in(all.str(), is_removable);
}

json::object look_at_folder(const fs::path& folder) {
    std::error_code failed;
    if (!fs::is_directory(folder, failed)) {
        const bool denied = failed == std::errc::permission_denied;
        throw Failure{denied ? Error::no_permission : Error::missing_file, Detail::path,
                      shown_path(folder)};
    }
    return at_stick([&] {
        const StickScan scan = scan_stick(folder);
        std::uint64_t bytes = 0;
        for (const fs::path& bundle : scan.bundles) {
            std::error_code gone;
            const std::uint64_t size = fs::file_size(bundle, gone);
            if (!gone) bytes += size;
        }
        return json::object{{"path", shown_path(folder)},
                            {"free", free_disk_bytes(folder)},
                            {"writable", ::access(folder.c_str(), W_OK) == 0},
                            {"bundles", scan.bundles.size()},
                            {"bundle_bytes", bytes},
                            {"more", scan.more}};
    });
}

}  // namespace jiuying::node
