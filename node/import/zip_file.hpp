/// Reads the parts of a ZIP file that is held in memory, as workbooks are made of them.
///
/// Unpacking is bounded: a part gives no more bytes than it is asked for, and all parts together no
/// more than a budget, so that a file that unpacks beyond measure ends in an error. Not
/// thread-safe.
#pragma once

#include "schema/result.hpp"
#include "sync/crypto/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace jiuying::node {

class ZipFile {
public:
    /// \p bytes must live longer. \p budget: of bytes that all reading may give.
    ZipFile(sync::View bytes, std::uint64_t budget);
    ~ZipFile();
    ZipFile(const ZipFile&) = delete;
    ZipFile& operator=(const ZipFile&) = delete;

    /// Whether it is a ZIP file at all.
    [[nodiscard]] bool is_open() const;
    /// Goes to the part of that name, whatever the case of its letters. False if there is none.
    [[nodiscard]] bool enter(const std::string& name);
    /// Fills a part of \p into; 0 at the end of the part. Errc::malformed where it is damaged,
    /// too_large beyond the budget.
    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into);

private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
    std::uint64_t budget_;
};

}  // namespace jiuying::node
