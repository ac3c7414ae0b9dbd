/// One exchange between a station and its hub, as a function from event to actions.
///
/// The session knows the protocol, not the disk or the socket: `step` takes what happened and the
/// monotonic time and returns what must be done, in that order. Whoever drives it performs the
/// actions and feeds the answers back, in the order of the questions, before any other event.
/// After Close every event is ignored. Not thread-safe.
///
///     station                                    hub
///     preamble, Noise XK message 1         ->
///                                          <-    message 2
///     message 3 {HELLO [ENROL]}            ->
///     KEYs, SEGMENTs (<= 64 KiB), FLUSH    ->
///                                          <-    HELLO, RECEIPT, KEYs, SEGMENTs, FLUSH
///     DONE {heads}, close                  ->    close
///
/// Where the logs are equal and the digests are not, the station asks before DONE what the hub has,
/// range by range (OPEN, answered by RANGES), and says which records differ (FOUND). With DONE it
/// says FACTS to a hub that can hear them.
///
/// What is beyond 64 KiB follows the hub's HELLO under its credit, and FLUSH comes after it. The
/// bytes are specified in docs/reference/protocol.md.
#pragma once

#include "sync/crypto/secret.hpp"
#include "sync/session/budget.hpp"
#include "sync/session/exchange.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace jiuying::sync {

/// Monotonic time in ms; only differences mean anything.
using Instant = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

// --- Events: what happened -------------------------------------------------------------------

struct Started {};  ///< The connection stands.
/// Bytes from the peer; read only during the step.
struct Received {
    View bytes;
};
struct DeadlinePassed {};  ///< The time last asked for with SetDeadline has come.
struct HungUp {};          ///< The connection broke.
struct StopAsked {};       ///< Say goodbye and end.
/// Answer to Admit: the hub's view of this station, or why not. \p receipt is the latest for the
/// station lane: a station that missed it hears it even when it has nothing more to send.
struct Admitted {
    Hello hello;
    Bytes receipt;
};
struct Refused {
    CloseReason reason{};
};
/// Answer to Fetch.
struct Offered {
    Offer offer;
};
/// Answer to Deliver: the segment is on disk (or was known). \p receipt is the hub's signed receipt
/// for the station lane (hub side only), \p head what is now held of the lane.
struct Delivered {
    LaneHead head;
    Bytes receipt;
};
/// Answer to Deliver, StoreReceipt, StoreKeys or NotePeer when they were refused.
struct DeliveryFailed {
    CloseReason reason{};
};
/// Optional: the bytes of a Send have left. Renews the idle deadline, for links on which sending
/// alone takes longer than that.
struct Sent {};

/// Answer to Compare: which ranges differ and are to be opened; if none, what was found.
struct Compared {
    std::vector<IdRange> open;
    std::vector<FoundRecord> found;
};
/// Answer to OpenRanges, in their order.
struct RangesOpened {
    std::vector<OpenedRange> ranges;
};

using Event = std::variant<Started, Received, DeadlinePassed, HungUp, StopAsked, Admitted, Refused,
                           Offered, Delivered, DeliveryFailed, Sent, Compared, RangesOpened>;

// --- Actions: what must be done, in order -----------------------------------------------------

/// At most one message of 16 KiB, or a few small ones.
struct Send {
    Bytes bytes;
};
/// Replaces the deadline set before.
struct SetDeadline {
    Instant at;
};
/// Hub: is this node known, or does its invitation admit it? Answered by Admitted or Refused.
struct Admit {
    Hash32 static_key{};      ///< The peer's X25519 key, authenticated.
    Hash32 handshake_hash{};  ///< Over the handshake up to the second message, as the MAC uses it.
    Hello hello;
};
/// What is given back to the writer of a lane, who was put back to an older state.
struct GivenBack {
    LaneHead held;      ///< What was had when the session began: the writer has what came since.
    bool lost = false;  ///< The writer doesn't know the epoch in which that is.
};
/// Give sealed segments of \p lane that follow \p after, up to \p bytes_max (at least one if
/// there is any). Answered by Offered.
struct Fetch {
    Lane lane{};
    LaneHead after;
    std::uint32_t bytes_max = 0;
    /// Of a lane that the peer writes.
    std::optional<GivenBack> back;
};
/// Verify and store durably, then answer with Delivered or DeliveryFailed.
struct Deliver {
    Lane lane{};
    Bytes segment;
};
/// Store a signed receipt of the hub (station side). Answered by nothing; failures end the driver.
struct StoreReceipt {
    Bytes receipt;
};
/// Store a content key wrapped for this node.
struct StoreKeys {
    Lane lane{};
    Bytes wrap;
};
/// Remember what arrived of a segment before the link broke, in place of what was remembered
/// before. With no bytes: forget what was remembered, it is used up or was damaged. On a slow link
/// also meanwhile, so that a machine that dies loses seconds of it.
struct KeepPartial {
    PartialSegment partial;
};
/// Remember what the peer said it holds now (a hint), its HELLO, and its clock. At the station once
/// the hub's HELLO was read, at the hub when the station is done.
struct NotePeer {
    Hello hello;
    std::optional<StationFacts> facts = std::nullopt;  ///< Hub: where the station said them.
};
/// Station: both sides' logs are equal and their digests are not. Compare what the hub has in the
/// ranges that were last opened; at the beginning, none were. Answered by Compared.
struct Compare {
    std::vector<OpenedRange> heard;
};
/// Hub: what is in these ranges? Answered by RangesOpened.
struct OpenRanges {
    std::vector<IdRange> ranges;
};
/// Hub: what the station found. Answered by nothing.
struct NoteFound {
    std::vector<FoundRecord> found;
};
/// The session is over; close the socket after what was sent has left. Before a refusal the peer
/// may still be sending: end the sending direction and read on for a moment, or its last bytes
/// would make the network drop ours.
struct Close {
    CloseReason reason{};
};

using Action = std::variant<Send, SetDeadline, Admit, Fetch, Deliver, StoreReceipt, StoreKeys,
                            KeepPartial, NotePeer, Close, Compare, OpenRanges, NoteFound>;
using Actions = std::vector<Action>;

/// What both sides need to shake hands. The ephemeral key is fresh for every session.
struct SessionKeys {
    Secret<32> static_secret;
    Hash32 static_public{};
    Secret<32> ephemeral_secret;
};

/// Limits of one session. Each has a test that reaches it. `early_bytes_max` is the protocol's:
/// both sides have the same. A chunk that is cut on its way is lost, so they are small.
struct SessionLimits {
    std::chrono::milliseconds handshake{10'000};
    std::chrono::milliseconds idle{30'000};
    std::uint32_t early_bytes_max = 64U << 10U;  ///< Before the hub's HELLO was read.
    std::uint32_t credit = 1U << 20U;            ///< Unanswered segment bytes in flight.
    std::uint32_t chunk_bytes = 4U << 10U;       ///< As sent; up to 16 KiB are taken.
    std::uint32_t segment_bytes_max = 2U << 20U;
    std::uint32_t message_bytes_max = 16U << 20U;
    std::uint32_t key_wraps_max = 1024;  ///< Taken in one session.
    std::uint32_t flushes_max = 8;       ///< Answered in one session.
    std::uint32_t openings_max = 16;     ///< Times that ranges are opened in one session.
    /// Of what is held of segments until the replica has answered, kept parts included; shared by
    /// all sessions of a hub, which it outlives. Null: no limit but the credit.
    Budget* budget = nullptr;
};

/// The side that calls: one session, from connect to close.
class StationSession {
public:
    struct Config {
        SessionKeys keys;
        Hash32 hub_static_public{};
        Hash32 hub_box_public{};                  ///< With `enrol_secret`: part of the proof.
        std::array<std::uint8_t, 16> hub_node{};  ///< Mixed into the prologue with the suite.
        Hello hello;  ///< What this station has; `partial` with its bytes, `enrol` without MAC.
        std::optional<Secret<32>> enrol_secret;  ///< With hello.enrol: the invitation's secret.
        LaneHead receipted;      ///< Own lane up to the last receipt: sending starts behind it.
        bool send_early = true;  ///< False after a cut: ask first where to resume.
        /// Said at the end to a hub that can hear them.
        std::optional<StationFacts> facts = std::nullopt;
        SessionLimits limits;
    };
    explicit StationSession(Config config);
    ~StationSession();
    [[nodiscard]] Actions step(const Event& event, Instant now);
    [[nodiscard]] const Traffic& traffic() const;
    /// The hub's HELLO, once heard.
    [[nodiscard]] const std::optional<Hello>& peer() const;

private:
    struct State;
    std::unique_ptr<State> state_;  ///< Keeps the machine's workings out of this header.
};

/// The side that answers.
class HubSession {
public:
    struct Config {
        SessionKeys keys;
        std::array<std::uint8_t, 16> hub_node{};
        SessionLimits limits;
    };
    explicit HubSession(Config config);
    ~HubSession();
    [[nodiscard]] Actions step(const Event& event, Instant now);
    [[nodiscard]] const Traffic& traffic() const;
    /// What has come of a segment that is not whole yet.
    [[nodiscard]] std::optional<PartialSegment> part() const;

private:
    struct State;
    std::unique_ptr<State> state_;  ///< As above.
};

}  // namespace jiuying::sync
