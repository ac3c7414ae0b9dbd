/// Who may talk to the page at all: requests that a browser sends for the page itself.
///
/// A page of somebody else's that is open in the same browser can make it send requests here, under
/// a name of its own (DNS rebinding) or with our cookie (cross-site requests). Names are told apart
/// by the Host header, senders by Origin and Sec-Fetch-Site. Pure.
#pragma once

#include "node/http/message.hpp"
#include "node/net/address.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// The names under which a page that listens at \p address on loopback may be asked for: exactly
/// `127.0.0.1:PORT`, `localhost:PORT`, `[::1]:PORT`, without the port where that is 80.
[[nodiscard]] std::vector<std::string> loopback_hosts(const Address& address);

/// The same for a page under TLS that other PCs open by one of \p names, without the port where
/// that is 443.
[[nodiscard]] std::vector<std::string> public_hosts(const std::vector<std::string>& names,
                                                    std::uint16_t port);

class Gate {
public:
    /// \p secure: whether the page is asked under TLS.
    explicit Gate(std::vector<std::string> hosts, bool secure = false)
        : hosts_(std::move(hosts)), scheme_(secure ? "https://" : "http://") {}

    /// Whether the request names this page. Compared byte by byte: browsers write names in small
    /// letters, and whatever else (a dot at the end, a user before @) is nobody's habit.
    [[nodiscard]] bool names_us(const HttpRequest& request) const;
    /// Whether a request that changes something comes from the page: JSON, which no form can send,
    /// from our own origin.
    [[nodiscard]] bool comes_from_page(const HttpRequest& request) const;

private:
    std::vector<std::string> hosts_;
    std::string scheme_;
};

/// The value of cookie \p name in a Cookie header; nothing if it is absent or there twice.
[[nodiscard]] std::optional<std::string> cookie_in(std::string_view header, std::string_view name);

}  // namespace jiuying::node
