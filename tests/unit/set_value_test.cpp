#include "sync/merge/set_value.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/merge_replica.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::test;
using sync::SetChange;
using sync::SetElement;

namespace {

sync::Author author(std::uint8_t number) {
    return {schema::NodeId{{number}}, std::uint64_t{100} - number};
}

Written tags(const FullDot& dot, const SetChange& change) {
    return {dot, dot.txn, false, {{field_set, {}, sync::encode_set_change(change)}}};
}

using Texts = std::vector<std::string>;
Texts texts(const MergeReplica& replica) { return replica.shown(field_set).texts; }

/// The model: what is added and what is removed, as pairs of text and the adding transaction.
using Pairs = std::set<std::pair<std::string, FullDot>>;
Pairs live_pairs(const std::map<FullDot, SetChange>& known) {
    Pairs live;
    for (const auto& [dot, change] : known) {
        for (const std::string& text : change.adds) live.emplace(text, dot);
    }
    for (const auto& [dot, change] : known) {
        for (const SetElement& gone : change.removes) {
            live.erase({gone.text, FullDot{gone.author, gone.txn}});
        }
    }
    return live;
}

Pairs live_pairs(const MergeReplica& replica) {
    Pairs live;
    const auto* graph = sync::find_graph(replica.record(), field_set);
    if (graph == nullptr) return live;
    for (const SetElement& element :
         sync::live_elements(replica.record(), *graph, replica.authors())) {
        live.emplace(element.text, FullDot{element.author, element.txn});
    }
    return live;
}

std::map<FullDot, SetChange> random_changes(Dice& dice) {
    std::array<std::map<FullDot, SetChange>, 3> known;
    std::map<FullDot, SetChange> all;
    std::array<std::uint64_t, 3> txns{};
    for (const std::size_t length = 2 + dice.below(5); all.size() < length;) {
        const std::size_t writer = dice.below(3);
        if (dice.chance(60)) {
            SetChange change;
            for (const auto& [text, dot] : live_pairs(known[writer])) {
                if (dice.chance(40)) change.removes.push_back({text, dot.author, dot.txn});
            }
            if (dice.chance(50))
                change.adds.emplace_back(1, static_cast<char>('p' + dice.below(3)));
            const FullDot dot{author(static_cast<std::uint8_t>(writer)), ++txns[writer]};
            known[writer].emplace(dot, change);
            all.emplace(dot, change);
            continue;
        }
        const std::size_t from = dice.below(3);
        for (const auto& [dot, change] : known[from]) {
            if (dot.author != author(static_cast<std::uint8_t>(from))) continue;
            if (!dice.chance(80)) break;
            known[writer].emplace(dot, change);
        }
    }
    return all;
}

}  // namespace

TEST_CASE("tags added at two places are all there, and each only once", "[set]") {
    MergeReplica replica;
    replica.receive(tags({author(1), 1}, {{"noise", "night"}, {}}));
    replica.receive(tags({author(2), 1}, {{"noise", "park"}, {}}));
    CHECK(texts(replica) == Texts{"night", "noise", "park"});
}

TEST_CASE("a removal takes away what its author saw, and nothing else", "[set]") {
    const Written added = tags({author(1), 1}, {{"noise"}, {}});
    const Written again = tags({author(2), 1}, {{"noise"}, {}});
    const Written removed = tags({author(3), 1}, {{}, {{"noise", author(1), 1}}});
    MergeReplica replica;

    SECTION("also when it comes first") {
        replica.receive(removed);
        replica.receive(added);
        CHECK(texts(replica).empty());
    }
    SECTION("so that an unseen add of the same text survives") {
        replica.receive(added);
        replica.receive(again);
        replica.receive(removed);
        CHECK(texts(replica) == Texts{"noise"});
    }
    SECTION("and a removal that the hub refused removes nothing") {
        replica.receive(added);
        replica.receive(removed);
        replica.learn_rejected(removed.dot);
        CHECK(texts(replica) == Texts{"noise"});
        replica.learn_rejected(added.dot);
        CHECK(texts(replica).empty());
    }
}

TEST_CASE("every order of arrival ends in the same set as the model", "[set]") {
    Dice dice(5);
    for (int story = 0; story < 400; ++story) {
        const std::map<FullDot, SetChange> changes = random_changes(dice);
        const Pairs should = live_pairs(changes);
        std::vector<FullDot> order;
        for (const auto& [dot, change] : changes) order.push_back(dot);
        bool good = true;
        do {
            bool in_author_order = true;
            for (std::size_t i = 0; i < order.size(); ++i) {
                for (std::size_t j = i + 1; j < order.size(); ++j) {
                    const bool same = order[i].author == order[j].author;
                    if (same && order[i].txn > order[j].txn) in_author_order = false;
                }
            }
            if (!in_author_order) continue;
            MergeReplica replica;
            std::map<FullDot, SetChange> known;
            for (const FullDot& dot : order) {
                replica.receive(tags(dot, changes.at(dot)));
                known.insert(*changes.find(dot));
                good = good && live_pairs(replica) == live_pairs(known);
            }
            replica.receive(tags(order[0], changes.at(order[0])));
            good = good && live_pairs(replica) == should;
        } while (std::ranges::next_permutation(order).found);
        INFO("story " << story);
        REQUIRE(good);
    }
}

TEST_CASE("a set change is read as it was written", "[set]") {
    const SetChange change{{"噪声", "𠮷野", ""}, {{"park", author(2), 1U << 30U}}};
    const std::string bytes = sync::encode_set_change(change);
    CHECK(sync::decode_set_change(bytes, 40).value() == change);
    CHECK(sync::decode_set_change(sync::encode_set_change({}), 40).value() == SetChange{});
}

TEST_CASE("what is not a set change is refused, whatever the bytes", "[set]") {
    const std::string good = sync::encode_set_change({{"noise"}, {{"park", author(2), 300}}});
    for (std::size_t size = 0; size < good.size(); ++size) {
        CHECK(sync::decode_set_change(good.substr(0, size), 40).error() == Errc::malformed);
    }
    CHECK(sync::decode_set_change(good + 'x', 40).error() == Errc::malformed);
    CHECK(sync::decode_set_change(good, 4).error() == Errc::out_of_bounds);
    const std::string bad_text = sync::encode_set_change({{"\xC3("}, {}});
    CHECK(sync::decode_set_change(bad_text, 40).error() == Errc::not_utf8);
    const std::string with_nul = sync::encode_set_change({{std::string(1, '\0')}, {}});
    CHECK(sync::decode_set_change(with_nul, 40).error() == Errc::malformed);

    SECTION("also when there is too much of it") {
        const SetChange most{Texts(SetChange::elements_max, "t"), {}};
        CHECK(sync::decode_set_change(sync::encode_set_change(most), 40).has_value());
        const SetChange many{Texts(SetChange::elements_max + 1, "t"), {}};
        CHECK(sync::decode_set_change(sync::encode_set_change(many), 40).error() ==
              Errc::out_of_bounds);
    }
    SECTION("also when a number is written longer than it needs to be") {
        using namespace std::string_literals;
        CHECK(sync::decode_set_change("\x80\x00\x00"s, 40).error() == Errc::malformed);
        const std::string over_64_bits = "\x00"s + std::string(9, '\xFF') + "\x02"s;
        CHECK(sync::decode_set_change(over_64_bits, 40).error() == Errc::malformed);
    }
    SECTION("and decoding then encoding gives the same bytes, or decoding fails") {
        Dice dice(3);
        for (int i = 0; i < 20'000; ++i) {
            std::string bytes = good;
            bytes[dice.below(bytes.size())] = static_cast<char>(dice.below(256));
            const auto change = sync::decode_set_change(bytes, 40);
            if (change) REQUIRE(sync::encode_set_change(*change) == bytes);
        }
    }
}

TEST_CASE("bytes that are no set change count as nothing added or removed", "[set]") {
    MergeReplica replica;
    replica.receive({{author(1), 1}, 1, false, {{field_set, {}, std::string("\xFF\xFF")}}});
    replica.receive({{author(1), 2}, 2, false, {{field_set, {}, std::int64_t{7}}}});
    replica.receive(tags({author(1), 3}, {{"noise", "noise"}, {}}));
    CHECK(texts(replica) == Texts{"noise"});
    CHECK(live_pairs(replica).size() == 1);
}

TEST_CASE("a set may get short texts of one line, and lose whatever is in it", "[set]") {
    SetChange change;
    const auto refused = [&]() -> std::optional<Errc> {
        const Result<void> checked = sync::check_set_change(sync::encode_set_change(change), 4);
        if (checked) return std::nullopt;
        return checked.error();
    };
    change.adds = {"征地补偿"};
    CHECK_FALSE(refused());
    change.removes = {{"far too long\nand of two lines", {}, 1}};
    CHECK_FALSE(refused());
    change.adds = {"12345"};
    CHECK(refused() == Errc::out_of_bounds);
    change.adds = {"a\nb"};
    CHECK(refused() == Errc::malformed);
    change.adds = {""};
    CHECK(refused() == Errc::malformed);
    CHECK(sync::check_set_change("\xFF", 4).has_error());
}
