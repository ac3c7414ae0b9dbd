#include "node/commands/choice_words.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::node;
using schema::EntityId;
using schema::Value;

namespace {

const schema::Field& field(std::string_view name, EntityId entity = EntityId::appeal) {
    const schema::Field* found = named_field(entity_of(entity), name);
    REQUIRE(found != nullptr);
    return *found;
}

Value good(std::string_view name, std::string_view text) {
    auto read = read_value(field(name), text);
    REQUIRE(std::holds_alternative<Value>(read));
    return std::get<Value>(read);
}

Error refused(std::string_view name, std::string_view text) {
    auto read = read_value(field(name), text);
    REQUIRE(std::holds_alternative<Refusal>(read));
    return std::get<Refusal>(read).error;
}

std::string shown(std::string_view name, std::string_view text) {
    return json::serialize(to_json(field(name), good(name, text)));
}

}  // namespace

TEST_CASE("a choice is read by its identifier and by its Chinese word") {
    CHECK(good("type", "complaint") == good("type", "投诉"));
    CHECK(good("type", " 建言 ") == good("type", "suggestion"));
    CHECK(good("type", "投诉/求助") == good("type", "complaint"));
    CHECK(good("type", "别的/表扬") == good("type", "praise"));
    CHECK(shown("type", "举报") == R"("tip_off")");
    CHECK(refused("type", "吵架") == Error::unknown_type);
    CHECK(refused("urgency", "很急") == Error::value_out_of_bounds);
}

TEST_CASE("a text is kept as it is, and refused rather than cut") {
    CHECK(good("title", "  两边有空格 ") == Value{std::string{"  两边有空格 "}});
    CHECK(good("title", "").index() == 0);
    const std::string longest(200 * 3, '\0');
    std::string han;
    for (int i = 0; i < 200; ++i) han += "鸠";
    CHECK(good("title", han) == Value{han});
    CHECK(refused("title", han + "江") == Error::value_too_long);
    CHECK(refused("title", longest) == Error::not_utf8);
    CHECK(refused("title", "\xC4\xE3") == Error::not_utf8);
    CHECK(refused("text", std::string(1'000'000, 'x')) == Error::value_too_long);
}

TEST_CASE("times without a zone are Beijing times and print as such") {
    CHECK(shown("occurred_at", "2026-11-23") == R"("2026-11-23T00:00:00+08:00")");
    CHECK(shown("occurred_at", "2026-11-23T09:30:00Z") == R"("2026-11-23T17:30:00+08:00")");
    CHECK(refused("occurred_at", "2026-02-30") == Error::bad_date);
    CHECK(refused("occurred_at", "昨天") == Error::bad_date);
}

TEST_CASE("numbers and yes or no are read strictly") {
    CHECK(shown("people_affected", " 12 ") == "12");
    CHECK(refused("people_affected", "12人") == Error::value_out_of_bounds);
    CHECK(refused("people_affected", "-1") == Error::value_out_of_bounds);
    CHECK(shown("anonymous", "是") == "true");
    CHECK(shown("anonymous", "no") == "false");
    CHECK(refused("anonymous", "也许") == Error::value_out_of_bounds);
}

TEST_CASE("a credit code with a wrong check character is refused") {
    CHECK(refused("uscc", "913402070000000000") == Error::bad_credit_code);
    CHECK(refused("uscc", "12345") == Error::bad_credit_code);
    CHECK(good("uscc", "  ").index() == 0);
}

TEST_CASE("words of a set are added and taken away by their sign") {
    CHECK(good("tags", "+急 -慢,夜间、") == Value{std::string{"+急\n-慢\n+夜间"}});
    CHECK(good("tags", " , ").index() == 0);
    const auto array = read_value(field("tags"), json::value(json::array{"急", "慢 一点"}));
    CHECK(std::get<Value>(array) == Value{std::string{"+急\n+慢 一点"}});
    CHECK(to_json(field("tags"), Value{std::string{"急\n慢"}}) == json::array{"急", "慢"});
    std::string long_word;
    for (int i = 0; i < 41; ++i) long_word += "长";
    CHECK(refused("tags", long_word) == Error::value_too_long);
}

TEST_CASE("JSON of the wrong kind is refused with the field's name") {
    CHECK_THROWS_AS(require_value(field("title"), json::value(json::array{})), Failure);
    try {
        (void)require_value(field("title"), json::value(true));
    } catch (const Failure& failure) {
        CHECK(failure.error() == Error::bad_value);
        CHECK(failure.details().front().second == "title");
    }
    CHECK(std::get<Value>(read_value(field("phone"), json::value(19900001234))) ==
          Value{std::string{"19900001234"}});
}

TEST_CASE("a field goes by its name, with dashes, and by its Chinese label") {
    CHECK(named_field(entity_of(EntityId::appeal), "occurred-at") == &field("occurred_at"));
    CHECK(named_field(entity_of(EntityId::appeal), "标题") == &field("title"));
    CHECK(named_field(entity_of(EntityId::appeal), "nonsense") == nullptr);
    CHECK_FALSE(is_filled_in(entity_of(EntityId::appeal), field("number")));
    CHECK(is_filled_in(entity_of(EntityId::appeal), field("phone")));
}

TEST_CASE("white space of any kind is blank") {
    CHECK(is_blank(" \t\r\n\u3000"));
    CHECK(is_blank(""));
    CHECK_FALSE(is_blank("\u3000无"));
}

TEST_CASE("a record's id survives as a value") {
    schema::RecordId id;
    id.bytes = {1, 2, 3, 0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255};
    schema::RecordId back;
    REQUIRE(record_in(record_value(id), back));
    CHECK(back == id);
    CHECK_FALSE(record_in(Value{std::string{"short"}}, back));
}

TEST_CASE("every choice and every state has a Chinese word for the screen") {
    for (const schema::Entity& entity : schema::registry()) {
        for (const schema::Field& one : entity.fields) {
            for (const std::string_view choice : one.choices) {
                INFO(choice);
                CHECK(word_for(choice) != choice);
            }
        }
    }
    CHECK(word_for("visit_pending") == "待回访");
    CHECK(word_for("registered") == "已登记");
    CHECK(word_for("unit_added") == "加派");
    CHECK(word_for("no_such_word") == "no_such_word");
}
