// Erasure of a person's data on request: where it goes, where it must not stay, what it leaves.
#include "node/replica/erasures.hpp"
#include "node/store/sqlite.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/neighbours.hpp"
#include "tests/support/runners.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

using namespace jiuying;
using namespace jiuying::tests;
using schema::EventKind;
using schema::RecordId;
namespace fields = jiuying::schema::appeal;

namespace {

constexpr const char* words = "村口路灯坏了";
constexpr const char* phone = "19900000001";

bool file_has(const TestNode& node, const std::string& text) {
    for (const char* suffix : {"", "-wal"}) {
        std::ifstream file(node.path + suffix, std::ios::binary);
        const std::string all{std::istreambuf_iterator<char>(file), {}};
        if (all.find(text) != std::string::npos) return true;
    }
    return false;
}

bool says(const sync::OpenedSegment& opened, const std::string& text) {
    return std::ranges::any_of(opened.transactions, [&](const sync::Transaction& tx) {
        return std::ranges::any_of(tx.changes, [&](const sync::Change& change) {
            const std::string* value = schema::text_of(change.value);
            return value != nullptr && value->find(text) != std::string::npos;
        });
    });
}

/// Whether whoever has the database and its keys reads \p text in any kept segment. All must open.
bool log_has(TestNode& node, const std::vector<TestNode*>& district, const std::string& text) {
    using Blob = std::vector<std::uint8_t>;
    node::sqlite::Database db = node::sqlite::Database::open(node.path, {});
    std::map<std::array<std::uint8_t, 8>, sync::Key32> keys;
    db.statement("SELECT key_id, key FROM content_key")
        .each<std::array<std::uint8_t, 8>, sync::Key32>(
            [&](const auto& id, sync::Key32 key) { keys.emplace(id, std::move(key)); });
    std::vector<sync::VerifyKey> signers;
    for (const TestNode* one : district) {
        signers.emplace_back(node::public_keys(one->secrets).sign_key);
    }
    bool found = false;
    db.statement("SELECT bytes FROM segment").each<Blob>([&](const Blob& bytes) {
        const auto header = sync::peek(bytes);
        REQUIRE(header.has_value());
        bool read = false;
        for (const sync::VerifyKey& author : signers) {
            for (const sync::VerifyKey& restater : signers) {
                sync::Authors authors;
                const auto opened = sync::open(bytes, author, keys.at(header->key),
                                               sync::as_view("340207"), authors, &restater);
                if (!opened || read) continue;
                read = true;
                found = found || says(*opened, text);
            }
        }
        CHECK(read);
    });
    return found;
}

bool has(TestNode& node, const std::vector<TestNode*>& district, const std::string& text) {
    return file_has(node, text) || log_has(node, district, text);
}

std::vector<TestNode*> all_of(Neighbours& town) {
    return {&town.hub, &town.station, &town.other, &town.third};
}

/// What the hub writes once it was asked; that the order is over is Erasures' to see.
RecordId erase_at(TestNode& hub, const RecordId& target) {
    hub.environment->now += 1000;
    node::Draft draft;
    draft.actor = "PD1";
    draft.records.push_back({schema::EntityId::erasure,
                             {{schema::erasure::target, bytes_of(target)},
                              {schema::erasure::asked_at, hub.environment->now}}});
    const auto written = hub->commit(draft);
    REQUIRE(written.has_value());
    return written->records.front();
}

/// Errc{} if it was written.
Errc add_note(TestNode& node, const RecordId& id, const std::string& text) {
    node::Draft note;
    note.actor = "W1";
    note.records.push_back({schema::EntityId::note,
                            {{schema::note::order, bytes_of(id)}, {schema::note::text, text}}});
    const auto written = node->commit(note);
    return written ? Errc{} : written.error();
}

std::vector<std::string> waiting(TestNode& hub) {
    std::vector<std::string> stations;
    const auto erasures = node::Erasures{*hub.replica}.list();
    for (const auto& one : erasures.back().waits) {
        stations.push_back(one.station);
    }
    std::ranges::sort(stations);
    return stations;
}

void index_all(TestNode& node) {
    while (node->index_pending(10)) {
    }
}

std::size_t hits(TestNode& node, const std::string& text) {
    node::AppealFilter filter;
    filter.search = text;
    return node->list(filter).total;
}

}  // namespace

TEST_CASE("what was erased is gone from tables, search and logs wherever it was shared to",
          "[erasure]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = town.shared_order();
    const auto beside = add_appeal(town.station, "另一件", "不该动的一句话", "19900000009");
    town.sign(id);
    edit(town.hub, id, fields::contact, "欧阳测试");
    town.settle();
    for (TestNode* node : all_of(town)) index_all(*node);
    for (TestNode* node : {&town.hub, &town.station, &town.other}) {
        CHECK(has(*node, all_of(town), words));
    }
    CHECK(hits(town.hub, words) == 1);
    const std::string number = shown(town.hub, id, fields::number);
    const auto events = town.hub->order(id)->events.size();

    erase_at(town.hub, id);
    town.hub.reopen();  // Empties the write-ahead log.
    CHECK_FALSE(has(town.hub, all_of(town), words));
    CHECK(waiting(town.hub) == std::vector<std::string>{"BDZ01", "SHG01", "SXZ01"});
    town.settle();
    CHECK(waiting(town.hub).empty());
    for (TestNode* node : all_of(town)) {
        INFO((*node)->profile().station_code);
        for (const char* text : {words, phone, "路灯不亮", "欧阳测试"}) {
            INFO(text);
            CHECK_FALSE(has(*node, all_of(town), text));
        }
        index_all(*node);
        CHECK(hits(*node, words) == 0);
    }
    // The facts of the work stay, and so does everybody else.
    for (TestNode* node : {&town.hub, &town.station, &town.other}) {
        CHECK(shown(*node, id, fields::number) == number);
        CHECK(shown(*node, id, fields::text).empty());
        REQUIRE((*node)->order(id));
        CHECK((*node)->order(id)->events.size() == events);
        CHECK((*node)->order(id)->state.main == schema::MainState::in_progress);
    }
    CHECK(shown(town.station, beside, fields::text) == "不该动的一句话");
    CHECK(has(town.station, all_of(town), "不该动的一句话"));
    CHECK(hits(town.hub, "不该动的一句话") == 1);
    town.check_equal();
    town.check_sound(folder);
    for (TestNode* node : all_of(town)) node->reopen();
    town.settle();
    town.check_equal();
    town.check_sound(folder);
}

TEST_CASE("what comes later of an erased appeal is redacted as it comes", "[erasure]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = add_appeal(town.station, "路灯不亮", words, phone);
    town.settle();
    // Written with no link, before the station could know.
    edit(town.station, id, fields::address, "桐雨里乙七号");
    node::Draft note;
    note.actor = "W1";
    note.records.push_back(
        {schema::EntityId::note,
         {{schema::note::order, bytes_of(id)}, {schema::note::text, std::string("住户白天在家")}}});
    REQUIRE(town.station->commit(note).has_value());
    erase_at(town.hub, id);
    SECTION("by the exchange in which the station learns of it") {}
    SECTION("by a machine that was put back, who learns of it again") { town.station.reopen(); }
    town.settle();
    for (TestNode* node : all_of(town)) {
        for (const char* text : {words, "桐雨里乙七号", "住户白天在家"}) {
            INFO((*node)->profile().station_code << " " << text);
            CHECK_FALSE(has(*node, all_of(town), text));
        }
    }
    CHECK(waiting(town.hub).empty());
    CHECK(town.station->status().unsent == 0);
    town.check_equal();
    town.check_sound(folder);
}

TEST_CASE("a station keeps what it wrote until the hub has it, and shows nothing of it",
          "[erasure]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = add_appeal(town.station, "路灯不亮", words, phone);
    town.settle();
    const RecordId erasure = erase_at(town.hub, id);
    edit(town.station, id, fields::address, "桐雨里乙七号");
    // The word of it comes, by a stick for example, before the station's own words went out.
    const node::Replica::Peer machine{node::public_keys(town.station.secrets).node,
                                      town.station->profile().scope};
    constexpr auto lane = sync::Lane::reference;
    const auto have = town.station->station_config().hello.have[static_cast<int>(lane) - 1];
    for (const auto& piece : town.hub->fetch({lane, have, 1U << 20U, {}}, machine).segments) {
        (void)town.station->deliver({lane, piece.bytes}, town.station->hub_peer());
    }
    CHECK(shown(town.station, id, fields::address).empty());
    CHECK_FALSE(node::Erasures{*town.station.replica}.list().front().done_here);
    CHECK(node::Erasures{*town.station.replica}.list().front().id == erasure);
    town.settle();
    CHECK(node::Erasures{*town.station.replica}.list().front().done_here);
    CHECK_FALSE(has(town.station, all_of(town), "桐雨里乙七号"));
    CHECK_FALSE(has(town.hub, all_of(town), "桐雨里乙七号"));
    CHECK(town.station->status().unsent == 0);
    town.check_equal();
    town.check_sound(folder);
}

TEST_CASE("nothing personal can be written on what was erased", "[erasure]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = add_appeal(town.station, "路灯不亮", words, phone);
    town.settle();
    erase_at(town.hub, id);
    town.settle();
    for (TestNode* node : {&town.hub, &town.station}) {
        node::Draft draft;
        draft.actor = "W1";
        draft.edits.push_back({id, {{fields::phone, std::string("19900000002")}}});
        CHECK((*node)->commit(draft).error() == Errc::erased);
        CHECK(add_note(*node, id, "住户白天在家") == Errc::erased);
        // Facts of the work may.
        node::Draft open;
        open.actor = "W1";
        open.edits.push_back({id, {{fields::region, std::string("340207001")}}});
        CHECK((*node)->commit(open).has_value());
    }
}

TEST_CASE("only what is over is erased, once", "[erasure]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = add_appeal(town.station, "路灯不亮", words, phone);
    town.settle();
    node::Erasures erasures{*town.hub.replica};
    CHECK(erasures.request("PD1", id, "本人申请").error() == Errc::wrong_state);
    CHECK(erasures.request("PD1", RecordId{}, "本人申请").error() == Errc::not_found);
    CHECK(erasures.request("PD1", town.person("PD1"), "本人申请").error() == Errc::wrong_scope);
    CHECK(shown(town.hub, id, fields::text) == words);
    schema::WorkOrderEvent taken = only(EventKind::withdrawn);
    taken.reason = "by_person";
    town.at_station("W1", id, taken);
    town.settle();
    const auto asked = erasures.request("PD1", id, "本人申请");
    REQUIRE(asked.has_value());
    CHECK(shown(town.hub, id, fields::text).empty());
    CHECK(erasures.request("PD1", id, "再来一次").value() == *asked);
    CHECK(erasures.list().size() == 1);
    CHECK(erasures.list().front().done_here);
    CHECK(erasures.list().front().reason == "本人申请");
}

TEST_CASE("a machine that joins later gets nothing of what was erased", "[erasure]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = add_appeal(town.station, "路灯不亮", words, phone);
    town.settle();
    const bool before = GENERATE(false, true);
    const schema::ScopeId scope = town.station->profile().scope;
    if (before) REQUIRE(town.hub->write_snapshot(scope).has_value());
    erase_at(town.hub, id);
    CHECK(town.hub->snapshots().empty());
    if (!before) REQUIRE(town.hub->write_snapshot(scope).has_value());
    TestNode second = make_station(folder, town.hub, "SHG01", "b");
    second.environment->now = town.hub.environment->now;
    for (int round = 0; round < 3; ++round) REQUIRE(exchange(second, town.hub));
    std::vector<TestNode*> district = all_of(town);
    district.push_back(&second);
    CHECK(second->show(id, false));
    CHECK_FALSE(has(second, district, words));
    town.settle();
    REQUIRE(exchange(second, town.hub));
    CHECK(second->digest(scope).digest == town.hub->digest(scope).digest);
    CHECK(waiting(town.hub).empty());
}

TEST_CASE("a hub that was put back to before an erasure learns of it again", "[erasure]") {
    const TempFolder folder;
    Neighbours town(folder);
    const auto id = town.shared_order();
    town.sign(id);
    town.settle();
    const std::string kept = folder.file("kept.db");
    town.hub.replica.reset();
    std::filesystem::copy_file(town.hub.path, kept);
    town.hub.reopen();
    erase_at(town.hub, id);
    town.settle();
    CHECK(waiting(town.hub).empty());
    town.hub.replica.reset();
    std::filesystem::remove(town.hub.path + "-wal");
    std::filesystem::copy_file(kept, town.hub.path,
                               std::filesystem::copy_options::overwrite_existing);
    town.hub.environment->identity = {9};
    town.hub.reopen();
    CHECK(shown(town.hub, id, fields::text) == words);
    // Whole sessions: stations give back what the hub had written and lost.
    for (int round = 0; round < 4; ++round) {
        for (TestNode* node : town.all()) (void)meet(*node, town.hub);
    }
    CHECK(shown(town.hub, id, fields::text).empty());
    for (TestNode* node : all_of(town)) {
        INFO((*node)->profile().station_code);
        CHECK_FALSE(file_has(*node, words));
        CHECK_FALSE(log_has(*node, all_of(town), words));
    }
    CHECK(town.hub->order(id)->state.main == schema::MainState::in_progress);
    town.check_equal();
    town.check_sound(folder);
}

TEST_CASE("whatever is written and carried around an erasure, nothing of it stays and all agree",
          "[erasure]") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        test::Dice dice{seed};
        const TempFolder folder;
        Neighbours town(folder);
        const auto id = town.shared_order();
        const auto beside = add_appeal(town.station, "另一件", "不该动的一句话");
        town.settle();
        int said = 0;
        bool asked = false;
        for (int step = 0; step < 40; ++step) {
            TestNode& node = *all_of(town)[dice.below(3)];
            switch (dice.below(8)) {
                case 0:
                case 1: {
                    node.environment->now += 1000;
                    node::Draft draft;
                    draft.actor = "W1";
                    draft.edits.push_back(
                        {id,
                         {{dice.below(2) == 0 ? fields::phone : fields::contact_wish,
                           "秘" + std::to_string(++said)}}});
                    (void)node->commit(draft);
                    break;
                }
                case 2: (void)add_note(node, id, "秘" + std::to_string(++said)); break;
                case 3:
                    if (step > 10 && !asked) erase_at(town.hub, id);
                    asked = asked || step > 10;
                    break;
                case 4: node.reopen(); break;
                case 5: (void)town.hub->write_snapshot(town.station->profile().scope); break;
                default: (void)meet(*town.all()[dice.below(3)], town.hub); break;
            }
        }
        if (!asked) erase_at(town.hub, id);
        for (int round = 0; round < 3; ++round) {
            for (TestNode* node : town.all()) {
                REQUIRE(meet(*node, town.hub).station == sync::CloseReason::done);
            }
        }
        for (TestNode* node : all_of(town)) {
            INFO((*node)->profile().station_code);
            CHECK_FALSE(has(*node, all_of(town), words));
            CHECK_FALSE(has(*node, all_of(town), "秘"));
            CHECK((*node)->conflicts().empty());
            if (node != &town.third) CHECK(shown(*node, id, fields::phone).empty());
        }
        CHECK(shown(town.hub, beside, fields::text) == "不该动的一句话");
        CHECK(waiting(town.hub).empty());
        town.check_equal();
        town.check_sound(folder);
    }
}
