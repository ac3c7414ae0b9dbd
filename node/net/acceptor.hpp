/// A port that a service waits at: that of stations, and that of the page.
#pragma once

#include "node/net/address.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace jiuying::node {

namespace asio = boost::asio;

/// Names are looked up. Throws Failure: bad_address, port_in_use, no_permission.
[[nodiscard]] asio::ip::tcp::acceptor listen_at(asio::io_context& network, const Address& address);
/// The port that it got, where any free one was asked for.
[[nodiscard]] Address address_of(const asio::ip::tcp::acceptor& acceptor);

}  // namespace jiuying::node
