#include "sync/segment/receipt.hpp"

#include "sync/segment/key_wrap.hpp"
#include "tests/support/transactions.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::sync;
using test::log_named;

namespace {

const View district = as_view("340207");

Secret<32> secret(std::uint8_t byte) {
    Array<32> bytes{};
    bytes.fill(byte);
    return Secret<32>{bytes};
}

Receipt sample() {
    Receipt receipt;
    receipt.hub = log_named(9).author.node;
    receipt.hub_epoch = 0xFEDCBA9876543210U;
    receipt.hub_predecessor = 0x0123456789ABCDEFU;
    receipt.log = log_named(1);
    receipt.seq = 1'048'576;
    receipt.chain.fill(0xCC);
    receipt.stored = 1'048'576;
    receipt.decided = 1'048'570;
    receipt.safe = 1'000'000;
    receipt.roster_version = 300;
    receipt.hub_time_ms = 1'795'400'000'000;
    return receipt;
}

}  // namespace

TEST_CASE("a receipt says what the hub signed, in at most 190 bytes", "[receipt]") {
    const SigningKey hub{secret(1)};
    const Bytes bytes = sign_receipt(sample(), hub, district);
    CHECK(bytes.size() <= 190);
    const auto read = verify_receipt(bytes, hub.verify_key(), district);
    REQUIRE(read.has_value());
    CHECK(*read == sample());
    CHECK(peek_receipt(bytes).value() == sample());
    CHECK(sign_receipt(*read, hub, district) == bytes);
}

TEST_CASE("a receipt of another hub, for another district, or changed anywhere is refused",
          "[receipt]") {
    const SigningKey hub{secret(1)};
    const Bytes bytes = sign_receipt(sample(), hub, district);
    CHECK(verify_receipt(bytes, SigningKey{secret(2)}.verify_key(), district).error() ==
          Errc::not_authentic);
    CHECK(verify_receipt(bytes, hub.verify_key(), as_view("340208")).error() ==
          Errc::not_authentic);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        Bytes damaged = bytes;
        damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << bit % 8));
        REQUIRE_FALSE(verify_receipt(damaged, hub.verify_key(), district).has_value());
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        REQUIRE_FALSE(
            verify_receipt(View{bytes}.first(size), hub.verify_key(), district).has_value());
    }
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(verify_receipt(longer, hub.verify_key(), district).has_value());
    CHECK(verify_receipt(Bytes(receipt_bytes_max + 1, 0), hub.verify_key(), district).error() ==
          Errc::too_large);
}

TEST_CASE("extreme numbers survive in a receipt", "[receipt]") {
    const SigningKey hub{secret(1)};
    Receipt receipt = sample();
    receipt.seq = 0;
    receipt.stored = ~0ULL;
    receipt.decided = 0;
    receipt.safe = ~0ULL;
    receipt.roster_version = ~0ULL;
    receipt.hub_time_ms = -1;
    const Bytes bytes = sign_receipt(receipt, hub, district);
    CHECK(verify_receipt(bytes, hub.verify_key(), district).value() == receipt);
}

TEST_CASE("a wrapped content key is read by its reader alone", "[wrap]") {
    const SigningKey author{secret(3)};
    const BoxKeyPair reader = BoxKeyPair::from_seed(secret(4));
    const BoxKeyPair other = BoxKeyPair::from_seed(secret(5));
    const Key32 content_key = secret(6);
    KeyWrap about;
    about.log = log_named(1);
    about.first_seq = 40'001;
    about.reader.bytes.fill(0x55);
    const auto made =
        make_key_wrap(about, content_key, reader.public_key(), secret(7), author, district);
    REQUIRE(made.has_value());
    CHECK(made->size() <= 220);

    const auto peeked = peek_key_wrap(*made);
    REQUIRE(peeked.has_value());
    CHECK(peeked->log == about.log);
    CHECK(peeked->first_seq == 40'001);
    CHECK(peeked->reader == about.reader);
    CHECK(peeked->key == key_id(content_key));

    const auto opened = open_key_wrap(*made, author.verify_key(), reader, district);
    REQUIRE(opened.has_value());
    CHECK((*opened == content_key));
    CHECK(open_key_wrap(*made, author.verify_key(), other, district).error() == Errc::wrong_key);
    CHECK(open_key_wrap(*made, SigningKey{secret(9)}.verify_key(), reader, district).error() ==
          Errc::not_authentic);
    CHECK(open_key_wrap(*made, author.verify_key(), reader, as_view("340208")).error() ==
          Errc::not_authentic);
    for (std::size_t bit = 0; bit < made->size() * 8; ++bit) {
        Bytes damaged = *made;
        damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << bit % 8));
        REQUIRE_FALSE(open_key_wrap(damaged, author.verify_key(), reader, district).has_value());
    }
    for (std::size_t size = 0; size < made->size(); ++size) {
        REQUIRE_FALSE(open_key_wrap(View{*made}.first(size), author.verify_key(), reader, district)
                          .has_value());
    }
}

TEST_CASE("a key is not wrapped for a reader whose key anyone could compute", "[wrap]") {
    const SigningKey author{secret(3)};
    CHECK(make_key_wrap({}, secret(6), BoxKey{}, secret(7), author, district).error() ==
          Errc::bad_key);
}
