#include "node/control/frames.hpp"

#include "node/keys/keyring.hpp"

#include <sodium/utils.h>

#include <algorithm>

namespace jiuying::node::control {
namespace {

constexpr std::size_t header_size = 4;

std::size_t length_in(sync::View header) {
    std::size_t length = 0;
    for (const std::uint8_t byte : header.first(header_size)) length = (length << 8U) | byte;
    return length;
}

}  // namespace

Result<sync::Bytes> to_frame(const boost::json::object& document, std::size_t size_max) {
    const std::string text = boost::json::serialize(document);
    if (text.size() > size_max) return Errc::too_large;
    sync::Bytes frame;
    frame.reserve(header_size + text.size());
    for (unsigned shift = 32; shift > 0;) {
        shift -= 8;
        frame.push_back(static_cast<std::uint8_t>(text.size() >> shift));
    }
    sync::append(frame, sync::as_view(text));
    return frame;
}

Result<std::optional<boost::json::object>> FrameReader::next() {
    if (buffer_.size() < header_size) return std::nullopt;
    const std::size_t length = length_in(buffer_);
    if (length > size_max_) return Errc::too_large;
    if (buffer_.size() < header_size + length) return std::nullopt;
    boost::json::parse_options options;
    // What a field may hold is judged by the command, which can say so better than we.
    options.allow_invalid_utf8 = true;
    boost::system::error_code failed;
    const auto* text = reinterpret_cast<const char*>(buffer_.data() + header_size);
    boost::json::value document = boost::json::parse({text, length}, failed, {}, options);
    if (failed || !document.is_object()) return Errc::malformed;
    buffer_.erase(buffer_.begin(),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(header_size + length));
    if (buffer_.empty()) buffer_.shrink_to_fit();
    return std::move(document.as_object());
}

sync::Hash32 proof_of(Side side, const sync::Key32& key, const Challenge& of_serve,
                      const Challenge& of_caller) {
    sync::Bytes said;
    sync::append(said, sync::as_view(side == Side::serve ? "jiuying control serve"
                                                         : "jiuying control caller"));
    sync::append(said, of_serve);
    sync::append(said, of_caller);
    return prove(key, said);
}

std::string to_hex(sync::View bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

std::optional<std::array<std::uint8_t, 32>> hex_in(const boost::json::object& document,
                                                   std::string_view key) {
    const boost::json::value* member = document.if_contains(key);
    if (member == nullptr || !member->is_string()) return std::nullopt;
    const boost::json::string& text = member->get_string();
    std::array<std::uint8_t, 32> bytes{};
    std::size_t size = 0;
    const int failed = sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr,
                                      &size, nullptr);
    if (failed != 0 || size != bytes.size() || text.size() != 2 * bytes.size()) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace jiuying::node::control
