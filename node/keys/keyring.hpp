/// A node's secrets, in one small file that is worth nothing without a passphrase or a key file.
///
/// A random master key seals the secrets (XChaCha20-Poly1305). Independent slots wrap the master
/// key: a passphrase through Argon2id, a key file through keyed BLAKE2b. So a slot is added or
/// changed without touching the secrets. The header (JSON: public keys, slots with their
/// parameters) is readable by anyone and is the associated data of what it describes.
///
/// The file is kept twice, `keys` and `keys.bak`: losing it is losing the node. A checksum tells
/// damage from a wrong passphrase; it protects nothing against people, the tags do. What nobody can
/// see from the file alone is that it was replaced by an older one whole.
///
/// Format: keyring_file.hpp. Failures of the disk are filesystem_error. Not thread-safe.
#pragma once

#include "node/base/clock.hpp"
#include "node/keys/credential.hpp"
#include "sync/crypto/hash.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/crypto/x25519.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace jiuying::node {

/// All seeds are 32 random bytes; what is made of them is made by its own type in sync/crypto.
struct KeyringSecrets {
    sync::Secret<32> signing_seed;   ///< Of the SigningKey.
    sync::Secret<32> exchange_seed;  ///< Of the X25519KeyPair that is pinned for the session.
    sync::Secret<32> box_seed;       ///< Of the BoxKeyPair that content keys are sealed to.
    sync::Secret<32> salt_secret;    ///< The salts of private parts in the chain derive from it.
    sync::Secret<32> spare;          ///< For a purpose to come; the format need not change then.

    [[nodiscard]] static KeyringSecrets fresh(Environment& environment);
    [[nodiscard]] KeyringSecrets clone() const;
};

/// How hard guessing a passphrase is made.
struct Argon2Cost {
    static constexpr std::uint32_t memory_kib_min = 64 * 1024;
    static constexpr std::uint32_t memory_kib_max = 1024 * 1024;
    static constexpr std::uint32_t passes_min = 2;
    static constexpr std::uint32_t passes_max = 16;

    std::uint32_t memory_kib = memory_kib_min;
    std::uint32_t passes = 3;
    /// The floor stops a file made weak on purpose, the ceiling one that would eat the memory.
    [[nodiscard]] bool allowed() const;
};

class Keyring {
public:
    static constexpr std::size_t slots_max = 8;
    static constexpr std::size_t file_bytes_max = 64 * 1024;

    struct Opened;

    /// Writes a new keyring for \p path and its copy. Errc::out_of_bounds for a passphrase that may
    /// not be chosen, a cost outside the bounds, or no slot or too many.
    /// Whether there is one already is the caller's question: it is replaced.
    [[nodiscard]] static Result<Keyring> create(const std::filesystem::path& path,
                                                KeyringSecrets secrets,
                                                std::span<const Credential> slots,
                                                Environment& environment, Argon2Cost cost = {});

    /// Errc::not_found: neither copy exists. Errc::malformed: both are damaged (or one, and the
    /// other is gone). Errc::unsupported: made by a newer program. Errc::wrong_key: sound, but no
    /// slot opens. Takes as long as Argon2id does for each passphrase slot tried.
    [[nodiscard]] static Result<Opened> open(const std::filesystem::path& path,
                                             const Credential& credential);

    [[nodiscard]] const KeyringSecrets& secrets() const { return secrets_; }

    /// Both rewrite the two files. Errc::out_of_bounds as in create.
    [[nodiscard]] Result<void> add_slot(const Credential& credential, Environment& environment,
                                        Argon2Cost cost = {});
    /// Errc::wrong_key if \p old opens no passphrase slot; the other slots stay.
    [[nodiscard]] Result<void> change_passphrase(const Passphrase& old, const Passphrase& fresh,
                                                 Environment& environment, Argon2Cost cost = {});
    /// Writes both files again, to mend what Opened reports.
    void save() const;

    /// Proves over the local socket that the caller could open this keyring; see prove().
    [[nodiscard]] sync::Key32 control_key() const;

    /// How the master key is wrapped once.
    struct Slot {
        enum class Kind : std::uint8_t { passphrase = 1, key_file = 2 };
        Kind kind = Kind::passphrase;
        Argon2Cost cost{0, 0};  ///< Of a passphrase; zeros for a key file.
        sync::Array<16> salt{};
        sync::Array<24> nonce{};
        sync::Bytes wrapped;
    };
    /// What stands in the file.
    struct Contents {
        sync::Array<32> verify_key{};
        sync::Array<32> exchange_key{};
        sync::Array<32> box_key{};
        std::vector<Slot> slots;
        sync::Array<24> nonce{};
        sync::Bytes sealed;
    };

private:
    Keyring() = default;
    static Result<Keyring> unlock(const Contents& contents, const Credential& credential);

    std::filesystem::path path_;
    KeyringSecrets secrets_;
    sync::Key32 master_;
    Contents contents_;
};

struct Keyring::Opened {
    Keyring keyring;
    bool from_backup = false;    ///< `keys` was damaged or gone; keys.bak has been used.
    bool copies_differ = false;  ///< keys.bak is damaged, gone or older: save() mends it.
};

/// The answer to a challenge of the local socket. Both sides know control_key(); whoever listens
/// in learns nothing that opens the keyring or answers another challenge.
[[nodiscard]] sync::Hash32 prove(const sync::Key32& control_key, sync::View challenge);

}  // namespace jiuying::node
