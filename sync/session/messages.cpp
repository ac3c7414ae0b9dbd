#include "sync/session/messages.hpp"

#include "schema/assert.hpp"
#include "schema/utf8.hpp"
#include "sync/archive/wire.hpp"

#include <algorithm>

namespace jiuying::sync {

bool is_program_version(std::string_view text) {
    constexpr std::string_view marks = ".+-~";
    return !text.empty() && text.size() <= program_version_bytes_max &&
           std::ranges::all_of(text, [&](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      marks.find(c) != marks.npos;
           });
}

namespace message {
namespace {

enum class Kind : std::uint8_t {
    hello = 1,
    key_wrap,
    segment_start,
    chunk,
    flush,
    receipt,
    credit,
    done,
    goodbye,
    open,
    ranges,
    found,
    facts,
};

/// Sizes of a HELLO's body: usual, with a partial segment, with an enrolment, with both, with a
/// snapshot's place as well.
constexpr std::array<std::size_t, 5> hello_sizes{120, 184, 320, 384, 448};

/// Bits of a HELLO's flags, beside those of the lanes.
constexpr std::uint8_t has_partial = 8;
constexpr std::uint8_t has_enrol = 16;
constexpr std::uint8_t hello_flags_end = 64;

std::uint8_t lane_bit(std::size_t index) { return static_cast<std::uint8_t>(1U << index); }

/// The first three lanes have the lowest bits, the fourth the one that was free when it came.
std::uint8_t place_bit(std::size_t index) { return index < 3 ? lane_bit(index) : 32; }

std::size_t padded_hello_size(std::size_t size) {
    for (const std::size_t step : hello_sizes) {
        if (size <= step) return step;
    }
    return 0;
}

// --- Writing ------------------------------------------------------------------------------------

void write_head(WireWriter& out, const LaneHead& head) {
    out.fixed64(head.epoch);
    out.varint(head.seq);
    out.raw(head.chain);
}

void write_lane(WireWriter& out, Lane lane) { out.byte(static_cast<std::uint8_t>(lane)); }

void write_enrol(WireWriter& out, const Enrol& enrol) {
    JY_ASSERT(enrol.name.size() <= node_name_bytes_max);
    out.raw(enrol.invitation);
    out.raw(enrol.mac);
    out.raw(enrol.sign_key);
    out.raw(enrol.box_key);
    out.fixed64(enrol.epoch);
    out.counted(as_view(enrol.name));
}

void write_body(WireWriter& out, const Hello& hello) {
    out.varint(hello.protocol_min);
    out.varint(hello.protocol_max);
    std::uint8_t flags = 0;
    for (std::size_t i = 0; i < hello.have.size(); ++i) {
        if (hello.have[i] != LaneHead{}) flags |= place_bit(i);
    }
    if (hello.partial) flags |= has_partial;
    if (hello.enrol) flags |= has_enrol;
    out.byte(flags);
    out.varint(hello.features);
    for (const LaneHead& head : hello.have) {
        if (head != LaneHead{}) write_head(out, head);
    }
    out.varint(hello.roster_version);
    out.signed_varint(hello.wall_ms);
    out.varint(hello.unsent);
    out.varint(hello.credit);
    out.raw(hello.digest);
    if (hello.partial) {
        write_lane(out, hello.partial->lane);
        out.varint(hello.partial->first);
        out.varint(hello.partial->size);
        out.raw(hello.partial->hash);
        out.varint(hello.partial->length);
    }
    if (hello.enrol) write_enrol(out, *hello.enrol);
    const std::size_t size = padded_hello_size(out.bytes().size());
    JY_ASSERT(size != 0);
    out.bytes().resize(size);
}

void write_body(WireWriter& out, const KeyWrap& key) {
    write_lane(out, key.lane);
    out.raw(key.wrap);
}

void write_body(WireWriter& out, const SegmentStart& start) {
    write_lane(out, start.lane);
    out.varint(start.first);
    out.varint(start.last - start.first);
    out.varint(start.size);
    out.raw(start.hash);
    out.varint(start.offset);
}

void write_body(WireWriter& out, const Chunk& chunk) { out.raw(chunk.bytes); }
void write_body(WireWriter&, const Flush&) {}
void write_body(WireWriter& out, const Receipt& receipt) { out.raw(receipt.receipt); }
void write_body(WireWriter& out, const Credit& credit) { out.varint(credit.bytes); }

void write_body(WireWriter& out, const Done& done) {
    std::uint8_t moved = 0;
    for (std::size_t i = 0; i < done.heads.size(); ++i) {
        if (done.heads[i]) moved |= lane_bit(i);
    }
    out.byte(moved);
    for (const auto& head : done.heads) {
        if (head) write_head(out, *head);
    }
}

void write_body(WireWriter& out, const Goodbye& goodbye) {
    out.byte(static_cast<std::uint8_t>(goodbye.reason));
}

void write_body(WireWriter& out, const Open& open) {
    out.varint(open.ranges.size());
    for (const IdRange& range : open.ranges) {
        out.raw(range.first.bytes);
        out.raw(range.last.bytes);
    }
}

void write_body(WireWriter& out, const Ranges& ranges) {
    out.varint(ranges.ranges.size());
    for (const OpenedRange& range : ranges.ranges) {
        JY_ASSERT(range.parts.empty() || range.records.empty());
        out.byte(range.parts.empty() ? 0 : 1);
        out.varint(range.parts.size() + range.records.size());
        for (const RangePart& part : range.parts) {
            out.raw(part.last.bytes);
            out.varint(part.records);
            out.raw(part.sum);
        }
        for (const RecordSum& record : range.records) {
            out.raw(record.id.bytes);
            out.raw(record.digest);
        }
    }
}

void write_body(WireWriter& out, const Found& found) {
    out.varint(found.found.size());
    for (const FoundRecord& one : found.found) {
        out.raw(one.id.bytes);
        out.byte(static_cast<std::uint8_t>(one.verdict));
    }
}

void write_body(WireWriter& out, const StationFacts& facts) {
    JY_ASSERT(is_program_version(facts.version));
    out.counted(as_view(facts.version));
    out.varint(facts.free_mib);
    out.varint(facts.total_mib);
}

// --- Reading ------------------------------------------------------------------------------------

using jiuying::sync::detail::refuse;

LaneHead read_head(WireReader& in) {
    LaneHead head;
    head.epoch = in.fixed64();
    head.seq = in.varint();
    head.chain = in.fixed<16>();
    return head;
}

Lane read_lane(WireReader& in) {
    const std::uint8_t lane = in.byte();
    if (lane < 1 || lane > lane_count) refuse(Errc::malformed);
    return Lane{lane};
}

PartialSegment read_partial(WireReader& in) {
    PartialSegment partial;
    partial.lane = read_lane(in);
    partial.first = in.varint();
    partial.size = in.varint_as<std::uint32_t>();
    partial.hash = in.fixed<16>();
    partial.length = in.varint_as<std::uint32_t>();
    if (partial.length == 0 || partial.length >= partial.size) refuse(Errc::malformed);
    return partial;
}

Enrol read_enrol(WireReader& in) {
    Enrol enrol;
    enrol.invitation = in.fixed<16>();
    enrol.mac = in.fixed<32>();
    enrol.sign_key = in.fixed<32>();
    enrol.box_key = in.fixed<32>();
    enrol.epoch = in.fixed64();
    enrol.name = as_text(in.counted(node_name_bytes_max));
    if (!schema::is_utf8(enrol.name)) refuse(Errc::not_utf8);
    return enrol;
}

Hello read_hello(WireReader& in) {
    const std::size_t size = in.left();
    Hello hello;
    hello.protocol_min = in.varint_as<std::uint16_t>();
    hello.protocol_max = in.varint_as<std::uint16_t>();
    if (hello.protocol_min > hello.protocol_max) refuse(Errc::malformed);
    // What follows may look different in a version that we don't share.
    if (hello.protocol_min > protocol_version || hello.protocol_max < protocol_version) {
        refuse(Errc::unsupported);
    }
    const std::uint8_t flags = in.byte();
    if (flags >= hello_flags_end) refuse(Errc::malformed);
    hello.features = in.varint_as<std::uint32_t>();
    for (std::size_t i = 0; i < hello.have.size(); ++i) {
        if ((flags & place_bit(i)) == 0) continue;
        hello.have[i] = read_head(in);
        if (hello.have[i] == LaneHead{}) refuse(Errc::malformed);
    }
    hello.roster_version = in.varint();
    hello.wall_ms = in.signed_varint();
    hello.unsent = in.varint();
    hello.credit = in.varint_as<std::uint32_t>();
    hello.digest = in.fixed<16>();
    if ((flags & has_partial) != 0) hello.partial = read_partial(in);
    if ((flags & has_enrol) != 0) hello.enrol = read_enrol(in);
    if (padded_hello_size(size - in.left()) != size) refuse(Errc::malformed);
    for (const std::uint8_t padding : in.raw(in.left())) {
        if (padding != 0) refuse(Errc::malformed);
    }
    return hello;
}

SegmentStart read_segment_start(WireReader& in) {
    SegmentStart start;
    start.lane = read_lane(in);
    start.first = in.varint();
    const std::uint64_t more = in.varint();
    if (start.first == 0 || more > ~start.first) refuse(Errc::malformed);
    start.last = start.first + more;
    start.size = in.varint_as<std::uint32_t>();
    start.hash = in.fixed<16>();
    start.offset = in.varint_as<std::uint32_t>();
    if (start.offset >= start.size) refuse(Errc::malformed);
    return start;
}

/// All that is left, which is something and at most \p max bytes.
View read_rest(WireReader& in, std::size_t max) {
    if (in.left() == 0) refuse(Errc::truncated);
    if (in.left() > max) refuse(Errc::too_large);
    return in.raw(in.left());
}

Credit read_credit(WireReader& in) {
    const Credit credit{in.varint_as<std::uint32_t>()};
    if (credit.bytes == 0) refuse(Errc::malformed);
    return credit;
}

Done read_done(WireReader& in) {
    const std::uint8_t moved = in.byte();
    if (moved >> lane_count != 0) refuse(Errc::malformed);
    Done done;
    for (std::size_t i = 0; i < done.heads.size(); ++i) {
        if ((moved & lane_bit(i)) != 0) done.heads[i] = read_head(in);
    }
    return done;
}

Goodbye read_goodbye(WireReader& in) {
    const auto reason = CloseReason{in.byte()};
    if (reason < CloseReason::stopped || reason > CloseReason::lacks_own_words) {
        refuse(Errc::malformed);
    }
    return Goodbye{reason};
}

RecordId read_id(WireReader& in) {
    RecordId id;
    id.bytes = in.fixed<16>();
    return id;
}

std::size_t read_count(WireReader& in, std::size_t max) {
    const std::uint64_t count = in.varint();
    if (count > max) refuse(Errc::too_large);
    return static_cast<std::size_t>(count);
}

Open read_open(WireReader& in) {
    Open open;
    for (std::size_t left = read_count(in, ranges_max); left > 0; --left) {
        const RecordId first = read_id(in);
        const RecordId last = read_id(in);
        const bool behind = open.ranges.empty() || open.ranges.back().last < first;
        if (last < first || !behind) refuse(Errc::malformed);
        open.ranges.push_back({first, last});
    }
    if (open.ranges.empty()) refuse(Errc::malformed);
    return open;
}

OpenedRange read_range(WireReader& in) {
    OpenedRange range;
    const std::uint8_t kind = in.byte();
    if (kind > 1) refuse(Errc::malformed);
    const std::size_t count = read_count(in, range_parts_max);
    if (kind == 1 && count == 0) refuse(Errc::malformed);
    for (std::size_t i = 0; i < count; ++i) {
        const RecordId id = read_id(in);
        if (kind == 1) {
            if (i != 0 && !(range.parts.back().last < id)) refuse(Errc::malformed);
            range.parts.push_back({id, in.varint(), {}});
            range.parts.back().sum = in.fixed<16>();
        } else {
            if (i != 0 && !(range.records.back().id < id)) refuse(Errc::malformed);
            range.records.push_back({id, in.fixed<16>()});
        }
    }
    return range;
}

Ranges read_ranges(WireReader& in) {
    Ranges ranges;
    for (std::size_t left = read_count(in, ranges_max); left > 0; --left) {
        ranges.ranges.push_back(read_range(in));
    }
    if (ranges.ranges.empty()) refuse(Errc::malformed);
    return ranges;
}

Found read_found(WireReader& in) {
    Found found;
    for (std::size_t left = read_count(in, found_max); left > 0; --left) {
        const RecordId id = read_id(in);
        const std::uint8_t verdict = in.byte();
        const bool known = verdict >= static_cast<std::uint8_t>(FoundRecord::Verdict::mended) &&
                           verdict <= static_cast<std::uint8_t>(FoundRecord::Verdict::missing);
        if (!known || (!found.found.empty() && !(found.found.back().id < id))) {
            refuse(Errc::malformed);
        }
        found.found.push_back({id, FoundRecord::Verdict{verdict}});
    }
    if (found.found.empty()) refuse(Errc::malformed);
    return found;
}

StationFacts read_facts(WireReader& in) {
    StationFacts facts;
    facts.version = as_text(in.counted(program_version_bytes_max));
    facts.free_mib = in.varint();
    facts.total_mib = in.varint();
    if (!is_program_version(facts.version)) refuse(Errc::malformed);
    if (facts.total_mib > disk_mib_max || facts.free_mib > facts.total_mib) {
        refuse(Errc::malformed);
    }
    return facts;
}

Any read_body(Kind kind, WireReader& in) {
    switch (kind) {
        case Kind::hello: return read_hello(in);
        case Kind::key_wrap: {
            const Lane lane = read_lane(in);
            return KeyWrap{lane, read_rest(in, message_wrap_max)};
        }
        case Kind::segment_start: return read_segment_start(in);
        case Kind::chunk: return Chunk{read_rest(in, chunk_bytes_max)};
        case Kind::flush: return Flush{};
        case Kind::receipt: return Receipt{read_rest(in, receipt_item_bytes_max)};
        case Kind::credit: return read_credit(in);
        case Kind::done: return read_done(in);
        case Kind::goodbye: return read_goodbye(in);
        case Kind::open: return read_open(in);
        case Kind::ranges: return read_ranges(in);
        case Kind::found: return read_found(in);
        case Kind::facts: return read_facts(in);
    }
    refuse(Errc::malformed);
}

struct Item {
    Kind kind{};
    View body;
    View rest;
};

}  // namespace

void write(Bytes& out, const Any& item) {
    Bytes body;
    WireWriter body_writer{body};
    std::visit([&](const auto& value) { write_body(body_writer, value); }, item);
    WireWriter writer{out};
    writer.byte(static_cast<std::uint8_t>(item.index() + 1));  // Any lists the kinds in order.
    writer.counted(body);
}

Result<Any> Reader::next() {
    JY_ASSERT(!rest_.empty());
    const Result<Item> item = decoding(rest_, default_budget(0), [](WireReader& in) {
        Item found;
        found.kind = Kind{in.byte()};
        found.body = in.counted();
        found.rest = in.raw(in.left());
        return found;
    });
    if (!item) return item.error();
    rest_ = item->rest;
    return decoding(item->body, default_budget(0),
                    [&](WireReader& in) { return read_body(item->kind, in); });
}

}  // namespace message
}  // namespace jiuying::sync
