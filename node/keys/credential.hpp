/// What opens a keyring: a passphrase that a person knows, a key file that a machine is given, or
/// the recovery key that the district keeps offline.
#pragma once

#include "sync/crypto/box.hpp"
#include "sync/crypto/secret.hpp"

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <utility>
#include <variant>

namespace jiuying::node {

/// A passphrase as typed: bytes, not normalised. Wiped at its end, never printed.
class Passphrase {
public:
    static constexpr std::size_t bytes_max = 1024;
    static constexpr std::size_t characters_min = 8;  ///< When one is chosen.

    explicit Passphrase(std::string_view text)
        : bytes_(sync::as_view(text).begin(), sync::as_view(text).end()) {}
    explicit Passphrase(sync::View bytes) : bytes_(bytes.begin(), bytes.end()) {}
    Passphrase(Passphrase&& other) noexcept : bytes_(std::move(other.bytes_)) {}
    Passphrase& operator=(Passphrase&& other) noexcept {
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    Passphrase(const Passphrase&) = delete;
    Passphrase& operator=(const Passphrase&) = delete;
    ~Passphrase() { sync::wipe(bytes_); }

    [[nodiscard]] sync::View view() const { return bytes_; }
    /// At least `characters_min` characters and at most `bytes_max` bytes.
    [[nodiscard]] bool may_be_chosen() const;

private:
    sync::Bytes bytes_;
};

/// 32 random bytes. They need no stretching, so opening takes no time and no memory.
struct KeyFile {
    sync::Key32 key;
};

/// The private half of the district's recovery key (node/keys/recovery_key.hpp).
struct RecoveryKey {
    sync::BoxKeyPair pair;
};

using Credential = std::variant<Passphrase, KeyFile, RecoveryKey>;

/// The content of \p path less one line break at its end. Errc::too_large above
/// Passphrase::bytes_max; filesystem_error when it cannot be read.
[[nodiscard]] Result<Passphrase> read_passphrase_file(const std::filesystem::path& path);

/// Errc::malformed unless \p path has exactly 32 bytes; filesystem_error when it cannot be read.
[[nodiscard]] Result<KeyFile> read_key_file(const std::filesystem::path& path);

}  // namespace jiuying::node
