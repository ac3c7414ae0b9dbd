#include "node/import/mapping.hpp"
#include "node/import/csv.hpp"
#include "node/import/json_rows.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace jiuying;
using namespace jiuying::node;

namespace {

constexpr std::array<std::string_view, 7> fields{"type",  "title",       "text",  "phone",
                                                 "place", "occurred_at", "ext_no"};
constexpr std::string_view csv_header = "msg_id,title,detail,created_at,a=b,时间\n";

Mapping good(std::string_view map) {
    auto parsed = parse_mapping(map, fields);
    REQUIRE(std::holds_alternative<Mapping>(parsed));
    return std::get<Mapping>(std::move(parsed));
}
MappingError bad(std::string_view map) {
    auto parsed = parse_mapping(map, fields);
    REQUIRE(std::holds_alternative<MappingError>(parsed));
    return std::get<MappingError>(std::move(parsed));
}

std::variant<std::vector<std::size_t>, MappingError> found_in_csv(std::string_view map) {
    MemorySource source{sync::as_view(csv_header)};
    CsvReader rows{source};
    REQUIRE_FALSE(rows.open());
    return find_columns(good(map), rows);
}

}  // namespace

TEST_CASE("a map names for each field the column that fills it", "[import]") {
    using Places = std::vector<std::size_t>;
    const auto places = [](std::string_view map) {
        auto found = found_in_csv(map);
        REQUIRE(std::holds_alternative<Places>(found));
        return std::get<Places>(found);
    };
    CHECK(places("title=title, text = detail,occurred_at=created_at,ext_no=msg_id") ==
          Places{1, 2, 3, 0});
    CHECK(places("place=a=b") == Places{4});
    CHECK(places("occurred_at=时间") == Places{5});
    CHECK(places("title=title,text=title") == Places{1, 1});
}

TEST_CASE("a wrong map is answered with what there is", "[import]") {
    const MappingError field = bad("titel=title");
    CHECK(field.kind == MappingError::Kind::unknown_field);
    CHECK(field.text(Lang::en).find("titel; there are: type, title,") != std::string::npos);
    const auto found = found_in_csv("title=subject");
    REQUIRE(std::holds_alternative<MappingError>(found));
    const MappingError& column = std::get<MappingError>(found);
    CHECK(column.kind == MappingError::Kind::unknown_column);
    CHECK(column.text(Lang::zh) ==
          "文件里没有这一列：subject；可以用的有：msg_id、title、detail、created_at、a=b、时间");
    CHECK(bad("title=title,title=detail").kind == MappingError::Kind::duplicate_field);
    for (const char* map : {"", ",", "title", "title=", "=title", "title=title,", ",title=title"}) {
        INFO(map);
        CHECK(bad(map).kind == MappingError::Kind::malformed);
    }
}

TEST_CASE("objects may lack columns, but not all that are mapped", "[import]") {
    const auto found = [](std::string_view map) {
        MemorySource source{sync::as_view(R"([{"title":"一"},{"title":"二","phone":"3"}])")};
        JsonRows rows{source};
        REQUIRE_FALSE(rows.open());
        return find_columns(good(map), rows);
    };
    CHECK(std::holds_alternative<std::vector<std::size_t>>(found("title=title,place=where")));
    CHECK(std::holds_alternative<MappingError>(found("text=detail,place=where")));
}

TEST_CASE("a word of a file means what the mapping says, else what it is", "[import]") {
    auto word = parse_value_word("type: 投诉:举报 = complaint", fields);
    REQUIRE(std::holds_alternative<ValueWord>(word));
    ImportMapping mapping;
    mapping.values.push_back(std::get<ValueWord>(word));
    CHECK(meaning(mapping, "type", " 投诉:举报 ") == "complaint");
    CHECK(meaning(mapping, "type", "投诉") == "投诉");
    CHECK(meaning(mapping, "title", "投诉:举报") == "投诉:举报");
    for (const char* text : {"type", "type:a", "type=a", "type:=a", "kind:a=b", "a=b:c"}) {
        INFO(text);
        CHECK(std::holds_alternative<MappingError>(parse_value_word(text, fields)));
    }
}

TEST_CASE("a mapping is written as a document and read back", "[import]") {
    ImportMapping mapping{"热线",
                          "xlsx",
                          "12345",
                          {{"title", "标题, 摘要"}, {"phone", "电话"}},
                          {{"type", "投诉举报", "complaint"}},
                          {{"place", "鸠江"}},
                          "明细",
                          3};
    const auto read = mapping_from_json(to_json(mapping), fields);
    REQUIRE(std::holds_alternative<ImportMapping>(read));
    CHECK(to_json(std::get<ImportMapping>(read)) == to_json(mapping));
    for (const char* document :
         {R"({})", R"({"columns":{}})", R"({"columns":{"title":1}})", R"({"columns":[]})",
          R"({"columns":{"title":"t"},"more":1})", R"({"columns":{"titel":"t"}})",
          R"({"columns":{"title":"t"},"header_row":-1})",
          R"({"columns":{"title":"t"},"values":{"type":[]}})",
          R"({"columns":{"title":"t"},"values":{"type":{"a":1}}})",
          R"({"columns":{"title":"t"},"name":5})"}) {
        INFO(document);
        const auto wrong = mapping_from_json(boost::json::parse(document).as_object(), fields);
        CHECK(std::holds_alternative<MappingError>(wrong));
    }
}
