#include "sync/session/enrol.hpp"

#include "sync/crypto/hash.hpp"

namespace jiuying::sync {

Hash32 enrol_mac(const Hash32& secret, const Hash32& handshake_hash, const Hash32& initiator_static,
                 const Hash32& responder_static, const Enrol& enrol) {
    return Hasher{32, secret}
        .add("jiuying enrol v1")
        .add(handshake_hash)
        .add(initiator_static)
        .add(responder_static)
        .add(enrol.sign_key)
        .add_u64(enrol.epoch)
        .add(enrol.invitation)
        .finish_as<32>();
}

}  // namespace jiuying::sync
