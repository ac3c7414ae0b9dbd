#include "sync/merge/event_order.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/naive_merge.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>

using namespace jiuying;
using namespace jiuying::test;
using sync::EventLink;

namespace {

sync::Author author(std::uint8_t number) { return {schema::NodeId{{number}}, 1}; }

/// The model's event, as the rule's own transcription knows it.
struct Event {
    FullDot dot;
    std::set<FullDot> after;
    std::uint64_t hlc = 0;
    bool hub = false;
};
using Events = std::map<FullDot, Event>;
using Dots = std::vector<FullDot>;

std::set<FullDot> past_of(const Events& events, const Event& event) {
    std::set<FullDot> past;
    for (const FullDot& dot : event.after) {
        past.insert(dot);
        const auto at = events.find(dot);
        if (at != events.end()) past.merge(past_of(events, at->second));
    }
    return past;
}

/// Takes again and again the smallest event that has none of those left in its past.
Dots sorted_by_past(const Events& all, std::set<FullDot> left) {
    Dots order;
    while (!left.empty()) {
        const Event* next = nullptr;
        for (const FullDot& dot : left) {
            const Event& event = all.at(dot);
            bool ready = true;
            for (const FullDot& before : past_of(all, event)) {
                ready = ready && !left.contains(before);
            }
            const bool first =
                next == nullptr || std::tie(event.hlc, event.dot) < std::tie(next->hlc, next->dot);
            if (ready && first) next = &event;
        }
        left.erase(next->dot);
        order.push_back(next->dot);
    }
    return order;
}

Dots naive_order(const Events& all) {
    std::set<FullDot> by_hub;
    for (const auto& [dot, event] : all) {
        if (event.hub) by_hub.insert(dot);
    }
    std::set<FullDot> left;
    for (const auto& [dot, event] : all) left.insert(dot);
    Dots order;
    const auto take = [&](const std::set<FullDot>& chosen) {
        const Dots sorted = sorted_by_past(all, chosen);
        order.insert(order.end(), sorted.begin(), sorted.end());
        for (const FullDot& dot : sorted) left.erase(dot);
    };
    for (const FullDot& hub : sorted_by_past(all, by_hub)) {
        std::set<FullDot> rank;
        std::set<FullDot> known = past_of(all, all.at(hub));
        known.insert(hub);
        std::ranges::set_intersection(known, left, std::inserter(rank, rank.end()));
        take(rank);
    }
    take(left);
    return order;
}

/// The real order, of events handed over in \p given order by a replica that met the authors so.
Dots real_order(const Events& all, const Dots& given, const std::vector<sync::Author>& met) {
    sync::Authors authors;
    for (const sync::Author& one : met) authors.intern(one);
    std::vector<EventLink> links;
    for (const FullDot& dot : given) {
        const Event& event = all.at(dot);
        EventLink& link = links.emplace_back();
        link.dot = {authors.intern(dot.author), dot.txn};
        for (const FullDot& before : event.after) {
            link.after.push_back({authors.intern(before.author), before.txn});
        }
        std::ranges::reverse(link.after);
        link.hlc = sync::Hlc{event.hlc};
        link.hub = event.hub;
    }
    Dots order;
    for (const std::size_t index : sync::event_order(links, authors)) {
        order.push_back(given.at(index));
    }
    return order;
}

Dots dots_of(const Events& events) {
    Dots dots;
    for (const auto& [dot, event] : events) dots.push_back(dot);
    return dots;
}

/// A hub and two stations that work on one order, with clocks that differ and a link that breaks
/// in the middle.
struct History {
    Events events;
    std::map<FullDot, std::set<FullDot>> known_to_hub;  ///< By hub event: what it had then.
};

std::set<FullDot> heads_of(const Events& known) {
    std::set<FullDot> heads;
    for (const auto& [dot, event] : known) heads.insert(dot);
    for (const auto& [dot, event] : known) {
        for (const FullDot& before : event.after) heads.erase(before);
    }
    return heads;
}

History random_history(Dice& dice, const std::vector<sync::Author>& people, std::size_t length) {
    constexpr std::size_t hub = 0;
    std::array<Events, 3> known;
    std::array<std::uint64_t, 3> txns{};
    std::array<std::int64_t, 3> clocks{};
    for (std::int64_t& clock : clocks) clock = dice.between(0, 1) * dice.between(-300, 300);
    History history;
    for (std::int64_t time = 1000; history.events.size() < length; ++time) {
        const std::size_t person = dice.below(3);
        if (dice.chance(55)) {
            Event event;
            event.dot = {people[person], ++txns[person]};
            event.after = heads_of(known[person]);
            event.hlc = static_cast<std::uint64_t>(time / 2 + clocks[person]);
            event.hub = person == hub;
            if (event.hub) {
                const Dots dots = dots_of(known[hub]);
                history.known_to_hub[event.dot] = {dots.begin(), dots.end()};
            }
            known[person].emplace(event.dot, event);
            history.events.emplace(event.dot, event);
            continue;
        }
        const std::size_t station = 1 + dice.below(2);
        const bool up = dice.chance(50);
        const std::size_t from = up ? station : hub;
        for (const auto& [dot, event] : known[from]) {
            if (up && dot.author != people[station]) continue;
            if (!dice.chance(80)) break;
            known[up ? hub : station].emplace(dot, event);
        }
    }
    return history;
}

/// Empty if all is well.
std::string try_history(Dice& dice, std::size_t length) {
    std::vector<sync::Author> people{author(1), author(2), author(3)};
    dice.shuffle(people);
    const History history = random_history(dice, people, length);
    const Dots should = naive_order(history.events);
    Dots given = dots_of(history.events);
    std::size_t permutations = 0;
    do {
        if (++permutations > 130) break;
        dice.shuffle(people);
        if (length > 5) dice.shuffle(given);
        if (real_order(history.events, given, people) != should) return "not the model's order";
    } while (length > 5 ? permutations < 4 : std::ranges::next_permutation(given).found);

    std::set<FullDot> before;
    for (const FullDot& dot : should) {
        const auto known = history.known_to_hub.find(dot);
        if (known != history.known_to_hub.end() && known->second != before) {
            return "before a hub's event stands not exactly what the hub knew";
        }
        for (const FullDot& one : past_of(history.events, history.events.at(dot))) {
            if (history.events.contains(one) && !before.contains(one)) return "after its effect";
        }
        before.insert(dot);
    }
    return {};
}

/// Builds events by hand: `link(author, txn, hlc, {after...})`; author 0 is the hub.
EventLink link(std::uint32_t by, std::uint64_t txn, std::uint64_t hlc,
               std::vector<sync::Dot> after = {}) {
    return {{sync::AuthorIx{by}, txn}, 0, std::move(after), sync::Hlc{hlc}, by == 0};
}
sync::Dot dot(std::uint32_t by, std::uint64_t txn) { return {sync::AuthorIx{by}, txn}; }

using Indices = std::vector<std::size_t>;
Indices order_of(const std::vector<EventLink>& links) {
    sync::Authors authors;
    for (std::uint8_t i = 0; i < 4; ++i) authors.intern(author(i));
    return sync::event_order(links, authors);
}

}  // namespace

TEST_CASE("a decision of the hub is not undone by a station's event that comes late", "[events]") {
    // Registered, dispatched by the hub; the station had withdrawn it before, by its clock.
    const std::vector<EventLink> links{
        link(1, 1, 10),               // 0 registered
        link(0, 1, 30, {dot(1, 1)}),  // 1 dispatched: the hub knew of 0 only
        link(1, 2, 20, {dot(1, 1)}),  // 2 withdrawn, apart from 1
        link(0, 2, 40, {dot(0, 1)}),  // 3 archived, still without 2
    };
    CHECK(order_of(links) == Indices{0, 1, 3, 2});
}

TEST_CASE("what the hub knew comes before its event, whatever the clocks say", "[events]") {
    const std::vector<EventLink> links{
        link(0, 1, 5, {dot(1, 2)}),
        link(1, 2, 900, {dot(1, 1)}),
        link(1, 1, 800),
        link(2, 1, 1),
    };
    CHECK(order_of(links) == Indices{2, 1, 0, 3});
}

TEST_CASE("every order of arrival gives the model's order, and the hub's past is kept",
          "[events]") {
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        Dice dice(seed);
        const auto length = static_cast<std::size_t>(dice.between(2, seed % 4 == 0 ? 14 : 5));
        const std::string difference = try_history(dice, length);
        if (!difference.empty()) FAIL("seed " << seed << ": " << difference);
    }
    SUCCEED();
}

TEST_CASE("no events, one event and events of one transaction have an order", "[events]") {
    CHECK(order_of({}).empty());
    CHECK(order_of({link(1, 1, 1)}) == Indices{0});

    std::vector<EventLink> links{link(1, 1, 5), link(1, 1, 5), link(0, 1, 1, {dot(1, 1)})};
    links[0].ordinal = 2;
    links[1].ordinal = 1;
    CHECK(order_of(links) == Indices{1, 0, 2});
}

TEST_CASE("what `after` names and nobody knows is ignored, and so is the event itself",
          "[events]") {
    const std::vector<EventLink> links{
        link(1, 2, 9, {dot(1, 2), dot(3, 77), dot(1, 1), dot(1, 1)}),
        link(1, 1, 50, {dot(1, 1)}),
    };
    CHECK(order_of(links) == Indices{1, 0});
}

TEST_CASE("a station that names a hub's event before it was written does not move itself behind it",
          "[events]") {
    // Station 1 guessed the hub's next transaction; station 2 went on from it in good faith.
    const std::vector<EventLink> links{
        link(1, 1, 10, {dot(0, 2)}),
        link(2, 1, 11, {dot(1, 1)}),
        link(0, 1, 12, {dot(2, 1)}),
        link(0, 2, 13, {dot(0, 1)}),
    };
    CHECK(order_of(links) == Indices{0, 1, 2, 3});
}

TEST_CASE("guessing the hub's future events does not put anything before or behind a decision",
          "[events]") {
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
        Dice dice(seed);
        const std::vector<sync::Author> people{author(1), author(2), author(3)};
        History history = random_history(dice, people, 10);
        Dots given = dots_of(history.events);
        for (int lie = 0; lie < 3; ++lie) {
            Event& liar = history.events.at(dice.pick(given));
            const FullDot& named = dice.pick(given);
            if (!liar.hub && history.events.at(named).hub) liar.after.insert(named);
        }
        dice.shuffle(given);
        std::set<FullDot> before;
        bool kept = true;
        for (const FullDot& dot : real_order(history.events, given, people)) {
            const auto known = history.known_to_hub.find(dot);
            kept = kept && (known == history.known_to_hub.end() || known->second == before);
            before.insert(dot);
        }
        INFO("seed " << seed);
        REQUIRE(kept);
    }
}

TEST_CASE("cycles are broken the same way whatever the order of arrival", "[events]") {
    std::vector<EventLink> links{
        link(1, 1, 30, {dot(2, 1)}), link(2, 1, 20, {dot(3, 1)}), link(3, 1, 10, {dot(1, 1)}),
        link(0, 1, 5, {dot(1, 1)}),  link(2, 2, 1, {dot(2, 1)}),
    };
    const auto names = [&](const Indices& order) {
        std::vector<std::pair<sync::AuthorIx, std::uint64_t>> out;
        for (const std::size_t index : order) {
            out.emplace_back(links[index].dot.author, links[index].dot.txn);
        }
        return out;
    };
    // Three stations' events name each other: the hub, who knew one of them, knew them all.
    const auto should = names({2, 1, 0, 3, 4});
    Indices places{0, 1, 2, 3, 4};
    const std::vector<EventLink> as_given = links;
    do {
        for (std::size_t i = 0; i < places.size(); ++i) links[i] = as_given[places[i]];
        REQUIRE(names(order_of(links)) == should);
    } while (std::ranges::next_permutation(places).found);

    SECTION("also random garbage, which keeps every event once") {
        for (std::uint64_t seed = 1; seed <= 500; ++seed) {
            Dice dice(seed);
            std::vector<EventLink> garbage;
            const std::size_t length = 1 + dice.below(12);
            for (std::size_t i = 0; i < length; ++i) {
                const auto by = static_cast<std::uint32_t>(dice.below(4));
                EventLink one = link(by, i + 1, dice.below(9));
                for (std::size_t more = dice.below(4); more > 0; --more) {
                    one.after.push_back(
                        dot(static_cast<std::uint32_t>(dice.below(4)), 1 + dice.below(length)));
                }
                garbage.push_back(std::move(one));
            }
            links = garbage;
            const auto first = names(order_of(links));
            REQUIRE(std::set(first.begin(), first.end()).size() == length);
            dice.shuffle(links);
            REQUIRE(names(order_of(links)) == first);
        }
    }
}

TEST_CASE("an order of thousands of events, and a chain or a cycle as long, takes no time",
          "[events]") {
    constexpr std::uint64_t length = 20'000;
    std::vector<EventLink> links;
    for (std::uint64_t i = 1; i <= length; ++i) {
        const std::uint32_t by = i % 10 == 0 ? 0 : 1;
        const std::uint32_t before = (i - 1) % 10 == 0 ? 0 : 1;
        // The station's clock runs backwards; the hub's does not.
        links.push_back(link(by, i, by == 0 ? i : 2 * length - i, {dot(before, i - 1)}));
    }
    const auto start = std::chrono::steady_clock::now();
    Indices in_order(length);
    for (std::size_t i = 0; i < length; ++i) in_order[i] = i;
    const bool chain_in_order = order_of(links) == in_order;
    CHECK(chain_in_order);
    links.front().after.push_back(dot(0, length));  // All on one cycle, by one lie.
    const bool cycle_in_order = order_of(links) == in_order;
    CHECK(cycle_in_order);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{5});
}
