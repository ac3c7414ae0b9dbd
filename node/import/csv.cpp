#include "node/import/csv.hpp"

#include "schema/assert.hpp"
#include "schema/utf8.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace jiuying::node {
namespace {

SourceFailure failed_source(Errc error) {
    return {error == Errc::truncated ? FileProblem::gzip_truncated : FileProblem::gzip_damaged, {}};
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Length of a character of GB18030 at the front of `text`; 0 if there is none. Two bytes, or four
/// that alternate with digits.
std::size_t gb18030_size(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80) return 1;
    if (text.size() < 2 || byte(0) == 0x80 || byte(0) == 0xFF) return 0;
    if (byte(1) >= 0x40 && byte(1) != 0x7F && byte(1) != 0xFF) return 2;
    const auto is_digit = [&](std::size_t i) { return byte(i) >= 0x30 && byte(i) <= 0x39; };
    const bool four = text.size() >= 4 && is_digit(1) && byte(2) >= 0x81 && is_digit(3);
    return four ? 4 : 0;
}

/// Whether the beginning of a file is GB18030 rather than UTF-8 with a bad row in it. Chinese in
/// GB18030 is hardly ever valid UTF-8, so in such a file the faults outweigh what looks right, and
/// the whole divides into characters of GB18030.
bool looks_like_gb18030(std::string_view sample) {
    std::size_t right = 0;
    std::size_t wrong = 0;
    for (std::string_view rest = sample; !rest.empty();) {
        const auto next = schema::first_code_point(rest);
        if (!next.valid) ++wrong;
        if (next.valid && next.size > 1) ++right;
        rest.remove_prefix(next.size);
    }
    constexpr std::size_t few = 4;  // A stray byte or two are one bad row.
    if (wrong <= few || wrong <= right) return false;
    for (std::string_view rest = sample; rest.size() >= 4;) {  // The sample may end inside one.
        const std::size_t size = gb18030_size(rest);
        if (size == 0) return false;
        rest.remove_prefix(size);
    }
    return true;
}

/// Whether NULs stand alone between other bytes, often: UTF-16 without a mark. A hole in a file
/// (zeros in a row) is not that.
bool looks_like_utf16(std::string_view sample) {
    constexpr std::size_t few = 8;
    constexpr std::size_t rare = 50;  // One byte in so many.
    std::size_t alone = 0;
    for (std::size_t i = 1; i + 1 < sample.size(); ++i) {
        if (sample[i] == '\0' && sample[i - 1] != '\0' && sample[i + 1] != '\0') ++alone;
    }
    return alone >= few && alone * rare >= sample.size();
}

/// Whether every line of `rest` is a row of the right width.
bool all_well_formed(const std::string& rest, std::size_t columns, const RowLimits& limits,
                     char separator) {
    MemorySource source{sync::as_view(rest)};
    CsvRecords records{source, limits};
    records.separate_by(separator);
    CsvRecord record;
    bool any = false;
    for (;;) {
        const Result<bool> more = records.next(record);
        JY_ASSERT(more.has_value());  // Memory does not fail.
        if (!*more) return any;
        if (record.blank) continue;
        if (record.problem || record.fields.size() != columns) return false;
        any = true;
    }
}

}  // namespace

std::optional<SourceFailure> CsvReader::check_encoding() {
    constexpr std::size_t sample_size = 64 * 1024;
    constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
    const Result<std::string_view> sample = records_.peek(sample_size);
    if (!sample) return failed_source(sample.error());
    const bool marked = sample->starts_with("\xFF\xFE") || sample->starts_with("\xFE\xFF");
    if (marked || looks_like_utf16(*sample)) {
        return SourceFailure{FileProblem::utf16, {}};
    }
    if (looks_like_gb18030(*sample)) return SourceFailure{FileProblem::not_utf8, {}};
    // What is pasted from a spreadsheet has tabs between its cells.
    const std::string_view header = sample->substr(0, sample->find_first_of("\r\n"));
    const bool tabs = header.find('\t') != header.npos && header.find(',') == header.npos;
    if (tabs) records_.separate_by('\t');
    if (sample->starts_with(utf8_mark)) records_.skip(utf8_mark.size());
    return std::nullopt;
}

std::optional<SourceFailure> CsvReader::take_columns(const CsvRecord& header) {
    std::unordered_set<std::string_view> seen;
    for (const std::string_view field : header.fields) {
        if (field.find('\0') != std::string_view::npos)
            return SourceFailure{FileProblem::utf16, {}};
        if (!schema::is_utf8(field)) return SourceFailure{FileProblem::not_utf8, {}};
        const std::string_view name = trimmed(field);
        if (name.empty()) return SourceFailure{FileProblem::empty_column, {}};
        if (!seen.insert(name).second) {
            return SourceFailure{FileProblem::duplicate_column, std::string{name}};
        }
        columns_.emplace_back(name);
    }
    return std::nullopt;
}

std::optional<SourceFailure> CsvReader::open() {
    JY_ASSERT(columns_.empty() && !failure_);
    failure_ = check_encoding();
    while (!failure_) {
        const Result<bool> more = records_.next(record_);
        if (!more) {
            failure_ = failed_source(more.error());
        } else if (!*more) {
            failure_ = SourceFailure{FileProblem::no_header, {}};
        } else if (record_.problem) {
            failure_ = SourceFailure{FileProblem::bad_header, {}};
        } else if (!record_.blank) {
            failure_ = take_columns(record_);
            break;
        }
    }
    return failure_;
}

std::optional<BadRow> CsvReader::fault_of(const CsvRecord& record) {
    BadRow bad{number_, record.line, RowProblem::wrong_columns, {}};
    if (record.problem) {
        bad.problem = *record.problem;
        return bad;
    }
    if (record.fields.size() != columns_.size()) return bad;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const bool nul = record.fields[i].find('\0') != std::string_view::npos;
        if (!nul && schema::is_utf8(record.fields[i])) continue;
        bad.problem = nul ? RowProblem::nul_byte : RowProblem::not_utf8;
        bad.column = columns_[i];
        return bad;
    }
    return std::nullopt;
}

/// With a single column any line of a text would pass for a row, so nothing is read again there.
bool CsvReader::read_rest_again() {
    if (columns_.size() < 2) return false;
    std::optional<std::string> rest = records_.behind_open_line();
    if (!rest || !all_well_formed(*rest, columns_.size(), limits_, records_.separator()))
        return false;
    records_.read_again(*std::move(rest));
    return true;
}

CsvReader::Item CsvReader::next() {
    JY_ASSERT(failure_ || !columns_.empty());
    if (failure_) return *failure_;
    do {
        const Result<bool> more = records_.next(record_);
        if (!more) {
            failure_ = failed_source(more.error());
            return *failure_;
        }
        if (!*more) return SourceEnd{};
    } while (record_.blank);
    ++number_;
    std::optional<BadRow> bad = fault_of(record_);
    if (!bad) return SourceRow{number_, record_.line, record_.fields};
    if (bad->problem == RowProblem::unterminated_to_end && read_rest_again()) {
        bad->problem = RowProblem::unterminated_quote;
    }
    return *bad;
}

}  // namespace jiuying::node
