/// Opens a file of rows, whatever its format: told by how it begins, not by its name.
///
/// Also gzipped, whatever is inside. A workbook is held in memory as it is packed, at most
/// workbook_bytes_max. Not thread-safe. A failing disk is a filesystem_error.
#pragma once

#include "node/import/byte_source.hpp"
#include "node/import/row_source.hpp"
#include "node/import/sheet_rows.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace jiuying::node {

enum class RowFormat : std::uint8_t { csv, xlsx, json };

/// `csv`, `xlsx`, `json`.
[[nodiscard]] std::string_view name_of(RowFormat format);
[[nodiscard]] std::optional<RowFormat> row_format(std::string_view name);

/// What a file that begins so is. \p name settles whether `[` opens a CSV's header or an array.
[[nodiscard]] RowFormat format_of(std::string_view beginning, std::string_view name);

/// Gives again what was looked at.
class PeekedSource final : public ByteSource {
public:
    explicit PeekedSource(ByteSource& source) : source_(source) {}
    /// Up to \p size bytes that come next; fewer only at the end.
    [[nodiscard]] Result<std::string_view> peek(std::size_t size);
    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into) override;

private:
    ByteSource& source_;
    std::vector<std::uint8_t> held_;
    std::size_t used_ = 0;
};

class OpenedRows {
public:
    static constexpr std::size_t workbook_bytes_max = 64U << 20U;

    explicit OpenedRows(std::filesystem::path path)
        : path_(std::move(path)), source_(std::make_unique<FileSource>(path_)) {}
    /// What is in memory, under a name; \p bytes live longer.
    OpenedRows(std::filesystem::path name, sync::View bytes)
        : path_(std::move(name)), source_(std::make_unique<MemorySource>(bytes)) {}
    OpenedRows(const OpenedRows&) = delete;  ///< Its parts know each other.
    OpenedRows& operator=(const OpenedRows&) = delete;

    /// To be called first. \p format: what the file is, if somebody says so.
    [[nodiscard]] std::optional<SourceFailure> open(std::optional<RowFormat> format,
                                                    const SheetChoice& sheet);
    [[nodiscard]] RowSource& rows() { return *rows_; }
    [[nodiscard]] RowFormat format() const { return format_; }

private:
    [[nodiscard]] std::optional<SourceFailure> hold_all();

    std::filesystem::path path_;
    std::unique_ptr<ByteSource> source_;
    MaybeGunzip unzipped_{*source_};
    PeekedSource peeked_{unzipped_};
    sync::Bytes held_;
    RowFormat format_ = RowFormat::csv;
    std::unique_ptr<RowSource> rows_;
};

}  // namespace jiuying::node
