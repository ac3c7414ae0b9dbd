#include "node/net/sync_client.hpp"

#include "node/cli/errors.hpp"
#include "node/net/sync_call.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <utility>

namespace jiuying::node {

SyncOutcome sync_once(Replica& replica, Environment& environment, const std::string& address,
                      std::chrono::seconds limit) {
    const Result<Address> hub = parse_address(address);
    if (!hub) throw Failure{Error::bad_address, Detail::address, address};
    asio::io_context network{1};
    StorageHere storage;
    SyncCall call{replica, storage, environment};
    SyncOutcome outcome;
    std::exception_ptr thrown;
    asio::co_spawn(network, call.run(*hub, limit),
                   [&](std::exception_ptr error, SyncOutcome result) {
                       thrown = error;
                       outcome = std::move(result);
                   });
    network.run();
    if (thrown) std::rethrow_exception(thrown);
    return outcome;
}

}  // namespace jiuying::node
