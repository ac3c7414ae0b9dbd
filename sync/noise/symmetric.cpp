#include "sync/noise/symmetric.hpp"

#include "schema/assert.hpp"

#include <sodium.h>

namespace jiuying::sync::noise {
namespace {

static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == tag_size);
static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == Key32::size);

/// Four zero bytes, then the counter, least significant byte first (section 12.3).
Array<12> nonce_bytes(std::uint64_t nonce) {
    Array<12> bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[4 + i] = static_cast<std::uint8_t>(nonce >> (8 * i));
    }
    return bytes;
}

Bytes seal(const Key32& key, std::uint64_t nonce, View associated, View plain) {
    Bytes sealed(plain.size() + tag_size);
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(),
                                              associated.data(), associated.size(), nullptr,
                                              nonce_bytes(nonce).data(), key.data());
    return sealed;
}

Array<32> sha256(View first, View second) {
    crypto_hash_sha256_state state;
    Array<32> out{};
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, first.data(), first.size());
    crypto_hash_sha256_update(&state, second.data(), second.size());
    crypto_hash_sha256_final(&state, out.data());
    return out;
}

}  // namespace

void CipherState::set_nonce(std::uint64_t nonce) {
    JY_ASSERT(nonce >= nonce_);
    nonce_ = nonce;
}

Result<Bytes> CipherState::encrypt(View associated, View plain) {
    if (!key_) return Bytes(plain.begin(), plain.end());
    if (nonce_ == nonce_limit) return Errc::exhausted;
    return seal(*key_, nonce_++, associated, plain);
}

Result<Bytes> CipherState::decrypt(View associated, View sealed) {
    if (!key_) return Bytes(sealed.begin(), sealed.end());
    if (nonce_ == nonce_limit) return Errc::exhausted;
    if (sealed.size() < tag_size) return Errc::truncated;
    Bytes plain(sealed.size() - tag_size);
    const int failed = crypto_aead_chacha20poly1305_ietf_decrypt(
        plain.data(), nullptr, nullptr, sealed.data(), sealed.size(), associated.data(),
        associated.size(), nonce_bytes(nonce_).data(), key_->data());
    if (failed != 0) return Errc::not_authentic;
    ++nonce_;
    return plain;
}

void CipherState::rekey() {
    JY_ASSERT(key_.has_value());
    constexpr Array<Key32::size> zeros{};
    Bytes sealed = seal(*key_, nonce_limit, {}, zeros);
    std::copy_n(sealed.begin(), Key32::size, key_->bytes().begin());
    wipe(sealed);
}

Secret<32> hmac_sha256(View key, View first, View second) {
    crypto_auth_hmacsha256_state state;
    Secret<32> out;
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, first.data(), first.size());
    crypto_auth_hmacsha256_update(&state, second.data(), second.size());
    crypto_auth_hmacsha256_final(&state, out.bytes().data());
    wipe({reinterpret_cast<std::uint8_t*>(&state), sizeof state});
    return out;
}

std::array<Secret<32>, 3> hkdf(const Secret<32>& chaining_key, View input) {
    constexpr Array<3> ordinals{1, 2, 3};
    const View all{ordinals};
    const Secret<32> key = hmac_sha256(chaining_key.view(), input);
    Secret<32> first = hmac_sha256(key.view(), all.subspan(0, 1));
    Secret<32> second = hmac_sha256(key.view(), first.view(), all.subspan(1, 1));
    Secret<32> third = hmac_sha256(key.view(), second.view(), all.subspan(2, 1));
    return {std::move(first), std::move(second), std::move(third)};
}

SymmetricState::SymmetricState(std::string_view protocol_name) {
    sodium_ready();
    if (protocol_name.size() <= hash_.size()) {
        std::ranges::copy(as_view(protocol_name), hash_.begin());
    } else {
        hash_ = sha256(as_view(protocol_name), {});
    }
    chaining_key_ = Secret<32>{hash_};
}

void SymmetricState::mix_key(View input) {
    std::array<Secret<32>, 3> keys = hkdf(chaining_key_, input);
    chaining_key_ = std::move(keys[0]);
    cipher_ = CipherState{std::move(keys[1])};
}

void SymmetricState::mix_hash(View said) { hash_ = sha256(hash_, said); }

void SymmetricState::mix_key_and_hash(View psk) {
    std::array<Secret<32>, 3> keys = hkdf(chaining_key_, psk);
    chaining_key_ = std::move(keys[0]);
    mix_hash(keys[1].view());
    cipher_ = CipherState{std::move(keys[2])};
}

Result<Bytes> SymmetricState::encrypt_and_hash(View plain) {
    Result<Bytes> sealed = cipher_.encrypt(hash_, plain);
    if (sealed) mix_hash(*sealed);
    return sealed;
}

Result<Bytes> SymmetricState::decrypt_and_hash(View sealed) {
    Result<Bytes> plain = cipher_.decrypt(hash_, sealed);
    if (plain) mix_hash(sealed);
    return plain;
}

std::array<CipherState, 2> SymmetricState::split() const {
    std::array<Secret<32>, 3> keys = hkdf(chaining_key_, {});
    return {CipherState{std::move(keys[0])}, CipherState{std::move(keys[1])}};
}

}  // namespace jiuying::sync::noise
