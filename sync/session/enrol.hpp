/// How a new node proves that it holds an invitation, and how its hub checks that.
///
/// The proof binds the one-time secret to this very handshake and to every key that either side
/// will pin, so it is worth nothing to anyone who copies it, an invitation in which a key was
/// swapped is refused, and the secret itself never travels. Pure.
#pragma once

#include "sync/crypto/secret.hpp"
#include "sync/session/exchange.hpp"

namespace jiuying::sync {

/// The public keys of an enrolment that do not stand in the Enrol itself.
struct EnrolKeys {
    Hash32 station_static{};  ///< X25519, of the session.
    Hash32 hub_static{};      ///< Likewise.
    Hash32 hub_box{};         ///< X25519, that content keys are sealed to.
};

/// BLAKE2b-256 keyed with \p secret, the invitation's, over "jiuying enrol v1", the handshake hash
/// after the second message, \p keys in their order, and \p enrol's signing key, box key, epoch and
/// invitation. The name and the MAC inside \p enrol do not count. Compare with
/// equal_in_constant_time.
[[nodiscard]] Hash32 enrol_mac(const Secret<32>& secret, const Hash32& handshake_hash,
                               const EnrolKeys& keys, const Enrol& enrol);

}  // namespace jiuying::sync
