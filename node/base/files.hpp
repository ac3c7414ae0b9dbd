/// Small files: a power cut leaves the old or the new one, whole; reading has a limit.
///
/// Failures of the system are std::filesystem::filesystem_error with the path and the errno
/// (ENOSPC, EACCES ...), from which the command line makes its texts. Safe from any thread.
#pragma once

#include "sync/crypto/bytes.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <sys/types.h>

namespace jiuying::node {

/// Owner of a file descriptor.
class FileHandle {
public:
    FileHandle() = default;
    explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
    FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileHandle& operator=(FileHandle&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    FileHandle(const FileHandle&) = delete;
    FileHandle& operator=(const FileHandle&) = delete;
    ~FileHandle();

    [[nodiscard]] int get() const { return descriptor_; }

    /// Opens for reading; never inherited by children.
    [[nodiscard]] static FileHandle open_to_read(const std::filesystem::path& path);

    /// Reads up to the size of \p into; 0 at the end. \p path is for the error only.
    [[nodiscard]] std::size_t read(std::span<std::uint8_t> into,
                                   const std::filesystem::path& path) const;

private:
    int descriptor_ = -1;
};

/// Throws the error of the present errno.
[[noreturn]] void throw_errno(const char* attempted, const std::filesystem::path& path);

/// Replaces \p path as a whole: a new file beside it (`.new`) is written, synced and renamed, then
/// the folder is synced. \p mode is exact, whatever the umask. When it throws, the old file is
/// there, or the new one, whole. Two writers of one path must be kept apart by the caller.
void atomic_write(const std::filesystem::path& path, sync::View bytes, mode_t mode = 0600);
void atomic_write(const std::filesystem::path& path, std::string_view text, mode_t mode = 0600);

/// All of a file or pipe. EFBIG if it has more than \p size_max bytes; nothing is cut.
[[nodiscard]] sync::Bytes read_file(const std::filesystem::path& path, std::size_t size_max);

/// Bytes that an ordinary user may still write where \p path (which must exist) is.
[[nodiscard]] std::uint64_t free_disk_bytes(const std::filesystem::path& path);

/// Makes a folder, and those above it that are missing, durably: a power cut that follows leaves
/// them all where they are. \p mode is of the last one, whatever the umask.
void make_folders(const std::filesystem::path& folder, mode_t mode);

/// Makes a rename or a new file in \p folder durable.
void sync_folder(const std::filesystem::path& folder);

/// A lock that the system releases however the process ends. Held by a file that stays.
class FileLock {
public:
    /// Nothing if another process has it.
    [[nodiscard]] static std::optional<FileLock> try_lock(const std::filesystem::path& path);
    /// Waits up to \p patience, asking every 20 ms.
    [[nodiscard]] static std::optional<FileLock> lock(const std::filesystem::path& path,
                                                      std::chrono::milliseconds patience);

private:
    explicit FileLock(FileHandle file) : file_(std::move(file)) {}
    FileHandle file_;
};

}  // namespace jiuying::node
