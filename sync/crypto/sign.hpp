/// Ed25519 signatures (RFC 8032) that say what they are for.
///
/// The signed bytes are: u8 length, context; u8 length, district id; u8 length, log id; content.
/// So a signature made for one kind of artefact, district or log never passes for another, and no
/// two different triples give the same bytes. The content is plain concatenation of its parts:
/// it must delimit itself. Pure; objects may be read from any thread.
#pragma once

#include "sync/crypto/bytes.hpp"
#include "sync/crypto/secret.hpp"

#include <compare>
#include <initializer_list>
#include <utility>

namespace jiuying::sync {

using Signature = Array<64>;

/// A public key that verifies. Not an encryption key: X25519Key is a type of its own, so that the
/// compiler keeps the two apart.
class VerifyKey {
public:
    VerifyKey() = default;  ///< All zero; verifies nothing.
    /// For bytes that were checked before (our own files).
    explicit VerifyKey(const Array<32>& bytes) : bytes_(bytes) {}

    /// Fails with Errc::malformed on a wrong size and Errc::bad_key when the bytes are not a point
    /// of the prime-order group.
    [[nodiscard]] static Result<VerifyKey> parse(View bytes);

    /// Context, district and log are at most 255 bytes each (asserted).
    /// False for any difference in key, context, district, log or content.
    [[nodiscard]] bool verify(View signature, std::string_view context, View district, View log,
                              std::initializer_list<View> parts) const;

    [[nodiscard]] const Array<32>& bytes() const { return bytes_; }
    [[nodiscard]] View view() const { return bytes_; }
    auto operator<=>(const VerifyKey&) const = default;

private:
    Array<32> bytes_{};
};

/// A private key that signs. Movable, wiped at its end.
class SigningKey {
public:
    /// The same seed gives the same key for ever (RFC 8032 section 5.1.5).
    explicit SigningKey(const Secret<32>& seed);

    [[nodiscard]] SigningKey clone() const { return SigningKey{secret_.clone(), public_}; }
    [[nodiscard]] const VerifyKey& verify_key() const { return public_; }

    /// Deterministic: signing the same twice gives the same bytes.
    [[nodiscard]] Signature sign(std::string_view context, View district, View log,
                                 std::initializer_list<View> parts) const;

private:
    SigningKey(Secret<64> secret, const VerifyKey& key)
        : secret_(std::move(secret)), public_(key) {}

    Secret<64> secret_;
    VerifyKey public_;
};

}  // namespace jiuying::sync
