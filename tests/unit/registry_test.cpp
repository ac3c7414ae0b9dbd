#include "schema/registry.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <fstream>
#include <limits>
#include <optional>
#include <set>
#include <sstream>

using namespace jiuying;
using namespace jiuying::schema;

namespace {

constexpr std::array<std::string_view, 2> answers{"yes", "no"};
constexpr Field field(Kind kind, std::uint32_t max = 0) {
    Field made{1, "x", kind, Merge::last, Writer::any, Privacy::open, max, {}, "x", "x"};
    if (kind == Kind::choice) made.choices = answers;
    return made;
}

/// Nothing when \p value may stand there.
std::optional<Errc> refused(const Field& where, const Value& value) {
    const Result<void> checked = check_value(where, value);
    if (checked) return std::nullopt;
    return checked.error();
}

const Field& appeal_field(FieldId id) {
    const Field* found = find_field(*find_entity(registry(), EntityId::appeal), id);
    REQUIRE(found != nullptr);
    return *found;
}

}  // namespace

TEST_CASE("a text may have as many characters as its field says, however many bytes they take",
          "[registry]") {
    const Field four = field(Kind::text, 4);
    CHECK_FALSE(refused(four, std::string("abcd")));
    CHECK_FALSE(refused(four, std::string("鸠江区府")));
    CHECK_FALSE(refused(four, std::string("𠮷𠮷𠮷𠮷")));  // Four bytes each.
    CHECK_FALSE(refused(four, std::string()));
    CHECK(refused(four, std::string("abcde")) == Errc::out_of_bounds);
    CHECK(refused(four, std::string("鸠江区政府")) == Errc::out_of_bounds);
    CHECK(refused(four, std::string(1'000'000, 'a')) == Errc::out_of_bounds);

    const Field& title = appeal_field(appeal::title);
    CHECK_FALSE(refused(title, std::string(title.max, 'a')));
    CHECK(refused(title, std::string(title.max + 1, 'a')) == Errc::out_of_bounds);
}

TEST_CASE("text that is not UTF-8, or has a NUL in it, is refused", "[registry]") {
    const Field some = field(Kind::text, 40);
    CHECK(refused(some, std::string("\xC3(")) == Errc::not_utf8);
    CHECK(refused(some, std::string("\xED\xA0\x80")) == Errc::not_utf8);      // A surrogate.
    CHECK(refused(some, std::string("\xC0\xAF")) == Errc::not_utf8);          // Overlong.
    CHECK(refused(some, std::string("\xF4\x90\x80\x80")) == Errc::not_utf8);  // Above 10FFFF.
    CHECK(refused(some, std::string("\xE9\xB8")) == Errc::not_utf8);          // Cut short.
    CHECK(refused(some, std::string("a\0b", 3)) == Errc::malformed);
}

TEST_CASE("numbers, choices and yes-or-no fields keep their bounds", "[registry]") {
    const Field count = field(Kind::number, 9999);
    CHECK_FALSE(refused(count, std::int64_t{0}));
    CHECK_FALSE(refused(count, std::int64_t{9999}));
    CHECK(refused(count, std::int64_t{10'000}) == Errc::out_of_bounds);
    CHECK(refused(count, std::int64_t{-1}) == Errc::out_of_bounds);
    CHECK_FALSE(refused(field(Kind::number), std::numeric_limits<std::int64_t>::max()));
    CHECK(refused(field(Kind::number), std::int64_t{-1}) == Errc::out_of_bounds);

    const Field truth = field(Kind::boolean);
    CHECK_FALSE(refused(truth, std::int64_t{0}));
    CHECK_FALSE(refused(truth, std::int64_t{1}));
    CHECK(refused(truth, std::int64_t{2}) == Errc::out_of_bounds);

    const Field choice = field(Kind::choice);
    CHECK(refused(choice, std::int64_t{0}) == Errc::out_of_bounds);
    CHECK_FALSE(refused(choice, std::int64_t{1}));
    CHECK_FALSE(refused(choice, std::int64_t{2}));
    CHECK(refused(choice, std::int64_t{3}) == Errc::out_of_bounds);
    CHECK(refused(choice, std::int64_t{-1}) == Errc::out_of_bounds);

    CHECK_FALSE(refused(field(Kind::time), std::numeric_limits<std::int64_t>::min()));
}

TEST_CASE("bytes and record ids keep their sizes", "[registry]") {
    CHECK_FALSE(refused(field(Kind::bytes, 24), std::string(24, '\xFF')));
    CHECK(refused(field(Kind::bytes, 24), std::string(25, '\xFF')) == Errc::out_of_bounds);
    CHECK_FALSE(refused(field(Kind::record, 16), std::string(16, '\0')));
    CHECK(refused(field(Kind::record, 16), std::string(15, 'x')) == Errc::malformed);
    CHECK(refused(field(Kind::record, 16), std::string()) == Errc::malformed);
}

TEST_CASE("a value of the wrong kind is refused, nothing at all is allowed everywhere",
          "[registry]") {
    for (const Kind kind : {Kind::text, Kind::record, Kind::bytes, Kind::set}) {
        CHECK(refused(field(kind, 16), std::int64_t{1}) == Errc::malformed);
    }
    for (const Kind kind : {Kind::number, Kind::boolean, Kind::choice, Kind::time}) {
        CHECK(refused(field(kind, 16), std::string("1")) == Errc::malformed);
    }
    for (const Kind kind : {Kind::text, Kind::number, Kind::boolean, Kind::choice, Kind::time,
                            Kind::record, Kind::bytes, Kind::set}) {
        CHECK_FALSE(refused(field(kind, 16), Value{}));
    }
}

TEST_CASE("choices are numbered from one, and what is no choice has no number", "[registry]") {
    const Field choice = field(Kind::choice);
    CHECK(choice_number(choice, "yes") == 1);
    CHECK(choice_number(choice, "no") == 2);
    CHECK(choice_number(choice, "maybe") == 0);
    CHECK(choice_number(choice, "") == 0);
    CHECK(choice_name(choice, 2) == "no");
    CHECK(choice_name(choice, 0).empty());
    CHECK(choice_name(choice, 3).empty());
    CHECK(choice_name(choice, std::numeric_limits<std::int64_t>::min()).empty());
    for (const Entity& entity : registry()) {
        for (const Field& one : entity.fields) {
            for (const std::string_view name : one.choices) {
                CHECK(choice_name(one, choice_number(one, name)) == name);
            }
        }
    }
}

TEST_CASE("everything declared is found by id and by name, and nothing else", "[registry]") {
    for (const Entity& entity : registry()) {
        CHECK(find_entity(registry(), entity.id) == &entity);
        CHECK(find_entity(registry(), entity.name) == &entity);
        for (const Field& one : entity.fields) {
            CHECK(find_field(entity, one.id) == &one);
            CHECK(find_field(entity, one.name) == &one);
        }
        CHECK(find_field(entity, FieldId{0}) == nullptr);
        CHECK(find_field(entity, FieldId{60'000}) == nullptr);
        CHECK(find_field(entity, "no_such_field") == nullptr);
    }
    CHECK(find_entity(registry(), EntityId{60'000}) == nullptr);
    CHECK(find_entity(registry(), "no_such_entity") == nullptr);
    CHECK(find_entity({}, EntityId::appeal) == nullptr);
}

TEST_CASE("no id and no name is used twice, and every field has its labels", "[registry]") {
    std::set<EntityId> entity_ids;
    std::set<std::string_view> entity_names;
    for (const Entity& entity : registry()) {
        INFO(entity.name);
        CHECK(entity_ids.insert(entity.id).second);
        CHECK(entity_names.insert(entity.name).second);
        std::set<FieldId> ids;
        std::set<std::string_view> names;
        for (const Field& one : entity.fields) {
            INFO(one.name);
            CHECK(ids.insert(one.id).second);
            CHECK(names.insert(one.name).second);
            CHECK_FALSE(one.zh.empty());
            CHECK_FALSE(one.en.empty());
            std::set<std::string_view> choices(one.choices.begin(), one.choices.end());
            CHECK(choices.size() == one.choices.size());
        }
    }
}

TEST_CASE("fields merge as the design says", "[registry]") {
    for (const FieldId id :
         {appeal::number, appeal::registered_at, appeal::channel, appeal::ext_no, appeal::category,
          appeal::complexity, appeal::hub_order_no, appeal::policy, appeal::lead_unit}) {
        CHECK(appeal_field(id).merge == Merge::owner);
    }
    for (const FieldId id : {appeal::title, appeal::text, appeal::place, appeal::region,
                             appeal::occurred_at, appeal::type}) {
        CHECK(appeal_field(id).merge == Merge::last);
    }
    for (const FieldId id : {appeal::contact, appeal::phone, appeal::address, appeal::uscc}) {
        CHECK(appeal_field(id).merge == Merge::ask);
        CHECK(appeal_field(id).privacy == Privacy::personal);
    }
    CHECK(appeal_field(appeal::tags).merge == Merge::set);
    CHECK(appeal_field(appeal::reminders).merge == Merge::largest);
    for (const EntityId id : {EntityId::work_order_event, EntityId::note}) {
        for (const Field& one : find_entity(registry(), id)->fields) {
            CHECK(one.merge == Merge::append);
        }
    }
}

TEST_CASE("a code that acts fits where actors are named, in bytes", "[registry]") {
    const Field& code = *find_field(*find_entity(registry(), EntityId::staff), staff::code);
    CHECK_FALSE(refused(code, std::string(staff_code_bytes_max, 'a')));
    CHECK_FALSE(refused(code, std::string("工号工号工号工号工号01")));  // 32 bytes.
    CHECK(refused(code, std::string("工号工号工号工号工号工")) == Errc::out_of_bounds);  // 33.
}

TEST_CASE("the reference page tells who gets a field and by which fields records are found",
          "[registry]") {
    static constexpr std::array fields{Field{1,
                                             "a",
                                             Kind::text,
                                             Merge::last,
                                             Writer::any,
                                             Privacy::open,
                                             9,
                                             {},
                                             "甲",
                                             "a",
                                             Audience::hub,
                                             true,
                                             12}};
    const std::array<Entity, 1> entities{
        Entity{EntityId::unit, "x", Home::scope, fields, "x", "x"}};
    const std::string page = registry_page(entities);
    CHECK(page.find("| privacy | audience | indexed |") != std::string::npos);
    CHECK(page.find("| 9, at most 12 bytes | last | any | open | hub | yes |") !=
          std::string::npos);
}

TEST_CASE("the reference page is what the tables say", "[registry]") {
    std::ifstream file(JIUYING_SOURCE_DIR "/docs/reference/registry.md", std::ios::binary);
    REQUIRE(file.good());
    std::ostringstream page;
    page << file.rdbuf();
    const bool equal = page.str() == registry_page(registry());
    INFO("after a change to the tables: jiuying generate registry > docs/reference/registry.md");
    CHECK(equal);
}
