#include "node/cli/errors.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <set>

using namespace jiuying::node;

namespace {

constexpr Lang both_languages[] = {Lang::zh, Lang::en};

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("every error says what happened, whether the data is safe, and what to do next",
          "[errors]") {
    for (const ErrorEntry& entry : error_catalogue()) {
        INFO(entry.code);
        // Those of the page are read there: what to do next is done there, too.
        const bool on_page = entry.code.starts_with("JY-11");
        for (const Lang lang : both_languages) {
            CHECK_FALSE(entry.what.in(lang).empty());
            CHECK_FALSE(entry.data.in(lang).empty());
            CHECK_FALSE(entry.next.in(lang).empty());
            if (on_page) continue;
            CHECK(has(entry.next.in(lang), "jiuying") + has(entry.next.in(lang), "{program}") > 0);
        }
        for (const Lang lang : both_languages) {
            // Details stand beside the sentence; only the program is named inside.
            INFO(entry.what.in(lang) << entry.next.in(lang));
            CHECK(has(entry.what.in(lang), "{") + has(entry.data.in(lang), "{") == 0);
            CHECK(has(entry.next.in(lang), "{") == has(entry.next.in(lang), "{program}"));
        }
        CHECK(entry.what.zh.ends_with("。"));
        CHECK(entry.data.zh.ends_with("。"));
    }
}

TEST_CASE("the sentence about the data agrees with the flag that scripts read", "[errors]") {
    for (const ErrorEntry& entry : error_catalogue()) {
        INFO(entry.code);
        CHECK(entry.data.zh.starts_with(entry.data_safe ? "数据安全：" : "注意："));
        CHECK(entry.data.en.starts_with(entry.data_safe ? "Safe:" : "Attention:"));
    }
}

TEST_CASE("an error code names one error for ever", "[errors]") {
    std::set<std::string_view> codes;
    for (const ErrorEntry& entry : error_catalogue()) {
        INFO(entry.code);
        CHECK(codes.insert(entry.code).second);
        CHECK(&entry_of(entry.error) == &entry);
        CHECK(find_error(entry.code) == &entry);
    }
}

TEST_CASE("every error ends with an exit code of the table", "[errors]") {
    const std::set<int> table{1, 2, 3, 10, 11, 12, 13, 14, 15, 130};
    std::set<int> used;
    for (const ErrorEntry& entry : error_catalogue()) {
        INFO(entry.code);
        CHECK(table.contains(entry.exit_code));
        used.insert(entry.exit_code);
    }
    CHECK(used == table);
}

TEST_CASE("a code may be typed in small letters or as the bare number", "[errors]") {
    const ErrorEntry* wanted = find_error("JY-0203");
    REQUIRE(wanted != nullptr);
    CHECK(find_error("jy-0203") == wanted);
    CHECK(find_error("0203") == wanted);
    CHECK(find_error("JY-9999") == nullptr);
    CHECK(find_error("") == nullptr);
}

TEST_CASE("a failure reads as three lines and names the field, not its content", "[errors]") {
    const auto failure =
        Failure{Error::value_too_long, Detail::field, "title"}.with(Detail::limit, "200 字");
    CHECK(failure.exit_code() == 2);
    CHECK(std::string_view{failure.what()} == "JY-0403");
    const std::string text = failure.text(Lang::zh);
    CHECK(has(text, "错误 JY-0403："));
    CHECK(has(text, "字段 title；上限 200 字"));
    CHECK(has(text, "\n数据：数据安全："));
    CHECK(has(text, "\n下一步："));
    CHECK_FALSE(has(text, "{program}"));
    CHECK(has(failure.text(Lang::en), "Details: field title; limit 200 字"));
}

TEST_CASE("a failure in JSON has the keys that scripts read", "[errors]") {
    const auto failure = Failure{Error::import_rows_refused}
                             .with(Detail::row, "3")
                             .with(Detail::row, "17")
                             .with(Detail::path, "a\"b.csv");
    const auto document = boost::json::parse(failure.json(Lang::zh, "jiuying-hub"));
    const auto& error = document.at("error").as_object();
    CHECK(error.at("code") == "JY-0806");
    CHECK(error.at("data_safe") == true);
    CHECK(has(error.at("message").as_string(), "数据安全"));
    CHECK(has(error.at("next").as_string(), "jiuying-hub appeal import"));
    CHECK(error.at("details").at("row") == "3, 17");
    CHECK(error.at("details").at("path") == "a\"b.csv");
}

TEST_CASE("a step that a guard refused is told in the guard's words", "[errors]") {
    const auto failure =
        Failure{Error::event_not_allowed, Detail::guard, "handler_visits"}.with(Detail::id, "7");
    CHECK(failure.exit_code() == 1);
    const auto& guard = jiuying::schema::guard_text(jiuying::schema::GuardFailure::handler_visits);
    CHECK(has(failure.text(Lang::zh), guard.what_zh));
    CHECK(has(failure.text(Lang::zh), guard.next_zh));
    const auto document = boost::json::parse(failure.json(Lang::en, "jiuying"));
    const auto& error = document.at("error").as_object();
    CHECK(error.at("details").at("guard") == "handler_visits");
    CHECK(has(error.at("message").as_string(), guard.what_en));
    CHECK(has(error.at("next").as_string(), guard.next_en));
    CHECK(error.at("data_safe") == true);
}

TEST_CASE("explain tells a code's three sentences in the language asked for", "[errors]") {
    const ErrorEntry& entry = entry_of(Error::hub_unreachable);
    CHECK(has(explain(entry, Lang::zh), "发生了什么：连不上区中枢。"));
    CHECK(has(explain(entry, Lang::en), "Exit code: 13"));
    const auto page = boost::json::parse(explain_json(entry, Lang::en));
    CHECK(page.at("code") == "JY-0601");
    CHECK(page.at("exit_code") == 13);
    CHECK(page.at("data_safe") == true);
}

TEST_CASE("the language is read from the forms people write", "[errors]") {
    CHECK(parse_lang("zh") == Lang::zh);
    CHECK(parse_lang("zh-CN") == Lang::zh);
    CHECK(parse_lang("en") == Lang::en);
    CHECK_FALSE(parse_lang("fr"));
}
