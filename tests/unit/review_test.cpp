// What failing disks, damaged files and unlucky moments must not do to a replica.
#include "node/net/session_runner.hpp"
#include "node/store/sqlite.hpp"
#include "sync/segment/receipt.hpp"
#include "tests/support/nodes.hpp"
#include "tests/support/runners.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;

namespace {

schema::RecordId record_id(std::uint8_t byte) {
    schema::RecordId id;
    id.bytes.fill(byte);
    return id;
}

std::string problems_of(TestNode& node, const TempFolder& folder) {
    std::string all;
    for (const node::VerifyProblem& problem : node->verify(folder.file("scratch.db")).problems) {
        all += problem.text + "\n";
    }
    return all;
}

}  // namespace

TEST_CASE("numbers go on behind 9999 and stay unique after a restart") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    {
        node::Replica::Batch batch(*station);
        for (int i = 0; i < 10'001; ++i) (void)add_appeal(station, "题", "");
        batch.commit();
    }
    station.reopen();
    CHECK(shown(station, add_appeal(station, "末", ""), appeal::number) == "SHG01-20261123-10002");
}

TEST_CASE("history read before a failed seal does not hide what is sealed there later") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "一", "");
    {
        node::Replica::Batch batch(*station);
        (void)station->station_config();  // Seals.
        (void)station->show(id, true);    // Reads the segment back.
    }
    edit(station, id, appeal::title, "二");
    (void)station->station_config();
    const auto history = station->show(id, true)->history;
    CHECK(std::ranges::count(history, appeal::title, &node::VersionView::field) == 2);
    CHECK(problems_of(station, folder).empty());
}

TEST_CASE("an enrolment that could not be stored is asked for again") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    REQUIRE_FALSE(station->status().enrolled);
    {
        node::Replica::Batch batch(*station);
        station->end_session(station->hub_peer(), sync::CloseReason::done);
    }
    CHECK_FALSE(station->status().enrolled);
    CHECK(station->station_config().hello.enrol.has_value());
}

TEST_CASE("a receipt for another copy of this station's log is not taken for one of its own") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "一", "");
    REQUIRE(exchange(station, hub));
    // The machine is copied; both copies go on, and one of them reaches the hub first.
    auto copied = node::sqlite::Database::open(station.path);
    copied.checkpoint();
    const std::string original = station.path;
    station.replica.reset();
    std::filesystem::copy_file(original, folder.file("copy.db"));
    station.reopen();
    (void)add_appeal(station, "本机第二件", "");
    REQUIRE(exchange(station, hub));
    station.path = folder.file("copy.db");
    station.reopen();
    (void)add_appeal(station, "副本第二件", "");
    (void)station->station_config();
    const auto third = add_appeal(station, "副本第三件", "");
    (void)station->station_config();
    REQUIRE(station->status().unsent == 2);
    // The hub's receipt for the other copy's second transaction, on another chain.
    std::optional<node::Replica::Peer> peer;
    sync::Admit admit;
    admit.static_key = node::public_keys(station.secrets).static_key;
    const auto answer = hub->admit(admit, peer);
    const auto& receipt = std::get<sync::Admitted>(answer).receipt;
    REQUIRE_FALSE(receipt.empty());
    REQUIRE(station->store_receipt({receipt}).has_value());
    CHECK(station->status().unsent == 2);
    CHECK_FALSE(station->show(third, false)->delivered);
}

TEST_CASE("a hub that sent something does not take its station for diverged") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容");
    (void)meet(station, hub);
    edit(hub, id, appeal::title, "区里的标题");
    (void)meet(station, hub);
    REQUIRE(shown(station, id, appeal::title) == "区里的标题");
    CHECK_FALSE(hub->status().diverged);
    CHECK_FALSE(station->status().diverged);
    (void)meet(station, hub);
    CHECK_FALSE(hub->status().diverged);
    CHECK_FALSE(station->status().diverged);
}

TEST_CASE("what arrived of a segment before a cut is not sent again") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)meet(station, hub);
    {
        node::Replica::Batch batch(*station);
        for (int i = 0; i < 1500; ++i) {
            std::string text;  // Does not compress well.
            std::array<std::uint8_t, 150> noise{};
            station.environment->random(noise);
            for (const std::uint8_t byte : noise) text += static_cast<char>('!' + byte % 90);
            (void)add_appeal(station, "题", text);
        }
        batch.commit();
    }
    const std::size_t cut = meet(station, hub, 150'000).bytes;
    REQUIRE(cut == 150'000);
    REQUIRE(station->status().unsent == 1500);
    const std::size_t rest = meet(station, hub).bytes;
    CHECK(station->status().unsent == 0);
    CHECK(hub->list({}).total == 1500);
    // Sealed, the 1500 take more than this; only what was missing travelled.
    const std::size_t sealed = [&] {
        auto db = node::sqlite::Database::open(station.path);
        return db.statement("SELECT sum(length(bytes)) FROM segment WHERE last > 1000")
            .one<std::size_t>();
    }();
    CHECK(rest + 100'000 < sealed);
}

TEST_CASE("a station with two machines and three invitations is listed with both machines") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode first = make_station(folder, hub, "SHG01");
    const auto unused =
        hub->invite("admin", "SHG01", "新名", "340207001", hub.environment->now + 86'400'000);
    {
        auto db = node::sqlite::Database::open(hub.path);
        db.statement(
              "INSERT INTO peer SELECT ?, ?, sign_key, box_key, epoch, code, scope, status "
              "FROM peer")
            .run(record_id(5), sync::Hash32{5});
    }
    hub.reopen();
    const auto peers = hub->peers();
    REQUIRE(peers.size() == 2);
    CHECK(peers[0].node != peers[1].node);
    CHECK(peers[0].scope == unused.scope);
}

TEST_CASE("verify sees a conflict that was taken off the list and a receipt that was made up") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容", "19900000001");
    REQUIRE(exchange(station, hub));
    edit(station, id, appeal::phone, "19900000002");
    edit(hub, id, appeal::phone, "19900000003");
    REQUIRE(exchange(station, hub));
    REQUIRE(problems_of(station, folder).empty());
    station.replica.reset();
    SECTION("the conflict") {
        node::sqlite::Database::open(station.path).execute("DELETE FROM conflict");
        station.reopen();
        CHECK_FALSE(problems_of(station, folder).empty());
    }
    SECTION("the receipt") {
        node::sqlite::Database::open(station.path).execute("UPDATE receipt SET stored = 99");
        station.reopen();
        CHECK_FALSE(problems_of(station, folder).empty());
    }
}

TEST_CASE("a graph that a damaged database claims is an error with a name, not a crash") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto id = add_appeal(station, "标题", "内容");
    station.replica.reset();
    {
        auto db = node::sqlite::Database::open(station.path);
        const auto state =
            db.statement("SELECT state FROM appeal").one<std::vector<std::uint8_t>>();
        auto damaged = state;
        damaged[1] = 0x55;  // The author's number.
        db.statement("UPDATE appeal SET state = ?").run(damaged);
    }
    station.reopen();
    CHECK_THROWS_AS(station->show(id, false), node::sqlite::Error);
}

TEST_CASE("a tag list that is no text is refused, not trusted") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const auto committed =
        station->register_appeal("clerk", {{appeal::title, "题"}, {appeal::tags, std::int64_t{1}}});
    REQUIRE(committed.has_error());
    CHECK(committed.error() == Errc::malformed);
}
