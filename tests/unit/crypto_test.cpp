#include "sync/crypto/aead.hpp"
#include "sync/crypto/box.hpp"
#include "sync/crypto/hash.hpp"
#include "sync/crypto/padme.hpp"
#include "sync/crypto/sign.hpp"

#include <sodium.h>
#include <catch2/catch.hpp>

#include <type_traits>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

Bytes from_hex(std::string_view text) { return hex_decode(text).value(); }

template <std::size_t N>
Secret<N> secret_from_hex(std::string_view text) {
    return Secret<N>::from(from_hex(text)).value();
}

/// A secret that no one should use: every byte the same.
template <std::size_t N>
Secret<N> filled(std::uint8_t byte) {
    Secret<N> secret;
    std::ranges::fill(secret.bytes(), byte);
    return secret;
}

Bytes flipped(Bytes bytes, std::size_t at, unsigned bit) {
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1U << bit));
    return bytes;
}

/// Points of order 1, 2, 4 and 8 on Curve25519 (RFC 7748 section 7 has them refused), and the
/// same ones with p added.
const std::vector<std::string_view> low_order_points{
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

}  // namespace

TEST_CASE("hex reads back what it wrote, and refuses what is not hex", "[crypto]") {
    const Bytes bytes{0x00, 0x7f, 0x80, 0xff, 0x0a};
    CHECK(hex_encode(bytes) == "007f80ff0a");
    CHECK(from_hex("007F80fF0a") == bytes);
    CHECK(from_hex("").empty());
    for (const std::string_view bad : {"0", "0g", "g0", " 0", "0x", "00 0", "\xe4\xb9"}) {
        CHECK(hex_decode(bad).error() == Errc::malformed);
    }
    CHECK(hex_decode_array<2>("0102").value() == Array<2>{1, 2});
    CHECK(hex_decode_array<2>("010203").error() == Errc::malformed);
    CHECK(to_array<3>(bytes).error() == Errc::malformed);
    CHECK(as_text(as_view("鸠江")) == "鸠江");
}

TEST_CASE("a secret is never copied unasked, and moving it leaves nothing behind", "[crypto]") {
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Key32>);
    STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<Key32>);
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<SigningKey>);
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<BoxKeyPair>);
    Key32 first = filled<32>(7);
    const Key32 twin = first.clone();
    const Key32 second = std::move(first);
    CHECK(second == twin);
    CHECK(first == Key32{});  // NOLINT(bugprone-use-after-move): that is the promise.
    Key32 third;
    third = second.clone();
    CHECK(third == second);
    CHECK_FALSE(third == filled<32>(8));
    CHECK(Key32::from(Bytes(31)).error() == Errc::malformed);
}

TEST_CASE("a secret is wiped when it ends", "[crypto]") {
    alignas(Key32) unsigned char memory[sizeof(Key32)];
    Key32* key = new (memory) Key32(filled<32>(0xa5));
    CHECK(memory[31] == 0xa5);
    key->~Key32();
    CHECK(std::ranges::all_of(memory, [](unsigned char byte) { return byte == 0; }));
}

TEST_CASE("BLAKE2b gives the published hashes", "[crypto]") {
    // RFC 7693 appendix A.
    CHECK(hex_encode(Hasher{64}.add("abc").finish()) ==
          "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
          "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    // The reference implementation's keyed test: key 00..3f, no input.
    Bytes key(64);
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
    CHECK(hex_encode(Hasher(64, key).finish()) ==
          "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
          "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568");
    // The well-known 256-bit hash of nothing.
    CHECK(hex_encode(blake2b({})) ==
          "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

TEST_CASE("a hash does not depend on how its input was cut, but does on size and key", "[crypto]") {
    const View text = as_view("四褐山街道便民服务中心");
    const Hash32 whole = blake2b({text});
    CHECK(blake2b({text.first(5), text.subspan(5)}) == whole);
    Hasher prefix;
    prefix.add(text.first(9));
    Hasher copy = prefix;
    CHECK(copy.add(text.subspan(9)).finish_as<32>() == whole);
    CHECK(prefix.finish_as<32>() == blake2b({text.first(9)}));
    CHECK_FALSE(std::ranges::equal(blake2b_128({text}), View{whole}.first(16)));
    const Key32 key = filled<32>(1);
    CHECK(blake2b_keyed(key.view(), {text}) != whole);
    CHECK(blake2b_keyed(key.view(), {text}) == Hasher(32, key.view()).add(text).finish_as<32>());
    CHECK(Hasher{}.add_u64(0x0102030405060708).add_byte(9).finish_as<32>() ==
          blake2b({from_hex("080706050403020109")}));
}

TEST_CASE("signing keys are those of RFC 8032", "[crypto]") {
    // Section 7.1, tests 1 and 2.
    const SigningKey first{
        secret_from_hex<32>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")};
    CHECK(hex_encode(first.verify_key().view()) ==
          "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    const SigningKey second{
        secret_from_hex<32>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")};
    CHECK(hex_encode(second.verify_key().view()) ==
          "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
}

TEST_CASE("a signature is plain Ed25519 over context, district, log and content", "[crypto]") {
    const SigningKey key{filled<32>(3)};
    const Bytes district = from_hex("340207");
    const Bytes log = from_hex("0102");
    const Signature signature = key.sign("jiuying segment 1", district, log, {as_view("内容")});
    Bytes message{17};
    append(message, as_view("jiuying segment 1"));
    append(message, from_hex("03340207"));
    append(message, from_hex("020102"));
    append(message, as_view("内容"));
    CHECK(crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                      key.verify_key().view().data()) == 0);
    CHECK(key.clone().sign("jiuying segment 1", district, log, {as_view("内"), as_view("容")}) ==
          signature);
}

TEST_CASE("a signature passes for nothing but what was signed", "[crypto]") {
    const SigningKey key{filled<32>(3)};
    const VerifyKey& known = key.verify_key();
    const Bytes district = from_hex("340207");
    const Bytes log = from_hex("0102");
    const View content = as_view("content");
    const Signature signature = key.sign("segment", district, log, {content});
    REQUIRE(known.verify(signature, "segment", district, log, {content}));
    CHECK_FALSE(known.verify(signature, "receipt", district, log, {content}));
    CHECK_FALSE(known.verify(signature, "segment", log, district, {content}));
    CHECK_FALSE(
        known.verify(signature, "segment", from_hex("34020701"), from_hex("02"), {content}));
    CHECK_FALSE(known.verify(signature, "segment", district, {}, {content}));
    CHECK_FALSE(known.verify(signature, "segment", district, log, {as_view("contens")}));
    CHECK_FALSE(known.verify(signature, "segment", district, log, {}));
    CHECK_FALSE(SigningKey{filled<32>(4)}.verify_key().verify(signature, "segment", district, log,
                                                              {content}));
    CHECK_FALSE(VerifyKey{}.verify(signature, "segment", district, log, {content}));
    CHECK_FALSE(known.verify(View{signature}.first(63), "segment", district, log, {content}));
    for (std::size_t at = 0; at < signature.size(); ++at) {
        const Bytes bad = flipped(Bytes(signature.begin(), signature.end()), at, at % 8);
        CHECK_FALSE(known.verify(bad, "segment", district, log, {content}));
    }
}

TEST_CASE("a verify key that is no good point is refused when read", "[crypto]") {
    const SigningKey key{filled<32>(3)};
    CHECK(VerifyKey::parse(key.verify_key().view()).value() == key.verify_key());
    CHECK(VerifyKey::parse(Bytes(31)).error() == Errc::malformed);
    CHECK(VerifyKey::parse(Bytes(32)).error() == Errc::bad_key);
    Bytes identity(32);
    identity[0] = 1;
    CHECK(VerifyKey::parse(identity).error() == Errc::bad_key);
}

TEST_CASE("XChaCha20-Poly1305 gives the published ciphertext", "[crypto]") {
    // draft-irtf-cfrg-xchacha-03 appendix A.3.1.
    Key32 key;
    for (std::size_t i = 0; i < 32; ++i) key.bytes()[i] = static_cast<std::uint8_t>(0x80 + i);
    Nonce24 nonce{};
    for (std::size_t i = 0; i < 24; ++i) nonce[i] = static_cast<std::uint8_t>(0x40 + i);
    const View plain = as_view(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        "future, sunscreen would be it.");
    const Bytes associated = from_hex("50515253c0c1c2c3c4c5c6c7");
    const Bytes sealed = aead_seal(key, nonce, associated, plain);
    CHECK(hex_encode(sealed) ==
          "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
          "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
          "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
          "21f9664c97637da9768812f615c68b13b52e"
          "c0875924c1c7987947deafd8780acf49");
    CHECK(as_text(aead_open(key, nonce, associated, sealed).value()) == as_text(plain));
}

TEST_CASE("what was sealed opens only unchanged, with its key, nonce and header", "[crypto]") {
    const Key32 key = filled<32>(1);
    const Nonce24 nonce{2};
    const View header = as_view("header");
    const Bytes sealed = aead_seal(key, nonce, header, as_view("诉求"));
    CHECK(as_text(aead_open(key, nonce, header, sealed).value()) == "诉求");
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            CHECK(aead_open(key, nonce, header, flipped(sealed, at, bit)).error() ==
                  Errc::not_authentic);
        }
        const Result<Bytes> cut = aead_open(key, nonce, header, View{sealed}.first(at));
        CHECK(cut.error() == (at < aead_tag_size ? Errc::truncated : Errc::not_authentic));
    }
    CHECK(aead_open(key, nonce, as_view("Header"), sealed).error() == Errc::not_authentic);
    CHECK(aead_open(key, Nonce24{3}, header, sealed).error() == Errc::not_authentic);
    CHECK(aead_open(filled<32>(9), nonce, header, sealed).error() == Errc::not_authentic);
    CHECK(aead_open(key, nonce, {}, aead_seal(key, nonce, {}, {})).value().empty());
}

TEST_CASE("X25519 agrees as RFC 7748 has it", "[crypto]") {
    // Section 6.1.
    const BoxKeyPair alice = BoxKeyPair::from_private(
        secret_from_hex<32>("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
    const BoxKeyPair bob = BoxKeyPair::from_private(
        secret_from_hex<32>("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
    CHECK(hex_encode(alice.public_key().view()) ==
          "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    CHECK(hex_encode(bob.public_key().view()) ==
          "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    const Secret<32> shared =
        secret_from_hex<32>("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    CHECK(alice.agree(bob.public_key()).value() == shared);
    CHECK(bob.clone().agree(alice.public_key()).value() == shared);
}

TEST_CASE("keys of low order are refused by agreement and by boxes", "[crypto]") {
    const BoxKeyPair mine = BoxKeyPair::from_seed(filled<32>(1));
    for (const std::string_view point : low_order_points) {
        for (const unsigned high_bit : {0x00U, 0x80U}) {
            Bytes bytes = from_hex(point);
            bytes[31] = static_cast<std::uint8_t>(bytes[31] | high_bit);
            const X25519Key bad = X25519Key::parse(bytes).value();
            CHECK(mine.agree(bad).error() == Errc::bad_key);
            CHECK(box_seal(bad, filled<32>(2), as_view("key")).error() == Errc::bad_key);
            Bytes forged(80);
            std::ranges::copy(bytes, forged.begin());
            CHECK(box_open(mine, forged).error() == Errc::not_authentic);
        }
    }
}

TEST_CASE("sealed boxes and libsodium's open each other", "[crypto]") {
    const BoxKeyPair reader = BoxKeyPair::from_seed(filled<32>(1));
    const View plain = as_view("content key");
    const Bytes ours = box_seal(reader.public_key(), filled<32>(2), plain).value();
    Bytes opened(plain.size());
    REQUIRE(crypto_box_seal_open(opened.data(), ours.data(), ours.size(),
                                 reader.public_key().view().data(),
                                 reader.private_key().data()) == 0);
    CHECK(as_text(opened) == "content key");

    Bytes theirs(plain.size() + crypto_box_SEALBYTES);
    REQUIRE(crypto_box_seal(theirs.data(), plain.data(), plain.size(),
                            reader.public_key().view().data()) == 0);
    CHECK(as_text(box_open(reader, theirs).value()) == "content key");

    CHECK(box_seal(reader.public_key(), filled<32>(2), plain).value() == ours);
    CHECK(box_seal(reader.public_key(), filled<32>(3), plain).value() != ours);
    const Bytes nothing = box_seal(reader.public_key(), filled<32>(2), {}).value();
    CHECK(nothing.size() == box_overhead);
    CHECK(box_open(reader, nothing).value().empty());
}

TEST_CASE("a sealed box opens only unchanged and only for its reader", "[crypto]") {
    const BoxKeyPair reader = BoxKeyPair::from_seed(filled<32>(1));
    const Bytes sealed = box_seal(reader.public_key(), filled<32>(2), as_view("key")).value();
    CHECK(box_open(BoxKeyPair::from_seed(filled<32>(5)), sealed).error() == Errc::not_authentic);
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        CHECK(box_open(reader, flipped(sealed, at, 7)).error() == Errc::not_authentic);
        const Result<Bytes> cut = box_open(reader, View{sealed}.first(at));
        CHECK(cut.error() == (at < box_overhead ? Errc::truncated : Errc::not_authentic));
    }
}

TEST_CASE("padding hides the size at a cost of 12 percent at most", "[crypto]") {
    CHECK(padme_size(0) == 0);
    CHECK(padme_size(1) == 1);
    CHECK(padme_size(8) == 8);
    CHECK(padme_size(9) == 10);
    CHECK(padme_size(100) == 104);
    CHECK(padme_size(1000) == 1024);
    CHECK(padme_size(1'000'000) == 1'015'808);
    std::uint64_t before = 0;
    for (std::uint64_t size = 0; size < 200'000; ++size) {
        const std::uint64_t padded = padme_size(size);
        REQUIRE(padded >= size);
        REQUIRE(padded >= before);
        REQUIRE((padded - size) * 100 <= size * 12);
        REQUIRE(padme_size(padded) == padded);
        before = padded;
    }
    CHECK(padme_size((std::uint64_t{1} << 62) - 1) == std::uint64_t{1} << 62);
}
