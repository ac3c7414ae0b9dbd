// Words of channels and files: channels by name, dates as they are written, industries, categories.
#include "node/commands/query_code.hpp"
#include "node/import/date_words.hpp"
#include "schema/category_pack.hpp"
#include "schema/channels.hpp"
#include "schema/industry.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace jiuying;

TEST_CASE("a channel is known by its code, its name, and what files call it", "[intake]") {
    for (const schema::Channel& channel : schema::channels()) {
        INFO(channel.code);
        CHECK(schema::find_channel(channel.code) == &channel);
        CHECK(schema::find_channel(channel.zh) == &channel);
        CHECK_FALSE(schema::may_be_channel(channel.code));
    }
    for (const char* word : {"12345", "mayor_hotline", "leader_board", "wanshitong", "petition",
                             "mini_program", "business_env_line", "enterprise_desk"}) {
        CHECK(schema::find_channel(word) != nullptr);
    }
    CHECK(schema::find_channel("皖事通APP")->code == "wanshitong");
    CHECK(schema::find_channel("抖音") == nullptr);
    CHECK(schema::may_be_channel("douyin"));
    CHECK_FALSE(schema::may_be_channel("抖音"));
    CHECK_FALSE(schema::may_be_channel(""));
}

TEST_CASE("dates are read as forms and files write them", "[intake]") {
    using node::plain_time;
    CHECK(plain_time("2026年11月23日") == "2026-11-23");
    CHECK(plain_time("2026年1月3日 上午9时5分") == "2026-01-03 09:05:00");
    CHECK(plain_time("2026年11月23日下午3点") == "2026-11-23 15:00:00");
    CHECK(plain_time("2026年11月23日 09:05:07") == "2026-11-23 09:05:07");
    CHECK(plain_time("2026.11.23 9:05") == "2026-11-23 09:05:00");
    CHECK(plain_time("20261123") == "2026-11-23");
    CHECK(plain_time("20261123090507") == "2026-11-23 09:05:07");
    for (const char* word : {"去年夏天", "2026年", "11月23日", "2026111", "2026年11月23日吧", ""}) {
        CHECK(plain_time(word) == word);
    }
}

TEST_CASE("an industry code's digits belong to its section", "[intake]") {
    for (const char* code : {"C", "C33", "C336", "C3360", "A01", "T97", "F5212"}) {
        INFO(code);
        CHECK(schema::check_industry(code).has_value());
    }
    for (const char* code : {"", "c33", "U", "C3", "C05", "A06", "33", "C33601", "C3x"}) {
        INFO(code);
        CHECK_FALSE(schema::check_industry(code).has_value());
    }
}

TEST_CASE("the packed categories are a tree of three levels", "[intake]") {
    std::set<std::string_view> seen;
    for (const schema::PackedCategory& category : schema::category_pack()) {
        INFO(category.code);
        CHECK(seen.insert(category.code).second);
        CHECK((category.code.size() % 2 == 0 && category.code.size() <= 6));
        CHECK((category.parent().empty() || seen.contains(category.parent())));
        CHECK_FALSE(category.name.empty());
    }
    const auto has = [&](std::string_view name) {
        for (const auto& category : schema::category_pack()) {
            if (category.name == name && category.parent().empty()) return true;
        }
        return false;
    };
    for (const char* name : {"征地拆迁", "江岸水利", "园区企业", "三农"}) CHECK(has(name));
}

TEST_CASE("a query code is random, and read as people read it out", "[intake]") {
    tests::TestEnvironment environment{7};
    std::set<std::string> codes;
    for (int i = 0; i < 1000; ++i) {
        const std::string code = node::make_query_code(environment);
        CHECK(code.size() == 16);
        CHECK(node::plain_query_code(node::grouped_query_code(code)) == code);
        codes.insert(code);
    }
    CHECK(codes.size() == 1000);
    CHECK(node::plain_query_code(" abcd-efgh oil1 ") == "ABCDEFGH0111");
    CHECK(node::last_four("+86 139-0000-0001") == "0001");
    CHECK(node::last_four("12").empty());
}
