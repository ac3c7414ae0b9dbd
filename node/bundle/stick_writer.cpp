#include "node/bundle/stick_writer.hpp"

#include "node/bundle/stick_reader.hpp"
#include "node/cli/errors.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace jiuying::node {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path{"."};
}

bool is_there(const fs::path& path) {
    struct stat facts {};
    return ::lstat(path.c_str(), &facts) == 0;
}

}  // namespace

StickWriter::StickWriter(fs::path temporary, fs::path target)
    : temporary_(std::move(temporary)), target_(std::move(target)) {
    if (is_there(target_)) throw Failure{Error::file_exists, Detail::path, shown_path(target_)};
    FileHandle file{
        ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)};
    if (file.get() < 0) throw_errno("writing", temporary_);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        throw Failure{Error::stick_busy};
    }
    // Whoever had it before may have renamed it meanwhile: then this is his file, and finished.
    struct stat opened {};
    struct stat named {};
    if (::fstat(file.get(), &opened) != 0) throw_errno("writing", temporary_);
    const bool same = ::lstat(temporary_.c_str(), &named) == 0 && named.st_ino == opened.st_ino &&
                      named.st_dev == opened.st_dev;
    if (!same) throw Failure{Error::stick_busy};
    if (!S_ISREG(opened.st_mode)) {
        throw Failure{Error::not_a_plain_file, Detail::path, shown_path(temporary_)};
    }
    if (::ftruncate(file.get(), 0) != 0) throw_errno("writing", temporary_);
    file_ = std::move(file);
}

StickWriter::~StickWriter() {
    if (!finished_ && file_.get() >= 0) ::unlink(temporary_.c_str());
}

void StickWriter::write(sync::View bytes) {
    written_.add(bytes);
    size_ += bytes.size();
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw_errno("writing", temporary_);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void StickWriter::finish() {
    if (::fsync(file_.get()) != 0) throw_errno("syncing", temporary_);
    read_back();
    give_name();
    finished_ = true;
    sync_folder(folder_of(target_));
}

/// From the stick, as far as the system lets go of what it remembers.
void StickWriter::read_back() {
    (void)::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_DONTNEED);
    constexpr std::size_t piece = std::size_t{1} << 18U;
    const StickFile written{temporary_};
    sync::Hasher read;
    std::uint64_t at = 0;
    for (;;) {
        const sync::Bytes bytes = written.read(at, piece);
        if (bytes.empty()) break;
        read.add(bytes);
        at += bytes.size();
    }
    if (at != size_ || read.finish() != written_.finish()) {
        throw Failure{Error::read_back_differs, Detail::path, shown_path(target_)};
    }
}

void StickWriter::give_name() const {
    if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) ==
        0) {
        return;
    }
    // Some file systems of sticks can't promise not to replace: then it is looked up.
    const bool unable = errno == EINVAL || errno == ENOSYS;
    if (errno == EEXIST || is_there(target_)) {
        throw Failure{Error::file_exists, Detail::path, shown_path(target_)};
    }
    if (!unable || ::rename(temporary_.c_str(), target_.c_str()) != 0) {
        throw_errno("renaming", target_);
    }
}

}  // namespace jiuying::node
