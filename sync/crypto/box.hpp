/// Sealed boxes: bytes that only the holder of an X25519 key can read, from an unnamed sender.
///
/// The construction of libsodium's crypto_box_seal, which can open them and be opened here:
/// ephemeral public key, then crypto_box under the nonce BLAKE2b-192(ephemeral key, reader's key).
/// Only the source of the ephemeral key differs: a seed that comes in. A box proves nothing about
/// its sender: sign what contains it. Pure.
#pragma once

#include "sync/crypto/x25519.hpp"

namespace jiuying::sync {

using BoxKey = X25519Key;
using BoxKeyPair = X25519KeyPair;

/// Bytes that sealing adds: ephemeral key and tag.
inline constexpr std::size_t box_overhead = 48;

/// `seed` is 32 fresh random bytes, never used for another box.
/// Fails with Errc::bad_key when the reader's key is of low order.
[[nodiscard]] Result<Bytes> box_seal(const BoxKey& reader, const Secret<32>& seed, View plain);

/// Fails with Errc::truncated below `box_overhead` bytes, else with Errc::not_authentic.
[[nodiscard]] Result<Bytes> box_open(const BoxKeyPair& reader, View sealed);

}  // namespace jiuying::sync
