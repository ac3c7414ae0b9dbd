#include "tests/support/raw_peer.hpp"

#include "schema/assert.hpp"
#include "sync/crypto/x25519.hpp"

namespace jiuying::test {
namespace {

using namespace jiuying::sync;

const Bytes preamble{'J', 'Y', 'S', 'Y', 1, 1};

noise::Handshake handshake(noise::Role role, std::uint64_t seed) {
    const bool station = role == noise::Role::initiator;
    SessionKeys mine = session_keys(station ? 1 : 2, seed);
    noise::HandshakeKeys keys;
    keys.static_key = X25519KeyPair::from_private(std::move(mine.static_secret));
    keys.ephemeral = X25519KeyPair::from_private(std::move(mine.ephemeral_secret));
    if (station) keys.remote_static = X25519Key{session_keys(2, 0).static_public};
    Bytes prologue = preamble;
    append(prologue, hub_node);
    append(prologue, as_view("station to hub"));
    return {noise::Pattern::XK, role, prologue, std::move(keys)};
}

Bytes framed(View noise_message) {
    noise::FrameWriter writer;
    writer.add_frame(noise_message);
    return writer.take();
}

}  // namespace

RawPeer::RawPeer(noise::Role role, std::uint64_t seed) : handshake_(handshake(role, seed)) {}

Bytes RawPeer::first() {
    Bytes bytes = preamble;
    append(bytes, framed(handshake_.write({}).value()));
    return bytes;
}

Bytes RawPeer::second(View opening) {
    JY_ASSERT(handshake_.read(opening.subspan(preamble.size() + 2)).has_value());
    return framed(handshake_.write({}).value());
}

Bytes RawPeer::third(View second, View payload) {
    JY_ASSERT(handshake_.read(second.subspan(2)).has_value());
    Bytes bytes = framed(handshake_.write(payload).value());
    transport_ = handshake_.split();
    return bytes;
}

void RawPeer::accept(View third) {
    const std::size_t size = static_cast<std::size_t>(third[0]) << 8U | third[1];
    JY_ASSERT(handshake_.read(third.subspan(2, size)).has_value());
    transport_ = handshake_.split();
    hear(third.subspan(2 + size));
}

Bytes RawPeer::seal(View message) {
    noise::FrameWriter writer;
    JY_ASSERT(writer.add_message(*transport_, message).has_value());
    return writer.take();
}

void RawPeer::hear(View bytes) {
    JY_ASSERT(frames_.feed(bytes).has_value());
    for (;;) {
        const Result<std::optional<Bytes>> frame = frames_.next();
        if (!frame.value()) return;
        const Result<Bytes> piece = transport_->decrypt(**frame);
        if (auto message = joiner_.add(piece.value()).value()) heard.push_back(std::move(*message));
    }
}

std::optional<CloseReason> RawPeer::goodbye() const {
    if (heard.empty()) return std::nullopt;
    std::optional<CloseReason> reason;
    for (message::Reader reader{heard.back()}; !reader.empty();) {
        const Result<message::Any> item = reader.next();
        if (!item) return std::nullopt;
        const auto* goodbye = std::get_if<message::Goodbye>(&*item);
        if (goodbye != nullptr) reason = goodbye->reason;
    }
    return reason;
}

}  // namespace jiuying::test
