#include "node/net/acceptor.hpp"

#include "node/cli/errors.hpp"

namespace jiuying::node {
namespace {

using boost::system::error_code;
using asio::ip::tcp;

constexpr int backlog = 128;

[[noreturn]] void throw_not_bound(const Address& address, const error_code& failed) {
    namespace errc = boost::system::errc;
    Error error = Error::bad_address;
    if (failed == errc::address_in_use) error = Error::port_in_use;
    if (failed == errc::permission_denied) error = Error::no_permission;
    throw Failure{error, Detail::address, to_text(address)}.with(Detail::reason, failed.message());
}

tcp::endpoint find_endpoint(asio::io_context& network, const Address& address) {
    error_code failed;
    const auto numeric = asio::ip::make_address(address.host, failed);
    if (!failed) return {numeric, address.port};
    tcp::resolver resolver{network};
    const auto found = resolver.resolve(address.host, std::to_string(address.port),
                                        tcp::resolver::passive, failed);
    if (failed || found.empty()) throw_not_bound(address, failed);
    return found.begin()->endpoint();
}

}  // namespace

tcp::acceptor listen_at(asio::io_context& network, const Address& address) {
    const tcp::endpoint endpoint = find_endpoint(network, address);
    tcp::acceptor acceptor{network};
    error_code failed;
    acceptor.open(endpoint.protocol(), failed);
    // A port of a `serve` that was killed a moment ago may be used; one in use may not.
    if (!failed) acceptor.set_option(tcp::acceptor::reuse_address{true}, failed);
    if (!failed) acceptor.bind(endpoint, failed);
    if (!failed) acceptor.listen(backlog, failed);
    if (failed) throw_not_bound(address, failed);
    return acceptor;
}

Address address_of(const tcp::acceptor& acceptor) {
    const tcp::endpoint endpoint = acceptor.local_endpoint();
    return {endpoint.address().to_string(), endpoint.port()};
}

}  // namespace jiuying::node
