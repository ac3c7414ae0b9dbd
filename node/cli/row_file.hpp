/// A file on its way to the node, row by row: columns mapped to fields, bad rows set aside.
#pragma once

#include "node/cli/desk.hpp"
#include "node/import/mapping.hpp"
#include "node/import/open_rows.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace jiuying::node {

/// Rows that could not be imported, as `--json` shows them: {"row","reason","code"}. Reasons hold
/// no data.
class RefusedRows {
public:
    static constexpr std::size_t listed_max = 100'000;  ///< Beyond that they are only counted.

    explicit RefusedRows(Lang lang) : lang_(lang) {}
    void add(const BadRow& row);
    /// As a command of node/commands answers them: {"row","code","field","limit"}.
    void add(const json::array& refused, std::string_view entity);
    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// By row number. Empties the list.
    [[nodiscard]] json::array take();

private:
    void add(std::uint64_t row, std::string reason, std::string_view code);

    Lang lang_;
    std::uint64_t count_ = 0;
    std::vector<json::object> rows_;
};

/// How a file is to be read.
struct RowFileManner {
    std::optional<std::string> map;        ///< As typed; counts before the mapping's columns.
    std::optional<ImportMapping> mapping;  ///< Saved, built in or from a file.
    std::optional<RowFormat> format;       ///< Nothing: as the file begins.
    SheetChoice sheet;                     ///< Of a workbook; counts before the mapping's.
    std::string_view labels{};             ///< Entity whose labels count as names of columns, too.
};

/// Opens \p path, maps its columns and hands over batches of good rows.
class RowFile {
public:
    static constexpr std::size_t batch_rows_max = 200;
    static constexpr std::size_t batch_bytes_max = 1U << 20U;

    /// Without a map and a mapping, columns count whose names are those of \p fields.
    /// Failure missing_file, import_encoding, import_no_header, import_unknown_column ...
    RowFile(const Desk& desk, const std::string& path, RowFileManner manner,
            std::span<const std::string_view> fields);

    /// Whether some column fills \p field.
    [[nodiscard]] bool fills(std::string_view field) const;
    [[nodiscard]] RowFormat format() const { return rows_.format(); }

    /// Called with rows [{row, values}] and the number of the last of them.
    using Take = std::function<void(json::array rows, std::uint64_t last)>;
    /// Reads to the end. Bad rows go to \p refused. What was read before a fault of the file is
    /// handed over first; then the fault is thrown (import_gzip_damaged, bad_json_rows ...).
    void read(const Take& take, RefusedRows& refused);

private:
    void map_columns(std::span<const std::string_view> fields);
    [[nodiscard]] json::object values_of(const SourceRow& row, std::size_t& bytes) const;

    const Desk& desk_;
    RowFileManner manner_;
    ImportMapping mapping_;
    OpenedRows rows_;
    std::vector<std::size_t> places_;  ///< Of mapping_.columns in the file.
};

/// The Failure that a wrong mapping is, given by that option.
[[nodiscard]] Failure of_mapping(const MappingError& fault, Lang lang,
                                 std::string option = "--map");

/// Fills in `imported`, `skipped` ... of several answers.
void add_counts(json::object& sum, const json::object& more);

/// The prose below the counts: which rows were refused, and why. At most 20 of them.
[[nodiscard]] std::string refused_prose(const Desk& desk, const json::array& refused);

}  // namespace jiuying::node
