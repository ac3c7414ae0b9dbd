/// How one exchange with the hub went, for whoever asked for it.
#pragma once

#include "sync/session/exchange.hpp"

#include <string>

namespace jiuying::node {

struct SyncOutcome {
    bool ok = false;        ///< The session ended with CloseReason::done.
    sync::Traffic traffic;  ///< Everything on the wire counted.
    sync::CloseReason reason = sync::CloseReason::hung_up;
    double seconds = 0;  ///< From connect to close.
    std::string detail;  ///< The system's words when it failed; never recorded content.
};

}  // namespace jiuying::node
