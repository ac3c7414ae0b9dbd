#include "node/cli/paper.hpp"

#include <catch2/catch.hpp>

using namespace jiuying::node;

TEST_CASE("Chinese characters take two columns, so that lists line up") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("路灯") == 4);
    CHECK(padded("路灯", 6) == "路灯  ");
    CHECK(padded("路灯不亮", 6) == "路灯不亮");
    CHECK(shortened("路灯不亮", 8) == "路灯不亮");
    CHECK(shortened("路灯不亮了", 8) == "路灯不…");
}

TEST_CASE("a recorded text cannot steer the terminal") {
    CHECK(printable("a\x1B[2Jb") == "a\uFFFD[2Jb");
    CHECK(printable("一\n二\t三\r") == "一 二 三");
    CHECK(printable("一\n二", "\n  ") == "一\n  二");
    CHECK(printable("\u202E反") == "\uFFFD反");
    CHECK(printable("\xFF") == "\uFFFD");
    CHECK(printable("\xC2\x9B") == "\uFFFD");
}

TEST_CASE("personal data is masked on a screen") {
    CHECK(masked_phone("13800005678") == "138****5678");
    CHECK(masked_phone("5500123") == "55****0123");
    CHECK(masked_phone("12345") == "*****");
    CHECK(masked("contact", "欧阳某") == "欧**");
    CHECK(masked("address", "某街道某小区3栋") == "某街道某****");
    CHECK(masked("title", "路灯不亮") == "路灯不亮");
    CHECK(masked("phone", "").empty());
}

TEST_CASE("times are short on a screen") {
    CHECK(short_time("2026-11-23T09:08:07+08:00") == "2026-11-23 09:08");
    CHECK(short_time("") == "");
}

TEST_CASE("a limit that ends at midnight is shown as the end of its day") {
    CHECK(limit_time("2026-12-01T00:00:00+08:00") == "2026-11-30 24:00");
    CHECK(limit_time("2026-12-01T00:00:01+08:00") == "2026-12-01 00:00");
    CHECK(limit_time("2026-12-01T15:30:00+08:00") == "2026-12-01 15:30");
    CHECK(limit_time("").empty());
}
