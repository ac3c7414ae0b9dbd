/// A node's secrets, in one small file that is worth nothing without a passphrase or a key file.
///
/// A random master key seals the secrets (XChaCha20-Poly1305): the seeds of the node's keys and the
/// data key of its database. Independent slots wrap the master key: a passphrase through Argon2id,
/// a key file through keyed BLAKE2b, the district's recovery key by a sealed box. So a slot is
/// added, changed or removed without touching the secrets. The header (public keys, slots with
/// their parameters) is readable by anyone and sealed as a whole by the master key.
///
/// The file is kept twice, `keys` and `keys.bak`, each replaced by a rename: losing it is losing
/// the node. A checksum tells damage from a wrong passphrase; it protects nothing against people,
/// the seal does. What nobody can see from the file alone is that it was replaced by an older one
/// whole, which a passphrase changed since then still opens.
///
/// The data key changes in two steps, so that a kill between them leaves a database that one of two
/// keys opens: begin_rotation() keeps the next key beside the present one, finish_rotation() puts
/// it in its place (node/folder/data_key.hpp does what lies between).
///
/// Format: docs/reference/keyring-format.md. Failures of the disk are filesystem_error. Not
/// thread-safe.
#pragma once

#include "node/base/clock.hpp"
#include "node/base/locked.hpp"
#include "node/keys/keyring_file.hpp"
#include "sync/crypto/hash.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/crypto/x25519.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
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
    std::optional<sync::Key32> data_key;       ///< Of the database; none while it is in clear.
    std::optional<sync::Key32> next_data_key;  ///< While the database is moved to another key.

    [[nodiscard]] static KeyringSecrets fresh(Environment& environment);
    [[nodiscard]] KeyringSecrets clone() const;
};

class Keyring {
public:
    using Slot = KeyringSlot;
    static constexpr std::size_t slots_max = KeyringContents::slots_max;
    static constexpr std::size_t file_bytes_max = 64 * 1024;

    struct Opened;
    /// Whether a database lies under these keys: which of two sound copies that differ is right.
    using Fits = std::function<bool(const KeyringSecrets&)>;

    /// Writes a new keyring for \p path and its copy. Errc::out_of_bounds for a passphrase that may
    /// not be chosen, a cost outside the bounds, or no slot or too many; Errc::bad_key for a
    /// recovery key of low order. Whether there is one already is the caller's question: it is
    /// replaced.
    [[nodiscard]] static Result<Keyring> create(const std::filesystem::path& path,
                                                KeyringSecrets secrets,
                                                std::span<const Credential> slots,
                                                Environment& environment, Argon2Cost cost = {},
                                                std::span<const sync::BoxKey> recovery = {});

    /// Errc::not_found: neither copy exists. Errc::malformed: both are damaged (or one, and the
    /// other is gone). Errc::unsupported: made by a newer program. Errc::wrong_key: sound, but no
    /// slot opens. Takes as long as Argon2id does for each passphrase slot tried. With \p fits, a
    /// sound copy that does not fit, as an older one that was put back, gives way to one that does.
    [[nodiscard]] static Result<Opened> open(const std::filesystem::path& path,
                                             const Credential& credential, const Fits& fits = {});

    /// The same of a text. What is changed later is written to \p path.
    [[nodiscard]] static Result<Keyring> read(std::string_view text, const Credential& credential,
                                              const std::filesystem::path& path);

    /// What anybody may know of a keyring: whose it is and what opens it. Not verified: who has a
    /// credential opens it instead. Fails as open() does.
    [[nodiscard]] static Result<KeyringContents> look(const std::filesystem::path& path);

    [[nodiscard]] const KeyringSecrets& secrets() const { return held_->secrets; }
    [[nodiscard]] const std::vector<Slot>& slots() const { return contents_.slots; }
    [[nodiscard]] const KeyringOwner& owner() const { return contents_.owner; }

    /// All of these rewrite the two files; on failure nothing has changed.
    /// Errc::out_of_bounds as in create, Errc::exhausted when there are slots_max already.
    [[nodiscard]] Result<void> add_slot(const Credential& credential, Environment& environment,
                                        Argon2Cost cost = {});
    /// Replaces one that is sealed to the same key.
    [[nodiscard]] Result<void> add_recovery(const sync::BoxKey& recovery, Environment& environment);
    /// Errc::not_found; Errc::wrong_state for the last passphrase or key file.
    [[nodiscard]] Result<void> remove_slot(std::size_t place);
    /// Errc::wrong_key if \p old opens no passphrase slot; the other slots stay.
    [[nodiscard]] Result<void> change_passphrase(const Passphrase& old, const Passphrase& fresh,
                                                 Environment& environment, Argon2Cost cost = {});
    /// All passphrases give way to \p fresh; key files and recovery stay. For whoever came in by
    /// another way because a passphrase was forgotten or may be known to somebody.
    [[nodiscard]] Result<void> replace_passphrases(const Passphrase& fresh,
                                                   Environment& environment, Argon2Cost cost = {});

    /// Keeps a fresh next data key, or the one that is there from a rotation that was cut off.
    void begin_rotation(Environment& environment);
    /// The next data key becomes the only one.
    void finish_rotation(Environment& environment);
    /// The next data key is forgotten: no database is under it.
    void abandon_rotation(Environment& environment);

    /// Writes both files again, to mend what Opened reports.
    void save() const;

    /// Takes over what another process has written since this was opened. True if the two copies
    /// differ. Errc::wrong_key if it is another keyring by now, or under another master key, or no
    /// copy fits; else as open().
    [[nodiscard]] Result<bool> reread(const Fits& fits = {});

    /// Proves over the local socket that the caller could open this keyring; see prove().
    [[nodiscard]] sync::Key32 control_key() const;

private:
    struct Held {
        KeyringSecrets secrets;
        sync::Key32 master;
    };
    Keyring() : held_(make_locked<Held>()) {}
    static Result<Keyring> unseal(KeyringText parsed, sync::Key32 master,
                                  const std::filesystem::path& path);
    void take_over(KeyringContents changed);
    void seal_secrets(Environment& environment);

    std::filesystem::path path_;
    Locked<Held> held_;
    KeyringContents contents_;
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
