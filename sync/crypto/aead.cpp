#include "sync/crypto/aead.hpp"

#include <sodium.h>

namespace jiuying::sync {

static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == Nonce24{}.size());
static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == aead_tag_size);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == Key32::size);

Bytes aead_seal(const Key32& key, const Nonce24& nonce, View associated, View plain) {
    sodium_ready();
    Bytes sealed(plain.size() + aead_tag_size);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(),
                                               associated.data(), associated.size(), nullptr,
                                               nonce.data(), key.data());
    return sealed;
}

Result<Bytes> aead_open(const Key32& key, const Nonce24& nonce, View associated, View sealed) {
    if (sealed.size() < aead_tag_size) return Errc::truncated;
    sodium_ready();
    Bytes plain(sealed.size() - aead_tag_size);
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain.data(), nullptr, nullptr, sealed.data(), sealed.size(), associated.data(),
        associated.size(), nonce.data(), key.data());
    if (failed != 0) return Errc::not_authentic;
    return plain;
}

}  // namespace jiuying::sync
