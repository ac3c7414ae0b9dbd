#include "sync/bundle/manifest.hpp"

#include "schema/assert.hpp"
#include "sync/archive/wire.hpp"
#include "sync/segment/chain.hpp"
#include "sync/session/messages.hpp"

namespace jiuying::sync {
namespace {

using detail::refuse;

constexpr std::size_t wrap_entry_min = 2;
constexpr std::size_t item_entry_min = 1 + 1 + 1 + 1 + 1 + 16;

Lane read_lane(WireReader& in) {
    const std::uint8_t lane = in.byte();
    if (lane < 1 || lane > 3) refuse(Errc::malformed);
    return Lane{lane};
}

LogId read_log(WireReader& in) {
    LogId log;
    log.author.node.bytes = in.fixed<16>();
    log.author.epoch = in.fixed64();
    const std::uint8_t stream = in.byte();
    if (stream < 1 || stream > 4) refuse(Errc::malformed);
    log.stream = Stream{stream};
    log.scope.bytes = in.fixed<16>();
    return log;
}

Hello read_hello(WireReader& in) {
    const View bytes = in.counted(hello_bytes_max);
    if (bytes.empty()) refuse(Errc::truncated);
    message::Reader reader{bytes};
    const Result<message::Any> item = reader.next();
    if (!item) refuse(item.error());
    const auto* hello = std::get_if<Hello>(&*item);
    if (hello == nullptr || hello->partial || !reader.empty()) refuse(Errc::malformed);
    return *hello;
}

BundleItem read_item(WireReader& in, std::size_t logs) {
    BundleItem item;
    item.lane = read_lane(in);
    item.log = in.varint_as<std::uint32_t>();
    if (item.log >= logs) refuse(Errc::malformed);
    item.first = in.varint();
    const std::uint64_t more = in.varint();
    if (item.first == 0 || more > ~item.first) refuse(Errc::malformed);
    item.last = item.first + more;
    item.size = static_cast<std::uint32_t>(in.varint_up_to(bundle_segment_max));
    if (item.size == 0) refuse(Errc::malformed);
    item.hash = in.fixed<16>();
    return item;
}

BundleManifest read_manifest(WireReader& in) {
    BundleManifest manifest;
    manifest.previous = in.fixed<16>();
    manifest.hello = read_hello(in);
    const View receipt = in.counted(bundle_receipt_max);
    manifest.receipt.assign(receipt.begin(), receipt.end());
    const std::size_t logs = in.count(log_bytes_size, bundle_logs_max);
    in.charge(logs * sizeof(LogId));
    for (std::size_t i = 0; i < logs; ++i) manifest.logs.push_back(read_log(in));
    const std::size_t wraps = in.count(wrap_entry_min, bundle_wraps_max);
    in.charge(wraps * (sizeof(BundleWrap) + bundle_wrap_max));
    for (std::size_t i = 0; i < wraps; ++i) {
        const Lane lane = read_lane(in);
        const View wrap = in.counted(bundle_wrap_max);
        if (wrap.empty()) refuse(Errc::malformed);
        manifest.wraps.push_back({lane, Bytes(wrap.begin(), wrap.end())});
    }
    const std::size_t items = in.count(item_entry_min);
    in.charge(items * sizeof(BundleItem));
    manifest.items.reserve(items);
    for (std::size_t i = 0; i < items; ++i) manifest.items.push_back(read_item(in, logs));
    return manifest;
}

}  // namespace

std::uint64_t BundleManifest::items_size() const {
    std::uint64_t size = 0;
    for (const BundleItem& item : items) size += item.size + bundle_item_overhead;
    return size;
}

Bytes write_bundle_manifest(const BundleManifest& manifest) {
    JY_ASSERT(manifest.logs.size() <= bundle_logs_max &&
              manifest.wraps.size() <= bundle_wraps_max &&
              manifest.receipt.size() <= bundle_receipt_max && !manifest.hello.partial);
    Bytes bytes;
    WireWriter out{bytes};
    out.raw(manifest.previous);
    Bytes hello;
    message::write(hello, manifest.hello);
    out.counted(hello);
    out.counted(manifest.receipt);
    out.varint(manifest.logs.size());
    for (const LogId& log : manifest.logs) out.raw(log_bytes(log));
    out.varint(manifest.wraps.size());
    for (const BundleWrap& wrap : manifest.wraps) {
        JY_ASSERT(!wrap.wrap.empty() && wrap.wrap.size() <= bundle_wrap_max);
        out.byte(static_cast<std::uint8_t>(wrap.lane));
        out.counted(wrap.wrap);
    }
    out.varint(manifest.items.size());
    for (const BundleItem& item : manifest.items) {
        JY_ASSERT(item.log < manifest.logs.size() && item.first != 0 && item.last >= item.first &&
                  item.size != 0 && item.size <= bundle_segment_max);
        out.byte(static_cast<std::uint8_t>(item.lane));
        out.varint(item.log);
        out.varint(item.first);
        out.varint(item.last - item.first);
        out.varint(item.size);
        out.raw(item.hash);
    }
    return bytes;
}

Result<BundleManifest> read_bundle_manifest(View bytes) {
    if (bytes.size() > bundle_manifest_max) return Errc::too_large;
    return decoding(bytes, default_budget(bytes.size()) + bundle_wraps_max * bundle_wrap_max,
                    read_manifest);
}

}  // namespace jiuying::sync
