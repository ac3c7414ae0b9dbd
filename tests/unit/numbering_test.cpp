// The numbers that people see: given out offline, told apart by the hub.
#include "tests/support/forger.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;
using schema::EntityId;

namespace {

sync::Transaction claim_of(Forger& forger, std::uint8_t id, const std::string& number) {
    sync::Transaction tx = forger.creation(EntityId::appeal, record_id(id));
    Forger::set(tx, appeal::number, number);
    Forger::set(tx, appeal::title, std::string("标题"));
    return tx;
}

std::vector<std::string> listed(TestNode& node) {
    std::vector<std::string> numbers;
    for (const auto& row : node->list({}).rows) numbers.push_back(row.number);
    std::ranges::sort(numbers);
    return numbers;
}

}  // namespace

TEST_CASE("two machines of one station count in blocks of their own", "[numbering]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode first = make_station(folder, hub, "SHG01");
    TestNode second = make_station(folder, hub, "SHG01", "b");
    CHECK(shown(first, add_appeal(first, "一", ""), appeal::number) == "SHG01-20261123-0001");
    CHECK(shown(second, add_appeal(second, "二", ""), appeal::number) == "SHG01-20261123-100001");
    second.reopen();
    CHECK(shown(second, add_appeal(second, "三", ""), appeal::number) == "SHG01-20261123-100002");
    REQUIRE(exchange(first, hub));
    REQUIRE(exchange(second, hub));
    CHECK(listed(hub) == std::vector<std::string>{"SHG01-20261123-0001", "SHG01-20261123-100001",
                                                  "SHG01-20261123-100002"});
}

TEST_CASE("a machine that joins anew counts in the block of its new invitation", "[numbering]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    (void)add_appeal(station, "一", "");
    const auto again =
        hub->invite("admin", "SHG01", "站", "340207001", hub.environment->now + 86'400'000);
    node::Profile fresh;
    fresh.hub = station->profile().hub;
    fresh.invitation = again.id;
    fresh.invitation_secret = again.secret.clone();
    fresh.number_block = again.number_block;
    station->set_invitation(std::move(fresh));
    CHECK(shown(station, add_appeal(station, "二", ""), appeal::number) == "SHG01-20261123-100001");
    station.reopen();
    CHECK(station->profile().number_block == 1);
}

TEST_CASE("of two appeals with one number the later gets a suffix, and both are found",
          "[numbering]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    const std::string number = "SHG01-20261123-0001";
    REQUIRE(forger.push({claim_of(forger, 1, number)}));
    const auto id = add_appeal(station, "真的第一件", "");
    REQUIRE(shown(station, id, appeal::number) == number);
    REQUIRE(exchange(station, hub));
    CHECK(shown(hub, id, appeal::number_suffix) == "B");
    CHECK(shown(hub, record_id(1), appeal::number_suffix).empty());
    CHECK(listed(hub) == std::vector<std::string>{number, number + "-B"});
    CHECK(hub->find_appeals(number).size() == 2);
    CHECK(hub->find_appeals(number + "-B") == std::vector{id});
    CHECK(hub->find_appeals(number + "-C").empty());
    CHECK(hub->find_appeals(number + "-").empty());
    // It came to the station in the same exchange, and neither side says it again.
    CHECK(listed(station) == std::vector<std::string>{number + "-B"});
    CHECK(station->find_appeals(number) == std::vector{id});
    CHECK(station->find_appeals(number + "-B") == std::vector{id});
    const auto versions = [&](TestNode& node) {
        return std::ranges::count(node->show(id, true)->history, appeal::number_suffix,
                                  &node::VersionView::field);
    };
    REQUIRE(exchange(station, hub));
    edit(station, id, appeal::title, "改了标题");
    REQUIRE(exchange(station, hub));
    REQUIRE(forger.push_again());
    CHECK(versions(hub) == 1);
    CHECK(versions(station) == 1);
    CHECK(problems_of(hub, folder).empty());
    CHECK(problems_of(station, folder).empty());
}

TEST_CASE("several claimants in one segment are told apart in the order they came", "[numbering]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    std::vector<sync::Transaction> claims;
    for (std::uint8_t i = 1; i <= 28; ++i) claims.push_back(claim_of(forger, i, "SHG01-1"));
    REQUIRE(forger.push(claims));
    const auto suffix = [&](std::uint8_t i) {
        return shown(hub, record_id(i), appeal::number_suffix);
    };
    CHECK(suffix(1).empty());
    CHECK(suffix(2) == "B");
    CHECK(suffix(3) == "C");
    CHECK(suffix(26) == "Z");
    CHECK(suffix(27) == "AA");
    CHECK(suffix(28) == "AB");
    REQUIRE(forger.push({claim_of(forger, 29, "SHG01-1")}));
    CHECK(suffix(29) == "AC");
    const auto found = hub->find_appeals("SHG01-1-AA");
    CHECK(found == std::vector{record_id(27)});
    CHECK(problems_of(hub, folder).empty());
}

TEST_CASE("the hub's own appeal gives way to one that took its number before", "[numbering]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    Forger forger(station, hub);
    REQUIRE(forger.push({claim_of(forger, 1, "QZX-20261123-0001")}));
    const auto committed = hub->register_appeal("clerk", {{appeal::title, "区里第一件"}});
    REQUIRE(committed.has_value());
    CHECK(committed->number == "QZX-20261123-0001-B");
    CHECK(hub->find_appeals(committed->number) == committed->records);
}
