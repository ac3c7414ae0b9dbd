#include "node/import/mapping.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace jiuying::node;

namespace {

const std::vector<std::string> columns{"msg_id", "title", "detail", "created_at", "a=b", "时间"};

Mapping good(std::string_view map) {
    auto parsed = parse_mapping(map, appeal_import_fields(), columns);
    REQUIRE(std::holds_alternative<Mapping>(parsed));
    return std::get<Mapping>(std::move(parsed));
}
MappingError bad(std::string_view map) {
    auto parsed = parse_mapping(map, appeal_import_fields(), columns);
    REQUIRE(std::holds_alternative<MappingError>(parsed));
    return std::get<MappingError>(std::move(parsed));
}

}  // namespace

TEST_CASE("a map names for each field the column that fills it", "[import]") {
    const Mapping mapping = good("title=title, text = detail,occurred_at=created_at,ext_no=msg_id");
    CHECK(mapping.size() == 4);
    CHECK(column_for(mapping, "text") == 2);
    CHECK(column_for(mapping, "ext_no") == 0);
    CHECK(column_for(mapping, "phone") == std::nullopt);
    CHECK(column_for(good("place=a=b"), "place") == 4);
    CHECK(column_for(good("occurred_at=时间"), "occurred_at") == 5);
    CHECK(good("title=title,text=title").size() == 2);
}

TEST_CASE("a wrong map is answered with what there is", "[import]") {
    const MappingError field = bad("titel=title");
    CHECK(field.kind == MappingError::Kind::unknown_field);
    CHECK(field.text(Lang::en).find("titel; there are: type, title,") != std::string::npos);
    const MappingError column = bad("title=subject");
    CHECK(column.kind == MappingError::Kind::unknown_column);
    CHECK(column.text(Lang::zh) ==
          "文件里没有这一列：subject；可以用的有：msg_id、title、detail、created_at、a=b、时间");
    CHECK(bad("title=title,title=detail").kind == MappingError::Kind::duplicate_field);
    for (const char* map : {"", ",", "title", "title=", "=title", "title=title,", ",title=title"}) {
        INFO(map);
        CHECK(bad(map).kind == MappingError::Kind::malformed);
    }
}
