/// The head of a backup file: whose it is, what is in it, and a signature. Pure.
///
///     "JYBACKUP"              8 bytes
///     version 1, suite 1      a byte each
///     role                    a byte: 1 station, 2 hub
///     0                       a byte
///     size of the body        4 bytes, least significant first, at most 1 MiB
///     body                    see docs/reference/backup-format.md
///     checksum                16 bytes, BLAKE2b-128 of all before it: tells damage from forgery
///     signature               64 bytes, Ed25519 of all before the checksum by the key in the body,
///                             context "jiuying backup v1", district as in the body, no log
///
/// Behind it stand the keyring and the database, each as long as the body says.
#pragma once

#include "node/replica/backup_records.hpp"
#include "schema/result.hpp"
#include "sync/crypto/sign.hpp"

#include <string>

namespace jiuying::node {

inline constexpr std::string_view backup_context = "jiuying backup v1";

struct BackupHeader {
    enum class Role : std::uint8_t { station = 1, hub = 2 };
    Role role = Role::station;
    BackupFacts facts;
    std::string district;
    std::string station_code;
    sync::Array<32> verify_key{};
    std::uint64_t keyring_bytes = 0;
    sync::Hash32 keyring_hash{};
    std::uint64_t database_bytes = 0;
    sync::Hash32 database_hash{};

    static constexpr std::size_t start_bytes = 16;  ///< Up to the size of the body.
    static constexpr std::size_t body_bytes_max = 1U << 20U;
    static constexpr std::size_t tail_bytes = 16 + 64;
    static constexpr std::size_t keyring_bytes_max = 64 * 1024;
};

/// What the signature is made over.
[[nodiscard]] sync::Bytes encode_backup_header(const BackupHeader& header);
/// The whole head.
[[nodiscard]] sync::Bytes seal_backup_header(const sync::Bytes& encoded,
                                             const sync::Signature& signature);

/// The size of the whole head, by its first start_bytes. Errc::not_found: this is no backup.
/// Errc::unsupported: a newer program's. Errc::truncated, Errc::too_large.
[[nodiscard]] Result<std::size_t> backup_head_size(sync::View start);
/// Reads and verifies a whole head. Errors as above; Errc::malformed for damage of any kind;
/// Errc::not_authentic where it is whole and the signature is not that of the key in it.
[[nodiscard]] Result<BackupHeader> open_backup_header(sync::View head);

}  // namespace jiuying::node
