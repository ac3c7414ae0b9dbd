/// Rows of a sheet of a workbook (.xlsx), the first of them with the names of the columns.
///
/// Texts come as they stand, numbers without their formats, dates as `2026-11-23 09:05:00`. Of
/// merged cells the first one has the value, the others are empty. Empty rows and cells without
/// a value are passed over. A row with an error of a formula in a named column is refused.
///
/// The sheet is streamed; held are the texts that cells share (SharedTexts::bytes_max) and the file
/// as it is packed. Not thread-safe.
#pragma once

#include "node/import/workbook.hpp"
#include "node/import/xml_part.hpp"

#include <deque>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace jiuying::node {

struct SheetChoice {
    std::string name;          ///< Empty: the first that is not hidden.
    std::uint32_t header = 0;  ///< The row with the names; 0: the first that is not empty.
};

class SheetRows final : public RowSource {
public:
    /// All parts together may unpack to so much.
    static constexpr std::uint64_t unpacked_max = std::uint64_t{1} << 30U;

    /// \p file must live longer.
    SheetRows(sync::View file, SheetChoice choice, const RowLimits& limits = {});
    ~SheetRows() override;
    SheetRows(const SheetRows&) = delete;
    SheetRows& operator=(const SheetRows&) = delete;

    [[nodiscard]] std::optional<SourceFailure> open() override;
    [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }
    [[nodiscard]] Item next() override;

private:
    class Cells;
    [[nodiscard]] std::optional<FileProblem> choose_sheet();
    /// The next row with something in it; false at the end of the sheet, or at a failure.
    [[nodiscard]] bool advance();
    [[nodiscard]] std::optional<SourceFailure> take_columns();
    [[nodiscard]] std::optional<BadRow> fault() const;

    SheetChoice choice_;
    RowLimits limits_;
    bool locked_ = false;
    ZipFile zip_;
    Workbook book_;
    std::unique_ptr<Cells> cells_;
    std::unique_ptr<XmlPart> part_;
    std::vector<std::string> columns_;
    std::uint64_t number_ = 0;
    std::optional<SourceFailure> failure_;
    std::optional<SourceFailure> late_failure_;  ///< Told once the rows in front of it are out.
    std::vector<std::string_view> fields_;
};

}  // namespace jiuying::node
