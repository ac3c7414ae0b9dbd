#include "sync/noise/noise.hpp"

#include <sodium.h>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <bit>
#include <fstream>
#include <iterator>

using namespace jiuying;
using namespace jiuying::sync;
using namespace jiuying::sync::noise;

namespace {

namespace json = boost::json;

Key32 filled(std::uint8_t byte) {
    Key32 secret;
    std::ranges::fill(secret.bytes(), byte);
    return secret;
}

X25519KeyPair pair_of(std::uint8_t byte) { return X25519KeyPair::from_private(filled(byte)); }

/// The text of a member, or nothing.
std::optional<Bytes> hex_member(const json::object& vector, std::string_view name) {
    const json::value* member = vector.if_contains(name);
    if (member == nullptr) return std::nullopt;
    return hex_decode(std::string_view{member->as_string()}).value();
}

std::optional<X25519KeyPair> pair_member(const json::object& vector, std::string_view name) {
    const std::optional<Bytes> bytes = hex_member(vector, name);
    if (!bytes) return std::nullopt;
    return X25519KeyPair::from_private(Key32::from(*bytes).value());
}

std::optional<X25519Key> key_member(const json::object& vector, std::string_view name) {
    const std::optional<Bytes> bytes = hex_member(vector, name);
    if (!bytes) return std::nullopt;
    return X25519Key::parse(*bytes).value();
}

constexpr std::array patterns{Pattern::N,  Pattern::K,  Pattern::X,  Pattern::NN, Pattern::NK,
                              Pattern::NX, Pattern::XN, Pattern::XK, Pattern::XX, Pattern::KN,
                              Pattern::KK, Pattern::KX, Pattern::IN, Pattern::IK, Pattern::IX};

/// The protocol that has this name, among all patterns with at most one psk modifier.
Protocol protocol_named(std::string_view name) {
    for (const Pattern pattern : patterns) {
        const std::size_t messages = script_of({pattern}).messages.size();
        if (protocol_name({pattern}) == name) return {pattern};
        for (unsigned place = 0; place <= messages; ++place) {
            const Protocol protocol{pattern, static_cast<std::uint8_t>(1U << place)};
            if (protocol_name(protocol) == name) return protocol;
        }
    }
    FAIL("unknown protocol " << name);
    return {};
}

/// One side as a published vector describes it; `side` is "init" or "resp".
Handshake side_of(const json::object& vector, const std::string& side, Role role) {
    HandshakeKeys keys;
    keys.static_key = pair_member(vector, side + "_static");
    keys.ephemeral = pair_member(vector, side + "_ephemeral");
    keys.remote_static = key_member(vector, side + "_remote_static");
    if (const json::value* psks = vector.if_contains(side + "_psks")) {
        for (const json::value& psk : psks->as_array()) {
            keys.psks.push_back(
                Key32::from(hex_decode(std::string_view{psk.as_string()}).value()).value());
        }
    }
    const Protocol protocol =
        protocol_named(std::string_view{vector.at("protocol_name").as_string()});
    return {protocol, role, hex_member(vector, side + "_prologue").value(), std::move(keys)};
}

void play(const json::object& vector) {
    Handshake initiator = side_of(vector, "init", Role::initiator);
    Handshake responder = side_of(vector, "resp", Role::responder);
    const std::string_view name{vector.at("protocol_name").as_string()};
    const bool one_way = is_one_way(protocol_named(name).pattern);
    std::optional<Transport> from_initiator;
    std::optional<Transport> from_responder;
    bool initiator_speaks = true;
    for (const json::value& item : vector.at("messages").as_array()) {
        const Bytes payload = hex_member(item.as_object(), "payload").value();
        const Bytes ciphertext = hex_member(item.as_object(), "ciphertext").value();
        if (!from_initiator && initiator.finished()) {
            REQUIRE(responder.finished());
            CHECK(initiator.handshake_hash() == responder.handshake_hash());
            CHECK(hex_encode(initiator.handshake_hash()) ==
                  std::string_view{vector.at("handshake_hash").as_string()});
            from_initiator = initiator.split();
            from_responder = responder.split();
        }
        Bytes sent;
        Bytes received;
        if (from_initiator) {
            Transport& from = initiator_speaks ? *from_initiator : *from_responder;
            Transport& to = initiator_speaks ? *from_responder : *from_initiator;
            sent = from.encrypt(payload).value();
            received = to.decrypt(sent).value();
        } else {
            Handshake& from = initiator_speaks ? initiator : responder;
            Handshake& to = initiator_speaks ? responder : initiator;
            CHECK(from.my_turn());
            CHECK_FALSE(to.my_turn());
            sent = from.write(payload).value();
            received = to.read(sent).value();
        }
        CHECK(sent == ciphertext);
        CHECK(received == payload);
        if (!one_way) initiator_speaks = !initiator_speaks;
    }
    REQUIRE(from_initiator.has_value());
    if (one_way) {
        CHECK(from_responder->encrypt({}).error() == Errc::wrong_state);
        CHECK(from_initiator->decrypt(Bytes(16)).error() == Errc::wrong_state);
    }
}

constexpr std::string_view prologue = "jiuying test";

struct Sides {
    Handshake initiator;
    Handshake responder;
};

HandshakeKeys station_keys(const X25519Key& hub) {
    HandshakeKeys keys;
    keys.static_key = pair_of(1);
    keys.ephemeral = pair_of(2);
    keys.remote_static = hub;
    return keys;
}

HandshakeKeys hub_keys() {
    HandshakeKeys keys;
    keys.static_key = pair_of(3);
    keys.ephemeral = pair_of(4);
    return keys;
}

/// A station and a hub before their first message, the same every time.
Sides xk() {
    return {Handshake{Pattern::XK, Role::initiator, as_view(prologue),
                      station_keys(pair_of(3).public_key())},
            Handshake{Pattern::XK, Role::responder, as_view(prologue), hub_keys()}};
}

/// The same two after `messages` messages have passed.
Sides xk_after(int messages) {
    Sides sides = xk();
    for (int i = 0; i < messages; ++i) {
        Handshake& from = i % 2 == 0 ? sides.initiator : sides.responder;
        Handshake& to = i % 2 == 0 ? sides.responder : sides.initiator;
        const Bytes message = from.write(as_view("hello")).value();
        REQUIRE(to.read(message).has_value());
    }
    return sides;
}

struct Ends {
    Transport station;
    Transport hub;
};

Ends connected() {
    Sides sides = xk_after(3);
    return {sides.initiator.split(), sides.responder.split()};
}

/// The hub reads what the station would write as message 1 or 3, the station message 2.
Result<Bytes> read_instead(int index, View message) {
    Sides sides = xk_after(index);
    Handshake& reader = index % 2 == 0 ? sides.responder : sides.initiator;
    Result<Bytes> payload = reader.read(message);
    if (!payload) {
        CHECK_FALSE(reader.finished());
        CHECK_FALSE(reader.my_turn());
        CHECK(reader.write({}).error() == Errc::wrong_state);
        CHECK(reader.read(message).error() == Errc::wrong_state);
    }
    return payload;
}

Bytes message_of(int index) {
    Sides sides = xk_after(index);
    return (index % 2 == 0 ? sides.initiator : sides.responder).write(as_view("hello")).value();
}

}  // namespace

TEST_CASE("all published Noise vectors pass", "[noise]") {
    std::ifstream file(JIUYING_SOURCE_DIR "/tests/vectors/noise-vectors.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const json::value document = json::parse(text);
    const json::array& vectors = document.as_object().at("vectors").as_array();
    CHECK(vectors.size() == 17);
    bool padded = false;
    bool hashed = false;
    for (const json::value& vector : vectors) {
        const std::string_view name{vector.as_object().at("protocol_name").as_string()};
        INFO(name);
        padded = padded || name.size() < 32;
        hashed = hashed || name.size() > 32;
        play(vector.as_object());
    }
    CHECK(padded);
    CHECK(hashed);
}

TEST_CASE("a protocol name of up to 32 bytes is padded, a longer one hashed", "[noise]") {
    CHECK(protocol_name({Pattern::XK}).size() == 32);
    CHECK(protocol_name({Pattern::XX, 0b1001}) == "Noise_XXpsk0+psk3_25519_ChaChaPoly_SHA256");
    const std::string exact(32, 'x');
    CHECK(as_text(SymmetricState{exact}.hash()) == exact);
    CHECK(as_text(SymmetricState{"ab"}.hash()) == "ab" + std::string(30, '\0'));
    // SHA-256 of 33 times 'x', by libsodium's one-shot function.
    const std::string longer(33, 'x');
    Array<32> hash{};
    crypto_hash_sha256(hash.data(), as_view(longer).data(), longer.size());
    CHECK(SymmetricState{longer}.hash() == hash);
}

TEST_CASE("HMAC-SHA256 gives the published values", "[noise]") {
    // RFC 4231 test cases 1, 2 and 6.
    CHECK(hex_encode(hmac_sha256(Bytes(20, 0x0b), as_view("Hi "), as_view("There")).view()) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    const Secret<32> second = hmac_sha256(as_view("Jefe"), as_view("what do ya want for nothing?"));
    CHECK(hex_encode(second.view()) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex_encode(hmac_sha256(Bytes(131, 0xaa),
                                 as_view("Test Using Larger Than Block-Size Key - Hash Key First"))
                         .view()) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("every pattern with every psk place connects two sides, and not with another psk",
          "[noise]") {
    for (const Pattern pattern : patterns) {
        const std::size_t count = script_of({pattern}).messages.size();
        for (unsigned places = 0; places < (2U << count); ++places) {
            const Protocol protocol{pattern, static_cast<std::uint8_t>(places)};
            INFO(protocol_name(protocol));
            const auto side = [&](Role role, std::uint8_t own, std::uint8_t other,
                                  std::uint8_t psk) {
                HandshakeKeys keys = station_keys(pair_of(other).public_key());
                keys.static_key = pair_of(own);
                keys.ephemeral = pair_of(static_cast<std::uint8_t>(own + 10));
                for (int i = 0; i < std::popcount(places); ++i) keys.psks.push_back(filled(psk));
                return Handshake{protocol, role, as_view(prologue), std::move(keys)};
            };
            for (const bool same_psk : {true, false}) {
                Handshake initiator = side(Role::initiator, 1, 3, 7);
                Handshake responder =
                    side(Role::responder, 3, 1, static_cast<std::uint8_t>(same_psk ? 7 : 8));
                bool refused = false;
                while (!refused && !initiator.finished()) {
                    const bool first = initiator.my_turn();
                    const Bytes message = (first ? initiator : responder).write({}).value();
                    refused = !(first ? responder : initiator).read(message).has_value();
                }
                CHECK(refused == (!same_psk && places != 0));
            }
        }
    }
}

TEST_CASE("station and hub learn each other, and agree on what was said at every turn", "[noise]") {
    Sides sides = xk();
    for (int i = 0; i < 3; ++i) {
        CHECK(sides.initiator.transcript_hash() == sides.responder.transcript_hash());
        CHECK(sides.initiator.remote_static() == pair_of(3).public_key());
        CHECK_FALSE(sides.responder.remote_static().has_value());
        Handshake& from = i % 2 == 0 ? sides.initiator : sides.responder;
        Handshake& to = i % 2 == 0 ? sides.responder : sides.initiator;
        CHECK(from.read(Bytes(48)).error() == Errc::wrong_state);
        CHECK(to.write({}).error() == Errc::wrong_state);
        const Bytes message = from.write(as_view("hello")).value();
        CHECK(as_text(to.read(message).value()) == "hello");
    }
    CHECK(sides.responder.remote_static() == pair_of(1).public_key());
    CHECK(sides.initiator.finished());
    CHECK(sides.responder.finished());
    CHECK(sides.initiator.write({}).error() == Errc::wrong_state);
    CHECK(sides.responder.read(Bytes(64)).error() == Errc::wrong_state);
}

TEST_CASE("a handshake message with any byte changed is refused", "[noise]") {
    for (int index = 0; index < 3; ++index) {
        const Bytes good = message_of(index);
        REQUIRE(read_instead(index, good).has_value());
        for (std::size_t at = 0; at < good.size(); ++at) {
            for (const unsigned mask : {0x01U, 0x80U, 0xffU}) {
                Bytes bad = good;
                bad[at] = static_cast<std::uint8_t>(bad[at] ^ mask);
                INFO("message " << index << ", byte " << at);
                CHECK_FALSE(read_instead(index, bad).has_value());
            }
        }
    }
}

TEST_CASE("a handshake message that was cut, lengthened or repeated is refused", "[noise]") {
    for (int index = 0; index < 3; ++index) {
        Bytes message = message_of(index);
        for (std::size_t size = 0; size < message.size(); ++size) {
            const Result<Bytes> payload = read_instead(index, View{message}.first(size));
            CHECK((payload.error() == Errc::truncated || payload.error() == Errc::not_authentic));
        }
        message.push_back(0);
        CHECK(read_instead(index, message).error() == Errc::not_authentic);
        CHECK(read_instead(index, Bytes(message_size_max + 1)).error() == Errc::too_large);
    }
    CHECK_FALSE(read_instead(2, message_of(0)).has_value());
    CHECK_FALSE(read_instead(1, message_of(0)).has_value());
}

TEST_CASE("a handshake recorded from one session opens no other", "[noise]") {
    // The hub's ephemeral key is fresh, so the station's old third message does not fit.
    Sides old = xk();
    const Bytes first = old.initiator.write({}).value();
    REQUIRE(old.responder.read(first).has_value());
    REQUIRE(old.initiator.read(old.responder.write({}).value()).has_value());
    const Bytes third = old.initiator.write({}).value();

    HandshakeKeys keys = hub_keys();
    keys.ephemeral = pair_of(9);
    Handshake hub{Pattern::XK, Role::responder, as_view(prologue), std::move(keys)};
    REQUIRE(hub.read(first).has_value());
    REQUIRE(hub.write({}).has_value());
    CHECK(hub.read(third).error() == Errc::not_authentic);
}

TEST_CASE("another prologue or another hub is found at the first message", "[noise]") {
    Handshake hub{Pattern::XK, Role::responder, as_view("jiuying test 2"), hub_keys()};
    CHECK(hub.read(message_of(0)).error() == Errc::not_authentic);

    Handshake astray{Pattern::XK, Role::initiator, as_view(prologue),
                     station_keys(pair_of(5).public_key())};
    Sides sides = xk();
    CHECK(sides.responder.read(astray.write({}).value()).error() == Errc::not_authentic);
}

TEST_CASE("keys of low order end a handshake on either side", "[noise]") {
    // Orders 1 (u = 0), 2 and 8, and p itself.
    for (const std::string_view point :
         {"0000000000000000000000000000000000000000000000000000000000000000",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"}) {
        const Bytes low = hex_decode(point).value();
        for (int index = 0; index < 2; ++index) {
            Bytes message = message_of(index);
            std::ranges::copy(low, message.begin());
            CHECK(read_instead(index, message).error() == Errc::bad_key);
        }
        Handshake station{Pattern::XK, Role::initiator, as_view(prologue),
                          station_keys(X25519Key::parse(low).value())};
        CHECK(station.write({}).error() == Errc::bad_key);
        CHECK(station.write({}).error() == Errc::wrong_state);
    }
}

TEST_CASE("the largest handshake payload arrives, one byte more is refused", "[noise]") {
    Sides sides = xk_after(2);
    CHECK(sides.initiator.write(Bytes(handshake_payload_max + 1)).error() == Errc::too_large);
    const Bytes payload(handshake_payload_max, 0x5a);
    const Bytes message = sides.initiator.write(payload).value();
    CHECK(message.size() <= message_size_max);
    CHECK(sides.responder.read(message).value() == payload);
}

TEST_CASE("transport messages are refused when changed, repeated, lost or swapped", "[noise]") {
    Ends ends = connected();
    const Bytes first = ends.station.encrypt(as_view("one")).value();
    const Bytes second = ends.station.encrypt(as_view("two"), as_view("ad")).value();
    CHECK(ends.hub.decrypt(second, as_view("ad")).error() == Errc::not_authentic);
    for (std::size_t at = 0; at < first.size(); ++at) {
        Bytes bad = first;
        bad[at] = static_cast<std::uint8_t>(bad[at] ^ 1);
        CHECK(ends.hub.decrypt(bad).error() == Errc::not_authentic);
        CHECK_FALSE(ends.hub.decrypt(View{first}.first(at)).has_value());
    }
    CHECK(ends.station.decrypt(first).error() == Errc::not_authentic);
    CHECK(as_text(ends.hub.decrypt(first).value()) == "one");
    CHECK(ends.hub.decrypt(first).error() == Errc::not_authentic);
    CHECK(ends.hub.decrypt(second).error() == Errc::not_authentic);
    CHECK(as_text(ends.hub.decrypt(second, as_view("ad")).value()) == "two");
    CHECK(ends.station.sent() == 2);
    CHECK(ends.hub.received() == 2);
    CHECK(ends.hub.sent() == 0);
}

TEST_CASE("a transport message holds 65519 bytes and no more", "[noise]") {
    Ends ends = connected();
    const Bytes largest(plaintext_size_max, 0x11);
    const Bytes message = ends.hub.encrypt(largest).value();
    CHECK(message.size() == 65535);
    CHECK(ends.station.decrypt(message).value() == largest);
    CHECK(ends.hub.encrypt(Bytes(65520)).error() == Errc::too_large);
    CHECK(ends.station.decrypt(Bytes(65536)).error() == Errc::too_large);
}

TEST_CASE("both sides change keys after 65536 messages and go on", "[noise]") {
    Ends ends = connected();
    for (std::uint64_t i = 0; i < Transport::rekey_interval + 10; ++i) {
        const Bytes message = ends.station.encrypt(as_view("x")).value();
        REQUIRE(ends.hub.decrypt(message).has_value());
    }
    // The other direction counts for itself.
    CHECK(ends.station.decrypt(ends.hub.encrypt({}).value()).has_value());
    CHECK(ends.station.sent() == 65546);
}

TEST_CASE("the new key is the one that the specification derives", "[noise]") {
    const Key32 key = filled(1);
    Transport sender{CipherState{key.clone()}, CipherState{filled(2)}};
    sender.skip_to(65535, 0);
    CipherState old{key.clone()};
    old.set_nonce(65535);
    CHECK(sender.encrypt(as_view("last")).value() == old.encrypt({}, as_view("last")).value());

    Array<12> nonce{0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    Array<48> sealed{};
    const Array<32> zeros{};
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, zeros.data(), zeros.size(),
                                              nullptr, 0, nullptr, nonce.data(), key.data());
    CipherState fresh{Key32::from(View{sealed}.first(32)).value()};
    fresh.set_nonce(65536);
    CHECK(sender.encrypt(as_view("first")).value() == fresh.encrypt({}, as_view("first")).value());
    CHECK(old.encrypt({}, as_view("first")).value() != sender.encrypt(as_view("first")).value());
}

TEST_CASE("asking for new keys on both sides at once keeps them in step", "[noise]") {
    Ends ends = connected();
    ends.station.rekey_sending();
    const Bytes message = ends.station.encrypt(as_view("x")).value();
    CHECK(ends.hub.decrypt(message).error() == Errc::not_authentic);
    ends.hub.rekey_receiving();
    CHECK(ends.hub.decrypt(message).has_value());
}

TEST_CASE("a counter at its limit ends the session instead of starting again", "[noise]") {
    Ends ends = connected();
    ends.station.skip_to(CipherState::nonce_limit - 1, 0);
    ends.hub.skip_to(0, CipherState::nonce_limit - 1);
    const Bytes last = ends.station.encrypt(as_view("last")).value();
    CHECK(as_text(ends.hub.decrypt(last).value()) == "last");
    CHECK(ends.station.encrypt(as_view("more")).error() == Errc::exhausted);
    CHECK(ends.hub.decrypt(last).error() == Errc::exhausted);
}
