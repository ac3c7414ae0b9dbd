/// Bundles on their way through this node to others: kept as they came, unreadable here.
///
/// DATA/carried/ holds `ID-PART.jyb`, at most so many files and bytes; one that is being taken in
/// ends in `.new` and counts too. Failures of the system are filesystem_error. One thread.
#pragma once

#include "node/base/files.hpp"
#include "sync/bundle/header.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace jiuying::node {

struct CarriedFile {
    std::string name;
    sync::BundleHeader header;
    std::uint64_t size = 0;
};

class CarriedStore {
public:
    static constexpr std::uint64_t bytes_max = std::uint64_t{1} << 30U;
    static constexpr std::size_t files_max = 4096;

    explicit CarriedStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Complete files whose header reads, by name.
    [[nodiscard]] std::vector<CarriedFile> list() const;

    enum class Kept : std::uint8_t {
        more,   ///< The next piece is expected.
        whole,  ///< It is durable.
        known,  ///< It was here already.
        full,
        astray,  ///< Not the piece that was expected: begin again.
    };
    /// Takes the piece at \p offset of a file of \p size bytes. The first has the header.
    [[nodiscard]] Kept add(const sync::BundleHeader& header, std::uint64_t size,
                           std::uint64_t offset, sync::View piece);
    /// Up to \p size bytes of a file that list() named; nothing if it is not there.
    [[nodiscard]] sync::Bytes read(const std::string& name, std::uint64_t offset,
                                   std::size_t size) const;
    /// Removes all parts of the bundle with that id (hex), or everything. How many files that were.
    std::size_t drop(const std::string& id);
    std::size_t drop_all();

private:
    [[nodiscard]] std::vector<std::filesystem::path> files() const;
    std::size_t drop_those(const std::function<bool(const std::string& name)>& which);

    std::filesystem::path folder_;
};

}  // namespace jiuying::node
