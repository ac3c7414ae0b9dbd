#include "node/import/holiday_notice.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace jiuying;
using namespace jiuying::node;

namespace {

constexpr std::string_view good = R"({"$schema":"x","year":2027,"papers":["https://gov.example/1"],
    "days":[{"name":"元旦","date":"2027-01-01","isOffDay":true},
            {"name":"元旦","date":"2026-12-26","isOffDay":false}]})";

std::string with(std::string_view from, std::string_view to) {
    std::string text{good};
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string answer(std::string_view text) {
    const auto notice = parse_notice(text);
    if (notice) return "read";
    switch (notice.error()) {
        case Errc::malformed: return "malformed";
        case Errc::out_of_bounds: return "out of bounds";
        case Errc::too_large: return "too large";
        case Errc::not_found: return "no day yet";
        default: return "another error";
    }
}

}  // namespace

TEST_CASE("a year's notice is read with its papers, holidays and make-up days", "[notice]") {
    const auto notice = parse_notice(good);
    REQUIRE(notice.has_value());
    CHECK(notice->year == 2027);
    CHECK(notice->papers == std::vector<std::string>{"https://gov.example/1"});
    REQUIRE(notice->days.size() == 2);
    CHECK(notice->days[0].name == "元旦");
    CHECK(notice->days[0].off);
    CHECK(schema::format_date(notice->days[1].date) == "2026-12-26");
    CHECK_FALSE(notice->days[1].off);
    CHECK(answer("\xEF\xBB\xBF" + std::string{good}) == "read");
    CHECK(answer(with(R"("papers":["https://gov.example/1"],)", "")) == "read");
}

TEST_CASE("what is no notice is refused, never guessed at", "[notice]") {
    for (const std::string& text : {
             std::string{""},
             std::string{"[]"},
             std::string{"{}"},
             std::string{good.substr(0, good.size() - 1)},
             std::string{good} + "x",
             with("2027,", "\"2027\","),
             with("2027,", "2027.5,"),
             with("2027,", "-2027,"),
             with("2027,", "99999999999999999999,"),
             with("\"year\":2027,", ""),
             with("\"days\":[", "\"days\":{},\"more\":["),
             with("{\"name\":\"元旦\",\"date\":\"2027-01-01\",\"isOffDay\":true}", "7"),
             with("\"isOffDay\":true", "\"isOffDay\":\"true\""),
             with("\"isOffDay\":true", "\"isOffDay\":1"),
             with(",\"isOffDay\":true", ""),
             with("\"2027-01-01\"", "20270101"),
             with("2027-01-01", "2027-1-1"),
             with("2027-01-01", "2027/01/01"),
             with("2027-01-01", "2027-02-29"),
             with("2027-01-01", "2027-01-01 08:00"),
             with("2027-01-01", " 2027-01-01"),
             with("\"元旦\"", "null"),
             with("\"元旦\"", "\"\xff\""),
             with("[\"https://gov.example/1\"]", "\"https://gov.example/1\""),
             with("[\"https://gov.example/1\"]", "[1]"),
             with("2026-12-26", "2027-01-01"),
         }) {
        INFO(text);
        CHECK(answer(text) == "malformed");
    }
    CHECK(answer(std::string(9, '[')) == "malformed");
    CHECK(answer(with("\"x\"", std::string(20, '[') + std::string(20, ']'))) == "malformed");
}

TEST_CASE("a notice outside the bounds is refused", "[notice]") {
    CHECK(answer(with("2027,", "2300,")) == "out of bounds");
    CHECK(answer(with("2026-12-26", "2026-11-26")) == "out of bounds");
    CHECK(answer(with("2026-12-26", "2028-01-01")) == "out of bounds");
    CHECK(answer(R"({"year":2028,"papers":[],"days":[]})") == "no day yet");
    CHECK(answer(with("元旦", std::string(200, 'x'))) == "too large");
    CHECK(answer(std::string(notice_bytes_max + 1, ' ')) == "too large");
}
