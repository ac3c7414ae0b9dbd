/// Splits bytes into the records and fields of CSV (RFC 4180), and goes on after broken ones.
///
/// Separator `,` (or a tab, as spreadsheets paste), quote `"` doubled inside quotes, line ends LF,
/// CRLF or CR, line breaks inside quotes. Nothing is known here of headers or encodings: see
/// csv.hpp. Not thread-safe.
#pragma once

#include "node/import/byte_source.hpp"
#include "node/import/row_source.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// One record. The fields are valid until the next one is read.
struct CsvRecord {
    std::vector<std::string_view> fields;
    std::uint64_t line = 0;  ///< Where it begins, from 1.
    bool blank = false;      ///< An empty line.
    std::optional<RowProblem> problem;
};

class CsvRecords {
public:
    CsvRecords(ByteSource& source, const RowLimits& limits) : source_(source), limits_(limits) {}

    /// Up to \p size bytes that come next (fewer only at the end), without taking them.
    [[nodiscard]] Result<std::string_view> peek(std::size_t size);
    /// Before the first record.
    void separate_by(char separator) { separator_ = separator; }
    [[nodiscard]] char separator() const { return separator_; }
    /// Takes bytes that were seen by peek().
    void skip(std::size_t size) { position_ += size; }

    /// Reads into \p record; false at the end. Errors are those of the source.
    [[nodiscard]] Result<bool> next(CsvRecord& record);

    /// After a record that ended with the input inside a quote: what stands behind its first line,
    /// as it was in the file. Nothing if that was too much to keep.
    [[nodiscard]] std::optional<std::string> behind_open_line() const;
    /// Reads \p rest, which behind_open_line() gave, instead of ending.
    void read_again(std::string rest);

private:
    enum class State : std::uint8_t { field_start, plain, quoted, quote_in_quoted };

    Result<bool> refill();
    /// Each takes some bytes of the buffer. True when the record has ended.
    bool take();
    bool take_plain();
    bool take_quoted();
    bool take_after_quote();
    /// A separator or line end at the front; true when it ended the record.
    bool take_delimiter();
    void store(std::string_view bytes);
    void refuse(RowProblem problem) {
        if (!problem_) problem_ = problem;
    }
    void give_up_storing();
    void end_field();
    void start();
    void finish(CsvRecord& record);

    [[nodiscard]] bool is_delimiter(char c) const {
        return c == separator_ || c == '\n' || c == '\r';
    }

    ByteSource& source_;
    RowLimits limits_;
    char separator_ = ',';
    std::string buffer_;
    std::size_t position_ = 0;
    bool ended_ = false;     ///< The source has no more.
    bool after_cr_ = false;  ///< A LF in front belongs to the line end already taken.
    std::uint64_t line_ = 1;

    // The record that is being read.
    State state_ = State::field_start;
    std::string text_;               ///< Its fields, one behind the other.
    std::vector<std::size_t> ends_;  ///< Where each of them ends in text_.
    std::size_t field_start_ = 0;
    std::optional<RowProblem> problem_;
    bool dropped_ = false;  ///< Beyond a limit: looking for its end, storing nothing.
    bool any_quote_ = false;
    bool open_quote_ = false;
};

}  // namespace jiuying::node
