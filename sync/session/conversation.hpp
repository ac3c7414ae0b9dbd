/// What both sides of a session do alike: take segments, keys and credit, send segments, watch the
/// time, end. StationSession and HubSession fill in where they differ.
///
/// Each step runs three phases: the event, then whatever input can be read, then whatever can be
/// said. Input waits while a question that decides over it (Admit, Fetch) is open; the last small
/// message waits for every open question, so that answers travel together. Not thread-safe.
#pragma once

#include "sync/session/lane_receiver.hpp"
#include "sync/session/lane_sender.hpp"
#include "sync/session/line.hpp"

namespace jiuying::sync {

class Conversation {
public:
    Conversation(noise::Role role, const std::array<std::uint8_t, 16>& hub_node,
                 noise::HandshakeKeys keys, std::initializer_list<Lane> incoming,
                 const SessionLimits& limits);
    virtual ~Conversation() = default;
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    [[nodiscard]] Actions step(const Event& event, Instant now);
    [[nodiscard]] const Traffic& traffic() const { return traffic_; }
    [[nodiscard]] std::optional<PartialSegment> part() const { return receiver_.unfinished(); }

protected:
    // --- Where the sides differ ------------------------------------------------------------------

    virtual void start() = 0;
    /// Reads what has come before the line is open. Returns false when more must come first.
    virtual bool read_handshake() = 0;
    /// One item that `hear_common` doesn't know.
    virtual void hear(const message::Any& item) = 0;
    virtual void admitted(const Admitted& answer);
    virtual void refused(const Refused& answer);
    virtual void offered(const Offered& answer) = 0;
    virtual void delivered(const Delivered& answer, const LaneReceiver::Answered& segment) = 0;
    virtual void compared(const Compared& answer);
    virtual void opened(const RangesOpened& answer);
    /// Whether the peer's HELLO was heard. Before it there is nothing else to hear.
    [[nodiscard]] virtual bool greeted() const { return true; }
    /// Says what can be said by now.
    virtual void proceed() = 0;
    /// Whether input has to wait for the answer to a question.
    [[nodiscard]] virtual bool holds_input() const { return sender_.fetching(); }

    // --- Tools -----------------------------------------------------------------------------------

    void say(const message::Any& item);
    void say_handshake(View payload);
    void ask(Action action) { asked_.push_back(std::move(action)); }
    /// Asks Fetch if the sender needs it, after saying what it can.
    void pump();
    /// The line is open from now on; the idle limit takes over from that of the handshake.
    void open_line();
    /// Tells the peer why, if it can hear that, and ends.
    void leave(CloseReason reason);
    /// Ends without a word.
    void close(CloseReason reason);
    [[nodiscard]] bool closed() const { return closed_.has_value(); }

    SessionLimits limits_;
    Line line_;
    LaneSender sender_;
    LaneReceiver receiver_;

private:
    void take(const Event& event);
    void read();
    void read_items(View bytes);
    [[nodiscard]] bool hear_common(const message::Any& item);
    void hear_chunk(const message::Chunk& chunk);
    void hear_key(const message::KeyWrap& key);
    void take_delivered(const Delivered& answer);
    void take_failure(CloseReason reason);
    void grant_credit();
    void keep_part();
    void forget_part(Lane lane, bool outlived);
    void renew_deadline();
    [[nodiscard]] Actions finish_step();

    noise::Role role_;
    Instant now_{};
    Instant deadline_{};
    Instant deadline_told_{};
    Instant said_at_{};            ///< When something last left.
    Instant kept_at_{};            ///< When a segment began, or what has come of it was last kept.
    std::optional<Lane> kept_of_;  ///< Whose segment was kept a part of while it came.
    Actions asked_;                ///< Of this step, all but Send, SetDeadline, Close.
    std::optional<CloseReason> closed_;
    bool close_told_ = false;
    bool spoke_ = false;  ///< Since the last wait that was counted.
    std::uint32_t key_wraps_ = 0;
    Traffic traffic_;
};

/// What a failed read of the peer's bytes means.
[[nodiscard]] CloseReason reason_of(Errc error);

/// Whether \p reason is one with which a hub turns a station away.
[[nodiscard]] constexpr bool is_refusal(CloseReason reason) {
    return reason >= CloseReason::refused_unknown && reason <= CloseReason::refused_busy;
}

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace jiuying::sync
