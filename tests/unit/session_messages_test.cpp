#include "sync/session/messages.hpp"

#include <catch2/catch.hpp>

using namespace jiuying;
using namespace jiuying::sync;

namespace {

Bytes encoded(const message::Any& item) {
    Bytes bytes;
    message::write(bytes, item);
    return bytes;
}

message::Any decoded(View bytes) {
    message::Reader reader{bytes};
    const Result<message::Any> item = reader.next();
    REQUIRE(item.has_value());
    REQUIRE(reader.empty());
    return *item;
}

Errc refusal(View bytes) {
    const Result<message::Any> item = message::Reader{bytes}.next();
    REQUIRE(!item.has_value());
    return item.error();
}

Hello full_hello() {
    Hello hello;
    hello.features = 0x80000000U;
    for (LaneHead& head : hello.have) head = {~0ULL, ~0ULL, {1, 2, 3}};
    hello.roster_version = ~0ULL;
    hello.wall_ms = std::numeric_limits<std::int64_t>::min();
    hello.unsent = ~0ULL;
    hello.credit = ~0U;
    hello.digest.fill(0xFF);
    hello.partial = PartialSegment{Lane::reference, ~0ULL, ~0U, {4, 5}, ~0U - 1, {}};
    hello.enrol = Enrol{{1}, {2}, {3}, {4}, 5, std::string(64, 'x')};
    return hello;
}

schema::RecordId id_of(std::uint8_t byte) {
    schema::RecordId id;
    id.bytes.fill(byte);
    return id;
}

}  // namespace

TEST_CASE("a HELLO fits one of five sizes, whatever it says", "[session]") {
    Hello hello;
    CHECK(encoded(hello).size() == 122);
    hello = full_hello();
    hello.partial.reset();
    hello.enrol.reset();
    for (LaneHead& head : hello.have) head.seq = 2'000'000;
    hello.have.back() = {};
    hello.features = 0;
    hello.roster_version = 100;
    hello.wall_ms = 1'795'000'000'000;
    hello.unsent = 100'000;
    hello.credit = 1U << 20U;
    CHECK(encoded(hello).size() == 122);
    hello.partial = PartialSegment{Lane::inbox, 100'000, 1'000'000, {}, 500'000, {}};
    CHECK(encoded(hello).size() == 187);
    hello.partial.reset();
    hello.enrol = Enrol{};
    CHECK(encoded(hello).size() == 323);
    Hello without_snapshot = full_hello();
    without_snapshot.have.back() = {};
    CHECK(encoded(without_snapshot).size() == 387);
    CHECK(encoded(full_hello()).size() == hello_bytes_max);
}

TEST_CASE("what is said is heard, byte for byte", "[session]") {
    const Bytes some(20, 3);
    message::Done done;
    done.heads[1] = LaneHead{1, 2, {3}};
    Hello part = full_hello();
    part.enrol.reset();
    part.have[1] = {};
    const std::vector<message::Any> items{
        Hello{},
        full_hello(),
        part,
        message::KeyWrap{Lane::inbox, some},
        message::SegmentStart{Lane::station, 7, 9, 1000, {1}, 999},
        message::SegmentStart{Lane::station, 1, ~0ULL, ~0U, {1}, 0},
        message::Chunk{some},
        message::Flush{},
        message::Receipt{some},
        message::Credit{1},
        message::Done{},
        done,
        message::Goodbye{CloseReason::lacks_own_words},
        message::Open{{{id_of(0), id_of(4)}, {id_of(5), id_of(5)}}},
        message::Ranges{{{{{id_of(2), 5, {1}}, {id_of(4), 300, {2}}}, {}}, {}}},
        message::Ranges{{{{}, {{id_of(5), {9}}, {id_of(6), {8}}}}}},
        message::Found{
            {{id_of(1), FoundRecord::Verdict::mended}, {id_of(2), FoundRecord::Verdict::missing}}},
        StationFacts{"0.1.0", 0, 0},
        StationFacts{std::string(32, '~'), disk_mib_max, disk_mib_max}};
    for (std::size_t i = 0; i < items.size(); ++i) {
        CAPTURE(i);
        const Bytes bytes = encoded(items[i]);
        const message::Any heard = decoded(bytes);
        CHECK(heard.index() == items[i].index());
        CHECK(encoded(heard) == bytes);
        // A shorter item is not another item.
        for (std::size_t size = 1; size < bytes.size(); ++size) {
            CHECK(!message::Reader{View{bytes}.first(size)}.next().has_value());
        }
    }
    const auto hello = std::get<Hello>(decoded(encoded(full_hello())));
    CHECK(hello.have == full_hello().have);
    CHECK(hello.wall_ms == full_hello().wall_ms);
    CHECK(hello.partial->length == ~0U - 1);
    CHECK(hello.enrol->name == std::string(64, 'x'));
}

TEST_CASE("several items share a message", "[session]") {
    Bytes bytes = encoded(message::Flush{});
    append(bytes, encoded(message::Credit{300}));
    message::Reader reader{bytes};
    CHECK(std::holds_alternative<message::Flush>(*reader.next()));
    CHECK(std::get<message::Credit>(*reader.next()).bytes == 300);
    CHECK(reader.empty());
}

TEST_CASE("what no version of ours writes is refused", "[session]") {
    Hello alien;
    alien.protocol_min = alien.protocol_max = 2;
    CHECK(refusal(encoded(alien)) == Errc::unsupported);
    CHECK(refusal(Bytes{1, 2, 2, 1}) == Errc::malformed);     // From version 2 to 1.
    CHECK(refusal(Bytes{2, 2, 5, 1}) == Errc::malformed);     // Lane 5.
    CHECK(refusal(Bytes{2, 1, 1}) == Errc::truncated);        // A key of no bytes.
    CHECK(refusal(Bytes{7, 1, 0}) == Errc::malformed);        // Credit of nothing.
    CHECK(refusal(Bytes{7, 2, 0x85, 0}) == Errc::malformed);  // Credit in an overlong form.
    CHECK(refusal(Bytes{7, 6, 0x80, 0x80, 0x80, 0x80, 0x80, 1}) == Errc::too_large);
    CHECK(refusal(Bytes{8, 1, 16}) == Errc::malformed);  // A fifth lane.
    CHECK(refusal(Bytes{9, 1, 1}) == Errc::malformed);   // Goodbye, done.
    CHECK(refusal(Bytes{9, 1, 18}) == Errc::malformed);
    CHECK(refusal(Bytes{14, 0}) == Errc::malformed);                   // Kind 14.
    CHECK(refusal(Bytes{13, 3, 0, 0, 0}) == Errc::malformed);          // Facts of no version.
    CHECK(refusal(Bytes{13, 4, 1, ' ', 0, 0}) == Errc::malformed);     // No version's letter.
    CHECK(refusal(Bytes{13, 4, 1, '1', 2, 1}) == Errc::malformed);     // More free than there is.
    CHECK(refusal(Bytes{13, 5, 1, '1', 1, 1, 0}) == Errc::malformed);  // Something behind them.
    CHECK(refusal(Bytes{13, 1, 33}) == Errc::too_large);
    CHECK(refusal(encoded(StationFacts{"1", 0, disk_mib_max + 1})) == Errc::malformed);
    CHECK(refusal(Bytes{10, 1, 0}) == Errc::malformed);  // No range.
    CHECK(refusal(Bytes{10, 1, 17}) == Errc::too_large);
    CHECK(refusal(Bytes{11, 1, 0}) == Errc::malformed);
    CHECK(refusal(Bytes{11, 3, 1, 1, 0}) == Errc::malformed);  // A range of no parts.
    CHECK(refusal(Bytes{11, 3, 1, 2, 0}) == Errc::malformed);
    CHECK(refusal(Bytes{12, 1, 0}) == Errc::malformed);
    CHECK(refusal(encoded(message::Open{{{id_of(2), id_of(1)}}})) == Errc::malformed);
    CHECK(refusal(encoded(message::Open{{{id_of(1), id_of(5)}, {id_of(5), id_of(7)}}})) ==
          Errc::malformed);  // They overlap.
    CHECK(refusal(encoded(message::Ranges{{{{}, {{id_of(3), {}}, {id_of(3), {}}}}}})) ==
          Errc::malformed);
    CHECK(refusal(encoded(message::Found{{{id_of(3), FoundRecord::Verdict{4}}}})) ==
          Errc::malformed);
    CHECK(refusal(encoded(message::Chunk{Bytes(16'385, 1)})) == Errc::too_large);
    CHECK(refusal(encoded(message::Receipt{Bytes(1025, 1)})) == Errc::too_large);
    Bytes hello = encoded(Hello{});
    hello[4] = 32;  // An unknown flag.
    CHECK(refusal(hello) == Errc::malformed);
    hello[4] = 1;  // A head that is all zero must not be spelt out.
    CHECK(refusal(hello) == Errc::malformed);
    message::SegmentStart start{Lane::station, 5, 5, 10, {}, 10};
    CHECK(refusal(encoded(start)) == Errc::malformed);  // Nothing left to send.
    start = {Lane::station, 0, 5, 10, {}, 0};
    CHECK(refusal(encoded(start)) == Errc::malformed);  // Numbers start at 1.
}
