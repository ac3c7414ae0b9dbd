/// One way into a keyring: its master key, wrapped for one passphrase, key file or recovery key.
///
/// Used by the keyring only. Pure but for the Environment that gives randomness.
#pragma once

#include "node/base/clock.hpp"
#include "node/keys/argon2.hpp"

#include <cstdint>

namespace jiuying::node {

/// The public keys of the node that a keyring belongs to. They stand in its file and are bound to
/// everything in it, so no part of one node's keyring fits into another's.
struct KeyringOwner {
    sync::Array<32> verify_key{};
    sync::Array<32> exchange_key{};
    sync::Array<32> box_key{};

    bool operator==(const KeyringOwner&) const = default;
};

struct KeyringSlot {
    enum class Kind : std::uint8_t { passphrase = 1, key_file = 2, recovery = 3 };
    Kind kind = Kind::passphrase;
    Argon2Cost cost{0, 0};           ///< Of a passphrase; zeros otherwise.
    sync::Array<16> salt{};          ///< Zeros for recovery.
    sync::Array<24> nonce{};         ///< Zeros for recovery.
    sync::Array<32> recovery_key{};  ///< For recovery: the public key that it is sealed to.
    sync::Bytes wrapped;

    /// Unlocks daily work; recovery alone would leave a node that only the district can open.
    [[nodiscard]] bool daily() const { return kind != Kind::recovery; }
};

/// Errc::out_of_bounds for a passphrase that may not be chosen or a cost outside the bounds,
/// Errc::wrong_state for the private half of a recovery key: a slot is made from the public one.
[[nodiscard]] Result<KeyringSlot> make_slot(const KeyringOwner& owner, const sync::Key32& master,
                                            const Credential& credential, Argon2Cost cost,
                                            Environment& environment);

/// Errc::bad_key for a public key of low order.
[[nodiscard]] Result<KeyringSlot> make_recovery_slot(const KeyringOwner& owner,
                                                     const sync::Key32& master,
                                                     const sync::BoxKey& recovery,
                                                     Environment& environment);

/// The master key. Errc::wrong_key when the credential does not open the slot, or is of another
/// kind; Errc::out_of_bounds for a cost that is not allowed.
[[nodiscard]] Result<sync::Key32> open_slot(const KeyringOwner& owner, const KeyringSlot& slot,
                                            const Credential& credential);

/// A key made from another for one purpose, straight into wiped memory.
[[nodiscard]] sync::Key32 derived_key(const sync::Key32& from, std::string_view context,
                                      sync::View salt = {});

}  // namespace jiuying::node
