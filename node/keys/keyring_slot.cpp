#include "node/keys/keyring_slot.hpp"

#include "sync/crypto/aead.hpp"
#include "sync/crypto/hash.hpp"

#include <algorithm>
#include <string_view>

namespace jiuying::node {
namespace {

using Slot = KeyringSlot;
using sync::Key32;

constexpr std::string_view slot_context = "jiuying keyring slot 1";
constexpr std::string_view key_file_context = "jiuying keyring key file 1";

/// The key that wraps the master key.
Result<Key32> wrapping_key(const Slot& slot, const Credential& credential) {
    if (const auto* file = std::get_if<KeyFile>(&credential)) {
        return derived_key(file->key, key_file_context, slot.salt);
    }
    return stretched(std::get<Passphrase>(credential), slot.salt, slot.cost);
}

/// All that the file says about a slot and whose slot it is.
sync::Hash32 slot_header(const KeyringOwner& owner, const Slot& slot) {
    sync::Hasher header;
    header.add(slot_context).add_byte(static_cast<std::uint8_t>(slot.kind));
    header.add_u64(slot.cost.memory_kib).add_u64(slot.cost.passes).add(slot.salt);
    header.add(owner.verify_key).add(owner.exchange_key).add(owner.box_key);
    if (slot.kind == Slot::Kind::recovery) header.add(slot.recovery_key);
    return header.finish_as<32>();
}

Slot::Kind kind_for(const Credential& credential) {
    if (std::holds_alternative<Passphrase>(credential)) return Slot::Kind::passphrase;
    if (std::holds_alternative<KeyFile>(credential)) return Slot::Kind::key_file;
    return Slot::Kind::recovery;
}

/// In the box: what it was sealed for, then the master key.
constexpr std::size_t boxed_size = 64;

Result<Key32> open_recovery(const KeyringOwner& owner, const Slot& slot, const RecoveryKey& key) {
    if (key.pair.public_key().bytes() != slot.recovery_key) return Errc::wrong_key;
    auto opened = sync::box_open(key.pair, slot.wrapped);
    if (!opened || opened->size() != boxed_size) return Errc::wrong_key;
    const auto header = slot_header(owner, slot);
    const bool ours = std::equal(header.begin(), header.end(), opened->begin());
    auto master = Key32::from(sync::View{*opened}.subspan(header.size()));
    sync::wipe(*opened);
    if (!ours) return Errc::wrong_key;
    return master;
}

}  // namespace

Key32 derived_key(const Key32& from, std::string_view context, sync::View salt) {
    Key32 key;
    sync::Hasher{key.size, from.view()}.add(context).add(salt).finish_into(key.bytes());
    return key;
}

Result<Slot> make_slot(const KeyringOwner& owner, const Key32& master, const Credential& credential,
                       Argon2Cost cost, Environment& environment) {
    if (std::holds_alternative<RecoveryKey>(credential)) return Errc::wrong_state;
    Slot slot;
    slot.kind = kind_for(credential);
    slot.salt = environment.random_bytes<16>();
    slot.nonce = environment.random_bytes<24>();
    if (const auto* passphrase = std::get_if<Passphrase>(&credential)) {
        if (!passphrase->may_be_chosen()) return Errc::out_of_bounds;
        slot.cost = cost;
    }
    const auto key = wrapping_key(slot, credential);
    if (!key) return key.error();
    slot.wrapped = sync::aead_seal(*key, slot.nonce, slot_header(owner, slot), master.view());
    return slot;
}

Result<Slot> make_recovery_slot(const KeyringOwner& owner, const Key32& master,
                                const sync::BoxKey& recovery, Environment& environment) {
    Slot slot;
    slot.kind = Slot::Kind::recovery;
    slot.recovery_key = recovery.bytes();
    sync::Secret<boxed_size> plain;
    const auto header = slot_header(owner, slot);
    auto out = std::ranges::copy(header, plain.bytes().begin()).out;
    std::ranges::copy(master.view(), out);
    sync::Secret<32> seed;
    environment.random(seed.bytes());
    auto sealed = sync::box_seal(recovery, seed, plain.view());
    if (!sealed) return sealed.error();
    slot.wrapped = *std::move(sealed);
    return slot;
}

Result<Key32> open_slot(const KeyringOwner& owner, const Slot& slot, const Credential& credential) {
    if (kind_for(credential) != slot.kind) return Errc::wrong_key;
    if (const auto* recovery = std::get_if<RecoveryKey>(&credential)) {
        return open_recovery(owner, slot, *recovery);
    }
    const auto key = wrapping_key(slot, credential);
    if (!key) return key.error();
    auto opened = sync::aead_open(*key, slot.nonce, slot_header(owner, slot), slot.wrapped);
    if (!opened) return Errc::wrong_key;
    auto master = Key32::from(*opened);
    sync::wipe(*opened);
    return master;
}

}  // namespace jiuying::node
