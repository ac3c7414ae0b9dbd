#include "schema/staff_posts.hpp"
#include "schema/time_text.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::schema;

namespace {

std::int64_t at(const char* text) { return parse_time(text).value(); }

}  // namespace

TEST_CASE("posts are read in Chinese and in the registry's names, however they are divided") {
    const PostList list = read_posts("派单岗、督办岗，replier;visitor 领导|登记岗");
    CHECK(list.wrong.empty());
    REQUIRE(list.posts.size() == 6);
    CHECK(list.posts[0].post == Post::dispatcher);
    CHECK(list.posts[1].post == Post::supervisor);
    CHECK(list.posts[2].post == Post::replier);
    CHECK(list.posts[3].post == Post::visitor);
    CHECK(list.posts[4].post == Post::leader);
    CHECK(list.posts[5].post == Post::recorder);
    CHECK(read_posts("为企专岗").posts.front().post == Post::enterprise_desk);
    CHECK(read_posts("enterprise_desk").posts.front().post == Post::enterprise_desk);
    CHECK(read_posts("").posts.empty());
}

TEST_CASE("a post holds from its first day to the end of its last") {
    const PostList list = read_posts("回访岗@2026-01-01/2026-06-30 dispatcher@/2026-03-31");
    CHECK(list.wrong.empty());
    REQUIRE(list.posts.size() == 2);
    const Period visitor = list.posts[0].period;
    CHECK_FALSE(visitor.holds(at("2025-12-31 23:59")));
    CHECK(visitor.holds(at("2026-01-01")));
    CHECK(visitor.holds(at("2026-06-30 23:59")));
    CHECK_FALSE(visitor.holds(at("2026-07-01")));
    CHECK(list.posts[1].period.holds(at("1990-01-01")));
    CHECK_FALSE(list.posts[1].period.holds(at("2026-04-01")));
}

TEST_CASE("a word that is no post, or a period that cannot be, is named") {
    CHECK(read_posts("派单员").wrong == "派单员");
    CHECK(read_posts("派单岗,司机,厨师").wrong == "司机");
    CHECK(read_posts("派单岗,司机").posts.size() == 1);
    CHECK(read_posts("visitor@2026-13-01/").wrong == "visitor@2026-13-01/");
    CHECK(read_posts("visitor@2026-06-30/2026-01-01").wrong == "visitor@2026-06-30/2026-01-01");
    CHECK(read_posts("visitor@2026-01-01").wrong == "visitor@2026-01-01");
}
