/// Where rows come from, whatever the file: CSV, a workbook's sheet, JSON objects.
///
/// A source has columns with names, gives the good rows, and for each bad one its number and why.
/// Nothing is ever cut or repaired: a row comes out as it stands in the file or not at all. Memory
/// is bounded by RowLimits, whatever the file. Not thread-safe.
#pragma once

#include "node/cli/lang.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jiuying::node {

/// Why a row is refused.
enum class RowProblem : std::uint8_t {
    stray_quote,          ///< A quote inside a field without quotes, or text after the closing one.
    unterminated_quote,   ///< A quote that nothing closes; rows behind it are read again.
    unterminated_to_end,  ///< As above, but what stands behind it makes no rows: all refused.
    field_too_large,
    wrong_columns,
    nul_byte,
    not_utf8,
    not_json,    ///< An object that is no valid JSON.
    cell_error,  ///< A cell with an error of its formula, such as #N/A.
};

/// Why a file is refused, or not read to its end.
enum class FileProblem : std::uint8_t {
    utf16,             ///< Also other files full of NUL.
    not_utf8,          ///< Most likely GB18030.
    no_header,         ///< Empty.
    bad_header,        ///< Broken quoting or too large.
    empty_column,      ///< A column without a name.
    duplicate_column,  ///< Two columns of one name.
    gzip_damaged,
    gzip_truncated,
    not_json,          ///< Something between the objects that does not belong there.
    workbook_damaged,  ///< No .xlsx, or parts of it are missing or broken.
    workbook_locked,   ///< Of the older format, or under a password: both begin alike.
    no_such_sheet,
    too_large,  ///< Or so packed that it unpacks beyond all measure.
};

struct RowLimits {
    std::size_t field_bytes_max = 1U << 20U;
    std::size_t row_bytes_max = 4U << 20U;
    std::size_t columns_max = 512;
};

struct SourceFailure {
    FileProblem problem;
    std::string column;  ///< The name that stands twice.
};

struct SourceRow {
    std::uint64_t number;                      ///< 1 is the first behind the header.
    std::uint64_t line;                        ///< Of the file, from 1; the row of a sheet.
    std::span<const std::string_view> fields;  ///< One per column; valid until the next call.
};

struct BadRow {
    std::uint64_t number;
    std::uint64_t line;
    RowProblem problem;
    std::string_view column;  ///< Where, if it is one column's fault.
};

struct SourceEnd {};

class RowSource {
public:
    virtual ~RowSource() = default;

    /// Reads up to the first row; to be called first. Nothing if all is well.
    [[nodiscard]] virtual std::optional<SourceFailure> open() = 0;

    /// Names without the blanks around them, in the order of the file.
    [[nodiscard]] virtual const std::vector<std::string>& columns() const = 0;

    /// Whether rows may lack columns, so that columns() names only those seen so far.
    [[nodiscard]] virtual bool is_sparse() const { return false; }

    /// Sparse sources: makes \p name a column although none of the first rows has it.
    virtual void add_column(const std::string& name) { static_cast<void>(name); }

    using Item = std::variant<SourceRow, BadRow, SourceFailure, SourceEnd>;
    /// The next row, or why there is none. Empty rows are passed over and not counted. After an
    /// end or a failure it gives the same again.
    [[nodiscard]] virtual Item next() = 0;
};

/// One sentence for the list of refused rows or for Detail::reason. Contains no data.
[[nodiscard]] std::string_view text_of(RowProblem problem, Lang lang);
[[nodiscard]] std::string_view text_of(FileProblem problem, Lang lang);
/// Stable identifiers for --json.
[[nodiscard]] std::string_view name_of(RowProblem problem);

}  // namespace jiuying::node
