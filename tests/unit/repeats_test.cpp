// Repeats: three things that must not be taken for one another, and the cost of finding them.
#include "schema/repeats.hpp"

#include <catch2/catch.hpp>

using namespace jiuying::schema;

namespace {

constexpr std::int64_t hour = 3'600'000;
constexpr std::int64_t day = 24 * hour;

RepeatSubject subject(std::uint8_t id, std::int64_t at, std::string phone, std::string place = "",
                      std::string category = "", std::string region = "") {
    RepeatSubject made;
    made.id.bytes[0] = id;
    made.registered_at = at;
    made.phone = std::move(phone);
    made.place = std::move(place);
    made.category = std::move(category);
    made.region = std::move(region);
    return made;
}

RepeatKind kind(const RepeatSubject& a, const RepeatSubject& b, std::uint32_t like) {
    return judge_repeat(a, b, like, {}).kind;
}

}  // namespace

TEST_CASE("the likeness of two texts is that of their pairs of letters", "[repeats]") {
    const auto like = [](std::string_view a, std::string_view b) {
        return likeness(pairs_of(a), pairs_of(b));
    };
    CHECK(like("村口路灯不亮", "村口路灯不亮") == 100);
    CHECK(like("村口路灯不亮！", "村口　路灯不亮") > 50);
    CHECK(like("Ｅ2栋", "e2栋") == 100);
    CHECK(like("村口路灯不亮", "供水停了") == 0);
    CHECK(like("村口路灯不亮", "村口的路灯不亮了") > 40);
    CHECK(like("", "") == 0);
    CHECK(like("灯", "灯") == 100);
}

TEST_CASE("phones and places are compared without what surrounds them", "[repeats]") {
    CHECK(plain_phone("+86 139-0000-0001") == "13900000001");
    CHECK(plain_phone("0553-5810000") == "05535810000");
    CHECK(plain_phone("110").empty());
    CHECK(plain_place(" 二坝镇，新民路 3号 ") == plain_place("二坝镇新民路3号"));
}

TEST_CASE("a resend, the same person, and another person are three things", "[repeats]") {
    const auto first = subject(1, 0, "13900000001", "新民路3号", "0502", "r1");
    SECTION("the same text by the same person within a day is a resend") {
        CHECK(kind(first, subject(2, hour, "13900000001"), 100) == RepeatKind::resend);
        CHECK(kind(first, subject(2, 24 * hour, "13900000001"), 95) == RepeatKind::resend);
    }
    SECTION("later, or in other words, it is the same person again") {
        CHECK(kind(first, subject(2, 2 * day, "13900000001"), 100) == RepeatKind::same_person);
        CHECK(kind(first, subject(2, hour, "13900000001"), 50) == RepeatKind::same_person);
    }
    SECTION("on another matter, in another category or region, it is nothing") {
        CHECK(kind(first, subject(2, hour, "13900000001"), 20) == RepeatKind::none);
        CHECK(kind(first, subject(2, 2 * day, "13900000001", "", "0601"), 80) == RepeatKind::none);
        CHECK(kind(first, subject(2, 2 * day, "13900000001", "", "", "r2"), 80) ==
              RepeatKind::none);
    }
    SECTION("another person at the same place is the same matter, never the same person") {
        const auto other = subject(2, day, "13900000002", "新民路3号", "0502", "r1");
        CHECK(kind(first, other, 100) == RepeatKind::same_matter);
        CHECK(kind(first, other, 0) == RepeatKind::same_matter);
        const auto elsewhere = subject(2, day, "13900000002", "新民路4号", "0502", "r1");
        CHECK(kind(first, elsewhere, 100) == RepeatKind::none);
    }
    SECTION("after 90 days two appeals are two matters") {
        CHECK(kind(first, subject(2, 90 * day, "13900000001"), 100) == RepeatKind::same_person);
        CHECK(kind(first, subject(2, 90 * day + 1, "13900000001"), 100) == RepeatKind::none);
    }
    SECTION("two appeals without a phone are not of one person") {
        CHECK(kind(subject(1, 0, ""), subject(2, hour, ""), 100) == RepeatKind::none);
    }
}

TEST_CASE("the reasons of a judgement are told", "[repeats]") {
    const auto judged = judge_repeat(subject(1, 0, "13900000001", "", "0502"),
                                     subject(2, hour, "13900000001", "", "0502"), 97, {});
    CHECK(judged.reasons == std::vector{RepeatReason::same_phone, RepeatReason::same_category,
                                        RepeatReason::same_text, RepeatReason::within_a_day});
    CHECK(judged.score == 97);
}

TEST_CASE("the pairs that are compared grow with the appeals, not with their square", "[repeats]") {
    std::vector<RepeatSubject> all;
    for (std::size_t i = 0; i < 20'000; ++i) {
        // One loud caller among many who call once, and a square of which everybody speaks.
        const bool loud = i % 2 == 0;
        all.push_back(subject(1, static_cast<std::int64_t>(i) * 1000,
                              loud ? "13900000001" : std::to_string(i), "中心广场"));
        all.back().id.bytes = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8U)};
    }
    const RepeatRules rules;
    const auto pairs = repeat_candidates(all, rules);
    CHECK(pairs.size() <= all.size() * rules.neighbours * 2);
    CHECK(pairs.size() >= all.size() * rules.neighbours / 2);
    for (const RepeatPair& pair : pairs) REQUIRE(pair.earlier < pair.later);
}
