/// Rows of a CSV file with a header line: the good ones, and for each bad one its number and why.
///
/// Streams: memory is bounded by CsvLimits, whatever the file. UTF-8 with or without BOM; a file in
/// another encoding is refused as a whole, before the first row. Nothing is ever cut or repaired:
/// a row comes out as it stands in the file or not at all.
///
/// A quote that is never closed would swallow all rows behind it. When the end of the file is
/// reached inside such a quote, and all lines behind the one with the quote are well-formed rows of
/// the right width, only that line is refused. Otherwise the rest is one bad row, and says so.
///
/// Not thread-safe. A failing disk is a filesystem_error.
#pragma once

#include "node/cli/lang.hpp"
#include "node/import/csv_records.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jiuying::node {

/// Why a file is refused, or not read to its end.
enum class FileProblem : std::uint8_t {
    utf16,             ///< Also other files full of NUL, such as a workbook's.
    not_utf8,          ///< Most likely GB18030.
    no_header,         ///< Empty.
    bad_header,        ///< Broken quoting or too large.
    empty_column,      ///< A column without a name.
    duplicate_column,  ///< Two columns of one name.
    gzip_damaged,
    gzip_truncated,
};

struct CsvFailure {
    FileProblem problem;
    std::string column;  ///< The name that stands twice.
};

struct CsvRow {
    std::uint64_t number;                      ///< 1 is the first behind the header.
    std::uint64_t line;                        ///< Of the file, from 1.
    std::span<const std::string_view> fields;  ///< One per column; valid until the next call.
};

struct BadRow {
    std::uint64_t number;
    std::uint64_t line;
    RowProblem problem;
    std::string_view column;  ///< Where, if it is one column's fault.
};

struct CsvEnd {};

/// One sentence for the list of refused rows or for Detail::reason. Contains no data.
[[nodiscard]] std::string_view text_of(RowProblem problem, Lang lang);
[[nodiscard]] std::string_view text_of(FileProblem problem, Lang lang);
/// Stable identifiers for --json.
[[nodiscard]] std::string_view name_of(RowProblem problem);

class CsvReader {
public:
    explicit CsvReader(ByteSource& source, const CsvLimits& limits = {})
        : limits_(limits), unzipped_(source), records_(unzipped_, limits) {}
    CsvReader(const CsvReader&) = delete;  ///< Its parts know each other.
    CsvReader& operator=(const CsvReader&) = delete;

    /// Reads the header; to be called first. Nothing if all is well.
    [[nodiscard]] std::optional<CsvFailure> open();

    /// Names without the blanks around them, in the order of the file.
    [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

    using Item = std::variant<CsvRow, BadRow, CsvFailure, CsvEnd>;
    /// The next row, or why there is none. Empty lines are passed over and not counted. After an
    /// end or a failure it gives the same again.
    [[nodiscard]] Item next();

private:
    std::optional<CsvFailure> check_encoding();
    std::optional<CsvFailure> take_columns(const CsvRecord& header);
    std::optional<BadRow> fault_of(const CsvRecord& record);
    bool read_rest_again();

    CsvLimits limits_;
    MaybeGunzip unzipped_;
    CsvRecords records_;
    CsvRecord record_;
    std::vector<std::string> columns_;
    std::uint64_t number_ = 0;
    std::optional<CsvFailure> failure_;
};

}  // namespace jiuying::node
