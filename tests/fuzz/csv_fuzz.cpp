/// Fuzzes the CSV reader: rows are never cut, never of another width, and do not depend on how the
/// bytes arrive.
///
/// Input: u8 piece size less one, then a file (plain or gzipped).
#include "node/import/csv.hpp"
#include "schema/assert.hpp"
#include "schema/utf8.hpp"

#include <string>
#include <vector>

using namespace jiuying;
using namespace jiuying::node;

namespace {

/// Small enough that a fuzzer reaches every limit.
constexpr RowLimits limits{.field_bytes_max = 200, .row_bytes_max = 500, .columns_max = 8};

void check_row(const SourceRow& row, std::size_t columns) {
    JY_ASSERT(row.fields.size() == columns);
    std::size_t bytes = 0;
    for (const std::string_view field : row.fields) {
        JY_ASSERT(field.size() <= limits.field_bytes_max);
        JY_ASSERT(schema::is_utf8(field));
        JY_ASSERT(field.find('\0') == std::string_view::npos);
        bytes += field.size();
    }
    JY_ASSERT(bytes <= limits.row_bytes_max);
}

/// All that was read, as text to compare.
std::string story_of(sync::View file, std::size_t piece_max) {
    MemorySource source{file, piece_max};
    CsvReader reader{source, limits};
    std::string story;
    if (const auto failure = reader.open()) return text_of(failure->problem, Lang::en).data();
    std::uint64_t number = 0;
    std::uint64_t line = 0;
    for (;;) {
        const CsvReader::Item item = reader.next();
        if (const auto* failure = std::get_if<SourceFailure>(&item)) {
            return story + std::string{text_of(failure->problem, Lang::en)};
        }
        if (std::holds_alternative<SourceEnd>(item)) return story;
        if (const auto* row = std::get_if<SourceRow>(&item)) {
            check_row(*row, reader.columns().size());
            JY_ASSERT(row->number == ++number);
            JY_ASSERT(row->line > line);
            line = row->line;
            for (const std::string_view field : row->fields) story.append(field).push_back('\0');
        } else {
            const BadRow& bad = std::get<BadRow>(item);
            JY_ASSERT(bad.number == ++number);
            JY_ASSERT(bad.line > line);
            line = bad.line;
            story.append(name_of(bad.problem)).append(bad.column).push_back('\0');
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const sync::View file{bytes + 1, size - 1};
    JY_ASSERT(story_of(file, std::size_t{bytes[0]} + 1) == story_of(file, SIZE_MAX));
    return 0;
}
