/// What a workbook (.xlsx) says beside its sheets: which there are, the texts that cells share,
/// which cells show dates.
///
/// Formulas are never computed and macros never looked at: a cell is what the program that saved
/// the file last showed in it. Not thread-safe.
#pragma once

#include "node/import/row_source.hpp"
#include "node/import/zip_file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// Texts by number, one behind the other.
class SharedTexts {
public:
    static constexpr std::size_t bytes_max = 96U << 20U;
    static constexpr std::size_t count_max = 4U << 20U;

    void append(std::string_view letters) { all_.append(letters); }
    void finish();
    [[nodiscard]] std::size_t count() const { return ends_.size(); }
    [[nodiscard]] std::size_t bytes() const { return all_.size(); }
    /// Empty for a number that there is not. Valid once all are read.
    [[nodiscard]] std::string_view at(std::size_t index) const;

private:
    std::string all_;
    std::vector<std::uint32_t> ends_;
};

struct Workbook {
    struct Sheet {
        std::string name;
        std::string part;
        bool hidden = false;
    };
    std::vector<Sheet> sheets;
    SharedTexts texts;
    std::vector<bool> dates;  ///< By the number of a cell's style.
    bool from_1904 = false;
};

/// Reads it from \p zip; the problem otherwise.
[[nodiscard]] std::optional<FileProblem> read_workbook(ZipFile& zip, Workbook& book);

/// As a file is refused for that.
[[nodiscard]] FileProblem workbook_problem(Errc error);

}  // namespace jiuying::node
