// What the hub makes of what a station sent: rights, contents and clocks.
#include "node/store/sqlite.hpp"
#include "sync/merge/set_value.hpp"
#include "tests/support/forger.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <set>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;
using schema::EntityId;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;

/// An appeal as an honest station would make it, but for its author.
sync::Transaction appeal_of(Forger& forger, std::uint8_t id, const std::string& number) {
    sync::Transaction tx = forger.creation(EntityId::appeal, record_id(id));
    Forger::set(tx, appeal::number, number);
    Forger::set(tx, appeal::title, std::string("标题"));
    return tx;
}

/// An edit of one field of the record that \p made creates.
sync::Transaction edit_of(Forger& forger, const sync::Transaction& made, schema::FieldId field,
                          schema::Value value) {
    sync::Transaction tx = forger.next();
    tx.records.push_back({made.records.front().name, false, {}, {}});
    tx.changes.push_back({0, field, {}, std::move(value)});
    return tx;
}

/// The number of what the hub wrote into its last record of a kind.
std::int64_t last_number(TestNode& hub, EntityId entity, schema::FieldId field) {
    const auto records = hub->all(entity, 1000);
    REQUIRE_FALSE(records.empty());
    const schema::Value* value = records.back().find(field);
    REQUIRE(value != nullptr);
    return *schema::number_of(*value);
}

std::uint64_t epoch_of(TestNode& hub) {
    const std::string head = hub->digest(hub->profile().scope).heads.begin()->first;
    return std::stoull(head.substr(37, 16), nullptr, 16);
}

}  // namespace

TEST_CASE("what is written once stays as it was written", "[judging]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    const sync::Transaction made = appeal_of(forger, 1, "SHG01-1");
    sync::Transaction note = forger.creation(EntityId::note, record_id(2));
    Forger::set(note, schema::note::order, std::string(16, '\1'));
    Forger::set(note, schema::note::text, std::string("来访时说的"));
    REQUIRE(forger.push({made, note}));
    CHECK(hub->status().rejected == 0);
    REQUIRE(forger.push({edit_of(forger, note, schema::note::text, std::string("从未说过的")),
                         edit_of(forger, note, schema::note::happened_at, std::int64_t{1})}));
    CHECK(hub->status().rejected == 2);
    CHECK(last_number(hub, EntityId::rejection, schema::rejection::reason) ==
          schema::rejection::written_once);
    CHECK(shown(hub, record_id(2), schema::note::text) == "来访时说的");
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("an appeal with neither title nor text is written nowhere and noticed if it comes",
          "[judging]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    CHECK(station->register_appeal("clerk", {{appeal::title, "　 "}}).error() ==
          Errc::says_nothing);
    const auto id = add_appeal(station, "", "只有内容");
    node::Draft draft;
    draft.actor = "clerk";
    draft.edits.push_back({id, {{appeal::text, schema::Value{}}}});
    CHECK(station->commit(draft).error() == Errc::says_nothing);
    draft.edits[0].values.push_back({appeal::title, "改成标题"});
    CHECK(station->commit(draft).has_value());

    Forger forger(station, hub);
    sync::Transaction empty = forger.creation(EntityId::appeal, record_id(1));
    Forger::set(empty, appeal::number, std::string("SHG01-1"));
    const sync::Transaction made = appeal_of(forger, 2, "SHG01-2");
    REQUIRE(forger.push({empty, made}));
    CHECK(hub->status().notices == 1);
    REQUIRE(forger.push({edit_of(forger, made, appeal::title, std::string("　"))}));
    CHECK(hub->status().notices == 2);
    CHECK(last_number(hub, EntityId::notice, schema::notice::reason) ==
          schema::notice::title_and_text_empty);
    edit(hub, record_id(1), appeal::text, "补上的内容");
    CHECK(hub->status().notices == 1);
    edit(hub, record_id(2), appeal::title, "补上的标题");
    CHECK(hub->status().notices == 0);
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("a tag that is too long or has lines in it is noticed until it is taken out",
          "[judging]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    sync::Transaction tx = appeal_of(forger, 1, "SHG01-1");
    sync::SetChange change;
    std::string tag;
    SECTION("too long") { tag = std::string(41, 'x'); }
    SECTION("lines") { tag = "三农\n灌溉"; }
    change.adds = {"征地", tag};
    Forger::set(tx, appeal::tags, sync::encode_set_change(change));
    REQUIRE(forger.push({tx}));
    CHECK(hub->status().notices == 1);
    CHECK(last_number(hub, EntityId::notice, schema::notice::reason) ==
          schema::notice::out_of_bounds);
    edit(hub, record_id(1), appeal::tags, "-" + tag.substr(0, tag.find('\n')));
    edit(hub, record_id(1), appeal::tags, "-征地");
    CHECK(shown(hub, record_id(1), appeal::tags).empty());
    CHECK(hub->status().notices == 0);
}

TEST_CASE("bytes that are no set at all are noticed and add nothing", "[judging]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    sync::Transaction tx = appeal_of(forger, 1, "SHG01-1");
    Forger::set(tx, appeal::tags, std::string("三农"));
    REQUIRE(forger.push({tx}));
    CHECK(last_number(hub, EntityId::notice, schema::notice::reason) ==
          schema::notice::out_of_bounds);
    CHECK(shown(hub, record_id(1), appeal::tags).empty());
}

TEST_CASE("of two appeals with one external number only the later is noticed", "[judging]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    sync::Transaction first = appeal_of(forger, 1, "SHG01-1");
    Forger::set(first, appeal::channel, std::string("12345"));
    Forger::set(first, appeal::ext_no, std::string("7"));
    sync::Transaction second = appeal_of(forger, 2, "SHG01-2");
    Forger::set(second, appeal::ext_no, std::string("7"));
    const auto noticed = [&] {
        std::vector<schema::Value> records;
        for (const auto& notice : hub->all(EntityId::notice, 100)) {
            records.push_back(*notice.find(schema::notice::record));
        }
        return records;
    };
    const std::vector<schema::Value> only_second{std::string(16, '\2')};
    SECTION("another channel is another number") {
        REQUIRE(forger.push({first, second}));
        CHECK(noticed().empty());
        SECTION("until the channel is the same") {
            REQUIRE(forger.push({edit_of(forger, second, appeal::channel, std::string("12345"))}));
            CHECK(noticed() == only_second);
            CHECK(hub->status().notices == 1);
        }
    }
    SECTION("in one segment, the channel in a transaction of its own") {
        REQUIRE(forger.push(
            {first, second, edit_of(forger, second, appeal::channel, std::string("12345"))}));
        for (const auto& record : noticed()) CHECK(record == only_second.front());
        CHECK(hub->status().notices >= 1);
    }
    SECTION("in one segment, both at once") {
        Forger::set(second, appeal::channel, std::string("12345"));
        REQUIRE(forger.push({first, second}));
        CHECK(noticed() == only_second);
    }
    SECTION("in two segments") {
        Forger::set(second, appeal::channel, std::string("12345"));
        REQUIRE(forger.push({first}));
        REQUIRE(forger.push({second}));
        CHECK(noticed() == only_second);
    }
}

TEST_CASE("whether a date is possible is told by the hub's clock, not by the writer's",
          "[judging]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    sync::Transaction tx = appeal_of(forger, 1, "SHG01-1");
    const std::int64_t now = hub.environment->now;
    SECTION("a true date from a machine whose clock stands still in 2020") {
        tx.hlc = sync::make_hlc(1'590'000'000'000, 0);
        Forger::set(tx, appeal::occurred_at, now - day_ms);
        REQUIRE(forger.push({tx}));
        CHECK(hub->status().notices == 0);
    }
    SECTION("a date to come from a machine that lives in 2050") {
        tx.hlc = sync::make_hlc(2'540'000'000'000, 0);
        Forger::set(tx, appeal::occurred_at, std::int64_t{2'539'000'000'000});
        REQUIRE(forger.push({tx}));
        CHECK(hub->status().notices == 1);
        CHECK(last_number(hub, EntityId::notice, schema::notice::reason) ==
              schema::notice::impossible_date);
    }
}

TEST_CASE("one wrong stamp marks its own transaction and no other of its segment", "[judging]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    const auto now = static_cast<std::uint64_t>(hub.environment->now);
    sync::Transaction made = appeal_of(forger, 1, "SHG01-1");
    made.hlc = sync::make_hlc(now - hour_ms, 0);
    std::vector<sync::Transaction> all{made};
    const std::array<std::int64_t, 7> offsets{-60'000,     2 * hour_ms, 2 * day_ms, -1000,
                                              5 * hour_ms, 0,           60'000};
    for (const std::int64_t offset : offsets) {
        all.push_back(edit_of(forger, made, appeal::place, std::to_string(offset)));
        all.back().hlc = sync::make_hlc(now + static_cast<std::uint64_t>(offset), 0);
    }
    SECTION("in one segment") { REQUIRE(forger.push(all)); }
    SECTION("in two, cut inside a run") {
        REQUIRE(forger.push({all.begin(), all.begin() + 3}));
        REQUIRE(forger.push({all.begin() + 3, all.end()}));
    }
    const auto view = hub->show(record_id(1), true);
    for (const auto& version : view->history) {
        if (version.field != appeal::place) continue;
        const std::string* place = schema::text_of(version.value);
        REQUIRE(place != nullptr);
        CAPTURE(*place);
        CHECK(version.suspect_clock == (std::stoll(*place) > hour_ms));
    }
    std::int64_t furthest = 0;
    std::set<std::int64_t> marked;
    for (const auto& verdict : hub->all(EntityId::clock_verdict, 10)) {
        using namespace schema::clock_verdict;
        const auto number = [&](schema::FieldId field) {
            return *schema::number_of(*verdict.find(field));
        };
        furthest = std::max(furthest, number(offset_ms));
        for (auto txn = number(first_txn); txn <= number(last_txn); ++txn) marked.insert(txn);
    }
    CHECK(marked == std::set<std::int64_t>{3, 4, 6});
    CHECK(furthest == 2 * day_ms);
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("what was written before the clock broke keeps its word", "[judging]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "钟还准的时候", "");
    edit(station, id, appeal::place, "也还准");
    hub.environment->now += 2000;
    station.environment->now += 3 * hour_ms;
    edit(station, id, appeal::place, "快了三小时");
    REQUIRE(exchange(station, hub));
    std::size_t marked = 0;
    const auto view = hub->show(id, true);
    for (const auto& version : view->history) {
        if (!version.suspect_clock) continue;
        ++marked;
        CHECK(version.value == schema::Value("快了三小时"));
    }
    CHECK(marked == 1);
    REQUIRE(exchange(station, hub));
    for (TestNode* node : {&station, &hub}) {
        const auto verdicts = (*node)->all(EntityId::clock_verdict, 10);
        REQUIRE(verdicts.size() == 1);
        CHECK(*verdicts[0].find(schema::clock_verdict::first_txn) ==
              schema::Value(std::int64_t{3}));
    }
    CHECK(problems_of(station, folder).empty());
}

TEST_CASE("a base of somebody who can have written nothing there is a forgery", "[judging]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    TestNode other = make_station(folder, hub, "SHG02");
    (void)add_appeal(other, "别站的", "");
    REQUIRE(exchange(other, hub));
    // The hub has had another epoch, in which it wrote on an appeal of this station.
    const auto of_hub = add_appeal(hub, "区里的", "");
    const std::uint64_t closed = epoch_of(hub);
    Forger forger(station, hub);
    sync::Transaction made = appeal_of(forger, 1, "SHG01-1");
    Forger::set(made, appeal::phone, std::string("19900000001"));
    REQUIRE(forger.push({made}));
    edit(hub, record_id(1), appeal::phone, "19900000002");
    const std::uint64_t written = hub->show(record_id(1), true)->history.back().dot.txn;
    const std::uint64_t elsewhere = hub->show(of_hub, true)->history.front().dot.txn;
    hub.replica.reset();
    {
        auto db = node::sqlite::Database::open(hub.path);
        db.statement("UPDATE meta SET value = ? WHERE key = 'epoch'")
            .run(std::vector<std::uint8_t>{9, 9, 9, 9, 9, 9, 9, 9});
    }
    hub.reopen();
    const auto author = [&](const schema::NodeId& of_node, std::uint64_t epoch) {
        return forger.authors.intern({of_node, epoch});
    };
    const schema::NodeId hub_node = hub->profile().hub.node;
    const schema::NodeId other_node = node::public_keys(other.secrets).node;
    const std::uint64_t other_epoch = [&] {
        const auto heads = other->digest(other->profile().scope).heads;
        return std::stoull(heads.begin()->first.substr(37, 16), nullptr, 16);
    }();
    const auto push_with = [&](sync::Dot base) {
        sync::Transaction tx = edit_of(forger, made, appeal::phone, std::string("19900000003"));
        tx.changes.back().bases = {base};
        sync::canonicalize(tx, forger.authors);
        REQUIRE(forger.push({tx}));
        return hub->status().rejected;
    };
    SECTION("a node of another station") {
        CHECK(push_with({author(other_node, other_epoch), 1}) == 1);
        CHECK(hub->conflicts().empty());
    }
    SECTION("a closed epoch of the hub, where it never wrote on this record") {
        CHECK(push_with({author(hub_node, closed), elsewhere}) == 1);
        CHECK(push_with({author(hub_node, closed), written + 1000}) == 2);
    }
    SECTION("what the hub did write there in that epoch is a fair base") {
        CHECK(push_with({author(hub_node, closed), written}) == 0);
        CHECK(shown(hub, record_id(1), appeal::phone) == "19900000003");
    }
    SECTION("another epoch of the same node may be on its way") {
        CHECK(push_with({author(forger.peer().node, 8), 5}) == 0);
    }
    SECTION("nobody wrote on a record before it was made") {
        sync::Transaction tx = appeal_of(forger, 3, "SHG01-3");
        tx.changes.back().bases = {{author(hub_node, closed), written}};
        sync::canonicalize(tx, forger.authors);
        REQUIRE(forger.push({tx}));
        CHECK(hub->status().rejected == 1);
    }
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("a second machine of a station may be named by the first", "[judging]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    TestNode second = make_station(folder, hub, "SHG01", "b");
    (void)add_appeal(second, "第二台登记", "");
    REQUIRE(exchange(second, hub));
    Forger forger(station, hub);
    const sync::Transaction made = appeal_of(forger, 1, "SHG01-1");
    sync::Transaction tx = edit_of(forger, made, appeal::title, std::string("另一个标题"));
    const auto heads = second->digest(second->profile().scope).heads;
    const std::uint64_t epoch = std::stoull(heads.begin()->first.substr(37, 16), nullptr, 16);
    tx.changes.back().bases = {
        {forger.authors.intern({node::public_keys(second.secrets).node, epoch}), 9}};
    sync::canonicalize(tx, forger.authors);
    REQUIRE(forger.push({made, tx}));
    CHECK(hub->status().rejected == 0);
}
