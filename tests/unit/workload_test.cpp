#include "tests/bench/workload.hpp"

#include "node/demo/grammar.hpp"

#include <zstd.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace jiuying;
using bench::Item;
using node::demo::characters;

namespace {

double mean_of(const std::vector<Item>& items, auto length_of) {
    double sum = 0;
    for (const Item& item : items) sum += static_cast<double>(length_of(item));
    return sum / static_cast<double>(items.size());
}

}  // namespace

TEST_CASE("the workload's texts are as long as real appeals and replies", "[workload]") {
    const auto items = bench::make_workload(2000, 1);
    REQUIRE(items.size() == 2000);
    CHECK(mean_of(items, [](const Item& i) { return characters(i.title); }) ==
          Approx(20).margin(2));
    CHECK(mean_of(items, [](const Item& i) { return characters(i.text); }) ==
          Approx(118).margin(6));
    CHECK(mean_of(items, [](const Item& i) { return characters(i.reply); }) ==
          Approx(61).margin(4));
    for (const Item& item : items) {
        CHECK(characters(item.text) >= 40);
        CHECK(characters(item.text) <= 400);
        CHECK((item.title + item.text + item.reply).find_first_of("[]{}|") == std::string::npos);
    }
}

TEST_CASE("the workload's texts are as hard to compress as real ones", "[workload]") {
    const auto items = bench::make_workload(2000, 1);
    const std::string columns = bench::columns_of(items);
    std::string packed(ZSTD_compressBound(columns.size()), '\0');
    const std::size_t size =
        ZSTD_compress(packed.data(), packed.size(), columns.data(), columns.size(), 12);
    REQUIRE_FALSE(ZSTD_isError(size));
    const double bytes_per_appeal = static_cast<double>(size) / static_cast<double>(items.size());
    CHECK(bytes_per_appeal > 150);  // Level 19 over 10,000 appeals gives about 195.
    CHECK(bytes_per_appeal < 260);
}

TEST_CASE("in the workload time runs forwards and about 120 people handle the orders",
          "[workload]") {
    const auto items = bench::make_workload(2000, 1);
    std::set<std::string_view> handlers;
    std::int64_t before_ms = 0;
    for (const Item& item : items) {
        CHECK(item.occurred_at_ms > before_ms);
        before_ms = item.occurred_at_ms;
        CHECK(item.edited_at_ms[0] > item.occurred_at_ms);
        CHECK(std::ranges::is_sorted(item.edited_at_ms));
        handlers.insert(item.handler);
    }
    CHECK(handlers.size() > 100);
    CHECK(handlers.size() <= 120);
    const std::int64_t span_ms = items.back().occurred_at_ms - items.front().occurred_at_ms;
    CHECK(span_ms > 300LL * 86'400'000);
    CHECK(span_ms < 430LL * 86'400'000);
}

TEST_CASE("the workload is the same for the same seed and takes texts from outside", "[workload]") {
    CHECK(bench::columns_of(bench::make_workload(200, 9)) ==
          bench::columns_of(bench::make_workload(200, 9)));
    CHECK(bench::columns_of(bench::make_workload(200, 9)) !=
          bench::columns_of(bench::make_workload(200, 10)));
    const std::vector<bench::Texts> texts{{"标题", "正文", "答复"}};
    const auto items = bench::make_workload(texts, 1);
    REQUIRE(items.size() == 1);
    CHECK(items[0].title == "标题");
    CHECK(items[0].text == "正文");
    CHECK(items[0].reply == "答复");
    CHECK(bench::make_workload(0, 1).empty());
}
