#include "sync/session/conversation.hpp"
#include "sync/session/enrol.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::sync {
namespace {

noise::HandshakeKeys station_keys(StationSession::Config& config) {
    noise::HandshakeKeys keys = handshake_keys(config.keys);
    keys.remote_static = X25519Key{config.hub_static_public};
    return keys;
}

bool is_empty(const Offer& offer) {
    return offer.key_wraps.empty() && offer.segments.empty() && !offer.more;
}

}  // namespace

struct StationSession::State final : Conversation {
    explicit State(Config given)
        : Conversation(noise::Role::initiator, given.hub_node, station_keys(given),
                       {Lane::inbox, Lane::reference, Lane::snapshot}, given.limits),
          config(std::move(given)),
          hello(std::move(config.hello)) {
        JY_ASSERT(config.enrol_secret.has_value() == hello.enrol.has_value());
        hello.credit = limits_.credit;
        if (hello.partial && !receiver_.remember(*hello.partial)) hello.partial.reset();
    }

    void start() override;
    bool read_handshake() override;
    void hear(const message::Any& item) override;
    void offered(const Offered& answer) override;
    void delivered(const Delivered& answer, const LaneReceiver::Answered& segment) override;
    void compared(const Compared& answer) override;
    void proceed() override;
    [[nodiscard]] bool holds_input() const override {
        return comparing || Conversation::holds_input();
    }
    [[nodiscard]] bool greeted() const override { return peer.has_value(); }

    bool read_hint();
    void say_hello(bool with_flush);
    void hear_hello(const Hello& said);
    void compare(std::vector<OpenedRange> heard);
    void finish();

    Config config;
    Hello hello;                ///< As it is said.
    std::optional<Hello> peer;  ///< The hub's, once heard.
    std::array<std::optional<LaneHead>, lane_count>
        moved;             ///< By lane - 1: where we stand since our HELLO.
    bool sending = false;  ///< The round over our lane has begun.
    bool flushed = false;  ///< That round is over and said to be.
    std::uint32_t unanswered_flushes = 0;
    std::uint64_t flushed_segments = 0;  ///< Sent when that was said.
    bool comparing = false;              ///< The replica was asked what differs.
    bool ranges_come = false;            ///< The hub was asked.
    std::uint32_t openings = 0;
};

void StationSession::State::start() {
    line_.say_preamble();
    say_handshake({});
}

/// A hub that can't answer says its preamble, in clear. Anyone could have written it; all it does
/// is to give a failed session a better name.
bool StationSession::State::read_hint() {
    const Result<std::optional<Preamble>> hint = line_.take_preamble();
    if (!hint) {
        close(CloseReason::protocol_error);
    } else if (*hint) {
        close(**hint == Preamble{} ? CloseReason::not_authentic : CloseReason::version_mismatch);
    }
    return false;
}

bool StationSession::State::read_handshake() {
    if (line_.handshake().my_turn()) return false;  // The third message waits for an answer.
    if (line_.preamble_comes()) return read_hint();
    const Result<std::optional<Bytes>> payload =
        line_.next_handshake(Line::plain_handshake_size, Line::plain_handshake_size);
    if (!payload) {
        close(reason_of(payload.error()));
        return false;
    }
    if (!*payload) return false;
    if (hello.enrol) {
        hello.enrol->mac =
            enrol_mac(*config.enrol_secret, line_.handshake().transcript_hash(),
                      {config.keys.static_public, config.hub_static_public, config.hub_box_public},
                      *hello.enrol);
    }
    if (!config.send_early) {
        say_hello(false);
        return !closed();
    }
    // Only now: the hub is there and is the right one. Whether there is anything to send decides
    // what stands beside HELLO.
    sender_.allow_in_all(limits_.early_bytes_max);
    sender_.begin_early(Lane::station, config.receipted);
    sending = true;
    pump();
    return false;
}

void StationSession::State::say_hello(bool with_flush) {
    Bytes payload;
    message::write(payload, hello);
    if (with_flush) message::write(payload, message::Flush{});
    say_handshake(payload);
    if (closed()) return;
    open_line();
    if (!with_flush) return;
    flushed = true;
    ++unanswered_flushes;
}

void StationSession::State::offered(const Offered& answer) {
    if (!line_.is_open()) {
        say_hello(is_empty(answer.offer));
        if (closed()) return;
    }
    sender_.offered(answer.offer, line_);
}

void StationSession::State::hear(const message::Any& item) {
    if (const auto* said = std::get_if<Hello>(&item); said && !peer) return hear_hello(*said);
    if (std::holds_alternative<message::Flush>(item) && unanswered_flushes > 0) {
        --unanswered_flushes;
        receiver_.abandon();
        return;
    }
    if (const auto* receipt = std::get_if<message::Receipt>(&item)) {
        return ask(StoreReceipt{Bytes(receipt->receipt.begin(), receipt->receipt.end())});
    }
    if (const auto* ranges = std::get_if<message::Ranges>(&item); ranges && ranges_come) {
        ranges_come = false;
        return compare(ranges->ranges);
    }
    leave(CloseReason::protocol_error);
}

void StationSession::State::compare(std::vector<OpenedRange> heard) {
    comparing = true;
    ask(Compare{std::move(heard)});
}

void StationSession::State::compared(const Compared& answer) {
    JY_ASSERT(comparing);
    comparing = false;
    if (!answer.open.empty() && openings < limits_.openings_max) {
        ++openings;
        ranges_come = true;
        return say(message::Open{answer.open});
    }
    if (!answer.found.empty()) line_.say(message::Found{answer.found});
    finish();
}

void StationSession::State::hear_hello(const Hello& said) {
    if (said.enrol) return leave(CloseReason::protocol_error);
    peer = said;
    ask(NotePeer{said});
    sender_.allow_in_all(said.credit);
    if (said.partial) sender_.peer_has_part(*said.partial);
    const LaneHead& stands_at = said.have[static_cast<std::size_t>(Lane::station) - 1];
    const bool begun = sending && !sender_.correct(Lane::station, stands_at);
    // What a hub that was put back to an older state lacks of its own lanes. What we wrote may
    // stand on that: it comes first, unless ours is on its way already.
    for (const Lane lane : {Lane::reference, Lane::inbox}) {
        const LaneHead& ours = hello.have[static_cast<std::size_t>(lane) - 1];
        const LaneHead& theirs = said.have[static_cast<std::size_t>(lane) - 1];
        const std::uint32_t lost =
            lane == Lane::inbox ? feature::lost_inbox : feature::lost_reference;
        const GivenBack back{ours, (said.features & lost) != 0};
        if (ours.seq != 0) sender_.also(lane, theirs, back);
    }
    if (begun) return;
    sender_.also(Lane::station, stands_at);
    sending = true;
    flushed = false;
}

void StationSession::State::delivered(const Delivered& answer,
                                      const LaneReceiver::Answered& segment) {
    moved[static_cast<std::size_t>(segment.lane) - 1] = answer.head;
}

void StationSession::State::proceed() {
    pump();
    if (flushed && sender_.sent_segments() != flushed_segments) flushed = false;
    if (sending && sender_.finished() && !flushed) {
        say(message::Flush{});
        flushed = true;
        flushed_segments = sender_.sent_segments();
        ++unanswered_flushes;
    }
    const bool all_said = peer && flushed && sender_.finished() && unanswered_flushes == 0;
    if (!all_said || receiver_.unanswered() != 0 || comparing || ranges_come) return;
    const bool moved_on = std::ranges::any_of(moved, [](const auto& head) { return !!head; });
    if (openings == 0 && !moved_on && must_compare(hello, *peer)) return compare({});
    finish();
}

/// The close that the hub can tell from a cut. Nobody answers it.
void StationSession::State::finish() {
    message::Done done;
    for (std::size_t i = 0; i < moved.size(); ++i) {
        if (moved[i] && *moved[i] != hello.have[i]) done.heads[i] = moved[i];
    }
    if (config.facts && (peer->features & feature::facts) != 0) line_.say(*config.facts);
    line_.say(done);
    close(CloseReason::done);
}

StationSession::StationSession(Config config)
    : state_(std::make_unique<State>(std::move(config))) {}
StationSession::~StationSession() = default;

Actions StationSession::step(const Event& event, Instant now) { return state_->step(event, now); }
const Traffic& StationSession::traffic() const { return state_->traffic(); }
const std::optional<Hello>& StationSession::peer() const { return state_->peer; }

}  // namespace jiuying::sync
