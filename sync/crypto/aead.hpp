/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): what is kept and carried is sealed with it.
///
/// The nonce is 24 random bytes drawn by the caller, one for each sealing: 192 bits make an
/// accidental repeat impossible in practice, however many nodes share a content key. Pure.
#pragma once

#include "sync/crypto/bytes.hpp"
#include "sync/crypto/secret.hpp"

namespace jiuying::sync {

using Nonce24 = Array<24>;

/// Bytes that sealing adds: the tag, at the end.
inline constexpr std::size_t aead_tag_size = 16;

/// `associated` is authenticated, not encrypted and not part of the answer.
[[nodiscard]] Bytes aead_seal(const Key32& key, const Nonce24& nonce, View associated, View plain);

/// Fails with Errc::truncated below the size of a tag, and with Errc::not_authentic when key,
/// nonce, associated bytes or any bit of the input differ. Nothing is decrypted then.
[[nodiscard]] Result<Bytes> aead_open(const Key32& key, const Nonce24& nonce, View associated,
                                      View sealed);

}  // namespace jiuying::sync
