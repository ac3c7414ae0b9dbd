/// The total order of a work order's events: the order in which the fold reads them.
///
/// A pure function of the set of known events, with one promise: what precedes a hub's event is
/// exactly what the hub knew when it wrote it. So an accepted decision is never undone by a late
/// arrival; a late event of a station is judged after it.
///
/// The hub's events are sorted topologically by `after` (ties: hlc, author, txn) as h1..hm. An
/// event's rank is the least i such that it is h_i or in the past of h_i, else m+1. Events are
/// sorted by rank, inside a rank topologically with the same ties. Source: design section 3; the
/// naive form of the same rule stands in tests/unit/event_order_test.cpp.
#pragma once

#include "sync/types.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace jiuying::sync {

/// What the order needs to know of one event. Several events of one transaction share its dot;
/// `after` then names all of them.
struct EventLink {
    Dot dot;
    std::uint8_t ordinal = 0;  ///< Its place among the records created in that transaction.
    std::vector<Dot> after;    ///< The order's event heads that its author knew; in any order.
    Hlc hlc{};
    bool hub = false;  ///< Written by the hub.
};

/// Indices into \p events in their order; each stands there once. Takes O((n + links) log n).
///
/// `after` comes from outside and is not trusted. What names no known event, or the event's own
/// transaction, is ignored. A cycle needs somebody who named an event before it was written. The
/// hub does not lie, and its clock only grows: so on a cycle a station's link to an event of the
/// hub that was written after the hub knew the station's event is ignored. Stations' events that
/// still name each other stand together, in the order of (hlc, author, txn).
[[nodiscard]] std::vector<std::size_t> event_order(std::span<const EventLink> events,
                                                   const Authors& authors);

}  // namespace jiuying::sync
