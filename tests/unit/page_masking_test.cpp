// Personal data in the page's answers: masked wherever it stands, and only it.
#include "node/http/masking.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
namespace json = boost::json;

namespace {

json::value masked(const char* text) {
    json::value value = json::parse(text);
    node::mask(value);
    return value;
}

}  // namespace

TEST_CASE("an appeal's person is masked in fields, history, conflicts and texts", "[page]") {
    const json::value shown = masked(R"({
        "number":"SHG01-20261123-0042",
        "appeal":{"contact":"王小二","phone":"13900005678","address":"四褐山街道三组十二号",
                  "title":"请打 13900005678 联系","type":"complaint","query_code":"ABCDEFGH"},
        "history":[{"field":"phone","value":"13900005678","station":"SHG01","actor":"W01"},
                   {"field":"contact","value":"王小二","station":"SHG01","actor":"W01"}],
        "conflicts":[{"field":"phone","values":[{"take":1,"value":"13900005678"},
                                               {"take":2,"value":"13900004321"}]}],
        "events":[{"kind":"replied","facts":{"answer":"已电话 13900005678 告知","unit":"JSW"}}],
        "notes":[{"text":"家里电话 05531234567"}]})");
    const std::string text = json::serialize(shown);
    for (const char* secret :
         {"13900005678", "13900004321", "王小二", "三组十二号", "ABCDEFGH", "05531234567"}) {
        INFO(secret);
        CHECK(text.find(secret) == text.npos);
    }
    CHECK(shown.at_pointer("/appeal/phone").as_string() == "139****5678");
    CHECK(shown.at_pointer("/appeal/contact").as_string() == "王**");
    CHECK(shown.at_pointer("/history/0/value").as_string() == "139****5678");
    CHECK(shown.at_pointer("/conflicts/0/values/1/value").as_string() == "139****4321");
    // What is no person's stays.
    CHECK(shown.at_pointer("/number").as_string() == "SHG01-20261123-0042");
    CHECK(shown.at_pointer("/history/0/actor").as_string() == "W01");
    CHECK(shown.at_pointer("/events/0/facts/unit").as_string() == "JSW");
}

TEST_CASE("a personal field without a rule of its own is not shown at all", "[page]") {
    const json::value shown =
        masked(R"({"appeal":{"special_care":"独居老人"},"uscc":"91340207MA2TXXXX1A"})");
    CHECK(shown.at_pointer("/appeal/special_care").as_string() == "****");
    CHECK(shown.at_pointer("/uscc").as_string() != "91340207MA2TXXXX1A");
}
