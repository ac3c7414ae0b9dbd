#include "node/import/open_rows.hpp"

#include "node/import/csv.hpp"
#include "node/import/json_rows.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

constexpr std::array<std::string_view, 3> names{"csv", "xlsx", "json"};

SourceFailure failed_source(Errc error) {
    return {error == Errc::truncated ? FileProblem::gzip_truncated : FileProblem::gzip_damaged, {}};
}

}  // namespace

std::string_view name_of(RowFormat format) { return names.at(static_cast<std::size_t>(format)); }

std::optional<RowFormat> row_format(std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return RowFormat{static_cast<std::uint8_t>(found - names.begin())};
}

RowFormat format_of(std::string_view beginning, std::string_view name) {
    constexpr std::string_view zip = "PK\x03\x04";
    constexpr std::string_view compound = "\xD0\xCF\x11\xE0";
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (beginning.starts_with(zip) || beginning.starts_with(compound)) return RowFormat::xlsx;
    if (name.ends_with(".csv") || name.ends_with(".csv.gz")) return RowFormat::csv;
    if (beginning.starts_with(mark)) beginning.remove_prefix(mark.size());
    const std::size_t first = beginning.find_first_not_of(" \t\r\n");
    const bool json =
        first != beginning.npos && (beginning[first] == '{' || beginning[first] == '[');
    return json ? RowFormat::json : RowFormat::csv;
}

Result<std::string_view> PeekedSource::peek(std::size_t size) {
    while (held_.size() - used_ < size) {
        std::array<std::uint8_t, 4096> more{};
        const Result<std::size_t> count = source_.read(more);
        if (!count) return count.error();
        if (*count == 0) break;
        held_.insert(held_.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(*count));
    }
    const std::size_t have = std::min(size, held_.size() - used_);
    return sync::as_text(sync::View{held_}.subspan(used_, have));
}

Result<std::size_t> PeekedSource::read(std::span<std::uint8_t> into) {
    if (used_ == held_.size()) return source_.read(into);
    const std::size_t count = std::min(into.size(), held_.size() - used_);
    std::copy_n(held_.begin() + static_cast<std::ptrdiff_t>(used_), count, into.begin());
    used_ += count;
    return count;
}

std::optional<SourceFailure> OpenedRows::hold_all() {
    std::array<std::uint8_t, 64 * 1024> piece{};
    for (;;) {
        const Result<std::size_t> count = peeked_.read(piece);
        if (!count) return failed_source(count.error());
        if (*count == 0) return std::nullopt;
        if (held_.size() + *count > workbook_bytes_max) {
            return SourceFailure{FileProblem::too_large, {}};
        }
        sync::append(held_, sync::View{piece}.first(*count));
    }
}

std::optional<SourceFailure> OpenedRows::open(std::optional<RowFormat> format,
                                              const SheetChoice& sheet) {
    constexpr std::size_t telling = 256;
    const Result<std::string_view> beginning = peeked_.peek(telling);
    if (!beginning) return failed_source(beginning.error());
    format_ = format.value_or(format_of(*beginning, path_.string()));
    switch (format_) {
        case RowFormat::csv: rows_ = std::make_unique<CsvReader>(peeked_); break;
        case RowFormat::json: rows_ = std::make_unique<JsonRows>(peeked_); break;
        case RowFormat::xlsx:
            if (auto failure = hold_all()) return failure;
            rows_ = std::make_unique<SheetRows>(held_, sheet);
            break;
    }
    return rows_->open();
}

}  // namespace jiuying::node
