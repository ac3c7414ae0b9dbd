#include "node/demo/shell_words.hpp"

#include <catch2/catch.hpp>

using jiuying::node::typed;

TEST_CASE("a command is printed as a shell takes it", "[demo]") {
    CHECK(typed("appeal") == "appeal");
    CHECK(typed("/tmp/demo-a1/SHG01") == "/tmp/demo-a1/SHG01");
    CHECK(typed("路灯") == "路灯");
    CHECK(typed("127.0.0.1:7340") == "127.0.0.1:7340");
    CHECK(typed("a folder") == "'a folder'");
    CHECK(typed("it's") == "'it'\\''s'");
    CHECK(typed("$(x);`y`") == "'$(x);`y`'");
    CHECK(typed("") == "''");
}
