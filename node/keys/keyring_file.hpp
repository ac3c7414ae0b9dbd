/// The text form of a keyring: one JSON document, a line with its seal, a line with a checksum.
/// Used by keyring.cpp only. Pure. Byte by byte: docs/reference/keyring-format.md.
///
///     {"format":"jiuying-keyring","version":2,"verify_key":HEX,"exchange_key":HEX,"box_key":HEX,
///      "slots":[{"kind":"passphrase","argon2id_memory_kib":N,"argon2id_passes":N,
///                "salt":HEX,"nonce":HEX,"wrapped":HEX},
///               {"kind":"key_file","salt":HEX,"nonce":HEX,"wrapped":HEX},
///               {"kind":"recovery","recovery_key":HEX,"wrapped":HEX}],
///      "nonce":HEX,"sealed":HEX}
///     seal HEX
///     checksum HEX
///
/// seal = BLAKE2b-256 of the document's line, keyed by the master key: who opens one slot sees that
/// nobody changed, added or removed another. checksum = BLAKE2b-128 of everything before its line,
/// which tells damage from a wrong passphrase. Version 1 has no seal, no recovery and no data keys.
#pragma once

#include "node/keys/keyring_slot.hpp"
#include "sync/crypto/hash.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

struct KeyringContents {
    static constexpr std::size_t slots_max = 8;

    KeyringOwner owner;
    std::vector<KeyringSlot> slots;
    sync::Array<24> nonce{};
    sync::Bytes sealed;
};

struct KeyringText {
    KeyringContents contents;
    std::string document;              ///< The first line, as it stood in the file.
    std::optional<sync::Hash32> seal;  ///< None in version 1.
};

/// The first line.
[[nodiscard]] std::string keyring_document(const KeyringContents& contents);
/// All of it.
[[nodiscard]] std::string keyring_text(const std::string& document, const sync::Hash32& seal);

/// Errc::malformed for damage of any kind, Errc::unsupported for a newer version that is whole.
/// Costs of Argon2id are checked by whoever spends them.
[[nodiscard]] Result<KeyringText> parse_keyring(std::string_view text);

}  // namespace jiuying::node
