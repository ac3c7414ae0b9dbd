#include "node/serve/serve.hpp"

#include "node/cli/errors.hpp"
#include "node/net/address.hpp"
#include "node/serve/service.hpp"

namespace jiuying::node {

int serve(NodeFolder& folder, const ServeOptions& options) {
    Replica& replica = folder.replica();
    if (replica.profile().role != options.role) throw Failure{Error::wrong_role};
    if (!options.hub_address.empty()) {
        if (!parse_address(options.hub_address)) {
            throw Failure{Error::bad_address, Detail::address, options.hub_address};
        }
        replica.set_hub_address(options.hub_address);
    }
    Service service{folder, options};
    replica.begin_service();
    service.run();
    return exit_code::ok;
}

}  // namespace jiuying::node
