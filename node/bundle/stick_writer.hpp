/// Writing to a stick so that what stands there under its name is whole and was read back.
///
/// A file grows under a temporary name in its folder, is synced, read back and compared, and only
/// then renamed, never over another; then the folder is synced. Whatever breaks off before leaves
/// at most the temporary file, which the next writer of that name takes over. Failures of the
/// system are filesystem_error; Failure stick_busy, file_exists, read_back_differs. Not
/// thread-safe.
#pragma once

#include "node/base/files.hpp"
#include "sync/crypto/hash.hpp"

#include <filesystem>

namespace jiuying::node {

class StickWriter {
public:
    /// \p temporary: beside \p target, held by one writer at a time.
    StickWriter(std::filesystem::path temporary, std::filesystem::path target);
    /// Removes what was not finished.
    ~StickWriter();
    StickWriter(const StickWriter&) = delete;
    StickWriter& operator=(const StickWriter&) = delete;

    void write(sync::View bytes);
    void finish();

private:
    void read_back();
    void give_name() const;

    std::filesystem::path temporary_;
    std::filesystem::path target_;
    FileHandle file_;
    sync::Hasher written_;
    std::uint64_t size_ = 0;
    bool finished_ = false;
};

}  // namespace jiuying::node
