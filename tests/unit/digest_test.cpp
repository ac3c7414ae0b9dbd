#include "sync/merge/digest.hpp"
#include "sync/merge/set_value.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/merge_replica.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::test;
using sync::Hash32;
using sync::ScopeDigest;

namespace {

const sync::Author anna{schema::NodeId{{1}}, 5};
const sync::Author bo{schema::NodeId{{2}}, 3};

Written text(const FullDot& dot, schema::FieldId field, const std::string& value,
             std::set<FullDot> bases = {}) {
    return {dot, dot.txn, false, {{field, std::move(bases), schema::Value{value}}}};
}

Hash32 digest_of(const std::vector<Written>& all) {
    MergeReplica replica;
    for (const Written& written : all) replica.receive(written);
    return replica.digest();
}

}  // namespace

TEST_CASE("replicas with the same changes have the same digest, whoever they met first",
          "[digest]") {
    const Written by_anna = text({anna, 1}, field_last, "lamp");
    const Written by_bo = text({bo, 1}, field_ask, "139");
    MergeReplica one(std::vector{anna, bo});
    MergeReplica other(std::vector{bo, anna});
    one.receive(by_anna);
    one.receive(by_bo);
    other.receive(by_bo);
    CHECK(other.digest() != one.digest());
    other.receive(by_anna);
    CHECK(other.digest() == one.digest());
}

TEST_CASE("the digest changes with the value, the version, the field and the record", "[digest]") {
    const Hash32 usual = digest_of({text({anna, 1}, field_last, "lamp")});
    CHECK(digest_of({text({anna, 1}, field_last, "lamps")}) != usual);
    CHECK(digest_of({text({anna, 2}, field_last, "lamp")}) != usual);
    CHECK(digest_of({text({bo, 1}, field_last, "lamp")}) != usual);
    CHECK(digest_of({text({anna, 1}, field_ask, "lamp")}) != usual);
    CHECK(digest_of({{{anna, 1}, 1, false, {{field_last, {}, std::int64_t{7}}}}}) != usual);
    CHECK(digest_of({{{anna, 1}, 1, false, {{field_last, {}, schema::Value{}}}}}) != usual);

    sync::RecordState empty;
    sync::RecordState other;
    other.id.bytes[0] = 1;
    CHECK(sync::record_digest(empty, &merge_entity(), {}) !=
          sync::record_digest(other, &merge_entity(), {}));
}

TEST_CASE("a head that lost its merge still counts, so that both sides know of it", "[digest]") {
    const Written by_anna = text({anna, 1}, field_last, "lamp");
    const Written by_bo = text({bo, 9}, field_last, "lamps");
    CHECK(digest_of({by_anna, by_bo}) != digest_of({by_bo}));
    CHECK(digest_of({by_anna, by_bo}) == digest_of({by_bo, by_anna}));
}

TEST_CASE("what is not shared does not count: history, pruned versions, fields of the hub only",
          "[digest]") {
    const Written first = text({anna, 1}, field_last, "lamp");
    const Written second = text({anna, 2}, field_last, "lamps", {first.dot});
    MergeReplica replica;
    replica.receive(first);
    replica.receive(second);
    const Hash32 before = replica.digest();
    replica.prune([](const FullDot&) { return true; });
    CHECK(replica.kept(field_last).size() == 1);
    CHECK(replica.digest() == before);

    const std::array fields{schema::Field{1,
                                          "a",
                                          schema::Kind::text,
                                          schema::Merge::last,
                                          schema::Writer::any,
                                          schema::Privacy::open,
                                          9,
                                          {},
                                          "a",
                                          "a"},
                            schema::Field{2,
                                          "b",
                                          schema::Kind::text,
                                          schema::Merge::last,
                                          schema::Writer::hub,
                                          schema::Privacy::open,
                                          9,
                                          {},
                                          "b",
                                          "b",
                                          schema::Audience::hub}};
    const schema::Entity entity{schema::EntityId::note, "x", schema::Home::scope, fields, "", ""};
    MergeReplica station;
    station.receive(text({anna, 1}, 1, "both"));
    MergeReplica hub;
    hub.receive(text({anna, 1}, 1, "both"));
    hub.receive(text({bo, 1}, 2, "hub only"));
    CHECK(sync::record_digest(hub.record(), &entity, hub.authors()) ==
          sync::record_digest(station.record(), &entity, station.authors()));
}

TEST_CASE("a field that this program does not know counts as `last` does", "[digest]") {
    MergeReplica replica;
    replica.receive(text({anna, 1}, 900, "from a newer program"));
    replica.receive(text({bo, 1}, 900, "another"));
    CHECK(sync::record_digest(replica.record(), nullptr, replica.authors()) == replica.digest());
    CHECK(sync::policy_of(nullptr, 900) == schema::Merge::last);
    CHECK(sync::policy_of(&merge_entity(), 900) == schema::Merge::last);
}

TEST_CASE("a set counts by what is in it and by the changes that made it so", "[digest]") {
    const auto change = [](const FullDot& dot, sync::SetChange tags) {
        return Written{dot, dot.txn, false, {{field_set, {}, sync::encode_set_change(tags)}}};
    };
    const Written noise = change({anna, 1}, {{"noise"}, {}});
    const Written gone = change({bo, 1}, {{}, {{"noise", anna, 1}}});
    CHECK(digest_of({noise, gone}) == digest_of({gone, noise}));
    CHECK(digest_of({noise, gone}) != digest_of({noise}));
    CHECK(digest_of({noise, gone}) != digest_of({}));
}

TEST_CASE("a scope's digest is a sum: it does not know order, and what is taken out is gone",
          "[digest]") {
    Dice dice(2);
    std::vector<Hash32> records(50);
    for (Hash32& record : records) {
        for (std::uint8_t& byte : record) byte = static_cast<std::uint8_t>(dice.below(256));
    }
    records[0].fill(0xFF);  // Carries all the way, and out.
    ScopeDigest one;
    for (const Hash32& record : records) one.add(record);
    CHECK(one.records == 50);

    dice.shuffle(records);
    ScopeDigest other;
    for (const Hash32& record : records) other.add(record);
    CHECK(other == one);
    for (std::size_t i = 0; i < 49; ++i) other.subtract(records[i]);
    ScopeDigest last;
    last.add(records[49]);
    CHECK(other == last);
    other.subtract(records[49]);
    CHECK(other == ScopeDigest{});
}

TEST_CASE("the sum of a scope's digest is that of 256-bit numbers, least byte first", "[digest]") {
    Hash32 one{};
    one[0] = 1;
    Hash32 all_ones{};
    all_ones.fill(0xFF);
    ScopeDigest scope;
    scope.add(all_ones);
    scope.add(one);
    CHECK(scope.sum == Hash32{});
    scope.subtract(one);
    CHECK(scope.sum == all_ones);

    ScopeDigest carried;
    Hash32 high{};
    high[0] = 0x80;
    carried.add(high);
    carried.add(high);
    Hash32 next{};
    next[1] = 1;
    CHECK(carried.sum == next);
}
