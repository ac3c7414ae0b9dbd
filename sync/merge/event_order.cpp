#include "sync/merge/event_order.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

namespace jiuying::sync {
namespace {

/// Events by place: their index when sorted by (hlc, author, txn, ordinal). Since ties are broken
/// by that key, the rest of the work compares places only, and does not depend on the input's
/// order.
using Place = std::uint32_t;
using Links = std::vector<std::vector<Place>>;  ///< Of each place, the places it comes after.

class Sorted {
public:
    Sorted(std::span<const EventLink> events, const Authors& authors)
        : events_(events), index_(events.size()) {
        std::iota(index_.begin(), index_.end(), std::size_t{0});
        std::ranges::stable_sort(index_, [&](std::size_t a, std::size_t b) {
            return is_before(events[a], events[b], authors);
        });
    }

    [[nodiscard]] std::size_t size() const { return index_.size(); }
    [[nodiscard]] std::size_t index(Place place) const { return index_[place]; }
    [[nodiscard]] const EventLink& operator[](Place place) const { return events_[index_[place]]; }

private:
    static bool is_before(const EventLink& a, const EventLink& b, const Authors& authors) {
        if (a.hlc != b.hlc) return a.hlc < b.hlc;
        if (a.dot.author != b.dot.author) return authors.less(a.dot.author, b.dot.author);
        if (a.dot.txn != b.dot.txn) return a.dot.txn < b.dot.txn;
        return a.ordinal < b.ordinal;
    }

    std::span<const EventLink> events_;
    std::vector<std::size_t> index_;
};

Links links_of(const Sorted& events) {
    using Named = std::pair<std::pair<AuthorIx, std::uint64_t>, Place>;
    std::vector<Named> by_dot;
    for (Place place = 0; place < events.size(); ++place) {
        by_dot.push_back({{events[place].dot.author, events[place].dot.txn}, place});
    }
    std::ranges::sort(by_dot);
    Links links(events.size());
    for (Place place = 0; place < events.size(); ++place) {
        for (const Dot dot : events[place].after) {
            if (dot == events[place].dot) continue;
            const auto named = std::ranges::equal_range(by_dot, std::pair{dot.author, dot.txn},
                                                        std::ranges::less{}, &Named::first);
            for (const Named& event : named) links[place].push_back(event.second);
        }
        std::ranges::sort(links[place]);  // Named twice is named once.
        const auto twice = std::ranges::unique(links[place]);
        links[place].erase(twice.begin(), twice.end());
    }
    return links;
}

/// Kahn's algorithm: of those that may come next, the smallest (\p first, place) does. \p links
/// must have no cycles.
std::vector<Place> topological(const Links& links, const std::vector<Place>& first) {
    Links followers(links.size());
    std::vector<std::size_t> waits_for(links.size());
    std::priority_queue<std::pair<Place, Place>, std::vector<std::pair<Place, Place>>,
                        std::greater<>>
        ready;
    for (Place place = 0; place < links.size(); ++place) {
        waits_for[place] = links[place].size();
        if (links[place].empty()) ready.emplace(first[place], place);
        for (const Place before : links[place]) followers[before].push_back(place);
    }
    std::vector<Place> order;
    order.reserve(links.size());
    while (!ready.empty()) {
        const Place place = ready.top().second;
        ready.pop();
        order.push_back(place);
        for (const Place follower : followers[place]) {
            if (--waits_for[follower] == 0) ready.emplace(first[follower], follower);
        }
    }
    return order;
}

/// Numbers the strongly connected components: two places have the same number when each reaches
/// the other. Source: Tarjan, "Depth-first search and linear graph algorithms", 1972; iterative,
/// because a hostile chain may be long.
class Components {
public:
    explicit Components(const Links& links)
        : links_(links), found_(links.size()), low_(links.size()), number_(links.size()) {
        for (Place place = 0; place < links.size(); ++place) {
            if (found_[place] == 0) visit(place);
        }
    }
    [[nodiscard]] bool same(Place a, Place b) const { return number_[a] == number_[b]; }
    /// From 1 to count().
    [[nodiscard]] Place number(Place place) const { return number_[place]; }
    [[nodiscard]] Place count() const { return components_; }

private:
    struct Step {
        Place place;
        std::size_t next = 0;
    };

    void enter(Place place) {
        found_[place] = low_[place] = ++count_;
        open_.push_back(place);
        path_.push_back({place});
    }
    void visit(Place root) {
        enter(root);
        while (!path_.empty()) {
            Step& step = path_.back();
            const Place place = step.place;
            if (step.next < links_[place].size()) {
                const Place before = links_[place][step.next++];
                if (found_[before] == 0) {
                    enter(before);
                } else if (number_[before] == 0) {
                    low_[place] = std::min(low_[place], found_[before]);
                }
                continue;
            }
            path_.pop_back();
            if (!path_.empty()) {
                const Place parent = path_.back().place;
                low_[parent] = std::min(low_[parent], low_[place]);
            }
            if (low_[place] == found_[place]) close(place);
        }
    }
    void close(Place root) {
        ++components_;
        for (Place place = root + 1; place != root; open_.pop_back()) {
            place = open_.back();
            number_[place] = components_;
        }
    }

    const Links& links_;
    std::vector<Place> found_;   ///< Order of discovery, from 1.
    std::vector<Place> low_;     ///< The earliest found that is reached from here.
    std::vector<Place> number_;  ///< From 1; 0 while its component is open.
    std::vector<Place> open_;
    std::vector<Step> path_;
    Place count_ = 0;
    Place components_ = 0;
};

/// Takes out the links on a cycle by which a station's event claims to come after a hub's event
/// that was written later. The hub's events are walked in the order of the hub's own clock, which
/// only grows: what a walk meets first is what that event brought to the hub's knowledge, and it
/// can't have known of this event of the hub or of a later one.
void drop_lies(const Sorted& events, Links& links) {
    const Components on_cycle(links);
    if (on_cycle.count() == links.size()) return;
    std::vector<Place> met_in(links.size(), 0);  // Number of the walk, from 1.
    std::vector<Place> left;
    Place walk = 0;
    const auto meet = [&](Place place) {
        if (met_in[place] != 0) return;
        met_in[place] = walk;
        left.push_back(place);
    };
    for (Place hub = 0; hub < links.size(); ++hub) {
        if (!events[hub].hub) continue;
        ++walk;
        for (meet(hub); !left.empty();) {
            const Place place = left.back();
            left.pop_back();
            if (!events[place].hub) {
                std::erase_if(links[place], [&](Place before) {
                    const bool earlier = met_in[before] != 0 && met_in[before] < walk;
                    return events[before].hub && !earlier && on_cycle.same(place, before);
                });
            }
            for (const Place before : links[place]) meet(before);
        }
    }
}

/// Events that claim to come after each other, as one: after this there are no cycles. Nearly
/// always each event is a group of its own. Groups are numbered by their first place.
struct Groups {
    std::vector<std::vector<Place>> members;  ///< Ascending.
    Links links;                              ///< Between groups.

    explicit Groups(const Links& between) {
        const Components components(between);
        constexpr Place none = ~Place{0};
        std::vector<Place> group_of(components.count() + 1, none);
        for (Place place = 0; place < between.size(); ++place) {
            Place& group = group_of[components.number(place)];
            if (group == none) {
                group = static_cast<Place>(members.size());
                members.emplace_back();
            }
            members[group].push_back(place);
        }
        links.resize(members.size());
        for (Place place = 0; place < between.size(); ++place) {
            std::vector<Place>& of_group = links[group_of[components.number(place)]];
            for (const Place before : between[place]) {
                if (components.same(place, before)) continue;
                of_group.push_back(group_of[components.number(before)]);
            }
        }
    }
};

/// The hub's events in their order h1..hm. Stations' events take no place there: each is passed as
/// soon as it may be, so that a hub's event waits only for the hub's events in its past.
std::vector<Place> hub_order(const Sorted& events, const Groups& groups) {
    const auto is_hub = [&](Place place) { return events[place].hub; };
    std::vector<Place> hub_later;
    for (const std::vector<Place>& members : groups.members) {
        hub_later.push_back(std::ranges::any_of(members, is_hub) ? 1 : 0);
    }
    std::vector<Place> order = topological(groups.links, hub_later);
    std::erase_if(order, [&](Place group) { return hub_later[group] == 0; });
    return order;
}

std::vector<Place> ranks_of(const std::vector<Place>& hub_events, const Links& links) {
    const auto unranked = static_cast<Place>(hub_events.size());
    std::vector<Place> ranks(links.size(), unranked);
    std::vector<Place> left;
    for (Place rank = 0; rank < hub_events.size(); ++rank) {
        left.push_back(hub_events[rank]);
        while (!left.empty()) {
            const Place place = left.back();
            left.pop_back();
            // What has a rank got it together with its whole past.
            if (ranks[place] != unranked) continue;
            ranks[place] = rank;
            left.insert(left.end(), links[place].begin(), links[place].end());
        }
    }
    return ranks;
}

}  // namespace

std::vector<std::size_t> event_order(std::span<const EventLink> events, const Authors& authors) {
    const Sorted sorted(events, authors);
    Links links = links_of(sorted);
    drop_lies(sorted, links);
    const Groups groups(links);
    // The past of an event has no greater rank, so one pass by (rank, place) keeps ranks together.
    const std::vector<Place> ranks = ranks_of(hub_order(sorted, groups), groups.links);
    std::vector<std::size_t> order;
    order.reserve(events.size());
    for (const Place group : topological(groups.links, ranks)) {
        for (const Place place : groups.members[group]) order.push_back(sorted.index(place));
    }
    return order;
}

}  // namespace jiuying::sync
