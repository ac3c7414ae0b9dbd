/// The acts on a work order that a person chooses from: the verbs, and what the commands `review`
/// and `void` make of an option.
#pragma once

#include "node/cli/order_verbs.hpp"

namespace jiuying::node {

/// In the order in which they are offered; each kind of event once.
[[nodiscard]] std::span<const OrderVerb> order_acts();

}  // namespace jiuying::node
