#include "schema/appeal_rules.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace jiuying::schema;

TEST_CASE("an appeal says nothing only if title and text are both blank", "[rules]") {
    const Value none;
    const Value blank{std::string("　 \t\r\n")};
    const Value words{std::string("　路灯不亮")};
    CHECK(says_nothing(none, none));
    CHECK(says_nothing(blank, none));
    CHECK(says_nothing(Value{std::string()}, blank));
    CHECK_FALSE(says_nothing(words, none));
    CHECK_FALSE(says_nothing(blank, words));
    CHECK_FALSE(says_nothing(Value{std::int64_t{5}}, none));  // Another fault.
}

TEST_CASE("a point is latitude and longitude in degrees", "[rules]") {
    for (const char* good :
         {"31.334500,118.376200", "31,118", "-90,180", "90.0,-180.00", "0.1234567,0"}) {
        CAPTURE(good);
        CHECK(is_point(good));
    }
    for (const char* bad :
         {"", ",", "31.3", "31.3,", "31.3;118.3", "31.3, 118.3", "91,0", "90.1,0", "0,180.01",
          "0,181", "31.,118", ".5,118", "+31,118", "31.12345678,118", "31,118,5", "1e1,2",
          "三十一,118", "--31,118", "99999999999999999999,0"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_point(bad));
    }
}
