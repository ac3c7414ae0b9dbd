/// A station with an invitation, good keys and a dishonest program: it says to the hub, over the
/// real session, what no honest program says.
///
/// It is none of the world's nodes. Whatever it does, the others keep all promises, and the hub
/// answers with a reason: how the session ended, or why it rejected a transaction.
#pragma once

#include "sync/segment/segment.hpp"
#include "tests/sim/world.hpp"

#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace jiuying::sim {

enum class Trick : std::uint8_t {
    forged_origin,          ///< Works on an order of another station that it has no part in.
    words_of_another,       ///< Another station's words, in its own log.
    name_of_another,        ///< Another station's log, signed by itself.
    fork,                   ///< Goes on from an old place of its log as if nothing came after it.
    gap,                    ///< Leaves out a part of its log.
    replay,                 ///< All its segments once more.
    tiny_flood,             ///< Dozens of segments of one transaction each.
    huge_segment,           ///< As large as a segment may be.
    key_flood,              ///< Keys of hundreds of logs that it never writes.
    base_from_future,       ///< Builds on a version that the hub has not written yet.
    base_of_unknown_epoch,  ///< Builds on a version of an epoch that the hub never had.
    clock_at_its_end,       ///< A reading that every later one would have to exceed.
    /// Has more of the hub's log than the hub, which then goes on under a fresh name. Not in lives:
    /// their oracle knows versions by a node and a number alone.
    hub_said_more,
    last_of_list
};
inline constexpr auto tricks = static_cast<std::size_t>(Trick::last_of_list);
inline constexpr auto tricks_in_lives = static_cast<std::size_t>(Trick::hub_said_more);
/// Of one in lives.
[[nodiscard]] Happening happening_of(Trick trick);

class Mallory {
public:
    /// Asks the hub for an invitation, as a station would be given one.
    Mallory(World& world, std::uint64_t seed);

    /// What the hub made of it.
    struct Answer {
        /// How the session ended for the hub; nothing if it died or was not there.
        std::optional<sync::CloseReason> reason;
        /// Of what was said in it the hub rejected this, by the number of schema::rejection.
        std::optional<std::int64_t> rejection;
        std::uint64_t bytes = 0;  ///< That the hub sent.
    };
    /// Joins with an honest appeal, once. False while the hub does not let it.
    bool join();
    [[nodiscard]] bool joined() const { return joined_; }
    Answer play(Trick trick);
    /// The reasons that the hub may have for ending the session after that trick.
    [[nodiscard]] std::vector<sync::CloseReason> fitting(Trick trick) const;
    /// Why the hub must reject what that trick says, where the session goes on.
    [[nodiscard]] static std::optional<std::int64_t> rejection_for(Trick trick);

    [[nodiscard]] const schema::NodeId& node() const { return keys_.node; }
    [[nodiscard]] const schema::ScopeId& scope() const { return log_.scope; }

private:
    struct Sealed {
        sync::Bytes bytes;
        std::uint64_t first = 0;
        sync::Position before;
        sync::Position after;
        std::uint64_t last_txn = 0;
    };
    /// What it says in one session.
    struct Speech {
        std::vector<sync::LaneHead> have;  ///< By lane - 1.
        std::vector<Sealed> segments;
        std::vector<sync::Bytes> wraps;
        bool enrols = false;
        std::size_t offered = 0;  ///< So many of the segments.
    };
    Answer converse(Speech speech);
    void speak(sync::StationSession& session, Speech& speech, const sync::Event& event,
               sync::Bytes& out);
    [[nodiscard]] sync::Offer offer_of(Speech& speech, const sync::Fetch& fetch) const;
    [[nodiscard]] Speech honest() const;
    /// Whether the hub may have what was said to it when no answer came.
    enum class May : std::uint8_t { be_taken, not_be_taken };
    Answer say_transaction(sync::Transaction tx, May may = May::be_taken);
    /// Behind what it said before.
    Answer go_on(std::vector<Sealed> segments, May may = May::be_taken);

    [[nodiscard]] sync::Transaction next();
    [[nodiscard]] sync::Transaction creation();
    static void set(sync::Transaction& tx, schema::FieldId field, schema::Value value,
                    sync::Bases bases = {});
    [[nodiscard]] Sealed seal(const sync::LogId& log, const sync::Position& at,
                              std::vector<sync::Transaction> transactions);
    [[nodiscard]] sync::Bytes wrap(const sync::LogId& log);
    /// As the hub has it in the logs of that scope.
    [[nodiscard]] std::optional<sync::Author> author_of(const schema::NodeId& node,
                                                        const schema::ScopeId& scope);
    [[nodiscard]] std::optional<std::int64_t> rejection_of(std::uint64_t txn);
    [[nodiscard]] schema::RecordId fresh_id();

    World& world_;
    test::Dice dice_;
    node::NodeSecrets secrets_;
    node::NodePublic keys_;
    sync::SigningKey signing_;
    node::Invitation invitation_;
    sync::Key32 content_key_;
    sync::LogId log_;
    sync::Authors authors_;
    sync::AuthorIx own_{};
    sync::Position at_;
    std::vector<Sealed> sent_;     ///< The hub has it.
    std::vector<Sealed> pending_;  ///< Perhaps the hub has it.
    std::uint64_t last_txn_ = 0;
    std::set<sync::Author> lied_about_;  ///< Of which it said that the hub lost something.
    bool joined_ = false;
    bool flooded_ = false;  ///< The hub has as many logs of it as it takes of any station.
};

}  // namespace jiuying::sim
