// JSON files as rows: arrays, objects one after the other, and what is broken in them.
#include "node/import/json_rows.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::node;

namespace {

/// Columns, then rows; whatever the pieces in which the bytes come.
std::vector<std::string> read(std::string_view text, std::size_t piece_max = SIZE_MAX,
                              const RowLimits& limits = {}) {
    MemorySource source{sync::as_view(text), piece_max};
    JsonRows rows{source, limits};
    std::vector<std::string> all;
    if (const auto failure = rows.open()) {
        return {std::string{text_of(failure->problem, Lang::en)}};
    }
    const auto joined = [](const auto& parts) {
        std::string line;
        for (const auto& part : parts) line.append(part).append("|");
        line.pop_back();
        return line;
    };
    all.push_back(joined(rows.columns()));
    for (;;) {
        const RowSource::Item item = rows.next();
        if (const auto* row = std::get_if<SourceRow>(&item)) {
            all.push_back(joined(row->fields));
        } else if (const auto* bad = std::get_if<BadRow>(&item)) {
            all.push_back(std::to_string(bad->number) + " " + std::string{name_of(bad->problem)});
        } else {
            const auto* failure = std::get_if<SourceFailure>(&item);
            if (failure != nullptr) all.push_back(std::string{text_of(failure->problem, Lang::en)});
            return all;
        }
    }
}

const std::string broken{text_of(FileProblem::not_json, Lang::en)};

}  // namespace

TEST_CASE("each object is a row, in an array or one after the other", "[import][json]") {
    const std::vector<std::string> expected{"a|b", "1|", "|x"};
    CHECK(read(R"([{"a":1},{"b":"x"}])") == expected);
    CHECK(read("{\"a\":1}\n{\"b\":\"x\"}\n") == expected);
    CHECK(read("\xEF\xBB\xBF [ {\"a\" : 1} ,\n {\"b\":\"x\"} ] \n") == expected);
    for (std::size_t piece = 1; piece < 9; ++piece) {
        CHECK(read("\xEF\xBB\xBF[{\"a\":1},{\"b\":\"x\"}]", piece) == expected);
    }
}

TEST_CASE("members of inner objects have names with points", "[import][json]") {
    CHECK(read(R"([{"p":{"n":"甲","q":{"r":true}},"l":["一","二"],"z":null,"k":13900000001}])") ==
          std::vector<std::string>{"k|l|p.n|p.q.r|z", "13900000001|一、二|甲|true|"});
}

TEST_CASE("brackets and quotes inside of texts divide nothing", "[import][json]") {
    CHECK(read(R"([{"a":"}]{[\"\\"},{"a":"二"}])") ==
          std::vector<std::string>{"a", "}]{[\"\\", "二"});
}

TEST_CASE("a broken object costs its own row", "[import][json]") {
    CHECK(read(R"([{"a":1},{"a":},{"a":3}])") ==
          std::vector<std::string>{"a", "1", "2 not_json", "3"});
    CHECK(read("[{\"a\":1},{\"a\":\"\xFF\"},{\"a\":3}]") ==
          std::vector<std::string>{"a", "1", "2 not_json", "3"});
    CHECK(read(R"([{"a":"\u0000"},{"a":2}])") == std::vector<std::string>{"a", "1 nul_byte", "2"});
    RowLimits small;
    small.row_bytes_max = 20;
    CHECK(read(R"([{"a":"123456789012345"},{"a":2}])", 3, small) ==
          std::vector<std::string>{"a", "1 field_too_large", "2"});
}

TEST_CASE("a file that is something else is refused, after the rows before", "[import][json]") {
    CHECK(read(R"([{"a":1}, 5, {"a":2}])") == std::vector<std::string>{"a", "1", broken});
    CHECK(read(R"([{"a":1})") == std::vector<std::string>{"a", "1", broken});
    CHECK(read(R"([{"a":1},{"a")") == std::vector<std::string>{"a", "1", broken});
    CHECK(read(R"([{"a":1}] x)") == std::vector<std::string>{"a", "1", broken});
    CHECK(read(R"([{"a":1}{"a":2}])") == std::vector<std::string>{"a", "1", broken});
    CHECK(read(R"([,{"a":1}])") == std::vector<std::string>{broken});
    CHECK(read("\xEF\xBB{}") == std::vector<std::string>{broken});
    const std::string empty{text_of(FileProblem::no_header, Lang::en)};
    CHECK(read("[]") == std::vector<std::string>{empty});
    CHECK(read(" \n") == std::vector<std::string>{empty});
}
