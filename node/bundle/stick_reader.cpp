#include "node/bundle/stick_reader.hpp"

#include "node/cli/errors.hpp"
#include "schema/utf8.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

bool is_bundle_name(std::string_view name) {
    if (name.size() <= bundle_ending.size() || name.starts_with(".")) return false;
    const std::string_view end = name.substr(name.size() - bundle_ending.size());
    return std::ranges::equal(end, bundle_ending, [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
    });
}

[[noreturn]] void refuse(const fs::path& path) {
    throw Failure{Error::not_a_plain_file, Detail::path, shown_path(path)};
}

/// The length of the valid UTF-8 character at the front; 0 if there is none or it is a control.
std::size_t character_at(std::string_view text) {
    for (std::size_t size = 1; size <= std::min<std::size_t>(4, text.size()); ++size) {
        const std::string_view character = text.substr(0, size);
        if (!schema::is_utf8(character)) continue;
        const auto first = static_cast<unsigned char>(character.front());
        const bool control =
            first < 0x20 || first == 0x7F ||
            (size == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0);
        return control ? 0 : size;
    }
    return 0;
}

}  // namespace

StickFile::StickFile(fs::path path) : path_(std::move(path)) {
    // Looked at before it is opened: opening a device may already do something.
    struct stat facts {};
    if (::lstat(path_.c_str(), &facts) != 0) throw_errno("opening", path_);
    if (!S_ISREG(facts.st_mode)) refuse(path_);
    file_ = FileHandle{
        ::open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    if (file_.get() < 0 && errno == ELOOP) refuse(path_);
    if (file_.get() < 0) throw_errno("opening", path_);
    if (::fstat(file_.get(), &facts) != 0) throw_errno("opening", path_);
    if (!S_ISREG(facts.st_mode)) refuse(path_);
    size_ = static_cast<std::uint64_t>(facts.st_size);
}

sync::Bytes StickFile::read(std::uint64_t offset, std::size_t size) const {
    sync::Bytes bytes;
    if (offset >= size_) return bytes;
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ - offset)));
    std::size_t held = 0;
    while (held < bytes.size()) {
        const ssize_t got = ::pread(file_.get(), bytes.data() + held, bytes.size() - held,
                                    static_cast<off_t>(offset + held));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw_errno("reading", path_);
        if (got == 0) break;  // It was cut since it was opened.
        held += static_cast<std::size_t>(got);
    }
    bytes.resize(held);
    return bytes;
}

StickScan scan_stick(const fs::path& folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open{::opendir(folder.c_str()), ::closedir};
    if (!open) throw_errno("opening", folder);
    StickScan scan;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(open.get());
        if (entry == nullptr) {
            if (errno != 0) throw_errno("reading", folder);
            break;
        }
        const std::string_view name{entry->d_name};
        if (name == "." || name == "..") continue;
        if (scan.looked_at == scan_names_max || scan.bundles.size() == scan_bundles_max) {
            scan.more = true;
            break;
        }
        ++scan.looked_at;
        if (!is_bundle_name(name)) continue;
        struct stat facts {};
        const int failed =
            ::fstatat(::dirfd(open.get()), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW);
        if (failed == 0 && S_ISREG(facts.st_mode)) scan.bundles.push_back(folder / name);
    }
    std::ranges::sort(scan.bundles);
    return scan;
}

std::string shown_path(const fs::path& path) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::string text = path.string();
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_at(std::string_view{text}.substr(at));
        if (size == 0) {
            const auto byte = static_cast<unsigned char>(text[at]);
            shown.append("\\x").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
            ++at;
        } else {
            shown.append(text, at, size);
            at += size;
        }
    }
    return shown;
}

}  // namespace jiuying::node
