/// The text form of a keyring: one JSON document, then a line with the checksum of all before it.
/// Used by keyring.cpp only. Pure.
///
///     {"format":"jiuying-keyring","version":1,"verify_key":HEX,"exchange_key":HEX,
///      "slots":[{"kind":"passphrase","argon2id_memory_kib":N,"argon2id_passes":N,
///                "salt":HEX,"nonce":HEX,"wrapped":HEX},
///               {"kind":"key_file","salt":HEX,"nonce":HEX,"wrapped":HEX}],
///      "nonce":HEX,"sealed":HEX}
///     checksum HEX
///
/// checksum = BLAKE2b-128 of everything up to and with the document's line break. `sealed` is the
/// four secrets of KeyringSecrets, in that order, under the master key; `wrapped` is the master key
/// under the slot's key: Argon2id(passphrase, salt) or BLAKE2b(context, salt) keyed by the file.
/// Both are XChaCha20-Poly1305 with their tag; the associated data are BLAKE2b hashes of a context
/// string, what else stands in the slot, and the two public keys (keyring.cpp).
#pragma once

#include "node/keys/keyring.hpp"

namespace jiuying::node {

[[nodiscard]] std::string write_keyring(const Keyring::Contents& contents);

/// Errc::malformed for damage of any kind, Errc::unsupported for a newer version that is whole.
/// Costs of Argon2id are checked by whoever spends them.
[[nodiscard]] Result<Keyring::Contents> parse_keyring(std::string_view text);

}  // namespace jiuying::node
