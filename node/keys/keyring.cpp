#include "node/keys/keyring.hpp"

#include "node/base/files.hpp"
#include "node/keys/keyring_file.hpp"
#include "schema/assert.hpp"
#include "sync/crypto/aead.hpp"
#include "sync/crypto/box.hpp"

#include <sodium/crypto_pwhash.h>

#include <algorithm>
#include <new>
#include <optional>
#include <string_view>

namespace jiuying::node {
namespace {

using Slot = Keyring::Slot;
using Contents = Keyring::Contents;
using sync::Key32;

constexpr std::string_view slot_context = "jiuying keyring slot 1";
constexpr std::string_view secrets_context = "jiuying keyring secrets 1";
constexpr std::string_view key_file_context = "jiuying keyring key file 1";
constexpr std::string_view control_context = "jiuying control key 1";
constexpr std::string_view proof_context = "jiuying control proof 1";

/// Straight into wiped memory: an array on the way would keep a copy.
Key32 derived(const Key32& from, std::string_view context, sync::View salt) {
    Key32 key;
    sync::Hasher{key.size, from.view()}.add(context).add(salt).finish_into(key.bytes());
    return key;
}

/// The key that wraps the master key. Errc::out_of_bounds for a cost that is not allowed.
Result<Key32> wrapping_key(const Slot& slot, const Credential& credential) {
    if (const auto* file = std::get_if<KeyFile>(&credential)) {
        return derived(file->key, key_file_context, slot.salt);
    }
    if (!slot.cost.allowed()) return Errc::out_of_bounds;
    sync::sodium_ready();
    static_assert(crypto_pwhash_argon2id_SALTBYTES == sizeof slot.salt);
    const std::string_view words = sync::as_text(std::get<Passphrase>(credential).view());
    Key32 key;
    const int result = crypto_pwhash_argon2id(
        key.bytes().data(), key.size, words.empty() ? "" : words.data(), words.size(),
        slot.salt.data(), slot.cost.passes, std::size_t{slot.cost.memory_kib} * 1024,
        crypto_pwhash_argon2id_ALG_ARGON2ID13);
    if (result != 0) throw std::bad_alloc{};  // Its only failure with checked arguments.
    return key;
}

/// All that the file says about a slot and whose slot it is.
sync::Bytes slot_header(const Contents& contents, const Slot& slot) {
    sync::Hasher header;
    header.add(slot_context).add_byte(static_cast<std::uint8_t>(slot.kind));
    header.add_u64(slot.cost.memory_kib).add_u64(slot.cost.passes).add(slot.salt);
    header.add(contents.verify_key).add(contents.exchange_key).add(contents.box_key);
    return header.finish();
}

sync::Bytes secrets_header(const Contents& contents) {
    sync::Hasher header;
    header.add(secrets_context);
    header.add(contents.verify_key).add(contents.exchange_key).add(contents.box_key);
    return header.finish();
}

Result<Slot> make_slot(const Contents& contents, const Key32& master, const Credential& credential,
                       Environment& environment, Argon2Cost cost) {
    Slot slot;
    slot.salt = environment.random_bytes<16>();
    slot.nonce = environment.random_bytes<24>();
    if (const auto* passphrase = std::get_if<Passphrase>(&credential)) {
        if (!passphrase->may_be_chosen()) return Errc::out_of_bounds;
        slot.cost = cost;
    } else {
        slot.kind = Slot::Kind::key_file;
    }
    const auto key = wrapping_key(slot, credential);
    if (!key) return key.error();
    slot.wrapped = sync::aead_seal(*key, slot.nonce, slot_header(contents, slot), master.view());
    return slot;
}

bool fits(const Slot& slot, const Credential& credential) {
    return std::holds_alternative<Passphrase>(credential) == (slot.kind == Slot::Kind::passphrase);
}

/// The master key as `slot` holds it. Errc::wrong_key when the credential does not open it.
Result<Key32> open_slot(const Contents& contents, const Slot& slot, const Credential& credential) {
    if (!fits(slot, credential)) return Errc::wrong_key;
    const auto key = wrapping_key(slot, credential);
    if (!key) return key.error();
    auto opened = sync::aead_open(*key, slot.nonce, slot_header(contents, slot), slot.wrapped);
    if (!opened) return Errc::wrong_key;
    auto master = Key32::from(*opened);
    sync::wipe(*opened);
    return master;
}

void seal_secrets(Contents& contents, const Key32& master, const KeyringSecrets& secrets) {
    sync::Secret<160> plain;
    auto out = plain.bytes().begin();
    for (const auto* part : {&secrets.signing_seed, &secrets.exchange_seed, &secrets.box_seed,
                             &secrets.salt_secret, &secrets.spare}) {
        out = std::ranges::copy(part->view(), out).out;
    }
    contents.sealed =
        sync::aead_seal(master, contents.nonce, secrets_header(contents), plain.view());
}

/// Errc::malformed when the right master key does not open them: the file was tampered with.
Result<KeyringSecrets> open_secrets(const Contents& contents, const Key32& master) {
    auto opened =
        sync::aead_open(master, contents.nonce, secrets_header(contents), contents.sealed);
    if (!opened) return Errc::malformed;
    const auto plain = sync::Secret<160>::from(*opened);
    sync::wipe(*opened);
    if (!plain) return Errc::malformed;
    KeyringSecrets secrets;
    std::size_t at = 0;
    for (auto* part : {&secrets.signing_seed, &secrets.exchange_seed, &secrets.box_seed,
                       &secrets.salt_secret, &secrets.spare}) {
        std::ranges::copy(plain->view().subspan(at, 32), part->bytes().begin());
        at += 32;
    }
    return secrets;
}

struct Copy {
    std::string text;  ///< Empty if there is no file.
    Result<Contents> contents = Errc::not_found;
};

Copy read_copy(const std::filesystem::path& path) {
    Copy copy;
    if (!std::filesystem::exists(path)) return copy;
    try {
        copy.text = sync::as_text(read_file(path, Keyring::file_bytes_max));
    } catch (const std::filesystem::filesystem_error& error) {
        // A file grown beyond all sense, or a sector that cannot be read, is damage.
        const bool damaged =
            error.code() == std::errc::file_too_large || error.code() == std::errc::io_error;
        if (!damaged) throw;
    }
    copy.contents = parse_keyring(copy.text);
    return copy;
}

std::filesystem::path backup_of(std::filesystem::path path) { return path += ".bak"; }

void write_copies(const std::filesystem::path& path, const Contents& contents) {
    const std::string text = write_keyring(contents);
    atomic_write(path, text, 0600);
    atomic_write(backup_of(path), text, 0600);
}

}  // namespace

bool Argon2Cost::allowed() const {
    return memory_kib >= memory_kib_min && memory_kib <= memory_kib_max && passes >= passes_min &&
           passes <= passes_max;
}

KeyringSecrets KeyringSecrets::fresh(Environment& environment) {
    KeyringSecrets secrets;
    environment.random(secrets.signing_seed.bytes());
    environment.random(secrets.exchange_seed.bytes());
    environment.random(secrets.box_seed.bytes());
    environment.random(secrets.salt_secret.bytes());
    environment.random(secrets.spare.bytes());
    return secrets;
}

KeyringSecrets KeyringSecrets::clone() const {
    KeyringSecrets copy;
    copy.signing_seed = signing_seed.clone();
    copy.exchange_seed = exchange_seed.clone();
    copy.box_seed = box_seed.clone();
    copy.salt_secret = salt_secret.clone();
    copy.spare = spare.clone();
    return copy;
}

Result<Keyring> Keyring::create(const std::filesystem::path& path, KeyringSecrets secrets,
                                std::span<const Credential> slots, Environment& environment,
                                Argon2Cost cost) {
    if (slots.empty() || slots.size() > slots_max) return Errc::out_of_bounds;
    Keyring keyring;
    keyring.path_ = path;
    environment.random(keyring.master_.bytes());
    Contents& contents = keyring.contents_;
    contents.verify_key = sync::SigningKey{secrets.signing_seed}.verify_key().bytes();
    contents.exchange_key =
        sync::X25519KeyPair::from_seed(secrets.exchange_seed).public_key().bytes();
    contents.box_key = sync::BoxKeyPair::from_seed(secrets.box_seed).public_key().bytes();
    contents.nonce = environment.random_bytes<24>();
    seal_secrets(contents, keyring.master_, secrets);
    for (const Credential& credential : slots) {
        auto slot = make_slot(contents, keyring.master_, credential, environment, cost);
        if (!slot) return slot.error();
        contents.slots.push_back(*std::move(slot));
    }
    keyring.secrets_ = std::move(secrets);
    keyring.save();
    return keyring;
}

Result<Keyring> Keyring::unlock(const Contents& contents, const Credential& credential) {
    for (const Slot& slot : contents.slots) {
        auto master = open_slot(contents, slot, credential);
        // A slot whose cost is not allowed may not stand in the way of the others.
        if (!master) continue;
        auto secrets = open_secrets(contents, *master);
        if (!secrets) return secrets.error();
        Keyring keyring;
        keyring.secrets_ = std::move(*secrets);
        keyring.master_ = std::move(*master);
        keyring.contents_ = contents;
        return keyring;
    }
    return Errc::wrong_key;
}

Result<Keyring::Opened> Keyring::open(const std::filesystem::path& path,
                                      const Credential& credential) {
    const Copy first = read_copy(path);
    const Copy second = read_copy(backup_of(path));
    // The reason to give when nothing opens: that of the copy that came furthest.
    std::optional<Errc> reason;
    for (const Copy* copy : {&first, &second}) {
        if (!copy->contents) {
            if (!reason || *reason == Errc::not_found) reason = copy->contents.error();
            continue;
        }
        auto keyring = unlock(*copy->contents, credential);
        if (keyring) {
            keyring->path_ = path;
            return Opened{std::move(*keyring), copy == &second, first.text != second.text};
        }
        // A sound first copy decides: the second may be older and still open by an old passphrase.
        if (keyring.error() == Errc::wrong_key) return Errc::wrong_key;
        reason = keyring.error();
    }
    return *reason;
}

Result<void> Keyring::add_slot(const Credential& credential, Environment& environment,
                               Argon2Cost cost) {
    if (contents_.slots.size() >= slots_max) return Errc::out_of_bounds;
    auto slot = make_slot(contents_, master_, credential, environment, cost);
    if (!slot) return slot.error();
    Contents changed = contents_;
    changed.slots.push_back(*std::move(slot));
    write_copies(path_, changed);
    contents_ = std::move(changed);
    return {};
}

Result<void> Keyring::change_passphrase(const Passphrase& old, const Passphrase& fresh,
                                        Environment& environment, Argon2Cost cost) {
    const Credential known{Passphrase{old.view()}};
    Contents changed = contents_;
    const auto replaced = std::ranges::find_if(changed.slots, [&](const Slot& slot) {
        return open_slot(contents_, slot, known).has_value();
    });
    if (replaced == changed.slots.end()) return Errc::wrong_key;
    const Credential chosen{Passphrase{fresh.view()}};
    auto slot = make_slot(contents_, master_, chosen, environment, cost);
    if (!slot) return slot.error();
    *replaced = *std::move(slot);
    write_copies(path_, changed);
    contents_ = std::move(changed);
    return {};
}

void Keyring::save() const { write_copies(path_, contents_); }

Key32 Keyring::control_key() const { return derived(master_, control_context, {}); }

sync::Hash32 prove(const Key32& control_key, sync::View challenge) {
    return sync::blake2b_keyed(control_key.view(), {sync::as_view(proof_context), challenge});
}

}  // namespace jiuying::node
