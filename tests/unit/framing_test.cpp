#include "sync/noise/framing.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::sync;
using namespace jiuying::sync::noise;

namespace {

Bytes frame_of(std::size_t size) {
    Bytes bytes{static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size & 0xff)};
    bytes.resize(2 + size, 0x5a);
    return bytes;
}

Key32 filled(std::uint8_t byte) {
    Key32 secret;
    std::ranges::fill(secret.bytes(), byte);
    return secret;
}

struct Ends {
    Transport station{CipherState{filled(1)}, CipherState{filled(2)}};
    Transport hub{CipherState{filled(2)}, CipherState{filled(1)}};
};

Bytes piece_of(std::uint8_t flags, std::size_t size) {
    Bytes piece(1 + size, 0x33);
    piece[0] = flags;
    return piece;
}

/// A text of this size in which no two stretches are alike.
Bytes counted(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>(i ^ (i >> 8) * 31 ^ (i >> 16) * 17);
    }
    return bytes;
}

/// What arrives when the stream comes in chunks of this size, as whole messages.
std::vector<Bytes> receive(Transport& transport, View stream, std::size_t chunk_size) {
    FrameReader reader;
    MessageJoiner joiner;
    std::vector<Bytes> messages;
    while (!stream.empty()) {
        const View chunk = stream.first(std::min(chunk_size, stream.size()));
        stream = stream.subspan(chunk.size());
        REQUIRE(reader.feed(chunk).has_value());
        while (std::optional<Bytes> frame = reader.next().value()) {
            const Bytes piece = transport.decrypt(*frame).value();
            std::optional<Bytes> message = joiner.add(piece).value();
            if (message) messages.push_back(std::move(*message));
        }
        REQUIRE(reader.buffered() < frame_header_size + frame_size_max);
    }
    CHECK(reader.buffered() == 0);
    CHECK(joiner.pending() == 0);
    return messages;
}

}  // namespace

TEST_CASE("frames too short to be a Noise message lose the stream, all others pass", "[framing]") {
    for (const std::size_t size : {0, 1, 15}) {
        FrameReader reader;
        REQUIRE(reader.feed(frame_of(size)).has_value());
        CHECK(reader.next().error() == Errc::malformed);
        CHECK(reader.next().error() == Errc::malformed);
        CHECK(reader.feed(frame_of(16)).error() == Errc::malformed);
        CHECK(reader.buffered() == 0);
    }
    for (const std::size_t size : {16, 17, 255, 256, 65519, 65535}) {
        FrameReader reader;
        REQUIRE(reader.feed(frame_of(size)).has_value());
        CHECK(reader.next().value() == Bytes(size, 0x5a));
        CHECK(reader.next().value() == std::nullopt);
    }
}

TEST_CASE("a short length is refused before any of its bytes have come", "[framing]") {
    FrameReader reader;
    REQUIRE(reader.feed(Bytes{0}).has_value());
    CHECK(reader.next().value() == std::nullopt);
    REQUIRE(reader.feed(Bytes{3}).has_value());
    CHECK(reader.next().error() == Errc::malformed);
}

TEST_CASE("frames come out the same however the stream was cut", "[framing]") {
    Bytes stream;
    for (const std::size_t size : {16, 20, 300, 16}) append(stream, frame_of(size));
    for (std::size_t chunk_size = 1; chunk_size <= stream.size(); ++chunk_size) {
        FrameReader reader;
        std::vector<std::size_t> sizes;
        for (std::size_t at = 0; at < stream.size(); at += chunk_size) {
            const View rest = View{stream}.subspan(at);
            REQUIRE(reader.feed(rest.first(std::min(chunk_size, rest.size()))).has_value());
            while (const std::optional<Bytes> frame = reader.next().value()) {
                sizes.push_back(frame->size());
            }
        }
        REQUIRE(sizes == std::vector<std::size_t>{16, 20, 300, 16});
    }
}

TEST_CASE("a reader that is not emptied takes no more than 64 KiB and a chunk", "[framing]") {
    FrameReader reader;
    const Bytes chunk = frame_of(40000);
    REQUIRE(reader.feed(chunk).has_value());
    REQUIRE(reader.feed(chunk).has_value());
    CHECK(reader.feed(chunk).error() == Errc::exhausted);
    CHECK(reader.buffered() == 2 * chunk.size());
    CHECK(reader.next().value()->size() == 40000);
    CHECK(reader.feed(chunk).has_value());
}

TEST_CASE("messages of every size arrive whole and in order", "[framing]") {
    const std::vector<std::size_t> sizes{0,      1,      100,    65517,  65518,     65519,
                                         131035, 131036, 131037, 300000, 16U << 20, 0};
    for (const std::size_t chunk_size : {1448UL, 16384UL, 1UL << 20}) {
        Ends ends;
        FrameWriter writer;
        std::size_t expected = 0;
        for (const std::size_t size : sizes) {
            REQUIRE(writer.add_message(ends.station, counted(size)).has_value());
            expected += framed_size(size);
            CHECK(writer.size() == expected);
        }
        const Bytes stream = writer.take();
        CHECK(writer.size() == 0);
        const std::vector<Bytes> messages = receive(ends.hub, stream, chunk_size);
        REQUIRE(messages.size() == sizes.size());
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            CHECK(std::ranges::equal(messages[i], counted(sizes[i])));
        }
    }
}

TEST_CASE("a message above the cap is refused by the writer, with nothing sent", "[framing]") {
    Ends ends;
    FrameWriter writer{1000};
    CHECK(writer.add_message(ends.station, Bytes(1001)).error() == Errc::too_large);
    CHECK(writer.size() == 0);
    CHECK(ends.station.sent() == 0);
    CHECK(writer.add_message(ends.station, Bytes(1000)).has_value());
}

TEST_CASE("a message above the cap is refused while it comes, whatever its pieces", "[framing]") {
    MessageJoiner exact{1000};
    REQUIRE(exact.add(piece_of(0, 600)).has_value());
    CHECK(exact.pending() == 600);
    CHECK(exact.add(piece_of(1, 400)).value()->size() == 1000);

    for (const std::uint8_t flags : {std::uint8_t{0}, std::uint8_t{1}}) {
        MessageJoiner joiner{1000};
        REQUIRE(joiner.add(piece_of(0, 600)).has_value());
        CHECK(joiner.add(piece_of(flags, 401)).error() == Errc::too_large);
        CHECK(joiner.pending() == 0);
        CHECK(joiner.add(piece_of(1, 1)).error() == Errc::too_large);
    }
}

TEST_CASE("sixteen mebibytes is the most that is joined unless told otherwise", "[framing]") {
    MessageJoiner joiner;
    const Bytes piece = piece_of(0, 65518);
    std::size_t taken = 0;
    while (joiner.add(piece).has_value()) taken += 65518;
    CHECK(joiner.add(piece).error() == Errc::too_large);
    CHECK(taken <= message_cap_default);
    CHECK(taken + 65518 > message_cap_default);
}

TEST_CASE("pieces that no writer makes are refused", "[framing]") {
    CHECK(MessageJoiner{}.add({}).error() == Errc::truncated);
    CHECK(MessageJoiner{}.add(piece_of(0, 0)).error() == Errc::malformed);
    CHECK(MessageJoiner{}.add(piece_of(1, 0)).value()->empty());
    for (unsigned flags = 2; flags < 256; ++flags) {
        CHECK(MessageJoiner{}.add(piece_of(static_cast<std::uint8_t>(flags), 5)).error() ==
              Errc::unsupported);
    }
    MessageJoiner joiner;
    REQUIRE(joiner.add(piece_of(0, 1)).has_value());
    CHECK(joiner.add(piece_of(1, 0)).error() == Errc::malformed);
}

TEST_CASE("a writer passes on the end of the counter", "[framing]") {
    Ends ends;
    ends.station.skip_to(CipherState::nonce_limit, 0);
    FrameWriter writer;
    CHECK(writer.add_message(ends.station, as_view("x")).error() == Errc::exhausted);
}
