/// The district's recovery key: made once, on a machine without a network, and kept offline. What
/// is sealed to its public half is opened by whoever has the private half's file and its
/// passphrase, and by nobody else.
///
///     {"format":"jiuying-recovery-key","version":1,"public_key":HEX,"argon2id_memory_kib":N,
///      "argon2id_passes":N,"salt":HEX,"nonce":HEX,"wrapped":HEX}      the private half
///     {"format":"jiuying-recovery-public-key","version":1,"public_key":HEX}     the public one
///     checksum HEX                                                   the second line of both
///
/// checksum = BLAKE2b-128 of the line before, for damage and mistyping. A public key is believed
/// when its fingerprint has been compared. Format: docs/reference/keyring-format.md. Pure.
#pragma once

#include "node/base/clock.hpp"
#include "node/keys/seed_file.hpp"

#include <string>
#include <string_view>

namespace jiuying::node {

inline constexpr std::size_t recovery_file_bytes_max = 4096;

struct RecoveryFiles {
    std::string private_file;
    std::string public_file;
    sync::BoxKey public_key;
};

/// Errc::out_of_bounds for a passphrase that may not be chosen or a cost outside the bounds.
[[nodiscard]] Result<RecoveryFiles> make_recovery_key(const Passphrase& passphrase,
                                                      Environment& environment,
                                                      Argon2Cost cost = {});

/// Errc::malformed for anything else than a public file, Errc::unsupported for a later version.
[[nodiscard]] Result<sync::BoxKey> read_recovery_public_key(std::string_view text);

/// As above for a private file; Errc::wrong_key when the passphrase is another.
[[nodiscard]] Result<RecoveryKey> open_recovery_key(std::string_view text,
                                                    const Passphrase& passphrase);

/// The same, as the seed that the key is made from; it is the public half's. For splitting it.
[[nodiscard]] Result<OpenedSeed> open_recovery_seed(std::string_view text,
                                                    const Passphrase& passphrase);

/// Eight groups of four hex digits, to be read out over the telephone.
[[nodiscard]] std::string fingerprint(const sync::BoxKey& key);

}  // namespace jiuying::node
