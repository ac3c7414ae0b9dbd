#include "schema/uscc.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace jiuying;
using schema::check_uscc;
using schema::uscc_check_character;

TEST_CASE("the check character is the one that the national standard computes", "[uscc]") {
    // The worked example of GB 32100-2015: the code ending in Z is wrong, 3 is right.
    CHECK(uscc_check_character("91350100M000100Y4").value() == '3');
    CHECK(check_uscc("91350100M000100Y43").has_value());
    CHECK(check_uscc("91350100M000100Y4X").error() == Errc::out_of_bounds);
}

TEST_CASE("one mistyped character of a credit code is always noticed", "[uscc]") {
    const std::string good = "91350100M000100Y43";
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const char other : schema::uscc_alphabet) {
            if (other == good[at]) continue;
            std::string mistyped = good;
            mistyped[at] = other;
            INFO(mistyped);
            CHECK_FALSE(check_uscc(mistyped).has_value());
        }
    }
}

TEST_CASE("two neighbouring characters exchanged are always noticed", "[uscc]") {
    const std::string good = "91350100M000100Y43";
    for (std::size_t at = 0; at + 1 < good.size(); ++at) {
        std::string swapped = good;
        std::swap(swapped[at], swapped[at + 1]);
        if (swapped == good) continue;
        INFO(swapped);
        CHECK_FALSE(check_uscc(swapped).has_value());
    }
}

TEST_CASE("a sum that is a multiple of 31 gives the check character 0", "[uscc]") {
    CHECK(uscc_check_character("00000000000000000").value() == '0');
}

TEST_CASE("what cannot be a credit code is refused, not repaired", "[uscc]") {
    CHECK(check_uscc("").error() == Errc::malformed);
    CHECK(check_uscc("91350100M000100Y4").error() == Errc::malformed);
    CHECK(check_uscc("91350100M000100Y433").error() == Errc::malformed);
    CHECK(check_uscc("91350100m000100y43").error() == Errc::malformed);
    CHECK(check_uscc("91350100M000100Y4Z").error() == Errc::malformed);  // Z is no letter of it.
    CHECK(check_uscc("9135010OM000100Y43").error() == Errc::malformed);  // O instead of 0.
    CHECK(uscc_check_character("九一三五零").error() == Errc::malformed);
    // A letter where the region stands, with the check character that belongs to it.
    const std::string first17 = "91A50100M000100Y4";
    CHECK(check_uscc(first17 + *uscc_check_character(first17)).error() == Errc::out_of_bounds);
}
