#include "schema/regions_340207.hpp"

#include <catch2/catch.hpp>

#include <set>

using jiuying::schema::regions_340207;
using jiuying::schema::RegionRow;

TEST_CASE("the district of the built-in regions stands first and every parent is there",
          "[regions]") {
    std::set<std::string_view> seen;
    for (const RegionRow& row : regions_340207()) {
        INFO(row.code);
        CHECK((row.parent.empty() || seen.contains(row.parent)));
        CHECK(seen.insert(row.code).second);
        CHECK(row.code.starts_with("340207"));
        CHECK_FALSE(row.name.empty());
        CHECK(row.rural == (row.level == "town"));
    }
    CHECK(regions_340207().front().name == "鸠江区");
    CHECK(seen.size() == 13);
}
