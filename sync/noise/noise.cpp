#include "sync/noise/noise.hpp"

#include "schema/assert.hpp"

#include <algorithm>

namespace jiuying::sync::noise {
namespace {

constexpr std::size_t key_size = 32;

void rekey_when_due(CipherState& cipher) {
    if (cipher.nonce() % Transport::rekey_interval == 0) cipher.rekey();
}

}  // namespace

Result<Bytes> Transport::encrypt(View plain, View associated) {
    if (!sending_.has_key()) return Errc::wrong_state;
    if (plain.size() > plaintext_size_max) return Errc::too_large;
    Result<Bytes> message = sending_.encrypt(associated, plain);
    if (message) rekey_when_due(sending_);
    return message;
}

Result<Bytes> Transport::decrypt(View message, View associated) {
    if (!receiving_.has_key()) return Errc::wrong_state;
    if (message.size() > message_size_max) return Errc::too_large;
    Result<Bytes> plain = receiving_.decrypt(associated, message);
    if (plain) rekey_when_due(receiving_);
    return plain;
}

void Transport::skip_to(std::uint64_t sent, std::uint64_t received) {
    sending_.set_nonce(sent);
    receiving_.set_nonce(received);
}

Handshake::Handshake(Protocol protocol, Role role, View prologue, HandshakeKeys keys)
    : script_(script_of(protocol)),
      pattern_(protocol.pattern),
      role_(role),
      keys_(std::move(keys)),
      symmetric_(protocol_name(protocol)) {
    std::size_t psk_count = 0;
    for (std::size_t i = 0; i < script_.messages.size(); ++i) {
        const bool mine = (i % 2 == 0) == (role == Role::initiator);
        for (const Token token : script_.messages[i]) {
            if (token == Token::psk) ++psk_count;
            if (mine && token == Token::e) JY_ASSERT(keys_.ephemeral.has_value());
            if (mine && token == Token::s) JY_ASSERT(keys_.static_key.has_value());
        }
    }
    JY_ASSERT(keys_.psks.size() == psk_count);
    symmetric_.mix_hash(prologue);
    mix_known_keys();
}

/// The pre-messages of section 7: the initiator's key first.
void Handshake::mix_known_keys() {
    const auto mix = [this](Role owner) {
        if (owner == role_) {
            JY_ASSERT(keys_.static_key.has_value());
            symmetric_.mix_hash(keys_.static_key->public_key().view());
        } else {
            JY_ASSERT(keys_.remote_static.has_value());
            remote_static_ = keys_.remote_static;
            symmetric_.mix_hash(remote_static_->view());
        }
    };
    if (script_.initiator_static_known) mix(Role::initiator);
    if (script_.responder_static_known) mix(Role::responder);
}

bool Handshake::my_turn() const {
    if (failed_ || finished()) return false;
    return (next_ % 2 == 0) == (role_ == Role::initiator);
}

Result<Bytes> Handshake::write(View payload) {
    if (!my_turn()) return Errc::wrong_state;
    if (payload.size() > handshake_payload_max) return Errc::too_large;
    Result<Bytes> message = write_tokens(payload);
    if (message) {
        ++next_;
    } else {
        failed_ = true;
    }
    return message;
}

Result<Bytes> Handshake::read(View message) {
    if (failed_ || finished() || my_turn()) return Errc::wrong_state;
    Result<Bytes> payload =
        message.size() > message_size_max ? Result<Bytes>{Errc::too_large} : read_tokens(message);
    if (payload) {
        ++next_;
    } else {
        failed_ = true;
    }
    return payload;
}

Result<Bytes> Handshake::write_tokens(View payload) {
    Bytes message;
    for (const Token token : script_.messages[next_]) {
        if (token == Token::e) {
            const X25519Key& mine = keys_.ephemeral->public_key();
            append(message, mine.view());
            say_ephemeral(mine);
        } else if (token == Token::s) {
            const Result<Bytes> sealed =
                symmetric_.encrypt_and_hash(keys_.static_key->public_key().view());
            if (!sealed) return sealed.error();
            append(message, *sealed);
        } else if (token == Token::psk) {
            mix_psk();
        } else {
            const Result<void> mixed = mix_agreement(token);
            if (!mixed) return mixed.error();
        }
    }
    const Result<Bytes> sealed = symmetric_.encrypt_and_hash(payload);
    if (!sealed) return sealed.error();
    append(message, *sealed);
    return message;
}

Result<Bytes> Handshake::read_tokens(View message) {
    View rest = message;
    for (const Token token : script_.messages[next_]) {
        if (token == Token::e || token == Token::s) {
            const bool sealed = token == Token::s && symmetric_.has_key();
            const std::size_t size = key_size + (sealed ? tag_size : 0);
            if (rest.size() < size) return Errc::truncated;
            const View field = rest.first(size);
            rest = rest.subspan(size);
            if (token == Token::e) {
                remote_ephemeral_ = X25519Key{*to_array<key_size>(field)};
                say_ephemeral(*remote_ephemeral_);
                continue;
            }
            const Result<Bytes> key = symmetric_.decrypt_and_hash(field);
            if (!key) return key.error();
            remote_static_ = X25519Key{*to_array<key_size>(*key)};
        } else if (token == Token::psk) {
            mix_psk();
        } else {
            const Result<void> mixed = mix_agreement(token);
            if (!mixed) return mixed.error();
        }
    }
    return symmetric_.decrypt_and_hash(rest);
}

/// With a psk in the pattern the ephemeral key is mixed into the key as well (section 9.2).
void Handshake::say_ephemeral(const X25519Key& key) {
    symmetric_.mix_hash(key.view());
    if (script_.has_psk) symmetric_.mix_key(key.view());
}

Result<void> Handshake::mix_agreement(Token token) {
    const bool initiator = role_ == Role::initiator;
    // The first letter names the initiator's key, the second the responder's.
    const bool mine_static = token == Token::ss || token == (initiator ? Token::se : Token::es);
    const bool theirs_static = token == Token::ss || token == (initiator ? Token::es : Token::se);
    const std::optional<X25519KeyPair>& mine = mine_static ? keys_.static_key : keys_.ephemeral;
    const std::optional<X25519Key>& theirs = theirs_static ? remote_static_ : remote_ephemeral_;
    JY_ASSERT(mine.has_value() && theirs.has_value());
    const Result<Secret<32>> shared = mine->agree(*theirs);
    if (!shared) return shared.error();
    symmetric_.mix_key(shared->view());
    return {};
}

void Handshake::mix_psk() {
    JY_ASSERT(psks_used_ < keys_.psks.size());
    symmetric_.mix_key_and_hash(keys_.psks[psks_used_++].view());
}

Transport Handshake::split() {
    JY_ASSERT(finished() && !split_);
    split_ = true;
    std::array<CipherState, 2> ciphers = symmetric_.split();
    if (is_one_way(pattern_)) ciphers[1] = CipherState{};
    keys_.ephemeral.reset();
    keys_.psks.clear();
    if (role_ == Role::initiator) return {std::move(ciphers[0]), std::move(ciphers[1])};
    return {std::move(ciphers[1]), std::move(ciphers[0])};
}

const Array<32>& Handshake::transcript_hash() const {
    JY_ASSERT(!failed_);
    return symmetric_.hash();
}

const Array<32>& Handshake::handshake_hash() const {
    JY_ASSERT(finished());
    return symmetric_.hash();
}

}  // namespace jiuying::sync::noise
