/// Finds the addresses of a name, for no longer than whoever asks is willing to wait.
///
/// The system's look-up can't be stopped, and where its servers are silent it takes half a minute
/// and more. So it runs on a thread of its own, which is left to itself when its answer is no
/// longer wanted: it refers to nothing of ours but what it shares with the waiter.
#pragma once

#include "node/base/clock.hpp"
#include "node/net/address.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <vector>

namespace jiuying::node {

namespace asio = boost::asio;

using Endpoints = std::vector<asio::ip::tcp::endpoint>;

/// Blocks. \p failed says why there are none.
using LookUp = std::function<Endpoints(const Address& address, boost::system::error_code& failed)>;

/// Asks the system.
[[nodiscard]] Endpoints look_up_in_system(const Address& address,
                                          boost::system::error_code& failed);

/// What \p look_up finds for \p address. Ends at \p timer's expiry, which the caller has set, with
/// asio::error::timed_out, and at once when it is cancelled, with asio::error::operation_aborted.
[[nodiscard]] asio::awaitable<Endpoints> find_endpoints(Address address, LookUp look_up,
                                                        asio::steady_timer& timer,
                                                        boost::system::error_code& failed);

}  // namespace jiuying::node
