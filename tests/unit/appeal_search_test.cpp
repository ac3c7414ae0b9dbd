// Finding appeals by words: all of them, and what is found at a glance while somebody types.
#include "node/search/appeal_search.hpp"
#include "tests/support/nodes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;
namespace appeal = schema::appeal;

namespace {

using Titles = std::vector<std::string>;

Titles titles_of(node::Replica& replica, const node::AppealFilter& filter) {
    Titles titles;
    for (const auto& row : replica.list(filter).rows) titles.push_back(row.title);
    return titles;
}

/// A hub with appeals of these titles, the last one the latest, all indexed but the last.
struct Shelf {
    explicit Shelf(const Titles& titles) : hub(make_hub(folder)) {
        for (const std::string& title : titles) {
            if (&title == &titles.back()) {
                while (hub->index_pending(100)) {
                }
            }
            ids.push_back(add_appeal(hub, title, "内容"));
            hub.environment->now += 1000;
        }
    }
    /// Of the last search, by the titles, and what else it said.
    Titles find(std::string_view words, const std::optional<node::Glance>& glance = {}) {
        hub.replica.reset();
        Titles titles;
        {
            auto db = node::sqlite::Database::open(hub.path);
            hits = node::search_appeals(db, words, glance);
            for (const node::RecordKey key : hits.keys) {
                titles.push_back(
                    db.statement("SELECT title FROM appeal WHERE rid = ?").one<std::string>(key));
            }
        }
        hub.reopen();
        return titles;
    }

    TempFolder folder;
    TestNode hub;
    std::vector<schema::RecordId> ids;
    node::Hits hits;
};

}  // namespace

TEST_CASE("a search finds all that have the words, the latest first", "[search]") {
    Shelf shelf{{"路灯一", "井盖二", "路灯三", "停水四", "路灯五"}};
    CHECK(shelf.find("路灯") == Titles{"路灯五", "路灯三", "路灯一"});
    CHECK(shelf.hits.all);
    CHECK(shelf.find("水") == Titles{"停水四"});  // In the middle of a run.
    CHECK(shelf.find("四") == Titles{"停水四"});  // At its end: no pair begins with it.
    CHECK(shelf.find("路灯 三") == Titles{"路灯三"});
    CHECK(shelf.find("，").empty());
    // What was edited is found by what it says now, and no more by what it said.
    edit(shelf.hub, shelf.ids[0], appeal::title, "围墙一");
    while (shelf.hub->index_pending(100)) {
    }
    CHECK(shelf.find("路灯") == Titles{"路灯五", "路灯三"});
    CHECK(shelf.find("围墙") == Titles{"围墙一"});
}

TEST_CASE("appeals without a number are in no search", "[search]") {
    Shelf shelf{{"路灯一", "路灯二", "路灯三"}};
    shelf.hub.replica.reset();
    {
        auto db = node::sqlite::Database::open(shelf.hub.path);
        db.execute("UPDATE appeal SET number = NULL WHERE title = '路灯二'");
    }
    shelf.hub.reopen();
    for (const char* words : {"路灯", "路", "灯"}) {
        CAPTURE(words);
        CHECK(shelf.find(words) == Titles{"路灯三", "路灯一"});
        CHECK(shelf.find(words, node::Glance{}) == Titles{"路灯三", "路灯一"});
    }
}

TEST_CASE("a glance ends when it has enough, and says so", "[search]") {
    Shelf shelf{{"路灯一", "路灯二", "停水三", "路灯四", "路灯五"}};
    SECTION("a word of few hits is all found") {
        CHECK(shelf.find("路灯", node::Glance{2, 4, 1}) ==
              Titles{"路灯五", "路灯四", "路灯二", "路灯一"});
        CHECK(shelf.hits.all);
    }
    SECTION("a word of many hits is found in the latest appeals") {
        CHECK(shelf.find("路灯", node::Glance{2, 2, 3}) == Titles{"路灯五", "路灯四"});
        CHECK_FALSE(shelf.hits.all);
        CHECK(shelf.hits.looked_at == 0);
    }
    SECTION("where the latest have it not often enough, all are looked for") {
        CHECK(shelf.find("路灯", node::Glance{3, 2, 2}) ==
              Titles{"路灯五", "路灯四", "路灯二", "路灯一"});
        CHECK(shelf.hits.all);
    }
    SECTION("one character that many have") {
        CHECK(shelf.find("路", node::Glance{2, 100, 3}) == Titles{"路灯五", "路灯四"});
        CHECK_FALSE(shelf.hits.all);
        CHECK(shelf.hits.looked_at == 0);
    }
    SECTION("one that few have: beside the latest, those that the index knows") {
        CHECK(shelf.find("路", node::Glance{4, 100, 3}) ==
              Titles{"路灯五", "路灯四", "路灯二", "路灯一"});
        CHECK_FALSE(shelf.hits.all);
        CHECK(shelf.hits.looked_at == 3);
        CHECK(shelf.find("停", node::Glance{4, 100, 1}) == Titles{"停水三"});
    }
    SECTION("one that only ends what is older may be missing, and that is said") {
        CHECK(shelf.find("一", node::Glance{4, 100, 3}).empty());
        CHECK_FALSE(shelf.hits.all);
        CHECK(shelf.hits.looked_at == 3);
    }
    SECTION("where there is no more, nothing is left open") {
        CHECK(shelf.find("一", node::Glance{4, 100, 5}) == Titles{"路灯一"});
        CHECK(shelf.hits.all);
    }
}

TEST_CASE("a list that is asked for quickly never claims a total that it doesn't know",
          "[search]") {
    Shelf shelf{{"路灯一", "路灯二", "路灯三", "路灯四", "路灯五"}};
    node::AppealFilter filter;
    filter.search = "灯";
    filter.limit = 2;
    node::AppealPage page = shelf.hub->list(filter);
    CHECK(page.total == 5);
    CHECK_FALSE(page.at_least);
    filter.quick = true;
    page = shelf.hub->list(filter);
    CHECK(titles_of(*shelf.hub.replica, filter) == Titles{"路灯五", "路灯四"});
    CHECK(page.total == 3);
    CHECK(page.at_least);
    filter.offset = 2;
    CHECK(titles_of(*shelf.hub.replica, filter) == Titles{"路灯三", "路灯二"});
    CHECK(shelf.hub->list(filter).total == 5);
    filter.offset = 4;
    CHECK(titles_of(*shelf.hub.replica, filter) == Titles{"路灯一"});
    CHECK_FALSE(shelf.hub->list(filter).at_least);
    // Beside other conditions one more than the page is read.
    filter.offset = 0;
    filter.state = page.rows.front().state;
    page = shelf.hub->list(filter);
    CHECK(page.rows.size() == 2);
    CHECK(page.total == 3);
    CHECK(page.at_least);
    filter.limit = 5;
    page = shelf.hub->list(filter);
    CHECK(page.total == 5);
    CHECK_FALSE(page.at_least);
}
