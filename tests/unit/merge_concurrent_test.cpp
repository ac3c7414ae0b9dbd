// Two to six people edit the same fields without knowing of each other: every order in which that
// can arrive ends in what the model shows. Every policy, ties of clocks and of values, doubtful
// clocks, refused edits; with and without a version that all of them saw.
//
// A failure prints its seed and the order.
#include "sync/merge/set_value.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/merge_replica.hpp"
#include "tests/support/naive_merge.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>

using namespace jiuying;
using namespace jiuying::test;
using schema::FieldId;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
constexpr std::uint64_t stories_of_each = 4;
#else
constexpr std::uint64_t stories_of_each = 60;
#endif

const std::vector<FieldId> all_fields{field_owner, field_last, field_append, field_set,
                                      field_min,   field_max,  field_ask};

struct Meeting {
    std::vector<Written> edits;
    std::optional<Written> before;  ///< What all of them saw.
    std::set<FullDot> rejected;
    std::vector<sync::Author> authors;
};

schema::Value value_for(Dice& dice, FieldId field, const Meeting& meeting) {
    if (field == field_set) {
        sync::SetChange change;
        change.adds.push_back(std::string(1, static_cast<char>('p' + dice.below(3))));
        if (meeting.before && dice.chance(50)) {
            const FullDot& dot = meeting.before->dot;
            change.removes.push_back({"p", dot.author, dot.txn});
        }
        return sync::encode_set_change(change);
    }
    if (field == field_min || field == field_max) return schema::Value{dice.between(-2, 2)};
    return schema::Value{std::string(1, static_cast<char>('x' + dice.below(3)))};
}

Written written_by(Dice& dice, const sync::Author& author, std::uint64_t txn,
                   const Meeting& meeting) {
    Written written;
    written.dot = {author, txn};
    written.hlc = 1000 + dice.below(3);
    written.suspect = dice.chance(15);
    for (const FieldId field : all_fields) {
        std::set<FullDot> bases;
        if (meeting.before) bases.insert(meeting.before->dot);
        written.changes.push_back({field, std::move(bases), value_for(dice, field, meeting)});
    }
    return written;
}

Meeting meeting_of(Dice& dice, std::size_t people) {
    Meeting meeting;
    for (std::size_t i = 0; i <= people; ++i) {
        sync::Author author;
        author.node.bytes[15] = static_cast<std::uint8_t>(dice.below(4));
        author.epoch = dice.below(50) * 10 + i;
        meeting.authors.push_back(author);
    }
    if (dice.chance(60)) meeting.before = written_by(dice, meeting.authors[people], 1, {});
    for (std::size_t i = 0; i < people; ++i) {
        meeting.edits.push_back(written_by(dice, meeting.authors[i], 1 + dice.below(3), meeting));
        if (dice.chance(10)) meeting.rejected.insert(meeting.edits.back().dot);
    }
    return meeting;
}

}  // namespace

TEST_CASE("two to six edits made apart show the same in every order of arrival", "[merge][model]") {
    const std::size_t people = GENERATE(2, 3, 4, 5, 6);
    std::size_t routes = 0;
    for (std::uint64_t story = 0; story < stories_of_each; ++story) {
        const std::uint64_t seed = story * 10 + people;
        Dice dice(seed);
        const Meeting meeting = meeting_of(dice, people);
        NaiveKnowledge known;
        known.record = merge_record();
        if (meeting.before) known.receive(*meeting.before);
        for (const Written& edit : meeting.edits) known.receive(edit);
        known.rejected = meeting.rejected;
        std::vector<Shown> expected;
        for (const FieldId field : all_fields) {
            expected.push_back(naive_view(known, field, policy_of_test(field)));
        }
        std::vector<std::size_t> route(people);
        std::iota(route.begin(), route.end(), std::size_t{0});
        std::optional<sync::Hash32> digest;
        do {
            ++routes;
            MergeReplica replica(meeting.authors);
            // What all saw may also come after what was written on it.
            const std::size_t base_at = routes % (people + 1);
            for (std::size_t i = 0; i <= people; ++i) {
                if (i == base_at && meeting.before) (void)replica.receive(*meeting.before);
                if (i == people) break;
                (void)replica.receive(meeting.edits[route[i]]);
            }
            for (const FullDot& dot : meeting.rejected) replica.learn_rejected(dot);
            bool same = true;
            for (std::size_t i = 0; i < all_fields.size(); ++i) {
                same &= replica.shown(all_fields[i]) == expected[i];
            }
            if (!digest) digest = replica.digest();
            if (!same || replica.digest() != *digest) {
                std::string order;
                for (const std::size_t at : route) order += std::to_string(at);
                FAIL("seed " << seed << ", order " << order << ", base at " << base_at);
            }
        } while (std::ranges::next_permutation(route).found);
    }
    const std::size_t factorials[]{2, 6, 24, 120, 720};
    CHECK(routes == factorials[people - 2] * stories_of_each);
}
