#include "schema/ids.hpp"
#include "sync/types.hpp"
#include "tests/support/dice.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using schema::RecordId;

namespace {

/// The id that \p text names; a failed test if it names none.
RecordId parsed(std::string_view text) {
    RecordId id;
    REQUIRE(schema::parse_uuid(text, id.bytes));
    return id;
}

bool is_refused(std::string_view text) {
    RecordId id;
    return !schema::parse_uuid(text, id.bytes);
}

}  // namespace

TEST_CASE("an id is written with small letters and read back in either case", "[ids]") {
    const std::string text = "0193a5f0-7c00-7abc-8def-0123456789ab";
    CHECK(schema::to_text(parsed(text)) == text);
    CHECK(parsed("0193A5F0-7C00-7ABC-8DEF-0123456789AB") == parsed(text));

    test::Dice dice(1);
    for (int i = 0; i < 1'000; ++i) {
        RecordId id;
        for (std::uint8_t& byte : id.bytes) byte = static_cast<std::uint8_t>(dice.below(256));
        REQUIRE(parsed(schema::to_text(id)) == id);
    }
}

TEST_CASE("anything else is no id", "[ids]") {
    const std::string good = "0193a5f0-7c00-7abc-8def-0123456789ab";
    CHECK(is_refused(""));
    CHECK(is_refused(good.substr(1)));
    CHECK(is_refused(good + "0"));
    CHECK(is_refused("{" + good.substr(2) + "}"));
    CHECK(is_refused("0193a5f07c007abc8def0123456789ab"));
    CHECK(is_refused("0193a5f0-7c00-7abc-8def 0123456789ab"));
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = bad[i] == '-' ? '0' : '-';
        CHECK(is_refused(bad));
        bad[i] = 'g';
        CHECK(is_refused(bad));
    }
}

TEST_CASE("a new record's id holds its time, the version and the variant of RFC 9562", "[ids]") {
    // The example of RFC 9562, appendix A.6.
    const RecordId id = schema::make_record_id(
        0x017F22E279B0, {0xCC, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F});
    CHECK(schema::to_text(id) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");

    std::array<std::uint8_t, 10> ones{};
    ones.fill(0xFF);
    CHECK(schema::to_text(schema::make_record_id(1, ones)) ==
          "00000000-0001-7fff-bfff-ffffffffffff");
    CHECK(schema::to_text(schema::make_record_id(1, {})) == "00000000-0001-7000-8000-000000000000");
}

TEST_CASE("ids made later sort later, and a clock before 1970 still makes ids", "[ids]") {
    const std::array<std::uint8_t, 10> random{9, 9, 9, 9, 9, 9, 9, 9, 9, 9};
    CHECK(schema::make_record_id(1'800'000'000'000, random) <
          schema::make_record_id(1'800'000'000'001, {}));
    CHECK(schema::make_record_id(-5, random) == schema::make_record_id(0, random));
}

TEST_CASE("authors have an order that does not depend on who was met first", "[ids]") {
    const sync::Author anna{schema::NodeId{{1}}, 9};
    const sync::Author anna_again{schema::NodeId{{1}}, 10};
    const sync::Author bo{schema::NodeId{{2}}, 1};
    sync::Authors here;
    const auto bo_here = here.intern(bo);
    const auto again_here = here.intern(anna_again);
    const auto anna_here = here.intern(anna);
    CHECK(here.less(anna_here, again_here));
    CHECK(here.less(again_here, bo_here));
    CHECK_FALSE(here.less(bo_here, anna_here));
    CHECK_FALSE(here.less(bo_here, bo_here));
    CHECK(here.intern(bo) == bo_here);
    CHECK(here.find(anna) == anna_here);
    CHECK_FALSE(here.find({schema::NodeId{{3}}, 1}).has_value());
    CHECK(here.size() == 3);
}

TEST_CASE("a packed clock compares as its time does and gives both parts back", "[ids]") {
    const sync::Hlc hlc = sync::make_hlc(1'800'000'000'123, 7);
    CHECK(sync::wall_ms(hlc) == 1'800'000'000'123);
    CHECK(sync::counter(hlc) == 7);
    CHECK(hlc < sync::make_hlc(1'800'000'000'123, 8));
    CHECK(sync::make_hlc(1'800'000'000'123, 0xFFFF) < sync::make_hlc(1'800'000'000'124, 0));
}
