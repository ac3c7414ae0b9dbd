#include "node/folder/invitation_file.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::node;

namespace {

InvitationFile invitation() {
    InvitationFile file;
    file.district = "340207";
    file.district_scope.bytes.fill(3);
    file.hub.sign_key.fill(4);
    file.hub.static_key.fill(5);
    file.hub.box_key.fill(9);
    file.hub.node = node_id(file.hub.sign_key);
    file.hub.name = "鸠江区";
    file.hub.address = "10.0.0.8:7340";
    file.station.id.fill(6);
    std::ranges::fill(file.station.secret.bytes(), std::uint8_t{7});
    file.station.station_code = "SHG01";
    file.station.name = "四褐山街道便民服务中心";
    file.station.region = "340207001";
    file.station.scope.bytes.fill(8);
    file.station.number_block = 2;
    file.station.expires_at_ms = 1'800'000'000'000;
    return file;
}

Error error_of(const boost::json::value& document) {
    try {
        (void)parse_invitation(document);
    } catch (const Failure& failure) {
        return failure.error();
    }
    FAIL("the invitation was taken");
    return {};
}

}  // namespace

TEST_CASE("an invitation tells the station what the hub wrote") {
    const std::string text = boost::json::serialize(to_json(invitation()));
    const InvitationFile read = parse_invitation(boost::json::parse(text));
    const InvitationFile made = invitation();
    CHECK(read.district == made.district);
    CHECK(read.district_scope == made.district_scope);
    CHECK(read.hub.node == made.hub.node);
    CHECK(read.hub.static_key == made.hub.static_key);
    CHECK(read.hub.box_key == made.hub.box_key);
    CHECK(read.hub.address == made.hub.address);
    CHECK(read.station.secret == made.station.secret);
    CHECK(read.station.scope == made.station.scope);
    CHECK(read.station.expires_at_ms == made.station.expires_at_ms);
    const Profile profile = profile_of(read);
    CHECK(profile.role == Profile::Role::station);
    CHECK(profile.station_code == "SHG01");
    CHECK(profile.invitation == made.station.id);
    CHECK(profile.number_block == 2);
}

TEST_CASE("an invitation with any character changed is refused as damaged") {
    const std::string text = boost::json::serialize(to_json(invitation()));
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string bad = text;
        bad[at] = bad[at] == 'a' ? 'b' : 'a';
        boost::json::error_code error;
        const auto document = boost::json::parse(bad, error);
        if (error) continue;  // Not even JSON: read_invitation says so.
        INFO("at " << at);
        CHECK(error_of(document) == Error::invitation_damaged);
    }
}

TEST_CASE("an invitation of a later format asks for a newer program") {
    boost::json::object document = to_json(invitation());
    document["version"] = 2;
    CHECK(error_of(document) == Error::newer_version);
    CHECK(error_of(boost::json::object{}) == Error::invitation_damaged);
    CHECK(error_of(boost::json::value{"text"}) == Error::invitation_damaged);
}

TEST_CASE("station codes are 2 to 12 capitals and digits") {
    CHECK(is_station_code("SHG01"));
    CHECK(is_station_code("A1"));
    CHECK_FALSE(is_station_code("A"));
    CHECK_FALSE(is_station_code("shg01"));
    CHECK_FALSE(is_station_code("ABCDEFGHIJKLM"));
    CHECK_FALSE(is_station_code("站01"));
}

TEST_CASE("an address is a host and a port") {
    CHECK(is_address("127.0.0.1:7340"));
    CHECK(is_address("hub.example:1"));
    CHECK(is_address("[::1]:7340"));
    CHECK_FALSE(is_address("127.0.0.1"));
    CHECK_FALSE(is_address(":7340"));
    CHECK_FALSE(is_address("host:0"));
    CHECK_FALSE(is_address("host:65536"));
    CHECK_FALSE(is_address("host:73x"));
    CHECK_FALSE(is_address("::1:7340"));
    CHECK_FALSE(is_address("http://host:80"));
}
