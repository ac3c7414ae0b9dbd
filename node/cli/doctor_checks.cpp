#include "node/cli/doctor_checks.hpp"

#include "node/base/files.hpp"
#include "node/keys/keyring_file.hpp"

#include <optional>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;
using State = DoctorRow::State;

constexpr std::uint64_t mib = 1U << 20U;
constexpr std::uint64_t disk_least = 64 * mib;
constexpr std::uint64_t disk_wanted = 1024 * mib;
constexpr mode_t others = 077;

std::optional<struct stat> facts_of(const fs::path& path) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0) return std::nullopt;
    return facts;
}

/// As a person types it; none of ours has such characters in its name.
std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

enum class Copy : std::uint8_t { sound, damaged, gone };

Copy look_at_copy(const fs::path& path, std::string& text) {
    try {
        text = std::string{sync::as_text(read_file(path, Keyring::file_bytes_max))};
    } catch (const fs::filesystem_error& error) {
        return error.code() == std::errc::no_such_file_or_directory ? Copy::gone : Copy::damaged;
    }
    return parse_keyring(text) ? Copy::sound : Copy::damaged;
}

}  // namespace

DoctorRow check_folder(const FolderLayout& layout, const DoctorVoice& voice) {
    DoctorRow row{"folder", State::ok, {}, {}};
    std::error_code error;
    if (!fs::is_directory(layout.data, error)) {
        row.state = State::fail;
        row.text = voice.pick("没有这个数据目录", "there is no such data folder");
        row.mend = voice.pick("检查 --data 后面的路径", "check the path behind --data");
        return row;
    }
    if (fs::exists(layout.unfinished(), error)) {
        row.state = State::fail;
        row.text = voice.pick("init 或 restore 没有做完，这里还没有节点",
                              "an init or restore did not end; there is no node yet");
        row.mend = voice.pick("把 init 或 restore 再做一遍", "run init or restore again");
        return row;
    }
    row.text = voice.pick("数据目录在", "the data folder is there");
    return row;
}

DoctorRow check_permissions(const FolderLayout& layout, const DoctorVoice& voice) {
    DoctorRow row{"permissions", State::ok, {}, {}};
    std::string open;
    std::string foreign;
    const auto look = [&](const fs::path& path) {
        const auto facts = facts_of(path);
        if (!facts || S_ISLNK(facts->st_mode)) return;
        const std::string name = path == layout.data ? "." : path.filename().string();
        if ((facts->st_mode & others) != 0) open += (open.empty() ? "" : ", ") + name;
        if (facts->st_uid != ::geteuid()) foreign += (foreign.empty() ? "" : ", ") + name;
    };
    look(layout.data);
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator{layout.data, error}) {
        look(entry.path());
    }
    if (!open.empty()) {
        row.state = State::fail;
        row.text = voice.pick("别的用户读得到：", "other users can read: ") + open;
        row.mend = "chmod -R go-rwx " + quoted(layout.data);
        return row;
    }
    if (!foreign.empty()) {
        row.state = State::fail;
        row.text = voice.pick("属于别的用户：", "belongs to another user: ") + foreign;
        row.mend = "chown -R \"$(id -u)\" " + quoted(layout.data);
        return row;
    }
    row.text = voice.pick("只有本用户读得到", "readable by its owner only");
    return row;
}

DoctorRow check_disk(const FolderLayout& layout, const DoctorVoice& voice) {
    DoctorRow row{"disk", State::ok, {}, {}};
    std::error_code error;
    const std::uint64_t size = fs::file_size(layout.database(), error);
    const std::uint64_t database = error ? 0 : size;
    const std::uint64_t free = free_disk_bytes(layout.data);
    row.text = voice.pick("剩余空间 ", "free space: ") + std::to_string(free / mib) + " MiB";
    if (free >= std::max(disk_wanted, 2 * database)) return row;
    row.state = free < disk_least ? State::fail : State::warn;
    row.mend = voice.pick("清出空间，或者把数据目录搬到大一点的盘",
                          "free some space, or move the data folder to a larger disk");
    return row;
}

DoctorRow check_keyring_copies(const FolderLayout& layout, const DoctorVoice& voice) {
    DoctorRow row{"keyring_copies", State::ok, {}, {}};
    fs::path second = layout.keys();
    second += ".bak";
    std::string first_text;
    std::string second_text;
    const Copy first = look_at_copy(layout.keys(), first_text);
    const Copy other = look_at_copy(second, second_text);
    if (first == Copy::sound && other == Copy::sound && first_text == second_text) {
        row.text = voice.pick("密钥的两份都完好", "both copies of the keyring are sound");
        return row;
    }
    if (first != Copy::sound && other != Copy::sound) {
        row.state = State::fail;
        row.text = voice.pick("密钥的两份都坏了或不见了",
                              "both copies of the keyring are damaged or gone");
        row.mend = voice.command("restore --from FILE");
        return row;
    }
    row.state = State::warn;
    row.text = first == Copy::sound && other == Copy::sound
                   ? voice.pick("密钥的两份不一样", "the two copies of the keyring differ")
                   : voice.pick("密钥的两份坏了或不见了一份",
                                "one of the two copies of the keyring is "
                                "damaged or gone");
    row.mend = voice.command("status");
    return row;
}

}  // namespace jiuying::node
