#include "sync/session/enrol.hpp"

#include "sync/crypto/hash.hpp"

namespace jiuying::sync {

Hash32 enrol_mac(const Secret<32>& secret, const Hash32& handshake_hash, const EnrolKeys& keys,
                 const Enrol& enrol) {
    return Hasher{32, secret.view()}
        .add("jiuying enrol v1")
        .add(handshake_hash)
        .add(keys.station_static)
        .add(keys.hub_static)
        .add(keys.hub_box)
        .add(enrol.sign_key)
        .add(enrol.box_key)
        .add_u64(enrol.epoch)
        .add(enrol.invitation)
        .finish_as<32>();
}

}  // namespace jiuying::sync
