/// Fuzzes the reader of workbooks: rows are of one width, within bounds, and the same each time.
///
/// Input: u8 what it is (even: a whole file; odd: parts), then the file, or the XML of the shared
/// texts, a zero byte, and the XML of a sheet.
#include "node/import/sheet_rows.hpp"
#include "schema/assert.hpp"
#include "schema/utf8.hpp"
#include "tests/support/stored_zip.hpp"

#include <string>

using namespace jiuying;
using namespace jiuying::node;

namespace {

constexpr RowLimits limits{.field_bytes_max = 300, .row_bytes_max = 800, .columns_max = 16};

std::string story_of(sync::View file) {
    SheetRows rows{file, {}, limits};
    if (const auto failure = rows.open()) return text_of(failure->problem, Lang::en).data();
    std::string story;
    std::uint64_t number = 0;
    for (;;) {
        const RowSource::Item item = rows.next();
        if (const auto* failure = std::get_if<SourceFailure>(&item)) {
            return story + std::string{text_of(failure->problem, Lang::en)};
        }
        if (std::holds_alternative<SourceEnd>(item)) return story;
        if (const auto* row = std::get_if<SourceRow>(&item)) {
            JY_ASSERT(row->fields.size() == rows.columns().size());
            JY_ASSERT(row->fields.size() <= limits.columns_max);
            JY_ASSERT(row->number == ++number);
            std::size_t bytes = 0;
            for (const std::string_view field : row->fields) {
                JY_ASSERT(field.size() <= limits.field_bytes_max);
                JY_ASSERT(schema::is_utf8(field));
                bytes += field.size();
                story.append(field).push_back('\0');
            }
            JY_ASSERT(bytes <= limits.row_bytes_max);
        } else {
            const BadRow& bad = std::get<BadRow>(item);
            JY_ASSERT(bad.number == ++number);
            story.append(name_of(bad.problem)).append(bad.column).push_back('\0');
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const sync::View rest{bytes + 1, size - 1};
    if (bytes[0] % 2 == 0) {
        JY_ASSERT(story_of(rest) == story_of(rest));
        return 0;
    }
    const std::string_view text = sync::as_text(rest);
    const std::size_t zero = std::min(text.find('\0'), text.size());
    const std::string_view sheet = text.substr(std::min(zero + 1, text.size()));
    const sync::Bytes file = tests::small_workbook(sheet, text.substr(0, zero));
    JY_ASSERT(story_of(file) == story_of(file));
    return 0;
}
