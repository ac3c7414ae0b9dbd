#include "sync/session/conversation.hpp"

#include "schema/assert.hpp"

#include <utility>

namespace jiuying::sync {
namespace {

/// The third message has a key, two tags, HELLO, and perhaps FLUSH; nothing more is read for a
/// stranger.
constexpr std::size_t third_size_min = 32 + 2 * noise::tag_size;
constexpr std::size_t third_size_max = third_size_min + hello_bytes_max + 2;

}  // namespace

struct HubSession::State final : Conversation {
    explicit State(Config given)
        : Conversation(noise::Role::responder, given.hub_node, handshake_keys(given.keys),
                       {Lane::station, Lane::inbox, Lane::reference}, given.limits) {}

    /// `admitting` waits for the replica; everything else waits for the station.
    enum class Phase : std::uint8_t { preamble, first, third, admitting, open };

    void start() override {}
    bool read_handshake() override;
    void hear(const message::Any& item) override;
    void admitted(const Admitted& answer) override;
    void refused(const Refused& answer) override;
    void offered(const Offered& answer) override { sender_.offered(answer.offer, line_); }
    void delivered(const Delivered& answer, const LaneReceiver::Answered& segment) override;
    void opened(const RangesOpened& answer) override;
    void proceed() override;
    [[nodiscard]] bool holds_input() const override {
        return phase == Phase::admitting || opening || Conversation::holds_input();
    }

    bool read_preamble();
    bool read_first();
    bool read_third();
    void hear_hello(View payload);
    void hear_done(const message::Done& done);
    void hear_open(const message::Open& open);
    void hear_found(const message::Found& found);
    void hear_facts(const StationFacts& said);
    [[nodiscard]] bool all_answered() const {
        return flushes_heard != 0 && flushes_answered == flushes_heard &&
               receiver_.unanswered() == 0;
    }
    void say_receipt();
    void begin_answer();
    bool turn_away(CloseReason reason);

    Phase phase = Phase::preamble;
    Hash32 transcript{};            ///< After the second message.
    Hello station;                  ///< What it said, its heads kept up to date.
    Bytes receipt;                  ///< The latest, not yet said.
    std::uint64_t unreceipted = 0;  ///< Wire bytes that `receipt` covers.
    std::uint32_t flushes_heard = 0;
    std::uint32_t flushes_answered = 0;
    bool answering = false;   ///< Our lanes are being sent.
    bool comparable = false;  ///< By both HELLOs: the station may open ranges.
    bool opening = false;     ///< The replica was asked what is in some.
    std::uint32_t openings = 0;
    std::optional<StationFacts> facts;
};

bool HubSession::State::read_handshake() {
    switch (phase) {
        case Phase::preamble: return read_preamble();
        case Phase::first: return read_first();
        default: return read_third();
    }
}

/// Ends before the line stands: our preamble in clear tells the station what went wrong.
bool HubSession::State::turn_away(CloseReason reason) {
    line_.say_preamble();
    close(reason);
    return false;
}

bool HubSession::State::read_preamble() {
    const Result<std::optional<Preamble>> preamble = line_.take_preamble();
    if (!preamble) {
        close(CloseReason::protocol_error);
        return false;
    }
    if (!*preamble) return false;
    if (**preamble != Preamble{}) return turn_away(CloseReason::version_mismatch);
    phase = Phase::first;
    return true;
}

bool HubSession::State::read_first() {
    const Result<std::optional<Bytes>> payload =
        line_.next_handshake(Line::plain_handshake_size, Line::plain_handshake_size);
    if (!payload) return turn_away(reason_of(payload.error()));
    if (!*payload) return false;
    say_handshake({});
    if (closed()) return false;
    transcript = line_.handshake().transcript_hash();
    phase = Phase::third;
    return true;
}

bool HubSession::State::read_third() {
    const Result<std::optional<Bytes>> payload =
        line_.next_handshake(third_size_min, third_size_max);
    if (!payload) {
        close(reason_of(payload.error()));
        return false;
    }
    if (!*payload) return false;
    open_line();
    hear_hello(**payload);
    return true;
}

void HubSession::State::hear_hello(View payload) {
    message::Reader reader{payload};
    if (reader.empty()) return leave(CloseReason::protocol_error);
    const Result<message::Any> first = reader.next();
    if (!first) return leave(reason_of(first.error()));
    const auto* hello = std::get_if<Hello>(&*first);
    if (hello == nullptr) return leave(CloseReason::protocol_error);
    if (!reader.empty()) {
        const Result<message::Any> second = reader.next();
        const bool flush = second && std::holds_alternative<message::Flush>(*second);
        if (!flush || !reader.empty()) return leave(CloseReason::protocol_error);
        flushes_heard = 1;
    }
    station = *hello;
    phase = Phase::admitting;
    ask(Admit{line_.handshake().remote_static()->bytes(), transcript, station});
}

void HubSession::State::admitted(const Admitted& answer) {
    JY_ASSERT(phase == Phase::admitting);
    phase = Phase::open;
    Hello hello = answer.hello;
    hello.credit = limits_.credit;
    hello.enrol.reset();
    if (hello.partial && !receiver_.remember(*hello.partial)) hello.partial.reset();
    // A receipt that got lost is said again; one for what comes now will replace it.
    if (station.unsent != 0) receipt = answer.receipt;
    for (const Lane lane : {Lane::snapshot, Lane::reference, Lane::inbox}) {
        sender_.stand_at(lane, station.have[static_cast<std::size_t>(lane) - 1]);
    }
    sender_.allow_in_all(station.credit);
    comparable = must_compare(station, hello);
    if (station.partial) sender_.peer_has_part(*station.partial);
    say(hello);
}

void HubSession::State::refused(const Refused& answer) {
    JY_ASSERT(phase == Phase::admitting);
    leave(answer.reason);
}

void HubSession::State::hear(const message::Any& item) {
    if (const auto* done = std::get_if<message::Done>(&item)) return hear_done(*done);
    if (const auto* open = std::get_if<message::Open>(&item)) return hear_open(*open);
    if (const auto* found = std::get_if<message::Found>(&item)) return hear_found(*found);
    if (const auto* said = std::get_if<StationFacts>(&item)) return hear_facts(*said);
    if (!std::holds_alternative<message::Flush>(item) || flushes_heard == limits_.flushes_max) {
        return leave(CloseReason::protocol_error);
    }
    receiver_.abandon();
    ++flushes_heard;
}

/// Only where the digests differ, and so often: an answer may read every record of the scope.
void HubSession::State::hear_open(const message::Open& open) {
    if (!comparable || !all_answered() || ++openings > limits_.openings_max) {
        return leave(CloseReason::protocol_error);
    }
    opening = true;
    ask(OpenRanges{open.ranges});
}

void HubSession::State::opened(const RangesOpened& answer) {
    JY_ASSERT(opening);
    opening = false;
    say(message::Ranges{answer.ranges});
}

void HubSession::State::hear_found(const message::Found& found) {
    if (openings == 0 || !all_answered()) return leave(CloseReason::protocol_error);
    openings = limits_.openings_max;  // That was the end of it.
    comparable = false;
    ask(NoteFound{found.found});
}

/// Once, at the end.
void HubSession::State::hear_facts(const StationFacts& said) {
    if (facts || !all_answered()) return leave(CloseReason::protocol_error);
    facts = said;
}

void HubSession::State::hear_done(const message::Done& done) {
    if (!all_answered()) return leave(CloseReason::protocol_error);
    for (std::size_t i = 0; i < done.heads.size(); ++i) {
        if (!done.heads[i]) continue;
        station.have[i] = *done.heads[i];
        station.digest = {};  // It told that of where it stood before.
    }
    ask(NotePeer{station, std::move(facts)});
    close(CloseReason::done);
}

void HubSession::State::delivered(const Delivered& answer, const LaneReceiver::Answered& segment) {
    unreceipted += segment.wire_bytes;
    if (!answer.receipt.empty()) receipt = answer.receipt;
}

/// The lane of which the station has a part goes first: another segment would take the part's place
/// if the link broke again.
void HubSession::State::begin_answer() {
    std::vector<Lane> order{Lane::reference, Lane::inbox};
    if (station.partial && station.partial->lane == Lane::inbox) std::ranges::reverse(order);
    if ((station.features & feature::snapshots) != 0) order.insert(order.begin(), Lane::snapshot);
    sender_.begin(order);
    answering = true;
}

void HubSession::State::say_receipt() {
    if (receipt.empty()) return;
    JY_ASSERT(receipt.size() <= receipt_item_bytes_max);
    say(message::Receipt{receipt});
    receipt.clear();
    unreceipted = 0;
}

/// A push is receipted while it goes on, at least once in half a credit; our lanes wait for its
/// end, so that what it makes us write (notices, rejections) is among what we answer.
void HubSession::State::proceed() {
    if (phase != Phase::open) return;
    if (unreceipted >= limits_.credit / 2) say_receipt();
    while (flushes_answered < flushes_heard && receiver_.unanswered() == 0) {
        say_receipt();
        if (!answering) begin_answer();
        pump();
        if (!sender_.finished()) return;
        say(message::Flush{});
        answering = false;
        ++flushes_answered;
    }
}

HubSession::HubSession(Config config) : state_(std::make_unique<State>(std::move(config))) {}
HubSession::~HubSession() = default;

Actions HubSession::step(const Event& event, Instant now) { return state_->step(event, now); }
const Traffic& HubSession::traffic() const { return state_->traffic(); }
std::optional<PartialSegment> HubSession::part() const { return state_->part(); }

}  // namespace jiuying::sync
