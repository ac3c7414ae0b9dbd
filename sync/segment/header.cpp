#include "sync/segment/header.hpp"

#include "sync/archive/bounded_archive.hpp"

#include <algorithm>

namespace jiuying::sync {
namespace {

constexpr Array<4> magic{'J', 'Y', 'S', 'G'};
/// Sequence numbers stay far from the end of their type, so that sums don't overflow.
constexpr std::uint64_t seq_max = std::uint64_t{1} << 62U;

void write_predecessor(WireWriter& out, const std::optional<Predecessor>& predecessor) {
    out.byte(predecessor ? 1 : 0);
    if (!predecessor) return;
    out.fixed64(predecessor->epoch);
    out.varint(predecessor->seq);
    out.raw(predecessor->chain);
}

std::optional<Predecessor> read_predecessor(WireReader& in) {
    if (!in.boolean()) return std::nullopt;
    Predecessor predecessor;
    predecessor.epoch = in.fixed64();
    predecessor.seq = in.varint_up_to(seq_max);
    predecessor.chain = in.fixed<32>();
    return predecessor;
}

LogId read_log(WireReader& in) {
    LogId log;
    BoundedInput archive{in};
    archive(log);
    return log;
}

void read_start(WireReader& in) {
    if (in.fixed<4>() != magic) detail::refuse(Errc::malformed);
    if (in.byte() != segment_format || in.byte() != suite_1) detail::refuse(Errc::unsupported);
}

Bytes read_counted(WireReader& in, std::size_t max) {
    const View bytes = in.counted(max);
    return {bytes.begin(), bytes.end()};
}

ParsedHeader read_header(WireReader& in) {
    const std::size_t whole = in.left();
    ParsedHeader parsed;
    SegmentHeader& header = parsed.header;
    read_start(in);
    header.log = read_log(in);
    header.first = in.varint_up_to(seq_max);
    header.count = in.varint_up_to(segment_transactions_max);
    if (header.first == 0 || header.count == 0) detail::refuse(Errc::malformed);
    header.chain_before = in.fixed<32>();
    header.chain_last = in.fixed<32>();
    if (header.first == 1) header.predecessor = read_predecessor(in);
    header.key = in.fixed<8>();
    header.minimum_reader = in.varint_as<std::uint16_t>();
    header.must_understand = in.varint_as<std::uint32_t>();
    header.features = in.varint();
    header.dictionary = Dictionary{in.byte()};
    header.raw_size = in.varint_up_to(segment_raw_max);
    if ((header.must_understand & must_restated) != 0) {
        Restated& restated = header.restated.emplace();
        restated.header = read_counted(in, header_bytes_max);
        restated.signature = in.fixed<64>();
    }
    header.extension = read_counted(in, header_extension_max);
    parsed.associated_size = whole - in.left();
    header.nonce = in.fixed<24>();
    header.body_hash = in.fixed<32>();
    parsed.signed_size = whole - in.left();
    static_cast<void>(in.raw(in.left()));
    return parsed;
}

}  // namespace

KeyId key_id(const Key32& content_key) {
    const Hash16 hash = blake2b_128({as_view("jy key"), content_key.view()});
    KeyId id{};
    std::copy_n(hash.begin(), id.size(), id.begin());
    return id;
}

void write_associated(Bytes& bytes, const SegmentHeader& header) {
    WireWriter out{bytes};
    out.raw(magic);
    out.byte(segment_format);
    out.byte(suite_1);
    out.raw(log_bytes(header.log));
    out.varint(header.first);
    out.varint(header.count);
    out.raw(header.chain_before);
    out.raw(header.chain_last);
    if (header.first == 1) write_predecessor(out, header.predecessor);
    out.raw(header.key);
    out.varint(header.minimum_reader);
    out.varint(header.must_understand);
    out.varint(header.features);
    out.byte(static_cast<std::uint8_t>(header.dictionary));
    out.varint(header.raw_size);
    if (header.restated) {
        out.counted(header.restated->header);
        out.raw(header.restated->signature);
    }
    out.counted(header.extension);
}

Result<ParsedHeader> parse_header(View bytes) {
    return decoding(bytes, 0, [](WireReader& in) { return read_header(in); });
}

}  // namespace jiuying::sync
