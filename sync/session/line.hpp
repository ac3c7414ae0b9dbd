/// The encrypted line under a session: preamble, Noise XK, then messages of joined items.
///
/// Bytes from the peer go in by `receive` and come out as handshake payloads and messages; items
/// go in by `say` and come out of `drain` as Send actions. Knows no meaning. Not thread-safe.
#pragma once

#include "sync/noise/framing.hpp"
#include "sync/session/messages.hpp"
#include "sync/session/session.hpp"

namespace jiuying::sync {

/// What either side may say in clear: "JYSY", the major version, the suite. The station's opens the
/// session. The hub says its own only when it can't answer, as a hint that nothing vouches for.
struct Preamble {
    static constexpr std::size_t size = 6;
    std::uint8_t version = 1;
    std::uint8_t suite = 1;  ///< 1: Noise_XK_25519_ChaChaPoly_SHA256.
    bool operator==(const Preamble&) const = default;

    [[nodiscard]] Array<size> bytes() const;
    /// Fails with Errc::malformed when the magic is another.
    [[nodiscard]] static Result<Preamble> parse(View bytes);
};

/// What the keys of a session look like to Noise. Takes the secrets out of \p keys.
[[nodiscard]] noise::HandshakeKeys handshake_keys(SessionKeys& keys);

class Line {
public:
    /// Bytes of the first two handshake messages, which carry nothing beside a key.
    static constexpr std::size_t plain_handshake_size = 48;

    Line(noise::Role role, const std::array<std::uint8_t, 16>& hub_node, noise::HandshakeKeys keys,
         const SessionLimits& limits);

    // --- In --------------------------------------------------------------------------------------

    void receive(View bytes);

    /// Whether what comes next in clear begins as a preamble does and no handshake message.
    [[nodiscard]] bool preamble_comes() const;
    /// The clear preamble, once it is there as a whole.
    [[nodiscard]] Result<std::optional<Preamble>> take_preamble();

    /// The payload of the next handshake message, once it is there as a whole. Fails with
    /// Errc::malformed or Errc::too_large, as soon as its length is read, outside \p size_min to
    /// \p size_max; with Errc::not_authentic or Errc::bad_key when it doesn't verify.
    [[nodiscard]] Result<std::optional<Bytes>> next_handshake(std::size_t size_min,
                                                              std::size_t size_max);

    /// The next message. Fails with Errc::not_authentic when a frame doesn't verify, else with
    /// what FrameReader and MessageJoiner say.
    [[nodiscard]] Result<std::optional<Bytes>> next_message();

    /// Bytes received and not yet looked at.
    [[nodiscard]] std::size_t unread() const { return received_.size(); }

    // --- Out -------------------------------------------------------------------------------------

    void say_preamble();
    /// Fails with Errc::bad_key when the peer's ephemeral key is of low order.
    [[nodiscard]] Result<void> say_handshake(View payload);
    /// Joins the item to those not yet sealed. The line is open (asserted).
    void say(const message::Any& item);

    /// Moves what was said to \p sends: all, or only what fills a Send.
    void drain(Actions& sends, bool all);

    // --- The rest --------------------------------------------------------------------------------

    [[nodiscard]] const noise::Handshake& handshake() const { return handshake_; }
    /// After the last handshake message.
    void open();
    [[nodiscard]] bool is_open() const { return transport_.has_value(); }

    [[nodiscard]] std::uint64_t sent_bytes() const { return sent_bytes_; }
    [[nodiscard]] std::uint64_t received_bytes() const { return received_bytes_; }

private:
    void seal();

    std::size_t batch_bytes_max_;
    noise::Handshake handshake_;
    std::optional<noise::Transport> transport_;
    noise::FrameReader frames_;
    noise::MessageJoiner joiner_;
    noise::FrameWriter writer_;
    Bytes received_;  ///< Not yet read; while a question is open, a driver may have read ahead.
    Bytes clear_;     ///< Leaves ahead of what `writer_` holds.
    Bytes batch_;     ///< Items of the next message.
    std::vector<Bytes> full_;  ///< Sealed and large enough for a Send of their own.
    std::uint64_t sent_bytes_ = 0;
    std::uint64_t received_bytes_ = 0;
};

}  // namespace jiuying::sync
