/// How a session of a hub ended, for its log. Says nothing of who it was.
#pragma once

#include "sync/session/exchange.hpp"

namespace jiuying::node {

struct SessionReport {
    sync::CloseReason reason{};
    sync::Traffic traffic;
    bool admitted = false;
};

}  // namespace jiuying::node
