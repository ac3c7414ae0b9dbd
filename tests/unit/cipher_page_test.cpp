// How pages and frames lie on the disk: the same bytes for ever, and bound to their place.
#include "node/storage/cipher_page.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/sealed_disk.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>

using namespace jiuying;
using namespace jiuying::node::cipher;

namespace {

using test::data_key;

/// A page with something in it everywhere but in the reserved bytes.
sync::Array<page_size> some_page() {
    sync::Array<page_size> page{};
    std::iota(page.begin(), page.end() - reserved_size, std::uint8_t{1});
    return page;
}

sync::Array<frame_size> some_frame() {
    sync::Array<frame_size> frame{0, 0, 0, 7, 0, 0, 0, 9, 's', 'a', 'l', 't', 'S', 'A', 'L', 'T'};
    std::iota(frame.begin() + 16, frame.begin() + 24, std::uint8_t{0xC0});  // The checksum.
    std::ranges::copy(some_page(), frame.begin() + frame_header_size);
    return frame;
}

sync::Array<page_size> sealed_page(std::uint32_t number = 3) {
    Nonce nonce{};
    std::iota(nonce.begin(), nonce.end(), std::uint8_t{1});
    sync::Array<page_size> stored{};
    PageKeys{data_key()}.seal_page(some_page(), number, nonce, stored);
    return stored;
}

sync::Array<frame_size> sealed_frame(std::uint32_t index = 5, std::uint32_t first = 4) {
    sync::Array<20> random{};
    std::iota(random.begin(), random.end(), std::uint8_t{1});
    sync::Array<frame_size> stored{};
    PageKeys{data_key()}.seal_frame(some_frame(), index, first, random, stored);
    return stored;
}

bool opens(const sync::Array<page_size>& stored, std::uint32_t number = 3) {
    sync::Array<page_size> plain{};
    return PageKeys{data_key()}.open_page(stored, number, plain);
}

bool opens(const sync::Array<frame_size>& stored, std::uint32_t index = 5) {
    sync::Array<frame_size> plain{};
    return PageKeys{data_key()}.open_frame(stored, index, plain);
}

}  // namespace

TEST_CASE("a sealed page and frame are the same bytes for ever", "[cipher][golden]") {
    sync::Bytes both;
    sync::append(both, sealed_page());
    sync::append(both, sealed_frame());
    if (std::getenv("JIUYING_WRITE_GOLDEN") != nullptr) {
        test::write_file(test::tests_folder() / "golden" / "database-v1.bin", both);
    }
    CHECK(both == test::read_golden("database-v1.bin"));
}

TEST_CASE("what was sealed opens at its place and is what it was", "[cipher]") {
    const PageKeys keys{data_key()};
    sync::Array<page_size> page{};
    REQUIRE(keys.open_page(sealed_page(), 3, page));
    CHECK(page == some_page());
    sync::Array<frame_size> frame{};
    REQUIRE(keys.open_frame(sealed_frame(), 5, frame));
    CHECK(frame == some_frame());
    CHECK(first_of_transaction(sealed_frame()) == 4);
    CHECK(page_of(sealed_frame()) == 7);
    CHECK(commits(sealed_frame()));
}

TEST_CASE("a page or frame opens at no other place and with no other key", "[cipher]") {
    CHECK_FALSE(opens(sealed_page(), 2));
    CHECK_FALSE(opens(sealed_frame(), 6));
    sync::Array<page_size> page{};
    CHECK_FALSE(PageKeys{data_key(1)}.open_page(sealed_page(), 3, page));
    sync::Array<frame_size> frame{};
    CHECK_FALSE(PageKeys{data_key(1)}.open_frame(sealed_frame(), 5, frame));
    // Nor does the page of a frame pass for a page of the database.
    const auto moved = sealed_frame(7, 7);
    std::copy_n(moved.begin() + frame_header_size, page_size, page.begin());
    CHECK_FALSE(opens(page, 7));
}

TEST_CASE("no bit of a page or frame can be changed", "[cipher]") {
    for (std::size_t at = 0; at < page_size; ++at) {
        auto page = sealed_page();
        page[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
        if (opens(page)) FAIL("byte " << at << " of the page");
    }
    for (std::size_t at = 0; at < frame_size; ++at) {
        auto frame = sealed_frame();
        frame[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
        if (opens(frame)) FAIL("byte " << at << " of the frame");
    }
}

TEST_CASE("nothing of the content stands in what is stored, not even its checksum", "[cipher]") {
    const auto plain = some_frame();
    const auto stored = sealed_frame();
    // Page number, commit and salts are readable, the checksum is masked, the rest is encrypted.
    CHECK(std::equal(plain.begin(), plain.begin() + 16, stored.begin()));
    std::size_t equal = 0;
    for (std::size_t at = 16; at < frame_header_size + content_size; ++at) {
        equal += plain[at] == stored[at] ? 1 : 0;
    }
    CHECK(equal < 40);  // One in 256 by chance.
    CHECK(std::ranges::search(stored, std::span{plain}.subspan(16, 4)).empty());
}

TEST_CASE("pages that cannot be kept are recognised", "[cipher]") {
    auto page = some_page();
    CHECK(reserve_is_clear(page));
    page[page_size - 1] = 1;
    CHECK_FALSE(reserve_is_clear(page));
    page[page_size - 1] = 0;
    page[content_size] = 1;
    CHECK_FALSE(reserve_is_clear(page));

    sync::Array<page_size> first{};
    std::ranges::copy(constant_header(), first.begin());
    CHECK(first_page_fits(first));
    CHECK(looks_plain(first));
    for (const std::size_t at : {0U, 16U, 17U, 18U, 19U, 20U}) {
        auto other = first;
        other[at] ^= 1U;
        CHECK_FALSE(first_page_fits(other));
    }
    CHECK_FALSE(looks_plain(sealed_page()));
}
