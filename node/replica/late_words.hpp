/// Words of an author that come out of their order: after both sides were put back, the end of a
/// log may come back before its beginning, by way of what was forwarded of it. Decision 0017.
///
/// A record takes an author's transactions in their order only (sync/merge/record_state.hpp); one
/// that some come late for is made again from all that touched it. At a station, what does not come
/// in its turn waits for the end of the exchange, since what comes before it is usually on its way.
#pragma once

#include "node/replica/replica_state.hpp"

#include <vector>

namespace jiuying::node {

/// Used by the one who writes, inside a database transaction.
class Replica::State::LateWords {
public:
    explicit LateWords(State& state) : state_(state) {}

    /// \p transactions of \p author were applied just now: records that they came late for are
    /// made again.
    void take_in(const std::vector<sync::Transaction>& transactions, sync::AuthorIx author);
    /// Hub: what \p dot, refused as one that writes on nothing, said of that record goes.
    void leave_out(const sync::TouchedRecord& touched, sync::Dot dot);
    /// Station: \p tx of \p inbox, which gives back own words, waits.
    void put_off(const sync::Transaction& tx, const LogFacts& inbox);
    /// Station, at the end of an exchange: nothing is on its way any more that they could wait for.
    void take_put_off();
    /// What the transaction at \p dot says of \p record, on top of what the record has. False: it
    /// is not to be found.
    bool add(sync::RecordState& record, sync::Dot dot);

private:
    [[nodiscard]] static bool is_late(const sync::RecordState& record, sync::Dot dot);
    void make_again(const sync::TouchedRecord& touched, sync::Dot late);
    void make_from(LoadedRecord& record, std::vector<sync::Dot> dots);
    [[nodiscard]] std::optional<sync::RecordState> made_from(const sync::RecordState& record,
                                                             const std::vector<sync::Dot>& dots);

    State& state_;
};

}  // namespace jiuying::node
