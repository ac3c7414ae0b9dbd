#include "node/keys/keyring.hpp"

#include "node/base/files.hpp"
#include "sync/crypto/aead.hpp"
#include "sync/crypto/box.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace jiuying::node {
namespace {

using Slot = KeyringSlot;
using Contents = KeyringContents;
using sync::Key32;

constexpr std::string_view secrets_context = "jiuying keyring secrets 1";
constexpr std::string_view more_secrets_context = "jiuying keyring secrets 2";
constexpr std::string_view seal_context = "jiuying keyring seal 1";
constexpr std::string_view control_context = "jiuying control key 1";
constexpr std::string_view proof_context = "jiuying control proof 1";

/// Five seeds; from version 2 on a byte of flags and room for two data keys.
constexpr std::size_t seeds_size = 160;
constexpr std::size_t secrets_size = seeds_size + 1 + 64;
constexpr std::uint8_t has_data_key = 1;
constexpr std::uint8_t has_next_data_key = 2;

sync::Bytes secrets_header(const KeyringOwner& owner, std::string_view context) {
    sync::Hasher header;
    header.add(context);
    header.add(owner.verify_key).add(owner.exchange_key).add(owner.box_key);
    return header.finish();
}

template <class Secrets>
auto seeds_of(Secrets& secrets) {
    return std::array{&secrets.signing_seed, &secrets.exchange_seed, &secrets.box_seed,
                      &secrets.salt_secret, &secrets.spare};
}

KeyringOwner owner_of(const KeyringSecrets& secrets) {
    KeyringOwner owner;
    owner.verify_key = sync::SigningKey{secrets.signing_seed}.verify_key().bytes();
    owner.exchange_key = sync::X25519KeyPair::from_seed(secrets.exchange_seed).public_key().bytes();
    owner.box_key = sync::BoxKeyPair::from_seed(secrets.box_seed).public_key().bytes();
    return owner;
}

std::optional<Key32> key_at(sync::View plain, std::size_t at, bool there) {
    if (!there) return std::nullopt;
    return *Key32::from(plain.subspan(at, Key32::size));
}

/// Errc::malformed when the right master key does not open them: the file was tampered with.
Result<KeyringSecrets> open_secrets(const Contents& contents, const Key32& master, bool first) {
    const auto header =
        secrets_header(contents.owner, first ? secrets_context : more_secrets_context);
    auto opened = sync::aead_open(master, contents.nonce, header, contents.sealed);
    if (!opened) return Errc::malformed;
    sync::Secret<secrets_size> plain;
    const bool fits = opened->size() == (first ? seeds_size : secrets_size);
    if (fits) std::ranges::copy(*opened, plain.bytes().begin());
    sync::wipe(*opened);
    if (!fits) return Errc::malformed;
    KeyringSecrets secrets;
    std::size_t at = 0;
    for (auto* seed : seeds_of(secrets)) {
        std::ranges::copy(plain.view().subspan(at, 32), seed->bytes().begin());
        at += 32;
    }
    const std::uint8_t flags = plain.view()[at];
    secrets.data_key = key_at(plain.view(), at + 1, (flags & has_data_key) != 0);
    secrets.next_data_key = key_at(plain.view(), at + 33, (flags & has_next_data_key) != 0);
    return secrets;
}

sync::Hash32 seal_of(const std::string& document, const Key32& master) {
    const Key32 key = derived_key(master, seal_context);
    return sync::blake2b_keyed(key.view(), {sync::as_view(document)});
}

struct Copy {
    std::string text;  ///< Empty if there is no file.
    Result<KeyringText> parsed = Errc::not_found;
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
    copy.parsed = parse_keyring(copy.text);
    return copy;
}

std::filesystem::path backup_of(std::filesystem::path path) { return path += ".bak"; }

void write_copies(const std::filesystem::path& path, const Contents& contents,
                  const Key32& master) {
    const std::string document = keyring_document(contents);
    const std::string text = keyring_text(document, seal_of(document, master));
    atomic_write(path, text, 0600);
    atomic_write(backup_of(path), text, 0600);
}

}  // namespace

KeyringSecrets KeyringSecrets::fresh(Environment& environment) {
    KeyringSecrets secrets;
    for (auto* seed : seeds_of(secrets)) environment.random(seed->bytes());
    environment.random(secrets.data_key.emplace().bytes());
    return secrets;
}

KeyringSecrets KeyringSecrets::clone() const {
    KeyringSecrets copy;
    const auto from = seeds_of(*this);
    const auto to = seeds_of(copy);
    for (std::size_t i = 0; i < from.size(); ++i) *to[i] = from[i]->clone();
    if (data_key) copy.data_key = data_key->clone();
    if (next_data_key) copy.next_data_key = next_data_key->clone();
    return copy;
}

Result<Keyring> Keyring::create(const std::filesystem::path& path, KeyringSecrets secrets,
                                std::span<const Credential> slots, Environment& environment,
                                Argon2Cost cost, std::span<const sync::BoxKey> recovery) {
    const std::size_t count = slots.size() + recovery.size();
    if (slots.empty() || count > slots_max) return Errc::out_of_bounds;
    Keyring keyring;
    keyring.path_ = path;
    Key32& master = keyring.held_->master;
    environment.random(master.bytes());
    Contents& contents = keyring.contents_;
    contents.owner = owner_of(secrets);
    for (const Credential& credential : slots) {
        auto slot = make_slot(contents.owner, master, credential, cost, environment);
        if (!slot) return slot.error();
        contents.slots.push_back(*std::move(slot));
    }
    for (const sync::BoxKey& key : recovery) {
        auto slot = make_recovery_slot(contents.owner, master, key, environment);
        if (!slot) return slot.error();
        contents.slots.push_back(*std::move(slot));
    }
    keyring.held_->secrets = std::move(secrets);
    keyring.seal_secrets(environment);
    keyring.save();
    return keyring;
}

void Keyring::seal_secrets(Environment& environment) {
    const KeyringSecrets& secrets = held_->secrets;
    sync::Secret<secrets_size> plain;
    auto out = plain.bytes().begin();
    for (const auto* seed : seeds_of(secrets)) out = std::ranges::copy(seed->view(), out).out;
    *out++ = static_cast<std::uint8_t>((secrets.data_key ? has_data_key : 0) |
                                       (secrets.next_data_key ? has_next_data_key : 0));
    for (const auto* key : {&secrets.data_key, &secrets.next_data_key}) {
        if (*key) std::ranges::copy((*key)->view(), out);
        out += Key32::size;
    }
    contents_.nonce = environment.random_bytes<24>();
    contents_.sealed =
        sync::aead_seal(held_->master, contents_.nonce,
                        secrets_header(contents_.owner, more_secrets_context), plain.view());
}

Result<Keyring> Keyring::read(std::string_view text, const Credential& credential,
                              const std::filesystem::path& path) {
    auto parsed = parse_keyring(text);
    if (!parsed) return parsed.error();
    const Contents& contents = parsed->contents;
    for (const Slot& slot : contents.slots) {
        // A slot whose cost is not allowed may not stand in the way of the others.
        auto master = open_slot(contents.owner, slot, credential);
        if (master) return unseal(std::move(*parsed), std::move(*master), path);
    }
    return Errc::wrong_key;
}

/// Errc::malformed if the master key, which is right, does not vouch for it.
Result<Keyring> Keyring::unseal(KeyringText parsed, Key32 master,
                                const std::filesystem::path& path) {
    if (parsed.seal && *parsed.seal != seal_of(parsed.document, master)) return Errc::malformed;
    auto secrets = open_secrets(parsed.contents, master, !parsed.seal);
    if (!secrets) return secrets.error();
    if (owner_of(*secrets) != parsed.contents.owner) return Errc::malformed;
    Keyring keyring;
    keyring.path_ = path;
    keyring.held_->secrets = std::move(*secrets);
    keyring.held_->master = std::move(master);
    keyring.contents_ = std::move(parsed.contents);
    return keyring;
}

Result<bool> Keyring::reread(const Fits& fits) {
    Copy first = read_copy(path_);
    Copy second = read_copy(backup_of(path_));
    const bool differ = first.text != second.text;
    Errc reason = Errc::not_found;
    for (Copy* copy : {&first, &second}) {
        if (!copy->parsed) {
            if (reason == Errc::not_found) reason = copy->parsed.error();
            continue;
        }
        const KeyringText& text = *copy->parsed;
        if (text.contents.owner != contents_.owner) return Errc::wrong_key;
        // Sound, and renewed by somebody else meanwhile; or else it is damaged.
        const bool renewed = text.seal && *text.seal != seal_of(text.document, held_->master);
        auto keyring = unseal(std::move(*copy->parsed), held_->master.clone(), path_);
        if (keyring && (!differ || !fits || fits(keyring->secrets()))) {
            *this = std::move(*keyring);
            return differ;
        }
        if (renewed || keyring) {
            reason = Errc::wrong_key;
        } else if (reason != Errc::wrong_key) {
            reason = keyring.error();
        }
    }
    return reason;
}

Result<Keyring::Opened> Keyring::open(const std::filesystem::path& path,
                                      const Credential& credential, const Fits& fits) {
    const Copy first = read_copy(path);
    const Copy second = read_copy(backup_of(path));
    const bool differ = first.text != second.text;
    std::optional<Opened> misfit;
    // The reason to give when nothing opens: that of the copy that came furthest.
    std::optional<Errc> reason;
    for (const Copy* copy : {&first, &second}) {
        if (!copy->parsed) {
            if (!reason || *reason == Errc::not_found) reason = copy->parsed.error();
            continue;
        }
        auto keyring = read(copy->text, credential, path);
        if (keyring) {
            Opened opened{std::move(*keyring), copy == &second, differ};
            if (!differ || !fits || fits(opened.keyring.secrets())) return opened;
            if (!misfit) misfit = std::move(opened);
            continue;
        }
        // A sound first copy decides: the second may be older and still open by an old passphrase.
        if (keyring.error() == Errc::wrong_key && !misfit) return Errc::wrong_key;
        reason = keyring.error();
    }
    if (misfit) return std::move(*misfit);
    return *reason;
}

Result<Contents> Keyring::look(const std::filesystem::path& path) {
    Copy first = read_copy(path);
    if (first.parsed) return std::move(first.parsed->contents);
    Copy second = read_copy(backup_of(path));
    if (second.parsed) return std::move(second.parsed->contents);
    const bool there = first.parsed.error() != Errc::not_found;
    return there ? first.parsed.error() : second.parsed.error();
}

/// Written first: what could not be written does not count.
void Keyring::take_over(Contents changed) {
    write_copies(path_, changed, held_->master);
    contents_ = std::move(changed);
}

Result<void> Keyring::add_slot(const Credential& credential, Environment& environment,
                               Argon2Cost cost) {
    if (contents_.slots.size() >= slots_max) return Errc::exhausted;
    auto slot = make_slot(contents_.owner, held_->master, credential, cost, environment);
    if (!slot) return slot.error();
    Contents changed = contents_;
    changed.slots.push_back(*std::move(slot));
    take_over(std::move(changed));
    return {};
}

Result<void> Keyring::add_recovery(const sync::BoxKey& recovery, Environment& environment) {
    auto slot = make_recovery_slot(contents_.owner, held_->master, recovery, environment);
    if (!slot) return slot.error();
    Contents changed = contents_;
    std::erase_if(changed.slots, [&](const Slot& old) {
        return old.kind == Slot::Kind::recovery && old.recovery_key == recovery.bytes();
    });
    if (changed.slots.size() >= slots_max) return Errc::exhausted;
    changed.slots.push_back(*std::move(slot));
    take_over(std::move(changed));
    return {};
}

Result<void> Keyring::remove_slot(std::size_t place) {
    if (place >= contents_.slots.size()) return Errc::not_found;
    Contents changed = contents_;
    changed.slots.erase(changed.slots.begin() + static_cast<std::ptrdiff_t>(place));
    if (std::ranges::none_of(changed.slots, &Slot::daily)) return Errc::wrong_state;
    take_over(std::move(changed));
    return {};
}

Result<void> Keyring::change_passphrase(const Passphrase& old, const Passphrase& fresh,
                                        Environment& environment, Argon2Cost cost) {
    const Credential known{Passphrase{old.view()}};
    Contents changed = contents_;
    const auto replaced = std::ranges::find_if(changed.slots, [&](const Slot& slot) {
        return open_slot(contents_.owner, slot, known).has_value();
    });
    if (replaced == changed.slots.end()) return Errc::wrong_key;
    const Credential chosen{Passphrase{fresh.view()}};
    auto slot = make_slot(contents_.owner, held_->master, chosen, cost, environment);
    if (!slot) return slot.error();
    *replaced = *std::move(slot);
    take_over(std::move(changed));
    return {};
}

Result<void> Keyring::replace_passphrases(const Passphrase& fresh, Environment& environment,
                                          Argon2Cost cost) {
    const Credential chosen{Passphrase{fresh.view()}};
    auto slot = make_slot(contents_.owner, held_->master, chosen, cost, environment);
    if (!slot) return slot.error();
    Contents changed = contents_;
    std::erase_if(changed.slots,
                  [](const Slot& old) { return old.kind == Slot::Kind::passphrase; });
    if (changed.slots.size() >= slots_max) return Errc::exhausted;
    changed.slots.insert(changed.slots.begin(), *std::move(slot));
    take_over(std::move(changed));
    return {};
}

void Keyring::begin_rotation(Environment& environment) {
    if (held_->secrets.next_data_key) return;
    environment.random(held_->secrets.next_data_key.emplace().bytes());
    seal_secrets(environment);
    save();
}

void Keyring::finish_rotation(Environment& environment) {
    JY_ASSERT(held_->secrets.next_data_key.has_value());
    held_->secrets.data_key = std::move(held_->secrets.next_data_key);
    abandon_rotation(environment);
}

void Keyring::abandon_rotation(Environment& environment) {
    held_->secrets.next_data_key.reset();
    seal_secrets(environment);
    save();
}

void Keyring::save() const { write_copies(path_, contents_, held_->master); }

Key32 Keyring::control_key() const { return derived_key(held_->master, control_context); }

sync::Hash32 prove(const Key32& control_key, sync::View challenge) {
    return sync::blake2b_keyed(control_key.view(), {sync::as_view(proof_context), challenge});
}

}  // namespace jiuying::node
