/// A Noise session over suite 25519_ChaChaPoly_SHA256: first a handshake, then transport messages.
///
/// Source: The Noise Protocol Framework, revision 34. Ephemeral keys come in as arguments, so the
/// published vectors drive the very class that sessions use. Messages are whole and in order;
/// sync/noise/framing.hpp cuts them out of a stream. Pure; one thread at a time.
#pragma once

#include "sync/crypto/x25519.hpp"
#include "sync/noise/pattern.hpp"
#include "sync/noise/symmetric.hpp"

#include <optional>

namespace jiuying::sync::noise {

/// What fits beside the keys of any handshake message: no message has more than two public keys
/// (32 bytes each) and two tags.
inline constexpr std::size_t handshake_payload_max = message_size_max - 2 * (32 + tag_size);

/// What one side brings. Only what its role in the pattern uses has to be there (asserted).
struct HandshakeKeys {
    std::optional<X25519KeyPair> static_key;
    std::optional<X25519KeyPair> ephemeral;  ///< 32 fresh random bytes, for this handshake only.
    std::optional<X25519Key> remote_static;  ///< Where the pattern has it known beforehand.
    std::vector<Secret<32>> psks;            ///< One for each psk modifier, lowest place first.
};

/// The two ciphers after the handshake. Each direction counts its own messages, so a message that
/// is lost, repeated, swapped or changed is refused. After a refusal the session must end.
class Transport {
public:
    /// Both sides make a new key of each direction after this many messages in it.
    static constexpr std::uint64_t rekey_interval = std::uint64_t{1} << 16;

    Transport(CipherState sending, CipherState receiving)
        : sending_(std::move(sending)), receiving_(std::move(receiving)) {}

    /// Fails with Errc::too_large above plaintext_size_max bytes, with Errc::exhausted when all
    /// numbers are used, and with Errc::wrong_state for the receiver of a one-way pattern.
    [[nodiscard]] Result<Bytes> encrypt(View plain, View associated = {});

    /// Fails with Errc::too_large, Errc::truncated, Errc::not_authentic, and as encrypt does.
    [[nodiscard]] Result<Bytes> decrypt(View message, View associated = {});

    /// Rekeying beside the automatic one: both sides must do it at the same message.
    void rekey_sending() { sending_.rekey(); }
    void rekey_receiving() { receiving_.rekey(); }

    [[nodiscard]] std::uint64_t sent() const { return sending_.nonce(); }
    [[nodiscard]] std::uint64_t received() const { return receiving_.nonce(); }

    /// Skips numbers, for tests near the limits. Skipped rekeyings are not made up for.
    void skip_to(std::uint64_t sent, std::uint64_t received);

private:
    CipherState sending_;  ///< Without a key where this side may not send.
    CipherState receiving_;
};

/// One side of a handshake: write and read in turns until finished, then split.
/// After any refusal the handshake is dead: every later call fails with Errc::wrong_state.
class Handshake {
public:
    /// `prologue` is what both sides must agree on without sending it; a difference is found at
    /// the first message that is encrypted.
    Handshake(Protocol protocol, Role role, View prologue, HandshakeKeys keys);
    Handshake(Pattern pattern, Role role, View prologue, HandshakeKeys keys)
        : Handshake(Protocol{pattern}, role, prologue, std::move(keys)) {}

    /// The next message, with a payload in it. Fails with Errc::wrong_state when it is the other
    /// side's turn, Errc::too_large above handshake_payload_max bytes, and Errc::bad_key when the
    /// other's key is of low order.
    [[nodiscard]] Result<Bytes> write(View payload);

    /// The payload of the other's message. Fails with Errc::wrong_state, Errc::too_large,
    /// Errc::truncated, Errc::bad_key, or Errc::not_authentic.
    [[nodiscard]] Result<Bytes> read(View message);

    [[nodiscard]] bool finished() const { return !failed_ && next_ == script_.messages.size(); }
    /// Whether the next call is write (else read). False once finished or dead.
    [[nodiscard]] bool my_turn() const;

    /// Once, after the last message (asserted).
    [[nodiscard]] Transport split();

    /// Names what was said so far, the same on both sides between messages: what message 3 carries
    /// can be bound to messages 1 and 2 by it. Not once dead (asserted).
    [[nodiscard]] const Array<32>& transcript_hash() const;

    /// Names this session: different for any two handshakes. Only when finished (asserted).
    [[nodiscard]] const Array<32>& handshake_hash() const;

    /// The other's static key, once known. It is proven by the message that carries it (in XK the
    /// third) only when that message was read without error.
    [[nodiscard]] const std::optional<X25519Key>& remote_static() const { return remote_static_; }

private:
    [[nodiscard]] Result<Bytes> write_tokens(View payload);
    [[nodiscard]] Result<Bytes> read_tokens(View message);
    void say_ephemeral(const X25519Key& key);
    [[nodiscard]] Result<void> mix_agreement(Token token);
    void mix_psk();
    void mix_known_keys();

    Script script_;
    Pattern pattern_;
    Role role_;
    HandshakeKeys keys_;
    SymmetricState symmetric_;
    std::optional<X25519Key> remote_static_;
    std::optional<X25519Key> remote_ephemeral_;
    std::size_t next_ = 0;  ///< Index of the next message; even ones are the initiator's.
    std::size_t psks_used_ = 0;
    bool failed_ = false;
    bool split_ = false;
};

}  // namespace jiuying::sync::noise
