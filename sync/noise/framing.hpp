/// From a stream of bytes to Noise messages, from those to application messages, and back.
///
///   frame      u16 length, most significant byte first; then that many bytes: a Noise message
///   piece      what a transport message decrypts to: u8 flags, then a part of the message
///   flags      bit 0: the last piece of its message; all other bits are 0
///
/// The peer is not trusted: every size is checked before memory is taken for it. Pure; one thread
/// at a time.
#pragma once

#include "sync/noise/noise.hpp"

#include <optional>

namespace jiuying::sync::noise {

/// Every Noise message of ours ends in a tag, handshake messages included (in XK all of them).
inline constexpr std::size_t frame_size_min = tag_size;
inline constexpr std::size_t frame_size_max = message_size_max;
inline constexpr std::size_t frame_header_size = 2;

/// What one piece carries beside its flags.
inline constexpr std::size_t piece_size_max = plaintext_size_max - 1;
/// Joined messages are refused above this size in bytes unless told otherwise.
inline constexpr std::size_t message_cap_default = std::size_t{16} << 20;

/// Cuts frames out of a stream, however it was split. Whoever calls `next` until it is empty after
/// each `feed` never has more than a part of one frame left; whoever waits must stop reading the
/// stream meanwhile. At most 64 KiB and one chunk are ever held.
class FrameReader {
public:
    /// Takes more of the stream. Fails with Errc::exhausted, taking nothing, while a largest frame
    /// or more waits to be taken out, and with Errc::malformed after `next` failed.
    [[nodiscard]] Result<void> feed(View chunk);

    /// The next whole frame without its length, or nothing until more is fed. Fails with
    /// Errc::malformed at a length below `frame_size_min`: the stream is lost then, and every later
    /// call fails too.
    [[nodiscard]] Result<std::optional<Bytes>> next();

    /// Bytes fed and not yet taken. Not zero at the end of a stream: it was cut inside a frame.
    [[nodiscard]] std::size_t buffered() const { return buffer_.size() - start_; }

private:
    Bytes buffer_;
    std::size_t start_ = 0;  ///< Bytes before it were taken out already.
    bool failed_ = false;
};

/// Joins pieces to messages.
class MessageJoiner {
public:
    explicit MessageJoiner(std::size_t cap = message_cap_default) : cap_(cap) {}

    /// Takes a decrypted piece; the message when it was its last one. Fails with Errc::truncated
    /// (no flags), Errc::unsupported (unknown flags), Errc::malformed (an empty piece that is not a
    /// whole message), or Errc::too_large (above the cap). Every later call then fails too.
    [[nodiscard]] Result<std::optional<Bytes>> add(View piece);

    /// Bytes of the message that is not yet whole.
    [[nodiscard]] std::size_t pending() const { return message_.size(); }

private:
    [[nodiscard]] Result<std::optional<Bytes>> refuse(Errc why);

    std::size_t cap_;
    Bytes message_;
    std::optional<Errc> refused_;
};

/// Collects the bytes that are to be sent.
class FrameWriter {
public:
    explicit FrameWriter(std::size_t cap = message_cap_default) : cap_(cap) {}

    /// Adds one Noise message as it is: those of the handshake. Its size is within the limits of a
    /// frame (asserted).
    void add_frame(View noise_message);

    /// Adds an application message, cut into as few pieces as it needs and encrypted. Fails with
    /// Errc::too_large above the cap, with nothing added, and as Transport::encrypt does: the
    /// session must end then.
    [[nodiscard]] Result<void> add_message(Transport& transport, View message);

    /// Hands over what was collected and begins anew.
    [[nodiscard]] Bytes take();
    [[nodiscard]] std::size_t size() const { return out_.size(); }

private:
    std::size_t cap_;
    Bytes out_;
};

/// What `add_message` adds to the stream for a message of this size, in bytes.
[[nodiscard]] std::size_t framed_size(std::size_t message_size);

}  // namespace jiuying::sync::noise
