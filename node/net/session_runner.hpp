/// A session and the replica that it speaks for: performs what the session asks of the storage.
///
/// Shared by the programs and the simulator, so it knows no socket, clock or thread. Whoever drives
/// it says what happened, with the monotonic time, and gets back what must leave. What a step
/// stores is one SQLite commit, and answers that depend on it leave only after that commit: an
/// acknowledgement never comes before its fsync.
///
/// A failing disk is no exception here but the end of the session (CloseReason::storage_failed);
/// nothing of that step stands then. Runs on the thread that owns the replica.
#pragma once

#include "node/replica/replica.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

namespace jiuying::node {

class SessionRunner {
public:
    /// What must be done after an event.
    struct Step {
        sync::Bytes send;                        ///< To the peer, before anything else.
        Instant deadline{};                      ///< When to call `on_deadline`, unless closed.
        std::optional<sync::CloseReason> close;  ///< The session is over: close after `send` left.
    };

    /// One session of a station with its hub. Throws sqlite::Error if the replica cannot say where
    /// it stands; there is no session then.
    [[nodiscard]] static SessionRunner station(Replica& replica,
                                               const sync::SessionLimits& limits = {});
    /// One session of the hub with whoever comes. Throws as above. \p take_place is asked once,
    /// when the replica knows the peer; false turns it away (refused_busy).
    /// \p before_admit hears who proves to be calling before the replica says what it has of them.
    [[nodiscard]] static SessionRunner hub(
        Replica& replica, const sync::SessionLimits& limits = {},
        std::function<bool()> take_place = {},
        std::function<void(const sync::Hash32& static_key)> before_admit = {});

    [[nodiscard]] Step on_started(Instant now) { return run(sync::Started{}, now); }
    [[nodiscard]] Step on_bytes(sync::View bytes, Instant now) {
        return run(sync::Received{bytes}, now);
    }
    [[nodiscard]] Step on_deadline(Instant now) { return run(sync::DeadlinePassed{}, now); }
    [[nodiscard]] Step on_hung_up(Instant now) { return run(sync::HungUp{}, now); }
    [[nodiscard]] Step on_stop(Instant now) { return run(sync::StopAsked{}, now); }
    [[nodiscard]] Step on_sent(Instant now) { return run(sync::Sent{}, now); }

    /// From now on a step ends when it has this many bytes to send, though the session may have
    /// more to do: they travel meanwhile. Whoever drives it then calls `on_sent` once they left,
    /// while `unfinished`.
    void pause_after(std::size_t bytes) { pause_bytes_ = bytes; }
    [[nodiscard]] bool unfinished() const { return !queue_.empty(); }

    /// A hub's session that makes way for a new one of its peer keeps what has come of a segment,
    /// so that the new one goes on there.
    void keep_part();

    [[nodiscard]] bool closed() const { return closed_.has_value(); }
    [[nodiscard]] const sync::Traffic& traffic() const;
    /// The hub let the peer in, and there was a place for it. Always so at a station.
    [[nodiscard]] bool admitted() const { return admitted_; }
    /// Who is on the other side: at a hub once that is known.
    [[nodiscard]] const std::optional<Replica::Peer>& peer() const { return peer_; }
    /// What the database threw when it failed; else null.
    [[nodiscard]] const std::exception_ptr& storage_error() const { return storage_error_; }

private:
    /// The sessions don't move; the runner does.
    using Session =
        std::variant<std::unique_ptr<sync::StationSession>, std::unique_ptr<sync::HubSession>>;

    SessionRunner(Replica& replica, Session session, std::optional<Replica::Peer> peer)
        : replica_(&replica),
          session_(std::move(session)),
          peer_(peer),
          admitted_(peer.has_value()) {}

    [[nodiscard]] Step run(const sync::Event& event, Instant now);
    void feed(const sync::Event& event, Instant now);
    bool work(Instant now, bool may_pause);
    [[nodiscard]] std::vector<sync::Event> perform_round();
    void fail(const sync::Actions& round);

    // What each action of the session means for the replica. An answer where it has one.
    using Answer = std::optional<sync::Event>;
    Answer perform(const sync::Send&) { return std::nullopt; }         // Done in `feed`.
    Answer perform(const sync::SetDeadline&) { return std::nullopt; }  // Likewise.
    Answer perform(const sync::Admit& admit);
    Answer perform(const sync::Fetch& fetch);
    Answer perform(const sync::Deliver& deliver);
    Answer perform(const sync::StoreReceipt& receipt);
    Answer perform(const sync::StoreKeys& keys);
    Answer perform(const sync::KeepPartial& partial);
    Answer perform(const sync::NotePeer& note);
    Answer perform(const sync::Close& close);
    Answer perform(const sync::Compare& compare);
    Answer perform(const sync::OpenRanges& open);
    Answer perform(const sync::NoteFound& note);

    Replica* replica_;
    Session session_;
    std::optional<Replica::Peer> peer_;
    bool admitted_;
    std::function<bool()> take_place_;
    std::function<void(const sync::Hash32&)> before_admit_;
    sync::Actions queue_;  ///< Asked and not yet done.
    std::size_t pause_bytes_ = SIZE_MAX;
    Step step_;  ///< What the running step adds up to.
    Instant deadline_{};
    std::optional<sync::CloseReason> closed_;
    std::exception_ptr storage_error_;
};

}  // namespace jiuying::node
