/// Fuzzes the reader of JSON rows: rows do not depend on how the bytes arrive, and none has a cell
/// that is too large or no text.
///
/// Input: u8 piece size less one, then a file.
#include "node/import/json_rows.hpp"
#include "schema/assert.hpp"
#include "schema/utf8.hpp"

#include <string>

using namespace jiuying;
using namespace jiuying::node;

namespace {

constexpr RowLimits limits{.field_bytes_max = 200, .row_bytes_max = 500, .columns_max = 8};

std::string story_of(sync::View file, std::size_t piece_max) {
    MemorySource source{file, piece_max};
    JsonRows rows{source, limits};
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
            JY_ASSERT(row->number == ++number);
            for (const std::string_view field : row->fields) {
                JY_ASSERT(field.size() <= limits.field_bytes_max);
                JY_ASSERT(schema::is_utf8(field));
                story.append(field).push_back('\0');
            }
        } else {
            const BadRow& bad = std::get<BadRow>(item);
            JY_ASSERT(bad.number == ++number);
            story.append(name_of(bad.problem)).push_back('\0');
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
