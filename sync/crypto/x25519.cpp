#include "sync/crypto/x25519.hpp"

#include "schema/assert.hpp"

#include <sodium.h>

namespace jiuying::sync {

Result<X25519Key> X25519Key::parse(View bytes) {
    const Result<Array<32>> fixed = to_array<32>(bytes);
    if (!fixed) return fixed.error();
    return X25519Key{*fixed};
}

X25519KeyPair X25519KeyPair::from_seed(const Secret<32>& seed) {
    sodium_ready();
    Array<32> key{};
    Secret<32> scalar;
    crypto_box_seed_keypair(key.data(), scalar.bytes().data(), seed.data());
    return {std::move(scalar), X25519Key{key}};
}

X25519KeyPair X25519KeyPair::from_private(Secret<32> scalar) {
    sodium_ready();
    Array<32> key{};
    crypto_scalarmult_base(key.data(), scalar.data());
    return {std::move(scalar), X25519Key{key}};
}

Result<Secret<32>> X25519KeyPair::agree(const X25519Key& other) const {
    Secret<32> shared;
    if (crypto_scalarmult(shared.bytes().data(), private_.data(), other.view().data()) != 0) {
        return Errc::bad_key;
    }
    // libsodium refuses already; the promise is ours, so it does not rest on its version.
    if (sodium_is_zero(shared.data(), Secret<32>::size) != 0) return Errc::bad_key;
    return shared;
}

}  // namespace jiuying::sync
