/// A secret seed in a small file of its own, worth nothing without its passphrase: the district's
/// recovery key and its root key, each made once and kept offline.
///
///     {"format":F,"version":1,"public_key":HEX,"argon2id_memory_kib":N,"argon2id_passes":N,
///      "salt":HEX,"nonce":HEX,"wrapped":HEX}
///     checksum HEX
///
/// checksum = BLAKE2b-128 of the line before, for damage and mistyping. Format:
/// docs/reference/keyring-format.md. Pure.
#pragma once

#include "node/base/clock.hpp"
#include "node/keys/argon2.hpp"
#include "sync/crypto/bytes.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace jiuying::node {

inline constexpr std::size_t seed_file_bytes_max = 4096;

/// What a file is for: no file of one kind passes for another.
struct SeedFileKind {
    std::string_view format;
    std::string_view wrap_context;
};

/// Errc::out_of_bounds for a passphrase that may not be chosen or a cost outside the bounds.
[[nodiscard]] Result<std::string> write_seed_file(const SeedFileKind& kind,
                                                  const sync::Array<32>& public_key,
                                                  const sync::Secret<32>& seed,
                                                  const Passphrase& passphrase,
                                                  Environment& environment, Argon2Cost cost);

struct OpenedSeed {
    sync::Array<32> public_key{};  ///< As the file says: whether it is the seed's is to be checked.
    sync::Secret<32> seed;
};
/// Errc::malformed for anything else, Errc::unsupported for a later version, Errc::wrong_key when
/// the passphrase is another.
[[nodiscard]] Result<OpenedSeed> open_seed_file(const SeedFileKind& kind, std::string_view text,
                                                const Passphrase& passphrase);

// --- Files of one JSON line and its checksum ----------------------------------------------------

[[nodiscard]] std::string with_checksum(const boost::json::object& document);
/// The document of a whole file of \p format, version 1. Fails as open_seed_file does.
[[nodiscard]] Result<boost::json::object> read_checked(std::string_view text,
                                                       std::string_view format);
/// The bytes that stand in hex there; Errc::malformed.
[[nodiscard]] Result<sync::Bytes> hex_at(const boost::json::object& document,
                                         std::string_view name);
template <std::size_t N>
[[nodiscard]] bool read_hex(sync::Array<N>& array, const boost::json::object& document,
                            std::string_view name) {
    const auto bytes = hex_at(document, name);
    if (!bytes || bytes->size() != N) return false;
    std::ranges::copy(*bytes, array.begin());
    return true;
}

/// Eight groups of four hex digits of a hash of \p key, to be read out over the telephone.
[[nodiscard]] std::string spoken_fingerprint(std::string_view context, sync::View key);

}  // namespace jiuying::node
