#include "node/base/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <system_error>
#include <thread>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

void write_all(const FileHandle& file, sync::View bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_errno("writing", path);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

/// A fresh file at `path`, synced. A name left by a crash, or put there by somebody, is removed
/// first and never followed.
void write_fresh(const fs::path& path, sync::View bytes, mode_t mode) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw_errno("writing", path);
    const FileHandle file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)};
    if (file.get() < 0) throw_errno("writing", path);
    if (::fchmod(file.get(), mode) != 0) throw_errno("writing", path);
    write_all(file, bytes, path);
    if (::fsync(file.get()) != 0) throw_errno("syncing", path);
}

}  // namespace

FileHandle::~FileHandle() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

FileHandle FileHandle::open_to_read(const fs::path& path) {
    FileHandle file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    if (file.get() < 0) throw_errno("opening", path);
    return file;
}

std::size_t FileHandle::read(std::span<std::uint8_t> into, const fs::path& path) const {
    for (;;) {
        const ssize_t got = ::read(descriptor_, into.data(), into.size());
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) throw_errno("reading", path);
    }
}

void throw_errno(const char* attempted, const fs::path& path) {
    throw fs::filesystem_error{attempted, path, std::error_code{errno, std::generic_category()}};
}

void atomic_write(const fs::path& path, sync::View bytes, mode_t mode) {
    fs::path fresh = path;
    fresh += ".new";
    try {
        write_fresh(fresh, bytes, mode);
        if (::rename(fresh.c_str(), path.c_str()) != 0) throw_errno("renaming", path);
    } catch (...) {
        ::unlink(fresh.c_str());
        throw;
    }
    sync_folder(path.has_parent_path() ? path.parent_path() : fs::path{"."});
}

void atomic_write(const fs::path& path, std::string_view text, mode_t mode) {
    atomic_write(path, sync::as_view(text), mode);
}

sync::Bytes read_file(const fs::path& path, std::size_t size_max) {
    const FileHandle file = FileHandle::open_to_read(path);
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) throw_errno("reading", path);
    sync::Bytes bytes;
    std::size_t held = 0;
    // One byte more than allowed tells a file of exactly the limit from a larger one.
    std::size_t room = std::min(size_max, static_cast<std::size_t>(facts.st_size)) + 1;
    for (;;) {
        bytes.resize(held + room);
        const std::size_t got = file.read(std::span{bytes}.subspan(held), path);
        held += got;
        if (held > size_max) {
            errno = EFBIG;
            throw_errno("reading", path);
        }
        if (got == 0) break;
        room = std::min<std::size_t>(size_max - held + 1, 65536);
    }
    bytes.resize(held);
    return bytes;
}

std::uint64_t free_disk_bytes(const fs::path& path) {
    struct statvfs facts {};
    if (::statvfs(path.c_str(), &facts) != 0) throw_errno("asking for free space", path);
    return std::uint64_t{facts.f_bavail} * facts.f_frsize;
}

void sync_folder(const fs::path& folder) {
    const FileHandle handle{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (handle.get() < 0) throw_errno("syncing", folder);
    // Some file systems cannot sync a folder and say EINVAL; there is nothing more to do there.
    if (::fsync(handle.get()) != 0 && errno != EINVAL) throw_errno("syncing", folder);
}

void make_folders(const fs::path& folder, mode_t mode) {
    // "a/b/" names the same folder as "a/b".
    const fs::path plain = folder.has_filename() ? folder : folder.parent_path();
    const fs::path above = plain.has_parent_path() ? plain.parent_path() : fs::path{"."};
    if (!fs::exists(above)) make_folders(above, 0755);
    if (::mkdir(plain.c_str(), mode) != 0 && errno != EEXIST) throw_errno("making", plain);
    if (::chmod(plain.c_str(), mode) != 0) throw_errno("restricting the folder", plain);
    sync_folder(above);
}

std::optional<FileLock> FileLock::try_lock(const fs::path& path) {
    FileHandle file{::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (file.get() < 0) throw_errno("locking", path);
    while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return std::nullopt;
        if (errno != EINTR) throw_errno("locking", path);
    }
    return FileLock{std::move(file)};
}

std::optional<FileLock> FileLock::lock(const fs::path& path, std::chrono::milliseconds patience) {
    constexpr std::chrono::milliseconds pause{20};
    for (auto waited = std::chrono::milliseconds::zero();; waited += pause) {
        if (auto lock = try_lock(path)) return lock;
        if (waited >= patience) return std::nullopt;
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace jiuying::node
