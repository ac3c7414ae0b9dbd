/// The symmetric half of Noise: one cipher with its counter, and the running hash of a handshake.
///
/// Suite ChaChaPoly and SHA256 of The Noise Protocol Framework, revision 34, sections 4.2, 4.3,
/// 5.1, 5.2, on libsodium's primitives. Pure; one thread at a time.
#pragma once

#include "sync/crypto/bytes.hpp"
#include "sync/crypto/secret.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

namespace jiuying::sync::noise {

/// Bytes that each encryption adds.
inline constexpr std::size_t tag_size = 16;
/// No Noise message is longer, handshake or transport.
inline constexpr std::size_t message_size_max = 65535;
/// What fits one transport message.
inline constexpr std::size_t plaintext_size_max = message_size_max - tag_size;

/// A key and the number of the next message under it. Invariant: no number is used twice.
class CipherState {
public:
    /// Never used for a message: rekeying uses it.
    static constexpr std::uint64_t nonce_limit = std::numeric_limits<std::uint64_t>::max();

    CipherState() = default;  ///< Without a key: bytes pass unchanged.
    explicit CipherState(Key32 key) : key_(std::move(key)) {}

    [[nodiscard]] bool has_key() const { return key_.has_value(); }
    [[nodiscard]] std::uint64_t nonce() const { return nonce_; }
    /// Only forward: a counter set back would use a number twice (asserted).
    void set_nonce(std::uint64_t nonce);

    /// Fails with Errc::exhausted when the counter has reached its limit.
    [[nodiscard]] Result<Bytes> encrypt(View associated, View plain);
    /// Fails with Errc::exhausted, Errc::truncated, or Errc::not_authentic; the counter stays then.
    [[nodiscard]] Result<Bytes> decrypt(View associated, View sealed);
    /// A new key from the old one, which is gone; the counter goes on (section 11.3).
    void rekey();

private:
    std::optional<Key32> key_;
    std::uint64_t nonce_ = 0;
};

/// HMAC-SHA256 (RFC 2104); a key of any length.
[[nodiscard]] Secret<32> hmac_sha256(View key, View first, View second = {});

/// HKDF of section 4.3; use the first two or all three outputs.
[[nodiscard]] std::array<Secret<32>, 3> hkdf(const Secret<32>& chaining_key, View input);

/// Chaining key, hash of everything said, and the cipher of the moment.
class SymmetricState {
public:
    /// A name of up to 32 bytes is padded with zeros, a longer one is hashed.
    explicit SymmetricState(std::string_view protocol_name);

    void mix_key(View input);
    void mix_hash(View said);
    void mix_key_and_hash(View psk);
    [[nodiscard]] Result<Bytes> encrypt_and_hash(View plain);
    [[nodiscard]] Result<Bytes> decrypt_and_hash(View sealed);

    [[nodiscard]] bool has_key() const { return cipher_.has_key(); }
    [[nodiscard]] const Array<32>& hash() const { return hash_; }
    /// The initiator's sending cipher and the responder's.
    [[nodiscard]] std::array<CipherState, 2> split() const;

private:
    Secret<32> chaining_key_;
    Array<32> hash_{};
    CipherState cipher_;
};

}  // namespace jiuying::sync::noise
