/// A CSV file on its way to the node, row by row: columns mapped to fields, bad rows set aside.
#pragma once

#include "node/cli/desk.hpp"
#include "node/import/csv.hpp"
#include "node/import/mapping.hpp"

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

/// Opens \p path, maps its columns and hands over batches of good rows.
class RowFile {
public:
    static constexpr std::size_t batch_rows_max = 200;
    static constexpr std::size_t batch_bytes_max = 1U << 20U;

    /// \p map as typed; without one, columns count whose names are those of \p fields.
    /// Failure missing_file, import_encoding, import_no_header, import_unknown_column ...
    RowFile(const Desk& desk, const std::string& path, const std::optional<std::string>& map,
            std::span<const std::string_view> fields);

    /// Whether some column fills \p field.
    [[nodiscard]] bool fills(std::string_view field) const {
        return column_for(mapping_, field).has_value();
    }

    /// Called with rows [{row, values}] and the number of the last of them.
    using Take = std::function<void(json::array rows, std::uint64_t last)>;
    /// Reads to the end. Bad rows go to \p refused. What was read before a fault of the file is
    /// handed over first; then the fault is thrown (import_gzip_damaged).
    void read(const Take& take, RefusedRows& refused);

private:
    void map_columns(const std::optional<std::string>& map,
                     std::span<const std::string_view> fields);

    const Desk& desk_;
    FileSource source_;
    CsvReader reader_;
    Mapping mapping_;
};

/// Fills in `imported`, `skipped` ... of several answers.
void add_counts(json::object& sum, const json::object& more);

/// The prose below the counts: which rows were refused, and why. At most 20 of them.
[[nodiscard]] std::string refused_prose(const Desk& desk, const json::array& refused);

}  // namespace jiuying::node
