// The golden file of a bulk segment. As the others it was written once and never again:
// `unit_tests "[write-golden]"` writes them anew.
#include "sync/crypto/padme.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/transactions.hpp"

#include <zstd.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>

using namespace jiuying;
using namespace jiuying::sync;
using test::created;
using test::decrypted;
using test::lasting_header;
using test::log_named;
using test::read_golden;
using test::spelled;
using test::stamped;

namespace {

constexpr std::size_t bulk_half = 310;

/// A busy hub's inbox for a station: 620 transactions, of which the second segment holds the
/// second half. New appeals with texts, a channel out of four words, and edits of earlier ones.
std::vector<Transaction> bulk_story(AuthorIx own) {
    const std::vector<std::string> words{"路灯", "不亮",  "噪音", "扰民", "四褐山", "街道",
                                         "积水", "请",    "尽快", "处理", "，",     "。",
                                         "A1",   "12 栋", "居民", "多次"};
    const std::vector<std::string> channels{"12345", "网站", "微信", "来访"};
    test::Dice dice{2026};
    const auto text = [&](std::size_t most) {
        std::string sentence;
        for (std::size_t i = 2 + dice.below(most); i > 0; --i) sentence += dice.pick(words);
        return sentence;
    };
    std::vector<Transaction> story;
    std::vector<std::uint64_t> created_at, type_at;
    for (std::uint64_t txn = 1; txn <= 2 * bulk_half; ++txn) {
        Transaction next = stamped(txn, "H00" + std::to_string(dice.below(3)));
        if (story.empty() || dice.chance(60)) {
            next.records.push_back(created({own, txn}, 16, static_cast<std::uint8_t>(txn)));
            next.changes = {{0, 4, {}, dice.pick(channels)},
                            {0, 6, {}, dice.between(1, 9)},
                            {0, 20, {}, text(6)},
                            {0, 21, {}, text(120)}};
            created_at.push_back(txn);
            type_at.push_back(txn);
        } else {
            const std::size_t which = dice.below(created_at.size());
            next.records.resize(1);
            next.records[0].name = {{own, created_at[which]}, 0};
            next.changes = {{0, 6, {{own, type_at[which]}}, dice.between(1, 9)}};
            type_at[which] = txn;
        }
        story.push_back(std::move(next));
    }
    return story;
}

/// Frames of at most 16 KiB of columns each, as the format allows and no writer makes today.
Bytes many_frames(View columns) {
    Bytes frames;
    while (!columns.empty()) {
        const View piece = columns.first(std::min<std::size_t>(columns.size(), 16U << 10U));
        columns = columns.subspan(piece.size());
        const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context{ZSTD_createCCtx(),
                                                                              ZSTD_freeCCtx};
        ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, 0);
        Bytes frame(ZSTD_compressBound(piece.size()));
        frame.resize(
            ZSTD_compress2(context.get(), frame.data(), frame.size(), piece.data(), piece.size()));
        append(frames, frame);
    }
    frames.erase(frames.begin(), frames.begin() + 4);  // The magic of the first.
    return frames;
}

std::size_t frames_in(View plain) {
    const Bytes magic{0x28, 0xB5, 0x2F, 0xFD};
    std::size_t found = 1;
    for (auto at = plain.begin();; ++at, ++found) {
        at = std::search(at, plain.end(), magic.begin(), magic.end());
        if (at == plain.end()) return found;
    }
}

/// What the golden file was made from.
struct Golden {
    test::Sealer sealer{1};
    LogId inbox{log_named(0x77).author, Stream::inbox, log_named(0x24).scope};
    Authors authors;
    AuthorIx own = authors.intern(inbox.author);
    std::vector<Transaction> story = bulk_story(own);

    [[nodiscard]] Sealed seal_bulk() const {
        return sealer.seal(inbox, authors, story, bulk_half, {}).at(1);
    }
    /// The same with several frames.
    [[nodiscard]] Bytes bulk_in_frames() const {
        return sealer.forge(seal_bulk().bytes, [](SegmentHeader& header, Bytes& plain) {
            const auto columns = decompress(plain, header.raw_size, header.dictionary);
            REQUIRE(columns.has_value());
            Bytes body = many_frames(columns->columns);
            // The old padding is zeros, and so may go with the new.
            append(body, View{plain}.subspan(columns->used));
            while (body.back() == 0) body.pop_back();
            body.resize(padme_size(body.size()));
            header.dictionary = Dictionary::none;
            plain = std::move(body);
        });
    }
};

}  // namespace

TEST_CASE("a bulk segment of version 1 opens for ever: two salt blocks, many frames", "[golden]") {
    Golden golden;
    Authors there;
    const Bytes bytes = read_golden("segment-v1-bulk.bin");
    const auto opened = golden.sealer.open(bytes, there);
    REQUIRE(opened.has_value());
    REQUIRE(opened->transactions.size() == bulk_half);
    const AuthorIx own_there = *there.find(golden.inbox.author);
    for (std::size_t i = 0; i < bulk_half; ++i) {
        CHECK(spelled(opened->transactions[i], there, own_there) ==
              spelled(golden.story[bulk_half + i], golden.authors, golden.own));
    }
    const Sealed now = golden.seal_bulk();
    CHECK(opened->header.after() == now.after);
    CHECK(lasting_header(bytes) == lasting_header(now.bytes));
    CHECK(opened->header.log.stream == Stream::inbox);
    CHECK(opened->header.first == bulk_half + 1);
    CHECK(opened->proof.seeds.size() == 2);
    CHECK(frames_in(decrypted(bytes, golden.sealer)) > 2);
}

TEST_CASE("the golden file of a bulk segment is written anew", "[.write-golden]") {
    test::write_file(test::tests_folder() / "golden" / "segment-v1-bulk.bin",
                     Golden{}.bulk_in_frames());
}
