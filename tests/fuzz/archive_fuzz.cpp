/// Fuzzes the bounded archive and the transaction codec: whatever they accept must encode to the
/// very bytes that came in.
///
/// Input: u8 what is fuzzed, for a transaction also u16 size of the public part; then the bytes.
#include "schema/assert.hpp"
#include "sync/archive/bounded_archive.hpp"
#include "sync/segment/transaction_codec.hpp"

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

struct Leaf {
    std::uint16_t id = 0;
    std::int32_t number = 0;
    std::string words;
    std::optional<std::uint64_t> more;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(between(id, std::uint16_t{1}, std::uint16_t{999}), number, text(words, 20), more);
    }
};

struct Tree {
    std::vector<Tree> branches;
    std::vector<Leaf> leaves;
    std::vector<std::uint64_t> numbers;
    Bytes bytes;
    std::array<std::uint8_t, 3> tag{};
    bool flag = false;
    LogId log;
    template <class Archive>
    void serialize(Archive& archive) {
        archive(branches, at_most(leaves, 50), numbers, bytes, tag, flag);
        if (flag) archive(log);
    }
};

void fuzz_archive(View bytes) {
    const Result<Tree> tree = decode<Tree>(bytes, 1U << 20U);
    if (tree) JY_ASSERT(std::ranges::equal(encode(*tree), bytes));
}

void fuzz_transaction(View bytes) {
    if (bytes.size() < 2) return;
    const std::size_t wanted = bytes[0] | std::size_t{bytes[1]} << 8U;
    const View rest = bytes.subspan(2);
    const std::size_t split = std::min(wanted, rest.size());
    Authors authors;
    const AuthorIx own = authors.intern(Author{{}, 1});
    const auto read = decode(rest.first(split), rest.subspan(split), authors, own);
    if (!read) return;
    const EncodedTransaction again = encode(*read, authors, own);
    JY_ASSERT(std::ranges::equal(again.public_part, rest.first(split)));
    JY_ASSERT(std::ranges::equal(again.private_part, rest.subspan(split)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const View bytes{data + 1, size - 1};
    if (data[0] % 2 == 0) {
        fuzz_archive(bytes);
    } else {
        fuzz_transaction(bytes);
    }
    return 0;
}
