#include "node/net/session_runner.hpp"

#include "schema/assert.hpp"
#include "schema/planted.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace jiuying::node {
namespace {

using sync::CloseReason;

/// How a session ends that got a receipt or key of no worth.
CloseReason reason_of(Errc error) {
    return error == Errc::not_authentic ? CloseReason::not_authentic : CloseReason::protocol_error;
}

template <class... Answers>
sync::Event as_event(std::variant<Answers...> answer) {
    return std::visit([](auto& known) { return sync::Event{std::move(known)}; }, answer);
}

}  // namespace

SessionRunner SessionRunner::station(Replica& replica, const sync::SessionLimits& limits) {
    sync::StationSession::Config config = replica.station_config();
    config.limits = limits;
    return {replica, std::make_unique<sync::StationSession>(std::move(config)), replica.hub_peer()};
}

SessionRunner SessionRunner::hub(Replica& replica, const sync::SessionLimits& limits,
                                 std::function<bool()> take_place,
                                 std::function<void(const sync::Hash32&)> before_admit) {
    sync::HubSession::Config config = replica.hub_config();
    config.limits = limits;
    SessionRunner runner{replica, std::make_unique<sync::HubSession>(std::move(config)),
                         std::nullopt};
    runner.take_place_ = std::move(take_place);
    runner.before_admit_ = std::move(before_admit);
    return runner;
}

void SessionRunner::keep_part() {
    const auto* session = std::get_if<std::unique_ptr<sync::HubSession>>(&session_);
    if (session == nullptr || !peer_ || closed_) return;
    if (auto part = (*session)->part()) replica_->keep_partial({std::move(*part)}, *peer_);
}

const sync::Traffic& SessionRunner::traffic() const {
    return std::visit(
        [](const auto& session) -> const auto& { return session->traffic(); }, session_);
}

SessionRunner::Step SessionRunner::run(const sync::Event& event, Instant now) {
    step_ = {};
    if (!closed_) {
        // What an earlier step left undone comes first: answers are fed before any other event.
        const bool was_paused = !queue_.empty();
        const bool sent = std::holds_alternative<sync::Sent>(event);
        const bool done = work(now, sent);
        if (!was_paused || !sent) feed(event, now);
        if (done) (void)work(now, true);
    }
    step_.deadline = deadline_;
    step_.close = closed_;
    return std::exchange(step_, {});
}

/// Does what is queued and what follows from it. False if it paused.
bool SessionRunner::work(Instant now, bool may_pause) {
    while (!queue_.empty()) {
        if (may_pause && step_.send.size() >= pause_bytes_) return false;
        for (const sync::Event& answer : perform_round()) feed(answer, now);
    }
    return true;
}

void SessionRunner::feed(const sync::Event& event, Instant now) {
    sync::Actions actions =
        std::visit([&](auto& session) { return session->step(event, now); }, session_);
    for (sync::Action& action : actions) {
        // Said whatever becomes of the storage: a goodbye must leave even when nothing else works.
        if (const auto* send = std::get_if<sync::Send>(&action)) {
            sync::append(step_.send, send->bytes);
        } else if (const auto* wait = std::get_if<sync::SetDeadline>(&action)) {
            deadline_ = wait->at;
        } else {
            queue_.push_back(std::move(action));
        }
    }
}

/// Does all that is queued in one commit, and gives the answers to it, in the order of the
/// questions. They are fed only after the commit, because what is said next is built on them.
std::vector<sync::Event> SessionRunner::perform_round() {
    const sync::Actions round = std::exchange(queue_, {});
    std::vector<sync::Event> answers;
    try {
        Replica::Batch batch{*replica_};
        for (const sync::Action& action : round) {
            Answer answer = std::visit([&](const auto& known) { return perform(known); }, action);
            if (answer) answers.push_back(std::move(*answer));
        }
        batch.commit();
        return answers;
    } catch (const sqlite::Error&) {
        fail(round);
    } catch (const std::bad_alloc&) {
        fail(round);
    }
    if (!planted::on(planted::Defect::receipt_before_commit)) answers.clear();
    // If the session had ended by itself it ignores this.
    answers.emplace_back(sync::DeliveryFailed{CloseReason::storage_failed});
    return answers;
}

/// Whatever ending the round had come to, this one is the truth. The replica is not asked to take
/// note of it: it has just shown that it can't.
void SessionRunner::fail(const sync::Actions& round) {
    const bool ended = std::ranges::any_of(round, [](const sync::Action& action) {
        return std::holds_alternative<sync::Close>(action);
    });
    if (ended) closed_ = CloseReason::storage_failed;
    storage_error_ = std::current_exception();
}

SessionRunner::Answer SessionRunner::perform(const sync::Admit& admit) {
    if (before_admit_) before_admit_(admit.static_key);
    auto answer = replica_->admit(admit, peer_);
    const bool known = std::holds_alternative<sync::Admitted>(answer);
    // Only then: a stranger takes no place, however long it stays.
    if (known && take_place_ && !take_place_()) return sync::Refused{CloseReason::refused_busy};
    admitted_ = known;
    return as_event(std::move(answer));
}

SessionRunner::Answer SessionRunner::perform(const sync::Fetch& fetch) {
    JY_ASSERT(peer_);
    return sync::Offered{replica_->fetch(fetch, *peer_)};
}

SessionRunner::Answer SessionRunner::perform(const sync::Deliver& deliver) {
    JY_ASSERT(peer_);
    return as_event(replica_->deliver(deliver, *peer_));
}

SessionRunner::Answer SessionRunner::perform(const sync::StoreReceipt& receipt) {
    const Result<void> stored = replica_->store_receipt(receipt);
    if (stored) return std::nullopt;
    return sync::DeliveryFailed{reason_of(stored.error())};
}

SessionRunner::Answer SessionRunner::perform(const sync::StoreKeys& keys) {
    JY_ASSERT(peer_);
    const Result<void> stored = replica_->store_keys(keys, *peer_);
    if (stored) return std::nullopt;
    return sync::DeliveryFailed{reason_of(stored.error())};
}

SessionRunner::Answer SessionRunner::perform(const sync::KeepPartial& partial) {
    if (peer_) replica_->keep_partial(partial, *peer_);
    return std::nullopt;
}

SessionRunner::Answer SessionRunner::perform(const sync::NotePeer& note) {
    JY_ASSERT(peer_);
    const auto reason = replica_->note_peer(note, *peer_);
    if (!reason) return std::nullopt;
    return sync::DeliveryFailed{*reason};
}

SessionRunner::Answer SessionRunner::perform(const sync::Compare& compare) {
    JY_ASSERT(peer_);
    return replica_->compare(compare, *peer_);
}

SessionRunner::Answer SessionRunner::perform(const sync::OpenRanges& open) {
    JY_ASSERT(peer_);
    return replica_->open_ranges(open, *peer_);
}

SessionRunner::Answer SessionRunner::perform(const sync::NoteFound& note) {
    JY_ASSERT(peer_);
    replica_->note_found(note, *peer_);
    return std::nullopt;
}

SessionRunner::Answer SessionRunner::perform(const sync::Close& close) {
    closed_ = close.reason;
    replica_->end_session(peer_, close.reason);
    return std::nullopt;
}

}  // namespace jiuying::node
