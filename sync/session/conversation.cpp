#include "sync/session/conversation.hpp"

#include "schema/assert.hpp"

#include <utility>

namespace jiuying::sync {
namespace {

/// Whether bytes of a segment that came before such an end are worth keeping: they were
/// authenticated, and nobody found fault with them.
bool is_interruption(CloseReason reason) {
    return reason == CloseReason::stopped || reason == CloseReason::hung_up ||
           reason == CloseReason::timed_out || reason == CloseReason::not_authentic ||
           reason == CloseReason::refused_busy;
}

/// On a link on which a segment takes longer than this, what has come of it is kept so often.
constexpr std::chrono::seconds keep_every{10};

KeepPartial nothing_kept(Lane lane) { return KeepPartial{PartialSegment{lane, 0, 0, {}, 0, {}}}; }

}  // namespace

CloseReason reason_of(Errc error) {
    switch (error) {
        case Errc::not_authentic:
        case Errc::bad_key: return CloseReason::not_authentic;
        case Errc::unsupported: return CloseReason::version_mismatch;
        default: return CloseReason::protocol_error;
    }
}

bool must_compare(const Hello& station, const Hello& hub) {
    constexpr std::array<std::uint8_t, 16> untold{};
    const bool both = (station.features & hub.features & feature::compare) != 0;
    return both && station.have == hub.have && station.digest != untold && hub.digest != untold &&
           station.digest != hub.digest;
}

Conversation::Conversation(noise::Role role, const std::array<std::uint8_t, 16>& hub_node,
                           noise::HandshakeKeys keys, std::initializer_list<Lane> incoming,
                           const SessionLimits& limits)
    : limits_(limits),
      line_(role, hub_node, std::move(keys), limits),
      sender_(limits),
      receiver_(incoming, limits),
      role_(role) {}

Actions Conversation::step(const Event& event, Instant now) {
    if (close_told_) return {};
    now_ = now;
    take(event);
    if (!closed()) read();
    if (!closed() && line_.is_open()) {
        proceed();
        if (!closed()) grant_credit();
    }
    return finish_step();
}

void Conversation::take(const Event& event) {
    std::visit(Overloaded{
                   [&](const Started&) {
                       deadline_ = now_ + limits_.handshake;
                       start();
                   },
                   [&](const Received& received) { line_.receive(received.bytes); },
                   [&](const DeadlinePassed&) {
                       if (now_ >= deadline_) leave(CloseReason::timed_out);
                   },
                   [&](const HungUp&) { close(CloseReason::hung_up); },
                   [&](const StopAsked&) { leave(CloseReason::stopped); },
                   [&](const Admitted& answer) { admitted(answer); },
                   [&](const Refused& answer) { refused(answer); },
                   [&](const Offered& answer) { offered(answer); },
                   [&](const Delivered& answer) { take_delivered(answer); },
                   [&](const DeliveryFailed& failure) { take_failure(failure.reason); },
                   [&](const Sent&) {},
                   [&](const Compared& answer) { compared(answer); },
                   [&](const RangesOpened& answer) { opened(answer); },
               },
               event);
    const bool progress =
        !std::holds_alternative<Received>(event) && !std::holds_alternative<DeadlinePassed>(event);
    if (progress && line_.is_open()) renew_deadline();
}

void Conversation::read() {
    // Nobody waits for answers so long; a driver that reads ahead must not be flooded.
    if (line_.unread() > limits_.message_bytes_max) return leave(CloseReason::protocol_error);
    while (!closed() && !holds_input()) {
        if (!line_.is_open()) {
            if (!read_handshake()) return;
            continue;
        }
        const Result<std::optional<Bytes>> message = line_.next_message();
        if (!message) return leave(reason_of(message.error()));
        if (!*message) return;
        renew_deadline();
        read_items(**message);
    }
}

void Conversation::read_items(View bytes) {
    message::Reader reader{bytes};
    if (reader.empty()) return leave(CloseReason::protocol_error);
    while (!closed() && !reader.empty()) {
        const Result<message::Any> item = reader.next();
        if (!item) return leave(reason_of(item.error()));
        const bool opening =
            std::holds_alternative<Hello>(*item) || std::holds_alternative<message::Goodbye>(*item);
        if (!opening && !greeted()) return leave(CloseReason::protocol_error);
        if (!hear_common(*item)) hear(*item);
    }
}

bool Conversation::hear_common(const message::Any& item) {
    return std::visit(Overloaded{
                          [&](const message::SegmentStart& start) {
                              const Result<void> taken = receiver_.start(start);
                              if (!taken) leave(CloseReason::protocol_error);
                              kept_at_ = now_;
                              return true;
                          },
                          [&](const message::Chunk& chunk) {
                              hear_chunk(chunk);
                              return true;
                          },
                          [&](const message::KeyWrap& key) {
                              hear_key(key);
                              return true;
                          },
                          [&](const message::Credit& credit) {
                              sender_.allow_more(credit.bytes);
                              return true;
                          },
                          [&](const message::Goodbye& goodbye) {
                              const bool absurd =
                                  role_ == noise::Role::responder && is_refusal(goodbye.reason);
                              close(absurd ? CloseReason::protocol_error : goodbye.reason);
                              return true;
                          },
                          [](const auto&) { return false; },
                      },
                      item);
}

void Conversation::hear_chunk(const message::Chunk& chunk) {
    Result<std::optional<Deliver>> whole = receiver_.add(chunk.bytes);
    if (!whole) {
        if (const auto lane = receiver_.damaged()) {
            ask(nothing_kept(*lane));
        } else if (kept_of_) {
            forget_part(*kept_of_, false);
        }
        switch (whole.error()) {
            case Errc::not_authentic: return leave(CloseReason::bad_segment);
            case Errc::exhausted: return leave(CloseReason::refused_busy);
            default: return leave(CloseReason::protocol_error);
        }
    }
    if (*whole) return ask(std::move(**whole));
    if (now_ - kept_at_ >= keep_every) keep_part();
}

void Conversation::keep_part() {
    auto part = receiver_.unfinished();
    if (!part) return;
    kept_at_ = now_;
    kept_of_ = part->lane;
    ask(KeepPartial{std::move(*part)});
}

/// Of a segment of \p lane that was answered, or had the wrong hash: \p outlived, it made what an
/// earlier session left worthless.
void Conversation::forget_part(Lane lane, bool outlived) {
    if (!outlived && kept_of_ != lane) return;
    kept_of_.reset();
    ask(nothing_kept(lane));
}

void Conversation::hear_key(const message::KeyWrap& key) {
    if (!receiver_.takes(key.lane) || ++key_wraps_ > limits_.key_wraps_max) {
        return leave(CloseReason::protocol_error);
    }
    ask(StoreKeys{key.lane, Bytes(key.wrap.begin(), key.wrap.end())});
}

void Conversation::take_delivered(const Delivered& answer) {
    const LaneReceiver::Answered segment = receiver_.delivered();
    ++traffic_.received_segments;
    traffic_.received_transactions += segment.transactions;
    forget_part(segment.lane, segment.outlives_kept);
    delivered(answer, segment);
}

void Conversation::take_failure(CloseReason reason) {
    if (reason == CloseReason::bad_segment && receiver_.unanswered() != 0) {
        const LaneReceiver::Answered segment = receiver_.delivered();
        forget_part(segment.lane, segment.outlives_kept);
    }
    leave(reason);
}

void Conversation::admitted(const Admitted&) { JY_ASSERT(false); }
void Conversation::refused(const Refused&) { JY_ASSERT(false); }
void Conversation::compared(const Compared&) { JY_ASSERT(false); }
void Conversation::opened(const RangesOpened&) { JY_ASSERT(false); }

void Conversation::say(const message::Any& item) {
    line_.say(item);
    spoke_ = true;
}

void Conversation::say_handshake(View payload) {
    const Result<void> said = line_.say_handshake(payload);
    if (!said) return leave(reason_of(said.error()));
    spoke_ = true;
}

void Conversation::pump() {
    const std::uint64_t before = sender_.sent_bytes();
    if (const auto fetch = sender_.pump(line_)) ask(*fetch);
    if (sender_.sent_bytes() != before) spoke_ = true;
}

/// Half the credit at a time; on a slow link earlier, so that the peer sees progress.
void Conversation::grant_credit() {
    const std::uint32_t due = receiver_.credit_due();
    if (due == 0) return;
    const bool silent_long = now_ - said_at_ >= limits_.idle / 4;
    if (due < (limits_.credit + 1) / 2 && !silent_long) return;
    if (receiver_.peer_waits()) spoke_ = true;  // Else credit flows beside the segments.
    receiver_.grant(due);
    line_.say(message::Credit{due});
}

void Conversation::open_line() {
    line_.open();
    said_at_ = now_;
    renew_deadline();
}

void Conversation::renew_deadline() { deadline_ = now_ + limits_.idle; }

void Conversation::leave(CloseReason reason) {
    if (closed()) return;
    if (line_.is_open()) line_.say(message::Goodbye{reason});
    close(reason);
}

void Conversation::close(CloseReason reason) {
    if (closed()) return;
    closed_ = reason;
    // When all was said, a part that nobody went on with has lost its segment.
    if (reason == CloseReason::done && receiver_.kept()) ask(nothing_kept(receiver_.kept()->lane));
    if (!is_interruption(reason)) return;
    if (auto unfinished = receiver_.unfinished()) ask(KeepPartial{std::move(*unfinished)});
}

/// Sends stand first: whatever order a driver has for the answers, they leave as they were sealed.
Actions Conversation::finish_step() {
    const bool question_open = holds_input() || receiver_.unanswered() != 0;
    Actions actions;
    if (closed_ != CloseReason::hung_up) line_.drain(actions, closed() || !question_open);
    if (!actions.empty()) said_at_ = now_;
    std::ranges::move(asked_, std::back_inserter(actions));
    asked_.clear();
    if (closed()) {
        actions.push_back(Close{*closed_});
        close_told_ = true;
        receiver_.end();  // Last words may take a while yet.
    } else {
        if (!question_open && std::exchange(spoke_, false)) {
            if (role_ == noise::Role::initiator) ++traffic_.round_trips;
        }
        if (deadline_ != deadline_told_) actions.push_back(SetDeadline{deadline_});
        deadline_told_ = deadline_;
    }
    traffic_.sent_bytes = line_.sent_bytes();
    traffic_.received_bytes = line_.received_bytes();
    traffic_.sent_segments = sender_.sent_segments();
    traffic_.sent_transactions = sender_.sent_transactions();
    return actions;
}

}  // namespace jiuying::sync
