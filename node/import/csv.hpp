/// Rows of a CSV file with a header line: the good ones, and for each bad one its number and why.
///
/// Streams: memory is bounded by RowLimits, whatever the file. UTF-8 with or without BOM; a file in
/// another encoding is refused as a whole, before the first row. Nothing is ever cut or repaired:
/// a row comes out as it stands in the file or not at all.
///
/// A quote that is never closed would swallow all rows behind it. When the end of the file is
/// reached inside such a quote, and all lines behind the one with the quote are well-formed rows of
/// the right width, only that line is refused. Otherwise the rest is one bad row, and says so.
///
/// Not thread-safe. A failing disk is a filesystem_error.
#pragma once

#include "node/import/csv_records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

class CsvReader final : public RowSource {
public:
    explicit CsvReader(ByteSource& source, const RowLimits& limits = {})
        : limits_(limits), unzipped_(source), records_(unzipped_, limits) {}
    CsvReader(const CsvReader&) = delete;  ///< Its parts know each other.
    CsvReader& operator=(const CsvReader&) = delete;

    [[nodiscard]] std::optional<SourceFailure> open() override;
    [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }
    [[nodiscard]] Item next() override;

private:
    std::optional<SourceFailure> check_encoding();
    std::optional<SourceFailure> take_columns(const CsvRecord& header);
    std::optional<BadRow> fault_of(const CsvRecord& record);
    bool read_rest_again();

    RowLimits limits_;
    MaybeGunzip unzipped_;
    CsvRecords records_;
    CsvRecord record_;
    std::vector<std::string> columns_;
    std::uint64_t number_ = 0;
    std::optional<SourceFailure> failure_;
};

}  // namespace jiuying::node
