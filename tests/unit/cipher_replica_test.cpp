// A whole station on an encrypted database, on a disk that dies: saves, a session, power cuts.
#include "tests/support/nodes.hpp"
#include "tests/support/sealed_disk.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;

TEST_CASE("a station on an encrypted database keeps every acknowledged save through power cuts",
          "[cipher][power]") {
    const TempFolder folder;
    test::SealedDisk sealed{7};
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01", "", sealed.vfs.name());
    test::Dice dice{11};
    std::vector<std::pair<schema::RecordId, std::string>> kept;
    int cuts = 0;
    for (int round = 0; round < 40; ++round) {
        sealed.disk.kill_at(1 + dice.below(90));
        try {
            for (int i = 0; !sealed.disk.dead(); ++i) {
                const std::string title = std::to_string(round) + "-" + std::to_string(i);
                const auto id = add_appeal(station, title, std::string(900, 't'), "13900001234");
                kept.emplace_back(id, title);
                if (i % 3 == 2) {
                    edit(station, kept.back().first, appeal::title, title + "!");
                    kept.back().second += "!";
                }
                if (i % 5 == 4) (void)station->index_pending(100);
            }
        } catch (const node::sqlite::Error&) {
            // As meant.
        }
        REQUIRE(sealed.disk.dead());
        station.replica.reset();
        if (dice.chance(70)) {
            sealed.disk.power_cut();
        } else {
            sealed.disk.restart();
        }
        station.reopen();
        ++cuts;
        INFO("round " << round);
        for (const auto& [id, title] : kept) {
            // An edit that was cut off may have come through.
            const std::string now = shown(station, id, appeal::title);
            REQUIRE((now == title || now == title + "!"));
        }
        for (const char* suffix : {"", "-wal"}) {
            const auto bytes = sealed.bytes(station.path + suffix);
            REQUIRE(std::ranges::search(bytes, sync::as_view("13900001234")).empty());
        }
    }
    CHECK(kept.size() > 100);
    CHECK(cuts == 40);
    REQUIRE(exchange(station, hub));
    CHECK(hub->list({}).total >= kept.size());
    CHECK(station->verify(folder.file("scratch.db")).problems.empty());
    CHECK(sealed.vfs.refused() == 0);
    CHECK(sealed.vfs.damage() == node::cipher::Damage::none);
}

TEST_CASE("what a killed check leaves on the disk is under no key of the node", "[cipher]") {
    const TempFolder folder;
    test::SealedDisk sealed{8};
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01", "", sealed.vfs.name());
    for (int i = 0; i < 40; ++i) {
        add_appeal(station, std::to_string(i), std::string(900, 't'), "13900001234");
    }
    const std::string scratch = folder.file("scratch.db");
    sealed.disk.kill_at(60);
    CHECK_THROWS_AS(station->verify(scratch), node::sqlite::Error);
    REQUIRE(sealed.disk.dead());
    station.replica.reset();
    sealed.disk.restart();
    const node::cipher::PageKeys keys{test::data_key()};
    const auto own = sealed.bytes(station.path);
    const auto left = sealed.bytes(scratch);
    REQUIRE(left.size() >= node::cipher::page_size);
    sync::Array<node::cipher::page_size> plain{};
    const auto first = [](const auto& bytes) {
        return sync::View{bytes}.first<node::cipher::page_size>();
    };
    CHECK(keys.open_page(first(own), 1, plain));
    CHECK_FALSE(keys.open_page(first(left), 1, plain));
    // And nothing of it is in the way of the next one.
    station.reopen();
    CHECK(station->verify(scratch).problems.empty());
    CHECK(sealed.bytes(scratch).empty());
}
