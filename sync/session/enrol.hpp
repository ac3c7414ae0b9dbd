/// How a new node proves that it holds an invitation, and how its hub checks that.
///
/// The proof binds the one-time secret to this very handshake and to both keys in it, so it is
/// worth nothing to anyone who copies it, and the secret itself never travels. Pure.
#pragma once

#include "sync/session/exchange.hpp"

namespace jiuying::sync {

/// BLAKE2b-256 keyed with \p secret, the invitation's, over "jiuying enrol v1", the handshake hash
/// after the second message, both static keys, and \p enrol's signing key, epoch and invitation.
/// The name and the MAC inside \p enrol do not count. Compare with equal_in_constant_time.
[[nodiscard]] Hash32 enrol_mac(const Hash32& secret, const Hash32& handshake_hash,
                               const Hash32& initiator_static, const Hash32& responder_static,
                               const Enrol& enrol);

}  // namespace jiuying::sync
