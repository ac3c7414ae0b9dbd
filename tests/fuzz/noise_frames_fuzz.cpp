/// Fuzzes what a stranger reaches before he is known: the frame reader, the hub's handshake, and
/// the joiner of pieces.
///
/// Input: u8 chunk size less one, u8 what is fuzzed, then a stream of frames.
#include "schema/assert.hpp"
#include "sync/noise/framing.hpp"

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;
using namespace jiuying::sync::noise;

namespace {

constexpr std::size_t joined_max = 100'000;

X25519KeyPair pair_of(std::uint8_t byte) {
    Secret<32> scalar;
    std::ranges::fill(scalar.bytes(), byte);
    return X25519KeyPair::from_private(std::move(scalar));
}

Handshake side(Pattern pattern, Role role) {
    HandshakeKeys keys;
    keys.static_key = pair_of(1);
    keys.ephemeral = pair_of(2);
    keys.remote_static = pair_of(3).public_key();
    return {pattern, role, as_view("fuzz"), std::move(keys)};
}

/// XX and NN read keys and payloads in clear; XK and X refuse all that is not made for them.
Handshake reader_of(std::uint8_t choice) {
    constexpr std::array patterns{Pattern::XK, Pattern::X, Pattern::XX, Pattern::NN};
    const Pattern pattern = patterns[choice / 2 % patterns.size()];
    if (choice % 2 == 0 || pattern == Pattern::X) return side(pattern, Role::responder);
    Handshake initiator = side(pattern, Role::initiator);
    JY_ASSERT(initiator.write({}).has_value());
    return initiator;
}

void take(Handshake& handshake, View frame) {
    const bool was_alive = !handshake.my_turn() && !handshake.finished();
    const Result<Bytes> payload = handshake.read(frame);
    if (!payload) {
        JY_ASSERT(handshake.write({}).error() == Errc::wrong_state || !was_alive);
        return;
    }
    JY_ASSERT(payload->size() <= frame.size());
    if (handshake.my_turn()) static_cast<void>(handshake.write(as_view("answer")));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t chunk_size = std::size_t{data[0]} + 1;
    const std::uint8_t choice = data[1];
    View stream{data + 2, size - 2};
    FrameReader reader;
    MessageJoiner joiner{joined_max};
    Handshake handshake = reader_of(choice);
    while (!stream.empty()) {
        const View chunk = stream.first(std::min(chunk_size, stream.size()));
        stream = stream.subspan(chunk.size());
        if (!reader.feed(chunk)) return 0;
        for (;;) {
            const Result<std::optional<Bytes>> frame = reader.next();
            if (!frame) return 0;
            if (!*frame) break;
            JY_ASSERT((*frame)->size() >= frame_size_min);
            if (choice % 16 >= 8) {
                const Result<std::optional<Bytes>> message = joiner.add(**frame);
                if (message && *message) JY_ASSERT((*message)->size() <= joined_max);
                JY_ASSERT(joiner.pending() <= joined_max);
            } else {
                take(handshake, **frame);
            }
        }
        JY_ASSERT(reader.buffered() < frame_header_size + frame_size_max);
    }
    return 0;
}
