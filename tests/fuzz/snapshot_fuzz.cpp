/// Fuzzes snapshots: chunks as they come from a stranger, and what stands in authentic ones.
///
/// Input: a chunk (it begins with `J`); or 1 and what a start says; or 2 and records.
#include "schema/assert.hpp"
#include "sync/snapshot/chunk.hpp"
#include "sync/snapshot/contents.hpp"

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

/// What was read is written again and read again, and says the same.
void check_records(View bytes) {
    Authors authors;
    std::vector<std::string> actors;
    const auto actor = [&](const std::string& code) {
        const auto at = std::ranges::find(actors, code);
        if (at != actors.end()) return ActorIx(at - actors.begin());
        actors.push_back(code);
        return ActorIx(actors.size() - 1);
    };
    const auto code = [&](ActorIx ix) -> const std::string& {
        return actors[static_cast<std::size_t>(ix)];
    };
    const auto rewritten = [&](View from) -> std::optional<Bytes> {
        auto records = read_records(from, {authors, 1U << 15U, actor});
        if (!records) return std::nullopt;
        RecordsWriter writer{authors, code};
        for (SnapshotRecord& record : *records) writer.add(std::move(record));
        return writer.finish();
    };
    const auto once = rewritten(bytes);
    if (!once) {
        JY_ASSERT(authors.size() == 0 && actors.empty());
        return;
    }
    const auto twice = rewritten(*once);
    JY_ASSERT(twice && *twice == *once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const View bytes{data, size};
    if (data[0] == 1) {
        const auto start = decode_start(bytes.subspan(1));
        if (start) {
            const Bytes again = encode_start(*start);
            JY_ASSERT(std::ranges::equal(again, bytes.subspan(1)));
        }
        return 0;
    }
    if (data[0] == 2) {
        check_records(bytes.subspan(1));
        return 0;
    }
    static const SigningKey key{Secret<32>{Hash32{7}}};
    static const Key32 content_key{Hash32{8}};
    const auto header = peek_chunk(bytes);
    const auto opened = open_chunk(bytes, key.verify_key(), content_key, as_view("340207"));
    JY_ASSERT(header || !opened);
    return 0;
}
