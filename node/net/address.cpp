#include "node/net/address.hpp"

#include <algorithm>
#include <charconv>

namespace jiuying::node {
namespace {

constexpr std::size_t host_size_max = 253;  // RFC 1035.

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view host) {
    return is_word(host.front()) && std::ranges::all_of(host, [](char c) {
               return is_word(c) || c == '.' || c == '-' || c == '_';
           });
}

/// Only its letters; whether it is one is found when it is used. `%` and what follows is a zone.
bool is_in_brackets(std::string_view host) {
    return host.find(':') != std::string_view::npos && std::ranges::all_of(host, [](char c) {
               return is_word(c) || c == ':' || c == '.' || c == '%' || c == '-';
           });
}

Result<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size()) return Errc::malformed;
    return port;
}

}  // namespace

Result<Address> parse_address(std::string_view text, PortZero zero) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return Errc::malformed;
    std::string_view host = text.substr(0, colon);
    const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (brackets) host = host.substr(1, host.size() - 2);
    if (host.empty() || host.size() > host_size_max) return Errc::malformed;
    const bool sound = brackets ? is_in_brackets(host) : is_name(host);
    const Result<std::uint16_t> port = parse_port(text.substr(colon + 1));
    if (!sound || !port) return Errc::malformed;
    if (*port == 0 && zero == PortZero::refused) return Errc::malformed;
    return Address{std::string{host}, *port};
}

std::string to_text(const Address& address) {
    const bool brackets = address.host.find(':') != std::string::npos;
    const std::string host = brackets ? "[" + address.host + "]" : address.host;
    return host + ":" + std::to_string(address.port);
}

}  // namespace jiuying::node
