#include "node/commands/bundle_words.hpp"

#include "node/cli/errors.hpp"

#include <sodium.h>

#include <limits>

namespace jiuying::node {
namespace {

constexpr int variant = sodium_base64_VARIANT_ORIGINAL;

template <class Number>
Number small_count_in(const json::object& object, std::string_view key) {
    const std::uint64_t number = count_in(object, key);
    if (number > std::numeric_limits<Number>::max()) throw_bad_argument(key);
    return static_cast<Number>(number);
}

/// Sixteen digits, as people write numbers.
std::string epoch_text(std::uint64_t epoch) {
    sync::Array<8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(epoch >> (8 * (7 - i)));
    }
    return sync::hex_encode(bytes);
}

std::uint64_t epoch_in(const json::object& object) {
    std::uint64_t epoch = 0;
    for (const std::uint8_t byte : from_hex<8>(object, "epoch")) epoch = (epoch << 8U) | byte;
    return epoch;
}

}  // namespace

void throw_bad_argument(std::string_view key) {
    throw Failure{Error::bad_value, Detail::option, std::string{key}};
}

std::uint64_t count_in(const json::object& args, std::string_view key) {
    const json::value* value = args.if_contains(key);
    json::error_code wrong;
    const auto number =
        value == nullptr ? std::uint64_t{0} : value->to_number<std::uint64_t>(wrong);
    if (value == nullptr || wrong) throw_bad_argument(key);
    return number;
}

std::string to_base64(sync::View bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back();  // The zero that it ends with.
    return text;
}

sync::Bytes from_base64(const json::value& value, std::string_view key, std::size_t size_max) {
    const json::string* text = value.if_string();
    if (text == nullptr || text->size() > (size_max + 2) / 3 * 4) throw_bad_argument(key);
    sync::Bytes bytes(text->size() / 4 * 3 + 3);
    std::size_t size = 0;
    const char* end = nullptr;
    const int refused = sodium_base642bin(bytes.data(), bytes.size(), text->data(), text->size(),
                                          nullptr, &size, &end, variant);
    if (refused != 0 || end != text->data() + text->size() || size > size_max) {
        throw_bad_argument(key);
    }
    bytes.resize(size);
    return bytes;
}

sync::Bytes from_base64(const json::object& args, std::string_view key, std::size_t size_max) {
    const json::value* value = args.if_contains(key);
    if (value == nullptr) throw_bad_argument(key);
    return from_base64(*value, key, size_max);
}

std::string_view name_of(sync::Lane lane) {
    switch (lane) {
        case sync::Lane::station: return "station";
        case sync::Lane::inbox: return "inbox";
        case sync::Lane::snapshot: return "snapshot";
        case sync::Lane::reference: break;
    }
    return "reference";
}

std::string_view name_of(sync::Stream stream) {
    switch (stream) {
        case sync::Stream::station: return "station";
        case sync::Stream::inbox: return "inbox";
        case sync::Stream::reference: return "reference";
        case sync::Stream::hub: break;
    }
    return "hub";
}

sync::Lane lane_in(const json::object& args) {
    const std::string name = require_text(args, "lane");
    for (const sync::Lane lane : {sync::Lane::station, sync::Lane::inbox, sync::Lane::reference}) {
        if (name_of(lane) == name) return lane;
    }
    throw_bad_argument("lane");
}

json::object to_json(const sync::LaneHead& head) {
    return {{"epoch", epoch_text(head.epoch)},
            {"seq", head.seq},
            {"chain", sync::hex_encode(head.chain)}};
}

sync::LaneHead head_in(const json::object& place) {
    sync::LaneHead head;
    head.epoch = epoch_in(place);
    head.seq = count_in(place, "seq");
    head.chain = from_hex<16>(place, "chain");
    return head;
}

json::object to_json(const sync::LogId& log) {
    return {{"node", sync::hex_encode(log.author.node.bytes)},
            {"epoch", epoch_text(log.author.epoch)},
            {"stream", static_cast<int>(log.stream)},
            {"scope", sync::hex_encode(log.scope.bytes)}};
}

sync::LogId log_in(const json::object& log) {
    sync::LogId id;
    id.author.node.bytes = from_hex<16>(log, "node");
    id.author.epoch = epoch_in(log);
    const auto stream = small_count_in<std::uint8_t>(log, "stream");
    if (stream < 1 || stream > 4) throw_bad_argument("stream");
    id.stream = sync::Stream{stream};
    id.scope.bytes = from_hex<16>(log, "scope");
    return id;
}

json::object to_json(const sync::BundleItem& item) {
    return {{"lane", name_of(item.lane)}, {"log", item.log},
            {"first", item.first},        {"last", item.last},
            {"size", item.size},          {"hash", sync::hex_encode(item.hash)}};
}

sync::BundleItem item_in(const json::value& value) {
    const json::object* object = value.if_object();
    if (object == nullptr) throw_bad_argument("items");
    sync::BundleItem item;
    item.lane = lane_in(*object);
    item.log = small_count_in<std::uint32_t>(*object, "log");
    item.first = count_in(*object, "first");
    item.last = count_in(*object, "last");
    item.size = small_count_in<std::uint32_t>(*object, "size");
    item.hash = from_hex<16>(*object, "hash");
    const bool fits = item.first != 0 && item.last >= item.first && item.size != 0 &&
                      item.size <= sync::bundle_segment_max;
    if (!fits) throw_bad_argument("items");
    return item;
}

}  // namespace jiuying::node
