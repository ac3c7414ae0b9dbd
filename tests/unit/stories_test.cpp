#include "node/demo/stories.hpp"

#include "node/demo/grammar.hpp"
#include "schema/regions_340207.hpp"
#include "schema/registry.hpp"
#include "schema/uscc.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace jiuying;
using node::DemoAppeal;

namespace {

bool is_choice(schema::EntityId entity, std::string_view field, std::string_view choice) {
    const auto* found = schema::find_field(*schema::find_entity(schema::registry(), entity), field);
    return std::ranges::find(found->choices, choice) != found->choices.end();
}

void check_appeal(const DemoAppeal& appeal) {
    INFO(appeal.title << "\n" << appeal.text);
    CHECK(is_choice(schema::EntityId::appeal, "type", appeal.type));
    CHECK(node::demo::characters(appeal.title) <= 40);
    CHECK(node::demo::characters(appeal.text) >= 60);
    CHECK(node::demo::characters(appeal.text) <= 300);
    CHECK(appeal.text.find_first_of("[]{}|") == std::string::npos);
    CHECK(appeal.title.find_first_of("[]{}|") == std::string::npos);
    for (const std::string_view slip : {"，，", "。。", "，。", "。，", "；。", "、。"}) {
        CHECK(appeal.text.find(slip) == std::string::npos);
    }
    CHECK(appeal.phone.size() == 11);
    CHECK((appeal.phone.starts_with("1990000") || appeal.phone.starts_with("055300")));
    const auto regions = schema::regions_340207();
    CHECK(std::ranges::find(regions, appeal.region, &schema::RegionRow::code) != regions.end());
    CHECK(appeal.region != "340207");
    CHECK_FALSE(appeal.place.empty());
    CHECK_FALSE(appeal.contact.empty());
}

}  // namespace

TEST_CASE("three hundred invented appeals are all different and keep to their bounds",
          "[stories]") {
    const auto appeals = node::demo_appeals(300, 20261123);
    REQUIRE(appeals.size() == 300);
    std::set<std::string> texts;
    std::set<std::string> types;
    for (const DemoAppeal& appeal : appeals) {
        check_appeal(appeal);
        texts.insert(appeal.text);
        types.insert(appeal.type);
    }
    CHECK(texts.size() == 300);
    CHECK(types.size() == 6);
}

TEST_CASE("every story keeps to its bounds in many forms", "[stories]") {
    for (const DemoAppeal& appeal : node::demo_appeals(3000, 5)) check_appeal(appeal);
    for (const auto& request : node::salon_requests(600, 5)) check_appeal(request.appeal);
}

TEST_CASE("the same seed tells the same appeals, another seed others", "[stories]") {
    const auto first = node::demo_appeals(80, 7);
    const auto again = node::demo_appeals(80, 7);
    const auto other = node::demo_appeals(80, 8);
    CHECK(std::ranges::equal(first, again, {}, &DemoAppeal::text, &DemoAppeal::text));
    CHECK_FALSE(std::ranges::equal(first, other, {}, &DemoAppeal::text, &DemoAppeal::text));
}

TEST_CASE("the salon's eight firms have valid credit codes and each brings a request",
          "[stories]") {
    std::set<std::string> codes;
    for (const auto& firm : node::demo_firms()) {
        INFO(firm.name);
        CHECK(schema::check_uscc(firm.uscc).has_value());
        CHECK(is_choice(schema::EntityId::enterprise, "class", firm.enterprise_class));
        codes.insert(firm.uscc);
    }
    CHECK(codes.size() == 8);
    std::set<std::size_t> asking;
    std::set<std::string> titles;
    for (const auto& request : node::salon_requests(20, 20261123)) {
        asking.insert(request.firm);
        titles.insert(request.appeal.title);
    }
    CHECK(asking.size() == 8);
    CHECK(titles.size() == 20);
}

TEST_CASE("the dice fall the same on every machine", "[stories]") {
    node::demo::Dice dice{0};
    CHECK(dice.next() == 0xe220a8397b1dcdafu);  // The published first value of SplitMix64.
    for (int i = 0; i < 1000; ++i) CHECK(dice.below(3) < 3);
}

TEST_CASE("a pattern's marks may be nested", "[stories]") {
    node::demo::Dice dice{1};
    node::demo::Writer writer{
        dice,
        [](std::string_view, node::demo::Dice&) { return std::string_view{"[甲|乙]{1-1}"}; },
        {}};
    for (int i = 0; i < 50; ++i) {
        const std::string text = writer.expand("[x{name}y|x{name}[y|y]]");
        CHECK((text == "x甲1y" || text == "x乙1y"));
    }
}
