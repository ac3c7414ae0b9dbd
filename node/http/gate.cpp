#include "node/http/gate.hpp"

#include <algorithm>

namespace jiuying::node {

std::vector<std::string> loopback_hosts(const Address& address) {
    std::vector<std::string> hosts;
    for (const char* name : {"127.0.0.1", "localhost", "[::1]"}) {
        hosts.push_back(std::string{name}.append(":").append(std::to_string(address.port)));
        if (address.port == 80) hosts.emplace_back(name);
    }
    return hosts;
}

std::vector<std::string> public_hosts(const std::vector<std::string>& names, std::uint16_t port) {
    constexpr std::uint16_t usual = 443;
    std::vector<std::string> hosts;
    for (const std::string& name : names) {
        hosts.push_back(name + ":" + std::to_string(port));
        if (port == usual) hosts.push_back(name);
    }
    return hosts;
}

bool Gate::names_us(const HttpRequest& request) const {
    return std::ranges::find(hosts_, request.host) != hosts_.end();
}

bool Gate::comes_from_page(const HttpRequest& request) const {
    const std::string_view type = request.content_type;
    const bool json = type == "application/json" || type.starts_with("application/json;");
    // Browsers name the origin on every request that may change something. Programs that are no
    // browsers send neither; the session's token stops those that have none.
    const bool ours = request.origin.empty() || request.origin == scheme_ + request.host;
    const bool same_site = request.fetch_site.empty() || request.fetch_site == "same-origin";
    return json && ours && same_site;
}

std::optional<std::string> cookie_in(std::string_view header, std::string_view name) {
    std::optional<std::string> found;
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(';'), header.size());
        std::string_view pair = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        const std::size_t equals = pair.find('=');
        if (equals == pair.npos || pair.substr(0, equals) != name) continue;
        if (found) return std::nullopt;
        found = std::string{pair.substr(equals + 1)};
    }
    return found;
}

}  // namespace jiuying::node
