#include "node/import/sheet_rows.hpp"

#include "node/import/cell_text.hpp"
#include "schema/assert.hpp"
#include "schema/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace jiuying::node {
namespace {

/// What one cell shows: a text of its own, or one that cells share.
struct Cell {
    std::size_t column = 0;
    std::string own;
    std::string_view shared;
    bool error = false;
    [[nodiscard]] std::string_view text() const { return own.empty() ? shared : own; }
};

struct SheetRow {
    std::uint64_t line = 0;
    std::vector<Cell> cells;
    std::size_t bytes = 0;
    bool too_large = false;
};

/// `AB12`: the column, from 0; nothing if it names none.
std::optional<std::size_t> column_of(std::string_view reference) {
    constexpr std::size_t letters_max = 3;
    std::size_t column = 0;
    std::size_t at = 0;
    for (; at < reference.size() && at < letters_max; ++at) {
        const char letter = reference[at];
        if (letter < 'A' || letter > 'Z') break;
        column = column * 26 + static_cast<std::size_t>(letter - 'A') + 1;
    }
    if (column == 0) return std::nullopt;
    return column - 1;
}

std::uint64_t number_in(std::string_view text, std::uint64_t otherwise) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : otherwise;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

/// Makes rows of what the sheet's XML tells.
class SheetRows::Cells final : public XmlHandler {
public:
    Cells(const Workbook& book, const RowLimits& limits) : book_(book), limits_(limits) {}

    void begin(std::string_view name, const char** attributes) override {
        if (name == "row") {
            line_ = number_in(attribute(attributes, "r"), line_ + 1);
            row_ = {};
            row_.line = line_;
            next_column_ = 0;
            inside_row_ = true;
        } else if (name == "c" && inside_row_) {
            const auto told = column_of(attribute(attributes, "r"));
            cell_ = {};
            cell_.column = told.value_or(next_column_);
            next_column_ = cell_.column + 1;
            type_ = attribute(attributes, "t");
            style_ = number_in(attribute(attributes, "s"), 0);
            value_.clear();
            inside_cell_ = true;
        } else if (name == "rPh") {
            ++reading_;
        } else if ((name == "v" || name == "t") && inside_cell_) {
            taking_ = reading_ == 0;
        }
    }

    void end(std::string_view name) override {
        if (name == "v" || name == "t") taking_ = false;
        if (name == "rPh") --reading_;
        if (name == "c" && inside_cell_) finish_cell();
        if (name != "row" || !inside_row_) return;
        inside_row_ = false;
        if (!row_.cells.empty() || row_.too_large) rows.push_back(std::move(row_));
        row_ = {};
    }

    void text(std::string_view letters) override {
        if (!taking_) return;
        row_.too_large = row_.too_large || value_.size() + letters.size() > limits_.field_bytes_max;
        if (!row_.too_large) value_.append(letters);
    }

    std::deque<SheetRow> rows;

private:
    void finish_cell() {
        inside_cell_ = false;
        read_value();
        const std::string_view shown = cell_.text();
        if (shown.empty() && !cell_.error) return;
        row_.bytes += shown.size();
        row_.too_large = row_.too_large || row_.bytes > limits_.row_bytes_max ||
                         shown.size() > limits_.field_bytes_max ||
                         row_.cells.size() >= limits_.columns_max;
        if (row_.too_large) {
            row_.cells.clear();
        } else {
            row_.cells.push_back(std::move(cell_));
        }
    }

    void read_value() {
        if (type_ == "s") {
            cell_.shared = book_.texts.at(number_in(value_, UINT64_MAX));
        } else if (type_ == "e") {
            cell_.error = true;
        } else if (type_ == "b") {
            cell_.own = value_ == "1" ? "true" : "false";
        } else if (type_ == "str" || type_ == "inlineStr") {
            cell_.own = unescaped(value_);
        } else if (type_ == "d" || value_.empty()) {
            cell_.own = value_;
        } else {
            const bool date = style_ < book_.dates.size() && book_.dates[style_];
            cell_.own = date ? date_text(value_, book_.from_1904) : number_text(value_);
        }
    }

    const Workbook& book_;
    RowLimits limits_;
    std::uint64_t line_ = 0;
    SheetRow row_;
    Cell cell_;
    std::string type_;
    std::uint64_t style_ = 0;
    std::string value_;
    std::size_t next_column_ = 0;
    bool inside_row_ = false;
    bool inside_cell_ = false;
    bool taking_ = false;
    int reading_ = 0;
};

SheetRows::SheetRows(sync::View file, SheetChoice choice, const RowLimits& limits)
    : choice_(std::move(choice)), limits_(limits), zip_(file, unpacked_max) {
    // The envelope of the older format, and of every workbook under a password.
    constexpr std::string_view compound = "\xD0\xCF\x11\xE0";
    locked_ = sync::as_text(file).starts_with(compound);
}

SheetRows::~SheetRows() = default;

std::optional<FileProblem> SheetRows::choose_sheet() {
    const auto wanted = [&](const Workbook::Sheet& sheet) {
        return choice_.name.empty() ? !sheet.hidden : sheet.name == choice_.name;
    };
    const auto sheet = std::ranges::find_if(book_.sheets, wanted);
    if (sheet == book_.sheets.end()) return FileProblem::no_such_sheet;
    if (!zip_.enter(sheet->part)) return FileProblem::workbook_damaged;
    cells_ = std::make_unique<Cells>(book_, limits_);
    part_ = std::make_unique<XmlPart>(zip_, *cells_);
    return std::nullopt;
}

bool SheetRows::advance() {
    if (!cells_->rows.empty()) cells_->rows.pop_front();
    while (cells_->rows.empty()) {
        if (!part_) {
            failure_ = late_failure_;
            return false;
        }
        const Result<bool> more = part_->more();
        // Rows in front of the fault are handed out first.
        if (!more) late_failure_ = SourceFailure{workbook_problem(more.error()), {}};
        if (!more || !*more) part_.reset();
    }
    return true;
}

std::optional<SourceFailure> SheetRows::take_columns() {
    const SheetRow& header = cells_->rows.front();
    if (header.too_large) return SourceFailure{FileProblem::bad_header, {}};
    std::size_t width = 0;
    for (const Cell& cell : header.cells) {
        if (!trimmed(cell.text()).empty()) width = std::max(width, cell.column + 1);
    }
    if (width > limits_.columns_max) return SourceFailure{FileProblem::bad_header, {}};
    columns_.assign(width, {});
    for (const Cell& cell : header.cells) {
        if (cell.column < width) columns_[cell.column] = trimmed(cell.text());
    }
    for (std::size_t i = 0; i < width; ++i) {
        if (columns_[i].empty()) return SourceFailure{FileProblem::empty_column, {}};
        if (std::find(columns_.begin(), columns_.begin() + static_cast<std::ptrdiff_t>(i),
                      columns_[i]) != columns_.begin() + static_cast<std::ptrdiff_t>(i)) {
            return SourceFailure{FileProblem::duplicate_column, columns_[i]};
        }
    }
    if (width == 0) return SourceFailure{FileProblem::no_header, {}};
    return std::nullopt;
}

std::optional<SourceFailure> SheetRows::open() {
    JY_ASSERT(columns_.empty() && !failure_);
    std::optional<FileProblem> problem;
    if (locked_) problem = FileProblem::workbook_locked;
    if (!problem) problem = read_workbook(zip_, book_);
    if (!problem) problem = choose_sheet();
    if (problem) {
        failure_ = SourceFailure{*problem, {}};
        return failure_;
    }
    bool found = advance();
    while (found && cells_->rows.front().line < choice_.header) found = advance();
    const bool missed = found && choice_.header != 0 && cells_->rows.front().line > choice_.header;
    if (failure_) return failure_;
    failure_ = !found || missed ? SourceFailure{FileProblem::no_header, {}} : take_columns();
    return failure_;
}

std::optional<BadRow> SheetRows::fault() const {
    const SheetRow& row = cells_->rows.front();
    BadRow bad{number_, row.line, RowProblem::field_too_large, {}};
    if (row.too_large) return bad;
    for (const Cell& cell : row.cells) {
        const bool named = cell.column < columns_.size();
        if (!named && trimmed(cell.text()).empty()) continue;
        bad.problem = RowProblem::wrong_columns;
        bad.column = {};
        if (!named) return bad;
        bad.column = columns_[cell.column];
        bad.problem = RowProblem::cell_error;
        if (cell.error) return bad;
        bad.problem = RowProblem::nul_byte;
        if (cell.text().find('\0') != std::string_view::npos) return bad;
    }
    return std::nullopt;
}

RowSource::Item SheetRows::next() {
    JY_ASSERT(failure_ || !columns_.empty());
    if (failure_ || !advance()) {
        if (failure_) return *failure_;
        return SourceEnd{};
    }
    ++number_;
    if (const auto bad = fault()) return *bad;
    const SheetRow& row = cells_->rows.front();
    fields_.assign(columns_.size(), {});
    for (const Cell& cell : row.cells) {
        if (cell.column < fields_.size()) fields_[cell.column] = cell.text();
    }
    return SourceRow{number_, row.line, fields_};
}

}  // namespace jiuying::node
