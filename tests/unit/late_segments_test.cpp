// What a machine that was revoked wrote: what is taken as ever, and what waits for a person.
#include "node/replica/late_segments.hpp"

#include "node/replica/rosters.hpp"
#include "tests/support/nodes.hpp"
#include "tests/support/old_copies.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::tests;
using node::LateSegments;

namespace {

struct Sent {
    sync::Bytes bytes;
    sync::SegmentHeader header;
};

/// All that the station would bring by stick, its keys told to the hub.
std::vector<Sent> all_of(TestNode& station, TestNode& hub, const node::Replica::Peer& peer) {
    (void)station->station_config();  // Seals what was recorded.
    const auto offer =
        station->fetch({sync::Lane::station, {}, 1U << 20U, {}}, station->hub_peer());
    for (const sync::Bytes& wrap : offer.key_wraps) {
        REQUIRE(hub->store_keys({sync::Lane::station, wrap}, peer).has_value());
    }
    std::vector<Sent> all;
    for (const auto& segment : offer.segments) {
        all.push_back({segment.bytes, sync::peek(segment.bytes).value()});
    }
    return all;
}

}  // namespace

TEST_CASE("of a revoked machine that counts which the hub had, and nothing else", "[roster]") {
    const TempFolder folder;
    TestNode hub = make_hub(folder);
    TestNode station = make_station(folder, hub, "SHG01");
    const node::Replica::Peer peer{node::public_keys(station.secrets).node,
                                   station->profile().scope};
    (void)add_appeal(station, "一", "");
    REQUIRE(exchange(station, hub));
    keep_copy(station, folder.file("copy.db"));
    (void)add_appeal(station, "二", "");
    (void)add_appeal(station, "三", "");
    REQUIRE(exchange(station, hub));
    REQUIRE(
        node::Rosters{*hub}.set_standing("admin", peer.node, sync::Standing::revoked).has_value());
    LateSegments late{*hub};
    const auto any_late = [&] {
        std::size_t count = 0;
        for (const Sent& sent : all_of(station, hub, peer)) {
            count += late.is_late(sent.bytes, sent.header, peer) ? 1U : 0U;
        }
        return count;
    };
    SECTION("what it brings again is known") { CHECK(any_late() == 0); }
    SECTION("what it wrote behind the cut is late") {
        (void)add_appeal(station, "四", "");
        CHECK(any_late() == 1);
    }
    SECTION("what it wrote in another way after it was put back is late, however low its number") {
        put_back(station, folder.file("copy.db"));
        (void)add_appeal(station, "不是二", "");
        const auto sent = all_of(station, hub, peer);
        REQUIRE(sent.back().header.last() == 2);
        CHECK(any_late() == 1);
        CHECK(late.keep(sent.back().bytes, sent.back().header, peer) == LateSegments::Kept::kept);
        CHECK(hub->status().appeals == 3);
        REQUIRE(late.list().size() == 1);
        const auto records = late.contents(late.list().front().id);
        REQUIRE(records.has_value());
        CHECK(records->front().title == "不是二");
        // A person takes it: the second chain of a station that was put back, as ever.
        CHECK(late.take(late.list().front().id, "admin", "核实").value() == 1);
        CHECK(hub->status().appeals == 4);
    }
}
