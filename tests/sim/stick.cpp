#include "tests/sim/stick.hpp"

#include "sync/crypto/hash.hpp"
#include "sync/segment/segment.hpp"

#include <algorithm>

namespace jiuying::sim {

using node::Bundles;
using sync::Lane;

std::optional<Stick> write_stick(node::Replica& from, node::Environment& environment,
                                 const std::string& station) {
    Bundles bundles{from};
    const auto outlines = bundles.outlines(station, false);
    if (outlines.empty()) return std::nullopt;
    const Bundles::Outline& outline = outlines.front();
    sync::BundleManifest manifest;
    manifest.previous = outline.previous;
    manifest.hello = outline.hello;
    manifest.receipt = outline.receipt;
    std::vector<sync::Bytes> segments;
    std::vector<Stick::Listed> listed;
    for (std::size_t i = 0; i < outline.begins.size(); ++i) {
        if (!outline.begins[i]) continue;
        const auto lane = static_cast<Lane>(i + 1);
        sync::LaneHead after = *outline.begins[i];
        for (bool more = true; more;) {
            sync::Offer offer = from.fetch({lane, after, 1U << 20U, {}}, outline.peer);
            for (sync::Bytes& wrap : offer.key_wraps) {
                manifest.wraps.push_back({lane, std::move(wrap)});
            }
            for (sync::OutgoingSegment& segment : offer.segments) {
                after = segment.head;
                const sync::LogId log = sync::peek(segment.bytes)->log;
                const auto at = std::ranges::find(manifest.logs, log);
                const auto number = static_cast<std::uint32_t>(at - manifest.logs.begin());
                if (at == manifest.logs.end()) manifest.logs.push_back(log);
                manifest.items.push_back({lane, number, segment.first, segment.last,
                                          static_cast<std::uint32_t>(segment.bytes.size()),
                                          sync::blake2b_128({segment.bytes})});
                segments.push_back(std::move(segment.bytes));
                listed.push_back({segment.first, segment.last, 0});
            }
            more = offer.more && !offer.segments.empty();
        }
    }
    sync::BundleHeader header;
    environment.random(header.id);
    sync::Key32 key;
    const auto start = bundles.seal(outline.peer, header, std::move(manifest), key);
    if (!start) return std::nullopt;
    Stick stick{"", "", start->head, start->manifest, {}, std::move(listed)};
    const sync::View beginning = sync::View{stick.head}.first(sync::bundle_header_size);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const auto index = static_cast<std::uint32_t>(i);
        stick.items.push_back(sync::seal_bundle_item(key, beginning, index, segments[i]));
        stick.listed[i].size = stick.items.back().size();
    }
    bundles.made(outline.peer, header.id);
    return stick;
}

bool read_stick(node::Replica& into, const Stick& stick) {
    Bundles bundles{into};
    auto opened = bundles.open(stick.head, stick.manifest);
    if (std::holds_alternative<Bundles::Refusal>(opened)) return false;
    const auto& bundle = std::get<Bundles::Opened>(opened);
    if (bundles.greet(bundle)) return false;
    for (std::size_t i = 0; i < stick.items.size(); ++i) {
        (void)bundles.take(bundle, static_cast<std::uint32_t>(i), stick.items[i]);
    }
    (void)bundles.conclude(bundle);
    return true;
}

}  // namespace jiuying::sim
