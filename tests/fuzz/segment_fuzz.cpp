/// Fuzzes what reads segments: the clear header, which strangers write, and behind the encryption
/// frames and columns, which a hostile author with good keys could write.
///
/// Input: u8 what is fuzzed; then a segment; or u16 size of the columns uncompressed and a body; or
/// u8 count, u16 size of the columns, columns, stored bytes; without and with columns of origins.
#include "schema/assert.hpp"
#include "sync/segment/segment.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

void fuzz_header(View bytes) {
    const Result<SegmentHeader> header = peek(bytes);
    if (!header) return;
    const auto parsed = parse_header(bytes);
    JY_ASSERT(parsed.has_value());
    Bytes again;
    write_associated(again, *header);
    JY_ASSERT(std::ranges::equal(again, bytes.first(parsed->associated_size)));
    Authors authors;
    static const Key32 content_key;
    JY_ASSERT(!open(bytes, VerifyKey{}, content_key, {}, authors));
}

void fuzz_frames(View bytes) {
    if (bytes.size() < 2) return;
    const std::size_t raw_size = bytes[0] | std::size_t{bytes[1]} << 8U;
    const Dictionary dictionary = raw_size % 2 == 0 ? Dictionary::none : Dictionary::phrases_v1;
    const auto columns = decompress(bytes.subspan(2), raw_size, dictionary);
    if (!columns) return;
    JY_ASSERT(columns->columns.size() == raw_size);
    JY_ASSERT(columns->used <= bytes.size() - 2);
}

/// Canonical bytes survive a second decoding.
void check_transaction(const Transaction& transaction, Authors& authors, AuthorIx own) {
    if (!check(transaction, authors, own)) return;
    const EncodedTransaction once = encode(transaction, authors, own);
    const auto back = decode(once.public_part, once.private_part, authors, own);
    JY_ASSERT(back.has_value());
    JY_ASSERT(encode(*back, authors, own).public_part == once.public_part);
}

void fuzz_columns(View bytes, bool has_origins) {
    if (bytes.size() < 3) return;
    const std::size_t count = std::size_t{bytes[0]} + 1;
    const std::size_t wanted = bytes[1] | std::size_t{bytes[2]} << 8U;
    const View rest = bytes.subspan(3);
    const std::size_t split = std::min(wanted, rest.size());
    Authors authors;
    const AuthorIx own = authors.intern(Author{{}, 1});
    const auto read = decoding(rest.first(split), 64U << 20U, [&](WireReader& columns) {
        WireReader stored{rest.subspan(split), 0};
        return read_columns(columns, stored, 1, count, authors, own, has_origins);
    });
    if (!read) return;
    JY_ASSERT(read->transactions.size() == count);
    for (const Transaction& transaction : read->transactions) {
        check_transaction(transaction, authors, own);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const View bytes{data + 1, size - 1};
    switch (data[0] % 4) {
        case 0: fuzz_header(bytes); break;
        case 1: fuzz_frames(bytes); break;
        default: fuzz_columns(bytes, data[0] % 4 == 3); break;
    }
    return 0;
}
