/// Who meets the hub for a command that runs beside the network.
#pragma once

#include "node/commands/sync_outcome.hpp"

#include <boost/asio/awaitable.hpp>

namespace jiuying::node {

namespace asio = boost::asio;

class Exchanger {
public:
    virtual ~Exchanger() = default;
    /// Waits for the end of an exchange that begins after this call. Throws what the database
    /// throws.
    [[nodiscard]] virtual asio::awaitable<SyncOutcome> exchange_now() = 0;
    /// Something was written here.
    virtual void soon() = 0;
};

}  // namespace jiuying::node
