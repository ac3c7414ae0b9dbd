/// When what was sent to a unit reached the unit's station, and who may say so.
///
/// The station writes it itself, as the event `arrived` that names what sent the order (the event
/// of a dispatch, a reassignment, a rework or a reopening), in the database transaction in which
/// it first has that. Whether it was written already is read from the order's events; so what comes
/// a second time, by whatever way, is not noted again. Decision 0021.
#pragma once

#include "node/replica/replica_state.hpp"

namespace jiuying::node {

/// Used by the one who writes, inside a database transaction.
class Replica::State::UnitArrivals {
public:
    explicit UnitArrivals(State& state) : state_(state) {}

    /// Station: notes that what sent \p order to its unit is here, if the unit is this station's,
    /// has not acted on it yet and nobody has noted it. While the hub still has to give back words
    /// of this node, among which may be that note, it is put off. Returns whether it was written.
    bool note(const Order& order);
    /// Station: notes what was put off, if nothing is lacking any more.
    void note_put_off();
    /// Hub: what is wrong with an event `arrived` that \p tx of \p scope makes, if it makes one.
    /// The transactions before it have been applied.
    [[nodiscard]] std::optional<Fault> fault(const sync::Transaction& tx, ScopeIx scope);

private:
    [[nodiscard]] bool is_due(const Order& order) const;
    [[nodiscard]] bool lacks_own_words() const;
    [[nodiscard]] bool has_no_words() const;
    void write(const Order& order);

    State& state_;
};

}  // namespace jiuying::node
