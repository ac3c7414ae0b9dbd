/// How bundles are spoken of between the front that handles the files and the replica: bytes as
/// base64, ids as hex, places as objects.
#pragma once

#include "node/commands/arguments.hpp"
#include "sync/bundle/bundle.hpp"

namespace jiuying::node {

[[noreturn]] void throw_bad_argument(std::string_view key);

[[nodiscard]] std::string to_base64(sync::View bytes);
/// Failure bad_value naming \p key, also above \p size_max bytes.
[[nodiscard]] sync::Bytes from_base64(const json::object& args, std::string_view key,
                                      std::size_t size_max);
[[nodiscard]] sync::Bytes from_base64(const json::value& value, std::string_view key,
                                      std::size_t size_max);

/// Failure bad_value where it is not hex of that size.
template <std::size_t N>
[[nodiscard]] std::array<std::uint8_t, N> from_hex(const json::object& args, std::string_view key) {
    const auto bytes = sync::hex_decode_array<N>(require_text(args, key));
    if (!bytes) throw_bad_argument(key);
    return *bytes;
}
/// A whole number from 0 on, however the document holds it. Failure bad_value.
[[nodiscard]] std::uint64_t count_in(const json::object& args, std::string_view key);

/// "station", "inbox", "reference".
[[nodiscard]] std::string_view name_of(sync::Lane lane);
[[nodiscard]] std::string_view name_of(sync::Stream stream);  ///< Likewise, and "hub".
[[nodiscard]] sync::Lane lane_in(const json::object& args);

[[nodiscard]] json::object to_json(const sync::LaneHead& head);
[[nodiscard]] sync::LaneHead head_in(const json::object& place);

[[nodiscard]] json::object to_json(const sync::LogId& log);
[[nodiscard]] sync::LogId log_in(const json::object& log);

[[nodiscard]] json::object to_json(const sync::BundleItem& item);
[[nodiscard]] sync::BundleItem item_in(const json::value& value);

}  // namespace jiuying::node
