// More versions of one field than any honest use makes: authors with good keys may write as many as
// they like, beside each other and on bases that nobody knows.
#include "sync/merge/graph_index.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/merge_replica.hpp"
#include "tests/support/naive_merge.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <map>

using namespace jiuying;
using namespace jiuying::test;
using schema::FieldId;

namespace {

sync::Author author_number(std::size_t number) {
    sync::Author author;
    author.node.bytes[0] = static_cast<std::uint8_t>(number);
    author.node.bytes[1] = static_cast<std::uint8_t>(number >> 8U);
    author.epoch = 40;
    return author;
}

Written version(std::size_t author, std::uint64_t txn, std::uint64_t hlc, FieldId field,
                std::string value, std::set<FullDot> bases = {}) {
    Written written;
    written.dot = {author_number(author), txn};
    written.hlc = hlc;
    written.changes.push_back({field, std::move(bases), std::move(value)});
    return written;
}

constexpr std::uint64_t clocks_ahead = 3'000'000;

/// 300 values from 300 authors, none of whom saw another's, by clocks that are all ahead. What is
/// weakest by its clock is strongest by its value.
std::vector<Written> flood(FieldId field) {
    std::vector<Written> all;
    for (std::size_t i = 0; i < 300; ++i) {
        const std::size_t rank = (i * 7919) % 300;
        const std::size_t value = field == field_min ? 100 + rank : 399 - rank;
        all.push_back(version(i, 1, clocks_ahead + rank, field, std::to_string(value)));
    }
    return all;
}

/// Somebody who edits what they see.
class Desk {
public:
    Desk(std::size_t number, const std::vector<Written>& known, std::uint64_t order)
        : number_(number) {
        std::vector<const Written*> arriving;
        for (const Written& written : known) arriving.push_back(&written);
        Dice dice(order);
        dice.shuffle(arriving);
        for (const Written* written : arriving) replica_.receive(*written);
    }
    Written edit(FieldId field, const std::string& value) {
        ++txn_;
        Written written =
            version(number_, txn_, 2'000'000 + txn_, field, value, replica_.bases(field));
        hear(written);
        return written;
    }
    void hear(const Written& written) { replica_.receive(written); }
    [[nodiscard]] MergeReplica& replica() { return replica_; }

private:
    std::size_t number_;
    std::uint64_t txn_ = 0;
    MergeReplica replica_;
};

}  // namespace

TEST_CASE("a field with more heads than a change can name has one again after two edits",
          "[merge]") {
    for (const FieldId field : {field_owner, field_last, field_min, field_max, field_ask}) {
        CAPTURE(field);
        Desk desk(1000, flood(field), 1);
        REQUIRE(desk.replica().heads(field).size() == 300);
        const Written first = desk.edit(field, "settled");
        CHECK(first.changes.front().bases.size() == sync::bases_max);
        CHECK(desk.replica().heads(field).size() == 300 - sync::bases_max + 1);
        const Written second = desk.edit(field, "settled");
        CHECK(desk.replica().heads(field) == std::set<FullDot>{second.dot});
        CHECK(desk.replica().shown(field).value == schema::Value{"settled"});
        CHECK_FALSE(desk.replica().shown(field).conflict.has_value());
    }
}

TEST_CASE("what is shown never outlives an edit, however many heads there are", "[merge]") {
    for (const FieldId field : {field_owner, field_last, field_min, field_max, field_ask}) {
        CAPTURE(field);
        Desk desk(1000, flood(field), 1);
        const Shown before = desk.replica().shown(field);
        desk.edit(field, "200");
        CHECK(desk.replica().shown(field).value != before.value);
    }
}

TEST_CASE("what an edit leaves over of too many heads is what is weakest", "[merge]") {
    const std::vector<Written> known = flood(field_last);
    Desk desk(1000, known, 1);
    const std::set<FullDot> named = desk.replica().bases(field_last);
    for (const Written& written : known) {
        const bool strong = written.hlc >= clocks_ahead + 300 - sync::bases_max;
        CHECK(named.contains(written.dot) == strong);
    }
}

TEST_CASE("whoever sees the same heads names the same ones", "[merge]") {
    const std::vector<Written> known = flood(field_ask);
    // They met the authors in another order, and so number them otherwise.
    Desk one(1000, known, 1), other(1001, known, 2);
    CHECK(one.replica().bases(field_ask) == other.replica().bases(field_ask));
}

TEST_CASE("people who settle a flood apart end with one value after they have met", "[merge]") {
    const std::vector<Written> known = flood(field_ask);
    Desk one(1000, known, 1), other(1001, known, 2);
    for (int edits = 0; edits < 2; ++edits) {
        const Written mine = one.edit(field_ask, "mine");
        const Written yours = other.edit(field_ask, "yours");
        one.hear(yours);
        other.hear(mine);
    }
    CHECK(one.replica().heads(field_ask).size() == 2);
    const Written last = one.edit(field_ask, "agreed");
    other.hear(last);
    for (Desk* desk : {&one, &other}) {
        CHECK(desk->replica().heads(field_ask) == std::set<FullDot>{last.dot});
    }
}

TEST_CASE("with hundreds of versions and authors a replica shows and drops what the model says",
          "[merge][model]") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        Dice dice(seed);
        MergeReplica real;
        NaiveKnowledge model;
        model.record = merge_record();
        std::vector<Written> story;
        for (std::size_t i = 0; i < 120; ++i) {
            std::set<FullDot> bases;
            for (std::size_t k = dice.below(6); k > 0 && !story.empty(); --k) {
                bases.insert(dice.pick(story).dot);
            }
            if (dice.chance(2)) bases.insert({author_number(9999), 1 + dice.below(9)});
            story.push_back(version(dice.below(40), i + 1, 1000 + dice.below(50), field_ask,
                                    std::string(1, static_cast<char>('x' + dice.below(3))),
                                    std::move(bases)));
        }
        // Each author's in order, the authors in any: many bases come after what names them.
        std::map<sync::Author, std::vector<const Written*>> open;
        for (const Written& written : story) open[written.dot.author].push_back(&written);
        std::set<FullDot> decided;
        while (!open.empty()) {
            const auto author = std::next(open.begin(), dice.between(0, std::ssize(open) - 1));
            const Written& written = *author->second.front();
            author->second.erase(author->second.begin());
            if (author->second.empty()) open.erase(author);
            real.receive(written);
            model.receive(written);
            if (dice.chance(15)) {
                real.learn_rejected(written.dot);
                model.rejected.insert(written.dot);
            }
            if (dice.chance(70)) decided.insert(written.dot);
            if (dice.chance(10)) {
                real.prune([&](const FullDot& dot) { return decided.contains(dot); });
            }
            REQUIRE(describe(real.shown(field_ask)) ==
                    describe(naive_view(model, field_ask, schema::Merge::ask)));
            REQUIRE(real.heads(field_ask) == naive_heads(model, field_ask));
        }
        const std::size_t before = real.kept(field_ask).size();
        real.prune([](const FullDot&) { return true; });
        CHECK(before > sync::index_from);
        CHECK(real.kept(field_ask).size() < before);
        REQUIRE(real.shown(field_ask) == naive_view(model, field_ask, schema::Merge::ask));
    }
}
