/// X25519 (RFC 7748): the keys of sealed boxes and of the Noise session.
///
/// A private key is made for one use: a node has one pair for the session and another for boxes.
/// Points of low order, which would make the shared secret known to anyone, are refused. Pure.
#pragma once

#include "sync/crypto/bytes.hpp"
#include "sync/crypto/secret.hpp"

#include <compare>
#include <utility>

namespace jiuying::sync {

/// A public key for key agreement. Any 32 bytes may be one; agreement itself refuses bad ones.
class X25519Key {
public:
    X25519Key() = default;  ///< All zero: agreement with it is refused.
    explicit X25519Key(const Array<32>& bytes) : bytes_(bytes) {}

    /// Fails with Errc::malformed on a wrong size.
    [[nodiscard]] static Result<X25519Key> parse(View bytes);

    [[nodiscard]] const Array<32>& bytes() const { return bytes_; }
    [[nodiscard]] View view() const { return bytes_; }
    auto operator<=>(const X25519Key&) const = default;

private:
    Array<32> bytes_{};
};

/// A private key and its public key. Movable, wiped at its end.
class X25519KeyPair {
public:
    /// As crypto_box_seed_keypair: the private key is the first half of SHA-512 of the seed.
    [[nodiscard]] static X25519KeyPair from_seed(const Secret<32>& seed);
    /// Takes the private scalar as it is (clamped when used, as RFC 7748 has it).
    [[nodiscard]] static X25519KeyPair from_private(Secret<32> scalar);

    [[nodiscard]] X25519KeyPair clone() const { return {private_.clone(), public_}; }
    [[nodiscard]] const X25519Key& public_key() const { return public_; }
    [[nodiscard]] const Secret<32>& private_key() const { return private_; }

    /// The raw shared secret, to be hashed before use. Fails with Errc::bad_key when it is zero,
    /// which only a key of low order brings about.
    [[nodiscard]] Result<Secret<32>> agree(const X25519Key& other) const;

private:
    X25519KeyPair(Secret<32> scalar, const X25519Key& key)
        : private_(std::move(scalar)), public_(key) {}

    Secret<32> private_;
    X25519Key public_;
};

}  // namespace jiuying::sync
