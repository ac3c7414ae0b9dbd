/// HOST:PORT as people write it: `10.1.2.3:7400`, `[::1]:7400`, `hub.example:7400`.
#pragma once

#include "schema/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace jiuying::node {

struct Address {
    std::string host;  ///< A name or a numeric address, without brackets.
    std::uint16_t port = 0;
    bool operator==(const Address&) const = default;
};

/// Whether port 0 ("any free one") may stand there.
enum class PortZero : std::uint8_t { refused, allowed };

/// Errc::malformed for anything else, an IPv6 address without brackets included. Names are not
/// looked up here.
[[nodiscard]] Result<Address> parse_address(std::string_view text,
                                            PortZero zero = PortZero::refused);

/// The form that parse_address reads.
[[nodiscard]] std::string to_text(const Address& address);

}  // namespace jiuying::node
