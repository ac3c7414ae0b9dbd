#include "sync/session/line.hpp"

#include "schema/assert.hpp"

#include <utility>

namespace jiuying::sync {
namespace {

constexpr std::string_view magic = "JYSY";

/// Whatever both sides must agree on before anything is said.
Bytes prologue(const std::array<std::uint8_t, 16>& hub_node) {
    Bytes bytes;
    append(bytes, Preamble{}.bytes());
    append(bytes, hub_node);
    append(bytes, as_view("station to hub"));
    return bytes;
}

void drop_front(Bytes& bytes, std::size_t count) {
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

Array<Preamble::size> Preamble::bytes() const {
    Array<size> bytes{};
    std::ranges::copy(magic, bytes.begin());
    bytes[4] = version;
    bytes[5] = suite;
    return bytes;
}

Result<Preamble> Preamble::parse(View bytes) {
    if (bytes.size() != size || as_text(bytes.first(4)) != magic) return Errc::malformed;
    return Preamble{bytes[4], bytes[5]};
}

noise::HandshakeKeys handshake_keys(SessionKeys& keys) {
    noise::HandshakeKeys pairs;
    pairs.static_key = X25519KeyPair::from_private(std::move(keys.static_secret));
    pairs.ephemeral = X25519KeyPair::from_private(std::move(keys.ephemeral_secret));
    JY_ASSERT(pairs.static_key->public_key().bytes() == keys.static_public);
    return pairs;
}

Line::Line(noise::Role role, const std::array<std::uint8_t, 16>& hub_node,
           noise::HandshakeKeys keys, const SessionLimits& limits)
    : batch_bytes_max_(limits.chunk_bytes),
      handshake_(noise::Pattern::XK, role, prologue(hub_node), std::move(keys)),
      joiner_(limits.message_bytes_max),
      writer_(limits.message_bytes_max) {
    JY_ASSERT(limits.chunk_bytes > 0 && limits.chunk_bytes <= chunk_bytes_max);
}

void Line::receive(View bytes) {
    received_bytes_ += bytes.size();
    append(received_, bytes);
}

bool Line::preamble_comes() const {
    // The length of a handshake message starts with a byte far below 'J'.
    return !received_.empty() && received_[0] == static_cast<std::uint8_t>(magic[0]);
}

Result<std::optional<Preamble>> Line::take_preamble() {
    if (received_.size() < Preamble::size) return std::optional<Preamble>{};
    const Result<Preamble> preamble = Preamble::parse(View{received_}.first(Preamble::size));
    if (!preamble) return preamble.error();
    drop_front(received_, Preamble::size);
    return std::optional<Preamble>{*preamble};
}

Result<std::optional<Bytes>> Line::next_handshake(std::size_t size_min, std::size_t size_max) {
    if (received_.size() < noise::frame_header_size) return std::optional<Bytes>{};
    const std::size_t size = static_cast<std::size_t>(received_[0]) << 8U | received_[1];
    if (size < size_min) return Errc::malformed;
    if (size > size_max) return Errc::too_large;
    if (received_.size() - noise::frame_header_size < size) return std::optional<Bytes>{};
    Result<Bytes> payload =
        handshake_.read(View{received_}.subspan(noise::frame_header_size, size));
    if (!payload) return payload.error();
    drop_front(received_, noise::frame_header_size + size);
    return std::optional<Bytes>{std::move(*payload)};
}

Result<std::optional<Bytes>> Line::next_message() {
    JY_ASSERT(is_open());
    for (;;) {
        const Result<std::optional<Bytes>> frame = frames_.next();
        if (!frame) return frame.error();
        if (!*frame) {
            if (received_.empty()) return std::optional<Bytes>{};
            const Result<void> fed = frames_.feed(received_);
            if (!fed) return fed.error();
            received_.clear();
            continue;
        }
        const Result<Bytes> piece = transport_->decrypt(**frame);
        if (!piece) return piece.error();
        Result<std::optional<Bytes>> message = joiner_.add(*piece);
        if (!message || *message) return message;
    }
}

void Line::say_preamble() { append(clear_, Preamble{}.bytes()); }

Result<void> Line::say_handshake(View payload) {
    const Result<Bytes> message = handshake_.write(payload);
    if (!message) return message.error();
    writer_.add_frame(*message);
    return {};
}

void Line::say(const message::Any& item) {
    JY_ASSERT(is_open());
    Bytes bytes;
    message::write(bytes, item);
    if (!batch_.empty() && batch_.size() + bytes.size() > batch_bytes_max_) seal();
    append(batch_, bytes);
    if (batch_.size() >= batch_bytes_max_) seal();
}

void Line::seal() {
    const Result<void> added = writer_.add_message(*transport_, batch_);
    JY_ASSERT(added.has_value());  // Within the cap, and no session sends 2^64 messages.
    batch_.clear();
    if (writer_.size() >= batch_bytes_max_) full_.push_back(writer_.take());
}

void Line::drain(Actions& sends, bool all) {
    if (all && !batch_.empty()) seal();
    if (all && clear_.size() + writer_.size() != 0) {
        append(clear_, writer_.take());
        full_.push_back(std::exchange(clear_, Bytes{}));
    }
    for (Bytes& bytes : full_) {
        sent_bytes_ += bytes.size();
        sends.push_back(Send{std::move(bytes)});
    }
    full_.clear();
}

void Line::open() { transport_ = handshake_.split(); }

}  // namespace jiuying::sync
