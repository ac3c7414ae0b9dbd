// Bundles, as far as they need the node's keys and logs. The files are the front's.
#include "node/commands/arguments.hpp"
#include "node/commands/bundle_words.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/stick_view.hpp"
#include "node/commands/sync_answer.hpp"
#include "node/replica/bundles.hpp"
#include "schema/time_text.hpp"
#include "sync/segment/segment.hpp"
#include "sync/session/messages.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

using sync::Lane;

/// Of segments that are given at once; a longer one is given alone.
constexpr std::uint32_t fetch_bytes = 2U << 20U;
/// Of segments that join one commit.
constexpr std::size_t commit_bytes = 32U << 10U;
constexpr std::size_t items_listed_max = 1U << 16U;

Failure refusal(Bundles::Refusal why) {
    switch (why) {
        case Bundles::Refusal::other_district: return Failure{Error::bundle_other_district};
        case Bundles::Refusal::other_recipient: return Failure{Error::bundle_not_for_us};
        case Bundles::Refusal::own: return Failure{Error::bundle_own};
        case Bundles::Refusal::damaged: return Failure{Error::bundle_damaged};
        case Bundles::Refusal::not_authentic: return Failure{Error::bundle_not_authentic};
        case Bundles::Refusal::unknown_sender: return Failure{Error::unknown_node};
        case Bundles::Refusal::used_invitation: return Failure{Error::invitation_used};
        case Bundles::Refusal::expired_invitation: return Failure{Error::invitation_expired};
        case Bundles::Refusal::retired: return Failure{Error::node_retired};
        case Bundles::Refusal::two_hubs: break;
    }
    return Failure{Error::hub_rolled_back};
}

Replica::Peer peer_in(Bundles& bundles, const json::object& args) {
    const schema::NodeId node{from_hex<16>(args, "node")};
    const auto peer = bundles.peer_of(node);
    if (!peer) throw Failure{Error::station_not_joined};
    return *peer;
}

sync::Hello hello_in(const json::object& args) {
    const sync::Bytes bytes = from_base64(args, "hello", sync::hello_bytes_max);
    if (bytes.empty()) throw_bad_argument("hello");
    sync::message::Reader reader{bytes};
    const auto item = reader.next();
    const auto* hello = item ? std::get_if<sync::Hello>(&*item) : nullptr;
    if (hello == nullptr || hello->partial) throw_bad_argument("hello");
    return *hello;
}

sync::BundleManifest manifest_in(const json::object& args) {
    sync::BundleManifest manifest;
    manifest.previous = from_hex<16>(args, "previous");
    manifest.hello = hello_in(args);
    manifest.receipt = from_base64(args, "receipt", sync::bundle_receipt_max);
    for (const json::value& value : require_array(args, "logs")) {
        const json::object* log = value.if_object();
        if (log == nullptr || manifest.logs.size() == sync::bundle_logs_max) {
            throw_bad_argument("logs");
        }
        manifest.logs.push_back(log_in(*log));
    }
    for (const json::value& value : require_array(args, "wraps")) {
        const json::object* wrap = value.if_object();
        if (wrap == nullptr || manifest.wraps.size() == sync::bundle_wraps_max) {
            throw_bad_argument("wraps");
        }
        manifest.wraps.push_back(
            {lane_in(*wrap), from_base64(*wrap, "bytes", sync::bundle_wrap_max)});
    }
    for (const json::value& value : require_array(args, "items")) {
        manifest.items.push_back(item_in(value));
        if (manifest.items.back().log >= manifest.logs.size()) throw_bad_argument("items");
    }
    return manifest;
}

json::array missing_json(const std::vector<Bundles::Missing>& missing) {
    json::array all;
    for (const Bundles::Missing& one : missing) {
        json::object told = to_json(one.log);
        told["log"] = name_of(one.log.stream);
        told["station"] = one.station;
        told["first"] = one.first;
        told["last"] = one.last;
        all.push_back(std::move(told));
    }
    return all;
}

std::vector<Bundles::Missing> missing_in(const json::object& args) {
    std::vector<Bundles::Missing> missing;
    for (const json::value& value : require_array(args, "missing")) {
        const json::object* one = value.if_object();
        if (one == nullptr) throw_bad_argument("missing");
        const std::uint64_t first = count_in(*one, "first");
        const std::uint64_t last = count_in(*one, "last");
        if (first < 1 || last < first) throw_bad_argument("missing");
        missing.push_back({log_in(*one), require_text(*one, "station"), first, last});
    }
    return missing;
}

Bundles::Opened open(Bundles& bundles, const json::object& args) {
    auto opened = bundles.open(from_base64(args, "head", sync::bundle_head_size),
                               from_base64(args, "manifest", sync::bundle_manifest_max));
    if (const auto* why = std::get_if<Bundles::Refusal>(&opened)) throw refusal(*why);
    return std::get<Bundles::Opened>(std::move(opened));
}

std::string_view word_of(Bundles::Taken taken) {
    switch (taken) {
        case Bundles::Taken::imported: return "imported";
        case Bundles::Taken::known: return "known";
        case Bundles::Taken::waiting: return "waiting";
        case Bundles::Taken::put_aside: return "put_aside";
        case Bundles::Taken::damaged: return "damaged";
        case Bundles::Taken::too_much: return "too_much";
        case Bundles::Taken::refused: break;
    }
    return "refused";
}

}  // namespace

json::object stick_view(CommandContext& context, const schema::NodeId& peer,
                        const std::string& station) {
    const Bundles::Facts facts = Bundles{context.replica}.facts(peer, station);
    return {{"last_stick", time_or_null(facts.taken_at)},
            {"last_export", time_or_null(facts.made_at)},
            {"missing", missing_json(facts.missing)}};
}

namespace commands {

json::object bundle_begin(CommandContext& context, const json::object& args) {
    Bundles bundles{context.replica};
    const bool hub = context.replica.profile().role == Profile::Role::hub;
    const std::string station = hub ? require_text(args, "station") : std::string{};
    if (hub && !context.replica.scope_of_station(station)) {
        throw Failure{Error::unknown_station, Detail::id, station};
    }
    sync::BundleId id{};
    context.environment.random(id);
    const auto note = [&] {
        if (flag_in(args, "dry_run")) return;
        context.replica.audit({actor_of(context, args), "bundle.export", station,
                               schema::audit::done, sync::hex_encode(id)});
    };
    // A station's row goes along with what it exports.
    if (!hub) note();
    json::array outlines;
    for (const Bundles::Outline& outline : bundles.outlines(station, flag_in(args, "all"))) {
        sync::Bytes hello;
        sync::message::write(hello, outline.hello);
        json::array begins;
        for (std::size_t i = 0; i < outline.begins.size(); ++i) {
            if (!outline.begins[i]) continue;
            begins.push_back(json::object{{"lane", name_of(static_cast<Lane>(i + 1))},
                                          {"after", to_json(*outline.begins[i])}});
        }
        outlines.push_back(json::object{{"node", sync::hex_encode(outline.peer.node.bytes)},
                                        {"station", outline.station},
                                        {"hello", to_base64(hello)},
                                        {"receipt", to_base64(outline.receipt)},
                                        {"previous", sync::hex_encode(outline.previous)},
                                        {"begins", std::move(begins)}});
    }
    if (outlines.empty()) throw Failure{Error::station_not_joined, Detail::id, station};
    if (hub) note();
    return {{"id", sync::hex_encode(id)},
            {"role", hub ? "hub" : "station"},
            {"time", schema::format_time(context.environment.now_ms())},
            {"bundles", std::move(outlines)}};
}

json::object bundle_fetch(CommandContext& context, const json::object& args) {
    Bundles bundles{context.replica};
    const Replica::Peer peer = peer_in(bundles, args);
    const bool bytes = flag_in(args, "bytes");
    const sync::Offer offer = context.replica.fetch(
        {lane_in(args), head_in(require_object(args, "after")), fetch_bytes, {}}, peer);
    json::array wraps;
    for (const sync::Bytes& wrap : offer.key_wraps) {
        wraps.push_back(json::object{{"lane", name_of(lane_in(args))}, {"bytes", to_base64(wrap)}});
    }
    json::array segments;
    for (const sync::OutgoingSegment& segment : offer.segments) {
        const auto header = sync::peek(segment.bytes);
        if (!header) throw Failure{Error::chain_broken};
        json::object one{{"lane", name_of(segment.lane)},
                         {"log", to_json(header->log)},
                         {"first", header->first},
                         {"last", header->last()},
                         {"size", segment.bytes.size()},
                         {"hash", sync::hex_encode(sync::blake2b_128({segment.bytes}))},
                         {"head", to_json(segment.head)}};
        if (bytes) one["bytes"] = to_base64(segment.bytes);
        segments.push_back(std::move(one));
    }
    const bool more = offer.more && !segments.empty();
    return {{"wraps", std::move(wraps)}, {"segments", std::move(segments)}, {"more", more}};
}

json::object bundle_seal(CommandContext& context, const json::object& args) {
    Bundles bundles{context.replica};
    const Replica::Peer peer = peer_in(bundles, args);
    const std::uint64_t part = count_in(args, "part");
    const std::uint64_t parts = count_in(args, "parts");
    if (part < 1 || part > parts || parts > sync::bundle_parts_max) throw_bad_argument("part");
    sync::BundleHeader header;
    header.id = from_hex<16>(args, "id");
    header.part = static_cast<std::uint16_t>(part);
    header.parts = static_cast<std::uint16_t>(parts);
    sync::Key32 key;
    const auto start = bundles.seal(peer, header, manifest_in(args), key);
    if (!start) throw Failure{Error::unexpected};
    return {{"head", to_base64(start->head)},
            {"manifest", to_base64(start->manifest)},
            {"key", to_base64(key.view())}};
}

json::object bundle_made(CommandContext& context, const json::object& args) {
    Bundles bundles{context.replica};
    bundles.made(peer_in(bundles, args), from_hex<16>(args, "id"));
    return {};
}

json::object bundle_open(CommandContext& context, const json::object& args) {
    Bundles bundles{context.replica, flag_in(args, "take_retired")};
    const Bundles::Opened opened = open(bundles, args);
    std::optional<Replica::Batch> batch{std::in_place, context.replica};
    const auto why = bundles.greet(opened);
    // What a station takes in is signed by its hub, which has written down the export.
    if (!why && context.replica.profile().role == Profile::Role::hub) {
        const sync::BundleHeader& taken = opened.head.header;
        context.replica.audit({actor_of(context, args), "bundle.import",
                               bundles.station_of(opened.peer.node), schema::audit::done,
                               sync::hex_encode(taken.id) + " " + std::to_string(taken.part) + "/" +
                                   std::to_string(taken.parts)});
    }
    batch->commit();
    batch.reset();
    if (why) throw refusal(*why);
    json::array sizes;
    for (const sync::BundleItem& item : opened.manifest.items) sizes.push_back(item.size);
    const sync::BundleHeader& header = opened.head.header;
    return {{"bundle", sync::hex_encode(header.id)},
            {"part", header.part},
            {"parts", header.parts},
            {"from", bundles.station_of(opened.peer.node)},
            {"made_at", time_or_null(opened.manifest.hello.wall_ms)},
            {"sizes", std::move(sizes)}};
}

json::object bundle_take(CommandContext& context, const json::object& args) {
    Bundles bundles{context.replica, flag_in(args, "take_retired")};
    const Bundles::Opened opened = open(bundles, args);
    const json::array& items = require_array(args, "items");
    if (items.size() > items_listed_max) throw_bad_argument("items");
    json::array results;
    // Small segments join one commit to the disk; a large one fills memory enough by itself.
    std::optional<Replica::Batch> batch;
    std::size_t joined = 0;
    for (const json::value& value : items) {
        const json::object* item = value.if_object();
        if (item == nullptr) throw_bad_argument("items");
        const std::uint64_t index = count_in(*item, "index");
        if (index >= opened.manifest.items.size()) throw_bad_argument("index");
        const sync::Bytes sealed =
            from_base64(*item, "bytes", sync::bundle_segment_max + sync::bundle_item_overhead);
        if (!batch) batch.emplace(context.replica);
        const Bundles::Answer answer =
            bundles.take(opened, static_cast<std::uint32_t>(index), sealed);
        const sync::BundleItem& named = opened.manifest.items[index];
        json::object result{{"index", index},
                            {"result", word_of(answer.taken)},
                            {"log", name_of(named.lane)},
                            {"first", named.first},
                            {"last", named.last}};
        if (answer.taken == Bundles::Taken::refused) result["reason"] = name_of(answer.reason);
        results.push_back(std::move(result));
        joined += sealed.size();
        if (joined < commit_bytes) continue;
        batch->commit();
        batch.reset();
        joined = 0;
    }
    if (batch) batch->commit();
    return {{"results", std::move(results)}};
}

json::object bundle_close(CommandContext& context, const json::object& args) {
    Bundles bundles{context.replica, flag_in(args, "take_retired")};
    const Bundles::Opened opened = open(bundles, args);
    return {{"missing", missing_json(bundles.conclude(opened))}};
}

json::object bundle_missing(CommandContext& context, const json::object& args) {
    return {{"missing", missing_json(Bundles{context.replica}.still(missing_in(args)))}};
}

}  // namespace commands
}  // namespace jiuying::node
