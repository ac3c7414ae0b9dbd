// What the merge promises, in plain words. The model test beside this tries the same rules on
// random histories.
#include "tests/support/merge_replica.hpp"
#include "tests/support/naive_merge.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::test;
using schema::FieldId;

namespace {

/// Somebody at a replica of their own. Clocks start at nine o'clock; \p minute is since then.
class Desk {
public:
    explicit Desk(std::uint8_t number) {
        author_.node.bytes[0] = number;
        author_.epoch = 40;
    }

    /// Writes on what this desk shows now.
    Written edit(FieldId field, const std::string& value, std::uint64_t minute) {
        return save(heads(field), field, value, minute);
    }
    /// What the form was opened on.
    [[nodiscard]] std::set<FullDot> heads(FieldId field) const { return replica_.heads(field); }
    /// Saves a form that was opened on \p bases.
    Written save(const std::set<FullDot>& bases, FieldId field, const std::string& value,
                 std::uint64_t minute) {
        Written written;
        written.dot = {author_, ++txn_};
        written.hlc = static_cast<std::uint64_t>(sync::make_hlc(minute * 60'000, 0));
        written.suspect = clock_is_unsure_;
        written.changes.push_back({field, bases, schema::Value{value}});
        hear(written);
        return written;
    }
    template <class... More>
    void hear(const More&... written) {
        (replica_.receive(written), ...);
    }
    void clock_is_unsure() { clock_is_unsure_ = true; }

    [[nodiscard]] std::string value(FieldId field) const {
        const Shown shown = replica_.shown(field);
        return shown.value ? std::get<std::string>(*shown.value) : "(nothing)";
    }
    [[nodiscard]] bool asks(FieldId field) const { return conflict(field).has_value(); }
    [[nodiscard]] std::optional<sync::ConflictId> conflict(FieldId field) const {
        return replica_.shown(field).conflict;
    }
    [[nodiscard]] std::set<FullDot> lost(FieldId field) const { return replica_.lost(field); }
    MergeReplica& replica() { return replica_; }

private:
    sync::Author author_;
    std::uint64_t txn_ = 0;
    bool clock_is_unsure_ = false;
    MergeReplica replica_;
};

struct Office {
    Desk hub{1};
    Desk anna{2};
    Desk bo{3};
    /// All start from one version that all know.
    Written all_know(FieldId field, const std::string& value) {
        const Written first = hub.edit(field, value, 0);
        anna.hear(first);
        bo.hear(first);
        return first;
    }
};

const auto everything_is_decided = [](const FullDot&) { return true; };

}  // namespace

TEST_CASE("an edit made on what is shown replaces it and asks nobody", "[merge]") {
    Office office;
    office.all_know(field_ask, "Lamp out");
    const Written edit = office.anna.edit(field_ask, "Lamp at No. 9 out", 10);
    office.bo.hear(edit);
    CHECK(office.bo.value(field_ask) == "Lamp at No. 9 out");
    CHECK_FALSE(office.bo.asks(field_ask));
    CHECK(office.bo.lost(field_ask).empty());

    SECTION("also when its clock says that it is older than what it replaces") {
        const Written earlier = office.bo.edit(field_last, "first", 20);
        office.anna.hear(earlier);
        const Written later = office.anna.edit(field_last, "second", 3);
        office.bo.hear(later);
        CHECK(office.bo.value(field_last) == "second");
    }
}

TEST_CASE("of two edits made apart the later stands, and the other stays visible", "[merge]") {
    Office office;
    office.all_know(field_last, "Lamp out");
    const Written by_anna = office.anna.edit(field_last, "Lamp at No. 9 out", 10);
    const Written by_bo = office.bo.edit(field_last, "Two lamps out", 11);
    office.anna.hear(by_bo);
    office.bo.hear(by_anna);
    for (Desk* desk : {&office.anna, &office.bo}) {
        CHECK(desk->value(field_last) == "Two lamps out");
        CHECK(desk->lost(field_last) == std::set{by_anna.dot});
        CHECK_FALSE(desk->asks(field_last));
    }

    SECTION("also after somebody has edited on top of both") {
        const Written joined = office.anna.edit(field_last, "All lamps out", 20);
        office.bo.hear(joined);
        CHECK(office.bo.value(field_last) == "All lamps out");
        CHECK(office.bo.lost(field_last) == std::set{by_anna.dot, by_bo.dot});
    }
    SECTION("until everything is decided and dropped") {
        const Written joined = office.anna.edit(field_last, "All lamps out", 20);
        const Shown before = office.anna.replica().shown(field_last);
        office.anna.replica().prune([&](const FullDot& dot) { return dot != by_bo.dot; });
        CHECK(office.anna.lost(field_last) == std::set{by_bo.dot});
        office.anna.replica().prune(everything_is_decided);
        CHECK(office.anna.lost(field_last).empty());
        CHECK(office.anna.replica().kept(field_last) == std::set{joined.dot});
        CHECK(office.anna.replica().shown(field_last) == before);
    }
    SECTION("and with equal clocks the author's name decides, the same everywhere") {
        const Written one = office.anna.edit(field_max, "a", 5);
        const Written two = office.bo.edit(field_max, "a", 5);
        office.anna.hear(two);
        office.bo.hear(one);
        CHECK(office.anna.replica().digest() == office.bo.replica().digest());
    }
}

TEST_CASE("where a rule must not decide, a person is asked, under one name everywhere", "[merge]") {
    Office office;
    office.all_know(field_ask, "139");
    const Written by_anna = office.anna.edit(field_ask, "138", 10);
    const Written by_bo = office.bo.edit(field_ask, "137", 11);
    office.hub.hear(by_bo, by_anna);
    office.anna.hear(by_bo);
    office.bo.hear(by_anna);
    REQUIRE(office.hub.asks(field_ask));
    CHECK(office.anna.conflict(field_ask) == office.hub.conflict(field_ask));
    CHECK(office.bo.conflict(field_ask) == office.hub.conflict(field_ask));
    CHECK(office.hub.value(field_ask) == "137");  // What `last` would pick, until then.
    const auto conflict = office.hub.conflict(field_ask);

    SECTION("another record's or field's conflict has another name") {
        const sync::RecordState& record = office.hub.replica().record();
        const auto* graph = sync::find_graph(record, field_ask);
        const sync::Authors& authors = office.hub.replica().authors();
        const auto view = sync::view(record, *graph, schema::Merge::ask, authors);
        const std::span heads(view.heads.data(), view.heads.size());
        CHECK(sync::conflict_id(record.id, field_ask, heads, authors) == conflict);
        CHECK(sync::conflict_id(record.id, field_last, heads, authors) != conflict);
        CHECK(sync::conflict_id({}, field_ask, heads, authors) != conflict);
    }
    SECTION("a resolution closes it, whichever value it takes") {
        const Written resolution = office.anna.edit(field_ask, "138", 12);
        office.hub.hear(resolution);
        CHECK_FALSE(office.hub.asks(field_ask));
        CHECK(office.hub.value(field_ask) == "138");
        CHECK(office.hub.lost(field_ask) == std::set{by_bo.dot});
    }
    SECTION("two resolutions with the same value close it") {
        const Written at_anna = office.anna.edit(field_ask, "138", 12);
        const Written at_hub = office.hub.edit(field_ask, "138", 13);
        office.hub.hear(at_anna);
        CHECK_FALSE(office.hub.asks(field_ask));
        CHECK(office.hub.replica().shown(field_ask).heads.size() == 2);
        CHECK(office.hub.heads(field_ask) == std::set{at_anna.dot, at_hub.dot});
    }
    SECTION("two resolutions with other values are a new conflict") {
        const Written at_anna = office.anna.edit(field_ask, "138", 12);
        const Written at_hub = office.hub.edit(field_ask, "137", 13);
        office.hub.hear(at_anna);
        office.anna.hear(at_hub);
        REQUIRE(office.hub.asks(field_ask));
        CHECK(office.hub.conflict(field_ask) != conflict);
        CHECK(office.anna.conflict(field_ask) == office.hub.conflict(field_ask));
    }
    SECTION("a resolution that meets another edit is a new conflict") {
        const Written resolution = office.anna.edit(field_ask, "138", 12);
        const Written by_bo_again = office.bo.save({by_bo.dot}, field_ask, "136", 12);
        office.hub.hear(resolution, by_bo_again);
        REQUIRE(office.hub.asks(field_ask));
        CHECK(office.hub.replica().shown(field_ask).heads ==
              std::vector{resolution.dot, by_bo_again.dot});
    }
}

TEST_CASE("two people who wrote the same are not asked which of them is right", "[merge]") {
    Office office;
    office.all_know(field_ask, "139");
    const Written by_anna = office.anna.edit(field_ask, "138", 10);
    const Written by_bo = office.bo.edit(field_ask, "138", 11);
    office.anna.hear(by_bo);
    CHECK_FALSE(office.anna.asks(field_ask));
    CHECK(office.anna.lost(field_ask).empty());
    // The version is kept all the same: who goes on from it knows both.
    CHECK(office.anna.heads(field_ask) == std::set{by_anna.dot, by_bo.dot});
}

TEST_CASE("a form that was open for long meets what was saved since", "[merge]") {
    Office office;
    const Written first = office.all_know(field_ask, "139");
    const std::set<FullDot> form = office.bo.heads(field_ask);
    const Written by_anna = office.anna.edit(field_ask, "138", 10);
    office.bo.hear(by_anna);
    office.bo.save(form, field_ask, "137", 11);
    CHECK(office.bo.asks(field_ask));
}

TEST_CASE("nothing is asked while a version that an edit was made on is still on its way",
          "[merge]") {
    Office office;
    office.all_know(field_ask, "139");
    const Written by_anna = office.anna.edit(field_ask, "138", 10);
    office.bo.hear(by_anna);
    const Written by_bo = office.bo.edit(field_ask, "137", 11);
    office.hub.edit(field_ask, "136", 12);

    office.hub.hear(by_bo);  // Made on Anna's, which the hub does not have.
    CHECK(office.hub.replica().shown(field_ask).awaited);
    CHECK_FALSE(office.hub.asks(field_ask));
    CHECK(office.hub.value(field_ask) == "136");

    office.hub.hear(by_anna);
    CHECK_FALSE(office.hub.replica().shown(field_ask).awaited);
    CHECK(office.hub.asks(field_ask));
    CHECK(office.hub.value(field_ask) == "136");
}

TEST_CASE("an edit that comes before what it was made on still covers it", "[merge]") {
    Office office;
    const Written first = office.hub.edit(field_last, "one", 1);
    office.anna.hear(first);
    const Written second = office.anna.edit(field_last, "two", 2);
    office.bo.hear(second);
    office.bo.hear(first);
    CHECK(office.bo.value(field_last) == "two");
    CHECK(office.bo.heads(field_last) == std::set{second.dot});
}

TEST_CASE("a clock that is not to be trusted neither wins nor decides", "[merge]") {
    Office office;
    office.all_know(field_last, "Lamp out");
    office.anna.clock_is_unsure();
    const Written by_anna = office.anna.edit(field_last, "from the year 2100", 90'000);
    const Written by_bo = office.bo.edit(field_last, "Two lamps out", 11);
    office.hub.hear(by_anna);
    CHECK(office.hub.value(field_last) == "from the year 2100");  // It replaced what it knew.
    CHECK_FALSE(office.hub.asks(field_last));
    office.hub.hear(by_bo);
    CHECK(office.hub.value(field_last) == "Two lamps out");
    CHECK(office.hub.asks(field_last));

    SECTION("the same when the hub's verdict comes later than the edits") {
        const Written honest = office.hub.edit(field_owner, "a", 10);
        const Written wrong = office.bo.edit(field_owner, "b", 90'000);
        office.hub.hear(wrong);
        CHECK(office.hub.value(field_owner) == "b");
        CHECK_FALSE(office.hub.asks(field_owner));
        office.hub.replica().learn_suspect(wrong.dot.author, wrong.dot.txn, wrong.dot.txn);
        CHECK(office.hub.value(field_owner) == "a");
        CHECK(office.hub.asks(field_owner));
    }
    SECTION("the same when the verdict comes before the edit") {
        office.anna.replica().learn_suspect(by_bo.dot.author, 1, by_bo.dot.txn);
        office.anna.hear(by_bo);
        CHECK(office.anna.asks(field_last));
        CHECK(office.anna.value(field_last) == "from the year 2100");  // Both suspect: the later.
    }
    SECTION("for min and max the clock means nothing, so nobody is asked") {
        const Written many = office.anna.edit(field_max, "7", 1);
        const Written few = office.bo.edit(field_max, "5", 2);
        office.hub.hear(many, few);
        CHECK(office.hub.value(field_max) == "7");
        CHECK_FALSE(office.hub.asks(field_max));
    }
}

TEST_CASE(
    "what the hub refused is as if it had not been written, but what it covered stays covered",
    "[merge]") {
    Office office;
    const Written first = office.all_know(field_ask, "139");
    const Written refused = office.anna.edit(field_ask, "138", 10);
    office.bo.hear(refused);

    SECTION("alone, it gives way to what was there") {
        office.bo.replica().learn_rejected(refused.dot);
        CHECK(office.bo.value(field_ask) == "139");
        CHECK(office.bo.heads(field_ask) == std::set{first.dot});
    }
    SECTION("an edit on top of it covers what it was made on") {
        const Written on_top = office.bo.edit(field_ask, "137", 11);
        office.hub.hear(refused, on_top);
        office.hub.replica().learn_rejected(refused.dot);
        CHECK(office.hub.value(field_ask) == "137");
        CHECK(office.hub.heads(field_ask) == std::set{on_top.dot});
        CHECK_FALSE(office.hub.asks(field_ask));
    }
    SECTION("it is no party to a conflict") {
        const Written by_hub = office.hub.edit(field_ask, "136", 12);
        office.hub.hear(refused);
        CHECK(office.hub.asks(field_ask));
        office.hub.replica().learn_rejected(refused.dot);
        CHECK_FALSE(office.hub.asks(field_ask));
        CHECK(office.hub.value(field_ask) == "136");
    }
    SECTION("a refused first version leaves nothing") {
        const Written only = office.anna.edit(field_last, "secret", 1);
        office.hub.replica().learn_rejected(only.dot);
        office.hub.hear(only);
        CHECK(office.hub.value(field_last) == "(nothing)");
        CHECK(office.hub.heads(field_last).empty());
    }
}

TEST_CASE("min shows the smallest and max the largest of what was written apart", "[merge]") {
    Office office;
    for (const FieldId field : {field_min, field_max}) {
        const Written by_anna = office.anna.edit(field, "3", 9);
        const Written by_bo = office.bo.edit(field, "5", 2);
        office.hub.hear(by_bo, by_anna);
        CHECK(office.hub.value(field) == (field == field_min ? "3" : "5"));
        CHECK_FALSE(office.hub.asks(field));
    }
    // An edit made on what is shown counts even if it goes the other way: it is a correction.
    const Written lower = office.hub.edit(field_max, "1", 20);
    CHECK(office.hub.value(field_max) == "1");
}

TEST_CASE("append keeps all, in one order everywhere", "[merge]") {
    Office office;
    const Written one = office.anna.edit(field_append, "called", 5);
    const Written two = office.bo.edit(field_append, "visited", 3);
    const Written three = office.anna.edit(field_append, "called again", 7);
    office.hub.hear(one, three, two);
    CHECK(office.hub.replica().shown(field_append).heads ==
          std::vector{two.dot, one.dot, three.dot});
    office.hub.replica().prune(everything_is_decided);
    CHECK(office.hub.replica().kept(field_append).size() == 3);
}

TEST_CASE("what comes twice counts once", "[merge]") {
    Office office;
    const Written one = office.anna.edit(field_append, "called", 5);
    CHECK(office.hub.replica().receive(one));
    const sync::Hash32 digest = office.hub.replica().digest();
    CHECK_FALSE(office.hub.replica().receive(one));
    CHECK(office.hub.replica().digest() == digest);
    CHECK(office.hub.replica().kept(field_append).size() == 1);

    SECTION("also when it was pruned in between") {
        const Written old = office.anna.edit(field_last, "a", 6);
        const Written now = office.anna.edit(field_last, "b", 7);
        office.hub.hear(old, now);
        office.hub.replica().prune(everything_is_decided);
        CHECK_FALSE(office.hub.replica().receive(old));
        CHECK(office.hub.replica().kept(field_last) == std::set{now.dot});
    }
}

TEST_CASE("pruning drops only what nothing can bring back", "[merge]") {
    Office office;
    const Written first = office.all_know(field_last, "a");
    const Written second = office.anna.edit(field_last, "b", 1);
    const Written third = office.anna.edit(field_last, "c", 2);
    const auto kept = [&] { return office.anna.replica().kept(field_last); };
    const auto prune = [&](const std::set<FullDot>& decided) {
        office.anna.replica().prune([&](const FullDot& dot) { return decided.contains(dot); });
    };

    SECTION("nothing that the hub has not judged") {
        prune({second.dot, third.dot});
        CHECK(kept() == std::set{first.dot, second.dot, third.dot});
    }
    SECTION("nothing that is covered only by what the hub may still refuse") {
        prune({first.dot});
        CHECK(kept().size() == 3);
    }
    SECTION("nothing that is covered only by what the hub refused") {
        office.anna.replica().learn_rejected(second.dot);
        prune({first.dot, second.dot});
        CHECK(kept().size() == 3);
    }
    SECTION("everything below what stands") {
        prune({first.dot, second.dot, third.dot});
        CHECK(kept() == std::set{third.dot});
        CHECK(office.anna.value(field_last) == "c");
    }
    SECTION("nothing whose own bases are still on their way or still here") {
        const Written on_unknown =
            office.bo.save({{FullDot{first.dot.author, 9}}}, field_last, "x", 3);
        office.anna.hear(on_unknown);
        const Written on_top = office.anna.save({on_unknown.dot}, field_last, "y", 4);
        prune({on_unknown.dot, on_top.dot});
        CHECK(kept().contains(on_unknown.dot));
    }
    SECTION("and a late edit on a dropped version meets the rest as ever") {
        prune({first.dot, second.dot, third.dot});
        const Written late = office.bo.edit(field_last, "late", 9);
        office.anna.hear(late);
        CHECK_FALSE(office.anna.replica().shown(field_last).awaited);
        CHECK(office.anna.heads(field_last) == std::set{third.dot, late.dot});
        CHECK(office.anna.value(field_last) == "late");
    }
}

TEST_CASE("a forged version that names itself does not hide itself or part replicas", "[merge]") {
    Office office;
    const Written first = office.all_know(field_ask, "139");
    const FullDot forged{{schema::NodeId{{3}}, 40}, 1};
    const Written selfish = office.bo.save({first.dot, forged}, field_ask, "138", 3);
    REQUIRE(selfish.dot == forged);
    office.anna.hear(selfish);
    office.hub.hear(selfish);
    office.hub.replica().prune(everything_is_decided);
    CHECK(office.hub.replica().kept(field_ask) == std::set{selfish.dot});
    CHECK(office.anna.value(field_ask) == "138");
    CHECK(office.anna.replica().digest() == office.hub.replica().digest());
}
