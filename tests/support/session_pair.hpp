/// Two sessions joined by a wire in memory, each with a replica that only pretends.
///
/// The wire fragments, cuts and damages as a test asks; everything follows from one seed. The
/// replicas keep opaque segments in order and notice if any is lost or changed.
#pragma once

#include "sync/session/session.hpp"
#include "tests/support/dice.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <string>

namespace jiuying::test {

/// What a sealed segment is to the session: bytes with a place. These begin with their place, so
/// that a replica can tell.
struct FakeSegment {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    sync::LaneHead head;
    sync::Bytes bytes;
};

class FakeNode {
public:
    static constexpr std::size_t smallest_segment = 24;
    static constexpr std::size_t receipt_size = 200;

    explicit FakeNode(bool is_hub) : is_hub_(is_hub) {}

    /// Seals a segment of \p size bytes at the end of \p lane.
    void write(sync::Lane lane, std::size_t size, std::uint64_t transactions = 1);
    /// Loses the last \p segments of \p lane, as an old backup does.
    void roll_back(sync::Lane lane, std::size_t segments);
    [[nodiscard]] sync::LaneHead head(sync::Lane lane) const;
    [[nodiscard]] const std::vector<FakeSegment>& log(sync::Lane lane) { return logs_[lane]; }

    [[nodiscard]] sync::Hello hello();
    /// Performs an action. The answer, where it has one.
    std::optional<sync::Event> perform(const sync::Action& action);

    std::vector<sync::Bytes> key_wraps;        ///< Offered with every lane.
    std::size_t notice_size = 0;               ///< Hub: what it writes about every new segment.
    std::optional<sync::CloseReason> refusal;  ///< Hub: of whoever comes.
    std::optional<sync::CloseReason> failure;  ///< Of every delivery.
    std::uint32_t features = 0;                ///< Said in HELLO.

    // What was seen.
    std::vector<sync::Bytes> receipts;
    std::vector<sync::Bytes> keys;
    std::vector<sync::Admit> admissions;
    std::optional<sync::Hello> peer;
    std::optional<sync::StationFacts> facts;
    std::optional<sync::PartialSegment> partial;
    sync::LaneHead receipted;  ///< Station: of the last receipt.
    std::size_t deliveries = 0;
    std::size_t duplicates = 0;   ///< Deliveries of what was known.
    std::size_t corruptions = 0;  ///< Deliveries that no honest wire brings.

private:
    [[nodiscard]] sync::Offer offer(const sync::Fetch& fetch);
    [[nodiscard]] sync::Event deliver(const sync::Deliver& deliver);

    bool is_hub_;
    std::map<sync::Lane, std::vector<FakeSegment>> logs_;
    std::map<std::uint64_t, sync::Bytes> ahead_;  ///< Behind a gap, by first number.
};

/// The kinds of the actions, in order: "Send Fetch SetDeadline".
[[nodiscard]] std::string names(const sync::Actions& actions);

inline constexpr std::array<std::uint8_t, 16> hub_node{9, 9, 9};

struct Wire {
    std::uint64_t seed = 1;               ///< Of keys and fragments.
    std::size_t fragment_max = 0;         ///< Largest piece handed over at once. 0: as it was sent.
    std::optional<std::size_t> cut_at{};  ///< After so many bytes, both directions together.
    std::optional<std::size_t> stop_at{};       ///< Then the station is asked to stop.
    std::optional<std::size_t> flip_station{};  ///< Damages this byte of what the station sends.
    std::optional<std::size_t> flip_hub{};
    bool send_early = true;
    std::optional<sync::StationFacts> facts{};
    bool wrong_hub = false;  ///< The station was given another hub's key.
    sync::SessionLimits station_limits{};
    sync::SessionLimits hub_limits{};
    std::optional<std::array<std::uint8_t, 32>> enrol_secret{};
    std::uint16_t station_version = 1;         ///< The highest that the station speaks.
    std::uint16_t station_version_lowest = 0;  ///< 0: the same.
};

struct Outcome {
    std::optional<sync::CloseReason> station;
    std::optional<sync::CloseReason> hub;
    sync::Traffic station_traffic;
    sync::Traffic hub_traffic;
    sync::Bytes station_said;  ///< What went over the wire, before any damage.
    sync::Bytes hub_said;
    std::size_t wire_bytes = 0;
    std::size_t most_held = 0;  ///< The most bytes on the wire at once.

    [[nodiscard]] bool done() const {
        return station == sync::CloseReason::done && hub == sync::CloseReason::done;
    }
};

/// Fixed keys; the ephemeral ones follow the seed.
[[nodiscard]] sync::SessionKeys session_keys(std::uint8_t who, std::uint64_t seed);
[[nodiscard]] sync::StationSession::Config station_config(FakeNode& node, const Wire& wire);
[[nodiscard]] sync::HubSession::Config hub_config(const Wire& wire);

/// One end of the wire: performs what its session asks and holds what it sent.
template <class Session>
class End {
public:
    End(FakeNode& node, typename Session::Config config)
        : session(std::move(config)), node_(node) {}

    void feed(const sync::Event& event, sync::Instant now) {
        std::deque<sync::Action> todo;
        const auto enqueue = [&](sync::Actions actions) {
            did += names(actions) + "; ";
            std::ranges::move(actions, std::back_inserter(todo));
        };
        enqueue(session.step(event, now));
        for (; !todo.empty(); todo.pop_front()) {
            const sync::Action& action = todo.front();
            if (const auto* send = std::get_if<sync::Send>(&action)) {
                sync::append(said, send->bytes);
            } else if (const auto* wait = std::get_if<sync::SetDeadline>(&action)) {
                deadline = wait->at;
            } else if (const auto* close = std::get_if<sync::Close>(&action)) {
                closed = close->reason;
            } else if (const auto answer = node_.perform(action)) {
                enqueue(session.step(*answer, now));
            }
        }
    }

    [[nodiscard]] std::size_t waiting() const { return said.size() - carried; }

    Session session;
    sync::Bytes said;
    std::string did;          ///< Names of all actions.
    std::size_t carried = 0;  ///< Bytes of `said` that the other end has got.
    sync::Instant deadline{};
    std::optional<sync::CloseReason> closed;

private:
    FakeNode& node_;
};

/// Runs one session to its end.
[[nodiscard]] Outcome exchange(FakeNode& station, FakeNode& hub, const Wire& wire = {});

/// Whether both hold the same segments in every lane.
[[nodiscard]] bool in_sync(FakeNode& station, FakeNode& hub);

}  // namespace jiuying::test
