/// A peer that says whatever a test wants over a line that is all right: right keys, right
/// framing, wrong content. Written from docs/reference/protocol.md on Noise alone, so that the
/// session is not tested against itself.
#pragma once

#include "sync/noise/framing.hpp"
#include "sync/session/messages.hpp"
#include "tests/support/session_pair.hpp"

namespace jiuying::test {

class RawPeer {
public:
    /// \p seed: as Wire::seed, of this side's ephemeral key.
    explicit RawPeer(sync::noise::Role role, std::uint64_t seed = 50);

    /// Station: the clear preamble and the first handshake message.
    [[nodiscard]] sync::Bytes first();
    /// Hub: takes those and answers.
    [[nodiscard]] sync::Bytes second(sync::View opening);
    /// Station: takes the hub's message, answers with this payload.
    [[nodiscard]] sync::Bytes third(sync::View second, sync::View payload);
    /// Hub: takes the station's third message; what it has behind that is read by `hear`.
    void accept(sync::View third);

    /// One message of exactly these bytes, framed and sealed.
    [[nodiscard]] sync::Bytes seal(sync::View message);
    template <class... Items>
    [[nodiscard]] sync::Bytes say(const Items&... items) {
        sync::Bytes message;
        (sync::message::write(message, items), ...);
        return seal(message);
    }

    /// Takes what the session sent, which verifies (required).
    void hear(sync::View bytes);
    /// What was heard, one message each.
    std::vector<sync::Bytes> heard;
    /// Of the last message heard, if that is one.
    [[nodiscard]] std::optional<sync::CloseReason> goodbye() const;

private:
    sync::noise::Handshake handshake_;
    std::optional<sync::noise::Transport> transport_;
    sync::noise::FrameReader frames_;
    sync::noise::MessageJoiner joiner_;
};

}  // namespace jiuying::test
