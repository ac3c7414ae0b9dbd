/// Reading from a stick that anybody may have filled: regular files only, bounded searches.
///
/// Failures of the system are filesystem_error; what is no plain file is Failure not_a_plain_file.
/// Not thread-safe.
#pragma once

#include "node/base/files.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace jiuying::node {

/// What a bundle's name ends with, in letters of either case.
inline constexpr std::string_view bundle_ending = ".jyb";

/// A regular file, opened without following a link and without waiting for anybody.
class StickFile {
public:
    explicit StickFile(std::filesystem::path path);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Up to \p size bytes from \p offset on; fewer only where the file ends.
    [[nodiscard]] sync::Bytes read(std::uint64_t offset, std::size_t size) const;

private:
    std::filesystem::path path_;
    FileHandle file_;
    std::uint64_t size_ = 0;
};

/// The bundles in a folder, not in those below it, by name.
struct StickScan {
    std::vector<std::filesystem::path> bundles;
    std::uint64_t looked_at = 0;  ///< Names, of whatever kind.
    bool more = false;            ///< There are further ones that were not looked at.
};
inline constexpr std::uint64_t scan_names_max = 100'000;
inline constexpr std::size_t scan_bundles_max = 4096;
[[nodiscard]] StickScan scan_stick(const std::filesystem::path& folder);

/// A path for people and JSON: UTF-8, without control characters; other bytes as `\xNN`.
[[nodiscard]] std::string shown_path(const std::filesystem::path& path);

}  // namespace jiuying::node
