/// What a station has of its hub's lanes and the hub lacks, which was put back to an older state.
/// Decision 0017, docs/explanation/old-copies.md.
///
/// That is the way of the hub's logs behind the hub's place on it, as the station had it when the
/// session began. And it is what lies off the way: a hub that was put back goes on from an earlier
/// place, its station follows it there, and what the hub had said beyond that place is then with
/// the station alone, until the hub has said it again on its present way.
#pragma once

#include "node/replica/replica_state.hpp"

#include <vector>

namespace jiuying::node {

class Replica::State::GivingBack {
public:
    explicit GivingBack(State& state) : state_(state) {}

    /// The answer to \p fetch, of a lane that the hub writes.
    [[nodiscard]] sync::Offer offer(const sync::Fetch& fetch, const Peer& peer);

private:
    /// What was held when the session began, on the way that led there.
    [[nodiscard]] std::vector<Stretch> held_way(const sync::LogId& like,
                                                const sync::LaneHead& held);
    /// What lies off \p way and \p held and was not said again.
    [[nodiscard]] std::vector<Stretch> off_way(const sync::LogId& like,
                                               const std::vector<Stretch>& way,
                                               const std::vector<Stretch>& held);
    [[nodiscard]] bool is_said_again(const LogFacts& log, const std::vector<Stretch>& way);

    State& state_;
};

}  // namespace jiuying::node
